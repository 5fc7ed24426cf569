"""Reports as SARIF 2.1.0, the format that code-review tools read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import photocheck
from photocheck.finding import Finding, Outcome, Report
from photocheck.messages import Language, advice, message, title
from photocheck.registry import find_check

_LEVELS = {Outcome.FAIL: "error", Outcome.ERROR: "error", Outcome.REVIEW: "warning"}


def as_sarif(reports: Iterable[Report], language: Language) -> dict[str, Any]:
    """One SARIF run; a result for every finding that fails, errs or asks for a person."""
    results: list[dict[str, Any]] = []
    rules: dict[str, dict[str, Any]] = {}
    for report in reports:
        for finding in report.findings:
            if finding.outcome in _LEVELS:
                rules.setdefault(finding.code, _rule(finding, language))
                results.append(_result(finding, report, language))
    return {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "photocheck",
                        "version": photocheck.__version__,
                        "language": language,
                        "rules": [rules[code] for code in sorted(rules)],
                    }
                },
                "results": results,
            }
        ],
    }


def _rule(finding: Finding, language: Language) -> dict[str, Any]:
    known = find_check(finding.code)
    help_text = known.doc if known is not None else finding.check
    return {
        "id": finding.code,
        "name": finding.check,
        "shortDescription": {"text": title(finding.check, language)},
        "help": {"text": help_text},
    }


def _result(finding: Finding, report: Report, language: Language) -> dict[str, Any]:
    said = " ".join(filter(None, (message(finding, language), advice(finding, language))))
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.outcome],
        "message": {"text": said},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": Path(report.path).as_posix()}}}],
        "properties": {"outcome": finding.outcome.value, "value": finding.value, "margin": finding.margin},
    }
