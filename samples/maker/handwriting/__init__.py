"""Made handwriting: names in ink on paper, with the truth about every pixel of ink."""

from samples.maker.handwriting.ink import Correction, Ink, write
from samples.maker.handwriting.names import random_name
from samples.maker.handwriting.picture import SignaturePicture, random_signature_picture
from samples.maker.handwriting.plan import DEFECTS
from samples.maker.handwriting.sheet import Sheet, draw_sheet
from samples.maker.handwriting.writer import Pen, World, Writer, draw_writer

__all__ = [
    "DEFECTS", "Correction", "Ink", "Pen", "Sheet", "SignaturePicture", "World", "Writer", "draw_sheet", "draw_writer",
    "random_name", "random_signature_picture", "write",
]  # fmt: skip
