"""Webhooks: where they go, and what became of each. Signed after Standard Webhooks 1.0.0."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from api.db.outbox import Delivery, Endpoint
from api.db.people import Role
from api.depend import Caller, ServiceOf, require
from api.services import idempotency
from api.services.deliveries import endpoints
from api.web.described import problems

router = APIRouter(tags=["webhooks"])
Manager = Annotated[Caller, Depends(require(Role.ADMINISTRATOR, Role.MACHINE))]
State = Literal["pending", "sent", "dead", "dropped"]
Kind = Annotated[str, Field(pattern=r"^[a-z]+\.[a-z-]+$", max_length=60)]
Kinds = Annotated[list[Kind], Field(max_length=40)]
Url = Annotated[str, Field(min_length=8, max_length=2000)]
_MANAGED = problems(401, 403)
_ONE = problems(401, 403, 404)


class EndpointIn(BaseModel):
    """Where to send events to."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"url": "https://desk.example/hooks", "kinds": ["submission.returned"]}]},
    )

    url: Url = Field(description="A public https address.")
    kinds: Kinds = Field([], description="Events wanted, such as submission.returned; empty is all.")


class EndpointChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"active": True}]})

    url: Url | None = None
    kinds: Kinds | None = None
    active: bool | None = Field(None, description="Whether anything is sent; a receiver's answer 410 turns it off.")


class EndpointOut(BaseModel):
    """Where events go."""

    id: str
    url: str
    kinds: list[str]
    active: bool
    created_at: datetime

    @classmethod
    def of(cls, row: Endpoint) -> EndpointOut:
        """From its row."""
        return cls(id=row.id, url=row.url, kinds=row.kinds, active=row.active, created_at=row.created_at)


class Secret(BaseModel):
    """What signatures are checked with; told once."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="])


class EndpointMade(EndpointOut, Secret):
    """A new endpoint with its secret."""


class DeliveryOut(BaseModel):
    """One event for one receiver."""

    id: str = Field(description="Sent as `webhook-id`, the same at every try.")
    event: str
    channel: Literal["webhook", "mail"]
    target: str = Field(description="The endpoint's id; `contact` for a letter.")
    state: State = Field(description="dead: given up; dropped: nobody is to get it.")
    attempts: int
    last_error: str | None = Field(description="A code, such as status-500.")
    due_at: datetime
    created_at: datetime
    sent_at: datetime | None

    @classmethod
    def of(cls, row: Delivery) -> DeliveryOut:
        """From its row."""
        names = cls.model_fields.keys() - {"event"}
        return cls(event=row.event_id, **{name: getattr(row, name) for name in names})


@router.post("/v1/webhooks", status_code=201, summary="Set a webhook", responses=problems(401, 403, 409, 422))
def make_endpoint(request: Request, service: ServiceOf, manager: Manager, given: EndpointIn) -> EndpointMade:
    """A key hears of its own applications, an administrator's webhook of all. The secret is told only here."""
    owner = manager.id if manager.kind == "key" else None

    def keep(session: Session, row: Endpoint, secret: str) -> None:
        idempotency.keep(session, idempotency.claim_of(request), 201, _made(row, secret))

    return _made(*endpoints.make(service, owner, manager.actor, given.url, given.kinds, before_commit=keep))


def _made(row: Endpoint, secret: str) -> EndpointMade:
    return EndpointMade(**EndpointOut.of(row).model_dump(), secret=secret)


@router.get("/v1/webhooks", summary="Webhooks", responses=_MANAGED)
def list_endpoints(service: ServiceOf, manager: Manager) -> list[EndpointOut]:
    """A key's own, or all for an administrator."""
    with service.database.read() as session:
        rows = endpoints.list_for(session, manager.id, everything=_all(manager))
    return [EndpointOut.of(row) for row in rows]


@router.patch("/v1/webhooks/{endpoint_id}", summary="Change a webhook", responses=problems(401, 403, 404, 422))
def change_endpoint(service: ServiceOf, manager: Manager, endpoint_id: str, given: EndpointChange) -> EndpointOut:
    """Change its address, its events, or whether anything is sent."""
    row = endpoints.change(service, _find(service, manager, endpoint_id), manager.actor, **given.model_dump())
    return EndpointOut.of(row)


@router.post("/v1/webhooks/{endpoint_id}/secret", summary="Renew a webhook's secret", responses=_ONE)
def renew_secret(request: Request, service: ServiceOf, manager: Manager, endpoint_id: str) -> Secret:
    """The old secret ends at once."""

    def keep(session: Session, secret: str) -> None:
        idempotency.keep(session, idempotency.claim_of(request), 200, Secret(secret=secret))

    endpoint = _find(service, manager, endpoint_id)
    return Secret(secret=endpoints.renew_secret(service, endpoint, manager.actor, before_commit=keep))


@router.delete("/v1/webhooks/{endpoint_id}", status_code=204, summary="Erase a webhook", responses=_ONE)
def erase_endpoint(service: ServiceOf, manager: Manager, endpoint_id: str) -> Response:
    """What waits for it is dropped."""
    endpoints.erase(service, _find(service, manager, endpoint_id), manager.actor)
    return Response(status_code=204)


@router.get("/v1/deliveries", summary="What became of deliveries", responses=problems(401, 403, 422))
def list_deliveries(
    service: ServiceOf,
    manager: Manager,
    state: State | None = None,
    endpoint: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[DeliveryOut]:
    """The newest first. Letters are listed for administrators only, without addresses."""
    everything = _all(manager)
    with service.database.read() as session:
        rows = endpoints.deliveries(
            session, manager.id, everything=everything, state=state, endpoint_id=endpoint, limit=limit
        )
    return [DeliveryOut.of(row) for row in rows]


@router.post("/v1/deliveries/{delivery_id}/replay", summary="Send again", responses=problems(401, 403, 404, 409))
def replay_delivery(service: ServiceOf, manager: Manager, delivery_id: str) -> DeliveryOut:
    """For a delivery that was given up or dropped; it keeps its id."""
    row = endpoints.replay(service, delivery_id, manager.id, manager.actor, everything=_all(manager))
    return DeliveryOut.of(row)


def _all(manager: Caller) -> bool:
    return Role.ADMINISTRATOR in manager.roles


def _find(service: ServiceOf, manager: Caller, endpoint_id: str) -> Endpoint:
    with service.database.read() as session:
        return endpoints.find(session, endpoint_id, manager.id, everything=_all(manager))
