"""Draws what the net `ink-look` is trained on: names written, printed, struck out and written over, as masks of ink.

    python -m models.train.inks made --out out/train --count 14000 --fonts FOLDER
    python -m models.train.inks real --out out/train --count 5000 --corpus CORPUS

FOLDER holds more fonts, as unpacked Debian packages; fonts of the world "held" are never used. Nothing of it is kept.
"""

from __future__ import annotations

import argparse
import csv
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from fontTools.ttLib import TTFont
from numpy.typing import NDArray

from photocheck.decode import read
from photocheck.features.signature.look import ink_strip
from photocheck.features.signature.signature import Signature
from photocheck.finding import NotAssessable
from samples.maker.handwriting.ink import Correction, write
from samples.maker.handwriting.names import given_characters, random_name
from samples.maker.handwriting.printed import Font, fonts, typeset
from samples.maker.handwriting.strike import strike_out
from samples.maker.handwriting.writer import Pen, draw_writer

SHAPE = (96, 336)
"""Rows and columns of a strip in the pool; wider ones are cut."""
LEAST = 40
"""Pixels of the characters' height from which anything can be told."""
MOST_WRITERS = 100_000
LATIN = Path("/usr/share/fonts/truetype")
Mask = NDArray[np.float32]
"""h×w, 0..1, the ink."""
Span = tuple[float, float, float, float]
"""Left, top, right, bottom of a character in pixels."""
Kind = Literal["written", "printed", "struck", "overwritten"]
_LATIN_NAMES = ("Anna Lindqvist", "Marco Belli", "Pavel Novak", "Julia Weber", "Tomas Ortega", "Nina Kraus", "Li Ming")


def printing_fonts(folder: Path | None) -> list[tuple[Font, frozenset[str]]]:
    """Fonts of the world "tune" and those of the folder, each with the characters of names that it has."""
    found = list(fonts("tune"))
    if folder is not None:
        found += [(path, 0) for path in sorted(folder.rglob("*")) if path.suffix.lower() in (".ttf", ".otf")]
    known = []
    for path, number in found:
        points = TTFont(path, fontNumber=number, lazy=True).getBestCmap()
        has = frozenset(character for character in given_characters() if ord(character) in points)
        if len(has) > 50:
            known.append(((path, number), has))
    return known


def made(kind: Kind, printing: Sequence[tuple[Font, frozenset[str]]], rng: np.random.Generator) -> Mask:
    """One made name as ink."""
    if kind == "printed":
        return _printed(printing, rng)
    pens: tuple[Pen | None, ...] = (None, None, None, "finger", "ballpoint")
    writer = draw_writer(int(rng.integers(MOST_WRITERS)), world="tune", pen=pens[int(rng.integers(len(pens)))])
    writer = replace(writer, spacing=min(writer.spacing, 0.3))
    name = random_name(rng, script=None if kind == "written" else "han")
    if kind == "written" and rng.random() < 0.06:
        name = random_name(rng, script="latin")
    per_mm = float(rng.uniform(60.0, 170.0)) / writer.size
    seed = int(rng.integers(1_000_000))
    if kind == "written":
        return write(name, writer=writer, seed=seed, per_mm=per_mm).alpha
    at = int(rng.integers(len(name)))
    wrong = str(rng.choice([one for one in given_characters() if one != name[at]]))
    return write(name, writer=writer, seed=seed, per_mm=per_mm, correction=Correction(at, wrong, kind)).alpha


def _printed(printing: Sequence[tuple[Font, frozenset[str]]], rng: np.random.Generator) -> Mask:
    font, has = printing[int(rng.integers(len(printing)))]
    if rng.random() < 0.05:
        paths = sorted(LATIN.glob("dejavu/*.ttf")) + sorted(LATIN.glob("liberation/*.ttf"))
        font, name = (paths[int(rng.integers(len(paths)))], 0), str(rng.choice(_LATIN_NAMES))
    else:
        name = "".join(rng.choice(sorted(has), int(rng.choice((2, 3, 4), p=(0.3, 0.6, 0.1)))))
    spacing = float(rng.choice((0.0, 0.0, rng.uniform(0.0, 0.5))))
    alpha = typeset(name, font=font, size=10.0, per_mm=float(rng.uniform(6.0, 17.0)), spacing=spacing).alpha
    if rng.random() < 0.15:
        lean = float(rng.uniform(-0.25, 0.25))
        high, wide = alpha.shape
        room = int(0.3 * high)
        to = np.array([[1.0, lean, room - lean * high / 2], [0.0, 1.0, 0.0]])
        alpha = np.asarray(cv2.warpAffine(alpha, to, (wide + 2 * room, high)), np.float32)
    return alpha


