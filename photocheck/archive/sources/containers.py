"""Pictures inside zip and tar files, listed and read where they stand."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from photocheck.archive.errors import ArchiveError
from photocheck.archive.sources.entry import Entry
from photocheck.archive.sources.places import open_place

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif"})
"""Endings by which a file counts as a picture, in small letters; what is in it is the gate's matter."""

CONTAINERS = (".zip", ".tar")
_PACKED_TARS = (".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst")


def is_picture(name: str) -> bool:
    """Whether a name ends like a picture's."""
    return PurePosixPath(name).suffix.lower() in PICTURES


def is_container(name: str) -> bool:
    """Whether a name ends like an archive that can be read in place.

    Raises:
        ArchiveError: for a compressed tar: nothing in it can be reached without reading all before it.
    """
    if name.lower().endswith(_PACKED_TARS):
        raise ArchiveError(f"{name}: a compressed tar cannot be read in place; pack it as .tar (JPEG does not shrink).")
    return name.lower().endswith(CONTAINERS)


def inside(path: str, prefix: str) -> Iterator[Entry]:
    """The pictures of one archive.

    Args:
        prefix: what ids begin with: the archive's own path below the source, or nothing where it is the source.

    Raises:
        ArchiveError: if it is damaged.
        OSError: if it cannot be opened.
    """
    try:
        with open_place(path) as file:
            if path.lower().endswith(".zip"):
                with zipfile.ZipFile(file) as archive:
                    for info in archive.infolist():
                        if not info.is_dir() and is_picture(info.filename) and not _hidden(info.filename):
                            yield _member(path, prefix, info.filename)
                return
            with tarfile.open(fileobj=file, mode="r:") as tar:
                for found in tar:
                    vars(tar)["members"].clear()  # it would keep every name
                    if found.isreg() and is_picture(found.name) and not _hidden(found.name):
                        yield _in_tar(path, prefix, found)
    except (zipfile.BadZipFile, tarfile.TarError) as error:
        raise ArchiveError(f"{path} is damaged: {error}") from error


def _member(path: str, prefix: str, name: str) -> Entry:
    return Entry(f"{prefix}{name}", path, "zip", member=name, group=_group(prefix, name))


def _in_tar(path: str, prefix: str, found: tarfile.TarInfo) -> Entry:
    # WebDataset: the files of one sample share a key, the name without its ending.
    name = found.name.removeprefix("./")
    key = name[: -len(PurePosixPath(name).suffix)]
    return Entry(
        f"{prefix}{key}",
        path,
        "tar",
        member=name,
        offset=found.offset_data,
        size=found.size,
        group=_group(prefix, name),
    )


def _group(prefix: str, name: str) -> str | None:
    folder = PurePosixPath(f"{prefix}{name}").parent.as_posix()
    return None if folder == "." else folder


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) and part != "." for part in PurePosixPath(name).parts)
