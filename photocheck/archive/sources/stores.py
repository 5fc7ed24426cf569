"""Sources that another package brings: `scheme:address`, named by the module that knows it, imported when asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Protocol, cast

from photocheck.archive.errors import ArchiveError
from photocheck.archive.sources.entry import Entry

_MODULES = {"store": "api.services.store_source"}
"""By scheme. A module offers `open_source(address) -> Store`."""


class Store(Protocol):
    """A place that holds pictures behind a key, such as the service's sealed ones."""

    def entries(self) -> Iterator[Entry]:
        """Every picture, with the container `store`."""
        ...

    def read(self, member: str) -> bytes:
        """The bytes of one.

        Raises:
            KeyError: if it is not there.
        """
        ...


def is_store(source: str) -> bool:
    """Whether a source is named by such a scheme."""
    return source.partition(":")[0] in _MODULES and ":" in source and "://" not in source


@cache
def open_store(source: str) -> Store:
    """The store of a source such as `store:DIR`, opened once a process.

    Raises:
        ArchiveError: if the package that knows it is not installed, or it cannot be opened.
    """
    scheme, _, address = source.partition(":")
    try:
        module = importlib.import_module(_MODULES[scheme])
    except ModuleNotFoundError as error:
        raise ArchiveError(f"{source}: the package {error.name} is missing; install photocheck[api].") from error
    return cast("Store", module.open_source(address))
