"""The service's commands say in one sentence what is missing or wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.context import Service
from api.services import health
from photocheck.cli import app
from tests.api.making import make_submission, make_upload


def _run(*arguments: str, **environment: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, [*arguments, "--lang", "en"], env=environment)
    return ran.exit_code, ran.output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORKERS", "-1"),
        ("FOUR_EYES", "some"),
        ("MASTER_KEYS", "k1:c2hvcnQ="),
        ("REMIND_WORKING_DAYS", "soon"),
        ("KEEP_DRAFT_DAYS", "0"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, tmp_path: Path) -> None:
    code, told = _run("serve", "--data", str(tmp_path / "data"), **{f"PHOTOCHECK_{name}": value})
    assert code == 2
    assert f"PHOTOCHECK_{name}: " in told
    assert "c2hvcnQ" not in told
    assert not (tmp_path / "data").exists()


def test_a_missing_package_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "api.serve", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    code, told = _run("serve")
    assert (code, told) == (2, "The service needs uvicorn, which is not installed: pip install 'photocheck[api]'\n")


def test_a_changed_net_ends_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photocheck.features.nets.models_folder", lambda: tmp_path)
    monkeypatch.setattr(health, "models_folder", lambda: tmp_path)
    monkeypatch.setattr(health, "_checked", {})
    code, told = _run("serve", "--data", str(tmp_path / "data"))
    assert code == 2
    assert "the net" in told


def test_commands_without_data(tmp_path: Path) -> None:
    for command in (["audit", "verify"], ["keys", "rotate"], ["sanity"], ["erase", "X"], ["backup", "--out", "x"]):
        code, told = _run(*command, "--data", str(tmp_path))
        assert code == 2, command
        assert "holds no service data" in told


def test_keys_and_erasure_beside_the_running_service(service: Service) -> None:
    with service.database.begin() as session:
        submission = make_submission(session, service)
        make_upload(session, service, submission, "portrait")
    data = ["--data", str(service.settings.data)]
    environment = {"PHOTOCHECK_DATABASE_URL": service.settings.database_url}
    if service.database.is_sqlite:
        code, told = _run("keys", "rotate", *data, **environment)
        assert (code, "The key is k2 now; 3 pictures and 3 values" in told) == (0, True)
    code, told = _run("erase", submission.reference.lower(), *data, **environment)
    assert (code, "3 pictures" in told) == (0, True)
    assert list(service.blobs.store.keys()) == []
    assert _run("erase", "NONE-SUCH", *data, **environment)[0] == 2


def test_the_process_that_answers_requests_loads_no_nets() -> None:
    code = "import sys, api.app, api.jobs.table; sys.exit(bool({'mediapipe', 'onnxruntime', 'torch'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
