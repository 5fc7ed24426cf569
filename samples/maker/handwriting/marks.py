"""What lies on a sheet besides the name: lines, boxes, print, other writing, slips mended with white."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.maker.handwriting import paper as papers
from samples.maker.handwriting.ink import write
from samples.maker.handwriting.names import random_name
from samples.maker.handwriting.printed import Font, typeset
from samples.maker.handwriting.sheet import Canvas, Mark
from samples.maker.handwriting.writer import Writer

Colour = tuple[int, int, int]

_SHIFT = 4
LINE_COLOURS: tuple[Colour, ...] = ((120, 150, 200), (150, 150, 155), (90, 90, 95), (120, 170, 150), (205, 110, 110))
"""sRGB of lines that writing paper has."""
_FORM_WORDS = (
    "申请人签名",
    "签字",
    "姓名",
    "本人确认以上内容属实",
    "日期",
    "联系电话",
    "样本表格 第一页",
    "请在方框内书写",
)


def _line(alpha: NDArray[np.float32], ends: NDArray[np.float64], width: float) -> None:
    """A straight line of `width` pixels, drawn four times finer where it is thin."""
    strength = min(1.0, width)
    points = np.round(ends * 2**_SHIFT).astype(int).tolist()
    drawn = np.zeros_like(alpha)
    cv2.line(drawn, points[0], points[1], (strength,), max(1, round(width)), cv2.LINE_AA, _SHIFT)
    np.maximum(alpha, drawn, out=alpha)


def ruled(pitch: float = 8.0, width: float = 0.2, colour: Colour | None = None, *, squared: bool = False) -> Mark:
    """Lines `pitch` mm apart over the whole sheet; one of them runs where the name stands. `squared` adds uprights."""

    def draw(canvas: Canvas) -> None:
        rows, columns = canvas.shape
        random = canvas.random
        tint = colour or LINE_COLOURS[int(random.integers(len(LINE_COLOURS)))]
        alpha = np.zeros(canvas.shape, np.float32)
        step = pitch * canvas.per_mm
        tilt = np.tan(np.radians(random.normal(0.0, 0.3)))
        first = (canvas.place[3] - random.uniform(0.0, 0.35) * (canvas.place[3] - canvas.place[1])) % step
        for y in np.arange(first, rows, step):
            _line(alpha, np.array([(0.0, y), (columns, y + tilt * columns)]), width * canvas.per_mm)
        for x in np.arange(random.uniform(0, step), columns, step) if squared else ():
            _line(alpha, np.array([(x, 0.0), (x - tilt * rows, rows)]), width * canvas.per_mm)
        canvas.cover(alpha * random.uniform(0.6, 0.95), tint)
        canvas.facts["lines"] = {"pitch": pitch, "colour": tint, "squared": squared}

    return draw


def form_box(width: float = 0.35, label: str | None = "签名") -> Mark:
    """A printed frame round the name, with a label beside it; wide writing touches it."""

    def draw(canvas: Canvas) -> None:
        random = canvas.random
        left, top, right, bottom = canvas.place
        near = random.uniform(-0.5, 5.0, 4) * canvas.per_mm
        box = np.array([(left - near[0], top - near[1]), (right + near[2], bottom + near[3])])
        alpha = np.zeros(canvas.shape, np.float32)
        corners = np.array([box[0], (box[1, 0], box[0, 1]), box[1], (box[0, 0], box[1, 1])])
        for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            _line(alpha, np.array([start, end]), width * canvas.per_mm)
        canvas.cover(alpha * 0.9, (40, 40, 44))
        canvas.facts["box"] = box.tolist()
        if label:
            words = typeset(label, size=random.uniform(3.0, 4.5), per_mm=canvas.per_mm)
            canvas.cover(words.alpha, (40, 40, 44), int(box[0, 0]), int(box[0, 1] - words.alpha.shape[0]))

    return draw


def printed_text(font: Font, lines: int = 3, size: float | None = None) -> Mark:
    """Lines of a form's print above and below the name."""

    def draw(canvas: Canvas) -> None:
        random = canvas.random
        em = size or float(random.uniform(2.6, 5.0))
        below = canvas.place[3] + 2.0 * canvas.per_mm
        above = canvas.place[1] - 2.0 * canvas.per_mm
        for number in range(lines):
            words = "：".join(random.choice(_FORM_WORDS, int(random.integers(1, 4)), replace=False)) + "："
            ink = typeset(words, font=font, size=em, per_mm=canvas.per_mm)
            high = ink.alpha.shape[0]
            if number % 2:
                top, below = below, below + high
            else:
                above -= high
                top = above
            canvas.cover(ink.alpha, (38, 38, 42), int(canvas.place[0] - random.uniform(0, 8) * canvas.per_mm), int(top))

    return draw


