"""The engine: what becomes of every way a check can end."""

import io
from datetime import date

import numpy as np
import pytest
from PIL import Image

from photocheck import registry
from photocheck.decode import decode
from photocheck.engine import Crop, assess
from photocheck.features.lazy import feature
from photocheck.features.portrait import Portrait
from photocheck.features.subject import Subject
from photocheck.finding import NotAssessable, Outcome, Region, Verdict, failed, passed
from photocheck.limits import Band
from photocheck.profile import Profile, Setting
from photocheck.registry import Check

AS_OF = date(2026, 11, 22)


def picture(width=200, height=100):
    file = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 200, np.uint8)).save(file, "PNG")
    return decode(file.getvalue())


def made_check(function, *, name="made", limits=None, judged_on="picture", takes_date=False):
    hints = type(limits) if limits is not None else registry.NoLimits
    return Check("FIL99", name, "any", "pixels", "0.1", judged_on, hints, takes_date, function, "Made for the test.")


@pytest.fixture
def ask(monkeypatch):
    """Assess a picture with made checks: (check, setting) pairs."""

    def run(*pairs, subject=None, **more):
        profile = Profile(id="made", kind="portrait", title={}, settings={}, hash="sha256:0")
        monkeypatch.setattr(Profile, "checks", lambda self, intake="final": pairs)
        return assess(subject or Portrait(picture()), profile, as_of=AS_OF, **more)

    return run


def test_a_passing_check_passes(ask):
    report = ask((made_check(lambda subject: passed()), Setting()))
    assert report.verdict is Verdict.PASS
    assert [finding.check for finding in report.findings] == ["made"]


def test_a_crash_becomes_error_and_sends_the_picture_to_a_person(ask, caplog):
    def crash(subject):
        raise RuntimeError("the text might hold a name")

    report = ask((made_check(crash), Setting()))
    assert report.findings[0].outcome is Outcome.ERROR
    assert report.findings[0].reason == "RuntimeError"
    assert report.verdict is Verdict.REVIEW
    assert "might hold a name" not in caplog.text


def test_an_abstention_of_a_required_check_is_not_a_pass(ask):
    def abstain(subject):
        raise NotAssessable("no-face")

    report = ask((made_check(abstain), Setting()))
    assert (report.findings[0].outcome, report.findings[0].reason) == (Outcome.NOT_ASSESSED, "no-face")
    assert report.verdict is Verdict.REVIEW
    assert ask((made_check(abstain), Setting(required=False))).verdict is Verdict.PASS


def test_a_check_capped_at_review_never_refuses(ask):
    report = ask((made_check(lambda subject: failed("bad")), Setting(at_most="review")))
    assert report.findings[0].outcome is Outcome.REVIEW
    assert report.verdict is Verdict.REVIEW


def test_no_findings_are_not_a_pass(ask):
    assert ask().verdict is Verdict.REVIEW


def test_regions_become_shares_of_the_upright_image(ask):
    report = ask((made_check(lambda subject: passed(regions=[Region.box("head", 20, 10, 300, 50)])), Setting()))
    assert report.findings[0].regions[0].points == ((0.1, 0.1), (1.0, 0.5))


def test_regions_seen_on_the_crop_are_told_on_the_upload(ask):
    to_upload = np.array([[2.0, 0.0, 40.0], [0.0, 2.0, 20.0]])
    crop = Crop(Portrait(picture(50, 40), to_upload=to_upload))
    check = made_check(lambda subject: passed(regions=[Region.dots("chin", [(10, 10)])]), judged_on="crop")
    report = ask((check, Setting()), intake="original", crop=crop)
    assert report.findings[0].regions[0].points == ((0.3, 0.4),)


def test_a_box_on_a_levelled_crop_becomes_a_polygon_on_the_upload(ask):
    crop = Crop(Portrait(picture(50, 40), to_upload=np.array([[0.0, -1.0, 100.0], [1.0, 0.0, 0.0]])))
    check = made_check(lambda subject: passed(regions=[Region.box("head", 10, 10, 20, 20)]), judged_on="crop")
    region = ask((check, Setting()), intake="original", crop=crop).findings[0].regions[0]
    assert region.type == "polygon"
    assert region.points == ((0.45, 0.1), (0.45, 0.2), (0.4, 0.2), (0.4, 0.1))


def test_without_a_crop_the_checks_judged_on_it_abstain(ask):
    check = made_check(lambda subject: passed(), judged_on="crop")
    finding = ask((check, Setting()), intake="original", crop=Crop(None, "no-face")).findings[0]
    assert (finding.outcome, finding.reason) == (Outcome.NOT_ASSESSED, "no-face")


def test_the_intake_original_needs_a_crop(ask):
    with pytest.raises(ValueError, match="crop"):
        ask(intake="original")


def test_a_check_is_given_limits_and_date_only_where_it_asks(ask):
    def dated(subject, limits, as_of):
        return limits.judge(float(as_of.day))

    band = Band.model_validate({"pass": [0, 30]})
    finding = ask((made_check(dated, limits=band, takes_date=True), Setting(limits=band))).findings[0]
    assert (finding.value, finding.unit) == (22.0, "pixels")


def test_a_value_that_is_not_a_number_abstains(ask):
    band = Band.model_validate({"pass": [0, 30]})
    finding = ask(
        (made_check(lambda s, limits: limits.judge(float("nan")), limits=band), Setting(limits=band))
    ).findings[0]
    assert (finding.outcome, finding.reason) == (Outcome.NOT_ASSESSED, "not-measurable")


def test_values_are_rounded_so_that_every_run_gives_the_same_bytes(ask):
    finding = ask((made_check(lambda subject: passed(value=1 / 3)), Setting())).findings[0]
    assert finding.value == 0.333333


def test_features_are_computed_once_and_refusals_are_kept():
    calls = []

    class Made(Subject):
        @feature
        def costly(self):
            calls.append(1)
            raise NotAssessable("too-small")

    subject = Made(picture())
    for _ in range(2):
        with pytest.raises(NotAssessable, match="too-small"):
            _ = subject.costly
    assert calls == [1]
    assert set(subject.timings_ms) == {"costly"}


def test_the_engine_catches_no_interrupt(ask):
    def interrupted(subject):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask((made_check(interrupted), Setting()))
