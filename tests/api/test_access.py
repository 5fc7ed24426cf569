"""Who may what: every role at every route, in every state of a submission (promises 6, 7 and 8).

`ALLOWED` names every route of the service; one that is missing there fails. Who is not named is refused, before the
request's content is looked at, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.app import ROUTERS, create_app
from api.context import Service
from api.db.people import Account, Role
from api.db.records import Receipt
from api.db.submissions import State, Submission, Upload
from api.depend import hash_of
from api.services import receipts
from api.services.links import Purpose, picture_link
from api.web.security import HEADERS
from api.workers import tasks
from api.workers.pool import Workers
from tests.api.people import bearer, make_key, make_plain_account, sign_in
from tests.api.review_made import PICTURES, SAMPLES, submitted

SECRET = "the applicant's own secret"
BEFORE = (State.DRAFT, State.CHECKED)

EVERYBODY = frozenset(
    {"nobody", "applicant", "cookie", "stranger", "owner", "other-key", "reviewer", "senior", "administrator"}
)
OWN = frozenset({"applicant", "cookie", "owner"})
REVIEWERS = frozenset({"reviewer", "senior"})
ADMINISTRATORS = frozenset({"administrator"})
KEYS = frozenset({"owner", "other-key"})
ALLOWED = {
    "GET / | GET /begin | GET /language/{language} | GET /privacy | GET /accessibility": EVERYBODY,
    "GET /apply | GET /apply/age | GET /apply/consent | POST /apply/consent | GET /open/{reference}": EVERYBODY,
    "GET /status | POST /status | GET /check | GET /check/{profile} | POST /check/{profile}": EVERYBODY,
    "GET /healthz | GET /readyz | GET /metrics": EVERYBODY,
    "GET /v1/profiles | GET /v1/profiles/{profile_id} | GET /v1/checks/catalogue": EVERYBODY,
    "POST /v1/checks | POST /v1/prepare | POST /v1/submissions": EVERYBODY,
    "GET /v1/receipts/keys | GET /v1/receipts/{number} | GET /receipts": EVERYBODY,
    "GET /review/sign-in | POST /review/sign-in | POST /review/sign-in/code": EVERYBODY,
    "POST /review/sign-in/enrol | POST /review/sign-out": EVERYBODY,
    "GET /apply/{submission_id} | GET /apply/{submission_id}/name | POST /apply/{submission_id}/name": OWN,
    "GET /apply/{submission_id}/contact | POST /apply/{submission_id}/contact": OWN,
    "GET /apply/{submission_id}/link | GET /apply/{submission_id}/items/{item}": OWN,
    "POST /apply/{submission_id}/items/{item} | GET /apply/{submission_id}/items/{item}/answer": OWN,
    "POST /apply/{submission_id}/items/{item}/prepared | POST /apply/{submission_id}/swap": OWN,
    "GET /apply/{submission_id}/review | POST /apply/{submission_id}/submit": OWN,
    "GET /apply/{submission_id}/withdraw | POST /apply/{submission_id}/withdraw": OWN,
    "POST /apply/{submission_id}/receipt | POST /v1/submissions/{submission_id}/receipt": OWN,
    "PUT /v1/submissions/{submission_id}/items/{item} | DELETE /v1/submissions/{submission_id}/items/{item}": OWN,
    "POST /v1/submissions/{submission_id}/items/{item}/accept-prepared": OWN,
    "GET /v1/submissions/{submission_id}/items/{item}/fields": OWN,
    "POST /v1/submissions/{submission_id}/swap | POST /v1/submissions/{submission_id}/submit": OWN,
    "POST /v1/submissions/{submission_id}/withdraw": OWN,
    "GET /v1/submissions/{submission_id} | GET /v1/receipts/{number}/pdf": OWN | REVIEWERS,
    "GET /v1/submissions | POST /v1/receipts": KEYS,
    "POST /v1/receipts/{number}/revoke": frozenset({"owner", "senior", "administrator"}),
    "POST /v1/webhooks | GET /v1/webhooks | PATCH /v1/webhooks/{endpoint_id}": KEYS | ADMINISTRATORS,
    "POST /v1/webhooks/{endpoint_id}/secret | DELETE /v1/webhooks/{endpoint_id}": KEYS | ADMINISTRATORS,
    "GET /v1/deliveries | POST /v1/deliveries/{delivery_id}/replay": KEYS | ADMINISTRATORS,
    "GET /review/account | POST /review/account/password | POST /review/account/code": REVIEWERS | ADMINISTRATORS,
    "GET /admin | GET /admin/accounts/new | POST /admin/accounts | GET /admin/accounts/{account_id}": ADMINISTRATORS,
    "POST /admin/accounts/{account_id}/standing | POST /admin/accounts/{account_id}/password": ADMINISTRATORS,
    "POST /admin/accounts/{account_id}/forget-code": ADMINISTRATORS,
    "POST /admin/keys | GET /admin/keys/new | POST /admin/keys/{key_id}/off": ADMINISTRATORS,
    "GET /review/rescoring | POST /review/rescoring | POST /review/rescoring/{run_id}/stop": ADMINISTRATORS,
    "GET /v1/review/rescorings | GET /v1/review/rescorings/{run_id}": ADMINISTRATORS,
    "POST /v1/review/rescorings | POST /v1/review/rescorings/{run_id}/stop": ADMINISTRATORS,
    "POST /v1/review/known-answers": ADMINISTRATORS,
    "GET /v1/review/queue | POST /v1/review/next | POST /v1/review/heartbeat": REVIEWERS,
    "GET /v1/review/tasks/{task_id} | POST /v1/review/tasks/{task_id}/claim": REVIEWERS,
    "POST /v1/review/tasks/{task_id}/release | POST /v1/review/tasks/{task_id}/hand-over": REVIEWERS,
    "POST /v1/review/tasks/{task_id}/decision | POST /v1/review/decisions/{decision_id}/undo": REVIEWERS,
    "POST /v1/review/tasks/{task_id}/marks | DELETE /v1/review/marks/{mark_id}": REVIEWERS,
    "POST /v1/review/tasks/{task_id}/fields | GET /v1/review/reasons": REVIEWERS,
    "GET /review | POST /review/next | GET /review/tasks/{task_id} | POST /review/tasks/{task_id}": REVIEWERS,
    "POST /review/tasks/{task_id}/take | GET /review/numbers | GET /v1/review/numbers": REVIEWERS,
}
OTHERWISE = {"GET /pictures/{token}", "GET /review/sign-in/oidc", "GET /review/sign-in/oidc/return"}
"""Tested by themselves: below, and in test_oidc.py."""


def routes() -> Iterator[tuple[str, str]]:
    """Every route, pages included."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in route.methods:
                yield method, route.path