def other_writing(writer: Writer, seed: int, name: str | None = None) -> Mark:
    """Another name by a hand, above or below the first, well clear of it."""

    def draw(canvas: Canvas) -> None:
        random = canvas.random
        other = write(name or random_name(random, script="han"), writer=writer, seed=seed, per_mm=canvas.per_mm)
        gap = random.uniform(0.5, 1.2) * (canvas.place[3] - canvas.place[1])
        left = int(canvas.place[0] + random.uniform(-10, 15) * canvas.per_mm)
        lower, high = canvas.place[3] + gap, other.alpha.shape[0]
        top = lower if lower + high < canvas.view[3] else canvas.place[1] - gap - high
        left = int(np.clip(left, canvas.view[0], max(canvas.view[0], canvas.view[2] - other.alpha.shape[1])))
        canvas.cover(other.alpha, (26, 26, 30), left, int(top))
        canvas.facts["other"] = other.name

    return draw


def correction_fluid(writer: Writer, seed: int, box: tuple[float, float, float, float]) -> Mark:
    """A wrong character under a patch of white fluid; the right one is written over it.

    Args:
        writer: who wrote it.
        seed: which try.
        box: the right character's place as shares of the name's box: left, top, right, bottom.
    """

    def draw(canvas: Canvas) -> None:
        random = canvas.random
        left, top, right, bottom = canvas.place
        ends = np.array([(left, top), (left, top)]) + np.reshape(box, (2, 2)) * (right - left, bottom - top)
        wrong = random_name(random, script="han")[-1]
        slip = write(wrong, writer=replace(writer, drift=0.0), seed=seed + 1, per_mm=canvas.per_mm)
        canvas.cover(slip.alpha, (26, 26, 30), int(ends[0, 0] - canvas.per_mm), int(ends[0, 1] - canvas.per_mm))
        middle, half = ends.mean(axis=0), np.ptp(ends, axis=0) / 2 + 1.2 * canvas.per_mm
        angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        rim = (1.0 + 0.07 * random.normal(size=8) @ np.cos(np.outer(np.arange(1, 9), angles)) / 2)[:, None]
        blob = (
            middle
            + rim
            * half
            * np.sign(np.column_stack([np.cos(angles), np.sin(angles)]))
            * np.abs(np.column_stack([np.cos(angles), np.sin(angles)])) ** 0.6
        )  # a rounded square
        patch = np.zeros(canvas.shape, np.uint8)
        cv2.fillPoly(patch, [blob.astype(np.int32)], (255,), cv2.LINE_AA)
        soft = cv2.GaussianBlur(patch, (0, 0), 0.12 * canvas.per_mm).astype(np.float32)[..., None] / 255.0
        relief = cv2.Sobel(soft[..., 0], cv2.CV_32F, 0, 1, ksize=3) * 0.25
        white = 0.93 + 0.015 * papers.noise(canvas.shape, 0.5 * canvas.per_mm, random)[..., None]
        canvas.light = canvas.light * (1 - 0.97 * soft) + 0.97 * soft * white * np.array((0.99, 1.0, 1.0), np.float32)
        canvas.light *= 1.0 + relief[..., None]
        canvas.facts["fluid"] = ends.tolist()

    return draw
