"""The report as a JSON document (schema `photocheck/report-1`)."""

from __future__ import annotations

from typing import Any

from photocheck.finding import Field, Finding, Range, Region, Report
from photocheck.messages import Language, advice, message

SCHEMA = "photocheck/report-1"
_HIDDEN = "*"


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


def _field(field: Field, *, reveal: bool) -> dict[str, Any]:
    """A field that was read. Of what is personal the first character stays: something was read."""
    text = field.text
    if field.personal and not reveal:
        text = text[:1] + _HIDDEN * (len(text) - 1)
    return {
        "text": text,
        "confidence": field.confidence,
        "region": None if field.region is None else _region(field.region),
    }


def _region(region: Region) -> dict[str, Any]:
    return {"type": region.type, "label": region.label, "points": [list(point) for point in region.points]}
