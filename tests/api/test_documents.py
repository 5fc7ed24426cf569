"""What is documented is so: every setting, every setting that deploy/ uses, both languages of every text."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.settings import Settings
from docs.settings_page import PAGE, page

_ROOT = Path(__file__).parents[2]
_WORDING = sorted((_ROOT / "api/web/wording").glob("*.toml"))


def test_settings_are_documented() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m docs.settings_page"


def test_deploy_uses_settings_that_there_are() -> None:
    known = {f"PHOTOCHECK_{name.upper()}" for name in Settings.model_fields} | {"PHOTOCHECK_HOST_NAME"}
    for name in ("compose.yaml", "Dockerfile", "Caddyfile", "make-secrets.sh"):
        told = (_ROOT / "deploy" / name).read_text("utf-8")
        used = {word.upper() for word in re.findall(r"photocheck_[a-z_]+", told, re.IGNORECASE)}
        assert used <= known, name
    for document in ("deploy.md", "privacy.md"):
        told = (_ROOT / "docs" / document).read_text("utf-8")
        assert set(re.findall(r"PHOTOCHECK_[A-Z_]+", told)) <= known, document


def test_compose_names_what_it_has() -> None:
    compose: dict[str, Any] = yaml.safe_load((_ROOT / "deploy/compose.yaml").read_text("utf-8"))
    for name, service in compose["services"].items():
        assert set(service.get("networks", [])) <= set(compose["networks"]), name
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
    assert compose["networks"]["back"]["internal"] is True
    assert "ports" not in compose["services"]["api"]


def test_secrets_are_made_once_and_are_accepted(tmp_path: Path) -> None:
    script = tmp_path / "make-secrets.sh"
    script.write_bytes((_ROOT / "deploy/make-secrets.sh").read_bytes())
    for _ in range(2):
        subprocess.run(["sh", str(script)], check=True, stdout=subprocess.DEVNULL)
        made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    settings = Settings(
        master_keys=made["photocheck_master_keys"].strip(), database_url=made["photocheck_database_url"]
    )
    assert settings.database_url.startswith("postgresql://")
    assert yaml.safe_load(made["s3.json"])["identities"][0]["name"] == "photocheck"
    again = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert again == made
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", _WORDING, ids=lambda path: path.stem)
def test_every_text_has_both_languages_with_the_same_facts(path: Path) -> None:
    for key, entry in tomllib.loads(path.read_text("utf-8")).items():
        _compare(f"{path.stem}.{key}", entry)


def _compare(place: str, entry: Any) -> None:
    if not isinstance(entry, dict):
        return
    if {"zh-CN", "en"} & entry.keys() and all(isinstance(entry.get(one, ""), str) for one in ("zh-CN", "en")):
        assert entry.get("zh-CN"), place
        assert entry.get("en"), place
        facts = [set(re.findall(r"{(\w+)", entry[one])) for one in ("zh-CN", "en")]
        assert facts[0] == facts[1], place
    for name, inner in entry.items():
        _compare(f"{place}.{name}", inner)


def test_promises_name_tests_that_exist() -> None:
    told = (_ROOT / "docs" / "promises.md").read_text("utf-8")
    named = set(re.findall(r"`(tests/[\w/.]+)`", told))
    assert len(re.findall(r"^\| \d+ \|", told, re.MULTILINE)) == 26
    assert [path for path in sorted(named) if not (_ROOT / path).exists()] == []
