"""What people said of each finding, beside what the machine said: agreed, overruled, cleared or supplemented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.db import Database
from api.db.review import Decision, Mark
from api.db.submissions import Submission, Upload
from photocheck.evaluation.calibrate import Sample, band_of
from photocheck.finding import Outcome
from photocheck.profile import Profile, ProfileError, load_profile

Opinion = Literal["agreed", "overruled", "cleared", "supplemented", "passed"]
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision that stands, with the defects that its reviewer drew by hand.

    Attributes:
        marked: pairs of upload and check.
    """

    decision: Decision
    marked: frozenset[tuple[str, str]]

    def opinions(self) -> Iterator[tuple[str, str, Opinion]]:
        """Item, check and opinion for every finding, and for every defect that no finding told."""
        findings = self.decision.machine.get("findings", {})
        uploads = self.decision.machine.get("uploads", {})
        defects = {(item, check) for item, check in self._defects(uploads)}
        for item, own in findings.items():
            for check, outcome in own.items():
                yield item, check, _opinion(outcome, (item, check) in defects)
        for item, check in sorted(defects):
            if check not in findings.get(item, {}):
                yield item, check, "supplemented"

    def _defects(self, uploads: dict[str, str]) -> Iterator[tuple[str, str]]:
        for reason in self.decision.reasons:
            checks = reason.get("agreed") or ([reason["check"]] if reason.get("check") else [])
            yield from ((reason["item"], check) for check in checks)
        items = {upload: item for item, upload in uploads.items()}
        yield from ((items[upload], check) for upload, check in self.marked if upload in items)


def _opinion(outcome: str, defect: bool) -> Opinion:
    if outcome in ("fail", "review", "error"):
        if defect:
            return "agreed"
        return "overruled" if outcome == "fail" else "cleared"
    return "supplemented" if defect else "passed"


def judged(session: Session, since: datetime, limit: int) -> Iterator[Judged]:
    """Decisions on real applications since a time that were not taken back, the newest first.

    Of several about the same pictures (four eyes) the last one stands; escalations are no opinion.
    """
    wanted = (
        select(Decision)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(
            Decision.decided_at >= since,
            Decision.undone_at.is_(None),
            Decision.outcome != "escalate",
            Submission.purpose == "real",
        )
        .order_by(Decision.decided_at.desc(), Decision.id)
        .limit(limit)
    )
    seen: set[tuple[str, ...]] = set()
    for decision in session.scalars(wanted.execution_options(yield_per=_AT_ONCE)):
        pictures = tuple(sorted(decision.machine.get("uploads", {}).values()))
        if pictures in seen:
            continue
        seen.add(pictures)
        marks = select(Mark.upload_id, Mark.check).where(
            Mark.upload_id.in_(pictures), Mark.account_id == decision.account_id
        )
        found = frozenset((upload, check) for upload, check in session.execute(marks))
        yield Judged(decision, found)


def samples(session: Session, one: Judged) -> Iterator[Sample]:
    """The values behind a decision's opinions, for calibration; none of pictures whose rows are erased."""
    said = {(item, check): opinion for item, check, opinion in one.opinions()}
    for item, upload_id in one.decision.machine.get("uploads", {}).items():
        kept = session.execute(select(Upload.rows, Upload.profile).where(Upload.id == upload_id)).first()
        for row in () if kept is None else kept.rows:
            opinion = said.get((item, row["check"]))
            if opinion is not None and kept is not None:
                yield from of_row(row, kept.profile, defect=opinion in ("agreed", "supplemented"))


def of_row(row: Mapping[str, Any], profile: str, *, defect: bool) -> Iterator[Sample]:
    """The values of one finding, as `photocheck.archive.rows.finding_row` writes it; none where its profile is gone."""
    parts = [part for part in row["judged"] or () if part["limit"] is not None and part["value"] is not None]
    try:
        loaded = load_profile(profile)
    except ProfileError:
        return
    passes = [_passes(loaded, row["check"], part) for part in parts]
    for place, part in enumerate(parts):
        alone = all(passing for other, passing in enumerate(passes) if other != place)
        yield Sample(profile, row["check"], part["limit"], float(part["value"]), defect, alone)


def _passes(profile: Profile, check: str, part: Mapping[str, Any]) -> bool:
    band = band_of(profile, check, part["limit"])
    return band is not None and band.outcome(float(part["value"])) is Outcome.PASS


def since_days(database_url: str, days: int, limit: int = 200_000) -> list[Sample]:
    """The samples of a service's database, read beside the running service.

    Args:
        database_url: of SQLAlchemy.
        days: how far back, from the newest decision.
        limit: decisions that are read at most, the newest.
    """
    database = Database(database_url)
    try:
        with database.read() as session:
            newest = session.scalar(select(func.max(Decision.decided_at)))
            if newest is None:
                return []
            found = judged(session, newest - timedelta(days=days), limit)
            return [sample for one in found for sample in samples(session, one)]
    finally:
        database.dispose()
