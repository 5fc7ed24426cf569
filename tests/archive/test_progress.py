"""What a run tells of itself while it goes on."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from rich.console import Console

from photocheck.archive import tally as tally_module
from photocheck.archive.engines.engine import Event
from photocheck.archive.progress import Display, sentence
from photocheck.archive.score import Shard, ShardResult
from photocheck.archive.sources.entry import Entry
from photocheck.archive.tally import Tally


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(tally_module.time, "monotonic", lambda: now[0])
    return now


def shard(start: int, stop: int) -> Shard:
    return Shard(0, start, stop, [Entry(str(number), "x") for number in range(start, stop)])


def result(**counts: int) -> ShardResult:
    return ShardResult(b"", b"", Counter(counts), Counter(scored=sum(counts.values())), resident=5)


def test_rate_and_time_left(clock: list[float]) -> None:
    tally = Tally(1000)
    tally.start(before=200)
    assert tally.seconds_left is None
    clock[0] += 10
    tally.add(Event(shard(200, 300), result=result(**{"pass": 70, "fail": 29, "error": 1})))
    assert (tally.done, tally.rate, tally.seconds_left) == (300, 10.0, 70.0)
    tally.add(Event(shard(300, 400), done=50))
    assert (tally.done, tally.reached, tally.rate) == (300, 350, 15.0)
    tally.add(Event(shard(300, 400), lost=True))
    assert (tally.reached, tally.lost) == (300, 1)


def test_rate_is_of_the_last_minutes(clock: list[float]) -> None:
    tally = Tally(10_000)
    tally.start(before=0)
    for step in range(100):
        clock[0] += 10
        size = 100 if step < 50 else 10
        tally.add(Event(shard(step * 100, step * 100 + size), result=result(**{"pass": size})))
    assert tally.rate == pytest.approx(1.0)


def test_sentence(clock: list[float]) -> None:
    tally = Tally(8000)
    tally.start(before=0)
    clock[0] += 100
    tally.add(Event(shard(0, 400), result=result(fail=390, review=9, error=1)))
    said = "400 of 8,000 (5%), 4.0/s, 0:31:40 left; fail 390, review 9, no verdict 1"
    assert sentence(tally, "en") == said
    assert "0:31:40" in sentence(tally, "zh-CN")


def test_plain_lines_are_few_and_the_last_one_comes(clock: list[float]) -> None:
    tally = Tally(100)
    tally.start(before=0)
    told = io.StringIO()
    with Display("en", Console(file=told, force_terminal=False, width=40)) as display:
        for step in range(10):
            clock[0] += 2.5
            tally.add(Event(shard(step * 10, step * 10 + 10), result=result(**{"pass": 10})))
            display.watch(tally)
            display.watch(tally)
    lines = told.getvalue().splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["40", "80", "100"]


def test_a_live_line_on_a_terminal(clock: list[float]) -> None:
    tally = Tally(100)
    tally.start(before=0)
    tally.add(Event(shard(0, 10), result=result(**{"pass": 10})))
    told = io.StringIO()
    with Display("en", Console(file=told, force_terminal=True, width=200)) as display:
        display.listed(100)
        display.watch(tally)
    assert "10 of 100" in told.getvalue()