def crossed_out(ink: Mask, span: Span, width: float, rng: np.random.Generator) -> Mask:
    """The ink with one character struck out by a pen of that width in pixels."""
    drawn = np.zeros(ink.shape, np.uint8)
    for points in strike_out(np.array(span[:2]), np.array(span[2:]), rng):
        smooth = np.column_stack([_smoothed(points[:, axis]) for axis in (0, 1)])
        thick = max(1, round(width * float(rng.uniform(0.8, 1.2))))
        cv2.polylines(
            drawn,
            [np.rint(smooth * 8).astype(np.int32)],
            isClosed=False,
            color=(255,),
            thickness=thick,
            lineType=cv2.LINE_AA,
            shift=3,
        )
    return np.maximum(ink, drawn.astype(np.float32) / 255.0)


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values in many steps, the corners rounded."""
    steps = np.interp(np.linspace(0, len(values) - 1, 24 * len(values)), np.arange(len(values)), values)
    kernel = np.hanning(13)
    return np.convolve(np.pad(steps, 6, mode="edge"), kernel / kernel.sum(), "valid")


def seen(ink: Mask, size: float | None, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The ink as it is found on a picture: turned a little, blurred, its edges cut at another level, coarser.

    Args:
        size: pixels of the characters' height; None takes that of all ink.
    """
    ys, xs = np.nonzero(ink > 0.4)
    ink = ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    room = int(0.2 * max(ink.shape[0], 0.3 * ink.shape[1]))
    ink = np.pad(ink, room)
    high, wide = ink.shape
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    turn = np.radians(rng.normal(0.0, 2.0))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = corners.mean(axis=0)
    least = min(1.0, LEAST / (high - 2 * room))
    zoom = float(rng.choice((1.0, rng.uniform(least, 1.0)))) * rng.uniform((0.92, 0.92), (1.08, 1.08))
    moved = (corners - middle) @ spin.T * zoom
    moved = moved + rng.normal(0.0, 0.012 * high, (4, 2)) - moved.min(axis=0) + 4.0
    extent = np.ceil(moved.max(axis=0) + 4.0).astype(int)
    shrink = float(min(zoom))
    soft = cv2.GaussianBlur(ink, (0, 0), 0.45 / shrink) if shrink < 0.8 else ink
    place = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    soft = cv2.warpPerspective(soft, place, (int(extent[0]), int(extent[1])))
    height = (high - 2 * room) * shrink
    blur = float(rng.uniform(0.0, 0.012)) * height + float(rng.uniform(0.2, 0.8))
    soft = cv2.GaussianBlur(np.asarray(soft, np.float32), (0, 0), blur)
    core = cv2.dilate(soft, np.ones((3, 3), np.uint8), iterations=max(1, round(blur)))
    grain = cv2.GaussianBlur(rng.normal(size=soft.shape).astype(np.float32), (0, 0), 1.0) * rng.uniform(0.0, 0.3)
    found = (soft > rng.uniform(0.3, 0.65) * core + grain * 0.3) & (core > 0.25)
    ys, xs = np.nonzero(found)
    if not len(ys):
        return np.zeros(SHAPE, np.uint8)
    found = found[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    size = found.shape[0] if size is None else min(float(found.shape[0]), size * shrink)
    strip = ink_strip(found, size * float(rng.uniform(0.85, 1.2)))
    begin = int(rng.integers(max(1, strip.shape[1] - SHAPE[1] + 1)))
    down = int(rng.integers(max(1, strip.shape[0] - SHAPE[0] + 1)))
    strip = strip[down : down + SHAPE[0], begin : begin + SHAPE[1]]
    whole = np.zeros(SHAPE, np.uint8)
    whole[: strip.shape[0], : strip.shape[1]] = np.rint(255 * strip)
    return whole


def real(corpus: Path) -> list[tuple[Mask, list[Span], float, float, str]]:
    """Ink of the training part of the real handwriting: mask, characters, their height, the pen's width, whose."""
    found = []
    with (corpus / "handwriting.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "train"]
    for row in rows:
        signature = Signature(read(corpus / row["file"]))
        try:
            panel, groups = signature.panel, signature.groups
        except NotAssessable:
            continue
        if panel.upright:
            continue
        box = panel.box
        mask = panel.ink.mask[box.top : box.bottom, box.left : box.right].astype(np.float32)
        boxes = groups.boxes - np.array([box.left, box.top] * 2)
        if len(boxes) != len(row["name"]):
            edges = np.linspace(0, box.width, len(row["name"]) + 1)
            boxes = np.array([(a, 0, b, box.height) for a, b in itertools.pairwise(edges)])
        spans: list[Span] = [(float(a), float(b), float(c), float(d)) for a, b, c, d in boxes]
        found.append((mask, spans, float(groups.size), panel.ink.stroke, row["writer"] + row["medium"]))
    return found


def corrected_real(
    name: tuple[Mask, list[Span], float, float, str],
    others: Sequence[tuple[Mask, list[Span], float, float, str]],
    kind: Kind,
    rng: np.random.Generator,
) -> Mask:
    """A real name with one of its characters struck out, or with a character of the same hand over it."""
    mask, spans, _, stroke, whose = name
    span = spans[int(rng.integers(len(spans)))]
    if kind == "struck":
        return crossed_out(mask, span, stroke, rng)
    alike = [other for other in others if other[4] == whose]
    source, places, _, _, _ = alike[int(rng.integers(len(alike)))]
    left, top, right, bottom = (int(edge) for edge in places[int(rng.integers(len(places)))])
    piece = source[top : max(bottom, top + 4), left : max(right, left + 4)]
    x, y, width, height = int(span[0]), int(span[1]), int(span[2] - span[0]), int(span[3] - span[1])
    zoom = max(width / piece.shape[1], height / piece.shape[0]) * float(rng.uniform(0.8, 1.1))
    zoom = float(np.clip(zoom, 0.75, 1.35))  # the pen's width stays
    piece = np.asarray(cv2.resize(piece, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR), np.float32)
    room = max(mask.shape)
    whole = np.pad(mask, room)
    row = room + y + (height - piece.shape[0]) // 2 + int(rng.normal(0.0, 0.05 * height))
    column = room + x + (width - piece.shape[1]) // 2 + int(rng.normal(0.0, 0.05 * width))
    part = whole[row : row + piece.shape[0], column : column + piece.shape[1]]
    np.maximum(part, piece[: part.shape[0], : part.shape[1]], out=part)
    return whole


def main() -> None:
    """Draw one part of the pool."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("part", choices=("made", "real"))
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--count", type=int, required=True)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--fonts", type=Path)
    asked.add_argument("--corpus", type=Path)
    given = asked.parse_args()
    cv2.setNumThreads(1)
    rng = np.random.default_rng((17, given.seed))
    strips, printed, corrected = [], [], []
    kinds: tuple[Kind, ...] = ("written", "printed", "struck", "overwritten")
    if given.part == "made":
        printing = printing_fonts(given.fonts)
        for _ in range(given.count):
            kind: Kind = str(rng.choice(kinds, p=(0.4, 0.14, 0.2, 0.26)))  # type: ignore[assignment]
            ink = made(kind, printing, rng)
            while ink.max() < 0.5:  # fonts have blanks for some characters that they claim to have
                ink = made(kind, printing, rng)
            strips.append(seen(ink, None, rng))
            printed.append(kind == "printed")
            corrected.append(kind in ("struck", "overwritten"))
    else:
        names = real(given.corpus)
        for number in range(given.count):
            kind = str(rng.choice(kinds, p=(0.6, 0.0, 0.2, 0.2)))  # type: ignore[assignment]
            name = names[number % len(names)]
            ink = name[0] if kind == "written" else corrected_real(name, names, kind, rng)
            strips.append(seen(ink, name[2], rng))
            printed.append(False)
            corrected.append(kind != "written")
    given.out.mkdir(parents=True, exist_ok=True)
    path = given.out / f"inks-{given.part}-{given.seed}.npz"
    np.savez(path, strip=np.stack(strips), printed=np.array(printed), corrected=np.array(corrected))


if __name__ == "__main__":
    main()
