"""What the machine said of a submission: by item and check, for people, for decisions and for numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.submissions import Submission, Upload
from api.services.review.reasons import ITEMS, all_reasons
from photocheck.messages import LANGUAGES

Findings = dict[str, dict[str, str]]
Told = dict[str, dict[str, dict[str, Any]]]
_OF_NO_PICTURE = "complete"


def uploads_of(session: Session, submission: Submission) -> dict[str, Upload]:
    """The picture that counts in each place, in the order of the places."""
    current = session.scalars(select(Upload).where(Upload.submission_id == submission.id, Upload.current))
    by_item = {upload.item: upload for upload in current}
    return {item: by_item[item] for item in ITEMS if item in by_item}


def earlier_tries(session: Session, upload: Upload) -> list[Upload]:
    """The tries before it in its place that can still be shown, the newest first."""
    before = select(Upload).where(
        Upload.submission_id == upload.submission_id,
        Upload.item == upload.item,
        Upload.number < upload.number,
        Upload.display_key.is_not(None),
    )
    return list(session.scalars(before.order_by(Upload.number.desc())))


def outcomes(submission: Submission, uploads: Iterable[Upload]) -> Findings:
    """Outcome by item and check; what is told of several pictures stands with the one that it is returned for."""
    told = documents(submission, uploads)["en"]
    return {item: {check: finding["outcome"] for check, finding in own.items()} for item, own in told.items()}


def documents(submission: Submission, uploads: Iterable[Upload]) -> dict[str, Told]:
    """Findings in a report's own form, by language, item and check."""
    made: dict[str, Told] = {}
    held = list(uploads)
    for language in LANGUAGES:
        told: Told = {
            upload.item: {finding["check"]: finding for finding in upload.report[language]["findings"]}
            for upload in held
        }
        for finding in ((submission.report or {}).get(language) or {}).get("findings", ()):
            item = item_of(finding["check"])
            if item in told:
                told[item][finding["check"]] = finding
        made[language] = told
    return made


def item_of(check: str) -> str:
    """The place with which a finding about several pictures stands; empty where it is about none of them."""
    if check == _OF_NO_PICTURE:
        return ""
    return next((reason.items[0] for reason in all_reasons().values() if check in reason.checks), "")


def snapshot(submission: Submission, uploads: Iterable[Upload]) -> dict[str, Any]:
    """What a decision keeps beside it: the machine's verdict and outcomes, and which pictures they were about."""
    held = list(uploads)
    return {
        "verdict": submission.verdict,
        "findings": outcomes(submission, held),
        "uploads": {upload.item: upload.id for upload in held},
    }
