"""The rule drawn over a portrait: where crown, eyes, chin and middle may lie, from the profile's own limits."""

from __future__ import annotations

from functools import cache

from api.services.review.bodies import GuideLine
from photocheck.limits import Band
from photocheck.messages import Language, title
from photocheck.profile import ProfileError, load_profile

_AXES = {"crown-margin": "y", "eye-line": "y", "chin-margin": "y", "horizontal-centre": "x"}


def guide_of(profile: str, language: Language) -> list[GuideLine]:
    """The bands of a portrait's profile as shares of the finished picture; none for other kinds or lost profiles."""
    return [
        GuideLine(label=title(check, language), axis="x" if _AXES[check] == "x" else "y", low=low, high=high)
        for check, low, high in _bands(profile)
    ]


@cache
def _bands(profile: str) -> tuple[tuple[str, float, float], ...]:
    try:
        loaded = load_profile(profile)
    except ProfileError:
        return ()
    found = []
    for check in _AXES:
        limits = loaded.limits(check)
        if isinstance(limits, Band):
            low, high = limits.passing
            low, high = 0.0 if low is None else low, 1.0 if high is None else high
            if check == "chin-margin":  # told from the lower edge
                low, high = 1.0 - high, 1.0 - low
                low = max(low, high - 0.05)
            found.append((check, low, high))
    return tuple(found)
