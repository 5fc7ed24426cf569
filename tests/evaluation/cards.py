"""Write docs/evaluation-cards.md: what is right and wrong about cards, on made captures held apart from tuning.

    python -m tests.evaluation.cards [--out docs/evaluation-cards.md] [--share 1.0] [--workers 2]

Needs no corpus: cards are drawn and photographed by a simulator. Type faces, desks, hands, displays and copiers are
others than those used for tuning, so far as the Debian font packages named in `samples/maker/cards` are installed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from photocheck.evaluation.statistics import Rate
from photocheck.finding import Outcome
from tests.evaluation import cards_authenticity, cards_capture, cards_place, cards_reading

AS_OF = date(2026, 11, 22)
WHOLE_FIRST_SEED = 20_000
_CHUNK = 10
_READ_AT_ONCE = 10


@dataclass(frozen=True)
class Whole:
    """One side of a resident card, checked as a user would.

    Attributes:
        wrong: keys of the fields that were not read exactly.
        number_passes: whether the check digit of the number as read passes.
        told: names of the checks that fail or ask for a person.
        milliseconds: of processor time, from the file to the report.
    """

    side: str
    verdict: str
    wrong: tuple[str, ...]
    number_passes: bool
    told: tuple[str, ...]
    milliseconds: float


def whole(first_seed: int, count: int) -> list[Whole]:
    """Good captures of resident cards, both sides in turn, under `cn-resident-id`."""
    from photocheck.decode import decode
    from photocheck.intake import Request, check_picture
    from samples.maker.camera import photograph, random_shot
    from samples.maker.cards import random_specimen

    rows = []
    for seed in range(first_seed, first_seed + count):
        made = random_specimen(seed, "resident", "portrait" if seed % 2 else "emblem", world="held", dpi=400)
        capture = photograph(made.rgb, cards_place.SIZE_MM, seed=seed, shot=random_shot(seed, "good", world="held"))
        started = time.process_time()
        report = check_picture(decode(capture.jpeg or b""), Request(AS_OF, kind="id-card")).report
        took = (time.process_time() - started) * 1000
        texts = {key: field.text for key, field in report.fields.items()}
        found = {finding.check: finding.outcome for finding in report.findings}
        rows.append(
            Whole(
                made.side,
                report.verdict.value,
                tuple(key for key, truth in made.fields.items() if texts.get(key) != truth),
                found.get("number-checksum") is Outcome.PASS,
                tuple(name for name, outcome in found.items() if outcome in (Outcome.FAIL, Outcome.REVIEW)),
                took,
            )
        )
    return rows


def whole_section(rows: Sequence[Whole]) -> str:
    """Verdicts and fields of good captures of resident cards."""
    fronts = [row for row in rows if row.side == "portrait"]
    told = Counter(name for row in rows for name in row.told)
    verdicts = Counter(row.verdict for row in rows)
    wrong_passing = sum("number" in row.wrong and row.number_passes for row in fronts)
    lines = [
        f"- verdicts: {', '.join(f'{name} {verdicts[name]}' for name in ('pass', 'review', 'fail'))} of {len(rows)} sides",
        f"- fail: {Rate(verdicts['fail'], len(rows))}",
        f"- number exact: {Rate(sum('number' not in row.wrong for row in fronts), len(fronts))}",
        f"- wrong number whose check digit passes as read: {wrong_passing} of {len(fronts)}",
        f"- every field of the side exact: {Rate(sum(not row.wrong for row in rows), len(rows))}",
        f"- processor time from the file to the report: median {statistics.median(r.milliseconds for r in rows):.0f} ms",
        "- what failed or asked for a person: "
        + (", ".join(f"{name} {count}" for name, count in told.most_common()) or "nothing"),
    ]
    return "## Good captures of resident cards, as a user meets them\n\n" + "\n".join(lines)


def place_section(rows: Iterable[cards_place.Row]) -> str:
    """Corners, rotation, side and type."""
    known = list(rows)
    lines = [
        "| captures | found | corners within 1 % of the width | rotation right | side right | type right |",
        "|---|---|---|---|---|---|",
    ]
    for difficulty in ("good", "hard"):
        part = [row for row in known if row.difficulty == difficulty]
        within = sum(row.corner_error is not None and row.corner_error <= 0.01 for row in part)
        counts = (
            sum(row.corner_error is not None for row in part),
            within,
            sum(row.rotation for row in part),
            sum(row.side for row in part),
            sum(row.card_type for row in part),
        )
        lines.append(f"| {difficulty} | " + " | ".join(str(Rate(count, len(part))) for count in counts) + " |")
    return (
        "## Finding the card\n\nCards of every type; `hard` ones are dark, blurred, cluttered or partly covered.\n\n"
        + "\n".join(lines)
    )


def reading_section(parts: Iterable[tuple[list[cards_reading.Row], dict[str, tuple[int, int]]]]) -> str:
    """Every field of every type, on good captures."""
    lines = ["| card | field | exact | nothing read | surely wrong |", "|---|---|---|---|---|"]
    sides = []
    for rows, exact in parts:
        lines += [
            f"| {row.card_type} | {row.field} | {Rate(row.exact, row.cards)} | {row.unread} | {row.surely_wrong} |"
            for row in rows
        ]
        sides += [
            f"- {card_type}: every field exact on {Rate(*counts)} of the sides" for card_type, counts in exact.items()
        ]
    return "## Reading\n\nGood captures, the card found by photocheck itself.\n\n" + "\n".join((*sides, "", *lines))


def capture_section(rows: Iterable[cards_capture.Row]) -> str:
    """Faults of the photograph: missed and told falsely."""
    rates = cards_capture.rates(rows)
    lines = ["| check | fault | missed | not assessed |", "|---|---|---|---|"]
    lines += [
        f"| {rate.check} | {rate.fault} | {Rate(rate.wrong, rate.captures)} | {rate.abstained} |"
        for rate in rates
        if rate.fault
    ]
    lines += ["", "| check | told falsely, on captures without its faults | not assessed |", "|---|---|---|"]
    lines += [
        f"| {rate.check} | {Rate(rate.wrong, rate.captures)} | {rate.abstained} |" for rate in rates if not rate.fault
    ]
    return (
        "## Faults of the photograph\n\nOne fault a capture, every third on a hard one. A fault is missed where its check "
        "passes.\n\n" + "\n".join(lines)
    )


def authenticity_section(rows: Iterable[cards_authenticity.Row]) -> str:
    """Copies, displays, screenshots and edits against captures of cards themselves."""
    lines = ["| check | medium | EER | missed | cards told falsely | not assessed |", "|---|---|---|---|---|---|"]
    for row in cards_authenticity.table(rows):
        rate, (low, high) = row["EER"], row["95 %"]  # type: ignore[misc]
        away_bad, away_good = row["abstained"]  # type: ignore[misc]
        lines.append(
            f"| {row['check']} | {row['medium']} | {rate * 100:.1f} % [{low * 100:.1f}–{high * 100:.1f}] | "  # type: ignore[operator]
            f"{Rate(row['missed'], row['n'])} | {Rate(row['falsely flagged'], row['cards'])} | "  # type: ignore[arg-type]
            f"{away_bad} and {away_good} |"
        )
    return (
        "## Is it the card itself\n\nAgainst captures of cards themselves, good, hard and with faults; a quarter of all went "
        "through a messenger. Where a check abstains the capture counts as missed and is left out of the EER. These findings "
        "never refuse a picture.\n\n" + "\n".join(lines)
    )


def main() -> None:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs/evaluation-cards.md"))
    parser.add_argument("--share", type=float, default=1.0, help="of the captures that the page is made from")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()

    def chunks(count: int) -> range:
        return range(max(1, round(count * options.share / _CHUNK)))

    with ProcessPoolExecutor(options.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        wholes = [pool.submit(whole, WHOLE_FIRST_SEED + _CHUNK * part, _CHUNK) for part in chunks(200)]
        places = [pool.submit(_place, cards_place.FIRST_SEED + _CHUNK * part, _CHUNK) for part in chunks(300)]
        count = max(4, round(30 * options.share))
        readings = [pool.submit(_reading, card_type, count) for card_type in cards_reading.CARD_TYPES]
        captures = [
            pool.submit(_capture, cards_capture.FIRST_SEED + 1000 * part)
            for part in range(max(1, round(40 * options.share)))
        ]
        authentic = [
            pool.submit(_authentic, cards_authenticity.FIRST_SEED + 1000 * part)
            for part in range(max(1, round(6 * options.share)))
        ]
        sections = [
            _INTRODUCTION,
            whole_section([row for part in wholes for row in part.result()]),
            place_section([row for part in places for row in part.result()]),
            reading_section([part.result() for part in readings]),
            capture_section([row for part in captures for row in part.result()]),
            authenticity_section([row for part in authentic for row in part.result()]),
        ]
    options.out.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def _place(first_seed: int, count: int) -> list[cards_place.Row]:
    return list(cards_place.rows(count, "held", first_seed))


def _reading(card_type: str, count: int) -> tuple[list[cards_reading.Row], dict[str, tuple[int, int]]]:
    return cards_reading.exact_match(count, card_types=[card_type])  # type: ignore[list-item]


def _authentic(first_seed: int) -> list[cards_authenticity.Row]:
    return list(cards_authenticity.rows(10, "held", first_seed))


def _capture(first_seed: int) -> list[cards_capture.Row]:
    return list(cards_capture.rows(1, "held", first_seed))


_INTRODUCTION = """# Evaluation of cards

Written by `make evaluate`. **No real card was at hand.** Every number here is of cards in our own drawing,
photographed by a camera simulator; real cards, real copies and real displays differ from them, so expect more errors
than this page shows. What tells copies, screens, screenshots and edits sends a picture to a person and never refuses it.

The captures are held apart: other seeds, desks, hands, displays, copiers and, where the fonts are installed, other type
than what limits were set and nets were trained on. Behind every rate stand its 95 % interval (Wilson) and its counts."""


if __name__ == "__main__":
    main()
