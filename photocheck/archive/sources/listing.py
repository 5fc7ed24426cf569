"""A source as a stream of entries: a folder, a pattern, an archive, a manifest, one picture; local or by URI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from photocheck.archive.errors import ArchiveError
from photocheck.archive.sources import manifest
from photocheck.archive.sources.containers import inside, is_container, is_picture
from photocheck.archive.sources.entry import Entry
from photocheck.archive.sources.places import Found, is_folder, is_uri, walk
from photocheck.archive.sources.stores import is_store, open_store
from photocheck.files import starts_like_a_picture

_MAGIC = re.compile(r"[*?\[]")


def entries(source: str) -> Iterator[Entry]:
    """Every input of a source, in the order in which they are found; nothing is kept.

    Raises:
        ArchiveError: if the source is not there, cannot be read, or is wrong anywhere.
    """
    try:
        yield from _entries(source)
    except FileNotFoundError as error:
        raise ArchiveError(f"{error.filename or error}: there is no such file or folder.") from error
    except OSError as error:
        raise ArchiveError(f"{source} cannot be read: {error.strerror or error}") from error


def _entries(source: str) -> Iterator[Entry]:
    if is_store(source):
        yield from open_store(source).entries()
    elif _MAGIC.search(source) and (is_uri(source) or not _exists(source)):
        folder, pattern = _split(source)
        wanted = re.compile(_expression(pattern))
        for found in walk(folder):
            if wanted.fullmatch(found.below):
                yield from _found(found, named=True)
    elif is_folder(source):
        for found in walk(source):
            yield from _found(found)
    elif manifest.is_manifest(source):
        yield from manifest.entries(source)
    elif is_container(source):
        yield from inside(source, "")
    else:
        yield Entry(PurePosixPath(source).name, source)


def _found(found: Found, *, named: bool = False) -> Iterator[Entry]:
    """What one file of a folder adds.

    Args:
        named: whether a pattern asked for it; what it is then does not hang on how its name ends.
    """
    if is_container(found.below):
        yield from inside(found.path, f"{found.below}/")
    elif is_picture(found.below) or named or _looks_like_a_picture(found):
        folder = PurePosixPath(found.below).parent.as_posix()
        yield Entry(found.below, found.path, group=None if folder == "." else folder)


def _looks_like_a_picture(found: Found) -> bool:
    """Of a file without a telling name: whether it begins like a picture. Remote ones without an ending are taken."""
    if is_uri(found.path):
        return "." not in PurePosixPath(found.below).name
    return starts_like_a_picture(found.path)


def _exists(source: str) -> bool:
    try:
        is_folder(source)
    except FileNotFoundError:
        return False
    return True


def _split(source: str) -> tuple[str, str]:
    """The folder before the first part with a `*`, `?` or `[`, and the pattern from there on."""
    parts = source.split("/")
    first = next(place for place, part in enumerate(parts) if _MAGIC.search(part))
    folder = "/".join(parts[:first]) or ("/" if source.startswith("/") else ".")
    return folder, "/".join(parts[first:])


def _expression(pattern: str) -> str:
    """A shell pattern as a regular expression over paths: `**/` is any number of folders, `*` stays within one."""
    found: list[str] = []
    for token in re.findall(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|.", pattern):
        if token == "**/":
            found.append("(?:.*/)?")
        elif token == "**":
            found.append(".*")
        elif token == "*":
            found.append("[^/]*")
        elif token == "?":
            found.append("[^/]")
        elif len(token) > 1:
            found.append(f"[{'^' if token[1] == '!' else ''}{re.escape(token[1:-1].lstrip('!'))}]".replace(r"\-", "-"))
        else:
            found.append(re.escape(token))
    return "".join(found)
