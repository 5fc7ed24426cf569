"""Letters to applicants, in plain text and their language."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from api.db.outbox import Event
from api.db.submissions import Submission
from api.services.deliveries.outcome import SENT, Outcome
from api.settings import Settings
from api.web.wording import text
from photocheck.messages import Language

_SECONDS = 15.0
_SUBMISSION_PORT = 587
_TLS_PORT = 465
_PERMANENT = range(500, 600)


def letter(event: Event, submission: Submission, address: str, identity: str, settings: Settings) -> EmailMessage:
    """The letter of an event.

    Args:
        identity: the same for every try, so that a mailbox can tell a repetition.
    """
    language: Language = "en" if submission.language == "en" else "zh-CN"
    key = event.kind.replace(".", "-")
    told = {"reference": submission.reference, "url": settings.url, "days": event.facts.get("working_days", "")}
    told["mend_by"] = submission.mend_by.isoformat() if submission.mend_by else ""
    told["reasons"] = "\n".join(_reasons(submission, language))
    message = EmailMessage()
    message["Subject"] = text("mail", f"{key}-subject", language, **told)
    message["From"] = settings.mail_from
    message["To"] = address
    message["Date"] = format_datetime(event.at)
    message["Message-ID"] = f"<{identity}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    body = text("mail", f"{key}-body", language, **told)
    message.set_content(f"{body}\n\n{text('mail', 'foot', language, **told)}\n")
    return message


def _reasons(submission: Submission, language: Language) -> list[str]:
    items = {entry["item"] for entry in submission.return_reasons}
    names = {item: text("mail", f"item-{item}", language) for item in items}
    return [f"- {names[entry['item']]}: {entry['text'][language]}" for entry in submission.return_reasons]


def send(message: EmailMessage, settings: Settings) -> Outcome:
    """Hand it to the mail server."""
    parts = urlsplit(settings.smtp_url.get_secret_value())
    secure = parts.scheme == "smtps"
    port = parts.port or (_TLS_PORT if secure else _SUBMISSION_PORT)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    try:
        server = (
            smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
            if secure
            else smtplib.SMTP(host, port, timeout=_SECONDS)
        )
        with server:
            server.ehlo()
            if not secure and server.has_extn("starttls"):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _ in refusal.recipients.values()]
        return Outcome("dropped" if all(code in _PERMANENT for code in codes) else "again", f"recipient-{max(codes)}")
    except smtplib.SMTPResponseException as refusal:
        return Outcome("again", f"smtp-{refusal.smtp_code}")
    except (OSError, smtplib.SMTPException):
        return Outcome("again", "no-connection")
    return SENT
