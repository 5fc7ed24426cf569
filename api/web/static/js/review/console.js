/** The reviewer's console: one case on the screen, the next one loaded behind it, every decision one key. */

import { fetchCase, Refusal, send } from "./api.js";
import * as draw from "./draw.js";
import * as pictures from "./pictures.js";
import * as reasons from "./reasons.js";
import { toast, toastUndo } from "./toast.js";
import * as views from "./views.js";

const root = /** @type {HTMLElement} */ (document.getElementById("console"));
const words = root.dataset;
const wanted = Object.fromEntries([...new URLSearchParams(words.filter)].filter(([, value]) => value));
if (wanted.overdue) wanted.overdue = true;
const lease = Number(words.lease) * 1000;
const undoable = Number(words.undo) * 1000;
const POLL = 10_000;

/** @type {HTMLElement | null} */
let current = root.querySelector("article");
/** @type {HTMLElement[]} cases loaded behind the current one, the next first */
const stock = [];
/** @type {Promise<void> | null} the loading of another */
let loading = null;
/** @type {HTMLElement[]} cases skipped or decided, the last at the end */
const behind = [];
/** @type {{article: HTMLElement, sent: Promise<any>, until: number} | null} */
let last = null;
let today = Number(words.today);
let warned = "";

start();

function start() {
  void pictures.load(current).then(() => current?.setAttribute("data-loaded", "yes"));
  show(current);
  lookAhead();
  setInterval(beat, lease / 3);
  pictures.listen(root, draw.drawing);
  views.listen(root);
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", clicked);
  root.addEventListener("change", (event) => event.target.closest(".reasons") && reasons.opinions(current));
  root.addEventListener("submit", (event) => event.preventDefault());
  const keys = /** @type {HTMLInputElement} */ (document.getElementById("keys-on"));
  keys.checked = localStorage.getItem("photocheck-keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("photocheck-keys", keys.checked ? "on" : "off"));
}

/** Put a case on the screen. */
function show(article) {
  draw.stop();
  current = article;
  root.querySelector("#empty")?.remove();
  if (!article.isConnected) root.replaceChildren(article);
  views.overview(article);
  reasons.opinions(article);
  document.title = document.title.replace(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/, article.dataset.reference);
  history.replaceState(null, "", `/review/tasks/${article.dataset.task}${location.search}`);
  const heading = article.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  void beat();
}

/** Take and load the next case while this one is looked at. */
function lookAhead() {
  if (loading || stock.length) return;
  root.dataset.ahead = "loading";
  loading = (async () => {
    const skip = current ? [current.dataset.task] : [];
    const { task } = await send("/v1/review/next", { ...wanted, skip });
    if (!task) return;
    const article = await fetchCase(task);
    await pictures.load(article);
    article.setAttribute("data-loaded", "yes");
    stock.push(article);
  })()
    .catch((fault) => toast(fault.message))
    .finally(() => {
      loading = null;
      root.dataset.ahead = stock.length ? "ready" : "none";
    });
}

/** On to the next case; where it is still loading, when it is there; where there is none, look again now and then. */
async function advance() {
  const before = current;
  let next = stock.shift();
  if (!next) {
    const note = document.createElement("p");
    note.id = "empty";
    note.textContent = words.wordLoading;
    root.replaceChildren(note);
    current = null;
    while (!next) {
      lookAhead();
      await loading;
      if (current) return; // an undo brought one back meanwhile
      next = stock.shift();
      if (next) break;
      note.textContent = words.wordNothingWaits;
      await new Promise((wait) => setTimeout(wait, POLL));
      if (current) return;
    }
  } else if (current !== before) {
    stock.unshift(next);
    return;
  }
  show(next);
  lookAhead();
}

/** Hold on to what is open and what is loaded. */
async function beat() {
  const held = [current, ...stock].filter(Boolean).map((article) => article.dataset.task);
  if (!held.length || current?.dataset.held === "no") return;
  const answer = await send("/v1/review/heartbeat", { tasks: held, shown: current?.dataset.task || "" }).catch(() => null);
  if (answer && current && held.includes(current.dataset.task) && !answer.held.includes(current.dataset.task)) {
    toast(words.wordLost);
  }
}

/** @param {"approve" | "return" | "escalate"} outcome */
async function decide(outcome) {
  const article = current;
  if (!article || article.dataset.held === "no") return;
  const given = outcome === "approve" ? [] : reasons.given(article);
  if (outcome === "return" && !given.length) {
    toast(words.wordChooseReason);
    await choose();
    return;
  }
  if (outcome === "approve" && reasons.meant(article) && warned !== article.dataset.task) {
    warned = article.dataset.task;
    toast(words.wordReasonsChosen);
    return;
  }
  const body = { outcome, reasons: given, version: Number(article.dataset.version) };
  const sent = send(`/v1/review/tasks/${article.dataset.task}/decision`, body);
  last = { article, sent, until: Date.now() + undoable };
  behind.push(article);
  today += 1;
  const told = words[`wordDone${outcome[0].toUpperCase()}${outcome.slice(1)}`].replace("{reference}", article.dataset.reference);
  toastUndo(`${told} · ${words.wordToday.replace("{count}", String(today))}`, undoable);
  sent.catch((fault) => comeBack(article, fault));
  await advance();
  while (behind.length > 5) pictures.forget(behind.shift());
}

/** A decision that was refused: its case comes back, with why. */
function comeBack(article, fault) {
  today -= 1;
  last = null;
  putBack();
  show(article);
  toast(fault.message);
}

/** The case on the screen becomes the next one again. */
function putBack() {
  if (current) stock.unshift(current);
}

async function undo() {
  if (!last || Date.now() >= last.until) {
    toast(words.wordCannotUndo);
    return;
  }
  const { article, sent } = last;
  last = null;
  try {
    const decision = await sent;
    await send(`/v1/review/decisions/${decision.id}/undo`);
  } catch (fault) {
    toast(fault instanceof Refusal ? fault.message : words.wordCannotUndo);
    return;
  }
  today -= 1;
  behind.splice(behind.indexOf(article), 1);
  putBack();
  show(article);
  toast(words.wordUndone);
}

/** Leave it to others and see the next. */
async function skip() {
  const article = current;
  if (!article) return;
  behind.push(article);
  await advance();
  if (article.dataset.held !== "no") void send(`/v1/review/tasks/${article.dataset.task}/release`).catch(() => null);
}

/** Back to the case before, if it can still be taken. */
async function goBack() {
  const article = behind.pop();
  if (!article) return;
  try {
    await send(`/v1/review/tasks/${article.dataset.task}/claim`);
  } catch (fault) {
    toast(fault.message);
    return;
  }
  putBack();
  show(article);
}

async function choose() {
  const article = current;
  const found = await reasons.pick(reasons.every(article));
  if (found) reasons.add(article, found.item, found.reason, found.words);
}

function beginDrawing() {
  const figure = views.chosen(current);
  if (!figure) return;
  const article = current;
  draw.begin(figure, words.wordDrawHint, async (item, points) => {
    const found = await reasons.pick(reasons.every(article, item));
    if (!found) return;
    try {
      const made = await send(`/v1/review/tasks/${article.dataset.task}/marks`, { item, reason: found.reason, points });
      draw.drawn(figure.querySelector("svg.view"), made.id, points);
      reasons.add(article, item, found.reason, found.words);
      toast(words.wordMarked);
    } catch (fault) {
      toast(fault.message);
    }
  });
}

async function reveal() {
  if (!current) return;
  try {
    const { fields } = await send(`/v1/review/tasks/${current.dataset.task}/fields`);
    for (const cell of current.querySelectorAll("[data-field]")) {
      const [item, key] = cell.dataset.field.split(":");
      cell.textContent = fields[item]?.[key] ?? cell.textContent;
    }
  } catch (fault) {
    toast(fault.message);
  }
}

async function handOver() {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("hand-over"));
  const login = /** @type {HTMLInputElement} */ (document.getElementById("hand-over-login"));
  try {
    await send(`/v1/review/tasks/${current.dataset.task}/hand-over`, { login: login.value.trim() });
  } catch (fault) {
    toast(fault.message);
    return;
  }
  dialog.close();
  toast(words.wordHandedOver);
  await advance();
}

