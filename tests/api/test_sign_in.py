"""Reviewers sign in by password and one-time code; wrong ones lock, forged ones are refused."""

from __future__ import annotations

import pyotp
import pytest
from starlette.testclient import TestClient

from api.clock import SetClock
from api.context import Service
from api.db.people import Account, Role
from api.db.records import AuditEntry
from api.services import accounts, limits
from api.settings import Settings
from tests.api.people import PASSWORD, hidden, make_account, make_plain_account, sign_in

SIGN_IN = "/review/sign-in"


def _post(client: TestClient, path: str = SIGN_IN, **form: str) -> object:
    return client.post(path, data=form, follow_redirects=False)


def _code(service: Service, secret: str) -> str:
    return pyotp.TOTP(secret).at(int(service.clock.now().timestamp()))


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "登录审核工作台"), ("en", "Sign in to review")])
def test_the_page_is_in_the_users_language(client: TestClient, language: str, said: str) -> None:
    answer = client.get(SIGN_IN, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert said in answer.text


def test_a_password_opens_a_session_that_ends(client: TestClient, service: Service, settings: Settings) -> None:
    make_account(service, Role.ADMINISTRATOR)
    answer = _post(client, login=" Wang ", password=PASSWORD, go_to="/admin")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/admin").status_code == 200
    assert isinstance(service.clock, SetClock)
    service.clock.forward(hours=settings.session_hours)
    assert client.get("/admin").status_code == 401


def test_cookies_are_bound_to_the_host_over_tls(settings: Settings, service: Service, client: TestClient) -> None:
    make_account(service, Role.REVIEWER)
    service.settings = settings.model_copy(update={"public_url": "https://photos.example"})
    answer = _post(client, login="wang", password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-photocheck-session=")
    assert "Secure" in cookie
    assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("go_to", ["https://evil.example", "//evil.example", "/\\evil.example", ""])
def test_nobody_is_led_off_the_site(client: TestClient, service: Service, go_to: str) -> None:
    make_account(service, Role.REVIEWER)
    assert _post(client, login="wang", password=PASSWORD, go_to=go_to).headers["location"] == "/review"


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(client: TestClient, service: Service) -> None:
    make_account(service, Role.REVIEWER)
    unknown = _post(client, login="nobody", password=PASSWORD)
    for _ in range(5):
        wrong = _post(client, login="wang", password="wrong")
        assert wrong.status_code == unknown.status_code == 401
    assert _post(client, login="wang", password=PASSWORD).status_code == 401
    assert isinstance(service.clock, SetClock)
    service.clock.forward(minutes=15, seconds=1)
    assert _post(client, login="wang", password=PASSWORD).status_code == 303
    with service.database.read() as session:
        actions = [entry.action for entry in session.query(AuditEntry)]
    assert actions.count("account.wrong-sign-in") == 5
    assert actions[-1] == "account.signed-in"


def test_sign_ins_from_one_address_are_limited(client: TestClient, service: Service) -> None:
    for _ in range(20):
        limits.take(service, limits.address_bucket(service, "testclient", "sign-in"), 20)
    answer = _post(client, login="nobody", password="x")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_a_code_counts_once(client: TestClient, service: Service) -> None:
    account = make_account(service, Role.REVIEWER)
    secret = accounts.new_code_secret()
    assert accounts.enrol_code(service, account.id, secret, _code(service, secret))
    assert isinstance(service.clock, SetClock)
    service.clock.forward(seconds=60)
    asked = _post(client, login="wang", password=PASSWORD)
    assert asked.status_code == 200
    half = hidden(asked.text, "half")
    assert _post(client, f"{SIGN_IN}/code", half=half, code="000000").status_code == 401
    code = _code(service, secret)
    assert _post(client, f"{SIGN_IN}/code", half=half, code=code).status_code == 303
    assert _post(client, f"{SIGN_IN}/code", half=half, code=code).status_code == 401
    service.clock.forward(minutes=11)
    assert _post(client, f"{SIGN_IN}/code", half=half, code=_code(service, secret)).status_code == 403


def test_where_codes_are_required_one_is_enrolled_first(
    client: TestClient, service: Service, settings: Settings
) -> None:
    make_account(service, Role.REVIEWER)
    service.settings = settings.model_copy(update={"require_totp": True})
    asked = _post(client, login="wang", password=PASSWORD)
    half, secret = hidden(asked.text, "half"), hidden(asked.text, "secret")
    assert _post(client, f"{SIGN_IN}/enrol", half=half, secret=secret, code="000000").status_code == 401
    assert _post(client, f"{SIGN_IN}/enrol", half=half, secret=secret, code=_code(service, secret)).status_code == 303
    assert _post(client, f"{SIGN_IN}/enrol", half=half, secret=secret, code=_code(service, secret)).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_other_sites_cannot_post(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    token = sign_in(client, service, make_plain_account(service, Role.ADMINISTRATOR))
    answer = client.post("/admin/keys", data={"label": "x", "csrf": token}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/forged")


@pytest.mark.parametrize("csrf", ["", "wrong"])
def test_a_sessions_forms_carry_its_token(client: TestClient, service: Service, csrf: str) -> None:
    token = sign_in(client, service, make_plain_account(service, Role.ADMINISTRATOR))
    assert client.post("/admin/keys", data={"label": "x", "csrf": csrf}).status_code == 403
    assert client.post("/admin/keys", data={"label": "x", "csrf": token}).status_code == 200
    assert client.post("/admin/keys", data={"label": "x"}, headers={"X-CSRF-Token": token}).status_code == 200


def test_signing_out_ends_the_session_for_good(client: TestClient, service: Service) -> None:
    sign_in(client, service, make_plain_account(service, Role.ADMINISTRATOR))
    kept = client.cookies["photocheck-session"]
    assert _post(client, "/review/sign-out").status_code == 303
    client.cookies.set("photocheck-session", kept)
    assert client.get("/admin").status_code == 401


def test_browsers_are_sent_to_sign_in_and_back(client: TestClient) -> None:
    answer = client.get("/admin?done=1", headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{SIGN_IN}?next=%2Fadmin%3Fdone%3D1"


def test_one_changes_ones_own_password(client: TestClient, service: Service) -> None:
    account = make_account(service, Role.REVIEWER)
    token = sign_in(client, service, account)
    path = "/review/account/password"
    other = "quite another sentence"
    assert _post(client, path, csrf=token, old="wrong", new=other, again=other).status_code == 422
    assert _post(client, path, csrf=token, old=PASSWORD, new=other, again="").status_code == 422
    assert _post(client, path, csrf=token, old=PASSWORD, new="short", again="short").status_code == 422
    assert _post(client, path, csrf=token, old=PASSWORD, new=other, again=other).status_code == 303
    assert _post(client, login="wang", password=PASSWORD).status_code == 401
    assert _post(client, login="wang", password=other).status_code == 303


def test_one_enrols_an_authenticator_app(client: TestClient, service: Service) -> None:
    account = make_account(service, Role.REVIEWER)
    token = sign_in(client, service, account)
    secret = hidden(client.get("/review/account").text, "secret")
    form = {"csrf": token, "secret": secret, "code-old": PASSWORD}
    assert _post(client, "/review/account/code", **form, code="12").status_code == 422
    assert _post(client, "/review/account/code", **form, code=_code(service, secret)).status_code == 303
    with service.database.read() as session:
        kept = session.get_one(Account, account.id)
    assert kept.totp_sealed is not None
    assert secret.encode() not in kept.totp_sealed


def test_the_first_administrator_is_made_once(service: Service) -> None:
    password = accounts.first_administrator(service)
    assert password is not None
    assert Role.ADMINISTRATOR in accounts.check_password(service, "admin", password).roles
    assert accounts.first_administrator(service) is None
