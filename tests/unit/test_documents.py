"""Documents that must stay true: README's table and samples, the changelog, the locked environment."""

import importlib.util
import re
from pathlib import Path

import photocheck

ROOT = Path(__file__).parents[2]


def test_the_readme_lists_todays_checks():
    spec = importlib.util.spec_from_file_location("readme_table", ROOT / "docs" / "readme_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = (ROOT / "README.md").read_text("utf-8")
    assert module.with_table(text) == text, "run python docs/readme_table.py"


def test_what_the_readme_shows_exists():
    text = (ROOT / "README.md").read_text("utf-8")
    for path in re.findall(r"(?:samples|docs)/[\w./-]+\.(?:jpg|md)", text):
        assert (ROOT / path).is_file(), path


def test_the_changelog_names_the_version():
    assert f"## {photocheck.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_lock_file_has_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    packages = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
    assert len(packages) > 50
    assert text.count("--hash=sha256:") >= len(packages)


def test_every_sample_says_where_it_comes_from():
    told = (ROOT / "samples" / "README.md").read_text("utf-8")
    for path in (ROOT / "samples").glob("*.jpg"):
        assert path.name in told, path.name
        assert path.stat().st_size < 300_000, path.name
