"""Archives that tests and the bench score: many tiny pictures, and a small profile that asks little of each."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

PROFILE = """
id = "tiny"
kind = "portrait"
title = { zh-CN = "试验", en = "Trial" }

[checks]
file-format = { allowed = ["JPEG"], source = "photocheck-guess", grade = "guess" }
pixel-size = { width = { pass = [30, 60], review = [20, 80] }, height = { pass = [40, 80] }, source = "photocheck-guess", grade = "guess" }
file-bytes = { pass = [700, 1500], review = [300, 2500], source = "photocheck-guess", grade = "guess" }
aspect-ratio = { pass = [0.7, 0.8], review = [0.6, 0.9], source = "photocheck-guess", grade = "guess" }
jpeg-quality = { pass = [80, inf], review = [60, inf], source = "photocheck-guess", grade = "guess" }
multi-frame = {}
"""


def write_profile(folder: Path, text: str = PROFILE) -> str:
    """The small profile as a file; its path."""
    path = folder / "tiny.toml"
    path.write_text(text, "utf-8")
    return str(path)


def tiny_jpeg(number: int) -> bytes:
    """A picture of a few dozen pixels, another one for every number; some are too small, coarse or damaged."""
    random = np.random.default_rng(number)
    width, height = int(random.integers(18, 70)), int(random.integers(40, 90))
    pixels = random.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
    file = io.BytesIO()
    picture = Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR)
    picture.save(file, "JPEG", quality=int(random.integers(50, 96)))
    data = file.getvalue()
    return data[: len(data) // 2] if number % 97 == 5 else data


def write_zip(path: Path, count: int) -> Path:
    """A zip of that many tiny pictures."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number // 1000:03d}/{number:06d}.jpg", tiny_jpeg(number))
    return path


def write_folder(folder: Path, count: int) -> Path:
    """A folder of that many tiny pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:03d}.jpg").write_bytes(tiny_jpeg(number))
    return folder
