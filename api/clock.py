"""The time, as an input: tests move it, the service never asks the system elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""Days, deadlines and dates on receipts are those of China."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time, with the zone UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time, with the zone UTC."""
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands until it is moved; for tests and for rehearsing deadlines."""

    time: datetime = field(default_factory=lambda: datetime(2026, 1, 5, 2, 0, tzinfo=UTC))

    def now(self) -> datetime:
        """The time it was set to."""
        return self.time

    def forward(self, **spans: float) -> None:
        """Move on by a span, given as for `timedelta`."""
        self.time += timedelta(**spans)


def today_in_china(clock: Clock) -> date:
    """The calendar day in China."""
    return clock.now().astimezone(CHINA).date()
