"""Numbers for Prometheus: counted by this process, and asked of the database at each look. Never of one person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from api.db.outbox import Delivery
from api.db.review import Task
from api.db.submissions import Submission
from api.services.faces import stored_faces

if TYPE_CHECKING:
    from api.context import Service

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30)


class Metrics:
    """What one process counts, and what it asks for when looked at."""

    def __init__(self, service: Service) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "photocheck_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "photocheck_request_seconds", "Time to answer.", ("route",), buckets=_SECONDS, registry=self._registry
        )
        self._registry.register(_Asked(service))

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request. `route` is the pattern, such as `/v1/submissions/{submission_id}`, never an address."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return generate_latest(self._registry)


class _Asked(Collector):
    """Gauges that the database knows."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked before the first look."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every gauge."""
        service, now = self._service, self._service.clock.now()
        with service.database.read() as session:
            states = session.execute(select(Submission.state, func.count()).group_by(Submission.state)).all()
            deliveries = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
            undone = select(func.count(), func.min(Task.created_at)).where(Task.done_at.is_(None))
            open_tasks, oldest = session.execute(undone).one()
            due = select(func.min(Delivery.due_at)).where(Delivery.state == "pending", Delivery.due_at <= now)
            oldest_due = session.scalar(due)
            faces = stored_faces(session)
        yield _by_label("photocheck_submissions", "Submissions by state.", "state", states)
        yield _by_label("photocheck_deliveries", "Deliveries by state.", "state", deliveries)
        yield GaugeMetricFamily("photocheck_review_open", "Submissions waiting for a decision.", open_tasks)
        waited = (now - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily("photocheck_review_oldest_open_seconds", "Age of the oldest of them.", waited)
        late = (now - oldest_due).total_seconds() if oldest_due else 0.0
        yield GaugeMetricFamily("photocheck_delivery_overdue_seconds", "How late the latest delivery is.", late)
        yield GaugeMetricFamily("photocheck_stored_faces", "Faces stored.", faces)
        over = float(faces >= service.settings.faces_alert)
        yield GaugeMetricFamily("photocheck_stored_faces_alert", "1 where the stored faces reach the alert.", over)
        yield GaugeMetricFamily("photocheck_workers_alive", "1 while checks are taken.", float(service.workers.alive))


def _by_label(name: str, told: str, label: str, rows: Iterable[tuple[str, int]]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label])
    for value, count in rows:
        family.add_metric([value], count)
    return family
