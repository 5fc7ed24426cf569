"""Pictures of a submission: put in a place, taken out, exchanged; checked by a worker, kept sealed.

The order that makes a picture safe: the worker checks it, its blobs are durable, then one transaction makes it count.
What a transaction made superfluous is erased after it; what no row names is swept by the retention job.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from obstore.exceptions import BaseError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.clock import today_in_china
from api.db.submissions import State, Submission, Upload
from api.errors import Problem, not_found
from api.ids import new_id
from api.services import events, life
from api.services.lookup import current_uploads, find
from api.services.refusals import refusal_of
from api.services.sealing import FIELDS, NAME
from api.workers import items, tasks
from photocheck.messages import Language

if TYPE_CHECKING:
    from api.context import Service

_log = logging.getLogger(__name__)
ITEMS = ("portrait", "id-portrait", "id-emblem", "signature")
"""The places of a submission."""
_ATTEMPTS = 6
_MOST_TRIES = 60
"""Pictures that one submission may ever be given: nobody needs so many, and each takes a check and room."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What a submission was when the check of a picture began."""

    profile: str
    name: str | None
    kept: Mapping[str, Upload]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A checked picture whose blobs are durable."""

    data: bytes
    taken: items.Taken
    original: str
    display: str
    prepared: str | None

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key in (self.original, self.display, self.prepared) if key is not None)


def put_item(service: Service, submission_id: str, item: str, data: bytes, actor: str) -> Upload:
    """Check a picture and make it the one that counts in its place; with all places filled, check them together.

    Raises:
        Problem: `unusable-picture` and the like (4xx), `wrong-state`, `not-returned`, `same-picture` or
            `changed-meanwhile` (409), or what `Workers.run` raises; nothing is kept then.
    """
    return _put(service, submission_id, {item: data}, actor)[item]


def swap(
    service: Service,
    submission_id: str,
    one: str,
    other: str,
    actor: str,
    *,
    before_commit: Callable[[Session], None] | None = None,
) -> dict[str, Upload]:
    """Exchange the pictures of two places, or move one into an empty place; each is checked anew.

    Args:
        before_commit: run in the same transaction.

    Raises:
        Problem: `not-found` where both places are empty; else as `put_item`.
    """
    with service.database.read() as session:
        found = current_uploads(session, submission_id)
    pairs = ((found.get(one), other), (found.get(other), one))
    moved = {to: service.blobs.get(_original(upload)) for upload, to in pairs if upload is not None}
    if not moved:
        raise not_found()
    return _put(service, submission_id, moved, actor, emptied={one, other} - set(moved), before_commit=before_commit)


def _original(upload: Upload) -> str:
    if upload.original_key is None:
        raise Problem("erased", 410)
    return upload.original_key


def _put(
    service: Service,
    submission_id: str,
    pictures: Mapping[str, bytes],
    actor: str,
    *,
    emptied: Iterable[str] = (),
    before_commit: Callable[[Session], None] | None = None,
) -> dict[str, Upload]:
    before = _before(service, submission_id, pictures, emptied)
    kept: dict[str, _Kept] = {}
    try:
        for item, data in pictures.items():
            others = _others(service, before, kept) if _fills(before, pictures, item, kept) else None
            kept[item] = _kept(service, data, _taken(service, before, item, data, others))
        together = next((one.taken.together for one in kept.values() if one.taken.together is not None), None)
        for _ in range(_ATTEMPTS):
            stored = _store(service, submission_id, kept, actor, before, together, emptied, before_commit)
            if stored is not None:
                break
            before = _before(service, submission_id, pictures, emptied)
            together = _together(service, before, kept)
        else:
            raise Problem("changed-meanwhile", 409)
    except Problem:  # on any other fault it is not certain that nothing was committed: the sweep will tell
        erase(service, [key for one in kept.values() for key in one.keys])
        raise
    erase(service, stored[1])
    return stored[0]


def _before(service: Service, submission_id: str, pictures: Mapping[str, bytes], emptied: Iterable[str]) -> _Before:
    """The submission as it is now; refuses what may not be put there."""
    with service.database.read() as session:
        submission = find(session, submission_id)
        found = current_uploads(session, submission_id)
        given = session.scalar(select(func.count()).where(Upload.submission_id == submission_id)) or 0
    for item in (*pictures, *emptied):
        _check_open(submission, item)
    if given + len(pictures) > _MOST_TRIES:
        raise Problem("too-many-tries", 409, most=_MOST_TRIES)
    for item, data in pictures.items():
        _check_new(submission, found.get(item), data)
    kept = {item: upload for item, upload in found.items() if item not in pictures and item not in emptied}
    return _Before(submission.profile, _name(service, submission, kept.get("id-portrait")), kept)


def _check_open(submission: Submission, item: str) -> None:
    if item not in ITEMS:
        raise not_found()
    if State(submission.state) not in life.MENDABLE:
        raise Problem("wrong-state", 409, state=submission.state)
    if submission.state == State.RETURNED and item not in submission.returned_items:
        raise Problem("not-returned", 409, item=item, returned=list(submission.returned_items))


def _check_new(submission: Submission, now: Upload | None, data: bytes) -> None:
    """The very file that was returned mends nothing."""
    returned = submission.state == State.RETURNED and now is not None and not mended(submission, now)
    if returned and now is not None and now.sha256 == hashlib.sha256(data).hexdigest():
        raise Problem("same-picture", 409, item=now.item)


def mended(submission: Submission, upload: Upload) -> bool:
    """Whether the picture was put there after its place was returned."""
    return upload.tries > submission.tries


def _name(service: Service, submission: Submission, card: Upload | None) -> str | None:
    """The applicant's name: as given, else as read from the card."""
    if submission.name_sealed is not None:
        return service.keyring.open(submission.name_sealed, NAME).decode()
    return read_fields(service, card).get("name") or None if card is not None else None


