"""Re-scoring of stored submissions: administrators start, watch and stop it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.people import Role
from api.db.rescoring import Rescoring
from api.depend import Caller, ServiceOf, require
from api.errors import not_found
from api.routes.review import ID, NAME
from api.services.review import rescoring
from api.web.described import problems

router = APIRouter(prefix="/v1/review/rescorings", tags=["review"])
Administering = Annotated[Caller, Depends(require(Role.ADMINISTRATOR))]
RunId = Annotated[str, Path(pattern=ID, max_length=64, examples=["rsc_7F3K2M9QXT4B7F3K2M9QXT4B7F"])]
_SHOWN = 50


class Wish(BaseModel):
    """What to judge anew, and by which limits."""

    model_config = ConfigDict(extra="forbid")

    profile: str = Field(pattern=NAME, max_length=100, examples=["cn-exit-entry"])
    changes: list[Annotated[str, Field(max_length=300)]] = Field(
        default_factory=list, max_length=50, examples=[["head-height.pass=0.68,0.82"]]
    )


class Run(BaseModel):
    """A run and how far it is. `unknown` pictures are erased or cannot be checked; `rechecked` ones were decoded."""

    id: str
    profile: str
    changes: list[str]
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    total: int
    done: int
    rechecked: int
    unknown: int
    flips: int
    opened: int
    verdicts: dict[str, int] = Field(examples=[{"pass>fail": 3}])
    checks: dict[str, int] = Field(examples=[{"head-height:pass>fail": 3}])
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, run: Rescoring) -> Run:
        """From its row."""
        counts = run.counts or {}
        return cls(
            id=run.id,
            profile=run.profile,
            changes=run.changes,
            state=run.state,
            total=run.total,
            done=run.done,
            rechecked=run.rechecked,
            unknown=run.unknown,
            flips=run.flips,
            opened=run.opened,
            verdicts=counts.get("verdicts", {}),
            checks=counts.get("checks", {}),
            created_at=run.created_at,
            ended_at=run.ended_at,
        )


def all_runs(session: Session) -> list[Run]:
    """The newest runs, the newest first."""
    newest = select(Rescoring).order_by(Rescoring.created_at.desc(), Rescoring.id).limit(_SHOWN)
    return [Run.of(run) for run in session.scalars(newest)]


@router.get("", summary="Re-scorings", responses=problems(401, 403))
def read_runs(service: ServiceOf, _caller: Administering) -> list[Run]:
    """The newest fifty, the newest first."""
    with service.database.read() as session:
        return all_runs(session)


@router.post("", status_code=202, summary="Start a re-scoring", responses=problems(401, 403, 409, 422, 429))
def start(service: ServiceOf, caller: Administering, body: Wish) -> Run:
    """Stored findings are judged anew; pictures only where their stored values do not tell. It runs by itself."""
    with service.database.begin() as session:
        return Run.of(
            rescoring.start(session, service.clock, profile=body.profile, changes=body.changes, actor=caller.actor)
        )


@router.get("/{run_id}", summary="How far a re-scoring is", responses=problems(401, 403, 404, 422))
def read_run(service: ServiceOf, _caller: Administering, run_id: RunId) -> Run:
    """Counts so far."""
    with service.database.read() as session:
        run = session.get(Rescoring, run_id)
        if run is None:
            raise not_found()
        return Run.of(run)


@router.post("/{run_id}/stop", summary="Stop a re-scoring", responses=problems(401, 403, 404, 409, 422, 429))
def stop(service: ServiceOf, caller: Administering, run_id: RunId) -> Run:
    """Review items that it opened stay open."""
    with service.database.begin() as session:
        return Run.of(rescoring.stop(session, service.clock, run_id, caller.actor))
