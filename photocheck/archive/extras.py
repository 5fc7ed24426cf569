"""The packages that only batch needs: imported on first use, and asked for in one sentence where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_EXTRAS = {"duckdb": "batch", "prometheus_client": "batch", "pyarrow": "batch", "ray": "ray"}


class MissingExtra(Exception):
    """A package that is not installed; the text says how to install it."""


def arrow() -> Any:
    """The module `pyarrow`."""
    return need("pyarrow")


def parquet() -> Any:
    """The module `pyarrow.parquet`."""
    return need("pyarrow.parquet")


def need(module: str) -> Any:
    """A module of an optional package.

    Raises:
        MissingExtra: if it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        if error.name is not None and error.name.partition(".")[0] != package:
            raise
        extra = _EXTRAS[package]
        raise MissingExtra(
            f"This needs {package.replace('_', '-')}, which is not installed: pip install 'photocheck[{extra}]'"
        ) from error
