"""How well smoothed skin is told from untouched skin, on the corpus's test part.

    python -m tests.evaluation.retouch --corpus CORPUS --kept /tmp/rows.jsonl

Every photograph goes through the camera's and the encoder's changes of `models/train/retouch`, untouched, smoothed by
families that the net was trained on and by families kept from it, or retouched in another way; then through the check as
an applicant's file does. Rows are kept as they are made, so that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as PillowImage

from models.train.retouch import chain
from models.train.retouch.capture import Delivery, camera, delivered, delivery
from models.train.retouch.face import face_of, portrait_of
from models.train.retouch.made import FAMILIES
from models.train.retouch.measures import area_under, found_at
from models.train.retouch.pools import framed, number_of
from photocheck import decode
from photocheck.evaluation.statistics import Rate
from photocheck.features.nets import manifest
from photocheck.features.portrait import Portrait
from photocheck.features.retouch.signs import NET
from photocheck.finding import NotAssessable
from photocheck.profile import load_profile
from photocheck.registry import find_check

CHECK = "skin-smoothing"
SOURCES = {"london": 1.0, "canada": 1.0, "congress": 0.25, "congress_id": 0.1}
"""Share of the test photographs; only the first two are surely untouched and large enough."""
CLEAN = ("london", "canada")
SEEN = ("beautify", "frequency-bands", "grind-brightening", "grind-signed", "median-under")
CHOSEN_ON = ("guided", "non-local")
KEPT = ("local-variance",)
OTHERS = ("whiten-lab", "whiten-log", "liquify", "lips-and-cheeks", "background-by-net", "unsharp")
PAGE = Path("docs/evaluation-retouch.md")


@dataclass(frozen=True)
class Row:
    """One picture.

    Attributes:
        file: of the corpus.
        family: what was done; empty for untouched.
        strength: 0..1.
        tone: skin-tone class of London, or empty.
        height: pixels.
        quality: of JPEG.
        value: the probability, None where the check abstained for `reason`.
    """

    file: str
    family: str
    strength: float
    tone: str
    height: int
    quality: int
    value: float | None
    reason: str

    @property
    def source(self) -> str:
        return self.file.split("/")[0]


KINDS: dict[str, Callable[[Row], bool]] = {
    "413 or 472 pixels high": lambda row: row.height <= 472,
    "560 to 800 pixels high": lambda row: row.height > 472,
    "JPEG 85 to 95": lambda row: row.quality >= 85,
    "JPEG 70 to 84": lambda row: 70 <= row.quality < 85,
    "JPEG 55 to 69": lambda row: row.quality < 70,
}


def pictures(rgb: np.ndarray, file: str, source: str) -> Iterator[tuple[str, float, bytes, Delivery]]:
    """Family, strength, file and delivery of every version of one photograph."""
    rng = np.random.default_rng([number_of(file) % 2**32, 77])
    first = framed(rgb, portrait_of(rgb).mesh.points[:, :2])
    base = camera(first, rng)
    face = face_of(base)
    way = delivery(base.shape[0], rng)
    wanted: list[tuple[str, float]] = [("", 0.0), ("", 0.0)]
    if source in CLEAN:
        wanted += [(name, rng.uniform(0.35, 1.0)) for name in (*KEPT, *CHOSEN_ON)]
        wanted += [(SEEN[number], rng.uniform(0.35, 1.0)) for number in rng.choice(len(SEEN), 2, replace=False)]
        wanted.append(((*KEPT, *CHOSEN_ON, *SEEN)[rng.integers(8)], rng.uniform(0.12, 0.35)))
        wanted.append((OTHERS[rng.integers(len(OTHERS))], rng.uniform(0.35, 1.0)))
    for index, (name, strength) in enumerate(wanted):
        if name:
            made = FAMILIES[name].make(base, face, strength, rng).rgb
        else:
            made = base if index == 0 else camera(first, rng)
        own = replace(delivery(way.height, rng), height=way.height, how=way.how)
        _, jpeg = delivered(made, own)
        yield name, float(strength), jpeg, own


def measured(jpeg: bytes) -> tuple[float | None, str]:
    """What the check says: the probability, or why it abstains."""
    try:
        finding = find_check(CHECK).function(Portrait(decode.decode(jpeg)), load_profile("cn-exit-entry").limits(CHECK))
    except NotAssessable as reason:
        return None, str(reason)
    return finding.value, ""


def run(corpus: Path, kept: Path) -> list[Row]:
    """Rows of every photograph, those that this net was asked about before taken from the file."""
    kept = kept.with_stem(f"{kept.stem}-{manifest()[NET].sha256[:8]}")
    rows = [Row(**json.loads(line)) for line in kept.read_text().splitlines()] if kept.exists() else []
    done = {row.file for row in rows}
    with (corpus / "attributes.csv").open(encoding="utf-8") as table:
        known = [row for row in csv.DictReader(table) if row["split"] == "test"]
    known.sort(key=lambda row: number_of(row["file"]))
    for entry in known:
        file, source = entry["file"], entry["file"].split("/")[0]
        if source not in SOURCES or file in done or number_of(file) % 1000 >= 1000 * SOURCES[source]:
            continue
        rgb = np.asarray(PillowImage.open(corpus / file).convert("RGB"))
        tone = entry["skin_tone"] if source == "london" else ""
        try:
            made = [
                Row(file, name, strength, tone, own.height, own.quality, *measured(jpeg))
                for name, strength, jpeg, own in pictures(rgb, file, source)
            ]
        except NotAssessable:
            continue
        rows += made
        with kept.open("a") as out:
            out.writelines(json.dumps(asdict(row)) + "\n" for row in made)
    return rows


def values(rows: list[Row]) -> np.ndarray:
    """The probabilities of those that were assessed."""
    return np.array([row.value for row in rows if row.value is not None])


def report(rows: list[Row], limit: float) -> str:
    """The page."""
    clean = [row for row in rows if not row.family and row.source in CLEAN]
    negative = values(clean)
    lines = [
        "# Evaluation: signs of retouching", "",
        "Made by `python -m tests.evaluation.retouch` on the test part of the corpus, which nothing was trained or tuned on. "
        "Pictures are made: photographs of the corpus through a simulated camera, resized to 413 to 800 pixels of height, "
        "JPEG 55 to 95, untouched or retouched with this project's own filters. What no picture here shows: filters of real "
        "apps, and real East-Asian faces; nothing is claimed about either.", "",
        "## skin-smoothing", "",
        f"AUC and the share found at 5 % false alarms are told against {len(negative)} untouched pictures of London and "
        f"Canada; found at the limit means a probability above {limit:g}.", "",
        "| filters | pictures assessed | AUC | found at 5 % false alarms | found at the limit |", "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    groups = (("trained on, medium and strong", SEEN, 0.35), ("settings chosen on, medium and strong", CHOSEN_ON, 0.35),
              ("never seen before this test, medium and strong", KEPT, 0.35))  # fmt: skip
    picked = [
        (label, [row for row in rows if row.family in names and row.strength >= least])
        for label, names, least in groups
    ]
    picked += [
        (name, [row for row in rows if row.family == name and row.strength >= 0.35]) for name in (*SEEN, *CHOSEN_ON)
    ]
    smoothing = (*SEEN, *CHOSEN_ON, *KEPT)
    picked.append(("all, mild (strength below 0.35)", [r for r in rows if r.family in smoothing and r.strength < 0.35]))
    for label, group in picked:
        found = values(group)
        hits = Rate(int((found > limit).sum()), len(found))
        lines.append(
            f"| {label} | {len(found)} | {area_under(negative, found):.3f} | {found_at(negative, found):.2f} | {hits} |"
        )
    lines += ["", "By size and compression, all filters of medium and strong strength against the untouched of the same kind:", "",
              "| pictures | untouched | smoothed | AUC |", "| --- | --- | --- | --- |"]  # fmt: skip
    for label, chosen in KINDS.items():
        alike = [row for row in rows if row.source in CLEAN and chosen(row)]
        good = values([row for row in alike if not row.family])
        bad = values([row for row in alike if row.family in smoothing and row.strength >= 0.35])
        lines.append(f"| {label} | {len(good)} | {len(bad)} | {area_under(good, bad):.3f} |")
    lines += ["", "False alarms: untouched pictures above the limit. Some originals of congress were retouched by their "
              "studio, which the check sees too; it is no clean source.", "",
              "| source | pictures | assessed | above the limit |", "| --- | --- | --- | --- |"]  # fmt: skip
    for source in SOURCES:
        own = [row for row in rows if not row.family and row.source == source]
        found = values(own)
        lines.append(f"| {source} | {len(own)} | {len(found)} | {Rate(int((found > limit).sum()), len(found))} |")
    for low, high in ((1, 3), (4, 6), (7, 10)):
        own = [row for row in clean if row.tone and low <= float(row.tone) <= high]
        found = values(own)
        label = f"London, tone {low}-{high}"
        lines.append(f"| {label} | {len(own)} | {len(found)} | {Rate(int((found > limit).sum()), len(found))} |")
    lines += ["", "Other retouching of the clean sources, without smoothing:", "", "| done | assessed | above the limit |",
              "| --- | --- | --- |"]  # fmt: skip
    for name in OTHERS:
        found = values([row for row in rows if row.family == name])
        lines.append(f"| {name} | {len(found)} | {Rate(int((found > limit).sum()), len(found))} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write the page."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--corpus", type=Path, required=True)
    asked.add_argument("--kept", type=Path, required=True)
    given = asked.parse_args()
    cv2.setNumThreads(1)
    assert chain.MODULES
    rows = run(given.corpus, given.kept)
    limit = load_profile("cn-exit-entry").limits(CHECK).passing[1]
    PAGE.write_text(report(rows, limit), encoding="utf-8")


if __name__ == "__main__":
    main()