def rules() -> Iterator[tuple[str, str, frozenset[str]]]:
    for named, roles in ALLOWED.items():
        for one in named.split(" | "):
            method, _, path = one.partition(" ")
            yield method, path, roles


def test_every_route_has_its_rule() -> None:
    told = [f"{method} {path}" for method, path, _ in rules()]
    assert len(told) == len(set(told))
    assert {f"{method} {path}" for method, path in routes()} == set(told) | OTHERWISE


@pytest.fixture(scope="module")
def told(workers: Workers) -> dict[str, Any]:
    """What checks really said about a whole submission: `portrait` and `together`, by language."""
    pictures = {item: (SAMPLES / name).read_bytes() for item, (name, _, _) in PICTURES.items()}
    today = date(2026, 1, 5)
    portrait = workers.run(tasks.check, pictures["portrait"], as_of=today, kind="portrait")
    together = workers.run(tasks.check_together, pictures, as_of=today, profile="cn-exit-entry-renewal")
    assert isinstance(portrait, tasks.Checked)
    assert not isinstance(together, tasks.Refused)
    return {"portrait": dict(portrait.report), "together": dict(together)}


@dataclass
class World:
    """A service with somebody of each role.

    Attributes:
        told: what checks say of every submission here.
        headers: what each role sends.
        names: what stands for the placeholders of paths.
        pictures: blobs that the uploads share.
    """

    client: TestClient
    service: Service
    told: dict[str, Any]
    owner: str
    accounts: dict[str, Account]
    headers: dict[str, dict[str, str]]
    names: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, tuple[str, str]] = field(default_factory=dict)

    def submission(self, state: State) -> str:
        """A fresh one in a state; its id."""
        made = submitted(self.service, owner=self.owner)
        with self.service.database.begin() as session:
            row = session.get_one(Submission, made)
            row.secret_hash, row.state, row.report = hash_of(SECRET), state.value, self.told["together"]
            if state in BEFORE:
                row.submitted_at = None
            if state is State.RETURNED:
                row.returned_items = ["signature"]
            for upload in row.uploads:
                upload.report = self.told["portrait"]
                upload.original_key = upload.display_key = self.pictures[upload.item]
        self.names["submission_id"] = made
        return made

    def receipt(self) -> None:
        """One for the newest submission."""
        self.names["number"] = receipts.issue_for_submission(
            self.service, self.names["submission_id"], "applicant", "en"
        ).number

    def ask(self, role: str, method: str, path: str, **given: Any) -> Any:
        """Send a request without content as somebody."""
        client, headers = self.client, dict(self.headers.get(role, {}))
        client.cookies.clear()
        if role in self.accounts:
            if role not in self.sessions:
                token = sign_in(client, self.service, self.accounts[role])
                self.sessions[role] = (client.cookies["photocheck-session"], token)
            secret, headers["X-CSRF-Token"] = self.sessions[role]
            client.cookies.set("photocheck-session", secret)
            if path == "/review/sign-out":
                del self.sessions[role]
        if role == "cookie":
            client.cookies.set(f"photocheck-application-{self.names['submission_id']}", SECRET)
        headers |= given.pop("headers", {})
        return client.request(method, path.format(**self.names), headers=headers, follow_redirects=False, **given)


