"""Everything the service holds while it runs; made once, given to whoever needs it."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.clock import Clock, SystemClock
from api.db import Database
from api.jobs.runner import Jobs
from api.services.blobs import Blobs, open_store
from api.services.health import check_nets
from api.services.metrics import Metrics
from api.services.sealing import Keyring
from api.settings import Settings
from api.workers.pool import Workers


@dataclass
class Service:
    """The parts of a running service.

    Attributes:
        jobs: what runs by itself; whoever runs the service launches it, tests call the jobs' functions instead.
        stopping: whether it is going down, so that nothing new should be sent here.
    """

    settings: Settings
    clock: Clock
    database: Database
    keyring: Keyring
    blobs: Blobs
    workers: Workers
    stopping: bool = False
    jobs: Jobs = field(init=False)
    metrics: Metrics = field(init=False)

    def __post_init__(self) -> None:
        self.jobs = Jobs(self)
        self.metrics = Metrics(self)

    @classmethod
    def start(cls, settings: Settings, *, clock: Clock | None = None, workers: Workers | None = None) -> Service:
        """Make the data folder, bring the tables up to date, start the worker processes.

        Raises:
            ValueError: if a master key is malformed.
            ModelError: if a net is not the one the manifest names.
        """
        check_nets()
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        given = settings.master_keys.get_secret_value()
        keyring = Keyring.parse(given) if given else Keyring.in_folder(settings.data)
        database = Database(settings.database)
        database.migrate()
        blobs = Blobs(open_store(settings.pictures), keyring)
        return cls(settings, clock or SystemClock(), database, keyring, blobs, workers or Workers(settings))

    def stop(self) -> None:
        """End jobs and workers and close the database."""
        self.stopping = True
        self.jobs.stop(patience=1)
        self.workers.stop()
        self.database.dispose()