async function take() {
  try {
    await send(`/v1/review/tasks/${current.dataset.task}/claim`);
    location.reload();
  } catch (fault) {
    toast(fault.message);
  }
}

/** @type {Record<string, () => any>} */
const DO = {
  approve: () => decide("approve"),
  return: () => decide("return"),
  escalate: () => decide("escalate"),
  more: choose,
  undo,
  reveal,
  take,
  help: () => /** @type {HTMLDialogElement} */ (document.getElementById("help")).showModal(),
  "hand-over": () => /** @type {HTMLDialogElement} */ (document.getElementById("hand-over")).showModal(),
  "hand-over-now": handOver,
};

/** @type {Record<string, () => any>} */
const KEYS = {
  a: DO.approve,
  r: DO.return,
  s: DO.escalate,
  m: DO.more,
  u: undo,
  j: skip,
  k: goBack,
  d: beginDrawing,
  v: () => views.fields(current, true) || reveal(),
  h: DO["hand-over"],
  "?": DO.help,
  q: () => location.assign("/review"),
  z: () => views.zoom(current),
  f: () => views.fields(current),
  " ": () => views.compare(current),
  o: () => current.classList.toggle("no-overlay"),
  g: () => current.classList.toggle("with-guide"),
  Escape: () => views.overview(current),
  "+": () => views.step(current, 1),
  "=": () => views.step(current, 1),
  "-": () => views.step(current, -1),
};

function clicked(event) {
  const button = event.target.closest?.("[data-do]");
  if (!button || !(button.dataset.do in DO)) return;
  event.preventDefault();
  void DO[button.dataset.do]();
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (draw.key(event)) {
    event.preventDefault();
    return;
  }
  if (localStorage.getItem("photocheck-keys") === "off" && event.key !== "?") return;
  const onControl = event.target.closest?.("button, a, summary, input");
  if (onControl && (event.key === " " || event.key === "Enter")) return;
  if (event.key.startsWith("Arrow") && current && !event.target.closest?.(".panel-scroll")) {
    event.preventDefault();
    views.arrow(current, event.key);
    return;
  }
  if (/^[1-9]$/.test(event.key) && current) {
    event.preventDefault();
    reasons.toggle(current, Number(event.key));
    return;
  }
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act || (!current && !["u", "k", "q", "?"].includes(event.key))) return;
  event.preventDefault();
  void act();
}
