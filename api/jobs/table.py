"""The one table of what runs by itself."""

from __future__ import annotations

from api.jobs.work import Found, Regular
from api.services.deliveries.work import DELIVERIES
from api.services.faces import WATCH_FACES

FOUND: tuple[Found, ...] = (DELIVERIES,)
REGULAR: tuple[Regular, ...] = (WATCH_FACES,)
