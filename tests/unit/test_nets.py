"""Our own nets: what is loaded is what the manifest names, from a checkout and from a wheel."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from photocheck.features import nets
from photocheck.features.models import model_hashes

ROOT = Path(__file__).parents[2]


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the nets that the loader takes for its own."""
    folder = tmp_path / "models"
    folder.mkdir()
    for file in [ROOT / "models" / "manifest.toml", *(ROOT / "models").glob("*.onnx")]:
        shutil.copy(file, folder)
    monkeypatch.setattr(nets, "models_folder", lambda: folder)
    monkeypatch.setattr(nets, "_sessions", threading.local())
    nets.manifest.cache_clear()
    yield folder
    nets.manifest.cache_clear()


def test_every_net_is_the_one_the_manifest_names_and_has_a_card() -> None:
    assert nets.manifest()
    for name, facts in nets.manifest().items():
        assert hashlib.sha256(nets.checked_bytes(name)).hexdigest() == facts.sha256
        assert (nets.models_folder() / facts.card).is_file()


def test_every_net_file_is_in_the_manifest() -> None:
    assert {facts.file for facts in nets.manifest().values()} == {p.name for p in nets.models_folder().glob("*.onnx")}


def test_reports_name_the_nets() -> None:
    for name, facts in nets.manifest().items():
        assert model_hashes()[name] == f"sha256:{facts.sha256}"


def test_a_changed_net_is_not_loaded(own_folder: Path) -> None:
    name, facts = next(iter(nets.manifest().items()))
    held = bytearray((own_folder / facts.file).read_bytes())
    held[len(held) // 2] ^= 1
    (own_folder / facts.file).write_bytes(held)
    with pytest.raises(nets.ModelError, match="not the one"):
        nets.run_net(name, {})


def test_a_missing_net_is_told(own_folder: Path) -> None:
    name, facts = next(iter(nets.manifest().items()))
    (own_folder / facts.file).unlink()
    with pytest.raises(nets.ModelError, match="missing"):
        nets.run_net(name, {})


def test_an_unknown_net_is_told() -> None:
    with pytest.raises(nets.ModelError, match="no net named"):
        nets.run_net("no-such-net", {})


@pytest.mark.parametrize(
    "text", ["", None, "[x]\nfile = '../evil.onnx'", "not toml", "[x]\nfile = 'x.onnx'\nsurprise = 1"]
)
def test_a_manifest_that_cannot_be_used_is_told(own_folder: Path, text: str | None) -> None:
    path = own_folder / "manifest.toml"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(nets.ModelError):
        nets.checked_bytes("card-place")


def test_the_wheel_holds_manifest_and_nets(tmp_path: Path) -> None:
    build = "from hatchling.build import build_wheel; import sys; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    ask = (
        "import sys; sys.path.insert(0, sys.argv[1]); from photocheck.features import nets;"
        "[nets.checked_bytes(name) for name in nets.manifest()]; print(nets.models_folder())"
    )
    said = subprocess.run(
        [sys.executable, "-c", ask, str(tmp_path / "site")], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    assert Path(said.strip()) == tmp_path / "site" / "photocheck" / "models"


def test_threads_have_their_own_sessions(own_folder: Path) -> None:
    name = next(iter(nets.manifest()))
    seen = []
    for _ in range(2):
        worker = threading.Thread(target=lambda: seen.append(nets._session(name)))
        worker.start()
        worker.join()
    assert seen[0] is not seen[1]
