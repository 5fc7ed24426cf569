"""Stored submissions judged anew under a changed profile: from stored values, else by their pictures.

A run goes on after its last upload when it was interrupted; each piece is one transaction. Verdicts of decided
submissions that would differ open review items of the stage `rescore`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

import photocheck
from api.clock import Clock
from api.db.rescoring import Rescoring
from api.db.review import Task
from api.db.submissions import State, Submission, Upload
from api.errors import Problem, not_found
from api.ids import new_id
from api.jobs.work import Due, Found
from api.services import audit
from api.services.review import queue
from api.workers import rescore
from photocheck.archive.analysis.what_if import changed
from photocheck.archive.errors import ArchiveError
from photocheck.archive.rejudge import NeedsPicture, described, judge_again
from photocheck.archive.rows import models_hash
from photocheck.features.models import model_hashes
from photocheck.profile import Intake, Profile, ProfileError, load_profile

if TYPE_CHECKING:
    from api.context import Service

_PIECE = 50
_BUSY_SECONDS = 0.5
_STATES = (State.SUBMITTED, State.UNDER_REVIEW, State.APPROVED, State.RETURNED)
_DECIDED = (State.APPROVED, State.RETURNED)
GOING = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class _Found:
    """What became of one picture. `verdict` is None where nothing can tell."""

    upload: str
    submission: str
    item: str
    was: str
    verdict: str | None
    flips: dict[str, str]
    rechecked: bool


def start(session: Session, clock: Clock, *, profile: str, changes: Sequence[str], actor: str) -> Rescoring:
    """Ask for a run.

    Args:
        profile: id of a profile of portraits, cards or signatures.
        changes: as for `photocheck simulate --set`; empty where only nets or code changed.

    Raises:
        Problem: 422 `wrong-change` with what is wrong; 409 `rescoring-runs` while another runs.
    """
    under(profile, changes)
    if session.scalars(select(Rescoring).where(Rescoring.state.in_(GOING))).first() is not None:
        raise Problem("rescoring-runs", 409)
    run = Rescoring(
        id=new_id("rsc"),
        profile=profile,
        changes=list(changes),
        total=session.scalar(select(func.count(Upload.id)).join(Submission).where(_of_run(profile))) or 0,
        started_by=actor,
        created_at=clock.now(),
    )
    session.add(run)
    session.flush()
    audit.record(session, clock, actor, "rescoring.started", run.id, profile=profile, changes=list(changes))
    return run


def stop(session: Session, clock: Clock, run_id: str, actor: str) -> Rescoring:
    """End a run where it is; what it opened stays open.

    Raises:
        Problem: `not-found`; 409 `rescoring-ended`.
    """
    run = session.scalars(select(Rescoring).where(Rescoring.id == run_id).with_for_update()).first()
    if run is None:
        raise not_found()
    if run.state not in GOING:
        raise Problem("rescoring-ended", 409)
    run.state, run.ended_at = "stopped", clock.now()
    audit.record(session, clock, actor, "rescoring.stopped", run.id, done=run.done)
    return run


def under(profile: str, changes: Sequence[str]) -> tuple[dict[str, Any], Profile]:
    """The profile as stored findings were judged by it, and as it would be.

    Raises:
        Problem: `wrong-change`, 422.
    """
    try:
        loaded = load_profile(profile)
        if loaded.kind == "submission":
            raise ArchiveError(f"{profile} is for whole submissions; name the profile of a picture.")
        old = described(loaded)
        new, _ = changed(old, changes)
    except (ProfileError, ArchiveError) as error:
        raise Problem("wrong-change", 422, text=dict.fromkeys(("zh-CN", "en"), str(error))) from error
    return old, new


def run(service: Service, run_id: str) -> None:
    """Judge piece after piece until all is done, or the run is stopped."""
    while True:
        with service.database.read() as session:
            found = session.get(Rescoring, run_id)
            if found is None or found.state not in GOING:
                return
            cursor, profile, changes = found.cursor, found.profile, list(found.changes)
        try:
            old, new = under(profile, changes)
        except Problem as problem:  # a profile that is gone since
            _end(service, run_id, "failed", problem.code)
            return
        with service.database.read() as session:
            piece = list(session.scalars(_next_piece(profile, cursor)))
        if not piece:
            _end(service, run_id, "done")
            return
        judged = [_judge(service, upload, old, new) for upload in piece]
        if not _keep(service, run_id, cursor, piece[-1].id, judged):
            return


def _next_piece(profile: str, cursor: str) -> Any:
    uploads = select(Upload).join(Submission).where(_of_run(profile), Upload.id > cursor)
    return uploads.order_by(Upload.id).limit(_PIECE)


def _of_run(profile: str) -> ColumnElement[bool]:
    return and_(
        Upload.current,
        Upload.profile == profile,
        Submission.erased_at.is_(None),
        Submission.purpose == "real",
        Submission.state.in_([state.value for state in _STATES]),
    )


def _judge(service: Service, upload: Upload, old: Mapping[str, Any], new: Profile) -> _Found:
    before = {row["check"]: row["outcome"] for row in upload.rows}
    now = _from_values(upload, old, new)
    rechecked = now is None
    if now is None:
        now = _from_picture(service, upload, new)
    if now is None:
        return _Found(upload.id, upload.submission_id, upload.item, upload.verdict, None, {}, rechecked)
    verdict, outcomes = now
    flips = {
        check: f"{before[check]}>{outcome}"
        for check, outcome in outcomes.items()
        if before.get(check, outcome) != outcome
    }
    return _Found(upload.id, upload.submission_id, upload.item, upload.verdict, verdict, flips, rechecked)


def _from_values(upload: Upload, old: Mapping[str, Any], new: Profile) -> rescore.Judged | None:
    """Exact, or None: other code, nets or profile than those that measured, or a change that needs the picture."""
    report = upload.report["en"]
    same = (
        upload.rows
        and report["version"] == photocheck.__version__
        and report["profile"]["hash"] == old["hash"]
        and models_hash(report["models"]) == models_hash(model_hashes())
    )
    if not same:
        return None
    try:
        again = judge_again({"id": upload.id, "intake": upload.intake}, upload.rows, old, new)
    except NeedsPicture:
        return None
    return again.image["verdict"], {row["check"]: row["outcome"] for row in again.findings}


def _from_picture(service: Service, upload: Upload, new: Profile) -> rescore.Judged | None:
    if upload.original_key is None:
        return None
    try:
        data = service.blobs.get(upload.original_key)
    except KeyError:
        return None
    as_of = date.fromisoformat(upload.report["en"]["as_of"])
    intake = cast("Intake", upload.intake)
    while True:
        try:
            return service.workers.run(
                rescore.check_anew, data, described(new), item=upload.item, intake=intake, as_of=as_of
            )
        except Problem as problem:
            if problem.code != "busy":
                return None
            time.sleep(_BUSY_SECONDS)  # applicants first


def _keep(service: Service, run_id: str, cursor: str, last: str, judged: Iterable[_Found]) -> bool:
    """Write a piece down; False where the run was stopped, or another process was quicker."""
    with service.database.begin() as session:
        own = session.scalars(select(Rescoring).where(Rescoring.id == run_id).with_for_update()).one()
        if own.state not in GOING or own.cursor != cursor:
            return False
        own.state, own.cursor = "running", last
        counts = {key: dict(value) for key, value in (own.counts or {"verdicts": {}, "checks": {}}).items()}
        for found in judged:
            own.done += 1
            own.rechecked += found.rechecked
            own.unknown += found.verdict is None
            if found.verdict is None:
                continue
            for check, flip in found.flips.items():
                _count(counts["checks"], f"{check}:{flip}")
            if found.verdict != found.was:
                own.flips += 1
                _count(counts["verdicts"], f"{found.was}>{found.verdict}")
                own.opened += _open(session, service, own, found)
        own.counts = counts
    return True


def _count(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1


def _open(session: Session, service: Service, own: Rescoring, found: _Found) -> bool:
    """Open a review item for a decided submission; what is still in review has one. Says whether a new one opened."""
    submission = session.get_one(Submission, found.submission)
    if submission.state not in _DECIDED:
        return False
    waiting = select(Task).where(Task.submission_id == submission.id, Task.stage == "rescore", Task.done_at.is_(None))
    task = session.scalars(waiting).first()
    before = dict(task.note or {}) if task is not None else {}
    note = {
        "rescoring": own.id,
        "flips": sorted({*before.get("flips", ()), *found.flips}),
        "items": {**before.get("items", {}), found.item: f"{found.was}>{found.verdict}"},
    }
    if task is not None:
        task.note = note
        return False
    queue.open_task(session, service.clock, service.settings, submission, "rescore", note=note)
    return True


def _end(service: Service, run_id: str, state: str, failure: str | None = None) -> None:
    with service.database.begin() as session:
        own = session.scalars(select(Rescoring).where(Rescoring.id == run_id).with_for_update()).one()
        if own.state in GOING:
            own.state, own.ended_at, own.failure = state, service.clock.now(), failure
            facts = {"done": own.done, "flips": own.flips, "opened": own.opened}
            audit.record(session, service.clock, "clock", f"rescoring.{state}", own.id, **facts)


def _due(session: Session, _now: datetime) -> Iterable[Due]:
    going = session.scalars(select(Rescoring).where(Rescoring.state.in_(GOING)))
    return [Due(own.id, 1, own.created_at) for own in going]


RESCORING = Found("rescore", _due, run)
"""For the job library."""
