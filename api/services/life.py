"""A submission's life: which state follows which, and what each step leaves behind."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from api.clock import Clock
from api.db.submissions import State, Submission
from api.errors import Problem
from api.services import events

_NEXT: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.CHECKED, State.WITHDRAWN}),
    State.CHECKED: frozenset({State.DRAFT, State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: frozenset({State.UNDER_REVIEW, State.WITHDRAWN}),
    State.UNDER_REVIEW: frozenset({State.SUBMITTED, State.APPROVED, State.RETURNED, State.WITHDRAWN}),
    State.RETURNED: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.APPROVED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
_TOLD = {
    State.SUBMITTED: "submission.submitted",
    State.UNDER_REVIEW: "submission.under-review",
    State.APPROVED: "submission.approved",
    State.RETURNED: "submission.returned",
    State.WITHDRAWN: "submission.withdrawn",
    State.CHECKED: "submission.checked",
    State.DRAFT: "submission.reopened",
}
ENDED = frozenset({State.APPROVED, State.WITHDRAWN})
"""Nothing follows these."""
MENDABLE = frozenset({State.DRAFT, State.CHECKED, State.RETURNED})
"""In these its applicant may replace pictures."""


def move(session: Session, clock: Clock, submission: Submission, to: State, actor: str, **facts: Any) -> None:
    """Go on to a state, and tell.

    A returned submission whose items are mended goes straight to `submitted`.

    Raises:
        Problem: `wrong-state`, 409, where the step does not exist.
    """
    if to not in _NEXT[State(submission.state)]:
        raise Problem("wrong-state", 409, state=submission.state, wanted=to.value)
    submission.state = to.value
    touch(clock, submission)
    events.tell(session, clock, submission, _TOLD[to], actor, **facts)


def touch(clock: Clock, submission: Submission) -> None:
    """Count a change."""
    submission.version += 1
    submission.changed_at = clock.now()