@pytest.fixture
def world(service: Service, told: dict[str, Any]) -> Iterator[World]:
    service.settings = service.settings.model_copy(update={"requests_a_minute": 1_000_000})
    accounts = {
        "reviewer": make_plain_account(service, Role.REVIEWER),
        "senior": make_plain_account(service, Role.SENIOR),
        "administrator": make_plain_account(service, Role.ADMINISTRATOR),
    }
    own, owner = make_key(service)
    headers = {
        "applicant": bearer(SECRET),
        "stranger": bearer("another applicant's secret"),
        "owner": bearer(own),
        "other-key": bearer(make_key(service, "another")[0]),
    }
    spare = {"account_id": make_plain_account(service, Role.REVIEWER).id, "key_id": make_key(service, "spare")[1]}
    names = dict.fromkeys(
        ("decision_id", "mark_id", "endpoint_id", "delivery_id", "task_id", "run_id", "number"), "no_such"
    )
    names |= {"item": "portrait", "profile": "cn-exit-entry", "profile_id": "cn-exit-entry", "language": "en"}
    names |= {"reference": "7F3K-2M9Q-XT4B"} | spare
    pictures = {item: service.blobs.put((SAMPLES / name).read_bytes()) for item, (name, _, _) in PICTURES.items()}
    with TestClient(create_app(service=service)) as client:
        yield World(client, service, told, owner, accounts, headers, names, pictures)


def version(world: World, submission_id: str) -> tuple[str, int]:
    with world.service.database.read() as session:
        row = session.get_one(Submission, submission_id)
    return row.state, row.version


def refused(answer: Any) -> bool:
    """Refused for who asks, not for what is asked; a browser without a session is sent to sign in."""
    return answer.status_code in (401, 403, 404)


