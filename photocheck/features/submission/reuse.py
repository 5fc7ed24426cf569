"""Whether a picture is one that was seen before, told without looking at what it shows."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.subject import Subject
from photocheck.features.submission.submission import Submission

_ROWS, _COLUMNS = 16, 16
_SAME_BITS = 18
"""Of 256: copies scaled, encoded again or brightened differ in fewer, other photos of one person in more."""


def same_picture(submission: Submission) -> Literal["same-file", "same-as-earlier"] | None:
    """Whether the portrait is also in another place of this application, or was in an earlier one."""
    portrait = submission.portrait
    others = [picture for item, picture in submission.items.items() if item != "portrait" and picture is not None]
    if any(_same(portrait, other) for other in others):
        return "same-file"
    return "same-as-earlier" if any(_same(portrait, other) for other in submission.earlier) else None


def _same(one: Subject, other: Subject) -> bool:
    if one.file.sha256 == other.file.sha256:
        return True
    if not 0.98 < one.width * other.height / (one.height * other.width) < 1.02:
        return False
    return int(np.count_nonzero(tone_hash(one) != tone_hash(other))) <= _SAME_BITS


def tone_hash(picture: Subject) -> NDArray[np.bool_]:
    """A hash of a picture's tones: whether each of 16×16 places is brighter than its right neighbour.

    Scaling, encoding and tone curves hardly change it.
    """
    grey = cv2.cvtColor(picture.work, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_COLUMNS + 1, _ROWS), interpolation=cv2.INTER_AREA).astype(np.int16)
    return np.asarray(small[:, 1:] > small[:, :-1])
