"""Whatever the description allows or forbids is sent to every route: no fault of ours, answers as described (promise 9).

Cases are derived from the description, the same at every run; a few a route, as the suite has ten minutes.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.python.asgi import get_client, shutdown_lifespans
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select

from api.app import create_app
from api.clock import SetClock
from api.context import Service
from api.db.people import Role
from api.db.review import Task
from api.services import sessions, submissions
from api.settings import Settings
from api.workers.pool import Workers
from tests.api.people import bearer, make_key, make_plain_account
from tests.api.review_made import submitted

EXAMPLES = int(os.environ.get("PHOTOCHECK_TEST_EXAMPLES", "8"))
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    negative_data_rejection,
]
_SECONDS = 300
"""A machine that others use too may be slow; no test looks at the time."""
schema = schemathesis.openapi.from_dict(create_app().openapi())


class Callers:
    """Whoever may do the most, with things of their own to do it to."""

    def __init__(self, service: Service, client: Any) -> None:
        self._service = service
        self._client = client
        self._turn = itertools.count()
        self._text, self._key = make_key(service)
        account = make_plain_account(service, *Role)
        with service.database.begin() as session:
            self._cookie, row = sessions.open_session(session, service, account)
            self._token = row.csrf

    def call(self, case: schemathesis.Case) -> None:
        """Send a case and look at its answer."""
        case.call_and_validate(
            base_url="http://testserver", session=self._client, checks=CHECKS, timeout=_SECONDS, **self._identity(case)
        )

    def _identity(self, case: schemathesis.Case) -> dict[str, Any]:
        """Every other time the ids are real ones; programs' and people's routes take turns."""
        turn = next(self._turn)
        if turn % 2 == 0:
            for name in set(case.path_parameters) & {"submission_id", "task_id"}:
                case.path_parameters[name] = getattr(self, f"_{name}")()
        if case.path.startswith("/v1/review") or (turn % 4 >= 2 and not case.path.startswith("/v1/submissions")):
            return {
                "cookies": {"photocheck-session": self._cookie},
                "headers": {"X-CSRF-Token": self._token, "Sec-Fetch-Site": "same-origin"},
            }
        return {"headers": bearer(self._text)}

    def _submission_id(self) -> str:
        made = submissions.create(
            self._service,
            profile="cn-exit-entry-renewal",
            language="en",
            consent=submissions.CONSENTS[-1],
            owner=self._key,
        )
        return made.submission.id

    def _task_id(self) -> str:
        name = submitted(self._service)
        with self._service.database.read() as session:
            return session.scalars(select(Task.id).where(Task.submission_id == name)).one()


@pytest.fixture(scope="module")
def callers(workers: Workers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    """A service for all cases."""
    own = Settings(data=tmp_path_factory.mktemp("schemathesis"), workers=1, requests_a_minute=1_000_000)
    service = Service.start(own, clock=SetClock(), workers=workers)
    with get_client(create_app(service=service)) as client:
        yield Callers(service, client)
    shutdown_lifespans()
    service.database.dispose()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_route(case: schemathesis.Case, callers: Callers) -> None:
    """No fault, and answers as described."""
    callers.call(case)
