"""Lazy features: seen once per subject, kept, and timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from photocheck.finding import NotAssessable


class Timed:
    """Base of subjects: keeps what its features computed and how long each took.

    Attributes:
        timings_ms: milliseconds per feature, features it called in turn not counted.
    """

    def __init__(self) -> None:
        self.timings_ms: dict[str, float] = {}
        self._kept: dict[str, Any] = {}
        self._refused: dict[str, str] = {}
        self._children_ms: list[float] = [0.0]


T = TypeVar("T", bound=Timed)
V = TypeVar("V")


class feature(Generic[T, V]):  # noqa: N801  reads like property
    """A property computed on first use and kept; a `NotAssessable` it raises is kept and raised again."""

    def __init__(self, compute: Callable[[T], V]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, subject: None, owner: type[T]) -> feature[T, V]: ...
    @overload
    def __get__(self, subject: T, owner: type[T]) -> V: ...

    def __get__(self, subject: T | None, owner: type[T]) -> feature[T, V] | V:
        if subject is None:
            return self
        if self._name in subject._kept:
            kept: V = subject._kept[self._name]
            return kept
        if self._name in subject._refused:
            raise NotAssessable(subject._refused[self._name])
        return self._first(subject)

    def _first(self, subject: T) -> V:
        started = time.perf_counter()
        subject._children_ms.append(0.0)
        try:
            value = self._compute(subject)
        except NotAssessable as refusal:
            subject._refused[self._name] = refusal.reason
            raise
        finally:
            spent = (time.perf_counter() - started) * 1000.0
            subject.timings_ms[self._name] = spent - subject._children_ms.pop()
            subject._children_ms[-1] += spent
        subject._kept[self._name] = value
        return value
