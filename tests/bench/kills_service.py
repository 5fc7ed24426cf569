"""Kill -9 of the service or one of its workers at random moments under load, then look for what was promised.

    python -m tests.bench.kills_service [--kills 200] [--share 0.5] [--clients 3] [--seed 1]

Applicants begin applications, put pictures, and submit; whatever fails is sent again with the same Idempotency-Key, as a
careful client does. A receiver takes webhooks. At the end: every accepted picture is found and opens to the bytes that
were sent, every verdict is the one of a calm run, events have numbers without gaps, the audit log holds, every event came
at the receiver, each begun application is there once, and pictures without a row are swept.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import select

from api.context import Service
from api.db.outbox import Delivery, Event
from api.db.review import Task
from api.db.submissions import Submission, Upload
from api.services import audit
from api.services.deliveries import endpoints
from api.services.retention.sweep import sweep
from api.settings import Settings
from tests.api.real import CONSENT, Served, end, free_port, launch, wait_ready
from tests.api.receivers import Receiver, receiver

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = {
    "portrait": ("good.jpg", "blurred.jpg", "red-eye.jpg"),
    "id-portrait": ("id-portrait.jpg",),
    "id-emblem": ("id-emblem.jpg",),
    "signature": ("signature-good.jpg", "signature-ruled.jpg"),
}


@dataclass
class Load:
    """What the clients did and were told."""

    url: str
    stopping: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    begun: set[str] = field(default_factory=set)
    accepted: dict[tuple[str, str], tuple[str, str]] = field(
        default_factory=dict
    )  # (submission, item): (file, verdict)
    submitted: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)

    def send(self, call: Callable[[httpx.Client], httpx.Response]) -> httpx.Response:
        """Again and again until it is accepted or refused for good."""
        while True:
            try:
                with httpx.Client(base_url=self.url, timeout=60) as client:
                    answer = call(client)
            except httpx.TransportError:
                told = "broken"
            else:
                told = str(answer.status_code)
                if answer.status_code not in (409, 429, 500, 503):
                    self._count(told)
                    return answer
                if answer.status_code == 409 and not answer.json()["type"].endswith("key-running"):
                    self._count(told)
                    return answer
            self._count(told)
            time.sleep(0.2)

    def wait_for(self, more: int) -> None:
        """Until so many more requests were accepted, or 20 seconds are over."""
        deadline, wanted = time.monotonic() + 20, self.accepted_so_far() + more
        while self.accepted_so_far() < wanted and time.monotonic() < deadline:
            time.sleep(0.01)

    def accepted_so_far(self) -> int:
        return self.answers["200"] + self.answers["201"]

    def _count(self, told: str) -> None:
        with self.lock:
            self.answers[told] += 1


def apply(load: Load, chance: random.Random) -> None:
    """Applications, one after the other, until it is enough."""
    while not load.stopping.is_set():
        key = {"Idempotency-Key": str(uuid.UUID(int=chance.getrandbits(128)))}
        begun = load.send(lambda client: client.post("/v1/submissions", json=CONSENT, headers=key)).json()  # noqa: B023
        name, bearer = begun["submission"]["id"], {"Authorization": f"Bearer {begun['secret']}"}
        with load.lock:
            load.begun.add(name)
        whole = chance.random() < 0.4
        for item in (*chance.choices(("portrait", "signature"), k=5), *(FILES if whole else ())):
            _put(load, name, item, chance.choice(FILES[item]), bearer)
            if load.stopping.is_set():
                return
        if whole:
            key = {"Idempotency-Key": str(uuid.UUID(int=chance.getrandbits(128))), **bearer}
            answer = load.send(lambda client: client.post(f"/v1/submissions/{name}/submit", headers=key))  # noqa: B023
            if answer.status_code == 200:
                with load.lock:
                    load.submitted.add(name)


def _put(load: Load, name: str, item: str, file: str, bearer: dict[str, str]) -> None:
    data = (SAMPLES / file).read_bytes()
    place = f"/v1/submissions/{name}/items/{item}"
    answer = load.send(lambda client: client.put(place, files={"file": (file, data)}, headers=bearer))
    if answer.status_code == 200:
        with load.lock:
            load.accepted[name, item] = (file, answer.json()["verdict"])


def _workers_of(pid: int) -> list[int]:
    told = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    rows = [line.split(None, 1) for line in told.stdout.splitlines()]
    return [int(row[0]) for row in rows if "spawn_main" in row[1]]


def kill_again_and_again(
    start: Callable[[], Served], load: Load, kills: int, minutes: float, share: float, chance: random.Random
) -> tuple[Counter[str], Served]:
    """Start, kill, start anew; returns what was killed, and the service as it runs at last."""
    done: Counter[str] = Counter()
    running = start()
    try:
        deadline = time.monotonic() + 60 * minutes
        while done.total() < kills and time.monotonic() < deadline:
            wait_ready(running)
            load.wait_for(chance.randrange(3))  # by progress: on a busy machine nothing would be under way otherwise
            time.sleep(chance.uniform(0.0, 0.5))
            workers = _workers_of(running.process.pid)
            if chance.random() >= share and workers:
                os.kill(chance.choice(workers), signal.SIGKILL)
                done["worker"] += 1
                continue
            os.kill(running.process.pid, signal.SIGKILL)
            done["service"] += 1
            end(running)
            running = start()
            print(f"{dict(done)}, accepted {load.accepted_so_far()}", flush=True)
        wait_ready(running)
    except BaseException:
        end(running)
        raise
    return done, running


def calm_verdicts(load: Load) -> dict[str, dict[str, str]]:
    """What each picture's verdict is when nothing is killed, by item and file."""
    verdicts: dict[str, dict[str, str]] = {item: {} for item in FILES}
    for item, files in FILES.items():
        for file in files:
            begun = httpx.post(f"{load.url}/v1/submissions", json=CONSENT, timeout=60).json()
            name = begun["submission"]["id"]
            load.begun.add(name)
            _put(load, name, item, file, {"Authorization": f"Bearer {begun['secret']}"})
            verdicts[item][file] = load.accepted[name, item][1]
    return verdicts


