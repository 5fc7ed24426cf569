"""A deterministic mutator of picture files: the same seed and index give the same bytes."""

import random
import struct
import zlib
from collections.abc import Callable

EXTREMES = (0, 1, 2, 7, 8, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutated(files: dict[str, bytes], index: int, seed: int) -> tuple[str, bytes]:
    """The index-th mutated file: the seed file's name and the bytes."""
    source = random.Random(f"{seed}/{index}")
    name = source.choice(sorted(files))
    data = files[name]
    for _ in range(source.choice((1, 1, 1, 2, 3, 5))):
        mutation = source.choice(MUTATIONS)
        data = mutation(data, source, files)
    return name, data


def _place(data: bytes, source: random.Random, room: int = 1) -> int:
    """Anywhere, but half the time within the first 600 bytes, where headers stand."""
    end = max(1, len(data) - room)
    return source.randrange(min(end, 600)) if source.random() < 0.5 else source.randrange(end)


def flip_bits(data: bytes, source: random.Random, _: dict[str, bytes]) -> bytes:
    changed = bytearray(data)
    for _count in range(source.choice((1, 1, 2, 8, 64))):
        if changed:
            changed[_place(data, source)] ^= 1 << source.randrange(8)
    return bytes(changed)


def overwrite(data: bytes, source: random.Random, _: dict[str, bytes]) -> bytes:
    at, length = _place(data, source), source.choice((1, 4, 16, 200))
    filler = source.choice((bytes(length), b"\xff" * length, source.randbytes(length)))
    return data[:at] + filler + data[at + length :]


def truncate(data: bytes, source: random.Random, _: dict[str, bytes]) -> bytes:
    return data[: _place(data, source)]


def splice(data: bytes, source: random.Random, files: dict[str, bytes]) -> bytes:
    other = files[source.choice(sorted(files))]
    return data[: _place(data, source)] + other[_place(other, source) :]


def repeat_or_drop(data: bytes, source: random.Random, _: dict[str, bytes]) -> bytes:
    at, length = _place(data, source), source.choice((1, 2, 12, 100, 3000))
    times = source.choice((0, 2, 3, 40))
    return data[:at] + data[at : at + length] * times + data[at + length :]


def lengths(data: bytes, source: random.Random, _: dict[str, bytes]) -> bytes:
    """An extreme number where a size, a count or an offset may stand."""
    form = source.choice(("<H", ">H", "<I", ">I", ">I", "<I"))
    size = struct.calcsize(form)
    at = _place(data, source, size)
    if at + size > len(data):
        return data
    (old,) = struct.unpack_from(form, data, at)
    value = source.choice((*EXTREMES, old + 1, old - 1, old * 2)) % (1 << (8 * size))
    return data[:at] + struct.pack(form, value) + data[at + size :]


def shuffle_parts(data: bytes, source: random.Random, _: dict[str, bytes]) -> bytes:
    """Segments, chunks or directory entries moved, doubled, dropped or changed, with sums and sizes put right."""
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data, source)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data, source)
    if data.startswith(b"RIFF"):
        return _riff(data, source)
    if data[:2] in (b"II", b"MM"):
        return _tiff(data, source)
    if data[4:8] == b"ftyp":
        return _boxes(data, source)
    return lengths(data, source, {})


def _rearranged(parts: list[bytes], source: random.Random) -> list[bytes]:
    if not parts:
        return parts
    chosen = source.randrange(len(parts))
    action = source.randrange(4)
    if action == 0:
        source.shuffle(parts)
    elif action == 1:
        parts.insert(source.randrange(len(parts) + 1), parts[chosen])
    elif action == 2:
        del parts[chosen]
    else:
        parts[chosen] = flip_bits(parts[chosen], source, {})
    return parts


def _jpeg(data: bytes, source: random.Random) -> bytes:
    parts, at = [], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        length = 2 + struct.unpack_from(">H", data, at + 2)[0]
        parts.append(data[at : at + length])
        at += length
    rest = data[at:]
    if parts and source.random() < 0.3:
        chosen = source.randrange(len(parts))
        marker = source.choice(
            (0xC0, 0xC2, 0xC3, 0xC4, 0xC9, 0xDB, 0xDC, 0xDD, 0xDE, 0xE1, 0xE2, 0xED, 0xEE, 0xFE, 0xD9)
        )
        parts[chosen] = bytes((0xFF, marker)) + parts[chosen][2:]
    return data[:2] + b"".join(_rearranged(parts, source)) + rest


def _png(data: bytes, source: random.Random) -> bytes:
    bodies, at = [], 8
    while at + 8 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        bodies.append(data[at + 4 : at + 8 + length])
        at += 12 + length
    bodies = _rearranged(bodies, source)
    return data[:8] + b"".join(
        struct.pack(">I", max(0, len(body) - 4)) + body + struct.pack(">I", zlib.crc32(body)) for body in bodies
    )


def _riff(data: bytes, source: random.Random) -> bytes:
    parts, at = [], 12
    while at + 8 <= len(data):
        length = struct.unpack_from("<I", data, at + 4)[0]
        parts.append(data[at : at + 8 + length + length % 2])
        at += 8 + length + length % 2
    body = data[8:12] + b"".join(_rearranged(parts, source))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _tiff(data: bytes, source: random.Random) -> bytes:
    endian, big = ("<" if data[:2] == b"II" else ">"), 43 in data[2:4]
    try:
        (first,) = struct.unpack_from(endian + ("Q" if big else "I"), data, 8 if big else 4)
        (count,) = struct.unpack_from(endian + ("Q" if big else "H"), data, first)
    except (struct.error, OverflowError):
        return data
    step, start = (20, first + 8) if big else (12, first + 2)
    entry = start + step * source.randrange(max(1, min(count, 60)))
    if entry + step > len(data):
        return data
    changed = bytearray(data)
    where, form = source.choice(((0, "H"), (2, "H"), (4, "I"), (step - 4, "I"), (step - 4, "H")))
    value = source.choice((*EXTREMES, source.randrange(350), 32_773, 34_712, 50_706)) % (
        1 << (8 * struct.calcsize(form))
    )
    struct.pack_into(endian + form, changed, entry + where, value)
    return bytes(changed)


def _boxes(data: bytes, source: random.Random) -> bytes:
    """Any four letters inside the metadata head a box: its size or its first bytes are attacked."""
    names = (
        b"meta",
        b"iloc",
        b"iinf",
        b"iprp",
        b"ipco",
        b"ipma",
        b"ispe",
        b"hvcC",
        b"irot",
        b"pitm",
        b"infe",
        b"colr",
        b"pixi",
    )
    at = data.find(source.choice(names))
    if at < 4:
        return lengths(data, source, {})
    changed = bytearray(data)
    struct.pack_into(
        ">I", changed, source.choice((at - 4, at + 4, at + 8, at + 12)) % (len(data) - 4), source.choice(EXTREMES)
    )
    return bytes(changed)


Mutation = Callable[[bytes, random.Random, dict[str, bytes]], bytes]
MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    flip_bits,
    overwrite,
    truncate,
    splice,
    repeat_or_drop,
    lengths,
    lengths,
    shuffle_parts,
    shuffle_parts,
    shuffle_parts,
)