def read_fields(service: Service, upload: Upload) -> dict[str, str]:
    """What was read from a picture, unmasked; the caller audits who sees it."""
    if upload.fields_sealed is None:
        return {}
    fields: dict[str, str] = json.loads(service.keyring.open(upload.fields_sealed, FIELDS))
    return fields


def _fills(before: _Before, pictures: Mapping[str, bytes], item: str, kept: Mapping[str, _Kept]) -> bool:
    """Whether with this picture, the last one to be checked, every place is filled."""
    return {item, *kept} == set(pictures) and {*pictures, *before.kept} == set(ITEMS)


def _others(service: Service, before: _Before, kept: Mapping[str, _Kept]) -> items.Others:
    pictures = {item: service.blobs.get(_original(upload)) for item, upload in before.kept.items()}
    pictures |= {item: one.data for item, one in kept.items()}
    verdicts = [upload.verdict for upload in before.kept.values()]
    verdicts += [one.taken.checked.verdict for one in kept.values()]
    return items.Others(pictures, tuple(verdicts))


def _taken(service: Service, before: _Before, item: str, data: bytes, others: items.Others | None) -> items.Taken:
    as_of = today_in_china(service.clock)
    taken = service.workers.run(
        items.take, data, item, profile=before.profile, as_of=as_of, name=before.name, others=others
    )
    if isinstance(taken, tasks.Refused):
        raise refusal_of(taken)
    return taken


def _together(service: Service, before: _Before, kept: Mapping[str, _Kept]) -> Mapping[Language, Any] | None:
    """The check of all pictures, where every place is filled."""
    if {*before.kept, *kept} != set(ITEMS):
        return None
    others = _others(service, before, kept)
    told = service.workers.run(
        tasks.check_together,
        others.pictures,
        as_of=today_in_china(service.clock),
        profile=before.profile,
        name=before.name,
        verdicts=others.verdicts,
    )
    if isinstance(told, tasks.Refused):
        raise refusal_of(told)
    return told


def _kept(service: Service, data: bytes, taken: items.Taken) -> _Kept:
    prepared = None if taken.prepared is None else service.blobs.put(taken.prepared.data)
    return _Kept(data, taken, service.blobs.put(data), service.blobs.put(taken.checked.display), prepared)


def _store(
    service: Service,
    submission_id: str,
    kept: Mapping[str, _Kept],
    actor: str,
    before: _Before,
    together: Mapping[Language, Any] | None,
    emptied: Iterable[str],
    before_commit: Callable[[Session], None] | None,
) -> tuple[dict[str, Upload], list[str]] | None:
    """Make the pictures count, unless another place changed meanwhile; returns them and the blobs to erase."""
    with service.database.begin() as session:
        submission = find(session, submission_id, lock=True)
        found = current_uploads(session, submission_id)
        for item in (*kept, *emptied):
            _check_open(submission, item)
        others = {item: upload.id for item, upload in found.items() if item not in kept and item not in emptied}
        if others != {item: upload.id for item, upload in before.kept.items()}:
            return None
        superfluous: list[str] = []
        for item in (*kept, *emptied):
            if item in found:
                superfluous += _replace(submission, found[item])
        session.flush()
        stored = {item: _add(service, session, submission, item, one) for item, one in kept.items()}
        for item, upload in stored.items():
            facts = {"item": item, "number": upload.number, "verdict": upload.verdict, "intake": upload.intake}
            events.tell(session, service.clock, submission, "item.checked", actor, **facts)
        _judge(service, session, submission, together, actor)
        if before_commit is not None:
            before_commit(session)
    return stored, superfluous


