"""The reviewers' queue and decisions, for the console and for consoles of others."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from api.context import Service
from api.db.people import Role
from api.db.review import Decision, Task
from api.db.submissions import Submission
from api.depend import Caller, ServiceOf, require
from api.services import audit
from api.services.review import decide, effects, known_answers, machine, queue
from api.services.review.bodies import Case, Item
from api.services.review.case import case_of, rotation_of
from api.services.review.numbers import Numbers, numbers
from api.services.review.queue import Filter, Reviewer
from api.services.review.reasons import all_reasons
from api.services.review.turn import unturned
from api.services.uploads import read_fields
from api.web.described import problems
from api.web.language import language_of

ID = r"^[a-z]{3}_[0-9A-Z]+$"
"""Of everything that has an id."""
NAME = r"^[0-9A-Za-z._-]+$"
"""Of profiles."""
router = APIRouter(prefix="/v1/review", tags=["review"])
Administering = Annotated[Caller, Depends(require(Role.ADMINISTRATOR))]
Reviewing = Annotated[Caller, Depends(require(Role.REVIEWER, Role.SENIOR))]
TaskId = Annotated[str, Path(pattern=ID, max_length=64, examples=["tsk_7F3K2M9QXT4B7F3K2M9QXT4B7F"])]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Row(BaseModel):
    """One line of the queue."""

    id: str
    reference: str
    profile: str
    stage: Literal["first", "second", "blind", "rescore"]
    verdict: str | None
    priority: int
    senior: bool
    tries: int
    due_at: datetime
    overdue: bool
    holder: str | None


class Queue(BaseModel):
    """What waits, the most urgent first."""

    count: int
    overdue: int
    tasks: list[Row]


class Wanted(_Body):
    """Which tasks, and which not to take: those that are open already."""

    stage: queue.Stage | None = None
    verdict: Literal["pass", "review", "fail"] | None = None
    profile: str | None = Field(None, pattern=NAME, max_length=100)
    overdue: bool = False
    skip: list[Annotated[str, Field(pattern=ID, max_length=64)]] = Field(
        default_factory=list, max_length=10, examples=[[]]
    )


class Taken(BaseModel):
    """The task that was taken; null where none waits."""

    task: str | None


class Beat(_Body):
    """The tasks to hold on to, and the one on the screen."""

    tasks: list[Annotated[str, Field(pattern=ID, max_length=64)]] = Field(max_length=10)
    shown: str = Field("", max_length=64)


class Held(BaseModel):
    """The tasks that are held now."""

    held: list[str]
    seconds: float = Field(description="How long without another heartbeat.")


class Colleague(_Body):
    """Who gets it."""

    login: str = Field(pattern=r"^[^\x00]+$", max_length=200, examples=["li.na"])


class Given(_Body):
    """A reason of the coded list, about one picture."""

    item: Item
    reason: str = Field(pattern=NAME, max_length=60, examples=["head-size"])


class Decided(_Body):
    """A decision on the version that was seen."""

    outcome: decide.Choice
    reasons: list[Given] = Field(default_factory=list, max_length=40)
    version: int = Field(ge=1, examples=[4])


class Made(BaseModel):
    """The decision; it takes effect at `effective_at` unless it is taken back before."""

    id: str
    outcome: decide.Choice
    effective_at: datetime
    undo_seconds: float


class Drawing(_Body):
    """A defect that the checks missed: two opposite corners as shares of the picture as it is shown."""

    item: Item
    reason: str = Field(pattern=NAME, max_length=60, examples=["background"])
    points: list[tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]]] = Field(
        min_length=2, max_length=2, examples=[[[0.1, 0.2], [0.3, 0.4]]]
    )


class Marked(BaseModel):
    """The mark, and the check that it counts against."""

    id: str
    check: str


class Known(BaseModel):
    """A line of the coded list in the user's language."""

    reason: str
    items: list[str]
    checks: list[str]
    title: str
    message: str


class KnownAnswer(_Body):
    """An application of made pictures, and what every reviewer should decide on it."""

    submission: str = Field(pattern=ID, max_length=64, examples=["sub_7F3K2M9QXT4B7F3K2M9QXT4B7F"])
    outcome: Literal["approve", "return"] = Field(examples=["return"])
    reasons: list[Given] = Field(
        default_factory=list, max_length=40, examples=[[{"item": "portrait", "reason": "head-size"}]]
    )


class Fields(BaseModel):
    """What was read from each picture, unmasked."""

    fields: dict[str, dict[str, str]]


def reviewer_of(caller: Caller) -> Reviewer:
    """The caller as a reviewer."""
    return Reviewer(caller.id or "", Role.SENIOR in caller.roles)


