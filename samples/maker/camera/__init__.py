"""A camera simulator: photographs of flat documents as a phone takes them, with ground truth.

`photograph` takes the document; `Shot` says how. Everything follows from the seed.
"""

from samples.maker.camera.edits import PastedText, Pen, SwappedPortrait, Watermark, Worn
from samples.maker.camera.random_edits import random_edit
from samples.maker.camera.random_shots import FAULTS, random_shot, with_second
from samples.maker.camera.scene import photograph
from samples.maker.camera.shot import (
    Capture,
    Copy,
    Cut,
    Electronic,
    Finger,
    Glare,
    Light,
    Screen,
    Second,
    Shadow,
    Shot,
    World,
)  # fmt: skip

__all__ = [
    "FAULTS",
    "Capture",
    "Copy",
    "Cut",
    "Electronic",
    "Finger",
    "Glare",
    "Light",
    "PastedText",
    "Pen",
    "Screen",
    "Second",
    "Shadow",
    "Shot",
    "SwappedPortrait",
    "Watermark",
    "World",
    "Worn",
    "photograph",
    "random_edit",
    "random_shot",
    "with_second",
]  # fmt: skip
