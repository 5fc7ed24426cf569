"""The report as a JSON document (schema `photocheck/report-1`)."""

from __future__ import annotations

from typing import Any

from photocheck.finding import Field, Finding, Range, Region, Report, SubmissionReport
from photocheck.messages import Language, advice, message

SCHEMA = "photocheck/report-1"
SUBMISSION_SCHEMA = "photocheck/submission-1"
_HIDDEN = "*"
HIDDEN_FIELDS = ("card_type", "side", "rotation")
"""Fields that say in a program's words what checks say in a person's."""


def as_document(report: Report, language: Language, *, reveal: bool = False) -> dict[str, Any]:
    """The report as plain JSON values.

    Args:
        language: of messages and advice.
        reveal: whether names and numbers that were read are written out; else they are masked.
    """
    return {
        "schema": SCHEMA,
        "path": report.path,
        "sha256": report.file.sha256,
        "kind": report.kind,
        "version": report.version,
        "profile": {"id": report.profile_id, "hash": report.profile_hash},
        "intake": report.intake,
        "as_of": report.as_of.isoformat(),
        "verdict": report.verdict.value,
        "file": {
            "format": report.file.format,
            "width": report.file.width,
            "height": report.file.height,
            "bytes": report.file.bytes,
        },
        "findings": [_finding(finding, language) for finding in report.findings],
        "fields": {name: _field(value, reveal=reveal) for name, value in report.fields.items()},
        "models": dict(report.models),
        "timings_ms": {name: round(spent, 1) for name, spent in report.timings_ms.items()},
    }


def _finding(finding: Finding, language: Language) -> dict[str, Any]:
    limits = finding.limits
    return {
        "code": finding.code,
        "check": finding.check,
        "outcome": finding.outcome.value,
        "value": finding.value,
        "unit": finding.unit,
        "limits": None if limits is None else {"pass": _ends(limits.passing), "review": _ends(limits.review)},
        "margin": finding.margin,
        "reason": finding.reason,
        "regions": [_region(region) for region in finding.regions],
        "message": message(finding, language),
        "advice": advice(finding, language),
    }


def _ends(limits: Range) -> list[float | None]:
    return list(limits)


def submission_document(report: SubmissionReport, language: Language, *, reveal: bool = False) -> dict[str, Any]:
    """A submission's report as plain JSON values: its own findings, and the report of each picture.

    Args:
        language, reveal: as `as_document`.
    """
    return {
        "schema": SUBMISSION_SCHEMA,
        "path": report.path,
        "version": report.version,
        "profile": {"id": report.profile_id, "hash": report.profile_hash},
        "as_of": report.as_of.isoformat(),
        "verdict": report.verdict.value,
        "findings": [_finding(finding, language) for finding in report.findings],
        "swaps": [list(pair) for pair in report.swaps],
        "items": {
            item: None if own is None else as_document(own, language, reveal=reveal)
            for item, own in report.items.items()
        },
        "unreadable": dict(report.unreadable),
        "timings_ms": {name: round(spent, 1) for name, spent in report.timings_ms.items()},
    }


def shown_fields(report: Report, *, reveal: bool = False) -> list[tuple[str, str]]:
    """What was read, for people: the key of each field's label and its text, masked where that is personal."""
    return [
        (f"field-{key.replace('_', '-')}", shown_text(field, reveal=reveal))
        for key, field in report.fields.items()
        if field.text and key not in HIDDEN_FIELDS
    ]


def shown_text(field: Field, *, reveal: bool) -> str:
    """The text of a field. Of what is personal the first character stays, for a person to recognise it."""
    if reveal or not field.personal:
        return field.text
    return field.text[:1] + _HIDDEN * (len(field.text) - 1)


def _field(field: Field, *, reveal: bool) -> dict[str, Any]:
    region = None if field.region is None else _region(field.region)
    return {"text": shown_text(field, reveal=reveal), "confidence": field.confidence, "region": region}


def _region(region: Region) -> dict[str, Any]:
    where = {"item": region.item} if region.item else {}
    return {**where, "type": region.type, "label": region.label, "points": [list(point) for point in region.points]}
