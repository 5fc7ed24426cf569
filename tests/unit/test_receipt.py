"""The receipt's text and number, and `photocheck receipt verify`: what holds, what does not, without a network."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from photocheck.cli import app
from photocheck.messages import Language
from photocheck.receipt import (
    Receipt,
    ReceiptError,
    as_jwk,
    check_character,
    key_id,
    make_number,
    plain_number,
    read_keys,
    shown_number,
    sign,
    verify,
    whole_text,
)
from photocheck.render.receipt import Sheet, receipt_pdf

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
PORTRAIT = Path("samples/good.jpg").read_bytes()
NUMBER = make_number(date(2026, 1, 5), "QK7M3DXR4")
CHARACTERS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=20)


def _text(key: Ed25519PrivateKey = KEY) -> str:
    receipt = Receipt(
        key_id=key_id(key.public_key()),
        number=NUMBER,
        issued=date(2026, 1, 5),
        valid_until=date(2026, 7, 4),
        profile="cn-exit-entry",
        profile_hash="9e" * 32,
        sha256=hashlib.sha256(PORTRAIT).digest(),
    )
    return whole_text(*sign(receipt, key))


def test_the_check_character_is_that_of_the_standard() -> None:
    assert check_character("A12425GABC1234002") == "M"  # the Global Release Identifier's own example


@given(CHARACTERS, st.data())
def test_one_wrong_character_is_found(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ").filter(lambda one: one != text[place]))
    assert check_character(text) != check_character(text[:place] + other + text[place + 1 :])


def test_numbers_are_read_as_people_write_them() -> None:
    assert plain_number(f" {shown_number(NUMBER).lower()} ") == NUMBER
    for wrong in ("", NUMBER[:-1], NUMBER + "0", NUMBER[1:] + "0", "２６０１０５QK7M3DXR4C"):
        with pytest.raises(ReceiptError):
            plain_number(wrong)


def test_what_was_signed_is_read_back() -> None:
    found = verify(_text(), KEYS)
    assert (found.number, found.profile, found.valid_until) == (NUMBER, "cn-exit-entry", date(2026, 7, 4))


@pytest.mark.parametrize("place", range(2, 9))
def test_no_part_can_be_changed(place: int) -> None:
    parts = _text().split(".")
    parts[place] = parts[place][:-2] + ("AA" if parts[place][-2:] != "AA" else "BB")
    with pytest.raises(ReceiptError):
        verify(".".join(parts), KEYS)


@given(st.text(max_size=300))
def test_nothing_else_is_taken_for_one(text: str) -> None:
    with pytest.raises(ReceiptError):
        verify(text, KEYS)


def test_another_issuers_receipt_is_told_apart() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    with pytest.raises(ReceiptError, match="unknown-key"):
        verify(_text(other), KEYS)
    with pytest.raises(ReceiptError, match="signature-wrong"):
        verify(_text(other).replace(key_id(other.public_key()), next(iter(KEYS))), KEYS)


def test_keys_are_read_from_a_jwk_set_and_from_pem() -> None:
    jwks = json.dumps({"keys": [as_jwk(KEY.public_key())]})
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert set(read_keys(jwks)) == set(read_keys(pem)) == set(KEYS)
    for wrong in ("", "{}", '{"keys": [{"kty": "RSA"}]}', '{"keys": [1]}', "-----BEGIN PUBLIC KEY-----"):
        with pytest.raises(ReceiptError):
            read_keys(wrong)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [as_jwk(KEY.public_key())]}))
    return path


def _run(*arguments: object, as_of: str = "2026-02-01") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["receipt", "verify", *map(str, arguments), "--as-of", as_of, "--lang", "en"])
    return done.exit_code, done.output


def _sheet(text: str) -> Sheet:
    return Sheet(
        number=NUMBER,
        text=text,
        issued=date(2026, 1, 5),
        valid_until=date(2026, 7, 4),
        profile="Exit-entry document photo",
        name="张*",
        sha256=hashlib.sha256(PORTRAIT).hexdigest(),
        picture=PORTRAIT,
        checks=[("head-height", "pass"), ("eyes-open", "not_assessed"), ("no-longer-known", "pass")],
        url="https://photos.example",
        version="0.1.0",
    )


def test_the_command_line_verifies_text_paper_and_pictures_of_it(tmp_path: Path, key_file: Path) -> None:
    text = _text()
    code, said = _run(text, "--key", key_file)
    assert code == 0
    assert shown_number(NUMBER) in said
    paper = tmp_path / "receipt.pdf"
    paper.write_bytes(receipt_pdf(_sheet(text), "en"))
    assert _run(paper, "--key", key_file)[0] == 0
    scan = tmp_path / "scan.png"
    segno.make(text, error="m").save(str(scan), scale=5)
    assert _run(scan, "--key", key_file)[0] == 0


def test_the_command_line_tells_what_does_not_hold(tmp_path: Path, key_file: Path) -> None:
    assert _run(_text(), "--key", key_file, as_of="2026-07-05")[0] == 1
    assert _run(_text()[:-2] + "AA", "--key", key_file)[0] == 1
    portrait = tmp_path / "portrait.jpg"
    portrait.write_bytes(PORTRAIT)
    assert _run(_text(), "--key", key_file, "--portrait", portrait)[0] == 0
    portrait.write_bytes(PORTRAIT + b"\0")
    assert _run(_text(), "--key", key_file, "--portrait", portrait)[0] == 1
    assert _run(portrait, "--key", key_file)[0] == 2
    assert _run(tmp_path / "missing", "--key", key_file)[0] == 2
    assert _run(_text(), "--key", portrait)[0] == 2


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_same_receipt_is_the_same_file(language: Language) -> None:
    first = receipt_pdf(_sheet(_text()), language)
    assert first == receipt_pdf(_sheet(_text()), language)
    assert b"/FontFile2" in first
    assert len(first) < 300_000
