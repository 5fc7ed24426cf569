"""Record the examples of the interface's description: `python docs/record_examples.py`.

Each is what a running service answered to a request with the made pictures of `samples/`; long lists are cut, secrets
and links shortened. They land in `api/web/examples.json`, which `api.web.openapi` puts into the description.
"""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update
from starlette.testclient import TestClient

from api.app import create_app
from api.clock import SetClock
from api.context import Service
from api.db.outbox import Delivery
from api.db.people import Account, Role
from api.ids import new_id
from api.services import api_keys, sessions
from api.settings import Settings
from api.web.openapi import EXAMPLES

ROOT = Path(__file__).parent.parent
FILES = {
    "portrait": "phone-original.jpg",
    "id-portrait": "id-portrait.jpg",
    "id-emblem": "id-emblem.jpg",
    "signature": "signature-good.jpg",
}
_SHORT = {"findings": 2, "checks": 2, "events": 3, "tasks": 1, "keys": 1, "models": 1, "timings_ms": 2}
_WORST = ("fail", "error", "review", "pass", "not_assessed")
_LONGEST_LIST = 3
_LONGEST_TEXT = 400
_TODAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Soon after the day in the metadata of the made pictures."""


class Recorder:
    """Sends requests and keeps each first success by method and path of the description."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.kept: dict[str, dict[str, Any]] = {}

    def send(self, method: str, path: str, ids: dict[str, str] | None = None, /, **request: Any) -> Any:
        """The answer's JSON, or None where it is none."""
        headers = {"Accept-Language": "en", **request.pop("headers", {})}
        answer = self._client.request(method, path.format(**(ids or {})), headers=headers, **request)
        answer.raise_for_status()
        told = answer.json() if "json" in answer.headers.get("content-type", "") else None
        entry: dict[str, Any] = {} if told is None else {"answer": shortened(told)}
        if "json" in request:
            entry["request"] = request["json"]
        elif "files" in request:
            entry["request"] = {"file": "(the picture's bytes)", **request.get("data", {})}
        self.kept.setdefault(f"{method} {path}", entry)
        return told


def shortened(value: Any, name: str = "") -> Any:
    """The same shape, short enough to be read."""
    if isinstance(value, dict):
        most = _SHORT.get(name, len(value))
        return {key: shortened(part, key) for key, part in list(value.items())[:most]}
    if isinstance(value, list):
        told = sorted(value, key=lambda part: _WORST.index(part["outcome"])) if name == "findings" else value
        if any(isinstance(part, float) for part in value):
            return value
        return [shortened(part) for part in told[: _SHORT.get(name, _LONGEST_LIST)]]
    if isinstance(value, str) and (name == "secret" or value.startswith("/pictures/")):
        return value[:18] + "…"
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return value[:60] + "…"
    return value


def record(service: Service, client: TestClient) -> dict[str, dict[str, Any]]:
    """An applicant's, a program's and a reviewer's way."""
    recorder = Recorder(client)
    send = recorder.send
    catalogue(send)
    with service.database.begin() as session:
        key, _ = api_keys.make_key(session, service.clock, "appointments", "clock")
    program = {"headers": {"Authorization": f"Bearer {key}"}}
    hook = {"url": "https://desk.example/hooks", "kinds": ["submission.submitted", "submission.returned"]}
    endpoint = {"endpoint_id": send("POST", "/v1/webhooks", json=hook, **program)["id"]}
    send("GET", "/v1/webhooks", **program)
    send("PATCH", "/v1/webhooks/{endpoint_id}", endpoint, json={"active": True}, **program)
    send("POST", "/v1/webhooks/{endpoint_id}/secret", endpoint, **program)
    made = send("POST", "/v1/submissions", json=beginning(), **program)
    ids = {"submission_id": made["submission"]["id"], "item": "portrait"}
    own = {"headers": {"Authorization": f"Bearer {made['secret']}"}}
    put = "/v1/submissions/{submission_id}/items/{item}"
    send("PUT", put, {**ids, "item": "id-portrait"}, files={"file": picture("id-emblem")}, **own)
    swap = {"one": "id-portrait", "other": "id-emblem"}
    send("POST", "/v1/submissions/{submission_id}/swap", ids, json=swap, **own)
    recorder.kept.pop(f"PUT {put}")
    for item in FILES:
        send("PUT", put, {**ids, "item": item}, files={"file": picture(item)}, **own)
    accept = "/v1/submissions/{submission_id}/items/{item}/accept-prepared"
    send("POST", accept, ids, json={"accept": True}, **own)
    send("GET", put + "/fields", {**ids, "item": "id-portrait"}, **own)
    send("POST", "/v1/submissions/{submission_id}/submit", ids, **own)
    send("GET", "/v1/submissions/{submission_id}", ids, **own)
    send("GET", "/v1/submissions", **program)
    delivery = {"delivery_id": send("GET", "/v1/deliveries", **program)[0]["id"]}
    with service.database.begin() as session:
        session.execute(update(Delivery).values(state="dead"))
    send("POST", "/v1/deliveries/{delivery_id}/replay", delivery, **program)
    receipts(send, program, ids, own)
    reviewing(service, client, send)
    send("POST", "/v1/submissions/{submission_id}/withdraw", ids, **own)
    return recorder.kept


