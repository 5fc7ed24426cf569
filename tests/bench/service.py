"""The service under load: the answer to an upload with four applicants at once, and three times what it can do.

    python -m tests.bench.service [--workers 2] [--rounds 25] [--seconds 60]

A 3 MP portrait is put into applications over loopback, by a client on the same machine. First one applicant alone, then
four at once without a pause, then requests at three times the rate that four kept up, whatever is answered.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.api.real import CONSENT, Served, served
from tests.bench.portrait import portrait_jpeg

_SIZE = (1500, 2000)
_APPLICANTS = 4
_TIMES = 3
_SECONDS = 120


class Applicant:
    """One applicant with an application of its own."""

    def __init__(self, url: str, data: bytes) -> None:
        self._client = httpx.Client(base_url=url, timeout=_SECONDS)
        self._data = data
        begun = self._client.post("/v1/submissions", json=CONSENT).raise_for_status().json()
        self._place = f"/v1/submissions/{begun['submission']['id']}/items/portrait"
        self._bearer = {"Authorization": f"Bearer {begun['secret']}"}

    def put(self) -> tuple[int, float]:
        """Put the picture; status and seconds until the answer with its findings is there."""
        started = time.perf_counter()
        answer = self._client.put(self._place, files={"file": ("a.jpg", self._data)}, headers=self._bearer)
        return answer.status_code, time.perf_counter() - started


def percentile(seconds: Sequence[float], share: float) -> float:
    """Nearest rank."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def describe(name: str, seconds: Sequence[float]) -> str:
    """A row."""
    ranks = "  ".join(f"p{round(share * 100)} {percentile(seconds, share):.3f} s" for share in (0.5, 0.95, 0.99))
    return f"{name:32} {len(seconds):5} accepted  {ranks}"


def memory_mb(service: Served) -> float:
    """Resident memory of the service and its workers."""
    told = subprocess.run(
        ["ps", "-o", "rss=", "-s", str(service.process.pid)], capture_output=True, text=True, check=True
    )
    return sum(int(line) for line in told.stdout.split()) / 1024


def cpu_seconds(service: Served) -> float:
    """Processor time of the service and its workers so far."""
    told = subprocess.run(
        ["ps", "-o", "pid=", "-s", str(service.process.pid)], capture_output=True, text=True, check=True
    )
    ticks = 0
    for pid in told.stdout.split():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def keep_putting(applicants: Sequence[Applicant], rounds: int) -> tuple[list[float], float]:
    """All of them at once without a pause; seconds of each, and how many a second were answered."""
    with ThreadPoolExecutor(len(applicants)) as pool:
        started = time.perf_counter()
        jobs = [pool.submit(lambda one: [one.put() for _ in range(rounds)], one) for one in applicants]
        told = [answer for job in jobs for answer in job.result()]
        spent = time.perf_counter() - started
    assert {status for status, _ in told} == {200}, Counter(status for status, _ in told)
    return [seconds for _, seconds in told], len(told) / spent


def overload(url: str, data: bytes, rate: float, seconds: float) -> tuple[list[float], Counter[int]]:
    """Requests at a steady rate, whether or not earlier ones were answered."""
    applicants = [Applicant(url, data) for _ in range(60)]
    free, lock = list(applicants), threading.Lock()
    accepted: list[float] = []
    statuses: Counter[int] = Counter()

    def one() -> None:
        with lock:
            applicant = free.pop() if free else None
        if applicant is None:
            with lock:
                statuses[0] += 1
            return
        status, spent = applicant.put()
        with lock:
            free.append(applicant)
            statuses[status] += 1
            if status == 200:
                accepted.append(spent)

    with ThreadPoolExecutor(len(applicants)) as pool:
        begun = time.perf_counter()
        for number in range(int(rate * seconds)):
            time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            pool.submit(one)
    return accepted, statuses


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    data = portrait_jpeg(_SIZE)
    print(
        f"{_SIZE[0]}×{_SIZE[1]} JPEG of {len(data) / 1e6:.1f} MB, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "data", workers=options.workers) as service:
        applicants = [Applicant(service.url, data) for _ in range(_APPLICANTS)]
        keep_putting(applicants, 2)
        used = cpu_seconds(service)
        alone, _ = keep_putting(applicants[:1], options.rounds)
        each = (cpu_seconds(service) - used) / len(alone)
        print(describe("one applicant", alone), f" {each:.2f} s of one core each", flush=True)
        four, capacity = keep_putting(applicants, options.rounds)
        print(describe(f"{_APPLICANTS} applicants at once", four), f" {capacity:.1f} a second", flush=True)
        before = memory_mb(service)
        accepted, statuses = overload(service.url, data, _TIMES * capacity, options.seconds)
        print(describe(f"{_TIMES} × {capacity:.1f} requests a second", accepted), f" answers {dict(statuses)}")
        bound = percentile(accepted, 0.99) / percentile(alone, 0.99)
        print(f"p99 of the accepted is {bound:.1f} times that of one alone; median {statistics.median(accepted):.3f} s")
        print(f"memory {before:.0f} MB before, {memory_mb(service):.0f} MB after; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
