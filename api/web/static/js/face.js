// Finds faces in a small picture: BlazeFace (short range) in plain JavaScript, for hints while the camera is open.
// The weights are MediaPipe's (Apache License 2.0); models/face_hints.py writes the file. Nothing leaves the device.

/** Side of the picture the net looks at, pixels. */
export const SIDE = 128;
const ANCHORS = [
  { side: 16, each: 2 },
  { side: 8, each: 6 },
];
const VALUES = 16; // of a box: centre, size, six points
const LEAST_SCORE = 0.5;
const OVERLAP = 0.3;

/**
 * @typedef {{kind: "full" | "depth" | "point", stride: number, shape: number[], weights: Float32Array, bias: Float32Array}} Layer
 * @typedef {{data: Float32Array, side: number, channels: number}} Plane channels are innermost
 * @typedef {{score: number, x: number, y: number, width: number, height: number, points: number[][]}} Face
 *   centre, size and points (right eye, left eye, nose, mouth, right ear, left ear; the person's own right) as shares of the square
 */

/** @param {ArrayBuffer} file @returns {Layer[]} */
export function readLayers(file) {
  const length = new DataView(file).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 4, length)));
  const halves = new Uint16Array(file, 4 + length);
  let place = 0;
  /** @param {number} count */
  const take = (count) => {
    const floats = Float32Array.from(halves.subarray(place, place + count), half);
    place += count;
    return floats;
  };
  return header.map((/** @type {{kind: "full" | "depth" | "point", stride: number, shape: number[]}} */ one) => {
    const [outs, height, width, ins] = one.shape;
    const weights = take(outs * height * width * ins);
    return { ...one, weights, bias: take(one.kind === "depth" ? ins : outs) };
  });
}

/** @param {number} bits of a half float @returns {number} */
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : (fraction / 1024) * 2 ** -14);
}

/**
 * @param {Layer[]} layers @param {Uint8ClampedArray} rgba of SIDE×SIDE pixels
 * @returns {Face[]} the surest first
 */
export function findFaces(layers, rgba) {
  const input = new Float32Array(SIDE * SIDE * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    for (let channel = 0; channel < 3; channel += 1, to += 1) input[to] = rgba[from + channel] / 127.5 - 1;
  }
  const heads = layers.slice(-4);
  let plane = rectify(full({ data: input, side: SIDE, channels: 3 }, layers[0]));
  let wide = plane;
  for (let index = 1; index < layers.length - 4; index += 2) {
    if (layers[index].stride === 2) wide = plane;
    plane = block(plane, layers[index], layers[index + 1]);
  }
  // Heads in the file's order: scores of the wide and the narrow plane, then their boxes.
  const scores = [point(wide, heads[0]).data, point(plane, heads[1]).data];
  const boxes = [point(wide, heads[2]).data, point(plane, heads[3]).data];
  return merged(ANCHORS.flatMap((anchors, index) => decoded(anchors, scores[index], boxes[index])));
}

/** A depthwise and a pointwise convolution beside a shortcut. @param {Plane} plane @param {Layer} first @param {Layer} second */
function block(plane, first, second) {
  const made = point(depth(plane, first), second);
  const short = first.stride === 2 ? halved(plane) : plane;
  const { data } = made;
  for (let pixel = 0; pixel < made.side * made.side; pixel += 1) {
    const to = pixel * made.channels;
    const from = pixel * short.channels;
    for (let channel = 0; channel < short.channels; channel += 1) data[to + channel] += short.data[from + channel];
  }
  return rectify(made);
}

/** @param {Plane} plane */
function rectify(plane) {
  const { data } = plane;
  for (let index = 0; index < data.length; index += 1) if (data[index] < 0) data[index] = 0;
  return plane;
}

/** Pixels outside the picture before its first row, with padding as TensorFlow's "same". @param {number} side @param {Layer} layer */
function before(side, layer) {
  const made = Math.ceil(side / layer.stride);
  return Math.max(0, (made - 1) * layer.stride + layer.shape[1] - side) >> 1;
}

/** @param {Plane} plane @param {Layer} layer @returns {Plane} */
function full(plane, layer) {
  const { weights, bias, stride } = layer;
  const [outs, height, width, ins] = layer.shape;
  const { data, side: from } = plane;
  const side = Math.ceil(from / stride);
  const pad = before(from, layer);
  const made = new Float32Array(side * side * outs);
  for (let y = 0, to = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const left = x * stride - pad;
      const start = Math.max(0, -left);
      const length = (Math.min(width, from - left) - start) * ins;
      for (let out = 0; out < outs; out += 1, to += 1) {
        let sum = bias[out];
        for (let ky = 0; ky < height; ky += 1) {
          const row = y * stride + ky - pad;
          if (row < 0 || row >= from) continue;
          // A row of the kernel lies beside itself in the picture and in the weights.
          const read = (row * from + left + start) * ins;
          const weight = ((out * height + ky) * width + start) * ins;
          for (let place = 0; place < length; place += 1) sum += data[read + place] * weights[weight + place];
        }
        made[to] = sum;
      }
    }
  }
  return { data: made, side, channels: outs };
}

