"""Files by path or by URI. Local ones need only Python; URIs (`s3://`, `gs://`, `hdfs://`) go through pyarrow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from typing import Any, BinaryIO, NamedTuple, cast

from photocheck.archive.errors import ArchiveError
from photocheck.archive.extras import need


class Found(NamedTuple):
    """A file below a folder.

    Attributes:
        path: local path or URI.
        below: its path below the folder, with slashes.
    """

    path: str
    below: str


def is_uri(place: str) -> bool:
    """Whether a place is named by a URI rather than a local path."""
    return "://" in place


def is_folder(place: str) -> bool:
    """Whether a place holds files.

    Raises:
        FileNotFoundError: if there is nothing.
        OSError: if it cannot be reached.
    """
    if not is_uri(place):
        if not os.path.lexists(place):
            raise FileNotFoundError(place)
        return os.path.isdir(place)  # noqa: PTH112  strings all along: a hundred million of them
    fs, path = _remote(place)
    kind = fs.get_file_info(path).type
    types = need("pyarrow.fs").FileType
    if kind == types.NotFound:
        raise FileNotFoundError(place)
    return bool(kind == types.Directory)


def open_place(place: str) -> BinaryIO:
    """A file opened for reading at any offset.

    Raises:
        OSError: if it cannot be opened.
    """
    if not is_uri(place):
        return open(place, "rb")  # noqa: PTH123  the caller closes it
    fs, path = _remote(place)
    return cast("BinaryIO", fs.open_input_file(path))


def walk(place: str) -> Iterator[Found]:
    """Every file below a folder, hidden ones left out, in the order in which they come.

    Names are passed on as they are read; of a remote folder those directly in it are held at once.
    """
    if is_uri(place):
        yield from _walk_remote(place.rstrip("/"), "")
    else:
        yield from _walk_local(place, "")


def _walk_local(folder: str, below: str) -> Iterator[Found]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            name = f"{below}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _walk_local(entry.path, f"{name}/")
            elif entry.is_file():
                yield Found(entry.path, name)


def _walk_remote(place: str, below: str) -> Iterator[Found]:
    fs, folder = _remote(place)
    module = need("pyarrow.fs")
    for info in fs.get_file_info(module.FileSelector(folder, recursive=False)):
        if info.base_name.startswith("."):
            continue
        name, path = f"{below}{info.base_name}", f"{place}/{info.base_name}"
        if info.type == module.FileType.Directory:
            yield from _walk_remote(path, f"{name}/")
        elif info.type == module.FileType.File:
            yield Found(path, name)


def _remote(place: str) -> tuple[Any, str]:
    """The file system of a URI and the path in it, which is taken as it is, without percent signs."""
    scheme, _, rest = place.partition("://")
    host, _, below = rest.partition("/")
    fs, root = file_system(f"{scheme}://{host}/")
    return fs, f"{root.rstrip('/')}/{below}" if below else root


@cache
def file_system(root: str) -> tuple[Any, str]:
    """The file system that begins at a URI, and what its paths begin with; kept, as making one may ask the network.

    Raises:
        ArchiveError: if the URI names no file system, or holds keys.
    """
    if "@" in root or "?" in root:
        raise ArchiveError("Put keys, region and endpoint in the environment (AWS_ACCESS_KEY_ID, AWS_REGION, ...).")
    try:
        found, path = need("pyarrow.fs").FileSystem.from_uri(root)
    except (ValueError, OSError, need("pyarrow").ArrowException) as error:
        raise ArchiveError(f"{root} cannot be opened: {str(error).splitlines()[0]}") from error
    return found, str(path)
