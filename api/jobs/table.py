"""The one table of what runs by itself."""

from __future__ import annotations

from api.jobs.work import Found, Regular
from api.services.deadlines import DEADLINES
from api.services.deliveries.work import DELIVERIES
from api.services.faces import WATCH_FACES
from api.services.retention.due import RETENTION
from api.services.retention.sweep import SWEEP
from api.services.review.effects import DECISIONS
from api.services.review.rescoring import RESCORING
from api.services.rotation import REWRAP

FOUND: tuple[Found, ...] = (DELIVERIES, DECISIONS, RESCORING)
REGULAR: tuple[Regular, ...] = (DEADLINES, RETENTION, REWRAP, SWEEP, WATCH_FACES)