def test_roles_at_routes_without_a_submission(world: World) -> None:
    world.submission(State.SUBMITTED)
    wrong = []
    for method, path, allowed in rules():
        if "{submission_id}" in path or "{number}" in path:
            continue
        for role in sorted(EVERYBODY if allowed != EVERYBODY else {"nobody", "stranger", "administrator"}):
            status = world.ask(role, method, path).status_code
            if role in allowed:
                good = status < 500 and (status not in (401, 403) or path.startswith("/review/sign-in"))
            elif role in world.accounts or world.headers.get(role, {}).get("Authorization", "").count("pck_"):
                good = status == 403
            else:
                good = status == 401
            wrong += [] if good else [f"{role}: {method} {path} -> {status}"]
    assert wrong == []


@pytest.mark.parametrize("state", list(State))
def test_roles_at_submissions_in_every_state(world: World, state: State) -> None:
    shared, wrong = world.submission(state), []
    names = dict(world.names)
    for method, path, allowed in rules():
        if "{submission_id}" not in path:
            continue
        for role in sorted(EVERYBODY):
            may = role in allowed and not (role in REVIEWERS and state in BEFORE)
            if may and method != "GET":
                world.submission(state)
            else:
                world.names = dict(names)
            answer = world.ask(role, method, path)
            if may:
                good = not refused(answer) and answer.status_code < 500
                good |= answer.status_code == 404 and method == "DELETE"  # nothing is in the place any more
            elif role in REVIEWERS and state not in BEFORE:
                good = answer.status_code == 403
            else:
                good = answer.status_code == 404
            wrong += [] if good else [f"{role}: {method} {path} -> {answer.status_code}"]
    assert wrong == []
    assert version(world, shared) == (state.value, 1)


@pytest.mark.parametrize("state", [state for state in State if state is not State.WITHDRAWN])
def test_roles_at_receipts_in_every_state(world: World, state: State) -> None:
    world.submission(state)
    world.receipt()
    wrong = []
    for method, path, allowed in rules():
        if "{number}" not in path:
            continue
        for role in sorted(EVERYBODY):
            may = role in allowed and not (path.endswith("/pdf") and role in REVIEWERS and state in BEFORE)
            answer = world.ask(role, method, path)
            good = not refused(answer) if may else refused(answer) and answer.status_code < 500
            wrong += [] if good else [f"{role}: {method} {path} -> {answer.status_code}"]
    with world.service.database.read() as session:
        assert session.query(Receipt).filter(Receipt.revoked_at.is_not(None)).count() == 0  # no body, no revocation
    assert wrong == []


def test_sessions_change_nothing_without_their_token(world: World) -> None:
    world.submission(State.SUBMITTED)
    for method, path, allowed in rules():
        if method == "GET" or allowed == EVERYBODY:
            continue
        for role in sorted(allowed & set(world.accounts)):
            answer = world.ask(role, method, path, headers={"X-CSRF-Token": "wrong"})
            assert (answer.status_code, answer.json()["type"][-6:]) == (403, "forged"), f"{role}: {method} {path}"


def test_no_other_site_makes_a_browser_change_anything(world: World) -> None:
    world.submission(State.DRAFT)
    for method, path, _ in rules():
        if method != "GET":
            for role in ("nobody", "cookie", "administrator"):
                answer = world.ask(role, method, path, headers={"Sec-Fetch-Site": "cross-site"})
                assert (answer.status_code, answer.json()["type"][-6:]) == (403, "forged"), f"{role}: {method} {path}"


def test_every_answer_is_guarded(world: World) -> None:
    world.submission(State.SUBMITTED)
    for method, path, _ in rules():
        for role in ("nobody", "administrator"):
            headers = world.ask(role, method, path).headers
            assert headers["x-content-type-options"] == "nosniff"
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert set(HEADERS) <= {name.title().replace("Csp", "CSP") for name in headers}, path


def test_a_fault_is_guarded_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("made for the test")

    monkeypatch.setattr(receipts, "find_receipt", fail)
    with TestClient(create_app(service=world.service), raise_server_exceptions=False) as client:
        answer = client.get("/v1/receipts/2601-05QK-7M3D-XR4C")
    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "made for the test" not in answer.text


