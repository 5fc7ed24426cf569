"""What runs by itself.

Two sorts. `Found` work waits as rows of our own tables, written in the transaction that made it necessary: the relay
looks for it every second and hands it to the job library under an id that says which try it is. `Regular` work runs by
a timetable. Both are given a running `Service`; tests call them directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from api.context import Service


@dataclass(frozen=True, slots=True)
class Due:
    """One piece of waiting work.

    Attributes:
        target: id of the object it is done to.
        attempt: which try this is.
        since: when it became due.
    """

    target: str
    attempt: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Work that waits in a table.

    Attributes:
        name: of the job.
        find: what is due at a time; a hundred at a time are enough.
        run: does it for one object. It is called again where it was interrupted, and may be called twice at once where
            it is long overdue: it claims the try in a transaction first.
    """

    name: str
    find: Callable[[Session, datetime], Iterable[Due]]
    run: Callable[[Service, str], None]


@dataclass(frozen=True, slots=True)
class Regular:
    """Work by a timetable.

    Attributes:
        name: of the job.
        timetable: of cron, in UTC; six fields begin with seconds.
        run: does whatever is due; nothing happens where nothing is.
    """

    name: str
    timetable: str
    run: Callable[[Service], None]
