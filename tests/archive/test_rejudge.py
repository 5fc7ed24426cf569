"""Judging again from stored values gives what a look at the picture would give, or is not done."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from photocheck.archive.rejudge import NeedsPicture, described, follows_from_values, judge_again
from photocheck.archive.rows import finding_of, finding_row, scored
from photocheck.archive.sources.entry import Entry
from photocheck.decode import read
from photocheck.engine import assess
from photocheck.features.portrait import Portrait
from photocheck.finding import Judgement
from photocheck.limits import Band, Limits
from photocheck.profile import Profile, Setting, load_profile
from photocheck.registry import find_check

SAMPLES = Path(__file__).parents[2] / "samples"
AS_OF = date(2026, 11, 22)
ENTRY = Entry("x", "x.jpg")


@pytest.fixture(
    scope="module", params=["good", "too-dark", "blurred", "head-tilted", "background-patterned", "astronaut"]
)
def portrait(request: pytest.FixtureRequest) -> Portrait:
    return Portrait(read(SAMPLES / f"{request.param}.jpg"))


def rows(portrait: Portrait, profile: Profile) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    made = scored(ENTRY, assess(portrait, profile, as_of=AS_OF), asked="portrait", reveal=False)
    return made.image, made.findings


def changed(profile: Profile, **settings: Setting) -> Profile:
    return profile.model_copy(update={"settings": {**profile.settings, **settings}, "hash": "sha256:changed"})


def moved(band: Band, value: float, chance: random.Random) -> Band:
    """Another band of the same type, with its ends somewhere about the value: it passes, goes to review, or fails."""
    ends = sorted(value + (abs(value) or 1.0) * chance.uniform(-0.6, 0.6) for _ in range(4))
    cut_low, cut_high = chance.random() < 0.3, chance.random() < 0.3
    passing = (None if cut_low else ends[1], None if cut_high else ends[2])
    review = (None if cut_low else ends[0], None if cut_high else ends[3])
    return band.model_copy(update={"passing": passing, "review": None if chance.random() < 0.3 else review})


def with_moved_bands(limits: Limits, judged: tuple[Judgement, ...], chance: random.Random) -> Limits:
    by_limit = {part.limit: part.value for part in judged}
    if isinstance(limits, Band):
        return moved(limits, by_limit[""], chance)
    bands = {name: moved(band, by_limit[name], chance) for name, band in limits if name in by_limit}
    return limits.model_copy(update=bands)


def test_the_same_as_a_look_at_the_picture(portrait: Portrait) -> None:
    profile = load_profile("cn-exit-entry")
    image, findings = rows(portrait, profile)
    chance = random.Random(1)
    seen: set[tuple[str, str]] = set()
    for _ in range(40):
        settings = {}
        for row in findings:
            check, finding = find_check(row["check"]), finding_of(row)
            setting = profile.settings[row["check"]]
            if finding.judged and follows_from_values(check) and all(part.limit is not None for part in finding.judged):
                settings[check.name] = setting.model_copy(
                    update={
                        "limits": with_moved_bands(setting.limits, finding.judged, chance),
                        "at_most": chance.choice(["review", "fail"]),
                        "required": chance.random() < 0.5,
                    }
                )
        new = changed(profile, **settings)
        again = judge_again(image, findings, described(profile), new)
        fresh_image, fresh_findings = rows(portrait, new)
        assert again.image == fresh_image | {"origin": "judged"}
        assert again.findings == fresh_findings
        seen |= {(row["check"], row["outcome"]) for row in again.findings if row["check"] in settings}
    flipped = {check for check, _ in seen}
    assert {(check, "fail") for check in flipped} <= seen
    assert {(check, "pass") for check in flipped} <= seen
    assert len(flipped) >= 25


@pytest.mark.parametrize("name", ["exposure", "colour-mode", "inter-eye-distance"])
def test_what_only_the_picture_tells(name: str) -> None:
    """A check that looks at outcomes, or makes its band itself, is not judged again."""
    profile = load_profile("cn-exit-entry")
    image, findings = rows(Portrait(read(SAMPLES / "good.jpg")), profile)
    setting = profile.settings[name]
    wider = {
        field: band.model_copy(update={"passing": (None, None), "review": None})
        for field, band in setting.limits
        if isinstance(band, Band)
    }
    new = changed(profile, **{name: setting.model_copy(update={"limits": setting.limits.model_copy(update=wider)})})
    with pytest.raises(NeedsPicture):
        judge_again(image, findings, described(profile), new)


def test_limits_that_are_no_bands_need_the_picture() -> None:
    profile = load_profile("cn-exit-entry")
    image, findings = rows(Portrait(read(SAMPLES / "good.jpg")), profile)
    setting = profile.settings["background-colour"]
    blue = setting.limits.model_copy(update={"allowed": ("blue",)})
    new = changed(profile, **{"background-colour": setting.model_copy(update={"limits": blue})})
    with pytest.raises(NeedsPicture):
        judge_again(image, findings, described(profile), new)


def test_a_check_that_was_not_asked_needs_the_picture() -> None:
    profile = load_profile("cn-exit-entry")
    fewer = {name: setting for name, setting in profile.settings.items() if name != "gaze"}
    old = profile.model_copy(update={"settings": fewer})
    image, findings = rows(Portrait(read(SAMPLES / "good.jpg")), old)
    with pytest.raises(NeedsPicture):
        judge_again(image, findings, described(old), profile)


def test_a_check_that_is_asked_no_more_is_left_out() -> None:
    profile = load_profile("cn-exit-entry")
    image, findings = rows(Portrait(read(SAMPLES / "too-dark.jpg")), profile)
    off = {"off": True}
    new = changed(
        profile,
        **{
            row["check"]: profile.settings[row["check"]].model_copy(update=off)
            for row in findings
            if row["outcome"] == "fail"
        },
    )
    again = judge_again(image, findings, described(profile), new)
    assert image["verdict"] == "fail"
    assert again.image["verdict"] in ("pass", "review")
    assert again.image["findings"] == len(again.findings) < len(findings)


def test_what_a_cap_hid_needs_the_picture() -> None:
    """A check without a band that went to review under `at_most = "review"` may have been a failure."""
    profile = load_profile("cn-exit-entry")
    setting = profile.settings["kind-matches"]
    capped = changed(profile, **{"kind-matches": setting.model_copy(update={"at_most": "review"})})
    image, findings = rows(Portrait(read(SAMPLES / "good.jpg")), capped)
    for row in findings:
        if row["check"] == "kind-matches":
            row["outcome"] = "review"
    with pytest.raises(NeedsPicture):
        judge_again(
            image,
            findings,
            described(capped),
            changed(profile, **{"kind-matches": setting.model_copy(update={"at_most": "fail"})}),
        )


def test_an_original_whose_crop_might_lie_elsewhere_needs_the_picture() -> None:
    profile = load_profile("cn-exit-entry")
    image, findings = rows(Portrait(read(SAMPLES / "good.jpg")), profile)
    image["intake"] = "original"
    setting = profile.settings["head-height"]
    limits = setting.limits.model_copy(update={"passing": (0.5, 0.6)})
    new = changed(profile, **{"head-height": setting.model_copy(update={"limits": limits})})
    with pytest.raises(NeedsPicture):
        judge_again(image, findings, described(profile), new)


def test_a_row_is_read_back_as_it_was(portrait: Portrait) -> None:
    for row in rows(portrait, load_profile("cn-exit-entry"))[1]:
        assert finding_row("x", finding_of(row), row["required"]) == row
