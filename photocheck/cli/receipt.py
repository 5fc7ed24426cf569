"""`photocheck receipt verify`: whether a receipt is genuine, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from photocheck.cli.options import EXIT_FINDINGS, AsOfOption, LanguageChoice, LanguageOption, app, judged_on, refuse
from photocheck.cli.service import service_parts
from photocheck.messages import Language, interface_text

if TYPE_CHECKING:
    from photocheck.receipt import Receipt

receipt_app = typer.Typer(help="Receipts of portraits that passed (相片检测回执).", no_args_is_help=True)
app.add_typer(receipt_app, name="receipt")


@receipt_app.callback()
def receipt() -> None:
    """Receipts of portraits that passed (相片检测回执)."""


@receipt_app.command()
def verify(
    text_or_file: Annotated[
        str,
        typer.Argument(metavar="QR-TEXT|FILE", help="What the QR code holds, or a PDF, picture or text file of it."),
    ],
    key: Annotated[Path, typer.Option(help="The issuer's public key: what /v1/receipts/keys answers, or PEM.")],
    portrait: Annotated[Path | None, typer.Option(help="The portrait's file: is the receipt for this one?")] = None,
    as_of: AsOfOption = None,
    lang: LanguageOption = LanguageChoice.ZH_CN,
) -> None:
    """Verify a receipt offline. Exit code: 0 it holds, 1 it does not, 2 nothing could be read.

    Whether it was revoked since, only the service can tell: /receipts there.
    """
    with service_parts(lang.language):
        from photocheck.receipt import ReceiptError, is_of, read_keys
        from photocheck.receipt import verify as verify_text
    language = lang.language
    text = _text(text_or_file, language)
    try:
        keys = read_keys(_read(key).decode("utf-8", "replace"))
    except ReceiptError:
        refuse(interface_text("receipt-key-file", language, path=key))
    try:
        found = verify_text(text, keys)
    except ReceiptError as fault:
        _fail(interface_text(f"receipt-{fault.code}", language))
    if judged_on(as_of) > found.valid_until:
        _fail(interface_text("receipt-over", language, until=found.valid_until))
    if portrait is not None and not is_of(found, _read(portrait)):
        _fail(interface_text("receipt-not-of-portrait", language))
    typer.echo(_told(found, language))
    if portrait is not None:
        typer.echo(interface_text("receipt-of-portrait", language))


def _told(found: Receipt, language: Language) -> str:
    from photocheck.receipt import shown_number

    return interface_text(
        "receipt-holds",
        language,
        number=shown_number(found.number),
        profile=found.profile,
        issued=found.issued,
        until=found.valid_until,
    )


def _text(text_or_file: str, language: Language) -> str:
    """The text of a receipt: given as it is, standing in a file, or in the QR code of a picture."""
    from photocheck.receipt import TEXT_PATTERN, VERSION

    if text_or_file.strip().startswith(f"{VERSION}."):
        return text_or_file.strip()
    path = Path(text_or_file)
    data = _read(path)
    inside = TEXT_PATTERN.search(data.decode("latin-1"))
    text = inside[0] if inside else _scanned(data)
    if not text:
        refuse(interface_text("receipt-nothing-in-file", language, path=path))
    return text


def _scanned(data: bytes) -> str:
    """What the QR code in a picture holds; empty where there is none, or it is no picture."""
    import cv2
    import numpy as np

    from photocheck.decode import UnreadableImage, decode

    try:
        rgb = decode(data).rgb
    except UnreadableImage:
        return ""
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(rgb[..., ::-1]))
    return text


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        refuse(f"{path}: {error.strerror}")


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence)
    raise typer.Exit(EXIT_FINDINGS)