TRAVERSALS = (
    "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "....//....//etc/passwd", "..\\..\\etc",
    "%2fetc%2fpasswd", "..;/..;/etc/passwd", "%00", "css/../../../settings.py", "%c0%ae%c0%ae/", "master-keys",
)  # fmt: skip


@pytest.mark.parametrize("name", TRAVERSALS)
def test_paths_lead_nowhere_else(world: World, name: str) -> None:
    paths = ("/static/{}", "/pictures/{}", "/v1/profiles/{}", "/check/{}", "/v1/receipts/{}", "/v1/submissions/{}")
    for path in paths:
        answer = world.client.get(path.format(name))
        assert answer.status_code in (400, 403, 404, 405, 422), path
        assert "root:" not in answer.text


def _link(world: World, purpose: Purpose, viewer: str, item: str = "portrait") -> str:
    with world.service.database.read() as session:
        wanted = {"submission_id": world.names["submission_id"], "item": item}
        upload = session.query(Upload).filter_by(**wanted).one()
    return picture_link(world.service, purpose, upload.id, viewer)


def _viewers(world: World) -> dict[str, str]:
    accounts = {role: f"account:{account.id}" for role, account in world.accounts.items()}
    return {"applicant": "applicant", "cookie": "applicant", "owner": f"key:{world.owner}"} | accounts


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED, State.WITHDRAWN])
def test_pictures_are_shown_to_whom_the_link_was_made_for(world: World, state: State) -> None:
    world.submission(state)
    wrong = []
    for purpose in (Purpose.DISPLAY, Purpose.ORIGINAL):
        for made_for, viewer in _viewers(world).items():
            path = _link(world, purpose, viewer)
            for role in sorted(EVERYBODY):
                may = _viewers(world).get(role) == viewer and role != "administrator"
                may &= not (role in REVIEWERS and state in BEFORE)
                may &= purpose is not Purpose.ORIGINAL or role in REVIEWERS
                status = world.ask(role, "GET", path).status_code
                wrong += [] if status == (200 if may else 403) else [f"{role}, link of {made_for}: {status}"]
    assert wrong == []


def test_links_end_and_cannot_be_altered(world: World) -> None:
    world.submission(State.SUBMITTED)
    good = _link(world, Purpose.DISPLAY, "applicant")
    answer = world.ask("applicant", "GET", good)
    assert answer.headers["cache-control"] == "no-store"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    other = _link(world, Purpose.DISPLAY, "applicant", "signature")
    body, mac = good.removeprefix("/pictures/").split(".")
    swapped = [f"{body}.{other.split('.')[1]}", f"{other.removeprefix('/pictures/').split('.')[0]}.{mac}"]
    altered = [f"{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{mac}", body, f"{body}.", f".{mac}", "." * 3]
    for token in swapped + altered:
        assert world.ask("applicant", "GET", f"/pictures/{token}").status_code in (403, 404), token
    world.service.clock.forward(minutes=5)  # type: ignore[attr-defined]
    expired = world.ask("applicant", "GET", good)
    assert (expired.status_code, expired.json()["type"][-12:]) == (403, "link-expired")


def test_reviewers_looks_are_audited_and_originals_re_encoded(world: World) -> None:
    made = world.submission(State.SUBMITTED)
    viewer = _viewers(world)["reviewer"]
    answer = world.ask("reviewer", "GET", _link(world, Purpose.ORIGINAL, viewer))
    assert answer.headers["content-type"] == "image/jpeg"
    with world.service.database.read() as session:
        upload = session.query(Upload).filter_by(submission_id=made, item="portrait").one()
        seen = session.query(receipts.audit.AuditEntry).filter_by(action="picture.viewed").all()
    assert upload.original_key is not None
    assert answer.content != world.service.blobs.get(upload.original_key)
    assert [(entry.actor, entry.object) for entry in seen] == [(viewer, upload.id)]
