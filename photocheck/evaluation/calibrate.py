"""Limits taught by people: for each end of a band, where it would have agreed with reviewers most.

A sample is a value that a band judged, and what a person then said of that check: a defect or none. A limit says
"defect" of what lies outside it; the limit that says what the people said most often is the proposal, the one nearest
to today's where several do. It counts as better only where chance does not explain it: of the samples whose answer it
changes, those it mends must outnumber those it breaks (McNemar's exact test).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from photocheck.limits import Band
from photocheck.profile import Profile

End = Literal["low", "high"]
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Sample:
    """One judged value and a person's opinion.

    Attributes:
        profile, check: whose limit.
        limit: which of the check's bands judged it; empty where it has one.
        value: in the check's unit.
        defect: whether the person called it one.
        alone: whether all the check's other bands let the picture pass: else the opinion may be about those.
    """

    profile: str
    check: str
    limit: str
    value: float
    defect: bool
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the samples say of one end of one band.

    Attributes:
        end: `low` or `high` end of the pass range.
        now, best: the limit today, and the one that would have agreed most.
        samples, defects: how many there were, and of them called a defect.
        disagreed_now, disagreed_best: how often each says something else than the person.
        chance: probability that the difference is chance (two-sided).
    """

    profile: str
    check: str
    limit: str
    end: End
    now: float
    best: float
    samples: int
    defects: int
    disagreed_now: int
    disagreed_best: int
    chance: float

    @property
    def better(self) -> bool:
        """Whether the proposal agrees more, beyond chance."""
        return self.disagreed_best < self.disagreed_now and self.chance < SIGNIFICANT


def proposals(samples: Iterable[Sample], profile: Profile, *, at_least: int = 20) -> list[Proposal]:
    """What samples say of a profile's limits, check by check.

    Args:
        samples: those of other profiles are left out.
        at_least: samples an end must have, and three of either opinion among them.
    """
    grouped: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.profile == profile.id and math.isfinite(sample.value):
            grouped[sample.check, sample.limit].append(sample)
    found = []
    for (check, limit), own in sorted(grouped.items()):
        band = band_of(profile, check, limit)
        if band is None:
            continue
        for end in ("low", "high"):
            proposal = _of_end(own, band, end, profile.id, check, limit, at_least)
            if proposal is not None:
                found.append(proposal)
    return found


def band_of(profile: Profile, check: str, limit: str) -> Band | None:
    """A band of a profile by the names under which judged values are stored; None where there is none."""
    limits = profile.limits(check)
    found = limits if not limit else getattr(limits, limit, None)
    return found if isinstance(found, Band) else None


def _of_end(
    samples: Sequence[Sample], band: Band, end: End, profile: str, check: str, limit: str, at_least: int
) -> Proposal | None:
    low, high = band.passing
    now = low if end == "low" else high
    if now is None:
        return None
    sign = -1.0 if end == "low" else 1.0  # told as if it were a high end
    other = high if end == "low" else low
    # What fails at the other end says nothing of this one.
    within = [one for one in samples if one.alone and (other is None or sign * (one.value - other) >= 0)]
    defects = sum(one.defect for one in within)
    if len(within) < at_least or min(defects, len(within) - defects) < 3:
        return None
    values = [(sign * one.value, one.defect) for one in within]
    best, wrong = _best(values, sign * now)
    mended = broken = 0
    for value, defect in values:
        said_now, said_best = value > sign * now, value > best
        mended += said_now != defect and said_best == defect
        broken += said_now == defect and said_best != defect
    wrong_now = sum((value > sign * now) != defect for value, defect in values)
    chance = _chance(mended, broken)
    return Proposal(profile, check, limit, end, now, sign * best, len(within), defects, wrong_now, wrong, chance)


def _best(values: Sequence[tuple[float, bool]], now: float) -> tuple[float, int]:
    """The limit above which a value is called a defect that is wrong least often, and how often that is."""
    ordered = sorted(values)
    wrong = sum(not defect for _, defect in ordered)  # below the lowest value: all are called defects
    steps = [(-math.inf, wrong)]
    for place, (value, defect) in enumerate(ordered):
        wrong += 1 if defect else -1
        if place + 1 == len(ordered) or ordered[place + 1][0] > value:
            steps.append((value, wrong))
    fewest = min(errors for _, errors in steps)
    candidates = []
    for place, (value, errors) in enumerate(steps):
        if errors == fewest:
            following = steps[place + 1][0] if place + 1 < len(steps) else math.inf
            candidates.append(_nearest(value, following, now))
    return min(candidates, key=lambda limit: abs(limit - now)), fewest


def _nearest(low: float, high: float, now: float) -> float:
    """The limit in [low, high) that is nearest to today's; all of them part the samples alike."""
    if low <= now < high:
        return now
    if not math.isfinite(low):
        return math.nextafter(high, -math.inf)
    if not math.isfinite(high):
        return low
    return (low + high) / 2


def _chance(mended: int, broken: int) -> float:
    """Two-sided exact binomial test of `mended` against `broken`."""
    changed = mended + broken
    if changed == 0:
        return 1.0
    ways = sum(math.comb(changed, k) for k in range(min(mended, broken) + 1))
    return min(1.0, 2.0 * math.exp(math.log(ways) - changed * math.log(2.0)))  # as logarithms: they may be thousands
