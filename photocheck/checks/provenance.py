"""FIL: where the picture comes from: editing software, age, and whether it is of the right kind at all."""

from __future__ import annotations

from datetime import date
from typing import Literal

from photocheck.features.software import find_traces
from photocheck.features.subject import Subject
from photocheck.finding import Finding, NotAssessable, Outcome, failed, passed, to_review
from photocheck.limits import Band, Limits
from photocheck.registry import check

Answer = Literal["pass", "review", "fail"]
_WORSE: tuple[Answer, ...] = ("pass", "review", "fail")


class SoftwareTraces(Limits):
    """What the traces of each sort of software lead to.

    Attributes:
        beauty_app: apps made to change faces, and makers of ID photos.
        editor: picture editors.
        generator: programs that make pictures up.
    """

    beauty_app: Answer = "review"
    editor: Answer = "review"
    generator: Answer = "review"


@check("FIL08", "edited-software", kind="any", since="0.1")
def edited_software(photo: Subject, limits: SoftwareTraces) -> Finding:
    """Whether the file carries traces of a beauty app, an editor or a picture generator.

    Why: authorities refuse beautified, edited and made-up portraits; a person should compare such a picture with care.
    Read are EXIF, XMP, the name of the ICC profile, PNG texts and JPEG comments, Photoshop's image resources and
    quantisation tables, and the file's own statement that it is synthetic (IPTC digital source type, AIGC label of
    GB 45438). Cameras, galleries and messengers are no traces. A trace does not prove that the looks were changed, and
    a picture without traces may well be edited: metadata is easily removed.
    Source: `features/data/software.toml`, `photoshop_tables.toml`.
    """
    answers = {"beauty-app": limits.beauty_app, "editor": limits.editor, "generator": limits.generator}
    traces = find_traces(photo.file)
    if not traces:
        return passed()
    first = max(traces, key=lambda trace: _WORSE.index(answers[trace.sort]))
    case = {"DQT": "photoshop-tables", "label": "labelled"}.get(first.where, first.sort)
    outcome = Outcome(answers[first.sort])
    facts = {"tool": first.tool, "where": first.where}
    return Finding(outcome, case="accepted" if outcome is Outcome.PASS else case, facts=facts)


@check("FIL09", "capture-age", kind="any", unit="months", since="0.1")
def capture_age(photo: Subject, limits: Band, as_of: date) -> Finding:
    """Months from the moment of capture, as the camera wrote it, to the date of the check.

    Why: authorities take photos of the last six months only.
    Read from EXIF DateTimeOriginal. A date in the future goes to review, as the clock was wrong. Abstains without a
    usable date (`no-date`), which is common: chat apps and `prepare` remove it.
    Source: ICAO Doc 9303 part 3 (six months); the profile names the source of each number.
    """
    taken = _taken(photo.file.exif.get("DateTimeOriginal", ""))
    # A camera east of the place of the check may already be a day ahead.
    if (as_of - taken).days < -1:
        return to_review("future", date=taken.isoformat())
    # By the calendar, so that the same day six months later is six months, however long they are.
    months = 12 * (as_of.year - taken.year) + as_of.month - taken.month + (as_of.day - taken.day) / 31
    return limits.judge(max(0.0, months), date=taken.isoformat())


def _taken(text: str) -> date:
    """The day of an EXIF date such as `2026:05:17 10:21:00`."""
    try:
        taken = date.fromisoformat(text.strip()[:10].replace(":", "-"))
    except ValueError as error:
        raise NotAssessable("no-date") from error
    if taken.year < 1990:
        raise NotAssessable("no-date")
    return taken


@check("FIL11", "kind-matches", kind="any", since="0.1")
def kind_matches(photo: Subject) -> Finding:
    """Whether the picture is of the kind it was uploaded as: a portrait, a card, or a signature.

    Why: pictures put into the wrong field are a common reason of returns.
    A large face makes a portrait; what the nets for cards find and take for one a card; thin ink on plain paper and
    nothing else a signature. Abstains where none of them is clear (`unclear-kind`).
    Source: ISO/IEC 7810 (ID-1 cards); thresholds set on the training part of the labelled images and on made cards.
    """
    seen = photo.seen_kind
    if seen is None:
        raise NotAssessable("unclear-kind")
    return passed() if seen == photo.kind else failed(seen)
