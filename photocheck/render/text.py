"""Reports as text for a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from photocheck.finding import Finding, Outcome, Report, SubmissionReport, Verdict
from photocheck.messages import Language, advice, interface_text, label_text, message
from photocheck.render.document import shown_fields

_ORDER = (Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW, Outcome.NOT_ASSESSED, Outcome.PASS)
STYLES = {
    "fail": "bold red",
    "error": "bold magenta",
    "review": "bold yellow",
    "not_assessed": "dim",
    "pass": "bold green",
}
_GOES_WITHOUT_SAYING = "not-on-this-side"
"""Why half the checks of a card are not assessed on either side; a list of them helps no one."""
_MARKS = {"fail": "✗", "error": "!", "review": "?", "not_assessed": "–", "pass": "✓"}


def worst_first(findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings by outcome, then by how far outside the limit they are, then by code."""
    return sorted(
        findings,
        key=lambda finding: (_ORDER.index(finding.outcome), 0.0 if finding.margin is None else finding.margin),
    )


def print_report(console: Console, report: Report, language: Language, *, reveal: bool = False) -> None:
    """One picture: the verdict, then everything that does not pass, worst first, then how much passed.

    Args:
        reveal: whether names and numbers that were read are written out; else they are masked.
    """
    told = report.profile_id
    if report.kind == "portrait":
        told += f" · {interface_text(f'intake-{report.intake}', language)}"
    _print_verdict(console, report.path, report.verdict, told, language)
    _print_findings(console, report.findings, language)
    read = [f"{label_text(label, language)} {text}" for label, text in shown_fields(report, reveal=reveal)]
    if read:
        console.print(Text("  " + " · ".join(read), "dim"), soft_wrap=True)


def print_submission(console: Console, report: SubmissionReport, language: Language, *, reveal: bool = False) -> None:
    """One application: its verdict, what there is to say about the pictures together, then each picture."""
    _print_verdict(console, report.path, report.verdict, report.profile_id, language)
    _print_findings(console, report.findings, language)
    for item, own in report.items.items():
        console.print()
        if own is not None:
            console.print(Text(label_text(f"item-{item}", language), "bold underline"))
            print_report(console, own, language, reveal=reveal)
            continue
        problem = report.unreadable.get(item) or interface_text("no-picture", language)
        console.print(Text(f"{label_text(f'item-{item}', language)}  {problem}", "bold"), soft_wrap=True)


def _print_verdict(console: Console, path: str, verdict: Verdict, told: str, language: Language) -> None:
    name = interface_text(f"verdict-{verdict.value}", language)
    line = Text.assemble((path, "bold"), "  ") if path else Text()
    console.print(line.append(name, STYLES[verdict.value]).append(f"  {told}", "dim"), soft_wrap=True)


def _print_findings(console: Console, findings: tuple[Finding, ...], language: Language) -> None:
    for finding in worst_first(findings):
        outcome = finding.outcome.value
        if finding.outcome in (Outcome.PASS, Outcome.NOT_ASSESSED):
            continue
        said = message(finding, language)
        line = Text.assemble("  ", (_MARKS[outcome], STYLES[outcome]), f" {finding.code} {said}")
        mend = advice(finding, language)
        if mend:
            line.append(f" {mend}", "cyan")
        console.print(line, soft_wrap=True)
    abstained = [
        finding
        for finding in findings
        if finding.outcome is Outcome.NOT_ASSESSED and finding.reason != _GOES_WITHOUT_SAYING
    ]
    for finding in abstained:
        console.print(
            Text(f"  {_MARKS['not_assessed']} {finding.code} {message(finding, language)}", "dim"), soft_wrap=True
        )
    passing = sum(finding.outcome is Outcome.PASS for finding in findings)
    console.print(
        Text("  " + interface_text("count-passed", language, passed=passing, total=len(findings)), "dim"),
        soft_wrap=True,
    )
