"""What can be cut out of a picture to be kept or looked at beside it."""

from __future__ import annotations

from PIL import Image

from photocheck.features.idcard.card import IdCard
from photocheck.features.subject import Subject
from photocheck.finding import NotAssessable


def crops(subject: Subject) -> dict[str, Image.Image]:
    """What can be cut out of a picture: of a card the flat card and its photo, of other pictures nothing."""
    if not isinstance(subject, IdCard):
        return {}
    try:
        found = {"card": Image.fromarray(subject.flat)}
        if subject.side == "portrait":
            found["photo"] = Image.fromarray(subject.portrait_crop)
    except NotAssessable:
        return {}
    return found
