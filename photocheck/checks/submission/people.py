"""SUB: whether the portrait, the card and the applicant belong together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from photocheck.features.idcard.dates import age
from photocheck.features.idcard.fields import field_regions, right_number
from photocheck.features.identity import displacement, distance
from photocheck.features.submission.reuse import same_picture
from photocheck.features.submission.submission import Submission
from photocheck.finding import Finding, NotAssessable, Region, failed
from photocheck.limits import Band, Limits
from photocheck.registry import check


class PersonLimits(Limits):
    """How unlike the portrait and the card's portrait may be.

    Attributes:
        apart: distance of the two faces' vectors.
        least_between_eyes: pixels between the eyes of either face below which nothing is said.
    """

    apart: Band
    least_between_eyes: float


class ReuseLimits(Limits):
    """How alike two photos may be.

    Attributes:
        shift: mean distance of the two faces' details once aligned, as a share of the distance of the eyes.
        least_between_eyes: pixels between the eyes below which two photos of one session cannot be told apart.
    """

    shift: Band
    least_between_eyes: float


@check("SUB01", "same-person", kind="submission", unit="distance", since="0.1")
def same_person(submission: Submission, limits: PersonLimits) -> Finding:
    """How unlike the face of the portrait is to the face on the card, as a net for comparing faces sees them.

    Why: a portrait of someone else must not go on, however good it is.
    The distance is that between the two faces' vectors: 0.2 to 0.5 for two photos of one person, mostly above 0.6 for
    two people. It sends a picture to a person and never refuses one: faces change with the years, and relatives are
    alike. Abstains without both pictures and where either face has too few pixels (`card-portrait-small`).
    Source: dlib's face recognition net; the limits are measured on the training images and made cards.
    """
    portrait, card = submission.portrait.identity, submission.card_portrait.identity
    if min(portrait.pixels_between_eyes, card.pixels_between_eyes) < limits.least_between_eyes:
        raise NotAssessable("card-portrait-small")
    regions = (
        replace(submission.portrait.face.box.region("face"), item="portrait"),
        replace(submission.card_portrait_region, item="id-portrait"),
    )
    return limits.apart.judge(distance(portrait, card), regions=regions)


@check("SUB04", "portrait-reused", kind="submission", unit="ratio of eye distance", since="0.1")
def portrait_reused(submission: Submission, limits: ReuseLimits) -> Finding:
    """Whether the portrait is a new photo: not the photo on the card, and not one of an earlier application.

    Why: the photo must show the applicant as they look today; one cut out of the card, or the photo that was once
    printed on it, does not.
    The same picture twice is told by its bytes and by a hash of its tones. Against the card the two faces are aligned:
    the details of two photos never lie in quite the same places, those of one photo and its copy do. The value is how
    far they lie apart. Abstains on the card's portrait where it has too few pixels (`card-portrait-small`).
    Source: the limits are measured on copies made of the training images.
    """
    repeated = same_picture(submission)
    if repeated is not None:
        return failed(repeated, regions=_whole(submission))
    portrait, card = submission.portrait.identity, submission.card_portrait.identity
    if min(portrait.pixels_between_eyes, card.pixels_between_eyes) < limits.least_between_eyes:
        raise NotAssessable("card-portrait-small")
    regions = (*_whole(submission), replace(submission.card_portrait_region, item="id-portrait"))
    return limits.shift.judge(displacement(portrait, card), regions=regions)


@check("SUB05", "applicant-age", kind="submission", unit="years", since="0.1")
def applicant_age(submission: Submission, limits: Band, as_of: date) -> Finding:
    """The applicant's age on the day that is asked about, from the number on the card.

    Why: only applicants of 16 years and more may renew online; younger ones go to a counter with a guardian.
    Abstains where the number cannot be read or its check digit does not fit (`number-doubtful`).
    Source: 国家移民管理局 on 全程网办.
    """
    birth = right_number(submission.front).birth
    if birth is None or birth > as_of:
        raise NotAssessable("number-doubtful")
    regions = [replace(region, item="id-portrait") for region in field_regions(submission.front, "number")]
    return limits.judge(float(age(birth, as_of)), regions=regions)


def _whole(submission: Submission) -> tuple[Region, ...]:
    photo = submission.portrait
    return (replace(Region.box("item-portrait", 0, 0, photo.width, photo.height), item="portrait"),)
