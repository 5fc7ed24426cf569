"""The audit log tells of every change made to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from api.context import Service
from api.services import audit, audit_copy
from photocheck.cli import app


@pytest.fixture
def lines(service: Service) -> list[str]:
    """Five lines; their hashes."""
    with service.database.begin() as session:
        return [audit.record(session, service.clock, "clock", "tested", f"obj_{n}", n=n).hash for n in range(5)]


def _change(service: Service, statement: str) -> None:
    with service.database.begin() as session:
        session.execute(text(statement))


def _verify(service: Service, *more: str) -> tuple[int, str]:
    arguments = ["audit", "verify", "--lang", "en", "--data", str(service.settings.data), *more]
    ran = CliRunner().invoke(app, arguments, env={"PHOTOCHECK_DATABASE_URL": service.settings.database_url})
    return ran.exit_code, ran.output


def test_whole(service: Service, lines: list[str]) -> None:
    assert _verify(service) == (0, f"The audit log is whole: 5 lines, hash of the last {lines[-1]}\n")
    assert _verify(service, "--head", lines[2])[0] == 0


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE audit SET facts = '{}' WHERE number = 3", 3),
        ("UPDATE audit SET actor = 'account:x' WHERE number = 1", 1),
        ("UPDATE audit SET at = '2000' WHERE number = 5", 5),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("UPDATE audit SET previous = 'x' WHERE number = 4", 4),
    ],
)
def test_a_changed_line_is_named(service: Service, lines: list[str], statement: str, number: int) -> None:
    _change(service, statement)
    code, told = _verify(service)
    assert code == 1
    assert f"from line {number} on" in told


def test_a_cut_end_is_seen_by_who_kept_the_last_hash(service: Service, lines: list[str]) -> None:
    _change(service, "DELETE FROM audit WHERE number > 3")
    assert _verify(service)[0] == 0
    code, told = _verify(service, "--head", lines[-1])
    assert code == 1
    assert "was cut" in told


def test_the_copy_goes_on_and_refuses_another_past(service: Service, lines: list[str], tmp_path: Path) -> None:
    copy = tmp_path / "audit.jsonl"
    with service.database.read() as session:
        assert audit_copy.export(session, copy) == 5
        assert audit_copy.export(session, copy) == 0
    with service.database.begin() as session:
        audit.record(session, service.clock, "clock", "tested", "obj_5")
    with service.database.read() as session:
        assert audit_copy.export(session, copy) == 1
    told = [json.loads(line) for line in copy.read_text().splitlines()]
    assert [entry["number"] for entry in told] == [1, 2, 3, 4, 5, 6]
    kept = copy.read_bytes()
    _change(service, "UPDATE audit SET actor = 'x' WHERE number = 4")
    with service.database.read() as session, pytest.raises(audit_copy.NotTheSame) as refused:
        audit_copy.export(session, copy)
    assert refused.value.number == 4
    assert copy.read_bytes() == kept
