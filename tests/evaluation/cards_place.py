"""How well cards are found, on simulated captures held apart: corners, rotation, side, type; and what is no card.

python -m tests.evaluation.cards_place --count 200 --world held
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from photocheck.decode import Picture, decode, read
from photocheck.features.idcard.card import IdCard
from photocheck.finding import NotAssessable
from samples.maker.camera import World, photograph, random_shot
from samples.maker.cards import CardType, random_specimen

SIZE_MM = (85.60, 54.00)
TYPES: tuple[CardType, ...] = (
    "resident", "resident", "resident", "hkmt-residence", "foreign-pr", "residence-permit", "temporary", "resident",
)  # fmt: skip
FIRST_SEED = 7_600_000
"""Seeds from here on are for measuring only."""


@dataclass(frozen=True)
class Row:
    """What was found on one capture.

    Attributes:
        corner_error: distance of the worst corner from the truth as a share of the card's width in pixels; None where no
            card was found.
        milliseconds: of processor time, decoding left out.
    """

    seed: int
    difficulty: str
    desk: str
    corner_error: float | None
    rotation: bool
    side: bool
    card_type: bool
    confidence: float
    milliseconds: float


def rows(count: int, world: World = "held", first_seed: int = FIRST_SEED) -> Iterator[Row]:
    """One row a capture, good and hard ones in turn, of 1600×1200 pixels."""
    for seed in range(first_seed, first_seed + count):
        made = random_specimen(seed, TYPES[seed % len(TYPES)], world=world)
        difficulty = "good" if seed % 2 == 0 else "hard"
        shot = random_shot(seed, "good" if difficulty == "good" else "hard", world=world)
        capture = photograph(made.rgb, SIZE_MM, seed=seed, shot=shot)
        truth = capture.corners + 0.5  # the simulator counts from pixel centres
        card = IdCard(picture_of(capture.rgb, capture.jpeg))
        card.work  # noqa: B018  made for every kind of picture
        started = time.process_time()
        try:
            place = card.place
        except NotAssessable:
            took = (time.process_time() - started) * 1000
            yield Row(seed, difficulty, shot.desk, None, False, False, False, 0.0, took)
            continue
        took = (time.process_time() - started) * 1000
        width = float(np.hypot(*(truth[1] - truth[0])))
        # Whether the corners are right is one question, which of them is the top left another.
        error = min(float(np.hypot(*(np.roll(place.corners, turn, axis=0) - truth).T).max()) for turn in range(4))
        yield Row(
            seed, difficulty, shot.desk, error / width,
            card.rotation == capture.rotation, card.side == made.side, card.card_type == made.card_type,
            place.confidence, took,
        )  # fmt: skip


def picture_of(rgb: np.ndarray, jpeg: bytes | None) -> Picture:
    """The capture through the gate every upload passes."""
    if jpeg is None:
        jpeg = bytes(cv2.imencode(".png", rgb[:, :, ::-1])[1].tobytes())
    return decode(jpeg)


def table(measured: Iterable[Row]) -> list[dict[str, object]]:
    """Counts by difficulty: a row each, ready to print."""
    known = list(measured)
    answer: list[dict[str, object]] = []
    for difficulty in ("good", "hard"):
        part = [row for row in known if row.difficulty == difficulty]
        errors = [row.corner_error for row in part if row.corner_error is not None]
        if not part:
            continue
        answer.append(
            {
                "captures": len(part),
                "difficulty": difficulty,
                "found": len(errors),
                "corners within 1 %": sum(error <= 0.01 for error in errors),
                "median corner error": round(float(np.median(errors)), 5) if errors else None,
                "rotation right": sum(row.rotation for row in part),
                "side right": sum(row.side for row in part),
                "type right": sum(row.card_type for row in part),
                "median ms": round(float(np.median([row.milliseconds for row in part])), 1),
            }
        )
    return answer


def false_finds(files: Iterable[Path]) -> tuple[int, list[Path]]:
    """How many of the pictures, none of which shows a card, were looked at, and those on which one was found."""
    count, wrong = 0, []
    for file in files:
        count += 1
        if IdCard(read(file)).places:
            wrong.append(file)
    return count, wrong


def main() -> None:
    """Print the table and what was missed."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=int, default=200)
    asked.add_argument("--world", choices=("tune", "held"), default="held")
    asked.add_argument("--seed", type=int, default=FIRST_SEED)
    given = asked.parse_args()
    measured = list(rows(given.count, given.world, given.seed))
    for line in table(measured):
        print(line)
    for row in measured:
        wrong = row.corner_error is None or row.corner_error > 0.01
        if wrong or not (row.rotation and row.side and row.card_type):
            print(row)


if __name__ == "__main__":
    main()
