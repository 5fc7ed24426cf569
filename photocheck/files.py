"""Files: pictures inside folders, and writing that never leaves half a file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\x00", b"MM\x00*")
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_HEAD_BYTES = 12


def pictures_under(folder: Path) -> list[Path]:
    """Every file below a folder that starts like a picture, in the order of their names; hidden ones left out."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and starts_like_a_picture(path)
    )


def starts_like_a_picture(path: Path | str) -> bool:
    """Whether a file begins like a picture, whatever its name."""
    with Path(path).open("rb") as file:
        head = file.read(_HEAD_BYTES)
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    heif = head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS
    return webp or heif or head.startswith(_STARTS)


def write_atomically(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write a file so that it is there whole or not at all.

    Args:
        durable: whether it must also outlast a loss of power.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
        if durable:
            flush_folder(path.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def flush_folder(folder: Path) -> None:
    """A file's name is safe only when its folder is written too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
