"""Write the net of the camera's hints: `python -m models.face_hints`, from the repository's top folder.

It is BlazeFace, short range, as MediaPipe's wheel carries it (Google, Apache License 2.0): a stem, 16 blocks of a
depthwise and a pointwise convolution with a shortcut, and four heads. Its weights, half floats already, are taken out
of the tflite file (a FlatBuffer; field numbers are those of TensorFlow Lite's schema.fbs) and written in the order in
which api/web/static/js/face.js runs them:

    uint32 little-endian: bytes of the header; header, JSON, padded with blanks to an even length; float16 weights

The header gives each layer's shape. Nothing is trained or changed.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mediapipe
import numpy as np
from flatbuffers import encode, number_types
from flatbuffers.table import Table

SOURCE = Path(mediapipe.__file__).parent / "modules/face_detection/face_detection_short_range.tflite"
OUT = Path(__file__).parents[1] / "api/web/static/models/face.bin"
_CONVOLUTION, _DEPTHWISE, _DEQUANTIZE = 3, 4, 6
_INT8, _INT32, _UINT32 = number_types.Int8Flags, number_types.Int32Flags, number_types.Uint32Flags


def main() -> None:
    """Read, check, write."""
    layers = list(convolutions(SOURCE.read_bytes()))
    header = [{key: layer[key] for key in ("kind", "stride", "shape")} for layer in layers]
    told = json.dumps(header, separators=(",", ":")).encode()
    told += b" " * (len(told) % 2)
    weights = [np.concatenate([layer["weights"].ravel(), layer["bias"].ravel()]) for layer in layers]
    body = np.concatenate(weights).astype("<f2").tobytes()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(struct.pack("<I", len(told)) + told + body)
    print(f"{OUT.name}: {len(layers)} layers, {len(body) // 2} weights, {OUT.stat().st_size / 1000:.0f} KB")


def convolutions(data: bytes) -> Iterator[dict[str, Any]]:
    """The convolutions in the order of the file: kind, stride, shape, weights and bias.

    Shapes: `full` and `point` (out, height, width, in), `depth` (1, height, width, channels).
    """
    model = Table(data, encode.Get(number_types.UOffsetTFlags.packer_type, data, 0))
    codes = [_number(code, 3, _INT32) or _number(code, 0, _INT8) for code in _tables(model, 1)]
    graph, buffers = _tables(model, 2)[0], _tables(model, 4)
    tensors = _tables(graph, 0)
    halves: dict[int, int] = {}  # a dequantized tensor -> its half floats
    for operator in _tables(graph, 3):
        code = codes[_number(operator, 0, _UINT32)]
        inputs, outputs = _numbers(operator, 1), _numbers(operator, 2)
        if code == _DEQUANTIZE:
            halves[outputs[0]] = inputs[0]
        if code not in (_CONVOLUTION, _DEPTHWISE):
            continue
        options = Table(data, operator.Indirect(operator.Offset(4 + 2 * 4) + operator.Pos))
        shape = _numbers(tensors[inputs[1]], 0)
        kind = "depth" if code == _DEPTHWISE else "point" if shape[1] == 1 else "full"
        weights, bias = (_halves(buffers[_number(tensors[halves[one]], 2, _UINT32)]) for one in (inputs[1], inputs[2]))
        yield {
            "kind": kind,
            "stride": _number(options, 2, _INT32),
            "shape": shape,
            "weights": weights.reshape(shape),
            "bias": bias,
        }


def _halves(buffer: Table) -> Any:
    return buffer.GetVectorAsNumpy(number_types.Uint8Flags, buffer.Offset(4)).view("<f2")


def _tables(table: Table, field: int) -> list[Table]:
    offset = table.Offset(4 + 2 * field)
    start = table.Vector(offset)
    return [Table(table.Bytes, table.Indirect(start + 4 * index)) for index in range(table.VectorLen(offset))]


def _numbers(table: Table, field: int) -> list[int]:
    return [int(one) for one in table.GetVectorAsNumpy(_INT32, table.Offset(4 + 2 * field))]


def _number(table: Table, field: int, kind: Any) -> int:
    offset = table.Offset(4 + 2 * field)
    return int(table.Get(kind, offset + table.Pos)) if offset else 0


if __name__ == "__main__":
    main()