def look(data: Path, load: Load, told: Receiver, calm: dict[str, dict[str, str]]) -> list[str]:
    """Every promise that does not hold."""
    service = Service.start(Settings(data=data))
    faults: list[str] = []
    with service.database.read() as session:
        rows = list(session.scalars(select(Submission)))
        uploads = list(session.scalars(select(Upload)))
        numbers: dict[str, list[int]] = {}
        for event in session.scalars(select(Event).order_by(Event.number)):
            numbers.setdefault(event.submission_id, []).append(event.number)
        states = Counter(session.scalars(select(Delivery.state)))
        sent = set(session.scalars(select(Delivery.id)))
        tasks = Counter(session.scalars(select(Task.submission_id)))
        chain = audit.verify(session)
    by_id = {row.id: row for row in rows}
    current = {(row.submission_id, row.item): row for row in uploads if row.current}
    for (name, item), (file, verdict) in load.accepted.items():
        faults += _accepted(service, current.get((name, item)), file, verdict, calm[item][file])
    faults += [f"begun and lost: {name}" for name in load.begun if name not in by_id]
    faults += [f"{len(rows)} applications of {len(load.begun)} begun"] if len(rows) != len(load.begun) else []
    faults += [f"submitted and lost: {name}" for name in load.submitted if by_id[name].state != "submitted"]
    faults += [f"{tasks[row.id]} tasks" for row in rows if row.submitted_at is not None and tasks[row.id] != 1]
    faults += [f"events {found}" for found in numbers.values() if found != list(range(1, len(found) + 1))]
    faults += [f"audit broken at {chain.broken_at}"] if chain.broken_at else []
    faults += [f"deliveries {dict(states)}"] if set(states) != {"sent"} else []
    came = Counter(headers["webhook-id"] for headers, _ in told.came)
    faults += [f"{len(sent - set(came))} deliveries never came"] if sent - set(came) else []
    print(f"{len(rows)} applications, {len(load.submitted)} submitted, {len(load.accepted)} pictures accepted")
    print(f"{sum(map(len, numbers.values()))} events, {len(came)} came by webhook")
    print(f"answers {dict(load.answers)}; webhooks that came twice {sum(count > 1 for count in came.values())}")
    print(f"audit lines {chain.good}; {_sweep(service, uploads, faults)}")
    service.stop()
    return faults


def _accepted(service: Service, row: Upload | None, file: str, verdict: str, calm: str) -> list[str]:
    data = (SAMPLES / file).read_bytes()
    if row is None or row.sha256 != hashlib.sha256(data).hexdigest() or row.original_key is None:
        return [f"accepted and lost: {file}"]
    if service.blobs.get(row.original_key) != data or not service.blobs.get(str(row.display_key)):
        return [f"another picture: {file}"]
    return [] if row.verdict == verdict == calm else [f"{file}: {row.verdict}, told {verdict}, calm {calm}"]


def _sweep(service: Service, uploads: list[Upload], faults: list[str]) -> str:
    """Pictures without a row go, those with one stay."""
    before = len(list(service.blobs.store.keys()))
    for path in Path(service.settings.pictures).glob("*/*"):
        os.utime(path, (0, 0))
    swept = sweep(service)
    named = {key for row in uploads for key in (row.original_key, row.display_key, row.prepared_key) if key}
    if set(service.blobs.store.keys()) != named:
        faults.append("pictures kept are not those of the rows")
    return f"{before} pictures in the store, {swept} without a row swept"


def main() -> None:
    """Run it and say what was found; exit code 1 where a promise did not hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=240, help="stop earlier after so long")
    parser.add_argument("--share", type=float, default=0.5, help="of kills that hit the service itself")
    parser.add_argument("--clients", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder, receiver() as told:
        data, port = Path(folder) / "data", free_port()
        preparing = Service.start(Settings(data=data, webhook_private=True))
        endpoints.make(preparing, None, "clock", told.url, [])
        preparing.stop()
        load = Load(f"http://127.0.0.1:{port}")

        def start() -> Served:
            return launch(data, port=port, workers=2, webhook_private=True)

        running = start()
        wait_ready(running)
        calm = calm_verdicts(load)
        end(running)
        seeds = [random.Random(chance.random()) for _ in range(options.clients)]
        clients = [threading.Thread(target=apply, args=(load, own), daemon=True) for own in seeds]
        for client in clients:
            client.start()
        started = time.monotonic()
        try:
            killed, running = kill_again_and_again(start, load, options.kills, options.minutes, options.share, chance)
        finally:
            load.stopping.set()
        for client in clients:
            client.join()
        _drain(told)
        end(running)
        print(f"killed {dict(killed)} in {time.monotonic() - started:.0f} s")
        faults = look(data, load, told, calm)
    for fault in faults:
        print(f"FAULT {fault}")
    raise SystemExit(bool(faults))


def _drain(told: Receiver) -> None:
    """Until nothing has come for longer than a lost attempt is waited for."""
    while True:
        before = len(told.came)
        time.sleep(150)
        if len(told.came) == before:
            return


if __name__ == "__main__":
    main()
