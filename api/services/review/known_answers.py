"""Applications whose answer is known: they measure reviewers and move nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy.orm import Session

from api.clock import Clock
from api.db.submissions import State, Submission
from api.errors import Problem
from api.services import audit
from api.services.lookup import find
from api.services.review.reasons import all_reasons


def make(
    session: Session,
    clock: Clock,
    submission_id: str,
    *,
    outcome: Literal["approve", "return"],
    reasons: Sequence[tuple[str, str]],
    actor: str,
) -> Submission:
    """Turn a complete application of made pictures into one whose answer is known.

    Args:
        reasons: pairs of item and code that a return should give.

    Raises:
        Problem: `not-found`; 409 `wrong-state` where it is not checked, or was submitted: nobody's application is
            taken away; 422 `unknown-reason`.
    """
    submission = find(session, submission_id, lock=True)
    if submission.state != State.CHECKED or submission.submitted_at is not None:
        raise Problem("wrong-state", 409, state=submission.state)
    for item, code in reasons:
        known = all_reasons().get(code)
        if known is None or item not in known.items:
            raise Problem("unknown-reason", 422, item=item, reason=code)
    submission.purpose = "known-answer"
    submission.answer = {"outcome": outcome, "reasons": [{"item": item, "reason": code} for item, code in reasons]}
    submission.submitted_at = submission.changed_at = clock.now()
    audit.record(session, clock, actor, "known-answer.made", submission.id, outcome=outcome)
    return submission
