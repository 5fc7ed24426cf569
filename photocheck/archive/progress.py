"""Progress for people: a live line on a terminal, a plain line now and then elsewhere; always on the error stream."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from photocheck.archive.tally import Tally
from photocheck.messages import Language, interface_text

_SECONDS_BETWEEN_LINES = 10.0


class Display:
    """Shows a run. A context manager: the live line is gone when it is left."""

    def __init__(self, language: Language, console: Console | None = None) -> None:
        self._language = language
        self._console = console or Console(stderr=True, highlight=False)
        self._live: Progress | None = None
        if self._console.is_terminal:
            self._live = Progress(
                BarColumn(bar_width=24), TextColumn("{task.description}"), console=self._console, transient=True
            )
        self._told = time.monotonic()
        self._ended = False

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
            self._live.add_task("", total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def listed(self, count: int) -> None:
        """So many inputs are listed."""
        self._show(interface_text("batch-listing", self._language, count=count), None, None)

    def resumed(self, total: int, before: int) -> None:
        """A run that was stopped goes on."""
        self._console.print(interface_text("batch-resumed", self._language, total=total, before=before))

    def watch(self, tally: Tally) -> None:
        """The run is so far."""
        self._show(sentence(tally, self._language), tally.done, tally.total)

    def _show(self, text: str, done: int | None, total: int | None) -> None:
        if self._live is not None:
            self._live.update(self._live.task_ids[0], description=text, completed=done, total=total)
            return
        now = time.monotonic()
        ended = done is not None and done == total and not self._ended
        if now - self._told >= _SECONDS_BETWEEN_LINES or ended:
            self._told, self._ended = now, self._ended or ended
            self._console.print(text, soft_wrap=True)


def sentence(tally: Tally, language: Language) -> str:
    """How far a run is, in one line."""
    seconds = tally.seconds_left
    left = interface_text("batch-left-unknown", language)
    if seconds is not None:
        minutes, rest = divmod(round(seconds), 60)
        left = interface_text("batch-left", language, hours=minutes // 60, minutes=minutes % 60, seconds=rest)
    return interface_text(
        "batch-progress",
        language,
        done=tally.reached,
        total=tally.total,
        share=tally.reached / tally.total,
        rate=tally.rate,
        left=left,
        fail=tally.counts["fail"],
        review=tally.counts["review"],
        error=tally.counts["error"],
    )
