"""Made signatures for case files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from photocheck.decode import decode
from photocheck.features.signature.signature import Signature
from samples.maker.encode import encode
from samples.maker.handwriting.picture import random_signature_picture
from tests.evaluation.degradations import apply

Table = Mapping[str, Any]


def signed(picture: Table, then: Sequence[Table], file: Table) -> Signature:
    """A made signature as a subject.

    Args:
        picture: `signed`, the seed; `defect` and `medium` of `random_signature_picture`; `given`, the name that the
            applicant gave: `own` for the one that is written, else as it stands.
        then: the operations of `tests/evaluation/degradations.py`.
        file: the parameters of `samples.maker.encode.encode`; PNG by default.
    """
    made = random_signature_picture(
        picture["signed"], defect=picture.get("defect"), medium=picture.get("medium", "scan"), script="han"
    )
    given = picture.get("given")
    data = encode(apply(made.rgb, then), **{"format": "PNG", **file})
    return Signature(decode(data), name=made.name if given == "own" else given)
