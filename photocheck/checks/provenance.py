"""FIL: what the file says of where it comes from: editing software and age."""

from __future__ import annotations

from datetime import date
from typing import Literal

from photocheck.features.subject import Subject
from photocheck.finding import Finding, NotAssessable, to_review
from photocheck.limits import Band, Limits
from photocheck.registry import check

Answer = Literal["pass", "review", "fail"]
_DAYS_A_MONTH = 365.2425 / 12


class EditingTraces(Limits):
    """What traces of each sort of software lead to.

    Attributes:
        beauty_app: apps made to change faces, and makers of ID photos.
        editor: picture editors.
        generator: programs that make pictures up.
    """

    beauty_app: Answer = "review"
    editor: Answer = "review"
    generator: Answer = "review"


@check("FIL09", "capture-age", kind="any", unit="months", since="0.1")
def capture_age(photo: Subject, limits: Band, as_of: date) -> Finding:
    """Months from the moment of capture, as the camera wrote it, to the date of the check.

    Why: authorities take photos of the last six months only.
    Read from EXIF DateTimeOriginal. A date in the future goes to review, as the clock was wrong. Abstains without a
    usable date (`no-date`), which is common: chat apps and `prepare` remove it.
    Source: GB/T 35678; ICAO Doc 9303 part 3; the profile names the source of each number.
    """
    taken = _taken(photo.file.exif.get("DateTimeOriginal", ""))
    days = (as_of - taken).days
    # A camera east of the place of the check may already be a day ahead.
    if days < -1:
        return to_review("future", date=taken.isoformat())
    return limits.judge(max(0, days) / _DAYS_A_MONTH, date=taken.isoformat())


def _taken(text: str) -> date:
    """The day of an EXIF date such as `2026:05:17 10:21:00`."""
    try:
        taken = date.fromisoformat(text.strip()[:10].replace(":", "-"))
    except ValueError as error:
        raise NotAssessable("no-date") from error
    if taken.year < 1990:
        raise NotAssessable("no-date")
    return taken
