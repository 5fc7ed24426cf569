"""`photocheck serve` as a process: it stops in order, its workers may die, and it talks to nobody."""

from __future__ import annotations

import re
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.api.real import CONSENT, served

_SAMPLES = Path(__file__).parents[2] / "samples"
_UPLOADS = 12


def _check(url: str) -> httpx.Response:
    files = {"file": ("a.jpg", (_SAMPLES / "good.jpg").read_bytes())}
    return httpx.post(f"{url}/v1/checks", files=files, timeout=120)


def test_a_stop_answers_everything_that_was_taken(tmp_path: Path) -> None:
    with served(tmp_path / "data", drain_seconds=3, waiting=_UPLOADS) as service, ThreadPoolExecutor(_UPLOADS) as pool:
        under_way = [pool.submit(_check, service.url) for _ in range(_UPLOADS)]
        while not any(one.done() for one in under_way):
            time.sleep(0.01)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        answer = httpx.get(f"{service.url}/readyz")
        assert (answer.status_code, answer.json()["faults"]["stopping"]) == (503, "stopping")
        assert httpx.get(f"{service.url}/healthz").status_code == 200
        assert [one.result().status_code for one in under_way] == [200] * _UPLOADS
        service.process.wait(60)
    assert str(service.lines()[-1]["event"]).startswith("Finished server process")
    assert not [line for line in service.lines() if line["level"] in ("error", "critical")]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_it_connects_to_nobody(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    before = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg,bind", "-o", str(trace)]
    with served(tmp_path / "data", before=before) as service:
        assert _check(service.url).status_code == 200
        made = httpx.post(f"{service.url}/v1/submissions", json=CONSENT, timeout=60).json()
        bearer = {"Authorization": f"Bearer {made['secret']}"}
        files = {"file": ("a.jpg", (_SAMPLES / "good.jpg").read_bytes())}
        place = f"{service.url}/v1/submissions/{made['submission']['id']}/items/portrait"
        assert httpx.put(place, files=files, headers=bearer, timeout=120).status_code == 200
        time.sleep(3)  # jobs look for work
    calls = trace.read_text()
    addresses = re.findall(r"sin6?_addr(?:=inet_addr\(|=inet_pton\(AF_INET6, )?[^\"]*\"([^\"]+)\"", calls)
    assert addresses, "nothing was traced"
    assert set(addresses) == {"127.0.0.1"}
