"""The pictures on which signs of retouching are measured: photographs of the test part, untouched and retouched."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from models.train.retouch import chain
from models.train.retouch.capture import Delivery, camera, delivered, delivery
from models.train.retouch.face import Face, face_of, portrait_of
from models.train.retouch.made import FAMILIES, Image, Made
from models.train.retouch.pools import framed, number_of, person_of, untouched
from models.train.retouch.studio import before_wall
from photocheck import decode
from photocheck.checks.portrait.retouch import told
from photocheck.features import landmarks
from photocheck.features.nets import manifest
from photocheck.features.portrait import Portrait
from photocheck.features.retouch.shape import NET as SHAPE
from photocheck.features.retouch.signs import EVIDENCE, HEAD
from photocheck.finding import NotAssessable

SOURCES = {"london": 1.0, "canada": 1.0, "congress": 1.0, "congress_id": 0.15, "taiwan_id": 0.3, "sdfd": 0.25}
"""Share of the test photographs; only the first two are surely untouched and large enough."""
CLEAN = ("london", "canada")

# By sign: families that the nets were trained on, whose results chose settings, and that they never met.
SEEN = {
    "smoothing": ("beautify", "frequency-bands", "grind-brightening", "grind-signed", "median-under"),
    "tone": ("whiten-lab", "whiten-log", "whiten-table"), "warp": ("slim-pull", "eyes-radial"),
    "background": ("background-by-brush", "background-by-colour"),
    "generated": ("decoded-interpolated", "decoded-transposed"),
}  # fmt: skip
CHOSEN_ON = {
    "smoothing": ("guided", "non-local"), "tone": ("whiten-gamma",), "warp": ("head-squeeze",),
    "background": ("background-hard",), "generated": ("decoded-shuffled",),
}  # fmt: skip
KEPT = {
    "smoothing": ("local-variance",), "tone": ("whiten-screen",), "warp": ("liquify",),
    "background": ("background-by-net",),
}  # fmt: skip
OTHERS = ("blemish-heal", "lips-and-cheeks", "brows-and-lids", "unsharp", "upscaled", "nose-and-mouth")
WALL = "lit-wall"
"""Untouched before an even, bright wall; see `models/train/retouch/studio.py`."""


@dataclass(frozen=True)
class Row:
    """One picture.

    Attributes:
        file: of the corpus.
        family: what was done; empty for untouched, `WALL` for untouched before a lit wall.
        strength: 0..1.
        tone: skin-tone class of London, or empty.
        height: pixels; `quality` of JPEG.
        most: largest displacement as a share of the face width.
        eyes: by what share the eyes are longer than they were.
        chances: probabilities by sign; empty where the checks abstained for `reason`.
        shape: what of the face's shape was the most unusual.
        reason: why the checks abstained.
    """

    file: str
    family: str
    strength: float
    tone: str
    height: int
    quality: int
    most: float
    eyes: float
    chances: dict[str, float] = field(default_factory=dict)
    shape: str = ""
    reason: str = ""

    @property
    def source(self) -> str:
        return self.file.split("/")[0]

    @property
    def clean(self) -> bool:
        """Untouched, and surely so."""
        return self.source in CLEAN and self.family in ("", WALL)


def wanted(source: str, rng: np.random.Generator) -> list[tuple[str, float]]:
    """Families and strengths for one photograph."""
    strong = lambda: float(rng.uniform(0.35, 1.0))  # noqa: E731
    if source not in CLEAN:
        return []
    some = [(KEPT[sign][0], strong()) for sign in KEPT]
    for sign, names in SEEN.items():
        some.append((names[rng.integers(len(names))], strong()))
        chosen = CHOSEN_ON[sign]
        some.append((chosen[rng.integers(len(chosen))], strong()))
    some += [("slim-pull", strong()), ("eyes-radial", strong()), (OTHERS[rng.integers(len(OTHERS))], strong())]
    signs = list(KEPT)
    sign = signs[rng.integers(len(signs))]
    mild = (*SEEN[sign], *CHOSEN_ON[sign], *KEPT[sign])
    return [*some, (mild[rng.integers(len(mild))], float(rng.uniform(0.12, 0.35)))]


def longer(face: Face, made: Made) -> float:
    """By what share the eyes are longer than before."""
    if made.displacement is None:
        return 0.0

    def length(points: np.ndarray) -> float:
        pairs = (landmarks.RIGHT_EYE_CORNERS, landmarks.LEFT_EYE_CORNERS)
        return float(sum(np.hypot(*(points[first] - points[second])) for first, second in pairs))

    return length(face.warped(made.displacement).points) / length(face.points) - 1


def pictures(rgb: Image, file: str, source: str) -> Iterator[tuple[str, float, Made, Face, bytes, Delivery]]:
    """Every version of one photograph."""
    rng = np.random.default_rng([number_of(file) % 2**32, 77])
    first = framed(rgb, portrait_of(rgb).mesh.points[:, :2])
    base = camera(first, rng)
    face = face_of(base)
    way = delivery(base.shape[0], rng)
    versions = [("", 0.0, untouched(base), face), ("", 0.0, untouched(camera(first, rng)), face)]
    if source in CLEAN:
        wall = camera(before_wall(first, face_of(first), rng), rng)
        versions.append((WALL, 0.0, untouched(wall), face))
        on_wall = face_of(wall)
        strength = float(rng.uniform(0.35, 1.0))
        name = SEEN["background"][rng.integers(2)]
        versions.append((name, strength, FAMILIES[name].make(wall, on_wall, strength, rng), on_wall))
    for name, strength in wanted(source, rng):
        versions.append((name, strength, FAMILIES[name].make(base, face, strength, rng), face))
    for name, strength, made, own in versions:
        how = replace(delivery(way.height, rng), height=way.height, how=way.how)
        yield name, strength, made, own, delivered(made.rgb, how)[1], how


def measured(row: Row, jpeg: bytes) -> Row:
    """What the nets say where the checks do not abstain."""
    try:
        found = told(Portrait(decode.decode(jpeg)))
    except NotAssessable as reason:
        return replace(row, reason=reason.reason)
    return replace(row, chances=dict(found.chances), shape=found.shape)


def run(corpus: Path, kept: Path, part: str = "test") -> list[Row]:
    """Rows of every photograph of `test` or `validation`, those that these nets were asked about before from the file."""
    assert chain.MODULES
    version = "-".join(manifest()[net].sha256[:4] for net in (EVIDENCE, SHAPE, HEAD))
    kept = kept.with_stem(f"{kept.stem}-{part}-{version}")
    rows = [Row(**json.loads(line)) for line in kept.read_text().splitlines()] if kept.exists() else []
    done = {row.file for row in rows}
    with (corpus / "attributes.csv").open(encoding="utf-8") as table:
        known = [row for row in csv.DictReader(table) if row["split"] == ("test" if part == "test" else "train")]
    if part == "validation":
        known = [row for row in known if number_of(person_of(row["file"])) % 4 == 0]
    for entry in sorted(known, key=lambda row: number_of(row["file"])):
        file, source = entry["file"], entry["file"].split("/")[0]
        if source not in SOURCES or file in done or number_of(file) % 1000 >= 1000 * SOURCES[source]:
            continue
        rgb = np.asarray(PillowImage.open(corpus / file).convert("RGB"))
        tone = entry["skin_tone"] if source == "london" else ""
        try:
            made = [
                measured(
                    Row(
                        file=file, family=name, strength=strength, tone=tone, height=how.height, quality=how.quality,
                        most=0.0 if one.displacement is None else float(np.hypot(*one.displacement.T).max() / face.width),
                        eyes=longer(face, one),
                    ),
                    jpeg,
                )
                for name, strength, one, face, jpeg, how in pictures(rgb, file, source)
            ]  # fmt: skip
        except NotAssessable:
            continue
        rows += made
        with kept.open("a") as out:
            out.writelines(json.dumps(asdict(row)) + "\n" for row in made)
    return rows
