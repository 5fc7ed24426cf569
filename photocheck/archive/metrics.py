"""Metrics of a run as a file for the textfile collector of Prometheus's node exporter."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from photocheck.archive.errors import ArchiveError
from photocheck.archive.extras import need
from photocheck.archive.tally import Tally
from photocheck.archive.worker import resident_bytes

_SECONDS_BETWEEN_WRITES = 5.0
_COUNTS = ("pass", "review", "fail", "error")


class MetricsFile:
    """Writes how far a run is into a `.prom` file, whole or not at all, every few seconds.

    Raises:
        MissingExtra: if prometheus-client is not installed.
        ArchiveError: if the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._client = need("prometheus_client")
        self._registry: Any = self._client.CollectorRegistry()
        gauge = self._gauge
        self._total = gauge("inputs", "Inputs of the plan.")
        self._done = gauge("inputs_done", "Inputs whose rows are written.")
        self._pictures = gauge("pictures", "Pictures since this start, by verdict.", ["verdict"])
        self._rate = gauge("pictures_per_second", "Pictures a second over the last two minutes.")
        self._left = gauge("seconds_left", "Seconds until the end at that rate; -1 while not known.")
        self._lost = gauge("workers_lost", "Workers that ended over a shard since this start.")
        self._resident = gauge("resident_bytes", "Memory in RAM.", ["process"])
        self._updated = gauge("updated_seconds", "When this was written, seconds since 1970.")
        self._complete = gauge("complete", "1 when every input has its row and that was proven.")
        self._written = 0.0
        self._write()

    def watch(self, tally: Tally) -> None:
        """The run is so far."""
        if time.monotonic() - self._written < _SECONDS_BETWEEN_WRITES and tally.done < tally.total:
            return
        self._total.set(tally.total)
        self._done.set(tally.done)
        for verdict in _COUNTS:
            self._pictures.labels(verdict).set(tally.counts[verdict])
        self._rate.set(tally.rate)
        self._left.set(-1 if tally.seconds_left is None else tally.seconds_left)
        self._lost.set(tally.lost)
        self._resident.labels("worker").set(tally.resident)
        self._resident.labels("driver").set(resident_bytes())
        self._write()

    def complete(self) -> None:
        """The run is proven."""
        self._complete.set(1)
        self._write()

    def _gauge(self, name: str, about: str, labels: list[str] | None = None) -> Any:
        return self._client.Gauge(f"photocheck_batch_{name}", about, labels or [], registry=self._registry)

    def _write(self) -> None:
        self._written = time.monotonic()
        self._updated.set(time.time())
        try:
            self._client.write_to_textfile(str(self._path), self._registry)
        except OSError as error:
            raise ArchiveError(f"{self._path}: {error.strerror}") from error
