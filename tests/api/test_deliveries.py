"""Webhooks and letters: once acknowledged never again, otherwise again and again, and only to where they may go."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from api.context import Service
from api.db.outbox import Delivery, Endpoint
from api.db.submissions import State
from api.services import events
from api.services.deliveries import addresses, endpoints, webhooks
from api.services.deliveries.work import DELIVERIES
from api.settings import Settings
from tests.api.making import ADDRESS, PERSON, make_submission
from tests.api.receivers import Mailbox, Receiver, certificate_for, mailbox, receiver


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as state:
        yield state


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mailbox() as state:
        yield state


@pytest.fixture
def settings(settings: Settings, post: Mailbox) -> Settings:
    return settings.model_copy(
        update={"webhook_private": True, "delivery_attempts": 4, "smtp_url": SecretStr(f"smtp://127.0.0.1:{post.port}")}
    )


def _tell(service: Service, kind: str = "item.checked", **given: object) -> str:
    with service.database.begin() as session:
        submission = make_submission(session, service, **given)
        events.tell(session, service.clock, submission, kind, "applicant", item="portrait", verdict="fail")
    return submission.id


def _work(service: Service) -> int:
    """What the relay and the job library do, without them."""
    with service.database.read() as session:
        due = [one.target for one in DELIVERIES.find(session, service.clock.now())]
    for target in due:
        DELIVERIES.run(service, target)
    return len(due)


def _deliveries(service: Service) -> list[Delivery]:
    with service.database.read() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.channel)))


def _one(service: Service) -> Delivery:
    (only,) = _deliveries(service)
    return only


def test_a_webhook_is_signed_thin_and_sent_once(service: Service, there: Receiver) -> None:
    _, secret = endpoints.make(service, None, "account:a", there.url, [])
    submission_id = _tell(service)
    assert _work(service) == 1
    assert _work(service) == 0
    (headers, body), told = there.came[0], _one(service)
    assert len(there.came) == 1
    assert (told.state, told.attempts, told.sent_at) == ("sent", 1, service.clock.now())
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert len(key) >= 24
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert int(headers["webhook-timestamp"]) == int(service.clock.now().timestamp())
    data = json.loads(body)
    assert data["type"] == "item.checked"
    assert data["data"]["submission"] == submission_id
    assert data["data"]["facts"] == {"item": "portrait", "verdict": "fail"}
    assert PERSON not in body.decode()
    assert ADDRESS not in body.decode()


def test_failures_are_tried_again_later_with_the_same_id(service: Service, there: Receiver) -> None:
    endpoints.make(service, None, "account:a", there.url, [])
    _tell(service)
    there.answers = [500, 302]
    there.location = "http://127.0.0.1:1/elsewhere"
    waits = []
    for _ in range(3):
        assert _work(service) == 1
        waits.append((_one(service).due_at - service.clock.now()).total_seconds())
        assert _work(service) == 0
        service.clock.forward(hours=1)
    assert waits[:2] == [5, 30]
    assert len({headers["webhook-id"] for headers, _ in there.came}) == 1
    assert len({body for _, body in there.came}) == 1
    assert _one(service).state == "sent"


def test_given_up_then_sent_again_by_hand(service: Service, there: Receiver) -> None:
    endpoints.make(service, None, "account:a", there.url, [])
    _tell(service)
    there.after = 503
    for _ in range(6):
        _work(service)
        service.clock.forward(days=1)
    told = _one(service)
    assert (told.state, told.attempts, told.last_error) == ("dead", 4, "status-503")
    there.after = 200
    endpoints.replay(service, told.id, None, "account:a", everything=True)
    assert _work(service) == 1
    assert _one(service).state == "sent"
    assert len(there.came) == 5


def test_gone_ends_the_endpoint(service: Service, there: Receiver) -> None:
    endpoints.make(service, None, "account:a", there.url, [])
    _tell(service)
    _tell(service)
    there.after = 410
    _work(service)
    assert len(there.came) == 1
    assert {told.state for told in _deliveries(service)} == {"dropped"}
    with service.database.read() as session:
        assert session.scalars(select(Endpoint)).one().active is False


def test_a_receiver_that_hangs_costs_its_time_limit_only(there: Receiver) -> None:
    there.hang = threading.Event()
    assert webhooks.send(there.url, {}, b"{}", private=True, seconds=0.2).why == "timed-out"


def test_no_receiver(service: Service) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        assert webhooks.send(url, {}, b"{}", private=True).why == "no-connection"


def test_an_attempt_that_was_lost_is_made_again_and_a_late_answer_counts(service: Service, there: Receiver) -> None:
    endpoints.make(service, None, "account:a", there.url, [])
    _tell(service)
    delivery_id = _one(service).id
    there.hang = threading.Event()
    slow = threading.Thread(target=DELIVERIES.run, args=(service, delivery_id))
    slow.start()
    while not there.came:
        time.sleep(0.01)
    DELIVERIES.run(service, delivery_id)  # the same job once more: the attempt is taken
    assert len(there.came) == 1
    service.clock.forward(minutes=3)  # its lease is over though it lives
    there.hang.set()
    slow.join()
    assert _work(service) == 0
    assert (_one(service).state, len(there.came)) == ("sent", 1)


def test_only_wanted_events_of_own_submissions(service: Service, there: Receiver) -> None:
    endpoints.make(service, "key_1", "key:key_1", there.url, ["submission.returned"])
    _tell(service, owner="key_1")
    _tell(service, kind="submission.returned", owner="key_2", contact_sealed=None)
    _tell(service, kind="submission.returned", owner="key_1", contact_sealed=None)
    _work(service)
    assert [json.loads(body)["type"] for _, body in there.came] == ["submission.returned"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "fd00::1",
        "fe80::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "224.0.0.1",
    ],
)
def test_no_way_into_ones_own_network(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    found = [public, (family, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(addresses.Forbidden, match="private-address"):
        addresses.find_place("https://hooks.example/x", private=False)


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 8443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    place = addresses.find_place("https://hooks.example:8443/x?y=1", private=False)
    assert (place.host, place.url) == ("hooks.example:8443", "https://93.184.216.34:8443/x?y=1")


def test_tls_is_checked_against_the_name_though_the_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own, others = (certificate_for(name, tmp_path) for name in ("hooks.example", "other.example"))
    context = ssl.create_default_context()
    for certificate in (own, others):
        context.load_verify_locations(certificate)
    monkeypatch.setattr(webhooks, "_certificates", lambda: context)
    told = []
    for certificate in (own, others):
        with receiver(certificate) as state:
            port = int(state.url.split(":")[2].split("/")[0])
            found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
            with monkeypatch.context() as patch:
                patch.setattr(addresses.socket, "getaddrinfo", lambda *args, found=found, **kwargs: found)
                place = addresses.find_place(f"https://hooks.example:{port}/", private=True)
            with monkeypatch.context() as patch:
                patch.setattr(webhooks, "find_place", lambda *args, place=place, **kwargs: place)
                told.append(webhooks.send(f"https://hooks.example:{port}/", {}, b"{}", private=True).result)
            told += [headers["host"] for headers, _ in state.came]
    assert told == ["sent", f"hooks.example:{told[1].split(':')[1]}", "again"]


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/", "ftp://hooks.example/", "https://u:p@hooks.example/", "https:///x", "https://a b/", "x",
     "https://hooks.example:0/", "https://hooks.example:99999/", "https://hooks.example/\r\nX: y"],
)  # fmt: skip
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(addresses.Forbidden):
        addresses.check_url(url, private=False)


def test_a_letter_in_the_applicants_language(service: Service, post: Mailbox) -> None:
    reasons = [{"item": "signature", "reason": "blurred", "text": {"zh-CN": "签名模糊。", "en": "It is blurred."}}]
    given = {"return_reasons": reasons, "mend_by": date(2026, 1, 14), "state": State.RETURNED.value}
    _tell(service, "submission.returned", **given)
    _tell(service, "submission.returned", language="zh-CN", **given)
    _work(service)
    letters = [email.message_from_bytes(raw, policy=email.policy.default) for raw in post.letters]
    english = next(letter for letter in letters if "mend it by 2026-01-14" in letter["Subject"])
    chinese = next(letter for letter in letters if "请在 2026-01-14 前完成" in letter["Subject"])
    assert english["To"] == ADDRESS
    assert "- Signature: It is blurred." in english.get_content()
    assert "签名模糊" in chinese.get_content()
    assert PERSON not in english.get_content()


def test_letters_that_are_not_sent(service: Service, post: Mailbox) -> None:
    _tell(
        service,
        "submission.submitted",
        contact_sealed=service.keyring.seal(b"a@b.example\r\nBcc: c@d.example", "contact"),
    )
    _tell(service, "submission.returned", state=State.SUBMITTED.value)
    _work(service)
    assert {told.last_error for told in _deliveries(service)} == {"bad-address", "outdated"}
    assert post.letters == []


def test_a_mailbox_that_is_none(service: Service, post: Mailbox) -> None:
    post.recipient = "550 no such person"
    _tell(service, "submission.submitted")
    _work(service)
    assert (_one(service).state, _one(service).last_error) == ("dropped", "recipient-550")