def beginning() -> dict[str, Any]:
    """An invented person's application."""
    from api.services.submissions import CONSENTS

    return {"consent": CONSENTS[-1], "language": "en", "name": "张三", "contact": "applicant@example.com"}


def picture(item: str) -> bytes:
    """A made picture."""
    return (ROOT / "samples" / FILES.get(item, item)).read_bytes()


def catalogue(send: Any) -> None:
    """What needs nobody."""
    send("POST", "/v1/checks", files={"file": picture("head-too-small.jpg")}, data={"profile": "cn-exit-entry"})
    made = {"files": {"file": picture("portrait")}, "data": {"profile": "cn-exit-entry"}}
    send("POST", "/v1/prepare", headers={"Accept": "application/json"}, **made)
    send("GET", "/v1/profiles")
    send("GET", "/v1/profiles/{profile_id}", {"profile_id": "cn-exit-entry"})
    send("GET", "/v1/checks/catalogue")


def receipts(send: Any, program: dict[str, Any], ids: dict[str, str], own: dict[str, Any]) -> None:
    """For a file, and for an application."""
    given = {"files": {"file": picture("good.jpg")}, "data": {"profile": "cn-exit-entry", "name": "张三"}}
    number = {"number": send("POST", "/v1/receipts", **given, **program)["number"]}
    send("POST", "/v1/submissions/{submission_id}/receipt", ids, **own)
    send("GET", "/v1/receipts/{number}", number)
    send("GET", "/v1/receipts/keys")
    send("POST", "/v1/receipts/{number}/revoke", number, json={"why": "mistake"}, **program)


def reviewing(service: Service, client: TestClient, send: Any) -> None:
    """From the queue to a decision that is taken back."""
    login = new_id("acc")
    account = Account(id=login, login=login, display_name="Reviewer", roles=[role.value for role in Role])
    account.failures, account.active, account.preferences, account.created_at = 0, True, {}, service.clock.now()
    with service.database.begin() as session:
        session.add(account)
        session.flush()
        secret, row = sessions.open_session(session, service, account)
    client.cookies.set("photocheck-session", secret)
    token = {"headers": {"X-CSRF-Token": row.csrf}}
    send("GET", "/v1/review/queue")
    task = {"task_id": send("POST", "/v1/review/next", json={"skip": []}, **token)["task"]}
    send("POST", "/v1/review/tasks/{task_id}/claim", task, **token)
    send("POST", "/v1/review/heartbeat", json={"tasks": [task["task_id"]], "shown": task["task_id"]}, **token)
    case = send("GET", "/v1/review/tasks/{task_id}", task)
    send("POST", "/v1/review/tasks/{task_id}/fields", task, **token)
    known = send("GET", "/v1/review/reasons")
    reason = next(one["reason"] for one in known if "portrait" in one["items"] and one["checks"])
    drawn = {"item": "portrait", "reason": reason, "points": [[0.1, 0.2], [0.3, 0.4]]}
    send("POST", "/v1/review/tasks/{task_id}/marks", task, json=drawn, **token)
    decided = {"outcome": "return", "reasons": [{"item": "portrait", "reason": reason}], "version": case["version"]}
    made = send("POST", "/v1/review/tasks/{task_id}/decision", task, json=decided, **token)
    send("POST", "/v1/review/decisions/{decision_id}/undo", {"decision_id": made["id"]}, **token)
    send("GET", "/v1/review/numbers")
    wish = {"profile": "cn-exit-entry", "changes": ["head-height.pass=0.68,0.82"]}
    run = {"run_id": send("POST", "/v1/review/rescorings", json=wish, **token)["id"]}
    send("GET", "/v1/review/rescorings")
    send("GET", "/v1/review/rescorings/{run_id}", run)
    send("POST", "/v1/review/rescorings/{run_id}/stop", run, **token)
    client.cookies.clear()


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), workers=1, requests_a_minute=10_000)
        service = Service.start(settings, clock=SetClock(_TODAY))
        try:
            with TestClient(create_app(service=service)) as client:
                kept = record(service, client)
        finally:
            service.stop()
    EXAMPLES.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
