"""The service as it is really run: `photocheck serve` in a process of its own, on a port of the loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

CONSENT = {"profile": "cn-exit-entry-renewal", "language": "en", "consent": "2026-11"}
_START_SECONDS = 120.0


@dataclass
class Served:
    """A running service."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def lines(self) -> list[dict[str, object]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def launch(data: Path, *, before: Sequence[str] = (), port: int | None = None, **settings: object) -> Served:
    """Start it and do not wait.

    Args:
        before: a program that runs it, such as strace with its arguments.
        settings: by their names in small letters.
    """
    port = port or free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PHOTOCHECK_")}
    given = {"workers": 1, "requests_a_minute": 1_000_000, "admin_password": "a-long-password-of-tests", **settings}
    environment |= {f"PHOTOCHECK_{name.upper()}": str(value) for name, value in given.items()}
    data.mkdir(parents=True, exist_ok=True)
    log = data.parent / f"{data.name}.log"
    command = [*before, sys.executable, "-m", "photocheck", "serve", "--port", str(port), "--data", str(data)]
    with log.open("ab") as file:
        process = subprocess.Popen(command, stderr=file, stdout=file, env=environment, start_new_session=True)
    return Served(process, f"http://127.0.0.1:{port}", log)


def wait_ready(service: Served, seconds: float = _START_SECONDS) -> None:
    """Until it may be sent work."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if service.process.poll() is not None:
            break
        try:
            if httpx.get(f"{service.url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the service did not start: {service.log.read_text()[-2000:]}")


@contextmanager
def served(data: Path, **given: object) -> Iterator[Served]:
    """A running service, ended with all its processes."""
    service = launch(data, **given)  # type: ignore[arg-type]
    try:
        wait_ready(service)
        yield service
    finally:
        end(service)


def end(service: Served) -> None:
    """Kill it and its workers."""
    with suppress(ProcessLookupError):
        os.killpg(service.process.pid, signal.SIGKILL)
    service.process.wait()
