"""What is true of the corpus's photographs, from its attributes and from `seen.csv`.

`seen.csv` holds what one person saw, looking at small copies, where the attributes say nothing: glasses and frames
of congress_id and taiwan_id, and whether hair or cloth hides both ears (1), or an ear is plainly seen (0); -1 is not to
be told. Files stand there by a digest of their path, for some are named after people.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from models.train.head.scene import UNKNOWN

_SEEN = Path(__file__).with_name("seen.csv")
_PLAIN = ("london", "canada")
_REAL = (*_PLAIN, "congress", "congress_id", "taiwan_id")


def truths(corpus: Path) -> dict[str, tuple[str, dict[str, float]]]:
    """Of every file: its part (train or test), and 0 or 1 of the looks that are known."""
    with (corpus / "attributes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with _SEEN.open(encoding="utf-8") as file:
        seen = {row["file"]: row for row in csv.DictReader(file)}
    return {row["file"]: (row["split"], truth(row, seen.get(digest(row["file"]), {}))) for row in rows}


def digest(file: str) -> str:
    """What stands in `seen.csv` for a path."""
    return hashlib.sha256(file.encode()).hexdigest()[:12]


def truth(row: dict[str, str], seen: dict[str, str]) -> dict[str, float]:
    """Of one photograph."""
    known: dict[str, float] = {}
    source = row["file"].split("/")[0]
    if row["glasses"]:
        worn = row["glasses"] != "none"
        known |= {"glasses": float(worn), "tint": float(row["glasses"] == "tinted")}
        known |= {"frame": float(row["heavy_frames"] == "y")} if row["heavy_frames"] or not worn else {}
        known |= {} if worn else {"glare": 0.0}
    elif seen.get("glasses"):
        worn = seen["glasses"] == "1"
        known |= {"glasses": float(worn), "tint": 0.0} | ({} if worn else {"frame": 0.0, "glare": 0.0})
        known |= {"frame": float(seen["frame"])} if seen.get("frame") else {}
    cover = row["head_cover"] or ("none" if source in _REAL else "")
    if cover:
        known |= {"hat": float(cover in ("hat", "helmet")), "scarf": float(cover == "scarf")}
        known |= {"hat": UNKNOWN} if cover in ("band", "scarf") else {}
    face = row["face_cover"] or ("none" if source in _REAL else "")
    if face:
        known |= {"mask": float(face == "mask"), "hand": float(face == "hand"), "veil": float(face == "other")}
    if row["eyes"] or source in _REAL:
        hidden = row["eyes"] == "hidden" or row["hair_over_eyes"] == "y"
        known |= {"eyes": float(hidden)}
    if source in _REAL and cover == "none":
        known |= {"brows": 0.0}
    if source in _PLAIN:
        known |= {"make-up": 0.0}
    for look in ("ears", "brows", "hat", "veil", "eyes"):
        if seen.get(look):
            known[look] = float(seen[look])
    return {look: value for look, value in known.items() if value != UNKNOWN}
