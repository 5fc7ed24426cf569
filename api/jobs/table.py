"""The one table of what runs by itself."""

from __future__ import annotations

from api.jobs.work import Found, Regular
from api.services.deliveries.work import DELIVERIES

FOUND: tuple[Found, ...] = (DELIVERIES,)
REGULAR: tuple[Regular, ...] = ()
