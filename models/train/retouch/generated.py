"""Traces of generators: the picture through a linear auto-encoder whose decoder up-samples as theirs do.

The encoder keeps the strongest principal components of the picture's own patches; what a decoder with strides, zeros or
shuffled channels leaves behind comes back in its period (Zhang 2019 simulate it with trained nets; patches do as well).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from models.train.retouch.face import Face
from models.train.retouch.made import Image, Made, Plane, amount, blurred, family, levels

_PATCHES = 4000


@family("generated", "train")
def decoded_transposed(rgb: Image, _face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Patches of 8 decoded at a stride of 4 and added: the uneven overlap of a transposed convolution."""
    return _over(rgb, _patch_decoded(rgb, 8, 4, strength, rng), strength)


@family("generated", "validation")
def decoded_shuffled(rgb: Image, _face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Patches of 4 side by side: a pixel shuffle."""
    return _over(rgb, _patch_decoded(rgb, 4, 4, strength, rng), strength)


@family("generated", "train")
def decoded_interpolated(rgb: Image, _face: Face, strength: float, rng: np.random.Generator) -> Made:
    """Halved one to three times, enlarged by nearest or linear up-sampling with a filter after each, as decoders do."""
    halvings = 1 + round(2 * strength)
    small = rgb.astype(np.float32)
    sizes = []
    for _ in range(halvings):
        sizes.append(small.shape[1::-1])
        small = cv2.resize(small, (max(4, sizes[-1][0] // 2), max(4, sizes[-1][1] // 2)), interpolation=cv2.INTER_AREA)
    how = cv2.INTER_NEAREST if rng.random() < 0.5 else cv2.INTER_LINEAR
    for size in reversed(sizes):
        small = cv2.resize(small, size, interpolation=how)
        small = small + rng.uniform(0.3, 0.9) * (small - blurred(small, 0.9))
    grain = rng.normal(0, rng.uniform(0, 2.0), rgb.shape[:2])[..., None]
    return _over(rgb, np.asarray(blurred(small, 0.5) + blurred(grain, 0.7)[..., None], np.float32), strength)


def _over(rgb: Image, decoded: Plane, strength: float) -> Made:
    share = np.float32(amount(strength, 0.6, 1.0))
    return Made(levels(rgb + share * (decoded - rgb)), np.ones(rgb.shape[:2], np.float32))


def _patch_decoded(rgb: Image, side: int, stride: int, strength: float, rng: np.random.Generator) -> Plane:
    """The picture from the strongest components of its patches, laid down with a window that does not sum to one."""
    pixels = rgb.astype(np.float32)
    padded = cv2.copyMakeBorder(pixels, side, 2 * side, side, 2 * side, cv2.BORDER_REFLECT)
    views = sliding_window_view(padded, (side, side), axis=(0, 1))[::stride, ::stride]
    rows, columns = views.shape[:2]
    patches = views.reshape(rows * columns, -1)
    chosen = patches[rng.integers(len(patches), size=_PATCHES)]
    middle = chosen.mean(axis=0)
    _, _, components = np.linalg.svd(chosen - middle, full_matrices=False)
    kept = components[: max(6, round(len(components) * amount(strength, 0.35, 0.12)))]
    made = ((patches - middle) @ kept.T) @ kept + middle
    tiles = made.reshape(rows, columns, 3, side, side)
    if stride == side:
        window = np.ones((side, side), np.float32)
    else:
        ramp = np.interp(np.arange(side) + 0.5, (0, side / 2, side), (0, 1, 0)) + rng.normal(0, 0.03, side)
        window = np.outer(ramp, ramp).astype(np.float32)
    total = np.zeros_like(padded)
    for row in range(side // stride):  # tiles of one phase do not overlap
        for column in range(side // stride):
            part = tiles[row :: side // stride, column :: side // stride] * window
            height, width = part.shape[0] * side, part.shape[1] * side
            whole = part.transpose(0, 3, 1, 4, 2).reshape(height, width, 3)
            top, left = row * stride, column * stride
            total[top : top + height, left : left + width] += whole
    return total[side : side + rgb.shape[0], side : side + rgb.shape[1]]
