"""Which profiles there are. Only the shipped ones, by id: a client never names a file of the server."""

from __future__ import annotations

from functools import cache

from api.errors import Problem
from photocheck.profile import Profile, load_profile, profile_ids


@cache
def known() -> dict[str, Profile]:
    """The shipped profiles by id."""
    return {name: load_profile(name) for name in profile_ids()}


def check_profile(profile: str | None, *kinds: str) -> None:
    """Refuse a profile that is not there, or is for another kind.

    Raises:
        Problem: `unknown-profile`, 422.
    """
    if profile is not None and (profile not in known() or (kinds and known()[profile].kind not in kinds)):
        raise Problem("unknown-profile", 422, profile=profile)


def check_submission_profile(profile: str) -> None:
    """Refuse what cannot judge a submission: a submission's profile or a portrait's can.

    Raises:
        Problem: `unknown-profile`, 422.
    """
    check_profile(profile, "submission", "portrait")
