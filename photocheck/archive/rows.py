"""Rows of the two tables: made of a report or of a refusal, and read back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import photocheck
from photocheck.archive.schema import IMAGES, JUDGEMENT
from photocheck.archive.sources.entry import Entry
from photocheck.features.models import model_hashes
from photocheck.finding import Finding, Judgement, LimitRanges, Outcome, Range, Report

Row = dict[str, Any]
Origin = Literal["scored", "judged", "kept"]


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of one input: its row of the table of images, and its rows of the table of findings."""

    image: Row
    findings: list[Row]


def models_hash(models: Mapping[str, str] | None = None) -> str:
    """One hash over the hashes of all nets."""
    text = json.dumps(dict(models or model_hashes()), sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def scored(entry: Entry, report: Report, *, asked: str, reveal: bool) -> Scored:
    """The rows of a picture that was checked.

    Args:
        asked: the kind that was asked for, `auto` where the picture told.
        reveal: whether names and numbers that were read are kept.
    """
    findings = [finding_row(entry.id, finding, finding.check in report.required) for finding in report.findings]
    captured = entry.captured or _taken(report.file.exif.get("DateTimeOriginal", ""))
    image = _image(entry) | {
        "sha256": report.file.sha256,
        "kind": report.kind,
        "asked": asked,
        "profile": report.profile_id,
        "profile_hash": report.profile_hash,
        "models_hash": models_hash(report.models),
        "intake": report.intake,
        "as_of": report.as_of,
        "verdict": report.verdict.value,
        "findings": len(findings),
        "format": report.file.format,
        "width": report.file.width,
        "height": report.file.height,
        "bytes": report.file.bytes,
        "captured": captured,
        "month": None if captured is None else f"{captured:%Y-%m}",
        "fields": [(key, field.text) for key, field in report.fields.items() if reveal or not field.personal],
    }
    return Scored(image, findings)


def refused(entry: Entry, code: str, sentence: str, *, sha256: str | None = None, size: int | None = None) -> Scored:
    """The row of an input that has no verdict.

    Args:
        code: a key of `messages/errors.toml`.
        sentence: the same in the language of the run.
        sha256, size: of the file, where it could be read.
    """
    month = None if entry.captured is None else f"{entry.captured:%Y-%m}"
    facts = {"error": code, "error_text": sentence, "sha256": sha256, "bytes": size}
    return Scored(_image(entry) | facts | {"captured": entry.captured, "month": month, "findings": 0}, [])


def finding_row(input_id: str, finding: Finding, required: bool) -> Row:
    """One row of the table of findings."""
    passing, review = finding.limits or LimitRanges((None, None), (None, None))
    return {
        "id": input_id,
        "check": finding.check,
        "code": finding.code,
        "outcome": finding.outcome.value,
        "value": finding.value,
        "unit": finding.unit,
        "pass_low": passing[0],
        "pass_high": passing[1],
        "review_low": review[0],
        "review_high": review[1],
        "margin": finding.margin,
        "reason": finding.reason,
        "case": finding.case,
        "required": required,
        "judged": [{name: getattr(part, name) for name in JUDGEMENT} for part in finding.judged],
    }


def finding_of(row: Row) -> Finding:
    """The finding of a row: without regions and facts, which the tables do not hold."""
    passing: Range = (row["pass_low"], row["pass_high"])
    limits = LimitRanges(passing, (row["review_low"], row["review_high"]))
    return Finding(
        Outcome(row["outcome"]),
        value=row["value"],
        limits=limits if row["judged"] else None,
        margin=row["margin"],
        reason=row["reason"],
        case=row["case"],
        judged=tuple(Judgement(**part) for part in row["judged"] or ()),
        code=row["code"],
        check=row["check"],
        unit=row["unit"],
    )


def _image(entry: Entry) -> Row:
    """What is known of an input before its picture is read."""
    row: Row = dict.fromkeys(IMAGES)
    own = {"id": entry.id, "path": entry.shown, "group": entry.group, "version": photocheck.__version__}
    return row | own | {"origin": "scored"}


def _taken(text: str) -> date | None:
    """The day of an EXIF date such as `2026:05:17 10:21:00`."""
    try:
        return date.fromisoformat(text.strip()[:10].replace(":", "-"))
    except ValueError:
        return None
