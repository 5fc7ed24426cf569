"""EYE and FAC: what is worn or lies before the face."""

from __future__ import annotations

from photocheck.features.portrait import Portrait
from photocheck.finding import Finding, NotAssessable
from photocheck.limits import Band
from photocheck.registry import check

_LARGEST_YAW_FOR_EARS = 20.0
"""Degrees beyond which one ear is behind the head."""

_TINTED = 0.5
"""Probability of tinted lenses from which reflections are not told."""


def _judged(photo: Portrait, limits: Band, looks: dict[str, str], label: str) -> Finding:
    """The likeliest of those looks; its wording is the case that stands beside it."""
    seen = photo.head_look
    look = max(looks, key=lambda name: seen.chances[name])
    chance = seen.chances[look]
    passing = limits.passing[1]
    regions = [seen.region(look, label)] if passing is not None and chance > passing else []
    return limits.judge(chance, regions=regions, case=looks[look])


@check("EYE04", "eyes-visible", kind="portrait", unit="probability", since="0.1")
def eyes_visible(photo: Portrait, limits: Band) -> Finding:
    """Probability that an eye is hidden: by hair, dark glasses, a frame, a hat's brim or a hand.

    Why: faces are compared by their eyes first.
    A small net sees the head turned upright, 38 pixels between the eyes. It was trained on photographs and on things
    drawn on heads by their landmarks. Closed eyes are `eyes-open`'s.
    Abstains without a face, where the eyes are less than 24 pixels apart, and when the head is turned more than 35°.
    Source: 出入境证件相片照相指引 (hair and frames off the eyes); ISO/IEC 39794-5.
    """
    return _judged(photo, limits, {"eyes": "high"}, "covered-eyes")


@check("EYE05", "glasses-tint", kind="portrait", unit="probability", since="0.1")
def glasses_tint(photo: Portrait, limits: Band) -> Finding:
    """Probability that the lenses of glasses are tinted, mirrored or dark.

    Why: tinted lenses hide the eyes' colour and shape.
    The same net as in `eyes-visible`; drawn lenses let 2 % to 80 % of the light through; up to 55 % count as tinted.
    Abstains as `eyes-visible` does.
    Source: 出入境证件相片照相指引 (no tinted glasses, illness excepted); ISO/IEC 39794-5.
    """
    return _judged(photo, limits, {"tint": "high"}, "glasses")


@check("EYE06", "glasses-glare", kind="portrait", unit="probability", since="0.1")
def glasses_glare(photo: Portrait, limits: Band) -> Finding:
    """Probability that a reflection in the glasses hides a part of an eye.

    Why: a lamp or a window in the lens hides the eye behind it.
    The same net as in `eyes-visible`, trained on drawn reflections of windows, lamps and displays over a fifth of the
    eye or more.
    Abstains as `eyes-visible` does, and where the lenses are tinted: dark and mirrored ones reflect too, and that is
    `glasses-tint`'s.
    Source: 出入境证件相片照相指引 (no reflections in glasses); ISO/IEC 39794-5.
    """
    if photo.head_look.chances["tint"] > _TINTED:
        raise NotAssessable("tinted-lenses")
    return _judged(photo, limits, {"glare": "high"}, "glasses")


@check("EYE07", "glasses-frame", kind="portrait", unit="probability", since="0.1")
def glasses_frame(photo: Portrait, limits: Band) -> Finding:
    """Probability that glasses have a thick, conspicuous frame.

    Why: thick frames hide brows and the outline of the eyes; the guides advise against them.
    The same net as in `eyes-visible`; drawn frames count as thick from a twentieth of the distance between the eyes
    (about 3 mm).
    Abstains as `eyes-visible` does.
    Source: 出入境证件相片照相指引 (thick frames discouraged); ISO/IEC 39794-5.
    """
    return _judged(photo, limits, {"frame": "high"}, "glasses")


@check("FAC03", "face-cover", kind="portrait", unit="probability", since="0.1")
def face_cover(photo: Portrait, limits: Band) -> Finding:
    """Probability that a mask, a hand, a scarf or a veil lies before the face.

    Why: the whole face must be seen.
    The same net as in `eyes-visible`: one answer each for masks, hands and other covers; the likeliest is judged and
    named.
    Abstains as `eyes-visible` does.
    Source: ISO/IEC 39794-5 (no covering); 出入境证件相片照相指引.
    """
    return _judged(photo, limits, {"mask": "mask", "hand": "hand", "veil": "other"}, "face-cover")


@check("FAC04", "head-cover", kind="portrait", unit="probability", since="0.1")
def head_cover(photo: Portrait, limits: Band) -> Finding:
    """Probability that a hat, cap, helmet, scarf or turban is worn.

    Why: head covers are allowed for reasons of faith and health only, which a person decides.
    The same net as in `eyes-visible`: one answer for scarves and one for other covers; the likelier is judged.
    Abstains as `eyes-visible` does.
    Source: ISO/IEC 39794-5; 出入境证件相片照相指引 (no head cover, faith and health excepted).
    """
    return _judged(photo, limits, {"hat": "hat", "scarf": "scarf"}, "head-cover")


@check("FAC05", "eyebrows-visible", kind="portrait", unit="probability", since="0.1")
def eyebrows_visible(photo: Portrait, limits: Band) -> Finding:
    """Probability that both eyebrows are hidden by a fringe or a hat.

    Why: the brows are part of the face that is compared.
    The same net as in `eyes-visible`, trained on fringes and hats drawn over seven tenths of both brows.
    Abstains as `eyes-visible` does.
    Source: 照相指引 for printed photos (brows visible); ISO/IEC 39794-5.
    """
    return _judged(photo, limits, {"brows": "high"}, "eyebrows")


@check("FAC06", "ears-visible", kind="portrait", unit="probability", since="0.1")
def ears_visible(photo: Portrait, limits: Band) -> Finding:
    """Probability that hair or cloth hides both ears.

    Why: some authorities compare the outline of the ears.
    The same net as in `eyes-visible`. Where one ear shows and the other does not, nothing is said.
    Abstains as `eyes-visible` does, and when the head is turned more than 20°.
    Source: 照相指引 for printed photos and the visa form's (both ears visible).
    """
    if abs(photo.pose.yaw) > _LARGEST_YAW_FOR_EARS:
        raise NotAssessable("turned-away")
    return _judged(photo, limits, {"ears": "high"}, "ears")


@check("FAC07", "make-up", kind="portrait", unit="probability", since="0.1")
def make_up(photo: Portrait, limits: Band) -> Finding:
    """Probability of heavy make-up on lips, cheeks, brows and lids together.

    Why: heavy make-up changes how a face looks; the guides ask for none.
    The same net as in `eyes-visible`, trained on make-up drawn on faces of two photo sets without any. Told to a person
    only, for no photographs of real heavy make-up were labelled.
    Abstains as `eyes-visible` does.
    Source: 出入境证件相片照相指引 (no heavy make-up).
    """
    return _judged(photo, limits, {"make-up": "high"}, "face")
