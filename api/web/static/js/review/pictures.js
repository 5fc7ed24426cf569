/** Pictures of a case: each fetched once, shown in several places, zoomed to the pointer, panned by dragging. */

const ZOOM = 2.6;
const STEP = 1.25;
const CLOSEST = 24;

/**
 * Fetch every picture of a case and put it where it is shown.
 * @param {HTMLElement} article
 */
export async function load(article) {
  for (const fallback of article.querySelectorAll("noscript")) fallback.remove();
  const places = new Map();
  for (const image of article.querySelectorAll("image[data-src]:not([href])")) {
    const list = places.get(image.dataset.src) || [];
    places.set(image.dataset.src, [...list, image]);
  }
  await Promise.all([...places].map(([src, images]) => show(src, images)));
}

/**
 * @param {string} src
 * @param {SVGImageElement[]} images
 */
async function show(src, images) {
  const answer = await fetch(src);
  if (!answer.ok) return;
  const address = URL.createObjectURL(await answer.blob());
  const ahead = new Image();
  ahead.src = address;
  await ahead.decode().catch(() => undefined); // so that showing it later costs nothing
  for (const image of images) image.setAttribute("href", address);
}

/** Give the memory of a case's pictures back. */
export function forget(article) {
  const held = new Set([...article.querySelectorAll("image[href^='blob:']")].map((image) => image.getAttribute("href")));
  for (const address of held) URL.revokeObjectURL(address);
}

/** @returns {{x: number, y: number, w: number, h: number}} what of its picture an svg shows when not zoomed */
export function home(svg) {
  svg.dataset.home ||= svg.getAttribute("viewBox");
  const [x, y, w, h] = svg.dataset.home.split(" ").map(Number);
  return { x, y, w, h };
}

/** A point of the screen as a point of the picture, in its pixels. */
export function place(svg, event) {
  const matrix = svg.getScreenCTM();
  return matrix ? new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()) : new DOMPoint();
}

function box(svg) {
  const [x, y, w, h] = svg.getAttribute("viewBox").split(" ").map(Number);
  return { x, y, w, h };
}

function setBox(svg, { x, y, w, h }) {
  svg.setAttribute("viewBox", [x, y, w, h].map((number) => number.toFixed(2)).join(" "));
}

/** Back to the whole picture. */
export function whole(svg) {
  setBox(svg, home(svg));
}

/** Show a picture closer around a point, which stays where it is on the screen. */
export function closer(svg, point, factor) {
  const now = box(svg);
  const all = home(svg);
  const w = Math.min(Math.max(now.w / factor, all.w / CLOSEST), all.w);
  if (w === all.w) return whole(svg);
  const share = w / now.w;
  return setBox(svg, { x: point.x - (point.x - now.x) * share, y: point.y - (point.y - now.y) * share, w, h: now.h * share });
}

/** Fill the svg with the part of the picture around a point. */
export function around(svg, point) {
  const all = home(svg);
  const shown = svg.getBoundingClientRect();
  const w = all.w / ZOOM;
  const h = (w * shown.height) / Math.max(1, shown.width);
  setBox(svg, { x: point.x - w / 2, y: point.y - h / 2, w, h });
}

/** @param {string} key an arrow key's name */
export function pan(svg, key) {
  const now = box(svg);
  const step = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15] }[key];
  setBox(svg, { ...now, x: now.x + step[0] * now.w, y: now.y + step[1] * now.h });
}

/** Every pixel of the upload instead of the copy for the screen; it costs the service a moment, so only when zoomed. */
export async function sharpen(figure) {
  const image = figure.querySelector("image");
  const src = figure.dataset.original;
  if (!src || !image || image.dataset.sharp) return;
  image.dataset.sharp = "yes";
  const answer = await fetch(src).catch(() => null);
  if (!answer?.ok) return;
  const before = image.getAttribute("href");
  image.setAttribute("href", URL.createObjectURL(await answer.blob()));
  if (before && !document.querySelector(`image[href="${before}"]`)) URL.revokeObjectURL(before);
}

/**
 * Wheel and drag over every picture of the console.
 * @param {HTMLElement} root
 * @param {() => boolean} drawing whether dragging means drawing now
 */
export function listen(root, drawing) {
  root.addEventListener(
    "wheel",
    (event) => {
      const svg = event.target.closest?.("svg.view");
      if (!svg || svg.closest(".fields") || event.ctrlKey) return;
      event.preventDefault();
      home(svg);
      closer(svg, place(svg, event), event.deltaY < 0 ? STEP : 1 / STEP);
      const figure = svg.closest("figure.picture");
      if (figure) void sharpen(figure);
    },
    { passive: false },
  );
  let held = null;
  root.addEventListener("pointerdown", (event) => {
    const svg = event.target.closest?.("svg.view");
    if (!svg || drawing() || event.button !== 0) return;
    home(svg);
    held = { svg, from: place(svg, event) };
  });
  root.addEventListener("pointermove", (event) => {
    if (!held || held.svg.dataset.home === held.svg.getAttribute("viewBox")) return;
    const now = box(held.svg);
    const at = place(held.svg, event);
    setBox(held.svg, { ...now, x: now.x + held.from.x - at.x, y: now.y + held.from.y - at.y });
  });
  window.addEventListener("pointerup", () => {
    held = null;
  });
}

export { STEP };