def rows(session: Session, service: Service, tasks: list[Task]) -> list[Row]:
    """Lines of the queue. In a blind look the machine's verdict is withheld."""
    now, made = service.clock.now(), []
    for task in tasks:
        submission = session.get_one(Submission, task.submission_id)
        made.append(
            Row(
                id=task.id,
                reference=submission.reference,
                profile=submission.profile,
                stage=task.stage,
                verdict=None if task.stage == "blind" else submission.verdict,
                priority=task.priority,
                senior=task.senior,
                tries=task.tries,
                due_at=task.due_at,
                overdue=task.due_at <= now,
                holder=queue.holder_name(session, service.clock, task),
            )
        )
    return made


@router.get("/queue", summary="What waits for review", responses=problems(401, 403, 422))
def read_queue(
    service: ServiceOf,
    caller: Reviewing,
    stage: queue.Stage | None = None,
    verdict: Literal["pass", "review", "fail"] | None = None,
    profile: Annotated[str | None, Query(pattern=NAME, max_length=100)] = None,
    overdue: bool = False,
    whose: queue.Mine = "all",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Queue:
    """The most urgent first: by priority, then by due time. Only what the caller may take."""
    effects.run_due(service)
    wanted, own = Filter(stage, verdict, profile, overdue, whose), reviewer_of(caller)
    with service.database.read() as session:
        tasks = queue.waiting(session, service.clock, own, wanted, limit)
        late = queue.count(session, service.clock, own, Filter(overdue=True))
        total = queue.count(session, service.clock, own, wanted)
        return Queue(count=total, overdue=late, tasks=rows(session, service, tasks))


@router.post("/next", summary="Take the most urgent task", responses=problems(401, 403, 422, 429))
def take_next(service: ServiceOf, caller: Reviewing, body: Wanted) -> Taken:
    """The lease holds for some minutes and is renewed by heartbeats."""
    effects.run_due(service)
    wanted = Filter(body.stage, body.verdict, body.profile, body.overdue)
    with service.database.begin() as session:
        task = queue.claim_next(session, service.clock, service.settings, reviewer_of(caller), wanted, body.skip)
        return Taken(task=None if task is None else task.id)


@router.post("/heartbeat", summary="Hold on to tasks", responses=problems(401, 403, 422, 429))
def beat(service: ServiceOf, caller: Reviewing, body: Beat) -> Held:
    """Renews the leases that can be renewed and says which they are."""
    effects.run_due(service)
    with service.database.begin() as session:
        held = queue.heartbeat(
            session, service.clock, service.settings, body.tasks, reviewer_of(caller), shown=body.shown
        )
    return Held(held=held, seconds=service.settings.lease_minutes * 60)


@router.get("/tasks/{task_id}", summary="A case", responses=problems(401, 403, 404, 422))
def read_case(request: Request, service: ServiceOf, caller: Reviewing, task_id: TaskId) -> Case:
    """Everything its reviewer needs; picture links work for five minutes, ask again for new ones."""
    with service.database.begin() as session:
        task = queue.viewable(session, task_id, reviewer_of(caller))
        return case_of(service, session, task, reviewer_of(caller), language_of(request))


@router.post("/tasks/{task_id}/claim", summary="Take a task", responses=problems(401, 403, 404, 409, 422, 429))
def claim(service: ServiceOf, caller: Reviewing, task_id: TaskId) -> Taken:
    """Takes it as a lease; the application is then under review."""
    with service.database.begin() as session:
        task = queue.claim(session, service.clock, service.settings, task_id, reviewer_of(caller))
        return Taken(task=task.id)


@router.post(
    "/tasks/{task_id}/release", status_code=204, summary="Give a task back", responses=problems(401, 403, 404, 422, 429)
)
def release(service: ServiceOf, caller: Reviewing, task_id: TaskId) -> None:
    """Others may take it at once."""
    with service.database.begin() as session:
        queue.release(session, task_id, reviewer_of(caller))


@router.post(
    "/tasks/{task_id}/hand-over",
    status_code=204,
    summary="Give a task to a colleague",
    responses=problems(401, 403, 404, 409, 422, 429),
)
def hand_over(service: ServiceOf, caller: Reviewing, task_id: TaskId, body: Colleague) -> None:
    """The colleague holds it then."""
    with service.database.begin() as session:
        queue.hand_over(session, service.clock, service.settings, task_id, reviewer_of(caller), body.login)


@router.post(
    "/tasks/{task_id}/decision", status_code=201, summary="Decide", responses=problems(401, 403, 404, 409, 422, 429)
)
def decide_task(service: ServiceOf, caller: Reviewing, task_id: TaskId, body: Decided) -> Made:
    """Approve, return with reasons, or escalate to a senior reviewer."""
    with service.database.begin() as session:
        made = decide.decide(
            session,
            service.clock,
            service.settings,
            task_id,
            reviewer_of(caller),
            outcome=body.outcome,
            reasons=[(one.item, one.reason) for one in body.reasons],
            version=body.version,
        )
    return _decision(service, made)


@router.post(
    "/decisions/{decision_id}/undo", summary="Take a decision back", responses=problems(401, 403, 404, 409, 422, 429)
)
def undo(service: ServiceOf, caller: Reviewing, decision_id: Annotated[str, Path(pattern=ID, max_length=64)]) -> Taken:
    """Within `undo_seconds`; the task is then held again."""
    with service.database.begin() as session:
        made = decide.undo(session, service.clock, service.settings, decision_id, reviewer_of(caller))
        return Taken(task=made.task_id)


@router.post(
    "/tasks/{task_id}/marks",
    status_code=201,
    summary="Mark a defect that the checks missed",
    responses=problems(401, 403, 404, 409, 422, 429),
)
def mark(service: ServiceOf, caller: Reviewing, task_id: TaskId, body: Drawing) -> Marked:
    """It counts as missed by the reason's check, and is a labelled sample for its limit."""
    own = reviewer_of(caller)
    with service.database.begin() as session:
        task = queue.held(session, service.clock, task_id, own)
        upload = machine.uploads_of(session, session.get_one(Submission, task.submission_id)).get(body.item)
        points = unturned(body.points, 0 if upload is None else rotation_of(upload))
        made = decide.mark(session, service.clock, task_id, own, item=body.item, reason=body.reason, points=points)
        return Marked(id=made.id, check=made.check)


@router.delete(
    "/marks/{mark_id}", status_code=204, summary="Take a mark away", responses=problems(401, 403, 404, 422, 429)
)
def unmark(service: ServiceOf, caller: Reviewing, mark_id: Annotated[str, Path(pattern=ID, max_length=64)]) -> None:
    """One's own only."""
    with service.database.begin() as session:
        decide.unmark(session, service.clock, mark_id, reviewer_of(caller))


@router.post(
    "/tasks/{task_id}/fields", summary="What was read, unmasked", responses=problems(401, 403, 404, 409, 422, 429)
)
def reveal(service: ServiceOf, caller: Reviewing, task_id: TaskId) -> Fields:
    """Only of a task that is held. That it was asked is a line of the audit log."""
    own = reviewer_of(caller)
    with service.database.begin() as session:
        task = queue.held(session, service.clock, task_id, own)
        submission = session.get_one(Submission, task.submission_id)
        uploads = machine.uploads_of(session, submission)
        audit.record(session, service.clock, own.actor, "fields.revealed", submission.id, task=task.id)
    return Fields(fields={item: read_fields(service, upload) for item, upload in uploads.items()})


@router.get("/reasons", summary="The coded reasons of returns", responses=problems(401, 403))
def reasons(request: Request, _caller: Reviewing) -> list[Known]:
    """In the user's language."""
    language: Any = language_of(request)
    return [
        Known(
            reason=one.code,
            items=list(one.items),
            checks=list(one.checks),
            title=one.title[language],
            message=one.message[language],
        )
        for one in all_reasons().values()
    ]


@router.post(
    "/known-answers",
    status_code=204,
    summary="Make an application one whose answer is known",
    responses=problems(401, 403, 404, 409, 422, 429),
)
def make_known(service: ServiceOf, caller: Administering, body: KnownAnswer) -> None:
    """It must be complete and checked, not submitted; it then turns up now and then among a reviewer's cases."""
    with service.database.begin() as session:
        known_answers.make(
            session,
            service.clock,
            body.submission,
            outcome=body.outcome,
            reasons=[(one.item, one.reason) for one in body.reasons],
            actor=caller.actor,
        )


@router.get("/numbers", summary="How review goes", responses=problems(401, 403, 422))
def read_numbers(service: ServiceOf, _caller: Reviewing, days: Annotated[int, Query(ge=1, le=90)] = 14) -> Numbers:
    """Throughput, waiting, returns by reason, reviewers, and each check beside what people said of it."""
    effects.run_due(service)
    with service.database.read() as session:
        return numbers(session, service.clock, days)


def _decision(service: Service, made: Decision) -> Made:
    return Made(
        id=made.id,
        outcome=made.outcome,
        effective_at=made.effective_at,
        undo_seconds=service.settings.undo_seconds,
    )
