"""One input: its rows, whatever becomes of it."""

from __future__ import annotations

import hashlib
import logging

from photocheck.archive.rows import Scored, refused, scored
from photocheck.archive.settings import Settings
from photocheck.archive.sources.entry import Entry
from photocheck.decode import UnreadableImage, decode
from photocheck.intake import WrongProfile, check_picture
from photocheck.messages import error_text

_log = logging.getLogger(__name__)


def score_one(entry: Entry, data: bytes | UnreadableImage, settings: Settings) -> Scored:
    """The rows of an input; what cannot be checked becomes a row with an error.

    Args:
        data: the file, or why it could not be read.
    """
    if isinstance(data, UnreadableImage):
        return _refused(entry, None, settings, data.code, **data.facts)
    try:
        report = check_picture(decode(data), settings.request(entry), path=entry.shown).report
        return scored(entry, report, asked=settings.asked(entry), reveal=settings.reveal)
    except UnreadableImage as refusal:
        return _refused(entry, data, settings, refusal.code, **refusal.facts)
    except WrongProfile as refusal:
        facts = {"kind": refusal.kind, "profile": refusal.profile, "profile_kind": refusal.profile_kind}
        return _refused(entry, data, settings, "wrong-profile", **facts)
    except Exception as fault:  # noqa: BLE001
        # The last resort outside the checks: one picture that trips us must not end the run of all the others.
        _log.error(
            "a picture could not be checked: %s", type(fault).__name__, exc_info=_log.isEnabledFor(logging.DEBUG)
        )
        return _refused(entry, data, settings, "internal-fault", fault=type(fault).__name__)


def given_up(entry: Entry, settings: Settings, code: str) -> Scored:
    """The row of a picture that took too long (`timed-out`) or ended its process (`worker-killed`)."""
    return _refused(entry, None, settings, code, seconds=settings.timeout)


def _refused(entry: Entry, data: bytes | None, settings: Settings, code: str, **facts: object) -> Scored:
    sentence = error_text(code, settings.language, **facts)
    sha256 = entry.sha256 if data is None else hashlib.sha256(data).hexdigest()
    return refused(entry, code, sentence, sha256=sha256, size=None if data is None else len(data))
