"""Bodies are bounded while they come (promise 1), over real sockets."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import uvicorn

from api.app import create_app
from api.clock import SetClock
from api.context import Service
from api.settings import Settings
from api.workers.pool import Workers

_MB = 1_000_000


@pytest.fixture
def seconds() -> float:
    """In which a body must have come."""
    return 1


@pytest.fixture
def settings(tmp_path: Path, seconds: float) -> Settings:
    return Settings(data=tmp_path / "data", workers=1, max_upload_mb=2, upload_seconds=seconds, waiting=1)


@pytest.fixture
def port(settings: Settings, workers: Workers) -> Iterator[int]:
    """A server on a free port."""
    service = Service.start(settings, clock=SetClock(), workers=workers)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(service=service), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()
    service.database.dispose()


Connect = Callable[[str], socket.socket]


@pytest.fixture
def connect(port: int) -> Iterator[Connect]:
    """Opens connections and sends a request's head."""
    with ExitStack() as opened:

        def connected(headers: str) -> socket.socket:
            line = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            line.sendall(f"POST /v1/checks HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
            return line

        yield connected


def answered(line: socket.socket) -> str:
    """The status line and headers; an answer may come before the body has been sent whole."""
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            part = line.recv(65536)
            if not part:
                break
            data += part
    except ConnectionResetError:
        pass
    return data.decode(errors="replace")


def memory() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_endless_chunks_end_at_the_limit(connect: Connect) -> None:
    """A body that would be a gigabyte, without a length: refused soon, and memory stays."""
    before, sent = memory(), 0
    line = connect("Transfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=b\r\n")
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    try:
        while sent < 1000 * _MB:
            line.sendall(chunk)
            sent += 0x10000
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert sent < 100 * _MB
    assert memory() - before < 100 * _MB


def test_endless_chunks_get_an_answer(connect: Connect) -> None:
    line = connect("Transfer-Encoding: chunked\r\n")
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    for _ in range(2 * _MB // 0x10000 + 1):
        line.sendall(chunk)
    assert " 413 " in answered(line)


@pytest.mark.parametrize("length", ["2000001", "99999999999999999999"])
def test_a_length_over_the_limit_is_refused_before_the_body(connect: Connect, length: str) -> None:
    assert " 413 " in answered(connect(f"Content-Length: {length}\r\n"))


def test_a_length_that_lies_ends_the_request(connect: Connect) -> None:
    """Less than was announced: the time runs out; nothing waits for ever."""
    line = connect("Content-Length: 1000\r\n")
    line.sendall(b"short")
    assert " 408 " in answered(line)


def test_a_body_drop_by_drop(connect: Connect) -> None:
    line = connect("Transfer-Encoding: chunked\r\n")
    told: list[str] = []
    reader = threading.Thread(target=lambda: told.append(answered(line)))
    reader.start()
    for _ in range(60):
        if told:
            break
        try:
            line.sendall(b"1\r\nx\r\n")
        except (BrokenPipeError, ConnectionResetError):
            break
        time.sleep(0.05)
    reader.join()
    assert " 408 " in told[0]


def test_a_thousand_parts(connect: Connect) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n'
    body = b"".join(part % number for number in range(1500)) + b"--b--\r\n"
    line = connect(f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n")
    line.sendall(body)
    assert " 400 " in answered(line)


@pytest.mark.parametrize("seconds", [30])
def test_all_bodies_together_are_bounded(connect: Connect, settings: Settings) -> None:
    """Of many bodies that are almost there the last ones are told to come again."""
    told = b""
    for _ in range(settings.waiting_limit + 12):
        line = connect(f"Content-Length: {2 * _MB}\r\n")
        line.settimeout(0.3)
        try:
            line.sendall(bytes(2 * _MB - 1))
            told = line.recv(4096)
        except TimeoutError:
            continue
        break
    assert b" 429 " in told
    assert b"retry-after" in told.lower()
