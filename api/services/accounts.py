"""Local accounts: passwords (argon2), one-time codes (TOTP), and who has which role."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.clock import Clock
from api.context import Service
from api.db.people import Account, Role
from api.errors import Problem, not_found
from api.ids import new_id
from api.services import audit, sessions
from api.services.sealing import TOTP

_FAILURES = 5
_LOCKED = timedelta(minutes=15)
_PASSWORD_LENGTHS = range(12, 129)
_CODE_SECONDS = 30
_ISSUER = "photocheck"


def make_account(
    session: Session, clock: Clock, *, login: str, display_name: str, roles: Iterable[Role], password: str, actor: str
) -> Account:
    """A new local account.

    Raises:
        Problem: `login-taken` (409) or `weak-password` (422).
    """
    login = _plain(login)
    if session.scalar(select(func.count()).where(Account.login == login)):
        raise Problem("login-taken", 409)
    account = Account(
        id=new_id("acc"),
        login=login,
        display_name=display_name.strip(),
        roles=_sorted(roles),
        password_hash=_hashed(password, login),
        failures=0,
        active=True,
        preferences={},
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    audit.record(session, clock, actor, "account.made", account.id, roles=account.roles)
    return account


def first_administrator(service: Service) -> str | None:
    """Make the account `admin` where there is no account at all.

    Returns:
        The password that was made for it, to be shown once; None where one was set or an account exists.
    """
    given = service.settings.admin_password.get_secret_value()
    password = given or secrets.token_urlsafe(12)
    with service.database.begin() as session:
        if session.scalar(select(func.count()).select_from(Account)):
            return None
        roles = (Role.ADMINISTRATOR, Role.SENIOR)
        make_account(
            session,
            service.clock,
            login="admin",
            display_name="admin",
            roles=roles,
            password=password,
            actor="clock",
        )
    return None if given else password


def check_password(service: Service, login: str, password: str) -> Account:
    """The account of a login and password.

    Raises:
        Problem: `wrong-sign-in`, 401, whatever the reason: unknown, closed, locked or wrong are not told apart.
    """
    with service.database.read() as session:
        account = session.scalars(select(Account).where(Account.login == _plain(login))).one_or_none()
    usable = account is not None and account.active and account.password_hash and not _locked(account, service)
    right = _verified(account.password_hash if account is not None and usable else None, password)
    if account is None or not usable:
        raise Problem("wrong-sign-in", 401)
    note_attempt(service, account.id, right=right)
    if not right:
        raise Problem("wrong-sign-in", 401)
    return account


def note_attempt(service: Service, account_id: str, *, right: bool) -> None:
    """Count a wrong password or code; five in a row lock the account for a quarter of an hour."""
    with service.database.begin() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if right:
            account.failures = 0
            return
        account.failures += 1
        audit.record(session, service.clock, "anonymous", "account.wrong-sign-in", account.id)
        if account.failures >= _FAILURES:
            account.failures = 0
            account.locked_until = service.clock.now() + _LOCKED
            audit.record(session, service.clock, "anonymous", "account.locked", account.id)


def new_code_secret() -> str:
    """What an authenticator app and the account share."""
    return pyotp.random_base32()


def code_address(secret: str, login: str) -> str:
    """The otpauth:// address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)


def enrol_code(service: Service, account_id: str, secret: str, code: str) -> bool:
    """Ask for codes of this secret from now on, if the first one is right."""
    counter = _counter_of(service.clock, secret, code, after=None)
    if counter is None:
        return False
    with service.database.begin() as session:
        account = session.get_one(Account, account_id)
        account.totp_sealed = service.keyring.seal(secret.encode(), TOTP)
        account.totp_last = counter
        audit.record(session, service.clock, f"account:{account_id}", "account.code-enrolled", account_id)
    return True


def check_code(service: Service, account_id: str, code: str) -> None:
    """Use up a one-time code.

    Raises:
        Problem: `wrong-sign-in`, 401, where it is wrong, was used before, or the account is locked.
    """
    right = False
    with service.database.begin() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if account.active and account.totp_sealed is not None and not _locked(account, service):
            secret = service.keyring.open(account.totp_sealed, TOTP).decode()
            counter = _counter_of(service.clock, secret, code, after=account.totp_last)
            if counter is not None:
                account.totp_last = counter
                right = True
    if not right:
        note_attempt(service, account_id, right=False)
        raise Problem("wrong-sign-in", 401)


def change_password(session: Session, clock: Clock, account_id: str, password: str, actor: str) -> None:
    """A new password; signed out everywhere, and the lock is taken off.

    Raises:
        Problem: `weak-password`, 422; `not-found` where there is no such account.
    """
    account = find_account(session, account_id)
    account.password_hash = _hashed(password, account.login)
    account.failures, account.locked_until = 0, None
    sessions.close_all_sessions(session, account_id)
    audit.record(session, clock, actor, "account.password-changed", account_id)


def forget_code(session: Session, clock: Clock, account_id: str, actor: str) -> None:
    """Ask for no code until a new one is enrolled: the telephone was lost."""
    account = find_account(session, account_id)
    account.totp_sealed = account.totp_last = None
    sessions.close_all_sessions(session, account_id)
    audit.record(session, clock, actor, "account.code-forgotten", account_id)


def set_standing(
    session: Session, clock: Clock, account_id: str, *, roles: Iterable[Role], active: bool, actor: str
) -> None:
    """What an account may do from now on; it is signed out everywhere.

    Raises:
        Problem: `last-administrator`, 409, where nobody else could administer; `not-found`.
    """
    account = find_account(session, account_id)
    account.roles, account.active = _sorted(roles), active
    session.flush()
    if not any(Role.ADMINISTRATOR in one.roles for one in session.scalars(select(Account).where(Account.active))):
        raise Problem("last-administrator", 409)
    sessions.close_all_sessions(session, account_id)
    audit.record(session, clock, actor, "account.standing", account_id, roles=account.roles, active=active)


def find_account(session: Session, account_id: str) -> Account:
    """An account by its id.

    Raises:
        Problem: `not-found`.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise not_found()
    return account


def all_accounts(session: Session) -> list[Account]:
    """Every account, by login."""
    return list(session.scalars(select(Account).order_by(Account.login)))


def _locked(account: Account, service: Service) -> bool:
    return account.locked_until is not None and account.locked_until > service.clock.now()


def _counter_of(clock: Clock, secret: str, code: str, *, after: int | None) -> int | None:
    """Which half minute a code is of: this one or its neighbours, and later than the last that was used."""
    code = "".join(code.split())
    now = int(clock.now().timestamp()) // _CODE_SECONDS
    generator = pyotp.TOTP(secret)
    for counter in (now - 1, now, now + 1):
        expected = generator.generate_otp(counter)
        if hmac.compare_digest(expected.encode(), code.encode()) and (after is None or counter > after):
            return counter
    return None


def _hashed(password: str, login: str) -> str:
    if len(password) not in _PASSWORD_LENGTHS or password.casefold() == login:
        raise Problem("weak-password", 422)
    return _hasher().hash(password)


def _verified(stored: str | None, password: str) -> bool:
    """Takes as long where there is nothing to compare with, so that logins cannot be found out by the clock."""
    try:
        return _hasher().verify(stored or _no_password(), password) and stored is not None
    except VerificationError:
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _no_password() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def _plain(login: str) -> str:
    return login.strip().casefold()


def _sorted(roles: Iterable[Role]) -> list[str]:
    return sorted({Role(role).value for role in roles} - {Role.MACHINE.value})
