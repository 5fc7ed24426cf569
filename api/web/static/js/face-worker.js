// Looks for faces off the page's thread. Gets {file} once, then {rgba}; answers {faces, ms}.

import { findFaces, readLayers } from "./face.js";

/** @type {import("./face.js").Layer[]} */
let layers = [];

self.addEventListener("message", (event) => {
  if (event.data.file) {
    layers = readLayers(event.data.file);
    return;
  }
  const start = performance.now();
  const faces = findFaces(layers, event.data.rgba);
  self.postMessage({ faces, ms: performance.now() - start });
});
