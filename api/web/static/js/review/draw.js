/** Drawing a defect that the checks missed: with the pointer, or by keys alone. */

import { home, place } from "./pictures.js";

const SVG = "http://www.w3.org/2000/svg";
const MOVE = 0.02;
let state = null;

/** Whether a drawing is going on. */
export function drawing() {
  return state !== null;
}

/**
 * Begin on a picture with a box in its middle.
 * @param {HTMLElement} figure
 * @param {string} hint
 * @param {(item: string, points: number[][]) => void} keep called with two corners as shares of the picture
 */
export function begin(figure, hint, keep) {
  stop();
  const svg = figure.querySelector("svg.view");
  if (!svg) return;
  home(svg);
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("class", "drawing-box");
  svg.append(rect);
  const told = document.createElement("p");
  told.className = "draw-hint";
  told.textContent = hint;
  told.setAttribute("role", "status");
  figure.append(told);
  figure.closest(".stage").classList.add("drawing");
  state = { figure, svg, rect, told, keep, x: 0.4, y: 0.4, w: 0.2, h: 0.2, from: null };
  svg.addEventListener("pointerdown", pressed);
  svg.addEventListener("pointermove", moved);
  svg.addEventListener("pointerup", lifted);
  show();
}

/** End without keeping anything. */
export function stop() {
  if (!state) return;
  state.svg.removeEventListener("pointerdown", pressed);
  state.svg.removeEventListener("pointermove", moved);
  state.svg.removeEventListener("pointerup", lifted);
  state.rect.remove();
  state.told.remove();
  state.figure.closest(".stage")?.classList.remove("drawing");
  state = null;
}

/**
 * Take a key while drawing.
 * @param {KeyboardEvent} event
 * @returns {boolean} whether it was meant for the drawing
 */
export function key(event) {
  if (!state) return false;
  if (event.key === "Escape") {
    stop();
    return true;
  }
  if (event.key === "Enter") {
    finish();
    return true;
  }
  const step = { ArrowLeft: [-MOVE, 0], ArrowRight: [MOVE, 0], ArrowUp: [0, -MOVE], ArrowDown: [0, MOVE] }[event.key];
  if (!step) return false;
  if (event.shiftKey) {
    state.w = Math.min(Math.max(MOVE, state.w + step[0]), 1 - state.x);
    state.h = Math.min(Math.max(MOVE, state.h + step[1]), 1 - state.y);
  } else {
    state.x = Math.min(Math.max(0, state.x + step[0]), 1 - state.w);
    state.y = Math.min(Math.max(0, state.y + step[1]), 1 - state.h);
  }
  show();
  return true;
}

/** A mark that is kept, drawn like those the page came with. */
export function drawn(svg, id, points) {
  const all = home(svg);
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", "mark mark-own");
  group.dataset.mark = id;
  for (const layer of ["under", "over"]) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("class", layer);
    lay(rect, all, points[0][0], points[0][1], points[1][0] - points[0][0], points[1][1] - points[0][1]);
    group.append(rect);
  }
  svg.querySelector(".shapes")?.append(group);
}

function share(event) {
  const all = home(state.svg);
  const at = place(state.svg, event);
  return [Math.min(Math.max((at.x - all.x) / all.w, 0), 1), Math.min(Math.max((at.y - all.y) / all.h, 0), 1)];
}

function pressed(event) {
  event.preventDefault();
  state.svg.setPointerCapture(event.pointerId);
  state.from = share(event);
}

function moved(event) {
  if (!state?.from) return;
  const [x, y] = share(event);
  Object.assign(state, { x: Math.min(x, state.from[0]), y: Math.min(y, state.from[1]) });
  Object.assign(state, { w: Math.abs(x - state.from[0]), h: Math.abs(y - state.from[1]) });
  show();
}

function lifted() {
  if (!state?.from) return;
  state.from = null;
  if (state.w > 0.005 && state.h > 0.005) finish();
}

function finish() {
  const { keep, figure, x, y, w, h } = state;
  stop();
  keep(figure.dataset.item, [
    [x, y],
    [x + w, y + h],
  ]);
}

function show() {
  lay(state.rect, home(state.svg), state.x, state.y, state.w, state.h);
}

function lay(rect, all, x, y, w, h) {
  rect.setAttribute("x", String(all.x + x * all.w));
  rect.setAttribute("y", String(all.y + y * all.h));
  rect.setAttribute("width", String(w * all.w));
  rect.setAttribute("height", String(h * all.h));
}

