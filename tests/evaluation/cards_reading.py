"""How often each field of made captures is read exactly, on captures held apart from those used for tuning.

    python -m tests.evaluation.cards_reading [--count 60] [--difficulty good] [--world held]

A capture is photographed with the camera simulator; what a person would accept is meant by `good` and `hard`. The card is
found by photocheck itself; `--true-corners` measures reading alone.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from photocheck.decode import decode
from photocheck.features.idcard.card import IdCard
from photocheck.features.idcard.labelled import read_labelled
from photocheck.features.idcard.look import CardType, Side
from photocheck.features.idcard.reading import FieldText, read_fields
from photocheck.features.idcard.rectify import rectified
from photocheck.finding import NotAssessable
from samples.maker.camera import Capture, photograph, random_shot
from samples.maker.cards import HEIGHT_MM, WIDTH_MM, Specimen, random_specimen

Difficulty = Literal["good", "hard"]
World = Literal["tune", "held"]

CARD_TYPES: tuple[CardType, ...] = ("resident", "hkmt-residence", "foreign-pr", "residence-permit", "temporary")
_DPI = 400.0
_TRUSTED = 0.8
"""Confidence from which a wrong text counts as told surely."""
_CORNER_ERROR = 0.003
"""Standard deviation, in card widths, of the corners' errors where reading is measured alone."""


@dataclass(frozen=True)
class Row:
    """One field of one card type.

    Attributes:
        cards: how many captures carry it.
        exact: on how many the text was read exactly.
        unread: on how many nothing was told.
        surely_wrong: on how many a wrong text was told with confidence.
    """

    card_type: str
    field: str
    cards: int
    exact: int
    unread: int
    surely_wrong: int


def captures(
    count: int, card_type: CardType, side: Side, difficulty: Difficulty, world: World
) -> Iterator[tuple[Specimen, Capture]]:
    """Captures of invented cards; seeds begin at 10 000, where no tuning was done."""
    for seed in range(10_000, 10_000 + count):
        specimen = random_specimen(seed, card_type, side, world, dpi=_DPI)
        shot = random_shot(2 * seed + (side == "emblem"), difficulty, world=world)
        yield specimen, photograph(specimen.rgb, (WIDTH_MM, HEIGHT_MM), seed=seed, shot=shot)


def read_capture(capture: Capture) -> dict[str, FieldText]:
    """The fields as the product reads them; empty where no card is found."""
    if capture.jpeg is None:
        raise ValueError("a capture without a file")
    try:
        return IdCard(decode(capture.jpeg)).texts
    except NotAssessable:
        return {}


def read_at_corners(specimen: Specimen, capture: Capture, seed: int) -> dict[str, FieldText]:
    """The fields where type, side and, but for a small error, the corners are known."""
    width = float(np.hypot(*(capture.corners[1] - capture.corners[0])))
    error = np.random.default_rng(seed).normal(0.0, _CORNER_ERROR * width, (4, 2))
    flat = rectified(capture.rgb, capture.corners + error)
    if specimen.card_type == "residence-permit":
        return read_labelled(flat)
    return read_fields(flat, specimen.card_type, specimen.side)


def exact_match(
    count: int,
    difficulty: Difficulty = "good",
    world: World = "held",
    *,
    true_corners: bool = False,
    card_types: Sequence[CardType] = CARD_TYPES,
) -> tuple[list[Row], dict[str, tuple[int, int]]]:
    """Rows per card type and field, and per card type how many sides had every field exact, of how many."""
    seen: Counter[tuple[str, str, str]] = Counter()
    whole: dict[str, tuple[int, int]] = {}
    for card_type in card_types:
        right = sides = 0
        for side in ("portrait", "emblem"):
            for number, (specimen, capture) in enumerate(captures(count, card_type, side, difficulty, world)):
                if not specimen.fields:
                    continue
                texts = read_at_corners(specimen, capture, number) if true_corners else read_capture(capture)
                sides += 1
                right += _tally(seen, specimen, texts)
        whole[card_type] = (right, sides)
    fields = dict.fromkeys((card_type, key) for card_type, key, _ in seen)
    rows = [
        Row(*field, *(seen[(*field, what)] for what in ("cards", "exact", "unread", "surely wrong")))
        for field in fields
    ]
    return rows, whole


def _tally(seen: Counter[tuple[str, str, str]], specimen: Specimen, texts: dict[str, FieldText]) -> bool:
    """Count one side; whether every field is exact."""
    for key, truth in specimen.fields.items():
        read = texts.get(key)
        told = "" if read is None else read.text
        seen[specimen.card_type, key, "cards"] += 1
        seen[specimen.card_type, key, "exact"] += told == truth
        seen[specimen.card_type, key, "unread"] += not told
        sure = read is not None and read.confidence >= _TRUSTED
        seen[specimen.card_type, key, "surely wrong"] += bool(told) and told != truth and sure
    return all(key in texts and texts[key].text == truth for key, truth in specimen.fields.items())


def main() -> None:
    """Print the rows as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--difficulty", choices=("good", "hard"), default="good")
    parser.add_argument("--world", choices=("tune", "held"), default="held")
    parser.add_argument("--card", choices=CARD_TYPES, nargs="+", default=CARD_TYPES)
    parser.add_argument("--true-corners", action="store_true")
    options = parser.parse_args()
    rows, whole = exact_match(
        options.count, options.difficulty, options.world, true_corners=options.true_corners, card_types=options.card
    )
    print("| card | field | sides | exact | not told | wrong and sure |\n|---|---|---|---|---|---|")
    for row in rows:
        print(f"| {row.card_type} | {row.field} | {row.cards} | {row.exact} | {row.unread} | {row.surely_wrong} |")
    print("\n| card | sides | every field exact |\n|---|---|---|")
    for card_type, (right, sides) in whole.items():
        print(f"| {card_type} | {sides} | {right} |")


if __name__ == "__main__":
    main()
