"""Administrators keep accounts and keys; nobody locks everybody out, no key is shown twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.context import Service
from api.db.people import Account, ApiKey, Role
from api.db.records import AuditEntry
from tests.api.people import PASSWORD, bearer, make_key, make_plain_account, sign_in


@pytest.fixture
def administrator(client: TestClient, service: Service) -> Account:
    account = make_plain_account(service, Role.ADMINISTRATOR)
    client.headers["X-CSRF-Token"] = sign_in(client, service, account)
    return account


def _account(service: Service, login: str) -> Account:
    with service.database.read() as session:
        return session.scalars(select(Account).where(Account.login == login)).one()


def _add(client: TestClient, **given: Any) -> Any:
    form = {"login": "Li", "display_name": "Li", "password": PASSWORD, "roles": ["reviewer"]} | given
    return client.post("/admin/accounts", data=form, follow_redirects=False)


def test_accounts_are_added(client: TestClient, service: Service, administrator: Account) -> None:
    assert _add(client).status_code == 303
    made = _account(service, "li")
    assert made.roles == ["reviewer"]
    assert made.password_hash is not None
    assert made.password_hash.startswith("$argon2id$")
    assert _add(client, login=" LI ").status_code == 422  # taken


@pytest.mark.parametrize(
    "given", [{"login": " "}, {"display_name": ""}, {"roles": []}, {"password": "short"}, {"password": "x" * 129}]
)
def test_what_is_missing_is_told(
    client: TestClient, service: Service, administrator: Account, given: dict[str, Any]
) -> None:
    answer = _add(client, **given)
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    with service.database.read() as session:
        assert session.query(Account).count() == 1


def test_an_account_cannot_be_made_a_machine(client: TestClient, service: Service, administrator: Account) -> None:
    assert _add(client, roles=["machine", "reviewer"]).status_code == 303
    assert _account(service, "li").roles == ["reviewer"]


def test_the_last_administrator_stays(client: TestClient, service: Service, administrator: Account) -> None:
    path = f"/admin/accounts/{administrator.id}/standing"
    for form in ({"roles": ["reviewer"], "active": "true"}, {"roles": ["administrator"], "active": "false"}):
        assert client.post(path, data=form).status_code == 422
    kept = _account(service, administrator.login)
    assert (kept.roles, kept.active) == (["administrator"], True)


def test_a_closed_account_is_signed_out_at_once(service: Service, client: TestClient, administrator: Account) -> None:
    account = make_plain_account(service, Role.REVIEWER)
    secret = client.cookies["photocheck-session"]
    client.cookies.clear()
    sign_in(client, service, account)
    theirs = client.cookies["photocheck-session"]
    client.cookies.clear()
    client.cookies.set("photocheck-session", secret)
    form = {"roles": ["reviewer"], "active": "false"}
    answer = client.post(f"/admin/accounts/{account.id}/standing", data=form, follow_redirects=False)
    assert answer.status_code == 303
    client.cookies.clear()
    client.cookies.set("photocheck-session", theirs)
    assert client.get("/review/account").status_code == 401


def test_a_lost_telephone_and_password_are_replaced(
    client: TestClient, service: Service, administrator: Account
) -> None:
    _add(client)
    account = _account(service, "li")
    with service.database.begin() as session:
        session.get_one(Account, account.id).totp_sealed = b"sealed"
    path = f"/admin/accounts/{account.id}"
    assert client.post(f"{path}/forget-code", follow_redirects=False).status_code == 303
    assert client.post(f"{path}/password", data={"password": "short"}).status_code == 422
    new = {"password": "another good sentence"}
    assert client.post(f"{path}/password", data=new, follow_redirects=False).status_code == 303
    changed = _account(service, "li")
    assert changed.totp_sealed is None
    assert changed.password_hash != account.password_hash
    with service.database.read() as session:
        entries = list(session.scalars(select(AuditEntry).where(AuditEntry.object == account.id)))
    assert [entry.action for entry in entries] == ["account.made", "account.code-forgotten", "account.password-changed"]
    assert {entry.actor for entry in entries} == {f"account:{administrator.id}"}


def test_a_key_is_shown_once_and_kept_hashed(client: TestClient, service: Service, administrator: Account) -> None:
    assert client.post("/admin/keys", data={"label": " "}).status_code == 422
    page = client.post("/admin/keys", data={"label": "appointments"}).text
    found = re.search(r"pck_[0-9a-f]{8}_[0-9a-f]{64}", page)
    assert found is not None
    assert found[0] not in client.get("/admin").text
    with service.database.read() as session:
        row = session.query(ApiKey).one()
    assert found[0] not in (row.key_hash, row.prefix)
    assert client.get("/v1/submissions", headers=bearer(found[0])).status_code == 200
    assert client.post(f"/admin/keys/{row.id}/off", follow_redirects=False).status_code == 303
    assert client.get("/v1/submissions", headers=bearer(found[0])).status_code == 401


def test_a_keys_use_is_noted(client: TestClient, service: Service, administrator: Account) -> None:
    text, _ = make_key(service)
    client.get("/v1/submissions", headers=bearer(text))
    assert "2026" in client.get("/admin").text


@pytest.mark.parametrize("given", ["pck_", "pck_00000000_" + "0" * 64, "pck_zz", ""])
def test_what_is_no_key_is_refused(client: TestClient, given: str) -> None:
    assert client.get("/v1/submissions", headers=bearer(given)).status_code == 401


def test_keys_are_never_taken_from_an_address(client: TestClient, service: Service) -> None:
    text, _ = make_key(service)
    for name in ("key", "api_key", "token", "access_token", "authorization"):
        assert client.get("/v1/submissions", params={name: text}).status_code == 401
