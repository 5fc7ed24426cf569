"""A look at the installation: versions, models and their hashes, and a self-test."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import numpy as np

import photocheck
from photocheck.messages import Language, interface_text

_PACKAGES = ("numpy", "opencv-python-headless", "mediapipe", "pillow", "pydantic", "pi-heif")
_OWNERS_OF_CV2 = ("opencv-python", "opencv-contrib-python", "opencv-python-headless", "opencv-contrib-python-headless")


def examine(language: Language) -> tuple[list[str], bool]:
    """What is installed and whether it works.

    Returns:
        Lines to print, and whether everything that photocheck needs is there and answers.
    """
    lines = [f"photocheck {photocheck.__version__}, Python {platform.python_version()}, {platform.platform()}"]
    lines += [f"  {name} {_version(name) or interface_text('not-installed', language)}" for name in _PACKAGES]
    faults = [*_opencv_faults(language), *_model_lines(lines), *_self_test_faults(language)]
    lines += [f"✗ {fault}" for fault in faults]
    if not faults:
        lines.append(f"✓ {interface_text('self-test-passed', language)}")
    return lines, not faults


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _opencv_faults(language: Language) -> list[str]:
    """Several distributions own the folder cv2/: whichever was installed last wins, so there must be one version."""
    installed = {name: _version(name) for name in _OWNERS_OF_CV2}
    found = {name: known for name, known in installed.items() if known is not None}
    if len(set(found.values())) > 1:
        listed = ", ".join(f"{name} {known}" for name, known in found.items())
        return [interface_text("several-opencv", language, listed=listed)]
    return []


def _model_lines(lines: list[str]) -> list[str]:
    """Append a line a model; a model that cannot be read is a fault."""
    from photocheck.features.models import model_hashes

    try:
        lines += [f"  {name} {digest}" for name, digest in model_hashes().items()]
    except OSError as error:
        return [f"{error.filename}: {error.strerror}"]
    return []


def _self_test_faults(language: Language) -> list[str]:
    """Run the whole path on a made picture: a plain field, on which no face may be found."""
    import io
    from datetime import date

    from PIL import Image

    from photocheck.decode import decode
    from photocheck.finding import Outcome
    from photocheck.intake import Request, check_picture

    field = io.BytesIO()
    Image.fromarray(np.full((160, 120, 3), 235, np.uint8)).save(field, "PNG")
    report = check_picture(decode(field.getvalue()), Request(date(2000, 1, 1), "cn-exit-entry", "portrait")).report
    crashed = [finding.check for finding in report.findings if finding.outcome is Outcome.ERROR]
    faults = [interface_text("self-test-crashed", language, checks=", ".join(crashed))] if crashed else []
    if not any(finding.check == "single-face" and finding.outcome is Outcome.FAIL for finding in report.findings):
        faults.append(interface_text("self-test-face", language))
    return faults
