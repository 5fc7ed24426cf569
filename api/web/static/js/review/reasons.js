/** Reasons of a return: chosen by key, found by typing; beside what the machine said stands what the person says. */

/** @returns {HTMLInputElement[]} those chosen */
export function chosen(article) {
  return [...article.querySelectorAll(".reasons input:checked")];
}

/** As the service wants them. */
export function given(article) {
  return chosen(article).map((input) => {
    const [item, reason] = input.value.split(":");
    return { item, reason };
  });
}

/** Whether the reviewer, not the presets, chose one. */
export function meant(article) {
  return chosen(article).some((input) => !input.defaultChecked);
}

/** Toggle by its number. */
export function toggle(article, number) {
  const input = article.querySelectorAll(".reasons input")[number - 1];
  if (!input) return;
  input.checked = !input.checked;
  opinions(article);
}

/** Choose one, which is put at the list's end where it is not in it. */
export function add(article, item, reason, words) {
  const value = `${item}:${reason}`;
  let input = [...article.querySelectorAll(".reasons input")].find((one) => one.value === value);
  if (!input) {
    const list = article.querySelector(".reasons");
    const line = document.createElement("li");
    line.className = "reason";
    Object.assign(line.dataset, { item, reason, outcome: "" });
    const label = document.createElement("label");
    const key = document.createElement("kbd");
    key.textContent = list.children.length < 9 ? String(list.children.length + 1) : "";
    input = document.createElement("input");
    Object.assign(input, { type: "checkbox", name: "reason", value });
    const told = document.createElement("span");
    told.className = "reason-words";
    const [place, title] = words.split(" · ");
    const strong = document.createElement("b");
    strong.textContent = title;
    const soft = document.createElement("span");
    soft.className = "soft";
    soft.textContent = place;
    told.append(strong, " ", soft);
    label.append(key, input, told);
    const tags = document.createElement("span");
    tags.className = "reason-tags";
    const human = document.createElement("strong");
    human.className = "tag human";
    human.dataset.human = "";
    tags.append(human);
    line.append(label, tags);
    list.append(line);
  }
  input.checked = true;
  input.closest("li").scrollIntoView({ block: "nearest" });
  opinions(article);
}

/** A machine's `review` is no opinion: to leave it is not to overrule it. */
function opinion(outcome, on) {
  if (!outcome) return on ? "added" : "";
  if (on) return "agreed";
  return outcome === "fail" ? "overruled" : "cleared";
}

/** Write the person's opinion beside the machine's. */
export function opinions(article) {
  const words = document.getElementById("console").dataset;
  for (const line of article.querySelectorAll(".reason")) {
    const on = line.querySelector("input").checked;
    const human = line.querySelector("[data-human]");
    const said = opinion(line.dataset.outcome, on);
    human.className = `tag human ${said}`;
    human.textContent = said ? words[`word${said[0].toUpperCase()}${said.slice(1)}`] : "";
  }
  const count = chosen(article).length;
  const told = article.querySelector("[data-opinion]");
  told.className = `tag ${count ? "tag-fail" : "tag-pass"}`;
  told.textContent = count ? words.wordYouReturn.replace("{count}", String(count)) : words.wordYouApprove;
}

/** Every reason there is, of one picture or all: [{item, reason, words}]. */
export function every(article, item = "") {
  const found = [...article.querySelectorAll(".reasons .reason")].map((line) => ({
    item: line.dataset.item,
    reason: line.dataset.reason,
    words: `${line.querySelector(".reason-words .soft").textContent} · ${line.querySelector(".reason-words b").textContent}`,
  }));
  for (const line of article.querySelectorAll(".all-reasons li")) {
    found.push({ item: line.dataset.item, reason: line.dataset.reason, words: line.textContent });
  }
  return found.filter((one) => !item || one.item === item);
}

/**
 * Let the reviewer find one by typing.
 * @param {{item: string, reason: string, words: string}[]} list
 * @param {string} title
 * @returns {Promise<{item: string, reason: string, words: string} | null>} null where the dialog was left
 */
export function pick(list, title = "") {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("picker"));
  const text = /** @type {HTMLInputElement} */ (document.getElementById("picker-text"));
  const options = document.getElementById("picker-list");
  const heading = document.getElementById("picker-title");
  heading.dataset.own ||= heading.textContent;
  heading.textContent = title || heading.dataset.own;
  text.value = "";
  let found = list;
  let at = 0;
  const draw = () => {
    const parts = text.value.toLowerCase().split(/\s+/);
    found = list.filter((one) => parts.every((part) => one.words.toLowerCase().includes(part)));
    at = Math.min(at, Math.max(0, found.length - 1));
    options.replaceChildren(
      ...found.map((one, place) => {
        const option = document.createElement("li");
        Object.assign(option, { id: `pick-${place}`, textContent: one.words });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", String(place === at));
        option.dataset.place = String(place);
        return option;
      }),
    );
    text.setAttribute("aria-activedescendant", found.length ? `pick-${at}` : "");
    options.children[at]?.scrollIntoView({ block: "nearest" });
  };
  return new Promise((resolve) => {
    let answer = null;
    const done = (one) => {
      answer = one;
      dialog.close();
    };
    text.oninput = () => {
      at = 0;
      draw();
    };
    text.onkeydown = (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(1, found.length);
        draw();
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (found[at]) done(found[at]);
      }
    };
    options.onclick = (event) => {
      const option = event.target.closest("[role=option]");
      if (option) done(found[Number(option.dataset.place)]);
    };
    dialog.onclose = () => resolve(answer);
    draw();
    dialog.showModal();
    text.focus();
  });
}
