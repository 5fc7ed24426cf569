"""A stored picture checked anew under a changed profile, where its stored values do not tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from photocheck.profile import Intake

Judged = tuple[str, dict[str, str]]
"""Verdict, and outcome by check."""


def check_anew(
    data: bytes, profile: Mapping[str, Any], *, item: str, intake: Intake, as_of: date, name: str | None = None
) -> Judged | None:
    """Check a picture.

    Args:
        profile: as `photocheck.archive.rejudge.described`.
        item: its place in the submission.
        as_of: the day it was judged on first: age and validity are to say the same.

    Returns:
        None where it cannot be decoded.
    """
    from photocheck.archive.analysis.what_if import as_profile
    from photocheck.decode import UnreadableImage, decode
    from photocheck.intake import check_subject
    from photocheck.submission import subject_of_item

    try:
        subject = subject_of_item(decode(data), cast("Any", item), name)
    except UnreadableImage:
        return None
    report = check_subject(subject, as_profile(profile), as_of=as_of, intake=intake)
    return report.verdict.value, {finding.check: finding.outcome.value for finding in report.findings}
