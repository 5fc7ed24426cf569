// The camera: a guide over the live picture, hints for portraits, and a picture that goes into the form's file field.
// Works without hints where the net does not load; the page works without any of this.

import { OVAL, Sight, Steady, unitOf } from "./hints.js";

const WANTED = { width: { ideal: 2560 }, height: { ideal: 1920 } };
const QUALITY = 0.95; // of the JPEG
const PAUSE = 60; // milliseconds between looks: phones stay cool
const CARD = 85.6 / 54;

/** @param {HTMLDialogElement} dialog @param {HTMLFormElement} form */
function setUp(dialog, form) {
  /** @param {string} name @returns {HTMLButtonElement} */
  const button = (name) => dialog.querySelector(`[data-do="${name}"]`);
  const open = /** @type {HTMLButtonElement} */ (form.querySelector("[data-camera]"));
  const camera = new Camera(dialog, form);
  open.hidden = false;
  open.addEventListener("click", () => camera.open());
  button("take").addEventListener("click", () => camera.take());
  button("use").addEventListener("click", () => camera.use());
  button("again").addEventListener("click", () => camera.again());
  button("turn").addEventListener("click", () => camera.turn());
  button("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => camera.stop());
}

class Camera {
  /** @param {HTMLDialogElement} dialog @param {HTMLFormElement} form */
  constructor(dialog, form) {
    this.dialog = dialog;
    this.form = form;
    this.video = /** @type {HTMLVideoElement} */ (dialog.querySelector("video"));
    this.shot = /** @type {HTMLCanvasElement} */ (dialog.querySelector("canvas"));
    this.guide = /** @type {SVGSVGElement} */ (dialog.querySelector(".camera-guide"));
    this.said = /** @type {HTMLElement} */ (dialog.querySelector(".camera-hint"));
    this.facing = dialog.dataset.facing;
    this.shape = dialog.dataset.shape;
    this.hints = this.shape === "oval" ? new Hints(dialog, this) : null;
    new ResizeObserver(() => this.place()).observe(this.video);
  }

  async open() {
    this.dialog.showModal();
    this.again();
    this.say(this.dialog.dataset.start);
    try {
      const wanted = { video: { ...WANTED, facingMode: this.facing }, audio: false };
      this.video.srcObject = await navigator.mediaDevices.getUserMedia(wanted);
      await this.video.play();
    } catch {
      this.say(this.dialog.dataset.refused);
      return;
    }
    this.video.classList.toggle("mirrored", this.facing === "user"); // people move as before a mirror
    this.place();
    if (this.hints) this.hints.start();
    else this.say(this.dialog.getAttribute(`data-hint-${this.shape}`));
  }

  stop() {
    this.hints?.stop();
    for (const track of this.video.srcObject?.getTracks() ?? []) track.stop();
    this.video.srcObject = null;
  }

  turn() {
    this.facing = this.facing === "user" ? "environment" : "user";
    this.stop();
    void this.open();
  }

  take() {
    if (!this.video.videoWidth) return;
    this.hints?.stop();
    this.shot.width = this.video.videoWidth;
    this.shot.height = this.video.videoHeight;
    this.shot.getContext("2d").drawImage(this.video, 0, 0);
    this.show(true);
    /** @type {HTMLElement} */ (this.dialog.querySelector('[data-do="use"]')).focus();
  }

  again() {
    this.show(false);
    if (this.video.srcObject) this.hints?.start();
  }

  use() {
    this.shot.toBlob(
      (picture) => {
        const files = new DataTransfer();
        files.items.add(new File([picture], "camera.jpg", { type: "image/jpeg" }));
        const field = /** @type {HTMLInputElement} */ (this.form.querySelector("input[type=file]"));
        field.files = files.files;
        field.dispatchEvent(new Event("change"));
        this.dialog.close();
        this.form.requestSubmit();
      },
      "image/jpeg",
      QUALITY,
    );
  }

  /** @param {boolean} taken whether a picture was taken and is to be looked at */
  show(taken) {
    this.shot.hidden = !taken;
    this.video.hidden = taken;
    this.guide.toggleAttribute("hidden", taken);
    for (const name of ["take", "turn", "use", "again"]) {
      const one = /** @type {HTMLElement} */ (this.dialog.querySelector(`[data-do="${name}"]`));
      one.hidden = taken === (name === "take" || name === "turn");
    }
  }

  /** @param {string} words @param {boolean} good */
  say(words, good = false) {
    if (this.said.textContent !== words) this.said.textContent = words;
    this.said.classList.toggle("good", good);
    this.guide.classList.toggle("good", good);
  }

  /** Lay the guide exactly over the picture. */
  place() {
    const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = this.video;
    if (!width || !this.video.videoWidth) return;
    this.guide.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.guide.style.left = `${left}px`;
    this.guide.style.top = `${top}px`;
    this.guide.style.width = `${width}px`;
    this.guide.style.height = `${height}px`;
    const hole = this.shape === "oval" ? oval(width, height) : frame(width, height, this.shape === "card" ? CARD : 2);
    const shade = svg("path", { class: "shade", "fill-rule": "evenodd", d: `M0 0H${width}V${height}H0Z${hole}` });
    this.guide.replaceChildren(shade, svg("path", { class: "line", d: hole }));
  }
}

/** @param {number} width @param {number} height @returns {string} a path */
function oval(width, height) {
  const unit = unitOf(width, height);
  const [rx, ry, x, y] = [OVAL.rx * unit, OVAL.ry * unit, width / 2, OVAL.cy * height];
  return `M${x - rx} ${y}A${rx} ${ry} 0 1 1 ${x + rx} ${y}A${rx} ${ry} 0 1 1 ${x - rx} ${y}Z`;
}

/** @param {number} width @param {number} height @param {number} ratio @returns {string} a path */
function frame(width, height, ratio) {
  const wide = Math.min(0.86 * width, 0.86 * height * ratio);
  const high = wide / ratio;
  const [x, y] = [(width - wide) / 2, (height - high) / 2];
  return `M${x} ${y}h${wide}v${high}h${-wide}Z`;
}

/** @param {string} name @param {Record<string, string>} attributes */
function svg(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** Looks at the live picture again and again and says the one thing that matters most. */
class Hints {
  /** @param {HTMLDialogElement} dialog @param {Camera} camera */
  constructor(dialog, camera) {
    this.dialog = dialog;
    this.camera = camera;
    this.running = false;
    this.sight = new Sight();
  }

  async start() {
    if (this.running) return;
    this.running = true;
    this.steady = new Steady();
    this.camera.say(this.words("no-face")); // where the net does not load, this and the oval still help
    try {
      this.worker ??= await this.load();
    } catch {
      this.running = false;
      return;
    }
    this.look();
  }

  stop() {
    this.running = false;
  }

  async load() {
    const worker = new Worker(this.dialog.dataset.worker, { type: "module" });
    const file = await (await fetch(this.dialog.dataset.face)).arrayBuffer();
    worker.addEventListener("error", () => this.stop()); // such as a browser without modules in workers
    worker.postMessage({ file }, [file]);
    worker.addEventListener("message", (event) => this.tell(event.data));
    return worker;
  }

  look() {
    if (!this.running) return;
    const { video } = this.camera;
    this.worker.postMessage({ rgba: this.sight.take(video, video.videoWidth, video.videoHeight) });
  }

  /** @param {{faces: import("./face.js").Face[], ms: number}} found */
  tell(found) {
    if (!this.running) return;
    const hint = this.steady.take(this.sight.hint(found.faces), performance.now());
    this.dialog.dataset.hint = hint;
    this.dialog.dataset.ms = found.ms.toFixed(1);
    this.camera.say(this.words(hint), hint === "good");
    setTimeout(() => this.look(), PAUSE);
  }

  /** @param {string} hint */
  words(hint) {
    return this.dialog.getAttribute(`data-hint-${hint}`);
  }
}

const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("camera"));
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form.upload"));
if (dialog && form && navigator.mediaDevices?.getUserMedia) setUp(dialog, form);
