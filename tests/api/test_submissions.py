"""A submission's way from its beginning to the reviewers' queue, by the services."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.context import Service
from api.db.submissions import State
from api.errors import Problem
from api.services import submissions

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = {
    "portrait": "phone-original.jpg",
    "id-portrait": "id-portrait.jpg",
    "id-emblem": "id-emblem.jpg",
    "signature": "signature-good.jpg",
}


def sample(item: str) -> bytes:
    return (SAMPLES / FILES.get(item, item)).read_bytes()


def begin(service: Service, **facts: str) -> str:
    made = submissions.create(
        service, profile="cn-exit-entry-renewal", language="en", consent=submissions.CONSENTS[-1], **facts
    )
    return made.submission.id


def test_a_whole_application(service: Service) -> None:
    name = begin(service)
    for item in FILES:
        upload = submissions.put_item(service, name, item, sample(item), "applicant")
        assert upload.verdict in ("pass", "review")
    with service.database.read() as session:
        seen = submissions.load_for_view(session, name)
    assert seen.submission.state == State.CHECKED
    assert seen.submission.verdict in ("pass", "review")
    assert set(seen.uploads) == set(FILES)
    assert [one.kind for one in seen.events][-1] == "submission.checked"
    assert submissions.submit(service, name, "applicant").state == State.SUBMITTED
    with pytest.raises(Problem, match="wrong-state"):
        submissions.put_item(service, name, "portrait", sample("good.jpg"), "applicant")
