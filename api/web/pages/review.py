"""The reviewer's console: the queue, and a case at a time. Without scripts forms do the same, slower."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import func, select

from api.clock import CHINA
from api.context import Service
from api.db.review import Decision
from api.depend import ServiceOf
from api.routes.review import Reviewing, TaskId, reviewer_of, rows
from api.services.review import decide, effects, queue
from api.services.review.case import case_of
from api.services.review.numbers import numbers
from api.services.review.queue import Filter, Reviewer
from api.services.review.reasons import all_reasons
from api.web import plots
from api.web.language import language_of
from api.web.rendering import page
from api.web.wording import text
from photocheck.messages import title
from photocheck.registry import all_checks

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_PART = "review"
_REASONS_SHOWN = 12
_VERDICTS = Literal["", "pass", "review", "fail"]
_STAGES = Literal["", "first", "second", "blind", "rescore"]


@router.get("/review")
def queue_page(
    request: Request,
    service: ServiceOf,
    caller: Reviewing,
    stage: _STAGES = "",
    verdict: _VERDICTS = "",
    overdue: str = "",
    whose: queue.Mine = "all",
) -> HTMLResponse:
    """What waits."""
    effects.run_due(service)
    own = reviewer_of(caller)
    wanted = _filter(stage, verdict, overdue, whose)
    with service.database.read() as session:
        tasks = queue.waiting(session, service.clock, own, wanted)
        shown = rows(session, service, tasks)
        total = queue.count(session, service.clock, own, wanted)
        late = queue.count(session, service.clock, own, Filter(overdue=True))
    chosen = {"stage": stage, "verdict": verdict, "overdue": overdue}
    return page(
        request,
        "review/queue.html",
        part=_PART,
        caller=caller,
        rows=shown,
        count=total,
        overdue=late,
        chosen=chosen,
        whose=whose,
    )


@router.post("/review/next")
def next_case(
    service: ServiceOf,
    caller: Reviewing,
    stage: Annotated[_STAGES, Form()] = "",
    verdict: Annotated[_VERDICTS, Form()] = "",
    overdue: Annotated[str, Form(max_length=10)] = "",
) -> RedirectResponse:
    """Take the most urgent one and go to it."""
    return _go_to_next(service, reviewer_of(caller), stage, verdict, overdue)


@router.get("/review/tasks/{task_id}")
def case_page(
    request: Request,
    service: ServiceOf,
    caller: Reviewing,
    task_id: TaskId,
    part: Annotated[str, Query(max_length=10)] = "",
    stage: _STAGES = "",
    verdict: _VERDICTS = "",
    overdue: str = "",
) -> HTMLResponse:
    """A case; with `part` only the case itself, for scripts that load it ahead."""
    language, own = language_of(request), reviewer_of(caller)
    with service.database.begin() as session:
        task = queue.viewable(session, task_id, own)
        case = case_of(service, session, task, own, language)
        start = service.clock.now().astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        today = select(func.count(Decision.id)).where(
            Decision.account_id == own.id, Decision.decided_at >= start, Decision.undone_at.is_(None)
        )
        done = session.scalar(today)
    comma = "、" if language == "zh-CN" else ", "
    context: dict[str, Any] = {"case": case, "flips": comma.join(title(check, language) for check in case.flips)}
    if part:
        return page(request, "review/case_part.html", part=_PART, **context)
    return page(
        request,
        "review/case.html",
        part=_PART,
        caller=caller,
        lease_seconds=int(service.settings.lease_minutes * 60),
        undo_seconds=int(service.settings.undo_seconds),
        today=done,
        filter=urlencode({"stage": stage, "verdict": verdict, "overdue": overdue}),
        **context,
    )


@router.get("/review/numbers")
def numbers_page(
    request: Request, service: ServiceOf, caller: Reviewing, days: Annotated[int, Query(ge=1, le=90)] = 14
) -> HTMLResponse:
    """How review goes."""
    effects.run_due(service)
    language = language_of(request)
    with service.database.read() as session:
        told = numbers(session, service.clock, days)
    names = [one.day.strftime("%m-%d") for one in told.days]
    known = all_reasons()
    top = list(told.reasons.items())[:_REASONS_SHOWN]
    return page(
        request,
        "review/numbers.html",
        part=_PART,
        caller=caller,
        numbers=told,
        days=days,
        known={check.name for check in all_checks()},
        share=_share,
        throughput=plots.columns(
            names, [one.decided for one in told.days], about=text(_PART, "plot-throughput", language)
        ),
        waiting=plots.lines(
            names,
            [[one.waiting_median_hours for one in told.days], [one.waiting_p90_hours for one in told.days]],
            about=text(_PART, "plot-waiting", language),
        ),
        reasons=plots.rows(
            [known[code].title[language] if code in known else code for code, _ in top],
            [count for _, count in top],
            about=text(_PART, "plot-reasons", language),
        ),
    )


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole and part else str(part)


@router.post("/review/tasks/{task_id}/take")
def take(service: ServiceOf, caller: Reviewing, task_id: TaskId) -> RedirectResponse:
    """Take this one and go to it."""
    with service.database.begin() as session:
        queue.claim(session, service.clock, service.settings, task_id, reviewer_of(caller))
    return RedirectResponse(f"/review/tasks/{task_id}", 303)


@router.post("/review/tasks/{task_id}")
def decide_case(
    service: ServiceOf,
    caller: Reviewing,
    task_id: TaskId,
    outcome: Annotated[decide.Choice, Form()],
    version: Annotated[int, Form(ge=1)],
    reason: Annotated[list[str], Form()] = [],  # noqa: B006  FastAPI copies it
) -> RedirectResponse:
    """Decide by form and go to the next."""
    own = reviewer_of(caller)
    pairs = [(item, code) for item, _, code in (one.partition(":") for one in reason)]
    with service.database.begin() as session:
        decide.decide(
            session,
            service.clock,
            service.settings,
            task_id,
            own,
            outcome=outcome,
            reasons=pairs if outcome != "approve" else [],
            version=version,
        )
    return _go_to_next(service, own)


def _go_to_next(
    service: Service, reviewer: Reviewer, stage: str = "", verdict: str = "", overdue: str = ""
) -> RedirectResponse:
    effects.run_due(service)
    wanted = _filter(stage, verdict, overdue)
    with service.database.begin() as session:
        task = queue.claim_next(session, service.clock, service.settings, reviewer, wanted)
    given = {name: value for name, value in (("stage", stage), ("verdict", verdict), ("overdue", overdue)) if value}
    asked = f"?{urlencode(given)}" if given else ""
    return RedirectResponse(f"/review{asked}" if task is None else f"/review/tasks/{task.id}{asked}", 303)


def _filter(stage: str, verdict: str, overdue: str, whose: queue.Mine = "all") -> Filter:
    return Filter(stage or None, verdict or None, None, bool(overdue), whose)  # type: ignore[arg-type]
