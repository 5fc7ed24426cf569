"""What ends up installed: one cv2 without a display, the pinned face models, and no network."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

import cv2
import pytest


def test_the_one_opencv_is_the_headless_build_of_the_pinned_version():
    assert cv2.__version__ == "4.11.0"
    assert version("opencv-python-headless") == "4.11.0.86"
    for other in ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless"):
        with pytest.raises(PackageNotFoundError):
            version(other)
    assert "GTK" not in cv2.getBuildInformation().split("GUI:")[1].split("\n")[0]


@pytest.mark.parametrize("name", ["warpAffine", "boxFilter", "connectedComponentsWithStats", "Laplacian", "dft"])
def test_opencv_has_what_is_used(name):
    assert hasattr(cv2, name)


def test_mediapipe_is_the_last_release_that_carries_its_models_and_sends_nothing():
    assert version("mediapipe") == "0.10.21"


def test_the_library_imports_no_web_database_or_training_package():
    code = (
        "import sys, photocheck.cli, photocheck.engine, photocheck.pool, photocheck.registry as r; r.all_checks();"
        "sys.exit(bool({'fastapi','starlette','sqlalchemy','torch','requests','jax'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_check_opens_no_socket(tmp_path):
    from PIL import Image
    from skimage.data import astronaut

    Image.fromarray(astronaut()).save(tmp_path / "a.png")
    code = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('a socket was opened')\n"
        "socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse\n"
        "from photocheck.cli import app\n"
        "app(['check', sys.argv[1], '--kind', 'portrait', '--format', 'json'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.png")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
