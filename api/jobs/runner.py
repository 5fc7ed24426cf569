"""The job library (DBOS): durable workflows and timetables, on SQLite or PostgreSQL, inside the service's own process.

It opens no port and connects to nothing but its database. Arguments are names and ids only, kept as JSON. Its state is
process-wide, so one service a process may launch it.
"""

from __future__ import annotations

import logging
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dbos import DBOS, DBOSPortableJSONSerializer, ScheduleInput, SetWorkflowID

from api.jobs.work import Found, Regular

if TYPE_CHECKING:
    from api.context import Service

_log = logging.getLogger(__name__)
_QUEUE = "work"
_AT_ONCE = 8
_POLL_SECONDS = 0.5
_RELAY_SECONDS = 1.0
_KEEP_DAYS = 3
_OVERDUE = timedelta(minutes=10)
_REMEMBERED = 10_000
_SHAPE = "1"
"""Version of the workflows: one number for all releases that can go on with each other's, so that none is left."""


@dataclass
class _Process:
    """What this process runs; the library's functions are process-wide too."""

    service: Service | None = None
    work: dict[str, Found | Regular] = field(default_factory=dict)


_process = _Process()


class Jobs:
    """Launches and ends the job library of a service.

    Args:
        found, regular: what to run; by default all of `api.jobs.table`.
    """

    def __init__(
        self, service: Service, *, found: tuple[Found, ...] | None = None, regular: tuple[Regular, ...] | None = None
    ) -> None:
        self._service = service
        self._found, self._regular = found, regular
        self._handed: dict[str, None] = {}  # spares the library's database the ids it has already
        self._stopping = threading.Event()
        self._relay = threading.Thread(target=self._hand_on, name="relay", daemon=True)

    def launch(self) -> None:
        """Start it; interrupted work goes on.

        Raises:
            RuntimeError: if another service of this process has launched it.
        """
        if _process.service is not None:
            raise RuntimeError("jobs run already in this process")
        from api.jobs.table import FOUND, REGULAR  # the services in it need the module of `Service`

        self._found = FOUND if self._found is None else self._found
        self._regular = (*(REGULAR if self._regular is None else self._regular), _HOUSEKEEPING)
        everything: list[Found | Regular] = [*self._found, *self._regular]
        _process.service, _process.work = self._service, {work.name: work for work in everything}
        settings = self._service.settings
        DBOS(
            config={
                "name": "photocheck",
                "system_database_url": settings.jobs_database,
                "application_version": _SHAPE,
                "executor_id": "local" if self._service.database.is_sqlite else socket.gethostname(),
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "WARNING",
            }
        )
        DBOS.launch()
        DBOS.register_queue(_QUEUE, worker_concurrency=_AT_ONCE, polling_interval_sec=_POLL_SECONDS)
        self._set_timetables()
        self._relay.start()

    def stop(self, patience: float = 0) -> None:
        """End it; what is not done by then goes on at the next launch.

        Args:
            patience: seconds that running jobs are waited for.
        """
        if _process.service is not self._service:
            return
        self._stopping.set()
        self._relay.join()
        DBOS.destroy(workflow_completion_timeout_sec=int(patience))
        _process.service, _process.work = None, {}

    def _set_timetables(self) -> None:
        for known in DBOS.list_schedules():
            if known["schedule_name"] not in _process.work:
                DBOS.delete_schedule(known["schedule_name"])
        DBOS.apply_schedules(
            [
                ScheduleInput(
                    schedule_name=work.name, workflow_fn=_by_timetable, schedule=work.timetable, context=work.name
                )
                for work in self._regular or ()
            ]
        )

    def _hand_on(self) -> None:
        """Look for waiting work until the end; a database that is away for a while ends nothing."""
        while not self._stopping.wait(_RELAY_SECONDS):
            try:
                self.relay()
            except Exception as fault:  # noqa: BLE001 - the relay must outlive every fault of one look
                _log.warning("relay failed", exc_info=fault)

    def relay(self) -> None:
        """Hand every waiting piece of work to the library, once a try."""
        now = self._service.clock.now()
        for work in self._found or ():
            with self._service.database.read() as session:
                due = list(work.find(session, now))
            for one in due:
                again = int((now - one.since) / _OVERDUE)  # a try that was lost without a trace gets a new id
                identity = f"{work.name}:{one.target}:{one.attempt}:{one.since.timestamp():.0f}:{again}"
                if identity not in self._handed:
                    with SetWorkflowID(identity):
                        DBOS.enqueue_workflow(_QUEUE, _do, work.name, one.target)
                    self._handed[identity] = None
        while len(self._handed) > _REMEMBERED:
            self._handed.pop(next(iter(self._handed)))


@DBOS.step(retries_allowed=True, max_attempts=3, interval_seconds=1.0)
def _run(name: str, target: str | None) -> None:
    service, work = _process.service, _process.work.get(name)
    if service is None or work is None:  # left by another version, or the service is ending
        _log.warning("job unknown: %s", name)
    elif isinstance(work, Found):
        work.run(service, str(target))
    else:
        work.run(service)


@DBOS.workflow()
def _do(name: str, target: str) -> None:
    _run(name, target)


@DBOS.workflow()
def _by_timetable(_at: datetime, name: str) -> None:
    _run(name, None)


def _forget_old(_service: Service) -> None:
    """Workflows of days ago: the library keeps them for ever. What is not done by then waits in our tables anew."""
    before = (datetime.now(UTC) - timedelta(days=_KEEP_DAYS)).isoformat()
    while old := DBOS.list_workflows(end_time=before, limit=500, load_input=False, load_output=False):
        DBOS.delete_workflows([workflow.workflow_id for workflow in old])


_HOUSEKEEPING = Regular("housekeeping", "17 * * * *", _forget_old)
