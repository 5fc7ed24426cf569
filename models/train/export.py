"""From PyTorch to ONNX, and into the manifest."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import torch
from torch import Tensor, nn

OPSET = 17


def write_onnx(
    net: nn.Module, path: Path, example: Tensor, taken: str, given: tuple[str, ...], free: dict[int, str]
) -> None:
    """Write the net; its batch is free, and so are the dimensions named in `free`.

    See `into_manifest` for its sha256.
    """
    net = net.cpu().eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        net, (example,), str(path), input_names=[taken], output_names=list(given), opset_version=OPSET, dynamo=False,
        dynamic_axes={taken: {0: "batch", **free}, **{name: {0: "batch"} for name in given}},
    )  # fmt: skip
    into_manifest(path)


def into_manifest(path: Path) -> None:
    """Bring the sha256 of a net that was just written up to date in the manifest beside it, where it has an entry."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, sha256 {digest}")
    manifest = path.parent / "manifest.toml"
    if manifest.exists():
        text = manifest.read_text(encoding="utf-8")
        entry = re.compile(rf'(file = "{re.escape(path.name)}"\nsha256 = ")[0-9a-f]*(")')
        manifest.write_text(entry.sub(rf"\g<1>{digest}\g<2>", text), encoding="utf-8")
