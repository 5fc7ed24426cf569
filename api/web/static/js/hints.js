// What to tell somebody before the camera: worked out of the face found and of the light, one hint at a time.

import { SIDE } from "./face.js";

/**
 * @typedef {import("./face.js").Face} Face
 * @typedef {{mean: number, left: number, right: number, sharpness: number}} Light of the face, luma 0..255; sharpness: see `lightOf`
 * @typedef {{x: number, y: number, width: number, height: number}} Oval where the face belongs, shares of the square
 */

/** The guide: shares of `unit`, which is the picture's height, or less where it is narrow; `cy` of its height. */
export const OVAL = { rx: 0.24, ry: 0.34, cy: 0.46 };
const NARROW = 0.75; // width by height
const BOX = { width: 0.91, below: 0.095 }; // the net's box of a head that fills the oval: by its width; below its middle
const LIGHT_SIDE = 320; // pixels of the copy on which light is measured

// Limits of light and sharpness were set on 13 real portraits as a camera shows them, the others by trying.
const CLOSE = 1.18; // times the width a face in the oval has
const FAR = 0.8;
const OFF_CENTRE = 0.28; // of the face's width
const ROLL_DEGREES = 7;
const TURNED = 0.22; // nose out of the middle of both eyes, of the eyes' distance
const DARK = 70;
const BRIGHT = 225;
const UNEVEN = 0.62; // darker half of the face by the brighter
const BLURRED = 0.017; // sharp portraits have 0.027 to 0.06 (a drawn one less), those blurred by 3 % of the face's width 0.01 to 0.019

/** @param {number} width @param {number} height @returns {number} */
export function unitOf(width, height) {
  return Math.min(height, width / NARROW);
}

/** Sees one picture: made square by bars, small for the net and larger for the light. */
export class Sight {
  constructor() {
    [this.small, this.large] = [SIDE, LIGHT_SIDE].map((side) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
      return canvas.getContext("2d", { willReadFrequently: true });
    });
  }

  /** @param {CanvasImageSource} source @param {number} width @param {number} height @returns {Uint8ClampedArray} for the net */
  take(source, width, height) {
    const longer = Math.max(width, height);
    this.width = width / longer;
    this.height = height / longer;
    for (const canvas of [this.small, this.large]) {
      const side = canvas.canvas.width;
      const [wide, high] = [this.width * side, this.height * side];
      canvas.fillRect(0, 0, side, side);
      canvas.drawImage(source, (side - wide) / 2, (side - high) / 2, wide, high);
    }
    return this.small.getImageData(0, 0, SIDE, SIDE).data;
  }

  /** What to say of the picture taken last, in which the net found these faces. @param {Face[]} faces @returns {string} */
  hint(faces) {
    const picture = this.large.getImageData(0, 0, LIGHT_SIDE, LIGHT_SIDE);
    const where = faces[0] ?? { x: 0.5, y: 0.5, width: this.width, height: this.height };
    return hintFor(faces, lightOf(picture, where), this.oval());
  }

  /** Where the net's box of a face in the oval lies. @returns {Oval} */
  oval() {
    const unit = unitOf(this.width, this.height);
    const side = 2 * OVAL.rx * unit * BOX.width;
    return { x: 0.5, y: 0.5 + (OVAL.cy - 0.5) * this.height + BOX.below * unit, width: side, height: side };
  }
}

/**
 * @param {Face[]} faces @param {Light | null} light @param {Oval} oval
 * @returns {string} the name of a hint; "good" where there is nothing to say
 */
export function hintFor(faces, light, oval) {
  if (!faces.length) return light && light.mean < DARK ? "dark" : "no-face";
  const [face, second] = faces;
  if (second && second.width > face.width / 2) return "several";
  if (face.width > oval.width * CLOSE) return "back";
  if (face.width < oval.width * FAR) return "closer";
  const aside = Math.abs(face.x - oval.x) > OFF_CENTRE * face.width;
  if (aside) return "centre";
  if (face.y - oval.y > OFF_CENTRE * face.height) return "up";
  if (oval.y - face.y > OFF_CENTRE * face.height) return "down";
  const [rightEye, leftEye, nose] = face.points;
  const across = leftEye[0] - rightEye[0];
  const down = leftEye[1] - rightEye[1];
  const degrees = (Math.atan2(down, Math.abs(across)) * 180) / Math.PI;
  if (Math.abs(degrees) > ROLL_DEGREES) return "straight";
  const middle = (rightEye[0] + leftEye[0]) / 2;
  if (Math.abs(nose[0] - middle) > TURNED * Math.hypot(across, down)) return "front";
  if (!light) return "good";
  if (light.mean < DARK) return "dark";
  if (light.mean > BRIGHT) return "bright";
  if (Math.min(light.left, light.right) < UNEVEN * Math.max(light.left, light.right)) return "side-light";
  if (light.sharpness < BLURRED) return "blurred";
  return "good";
}

/**
 * The light on a face: mean luma, that of its halves, and the mean step between neighbouring pixels as a share of the mean.
 * @param {ImageData} picture a square @param {Oval} face shares of it
 * @returns {Light | null} null where the box holds too little
 */
export function lightOf(picture, face) {
  const [x, y, width, height] = [face.x, face.y, face.width, face.height].map((share) => share * picture.width);
  const left = Math.max(0, Math.round(x - width * 0.35));
  const right = Math.min(picture.width - 1, Math.round(x + width * 0.35));
  const top = Math.max(0, Math.round(y - height * 0.3));
  const bottom = Math.min(picture.height - 1, Math.round(y + height * 0.4));
  if (right - left < 8 || bottom - top < 8) return null;
  const middle = (left + right) / 2;
  const sums = [0, 0];
  const counts = [0, 0];
  let steps = 0;
  for (let row = top; row < bottom; row += 1) {
    let last = luma(picture, left, row);
    for (let column = left; column < right; column += 1) {
      const here = luma(picture, column + 1, row);
      const half = column < middle ? 0 : 1;
      sums[half] += here;
      counts[half] += 1;
      steps += Math.abs(here - last);
      last = here;
    }
  }
  const mean = (sums[0] + sums[1]) / (counts[0] + counts[1]);
  const sharpness = steps / (counts[0] + counts[1]) / Math.max(mean, 1);
  return { mean, left: sums[0] / counts[0], right: sums[1] / counts[1], sharpness };
}

/** @param {ImageData} picture @param {number} x @param {number} y */
function luma(picture, x, y) {
  const place = 4 * (y * picture.width + x);
  return 0.299 * picture.data[place] + 0.587 * picture.data[place + 1] + 0.114 * picture.data[place + 2];
}

/** A hint must last before it is shown, so that it does not flicker, and stay long enough to be read. */
export class Steady {
  constructor(lasting = 350, reading = 900) {
    this.lasting = lasting;
    this.reading = reading;
    this.shown = "";
    this.shownAt = -Infinity;
    this.next = "";
    this.nextAt = 0;
  }

  /** @param {string} hint @param {number} now milliseconds @returns {string} the hint to show */
  take(hint, now) {
    if (hint !== this.next) {
      this.next = hint;
      this.nextAt = now;
    }
    const settled = now - this.nextAt >= this.lasting && now - this.shownAt >= this.reading;
    if (hint !== this.shown && (settled || !this.shown)) {
      this.shown = hint;
      this.shownAt = now;
    }
    return this.shown;
  }
}
