"""Signing in by OpenID Connect: what the issuer, or somebody between, says wrong is refused (promise 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient

from api.clock import SetClock
from api.context import Service
from api.db.people import Account
from api.services.oidc import CALLBACK
from api.settings import Settings
from tests.api.issuer import CLIENT, Issuer, running


@pytest.fixture
def issuer(service: Service, settings: Settings) -> Iterator[Issuer]:
    with running(int(service.clock.now().timestamp())) as one:
        service.settings = settings.model_copy(update={"oidc_issuer": one.url, "oidc_client_id": CLIENT})
        yield one


def _leave(client: TestClient, to: str = "/review/account") -> str:
    answer = client.get("/review/sign-in/oidc", params={"next": to}, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def _return(client: TestClient, given: dict[str, str]) -> Any:
    return client.get(CALLBACK, params=given, follow_redirects=False)


def test_a_person_signs_in_with_the_roles_the_issuer_gives(
    client: TestClient, service: Service, issuer: Issuer
) -> None:
    answer = _return(client, issuer.authorize(_leave(client)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/review/account")
    assert "Reviewer One" in client.get("/review/account").text
    issuer.claims = {"roles": ["administrator", "machine", "king"]}
    assert _return(client, issuer.authorize(_leave(client, "/admin"))).status_code == 303
    with service.database.read() as session:
        (account,) = session.query(Account)
    assert account.roles == ["administrator"]


def test_nobody_is_led_off_the_site(client: TestClient, issuer: Issuer) -> None:
    answer = _return(client, issuer.authorize(_leave(client, "https://evil.example")))
    assert answer.headers["location"] == "/review"


def test_an_answer_counts_once(client: TestClient, issuer: Issuer) -> None:
    given = issuer.authorize(_leave(client))
    cookies = dict(client.cookies)
    assert _return(client, given).status_code == 303
    client.cookies.clear()
    client.cookies.update(cookies)
    assert _return(client, given).status_code == 403


def test_a_state_that_was_not_given_out_is_refused(client: TestClient, issuer: Issuer) -> None:
    given = issuer.authorize(_leave(client))
    assert _return(client, given | {"state": "made-up"}).status_code == 403
    assert _return(client, {}).status_code == 403


def test_another_browser_cannot_finish(client: TestClient, issuer: Issuer) -> None:
    given = issuer.authorize(_leave(client))
    client.cookies.clear()
    assert _return(client, given).status_code == 403


def test_an_attempt_ends_after_ten_minutes(client: TestClient, service: Service, issuer: Issuer) -> None:
    given = issuer.authorize(_leave(client))
    assert isinstance(service.clock, SetClock)
    service.clock.forward(minutes=10)
    assert _return(client, given).status_code == 403


def test_a_code_of_another_attempt_is_refused(client: TestClient, issuer: Issuer) -> None:
    stolen = issuer.authorize(_leave(client))["code"]
    given = issuer.authorize(_leave(client))
    assert _return(client, given | {"code": stolen}).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": None},
        {"iss": "https://another.example"},
        {"sub": None},
        {"exp": 1},
        {"exp": None},
    ],
    ids=str,
)
def test_identity_tokens_that_do_not_hold_are_refused(
    client: TestClient, service: Service, issuer: Issuer, claims: dict[str, Any]
) -> None:
    issuer.claims = claims
    assert _return(client, issuer.authorize(_leave(client))).status_code == 403
    with service.database.read() as session:
        assert session.query(Account).count() == 0


def test_another_keys_signature_is_refused(client: TestClient, issuer: Issuer) -> None:
    issuer.key = RSAKey.generate_key(2048, parameters={"kid": "1"})
    assert _return(client, issuer.authorize(_leave(client))).status_code == 403


def test_a_symmetric_signature_is_refused(client: TestClient, issuer: Issuer) -> None:
    issuer.key, issuer.algorithm = OctKey.generate_key(256), "HS256"
    assert _return(client, issuer.authorize(_leave(client))).status_code == 403


@pytest.mark.parametrize("roles", [None, [], ["machine"], ["visitor"]])
def test_people_without_a_role_stay_out(client: TestClient, issuer: Issuer, roles: Any) -> None:
    issuer.claims = {"roles": roles}
    assert _return(client, issuer.authorize(_leave(client))).status_code == 403


def test_a_closed_account_stays_closed(client: TestClient, service: Service, issuer: Issuer) -> None:
    _return(client, issuer.authorize(_leave(client)))
    with service.database.begin() as session:
        session.query(Account).one().active = False
    assert _return(client, issuer.authorize(_leave(client))).status_code == 403


def test_an_issuer_that_is_away_is_told(client: TestClient, service: Service, settings: Settings) -> None:
    away = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": CLIENT}
    service.settings = settings.model_copy(update=away)
    assert client.get("/review/sign-in/oidc", follow_redirects=False).status_code == 503


def test_an_issuer_without_tls_elsewhere_is_refused(
    client: TestClient, service: Service, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.services.oidc._LOOPBACK", frozenset())
    assert client.get("/review/sign-in/oidc", follow_redirects=False).status_code == 503


def test_without_an_issuer_there_is_no_such_way(client: TestClient) -> None:
    assert client.get("/review/sign-in/oidc").status_code == 404
    assert client.get(CALLBACK).status_code == 404
