"""The nets this project trained: the one place that loads them.

A net's file is read only where `manifest.toml` names it, and goes to onnxruntime only where its sha256 is the one
written there. Sessions are made when first asked for, one a thread and net, and kept.
"""

from __future__ import annotations

import hashlib
import threading
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import photocheck

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_sessions = threading.local()


class ModelError(RuntimeError):
    """A net is missing, is not the one the manifest names, or the manifest cannot be read."""


class NetFacts(BaseModel):
    """One entry of the manifest.

    Attributes:
        file: name beside the manifest; `card` likewise, its model card.
        sha256: of the file, 64 hexadecimal digits.
        inputs, outputs: name of each tensor with its shape and range in words.
        opset: of ONNX.
        licence: SPDX identifier.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(pattern=r"^[a-z0-9-]+\.onnx$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    inputs: dict[str, str]
    outputs: dict[str, str]
    opset: int
    licence: str
    card: str


def models_folder() -> Path:
    """Where the nets lie: inside the installed package, or beside it in a checkout."""
    package = Path(photocheck.__file__).parent
    inside = package / "models"
    return inside if inside.is_dir() else package.parent / "models"


@cache
def manifest() -> Mapping[str, NetFacts]:
    """Every net by name.

    Raises:
        ModelError: if the manifest is missing or not as it should be.
    """
    path = models_folder() / "manifest.toml"
    try:
        with path.open("rb") as file:
            entries = tomllib.load(file)
        return MappingProxyType({name: NetFacts.model_validate(entry) for name, entry in entries.items()})
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ModelError(f"the manifest of the nets cannot be used: {path}") from error


def checked_bytes(name: str) -> bytes:
    """The file of the net.

    Raises:
        ModelError: if the manifest has no such net, the file is missing, or its sha256 is another.
    """
    facts = manifest().get(name)
    if facts is None:
        raise ModelError(f"the manifest has no net named {name}")
    path = models_folder() / facts.file
    try:
        held = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the net {name} is missing: {path}") from error
    if hashlib.sha256(held).hexdigest() != facts.sha256:
        raise ModelError(f"the net {name} is not the one the manifest names: {path}")
    return held


def run_net(name: str, inputs: Mapping[str, NDArray[np.float32]]) -> tuple[NDArray[np.float32], ...]:
    """What the net answers, in the order of its outputs in the manifest.

    Args:
        name: of the net in the manifest.
        inputs: each input by name.

    Raises:
        ModelError: see `checked_bytes`.
    """
    answers: list[Any] = _session(name).run(list(manifest()[name].outputs), dict(inputs))
    return tuple(np.asarray(answer, dtype=np.float32) for answer in answers)


def _session(name: str) -> InferenceSession:
    """This thread's session: several would share a pool of threads otherwise, and wait for each other."""
    known: dict[str, InferenceSession] = _sessions.__dict__.setdefault("by_name", {})
    if name not in known:
        import onnxruntime  # takes a tenth of a second, and `photocheck --help` needs none of it

        held = checked_bytes(name)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it grows with every new size of picture and never gives back
        options.log_severity_level = 4
        known[name] = onnxruntime.InferenceSession(held, options, providers=["CPUExecutionProvider"])
    return known[name]
