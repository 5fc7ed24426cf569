"""The invented name of the sample cards as a signature: the recipes of the sample pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from samples.maker.camera import Light, photograph
from samples.maker.handwriting.ink import write
from samples.maker.handwriting.marks import ruled
from samples.maker.handwriting.sheet import Mark, draw_sheet
from samples.maker.handwriting.writer import draw_writer

SIGNATURES: Mapping[str, Mapping[str, Any]] = {
    "signature-good": {"writer": 9},
    "signature-ruled": {"writer": 14, "under": (ruled(8.0, 0.25, (120, 150, 200)),)},
}


def photographed_signature(writer: int, under: Sequence[Mark] = ()) -> bytes:
    """A JPEG of a sheet that fills the picture, 900×560 pixels."""
    hand = replace(draw_writer(writer, pen="gel"), size=16.0, width=0.6, drift=0.5)
    ink = write("安样本", writer=hand, seed=1)
    sheet = draw_sheet(ink, size_mm=(120.0, 75.0), at=(60.0, 38.0), under=under, seed=writer)
    capture = photograph(
        sheet.rgb, sheet.size_mm, seed=writer, corner_radius_mm=0.0, width=900, height=560, share=1.45, turn=-0.8,
        tilt_x=3.0, tilt_y=-2.0, noise=0.05, light=Light(exposure=0.1, falloff=0.12), jpeg=82,
    )  # fmt: skip
    assert capture.jpeg is not None
    return capture.jpeg
