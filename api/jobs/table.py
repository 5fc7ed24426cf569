"""The one table of what runs by itself."""

from __future__ import annotations

from api.jobs.work import Found, Regular

FOUND: tuple[Found, ...] = ()
REGULAR: tuple[Regular, ...] = ()
