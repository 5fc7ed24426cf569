"""How one attempt at a delivery ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended.

    Attributes:
        result: `sent` (acknowledged), `again` (try later), `dropped` (nobody is to get it any more), `gone` (the
            receiver wants nothing more).
        why: a code for the list of deliveries, such as `status-500`; never what the receiver wrote.
    """

    result: Literal["sent", "again", "dropped", "gone"]
    why: str | None = None


SENT = Outcome("sent")
