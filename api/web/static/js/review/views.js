/** What of a case is on the screen: all pictures, one large, two side by side, or the card's fields. */

import * as pictures from "./pictures.js";

let pointer = null;

/** Follow the pointer, and light up what a finding is about. */
export function listen(root) {
  root.addEventListener("pointermove", (event) => {
    pointer = event;
  });
  for (const [kind, on] of [["pointerover", true], ["pointerout", false]]) {
    root.addEventListener(kind, (event) => {
      const line = event.target.closest?.("[data-finding]");
      if (line) light(line.closest("article"), on ? line.dataset.finding : "");
    });
  }
}

function light(article, finding) {
  const stage = article.querySelector(".stage");
  const found = finding ? stage.querySelectorAll(`[data-finding="${CSS.escape(finding)}"]`) : [];
  stage.classList.toggle("lit", found.length > 0);
  for (const group of stage.querySelectorAll(".lit[data-finding]")) group.classList.remove("lit");
  for (const group of found) group.classList.add("lit");
}

/** All pictures. */
export function overview(article) {
  if (!article) return;
  part(article, ".stage");
  const stage = article.querySelector(".stage");
  stage.classList.remove("zoomed");
  for (const figure of stage.querySelectorAll(".picture")) figure.classList.remove("large");
  for (const svg of article.querySelectorAll(".stage svg.view, .compare svg.view")) pictures.whole(svg);
}

/** The picture under the pointer, else the one with the focus, else the first. */
export function chosen(article) {
  const focused = document.activeElement?.closest?.(".picture");
  if (focused && article.contains(focused)) return focused;
  const under = pointer && document.elementFromPoint(pointer.clientX, pointer.clientY)?.closest?.(".picture");
  if (under && article.contains(under)) return under;
  return article.querySelector(".picture.large") || article.querySelector(".picture");
}

/** One picture over the whole stage, around the pointer where it is on it; or back. */
export function zoom(article) {
  const stage = article.querySelector(".stage");
  if (stage.classList.contains("zoomed")) {
    overview(article);
    return;
  }
  const figure = chosen(article);
  const svg = figure?.querySelector("svg.view");
  if (!svg) return;
  pictures.home(svg);
  const at = pointer && figure.contains(document.elementFromPoint(pointer.clientX, pointer.clientY)) ? pictures.place(svg, pointer) : null;
  part(article, ".stage");
  stage.classList.add("zoomed");
  figure.classList.add("large");
  if (at) pictures.around(svg, at);
  void pictures.sharpen(figure);
}

/** Closer or further by keys. */
export function step(article, direction) {
  const svg = chosen(article)?.querySelector("svg.view");
  if (!svg) return;
  const [x, y, w, h] = svg.getAttribute("viewBox").split(" ").map(Number);
  pictures.home(svg);
  pictures.closer(svg, { x: x + w / 2, y: y + h / 2 }, direction > 0 ? pictures.STEP : 1 / pictures.STEP);
}

/** Arrows move about in a zoomed picture, else choose a picture. */
export function arrow(article, key) {
  const large = article.querySelector(".stage.zoomed .picture.large svg.view");
  if (large) {
    pictures.pan(large, key);
    return;
  }
  const all = [...article.querySelectorAll(".picture")];
  const at = all.indexOf(document.activeElement?.closest?.(".picture"));
  const by = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  all[(at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by + all.length) % all.length]?.focus({ preventScroll: true });
}

/** Two pictures side by side; again for the next pair, then back to all. */
export function compare(article) {
  const section = article.querySelector(".compare");
  const pairs = [...section.querySelectorAll("[data-pair]")];
  const shown = section.hidden ? -1 : pairs.findIndex((pair) => !pair.hidden);
  if (!section.hidden && shown + 1 >= pairs.length) {
    overview(article);
    return;
  }
  part(article, ".compare");
  section.querySelector(".nothing").hidden = pairs.length > 0;
  pairs.forEach((pair, place) => {
    pair.hidden = place !== shown + 1;
  });
}

/**
 * What was read beside where it stands; again for all pictures.
 * @param {boolean} [stay] open it, and do not close it
 */
export function fields(article, stay = false) {
  const open = !article.querySelector(".fields").hidden;
  if (open && !stay) overview(article);
  else part(article, ".fields");
}

function part(article, shown) {
  for (const selector of [".stage", ".compare", ".fields"]) article.querySelector(selector).hidden = selector !== shown;
}
