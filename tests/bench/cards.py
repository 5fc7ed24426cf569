"""The card path beside one plain, full RapidOCR run on the same pictures in the same process, one thread each.

    python -m tests.bench.cards [--count 20] [--world held] [--difficulty good]

Time is processor time of reading alone (ours: finding the card, flattening it, reading the fields; theirs: detection,
direction, recognition). RapidOCR's lines become fields by their labels, as its users do it: label and value on one row
are joined, an address goes on in the lines below, texts are searched for the forms of numbers and dates.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import time
from collections import Counter

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.decode import decode
from photocheck.features import text
from photocheck.features.idcard.card import IdCard
from photocheck.finding import NotAssessable
from tests.evaluation.cards_reading import captures

_FIELDS = ("name", "birth", "address", "number", "authority", "valid_from", "valid_until")
_LABELS = ("姓名", "性别", "民族", "出生", "住址", "公民身份号码", "签发机关", "有效期限")


def fields_by_labels(boxes: NDArray[np.float32], texts: list[str]) -> dict[str, str]:
    """RapidOCR's lines as fields.

    Args:
        boxes: lines × 4 × 2 pixels.
    """
    widest = max(boxes, key=lambda box: float(np.linalg.norm(np.ptp(box, axis=0))))
    sides = np.diff(widest, axis=0)
    across = max(sides, key=lambda side: float(np.linalg.norm(side)))
    tilt = float(np.arctan2(across[1], across[0]))
    # A box does not tell which way up its line is: the way that gives the most fields is taken.
    return max((_at_turn(boxes, texts, tilt + turn) for turn in (0.0, np.pi)), key=len)


def _at_turn(boxes: NDArray[np.float32], texts: list[str], tilt: float) -> dict[str, str]:
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    corners = boxes @ turn.T
    middles = corners.mean(axis=1)
    height = float(np.median(np.ptp(corners[:, :, 1], axis=1)))
    rows: list[list[int]] = []
    for k in sorted(range(len(texts)), key=lambda k: float(middles[k, 1])):
        if rows and middles[k, 1] - np.mean([middles[j, 1] for j in rows[-1]]) < 0.6 * height:
            rows[-1].append(k)
        else:
            rows.append([k])
    lines = ["".join(texts[k] for k in sorted(row, key=lambda k: float(middles[k, 0]))) for row in rows]
    return _fields([re.sub(r"\s", "", line) for line in lines])


def _fields(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    everything = "\n".join(lines)
    if number := re.search(r"(?<!\d)\d{17}[\dXx](?!\d)", everything):
        found["number"] = number.group().upper()
    if birth := re.search(r"(\d{4})年(\d{1,2})月(\d{1,2})日?", everything):
        year, month, day = birth.groups()
        found["birth"] = f"{year}-{int(month):02d}-{int(day):02d}"
    if span := re.search(r"(\d{4})\.?(\d{2})\.?(\d{2})-(?:(\d{4})\.?(\d{2})\.?(\d{2})|长期)", everything):
        parts = span.groups()
        found["valid_from"] = "-".join(parts[:3])
        found["valid_until"] = "-".join(parts[3:]) if parts[3] else "长期"
    for place, line in enumerate(lines):
        if line.startswith("姓名"):
            found["name"] = line.removeprefix("姓名").replace("•", "·").replace("・", "·").replace(".", "·")
        if "签发机关" in line:
            found["authority"] = line.split("签发机关", 1)[1]
        if line.startswith("住址"):
            below = lines[place + 1 :]
            end = next((k for k, other in enumerate(below) if any(label in other for label in _LABELS)), len(below))
            found["address"] = line.removeprefix("住址") + "".join(below[:end])
    return found


def main() -> None:
    """Print exact matches and times of both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--world", choices=("tune", "held"), default="held")
    parser.add_argument("--difficulty", choices=("good", "hard"), default="good")
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    from rapidocr import RapidOCR

    one = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    full = RapidOCR(params={"Global.log_level": "error", **one})
    text.score_lines([np.full((text.LINE_HEIGHT, 320, 3), 255, np.uint8)])  # loads the net
    spent: dict[tuple[str, str], list[float]] = {}
    exact: Counter[tuple[str, str]] = Counter()
    asked: Counter[str] = Counter()
    for side in ("portrait", "emblem"):
        for round_, (specimen, capture) in enumerate(
            captures(options.count + 1, "resident", side, options.difficulty, options.world)
        ):
            assert capture.jpeg is not None
            picture = decode(capture.jpeg)
            started = time.process_time()
            try:
                ours = {key: read.text for key, read in IdCard(picture).texts.items()}
            except NotAssessable:
                ours = {}
            between = time.process_time()
            seen = full(np.ascontiguousarray(picture.rgb[:, :, ::-1]))
            ended = time.process_time()
            if round_ == 0:
                continue  # everything is loaded by now
            theirs = {} if seen.boxes is None else fields_by_labels(np.asarray(seen.boxes), list(seen.txts))
            spent.setdefault((side, "photocheck"), []).append(between - started)
            spent.setdefault((side, "RapidOCR"), []).append(ended - between)
            for key in _FIELDS:
                if key in specimen.fields:
                    asked[key] += 1
                    exact[key, "photocheck"] += ours.get(key) == specimen.fields[key]
                    exact[key, "RapidOCR"] += theirs.get(key) == specimen.fields[key]
    print("| field | sides | photocheck | RapidOCR |\n|---|---|---|---|")
    for key in _FIELDS:
        print(f"| {key} | {asked[key]} | {exact[key, 'photocheck']} | {exact[key, 'RapidOCR']} |")
    print("\n| side | photocheck, ms | RapidOCR, ms | ratio |\n|---|---|---|---|")
    for side in ("portrait", "emblem"):
        own, other = (statistics.median(spent[side, who]) * 1000 for who in ("photocheck", "RapidOCR"))
        print(f"| {side} | {own:.0f} | {other:.0f} | {own / other:.2f} |")


if __name__ == "__main__":
    main()
