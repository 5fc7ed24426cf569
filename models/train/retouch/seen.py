"""What is seen on the pictures of a pool: evidence, patches at native resolution, the aligned head.

    python -m models.train.retouch.seen --pool out/retouch/train --out out/retouch/train-seen

Groups that are done are left alone, so it can follow a pool that is still being written (`--follow` minutes).
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.train.retouch import chain
from models.train.retouch.patches import SIDE, centres, patches
from photocheck import decode
from photocheck.features import landmarks
from photocheck.features.faces import FaceMesh
from photocheck.features.lazy import feature
from photocheck.features.portrait import Portrait
from photocheck.features.retouch.areas import areas_of
from photocheck.features.retouch.evidence import see_evidence
from photocheck.features.retouch.shape import see_shape
from photocheck.features.retouch.views import FLOW, HEAD, head, to_head
from photocheck.finding import NotAssessable


class MeshedPortrait(Portrait):
    """A portrait whose landmarks are known."""

    points: NDArray[np.float64]

    @feature
    def mesh(self) -> FaceMesh:
        """Those landmarks; their depth is not known and not used here."""
        return FaceMesh(np.column_stack([self.points, np.zeros(len(self.points))]))


def head_displacement(displacement: NDArray[np.float32], step: int, points: NDArray[np.float64]) -> NDArray[np.float32]:
    """24×24×2: the displacement on the aligned head, in shares of its side."""
    onto = to_head(points)
    coarse = onto.copy()
    coarse[:, :2] *= step
    coarse *= FLOW / HEAD
    moved = cv2.warpAffine(displacement.astype(np.float32), coarse, (FLOW, FLOW), flags=cv2.INTER_LINEAR)
    return np.asarray(moved @ onto[:, :2].T.astype(np.float32) / HEAD, np.float32)


def mask_levels(mask: NDArray[np.float32], step: int, points: NDArray[np.float64]) -> NDArray[np.float32]:
    """12: mean of the operation's mask on each patch."""
    spread = cv2.blur(mask.astype(np.float32), (SIDE // step, SIDE // step), borderType=cv2.BORDER_REPLICATE)
    columns, rows = np.clip(centres(points) / step, 0, np.array(mask.shape[::-1]) - 1).astype(int).T
    return np.asarray(spread[rows, columns], np.float32)


def look(path: Path) -> dict[str, object]:
    """Everything of one group; evidence of pictures where it cannot be measured is NaN."""
    from models.train.retouch.pools import TRUTH_STEP

    held = np.load(path)
    rows: dict[str, list[object]] = {}
    for index in range(int(held["count"])):
        photo = MeshedPortrait(decode.decode(held[f"jpeg{index}"].tobytes()))
        photo.points = points = held[f"points{index}"].astype(np.float64)
        ends = points[[landmarks.RIGHT_CHEEKBONE, landmarks.LEFT_CHEEKBONE]]
        width = float(np.hypot(*(ends[1] - ends[0])))
        try:
            values = see_evidence(areas_of(photo, points, width)).values
        except NotAssessable:
            values = {}
        moved = held[f"displacement{index}"].astype(np.float32)
        found = {
            "width": width, "names": list(held[f"names{index}"]), "strengths": list(held[f"strengths{index}"]),
            "patches": patches(photo.rgb, points), "head": head(photo.rgb, points),
            "displacement": head_displacement(moved, TRUTH_STEP, points),
            "masked": mask_levels(held[f"mask{index}"], TRUTH_STEP, points),
            "evidence": values, "kinds": list(see_shape(points).values()),
            "most": float(np.hypot(moved[..., 0], moved[..., 1]).max() / width),
        }  # fmt: skip
        for name, value in found.items():
            rows.setdefault(name, []).append(value)
    order = sorted({name for values in rows["evidence"] for name in values})
    return {
        "patches": np.stack(rows["patches"]), "head": np.stack(rows["head"]), "most": np.array(rows["most"]),
        "displacement": np.stack(rows["displacement"]), "masked": np.stack(rows["masked"]),
        "width": np.array(rows["width"]), "order": np.array(order, dtype="U40"),
        "kinds": np.array(rows["kinds"], np.float32),
        "evidence": np.array([[values.get(name, np.nan) for name in order] for values in rows["evidence"]]),
        "names": np.array(["+".join(names) for names in rows["names"]], dtype="U160"),
        "strengths": np.array(["+".join(f"{one:.4f}" for one in held) for held in rows["strengths"]], dtype="U64"),
    }  # fmt: skip


def main() -> None:
    """Look at every group of a pool."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--pool", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--follow", type=float, default=0.0)
    given = asked.parse_args()
    cv2.setNumThreads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    table = {one.name: [one.sign, one.part] for one in chain.families(["train", "validation", "test"])}
    (given.out / "families.json").write_text(json.dumps(table), encoding="utf-8")
    until = time.monotonic() + 60 * given.follow
    while True:
        waiting = [
            path for path in sorted(given.pool.glob("*.npz"), key=lambda one: one.stat().st_mtime)
            if ".part" not in path.name and not (given.out / path.name).exists()
        ]  # fmt: skip
        for path in waiting:
            beside = given.out / (path.stem + ".part.npz")
            np.savez(beside, **look(path))
            beside.rename(given.out / path.name)
        if time.monotonic() >= until:
            break
        time.sleep(0 if waiting else 5)


if __name__ == "__main__":
    main()
