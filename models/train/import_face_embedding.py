"""Make models/face-embedding.onnx from the weights that the npm package @vladmandic/face-api (MIT) carries.

The net is dlib's face recognition ResNet (Davis King; weights in the public domain), its weights in eight bits as that
package ships them. They stay eight bits here and are widened when the net is loaded.

    npm pack @vladmandic/face-api && tar xzf vladmandic-face-api-*.tgz
    python -m models.train.import_face_embedding package/model models/face-embedding.onnx

Input `chip`: 1×150×150×3 float32 sRGB 0..255, the face aligned as dlib's chips with padding 0.25. Output `embedding`:
1×128 float32; two chips of one person are less than about 0.6 apart.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
_MEAN_RGB = (122.782, 117.001, 104.298)
_STAGES = (
    *(("conv32_1", False), ("conv32_2", False), ("conv32_3", False)),
    *(("conv64_down", True), ("conv64_1", False), ("conv64_2", False), ("conv64_3", False)),
    *(("conv128_down", True), ("conv128_1", False), ("conv128_2", False)),
    *(("conv256_down", True), ("conv256_1", False), ("conv256_2", False), ("conv256_down_out", True)),
)


class _Graph:
    """Nodes and weights in the order they are added; every node has one output, named after it."""

    def __init__(self, folder: Path) -> None:
        manifest = json.loads((folder / "face_recognition_model-weights_manifest.json").read_text("utf-8"))[0]
        data = b"".join((folder / name).read_bytes() for name in manifest["paths"])
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._raw: dict[str, tuple[np.ndarray, float, float]] = {}
        at = 0
        for entry in manifest["weights"]:
            eight = entry.get("quantization")
            stored = np.frombuffer(data, np.uint8 if eight else np.float32, int(np.prod(entry["shape"])), at)
            scale, low = (eight["scale"], eight["min"]) if eight else (1.0, 0.0)
            self._raw[entry["name"]] = (stored.reshape(entry["shape"]), scale, low)
            at += stored.nbytes
        if at != len(data):
            raise ValueError(f"{folder}: {len(data)} bytes of weights, {at} described")

    def add(self, operator: str, *inputs: str, name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name: str, values: Any, dtype: Any = np.float32) -> str:
        self.weights.append(numpy_helper.from_array(np.asarray(values, dtype=dtype), name))
        return name

    def floats(self, name: str) -> np.ndarray:
        stored, scale, low = self._raw[name]
        return stored.astype(np.float32) * np.float32(scale) + np.float32(low)

    def widened(self, name: str, axes: tuple[int, ...]) -> str:
        """A weight with its axes in ONNX's order; where it has eight bits it keeps them in the file."""
        stored, scale, low = self._raw[name]
        if stored.dtype != np.uint8:
            return self.constant(name, np.ascontiguousarray(stored.transpose(axes)))
        eight = self.constant(f"{name}/stored", np.ascontiguousarray(stored.transpose(axes)), np.uint8)
        wide = self.add("Cast", eight, name=f"{name}/wide", to=TensorProto.FLOAT)
        scaled = self.add("Mul", wide, self.constant(f"{name}/scale", scale), name=f"{name}/scaled")
        return self.add("Add", scaled, self.constant(f"{name}/low", low), name=name)

    def convolution(self, x: str, name: str, *, stride: int, padded: bool, relu: bool) -> str:
        """Convolution, then the per-channel scale that stands for batch normalisation."""
        pads = [1, 1, 1, 1] if padded else [0, 0, 0, 0]
        out = self.add(
            "Conv", x, self.widened(f"{name}/conv/filters", (3, 2, 0, 1)), name=f"{name}/conv", strides=[stride] * 2,
            pads=pads,
        )  # fmt: skip
        gain = self.floats(f"{name}/scale/weights")
        offset = self.floats(f"{name}/conv/bias") * gain + self.floats(f"{name}/scale/biases")
        out = self.add("Mul", out, self.constant(f"{name}/gain", gain.reshape(1, -1, 1, 1)), name=f"{name}/gained")
        out = self.add("Add", out, self.constant(f"{name}/offset", offset.reshape(1, -1, 1, 1)), name=f"{name}/out")
        return self.add("Relu", out, name=f"{name}/relu") if relu else out

    def residual(self, x: str, name: str, *, down: bool, padded: bool) -> str:
        """One residual block; `down` halves the picture and, where `padded`, the narrower sum is filled with zeros."""
        out = self.convolution(x, f"{name}/conv1", stride=2 if down else 1, padded=not down, relu=True)
        out = self.convolution(out, f"{name}/conv2", stride=1, padded=True, relu=False)
        if down:
            x = self.add("AveragePool", x, name=f"{name}/pooled", kernel_shape=[2, 2], strides=[2, 2])
            out, x = self._same_size(out, x, name, channels=padded)
        out = self.add("Add", x, out, name=f"{name}/sum")
        return self.add("Relu", out, name=f"{name}/end")

    def _same_size(self, out: str, pooled: str, name: str, *, channels: bool) -> tuple[str, str]:
        """A convolution without padding leaves an odd picture one pixel short of the pooled one."""
        if self._short[name]:
            grown = self.constant(f"{name}/grow", [0, 0, 0, 0, 0, 0, 1, 1], np.int64)
            out = self.add("Pad", out, grown, name=f"{name}/grown")
        if channels:
            wider = self.constant(f"{name}/wider", [0, 0, 0, 0, 0, self._channels[name], 0, 0], np.int64)
            pooled = self.add("Pad", pooled, wider, name=f"{name}/widened")
        return out, pooled

    # Side of the picture before each halving block: 35, 17, 8, 4 with the pooled sides 17, 8, 4, 2; what a 3×3
    # convolution of stride 2 without padding makes of them is 17, 8, 3, 1.
    _short: ClassVar = {"conv64_down": False, "conv128_down": False, "conv256_down": True, "conv256_down_out": True}
    _channels: ClassVar = {"conv64_down": 32, "conv128_down": 64, "conv256_down": 128}


def build(folder: Path) -> onnx.ModelProto:
    """The net.

    Raises:
        ValueError: if the weights are not what their description says.
    """
    graph = _Graph(folder)
    x = graph.add("Sub", "chip", graph.constant("mean", _MEAN_RGB), name="chip/centred")
    x = graph.add("Div", x, graph.constant("range", 255.0), name="chip/scaled")
    x = graph.add("Transpose", x, name="chip/planes", perm=[0, 3, 1, 2])
    x = graph.convolution(x, "conv32_down", stride=2, padded=False, relu=True)
    x = graph.add("MaxPool", x, name="pooled", kernel_shape=[3, 3], strides=[2, 2])
    for name, down in _STAGES:
        x = graph.residual(x, name, down=down, padded=down and name != "conv256_down_out")
    x = graph.add("ReduceMean", x, name="averaged", axes=[2, 3], keepdims=0)
    graph.add("MatMul", x, graph.widened("fc", (0, 1)), name="embedding")
    chip = helper.make_tensor_value_info("chip", TensorProto.FLOAT, [1, 150, 150, 3])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, 128])
    made = helper.make_graph(graph.nodes, "face-embedding", [chip], [embedding], graph.weights)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def main() -> None:
    """Read the package's folder, write the net."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="package/model of the npm package")
    parser.add_argument("out", type=Path, help="the .onnx to write")
    arguments = parser.parse_args()
    onnx.save(build(arguments.folder), arguments.out)


if __name__ == "__main__":
    main()
