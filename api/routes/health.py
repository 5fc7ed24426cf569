"""Whether the process lives, whether it may be sent work, and its numbers."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.depend import ServiceOf
from api.services import health
from api.services.metrics import CONTENT_TYPE

router = APIRouter(tags=["operation"])


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Whether requests should be sent here."""

    ready: bool
    faults: dict[str, str] = Field(
        description="What is wrong, a code a part: stopping, database, pictures, workers, nets, jobs.",
        examples=[{}, {"pictures": "not-writable"}],
    )


@router.get("/healthz", summary="Whether the process lives")
def alive() -> Alive:
    """Answers as long as the process runs, whatever it depends on."""
    return Alive()


@router.get(
    "/readyz",
    summary="Whether requests should be sent here",
    responses={503: {"model": Ready, "description": "Not now; `faults` says why."}},
)
def ready(service: ServiceOf, response: Response) -> Ready:
    """Looks at the database, the pictures' store, the worker processes, the nets and the age of what waits."""
    found = health.faults(service)
    response.status_code = 503 if found else 200
    return Ready(ready=not found, faults=found)


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Text format 0.0.4."}},
)
def metrics(service: ServiceOf) -> Response:
    """Requests and their times, applications and deliveries by state, waiting times, stored faces."""
    return Response(service.metrics.text(), media_type=CONTENT_TYPE)
