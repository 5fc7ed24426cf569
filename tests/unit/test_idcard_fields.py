"""Reports about a card's fields: one fault, one complaint; nothing personal in any sentence; a good side passes."""

from dataclasses import replace
from datetime import date

import pytest

from photocheck.engine import assess
from photocheck.features.idcard.fields import LEAST_CONFIDENCE
from photocheck.finding import Outcome, Report, Verdict
from photocheck.limits import Band
from photocheck.messages import LANGUAGES, advice, message
from photocheck.profile import load_profile, profile_ids
from photocheck.registry import find_check
from tests.cases.cards import WrittenCard

AS_OF = date(2026, 11, 22)
FRONT = {
    "name": "样本",
    "sex": "男",
    "nation": "汉",
    "birth": "1857-01-01",
    "address": "湖南省平江县样本镇样本村1号",
    "number": "430626185701010018",
}
BACK = {"authority": "平江县公安局", "valid_from": "2016-03-02", "valid_until": "2036-03-02"}


def report(texts, profile="cn-resident-id", confidence=None, **card) -> Report:
    whole = load_profile(profile)
    fields = {name: setting for name, setting in whole.settings.items() if _is_field_check(name)}
    subject = WrittenCard(texts, confidence=confidence, **card)
    return assess(subject, whole.model_copy(update={"settings": fields}), as_of=AS_OF)


def _is_field_check(name: str) -> bool:
    return name.partition("-")[0] in ("fields", "number", "name", "nation", "authority", "validity")


def outcomes(found: Report) -> dict[str, Outcome]:
    return {finding.check: finding.outcome for finding in found.findings}


def test_a_good_emblem_side_passes_alone():
    found = report(BACK, side="emblem")
    assert found.verdict is Verdict.PASS
    assert len(found.findings) == 11


def test_a_good_portrait_side_has_nothing_but_its_impossible_age():
    found = report(FRONT)
    assert {check for check, outcome in outcomes(found).items() if outcome is Outcome.REVIEW} == {"number-birth"}


@pytest.mark.parametrize(
    ("texts", "profile", "card"),
    [
        ({"name": "样本", "sex": "女", "birth": "1857-01-01", "address": "湖南省平江县样本镇样本村1号", "number": "810000185701010020"}, "cn-hkmt-residence", {"card_type": "hkmt-residence"}),
        ({**BACK, "valid_until": "2021-03-02", "permit_number": "H00000000", "issue_count": "01"}, "cn-hkmt-residence", {"card_type": "hkmt-residence", "side": "emblem"}),
        ({"authority": "中华人民共和国国家移民管理局"}, "cn-foreign-pr", {"card_type": "foreign-pr", "side": "emblem"}),
        ({"latin_name": "SAMPLE ANN", "sex": "男", "nationality": "沙特阿拉伯/SAU", "birth": "1985-01-01", "number": "932682198501010017", "valid_from": "2023-12-01", "valid_until": "2033-11-30"}, "cn-foreign-pr", {"card_type": "foreign-pr"}),
    ],
)  # fmt: skip
def test_every_card_is_asked_what_its_side_can_answer(texts, profile, card):
    found = report(texts, profile, **card)
    assert Outcome.ERROR not in outcomes(found).values()
    assert outcomes(found)["fields-legible"] is Outcome.PASS


@pytest.mark.parametrize("key", FRONT)
def test_a_field_that_was_not_read_is_complained_about_once(key):
    found = report({**FRONT, key: ""})
    complaints = {check for check, outcome in outcomes(found).items() if outcome in (Outcome.FAIL, Outcome.REVIEW)}
    assert complaints - {"number-birth"} == {"fields-legible"}
    assert found.verdict is Verdict.FAIL


def test_a_wrong_check_digit_is_complained_about_once_and_refuses_nobody():
    found = report({**FRONT, "number": "430626185701010019"})
    complaints = {check for check, outcome in outcomes(found).items() if outcome in (Outcome.FAIL, Outcome.REVIEW)}
    assert complaints == {"number-checksum"}
    assert found.verdict is Verdict.REVIEW


def test_no_wrong_number_ever_passes():
    asked, setting = find_check("number-checksum"), load_profile("cn-resident-id").settings["number-checksum"]
    card = WrittenCard(FRONT)
    read = card.texts["number"]
    for place in range(18):
        for digit in "0123456789X":
            text = read.text[:place] + digit + read.text[place + 1 :]
            card.texts["number"] = replace(read, text=text)
            outcome = asked.run(card, setting.limits, AS_OF).outcome
            assert outcome is (Outcome.PASS if text == read.text else Outcome.REVIEW)


def test_unreadable_fields_are_named():
    found = report(FRONT, confidence={"number": 0.1, "birth": 0.2})
    (finding,) = (finding for finding in found.findings if finding.check == "fields-legible")
    assert "出生日期、证件号码" in message(finding, "zh-CN")
    assert "date of birth, number" in message(finding, "en")
    assert {region.label for region in finding.regions} == {"field-birth", "field-number"}


def test_no_sentence_holds_a_name_or_a_number():
    faulty = {**FRONT, "name": "样本1", "sex": "女", "nation": "样", "number": "430626185701010019"}
    for texts in (FRONT, faulty, {**FRONT, "birth": "1990-01-01"}):
        for finding in report(texts).findings:
            for language in LANGUAGES:
                told = message(finding, language) + advice(finding, language)
                assert "样本" not in told
                assert "430626" not in told
                assert "1857" not in told


@pytest.mark.parametrize("name", profile_ids("id-card"))
def test_no_profile_lets_less_pass_than_other_checks_take_for_read(name):
    limits = load_profile(name).limits("fields-legible")
    assert isinstance(limits, Band)
    assert limits.passing[0] is not None
    assert limits.passing[0] > LEAST_CONFIDENCE


@pytest.mark.parametrize("name", profile_ids("id-card"))
def test_what_is_not_on_one_side_does_not_keep_it_from_passing(name):
    required = {check for check, setting in load_profile(name).settings.items() if setting.required and not setting.off}
    assert {check for check in required if _is_field_check(check)} <= {"fields-legible"}
