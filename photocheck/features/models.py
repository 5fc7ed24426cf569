"""Which nets take part, and the hashes by which a report names them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from photocheck.features.nets import manifest
from photocheck.features.text import text_net_file

_BOUGHT = {
    "face-detection-near": "face_detection/face_detection_short_range.tflite",
    "face-detection-far": "face_detection/face_detection_full_range_sparse.tflite",
    "face-mesh": "face_landmark/face_landmark_with_attention.tflite",
    "person-mask": "selfie_segmentation/selfie_segmentation.tflite",
}


@cache
def model_hashes() -> Mapping[str, str]:
    """The sha256 of every net by name, as `sha256:` and 64 hexadecimal digits.

    Of our own nets it is the manifest's: no other file of that name is ever loaded.
    """
    found = find_spec("mediapipe")  # looked up, not imported: that takes a second
    if found is None or found.origin is None:
        raise ModuleNotFoundError("mediapipe is not installed; `make setup` installs it")
    folder = Path(found.origin).parent / "modules"
    files = {name: folder / file for name, file in _BOUGHT.items()} | {"text-recognition": text_net_file()}
    digests = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}
    digests |= {name: facts.sha256 for name, facts in manifest().items()}
    return MappingProxyType({name: f"sha256:{digest}" for name, digest in digests.items()})
