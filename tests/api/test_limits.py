"""Rates: a bucket a key or address, shared by replicas, refilled by time; what is kept names nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from api.clock import SetClock
from api.context import Service
from api.db.people import Bucket
from api.errors import Problem
from api.services import limits
from tests.api.people import bearer, make_key


def _taken(service: Service, key: str, a_minute: float = 6) -> bool:
    try:
        limits.take(service, key, a_minute)
    except Problem as refusal:
        if refusal.status != 429 or int(refusal.headers["Retry-After"]) < 1:
            raise
        return False
    return True


def test_a_bucket_empties_and_refills(service: Service) -> None:
    assert [_taken(service, "one") for _ in range(7)] == [True] * 6 + [False]
    assert _taken(service, "another")
    assert isinstance(service.clock, SetClock)
    service.clock.forward(seconds=10)
    assert [_taken(service, "one") for _ in range(2)] == [True, False]
    service.clock.forward(hours=1)
    assert [_taken(service, "one") for _ in range(7)] == [True] * 6 + [False]


def test_parallel_requests_take_no_token_twice(service: Service) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: _taken(service, "one"), range(24)))
    assert sum(taken) == 6


def test_old_buckets_go(service: Service) -> None:
    _taken(service, "one")
    assert isinstance(service.clock, SetClock)
    service.clock.forward(hours=2)
    _taken(service, "another")
    with service.database.read() as session:
        assert [bucket.key for bucket in session.query(Bucket)] == ["another"]


def test_addresses_are_not_kept_and_a_network_is_one_subscriber(service: Service) -> None:
    one, same, other = (
        limits.address_bucket(service, address) for address in ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1")
    )
    assert one == same != other
    assert "2001" not in one
    four = {limits.address_bucket(service, address) for address in ("192.0.2.1", "192.0.2.2", "testclient", "")}
    assert len(four) == 4


@pytest.fixture
def few(service: Service) -> Service:
    service.settings = service.settings.model_copy(update={"requests_a_minute": 3})
    return service


def test_changes_and_verifications_count_pages_do_not(client: TestClient, few: Service) -> None:
    assert [client.get("/healthz").status_code for _ in range(5)] == [200] * 5
    assert [client.post("/v1/checks").status_code for _ in range(4)] == [422] * 3 + [429]
    refused = client.get("/v1/receipts/2601-05QK-7M3D-XR4C", headers={"Accept-Language": "en"})
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "20"
    assert "20 seconds" in refused.json()["detail"]


def test_a_key_has_its_own_bucket(client: TestClient, few: Service) -> None:
    key, _ = make_key(few)
    assert [client.post("/v1/checks").status_code for _ in range(4)][-1] == 429
    assert [client.post("/v1/checks", headers=bearer(key)).status_code for _ in range(4)] == [422] * 3 + [429]