/** @param {Plane} plane @param {Layer} layer @returns {Plane} */
function depth(plane, layer) {
  const { weights, bias, stride } = layer;
  const { data, side: from, channels } = plane;
  const [, height, width] = layer.shape;
  const side = Math.ceil(from / stride);
  const pad = before(from, layer);
  const made = new Float32Array(side * side * channels);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const to = (y * side + x) * channels;
      for (let channel = 0; channel < channels; channel += 1) made[to + channel] = bias[channel];
      for (let ky = 0; ky < height; ky += 1) {
        const row = y * stride + ky - pad;
        if (row < 0 || row >= from) continue;
        for (let kx = 0; kx < width; kx += 1) {
          const column = x * stride + kx - pad;
          if (column < 0 || column >= from) continue;
          const read = (row * from + column) * channels;
          const weight = (ky * width + kx) * channels;
          for (let channel = 0; channel < channels; channel += 1) {
            made[to + channel] += data[read + channel] * weights[weight + channel];
          }
        }
      }
    }
  }
  return { data: made, side, channels };
}

/** @param {Plane} plane @param {Layer} layer @returns {Plane} */
function point(plane, layer) {
  const { weights, bias } = layer;
  const outs = layer.shape[0];
  const { data, side, channels } = plane;
  const made = new Float32Array(side * side * outs);
  // Four pixels at once: each weight is read once for all of them.
  for (let pixel = 0; pixel < side * side; pixel += 4) {
    const first = pixel * channels;
    const second = first + channels;
    const third = second + channels;
    const fourth = third + channels;
    for (let out = 0, to = pixel * outs; out < outs; out += 1, to += 1) {
      const weight = out * channels;
      let one = bias[out];
      let two = one;
      let three = one;
      let four = one;
      for (let channel = 0; channel < channels; channel += 1) {
        const factor = weights[weight + channel];
        one += data[first + channel] * factor;
        two += data[second + channel] * factor;
        three += data[third + channel] * factor;
        four += data[fourth + channel] * factor;
      }
      made[to] = one;
      made[to + outs] = two;
      made[to + 2 * outs] = three;
      made[to + 3 * outs] = four;
    }
  }
  return { data: made, side, channels: outs };
}

/** The largest of each 2×2 pixels. @param {Plane} plane @returns {Plane} */
function halved(plane) {
  const { data, side: from, channels } = plane;
  const side = from >> 1;
  const made = new Float32Array(side * side * channels);
  for (let y = 0, to = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const read = (2 * y * from + 2 * x) * channels;
      for (let channel = 0; channel < channels; channel += 1, to += 1) {
        const one = read + channel;
        const below = one + from * channels;
        made[to] = Math.max(data[one], data[one + channels], data[below], data[below + channels]);
      }
    }
  }
  return { data: made, side, channels };
}

/** @param {{side: number, each: number}} anchors @param {Float32Array} scores @param {Float32Array} boxes @returns {Face[]} */
function decoded(anchors, scores, boxes) {
  const found = [];
  for (let index = 0; index < scores.length; index += 1) {
    const score = 1 / (1 + Math.exp(-scores[index]));
    if (score < LEAST_SCORE) continue;
    const cell = Math.floor(index / anchors.each);
    const x = ((cell % anchors.side) + 0.5) / anchors.side;
    const y = (Math.floor(cell / anchors.side) + 0.5) / anchors.side;
    const box = boxes.subarray(index * VALUES, (index + 1) * VALUES);
    const points = [];
    for (let place = 4; place < VALUES; place += 2) points.push([x + box[place] / SIDE, y + box[place + 1] / SIDE]);
    found.push({ score, x: x + box[0] / SIDE, y: y + box[1] / SIDE, width: box[2] / SIDE, height: box[3] / SIDE, points });
  }
  return found;
}

/** Boxes of one face become one, weighted by their scores. @param {Face[]} found @returns {Face[]} */
function merged(found) {
  let left = found.sort((one, other) => other.score - one.score);
  const faces = [];
  while (left.length) {
    const best = left[0];
    const same = left.filter((one) => overlap(one, best) > OVERLAP);
    left = left.filter((one) => !same.includes(one));
    faces.push({ score: best.score, ...mean(same) });
  }
  return faces;
}

/** @param {Face[]} same */
function mean(same) {
  const total = same.reduce((sum, one) => sum + one.score, 0);
  /** @param {(face: Face) => number} value */
  const of = (value) => same.reduce((sum, one) => sum + one.score * value(one), 0) / total;
  return {
    x: of((one) => one.x),
    y: of((one) => one.y),
    width: of((one) => one.width),
    height: of((one) => one.height),
    points: same[0].points.map((_, index) => [0, 1].map((axis) => of((one) => one.points[index][axis]))),
  };
}

/** @param {Face} one @param {Face} other */
function overlap(one, other) {
  /** @param {"x" | "y"} axis @param {"width" | "height"} size */
  const shared = (axis, size) =>
    Math.max(
      0,
      Math.min(one[axis] + one[size] / 2, other[axis] + other[size] / 2) -
        Math.max(one[axis] - one[size] / 2, other[axis] - other[size] / 2),
    );
  const both = shared("x", "width") * shared("y", "height");
  return both / (one.width * one.height + other.width * other.height - both);
}
