"""Accounts, keys and signed-in browsers for tests."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from api.context import Service
from api.db.people import Account, Role
from api.ids import new_id
from api.services import accounts, api_keys, sessions

PASSWORD = "four unrelated words here"


def make_account(service: Service, *roles: Role, login: str = "wang") -> Account:
    """A local account with the password above."""
    with service.database.begin() as session:
        return accounts.make_account(
            session, service.clock, login=login, display_name=login, roles=roles, password=PASSWORD, actor="clock"
        )


def make_plain_account(service: Service, *roles: Role) -> Account:
    """An account that never gives a password: no time is spent on hashing one."""
    identity = new_id("acc")
    account = Account(
        id=identity,
        login=identity.casefold(),
        display_name="Reviewer",
        roles=[role.value for role in roles],
        failures=0,
        active=True,
        preferences={},
        created_at=service.clock.now(),
    )
    with service.database.begin() as session:
        session.add(account)
    return account


def sign_in(client: TestClient, service: Service, account: Account) -> str:
    """Give the browser a session; returns the token that its forms carry."""
    with service.database.begin() as session:
        secret, row = sessions.open_session(session, service, account)
    client.cookies.set("photocheck-session", secret)
    return row.csrf


def make_key(service: Service, label: str = "appointments") -> tuple[str, str]:
    """A key's text and id."""
    with service.database.begin() as session:
        text, row = api_keys.make_key(session, service.clock, label, "clock")
    return text, row.id


def bearer(secret: str) -> dict[str, str]:
    """The header that a program sends."""
    return {"Authorization": f"Bearer {secret}"}


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]
