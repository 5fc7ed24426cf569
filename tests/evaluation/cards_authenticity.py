"""How well copies, displays, screenshots and edits are told from cards, on simulated captures held apart.

    python -m tests.evaluation.cards_authenticity --count 60 --world held

Every capture goes through the gate, the finder and the reader. None is of a real card.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import cv2
import numpy as np

from photocheck.decode import Picture, decode
from photocheck.features.idcard.card import IdCard
from photocheck.finding import NotAssessable, Outcome
from photocheck.limits import NoLimits
from photocheck.profile import load_profile
from photocheck.registry import find_check
from samples.maker.camera import World, photograph, random_edit, random_shot
from samples.maker.camera.edits import Edit
from samples.maker.cards import Specimen, random_specimen
from samples.maker.cards.photo import photo

SIZE_MM = (85.60, 54.00)
FIRST_SEED = 8_500_000
"""Seeds from here on are for measuring only."""
MEDIA = {
    "colour-copy": "card-copy",
    "grey-copy": "card-copy",
    "screen": "card-screen",
    "electronic": "card-screenshot",
    "pasted-text": "card-edited",
    "swapped-portrait": "card-edited",
}
"""What was done, and the check that should see it."""
CHECKS = tuple(dict.fromkeys(MEDIA.values()))
FAULTS = ("dark", "glare", "jpeg", "defocus", "laminated", "scratched", "shadow", "bright", "motion", "finger")
"""Of the captures of cards themselves every third has one of these."""
_ISSUED = date(2026, 1, 1)


@dataclass(frozen=True)
class Row:
    """One capture.

    Attributes:
        made: `card`, or a key of `MEDIA`.
        fault: what else is wrong with a capture of a card itself; empty for most.
        values: by check, the measured value; None where it abstained or no card was found.
        flagged: by check, whether it does not pass.
        milliseconds: of processor time that the checks took once the card was found and read.
    """

    seed: int
    made: str
    fault: str
    values: dict[str, float | None]
    flagged: dict[str, bool]
    milliseconds: float


def rows(count: int, world: World = "held", first_seed: int = FIRST_SEED) -> Iterator[Row]:
    """`count` captures of each medium and edit, three times as many of cards themselves, good and hard ones in turn."""
    profile = load_profile("cn-resident-id")
    limits = {name: profile.limits(name) or NoLimits() for name in CHECKS}
    plan = [("card", number) for number in range(3 * count)] + [(made, n) for made in MEDIA for n in range(count)]
    for at, (made, number) in enumerate(plan):
        seed = first_seed + at
        fault = FAULTS[number // 3 % len(FAULTS)] if made == "card" and number % 3 == 2 else ""
        card = IdCard(capture(made, seed, world, fault))
        try:
            card.flat, card.texts  # noqa: B018  found and read for other checks
        except NotAssessable:
            yield Row(seed, made, fault, dict.fromkeys(CHECKS), dict.fromkeys(CHECKS, False), 0.0)
            continue
        values: dict[str, float | None] = {}
        flagged: dict[str, bool] = {}
        started = time.process_time()
        for name in CHECKS:
            known = find_check(name)
            assert known is not None
            try:
                finding = known.run(card, limits[name], _ISSUED)
            except NotAssessable:
                values[name], flagged[name] = None, False
                continue
            values[name], flagged[name] = finding.value, finding.outcome is not Outcome.PASS
        yield Row(seed, made, fault, values, flagged, (time.process_time() - started) * 1000)


def capture(made: str, seed: int, world: World, fault: str = "") -> Picture:
    """One picture as it would be uploaded; a quarter went through a messenger."""
    random = np.random.default_rng([seed, 5])
    specimen = random_specimen(seed, "resident" if made == "swapped-portrait" else None,
                               "portrait" if made == "swapped-portrait" else None, world, dpi=450)  # fmt: skip
    faults = [fault] if fault else [made] if made in ("colour-copy", "grey-copy", "screen", "electronic") else []
    shot = random_shot(seed, "good" if seed % 2 == 0 else "hard", faults=faults, world=world)
    if made == "electronic" and random.random() < 0.5:
        shot = replace(shot, jpeg=None)
    taken = photograph(specimen.rgb, SIZE_MM, seed=seed, shot=shot, edits=_edits(made, specimen, seed, world))
    if taken.jpeg is None:
        return decode(cv2.imencode(".png", taken.rgb[:, :, ::-1])[1].tobytes())
    if random.random() < 0.25:
        return decode(_through_messenger(taken.rgb, random))
    return decode(taken.jpeg)


def _through_messenger(rgb: np.ndarray, random: np.random.Generator) -> bytes:
    scale = min(1.0, 1440 / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    options = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(65, 85))]
    return cv2.imencode(".jpg", small[:, :, ::-1], options)[1].tobytes()


def _edits(made: str, specimen: Specimen, seed: int, world: World) -> list[Edit]:
    random = np.random.default_rng([seed, 99])
    if made == "swapped-portrait":
        rgba = photo(int(random.integers(7)), world).astype(np.float64)
        share = rgba[..., 3:] / 255
        picture = (rgba[..., :3] * share + 225 * (1 - share)).astype(np.uint8)
        return [random_edit("swapped-portrait", seed, box=specimen.portrait, picture=picture, world=world)]
    if made != "pasted-text":
        return []
    keys = [key for key in ("number", "name", "birth", "address", "authority") if key in specimen.places]
    if not keys:
        return []
    key = keys[int(random.integers(len(keys)))]
    left, top, right, bottom = specimen.places[key][0]
    text = specimen.lines[key][0]
    if key == "number":
        text = "".join(str(digit) for digit in random.integers(0, 10, len(text)))
    box = (left - 0.3, top - 0.4, right + 0.3, bottom + 0.4)
    height = 1.15 * (bottom - top)
    return [random_edit("pasted-text", seed, box=box, text=text, text_height=height, world=world)]


def table(measured: Iterable[Row]) -> list[dict[str, object]]:
    """A row for each medium and edit against the captures of cards themselves, ready to print.

    `EER` has its 95 % interval by resampling; captures on which the check abstained are left out of it and counted.
    """
    known = list(measured)
    answer: list[dict[str, object]] = []
    for made, name in MEDIA.items():
        bad = [row for row in known if row.made == made]
        good = [row for row in known if row.made == "card"]
        scores = [np.array([row.values[name] for row in part if row.values[name] is not None]) for part in (bad, good)]
        rate, low, high = _with_interval(*scores)
        answer.append(
            {
                "check": name, "medium": made, "n": len(bad), "cards": len(good),
                "EER": round(rate, 3), "95 %": (round(low, 3), round(high, 3)),
                "missed": sum(not row.flagged[name] for row in bad),
                "falsely flagged": sum(row.flagged[name] for row in good),
                "abstained": tuple(sum(row.values[name] is None and not row.flagged[name] for row in part)
                                   for part in (bad, good)),
            }
        )  # fmt: skip
    return answer


def equal_error_rate(bad: np.ndarray, good: np.ndarray) -> float:
    """Where as large a share of the bad lies below a limit as of the good above it; scores rise with badness."""
    if not bad.size or not good.size:
        return float("nan")
    limits = np.unique(np.concatenate([bad, good]))
    missed = (bad[None, :] < limits[:, None]).mean(axis=1)
    flagged = (good[None, :] >= limits[:, None]).mean(axis=1)
    best = int(np.abs(missed - flagged).argmin())
    return float(missed[best] + flagged[best]) / 2


def _with_interval(bad: np.ndarray, good: np.ndarray) -> tuple[float, float, float]:
    random = np.random.default_rng(0)
    again = [
        equal_error_rate(random.choice(bad, bad.size), random.choice(good, good.size))
        for _ in range(200)
        if bad.size and good.size
    ]
    low, high = np.percentile(again, [2.5, 97.5]) if again else (np.nan, np.nan)
    return equal_error_rate(bad, good), float(low), float(high)


def main() -> None:
    """Print the table and what was falsely flagged."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=int, default=60)
    asked.add_argument("--world", choices=("tune", "held"), default="held")
    asked.add_argument("--seed", type=int, default=FIRST_SEED)
    given = asked.parse_args()
    measured = list(rows(given.count, given.world, given.seed))
    for line in table(measured):
        print(line)
    print({"median ms": round(float(np.median([row.milliseconds for row in measured])), 1)})
    for row in measured:
        if row.made == "card" and any(row.flagged.values()):
            print(row)


if __name__ == "__main__":
    main()
