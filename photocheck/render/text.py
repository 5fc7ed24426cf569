"""Reports as text for a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from photocheck.finding import Finding, Outcome, Report
from photocheck.messages import Language, advice, interface_text, message

_ORDER = (Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW, Outcome.NOT_ASSESSED, Outcome.PASS)
STYLES = {
    "fail": "bold red",
    "error": "bold magenta",
    "review": "bold yellow",
    "not_assessed": "dim",
    "pass": "bold green",
}
_MARKS = {"fail": "✗", "error": "!", "review": "?", "not_assessed": "–", "pass": "✓"}


def worst_first(findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings by outcome, then by how far outside the limit they are, then by code."""
    return sorted(
        findings,
        key=lambda finding: (_ORDER.index(finding.outcome), 0.0 if finding.margin is None else finding.margin),
    )


def print_report(console: Console, report: Report, language: Language) -> None:
    """One picture: the verdict, then everything that does not pass, worst first, then how much passed."""
    verdict = report.verdict.value
    console.print(
        Text.assemble(
            (report.path, "bold"), "  ", (interface_text(f"verdict-{verdict}", language), STYLES[verdict]),
            (f"  {report.profile_id} · {interface_text(f'intake-{report.intake}', language)}", "dim"),
        ),
        soft_wrap=True,
    )  # fmt: skip
    for finding in worst_first(report.findings):
        outcome = finding.outcome.value
        if finding.outcome in (Outcome.PASS, Outcome.NOT_ASSESSED):
            continue
        said = message(finding, language)
        line = Text.assemble("  ", (_MARKS[outcome], STYLES[outcome]), f" {finding.code} {said}")
        mend = advice(finding, language)
        if mend:
            line.append(f" {mend}", "cyan")
        console.print(line, soft_wrap=True)
    abstained = [finding for finding in report.findings if finding.outcome is Outcome.NOT_ASSESSED]
    for finding in abstained:
        console.print(
            Text(f"  {_MARKS['not_assessed']} {finding.code} {message(finding, language)}", "dim"), soft_wrap=True
        )
    passing = sum(finding.outcome is Outcome.PASS for finding in report.findings)
    console.print(
        Text("  " + interface_text("count-passed", language, passed=passing, total=len(report.findings)), "dim"),
        soft_wrap=True,
    )