def _replace(submission: Submission, upload: Upload) -> list[str]:
    """Let a picture no longer count. Of one that was never submitted nothing is kept; returns its blobs."""
    upload.current = False
    if submission.submitted_at is not None and upload.tries <= submission.tries:
        return []
    keys = [key for key in (upload.original_key, upload.display_key, upload.prepared_key) if key is not None]
    upload.original_key = upload.display_key = upload.prepared_key = upload.fields_sealed = None
    return keys


def _add(service: Service, session: Session, submission: Submission, item: str, one: _Kept) -> Upload:
    tries = select(func.max(Upload.number)).where(Upload.submission_id == submission.id, Upload.item == item)
    checked, prepared = one.taken.checked, one.taken.prepared
    upload = Upload(
        id=new_id("upl"),
        submission_id=submission.id,
        item=item,
        number=(session.scalar(tries) or 0) + 1,
        tries=submission.tries + (submission.state == State.RETURNED),
        sha256=hashlib.sha256(one.data).hexdigest(),
        size=len(one.data),
        verdict=checked.verdict,
        report=dict(checked.report),
        rows=list(checked.rows),
        fields_sealed=service.keyring.seal(json.dumps(dict(checked.fields)).encode(), FIELDS),
        profile=checked.profile,
        intake=one.taken.intake,
        shows=one.taken.shows,
        original_key=one.original,
        display_key=one.display,
        prepared_key=one.prepared,
        prepared_type=prepared.media_type if prepared else None,
        prepared_report=dict(prepared.checked.report) if prepared else None,
        prepared_refusal=dict(one.taken.not_prepared) if one.taken.not_prepared else None,
        width=checked.width,
        height=checked.height,
        created_at=service.clock.now(),
    )
    session.add(upload)
    session.flush()
    return upload


def _judge(
    service: Service,
    session: Session,
    submission: Submission,
    together: Mapping[Language, Any] | None,
    actor: str,
) -> None:
    """What the submission is, with its pictures as they are now."""
    submission.report = None if together is None else cast("dict[str, Any]", together)
    submission.verdict = None if together is None else together["en"]["verdict"]
    if together is not None and submission.state == State.DRAFT:
        life.move(session, service.clock, submission, State.CHECKED, actor, verdict=submission.verdict)
    elif together is None and submission.state == State.CHECKED:
        life.move(session, service.clock, submission, State.DRAFT, actor)
    else:
        life.touch(service.clock, submission)


def delete_item(service: Service, submission_id: str, item: str, actor: str) -> None:
    """Take a picture out of its place and erase it; only before the submission is submitted.

    Raises:
        Problem: `not-found` where the place is empty; `wrong-state` after submission.
    """
    with service.database.begin() as session:
        submission = find(session, submission_id, lock=True)
        if State(submission.state) not in (State.DRAFT, State.CHECKED):
            raise Problem("wrong-state", 409, state=submission.state)
        upload = current_uploads(session, submission_id).get(item)
        if upload is None:
            raise not_found()
        superfluous = _replace(submission, upload)
        events.tell(session, service.clock, submission, "item.removed", actor, item=item, number=upload.number)
        _judge(service, session, submission, None, actor)
    erase(service, superfluous)


def accept_prepared(service: Service, submission_id: str, item: str, actor: str, *, accept: bool = True) -> Upload:
    """Let the prepared file go on instead of the picture it was made of, or take that back.

    Raises:
        Problem: `not-found` where the place is empty; `nothing-prepared`, 409; `wrong-state` or `not-returned`, 409.
    """
    with service.database.begin() as session:
        submission = find(session, submission_id, lock=True)
        _check_open(submission, item)
        upload = current_uploads(session, submission_id).get(item)
        if upload is None:
            raise not_found()
        if upload.prepared_key is None:
            raise Problem("nothing-prepared", 409, item=item)
        if upload.prepared_accepted is not accept:
            upload.prepared_accepted = accept
            kind = "item.prepared-accepted" if accept else "item.prepared-declined"
            events.tell(session, service.clock, submission, kind, actor, item=item, number=upload.number)
            life.touch(service.clock, submission)
    return upload


def offered_swaps(uploads: Mapping[str, Upload]) -> list[tuple[str, str]]:
    """Pairs of places to exchange, so that each picture comes where it looks made for.

    The second place may be empty: the picture is then to be moved there.
    """
    offers = []
    for item, upload in uploads.items():
        meant = upload.shows
        if meant is None or meant == item:
            continue
        there = uploads.get(meant)
        if there is None or (there.shows == item and ITEMS.index(item) < ITEMS.index(meant)):
            offers.append((item, meant))
    return offers


def erase(service: Service, keys: Iterable[str]) -> None:
    """Erase blobs that no row names any more; what the store does not erase now, the sweep will."""
    for key in keys:
        try:
            service.blobs.delete(key)
        except (OSError, BaseError) as fault:
            _log.warning("a blob was left to the sweep: %s", type(fault).__name__)
