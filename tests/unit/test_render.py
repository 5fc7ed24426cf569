"""What reports look like: JSON document, SARIF, text, drawn picture, HTML page."""

import io
import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from photocheck.decode import decode
from photocheck.finding import Field, Finding, LimitRanges, Outcome, Region, Report
from photocheck.limits import Band
from photocheck.messages import LANGUAGES, interface_text
from photocheck.registry import all_checks, find_check
from photocheck.render.annotate import annotate, encode_jpeg, write_picture
from photocheck.render.document import as_document
from photocheck.render.html import page, scale
from photocheck.render.sarif import as_sarif
from photocheck.render.text import print_report, worst_first
from photocheck.render.typeset import font, wrap

BAND = Band.model_validate({"pass": [0.7, 0.8], "review": [0.65, 0.85]})


def stamped(name, finding):
    known = find_check(name)
    assert known is not None
    return known.stamp(finding)


def made_report(*findings, size=(300, 400)):
    file = io.BytesIO()
    Image.fromarray(np.full((size[1], size[0], 3), 180, np.uint8)).save(file, "PNG")
    facts = decode(file.getvalue()).facts
    return Report(
        path="folder/a.png", kind="portrait", version="0.1.0", profile_id="cn-exit-entry", profile_hash="sha256:0",
        intake="final", as_of=date(2026, 11, 22), file=facts, findings=findings, required=frozenset(), models={},
        timings_ms={"decode": 1.234},
    )  # fmt: skip


HEAD = Region.box("head", 0.2, 0.1, 0.8, 0.9)
TOO_LARGE = stamped("head-height", replace(BAND.judge(0.91), regions=(HEAD,)))
FITS = stamped("head-width", Band.model_validate({"pass": [0.5, 0.8]}).judge(0.6))
NO_FACE = stamped("roll", Finding(Outcome.NOT_ASSESSED, reason="no-face"))
CRASHED = stamped("yaw", Finding(Outcome.ERROR, reason="ValueError", case="error"))
EVERY = made_report(FITS, TOO_LARGE, NO_FACE, CRASHED)


def test_the_document_has_the_keys_and_numbers_that_programs_rely_on():
    document = json.loads(json.dumps(as_document(EVERY, "en")))
    assert document["schema"] == "photocheck/report-1"
    assert document["verdict"] == "fail"
    assert document["profile"] == {"id": "cn-exit-entry", "hash": "sha256:0"}
    assert document["as_of"] == "2026-11-22"
    assert document["file"] == {"format": "PNG", "width": 300, "height": 400, "bytes": EVERY.file.bytes}
    finding = next(found for found in document["findings"] if found["check"] == "head-height")
    assert finding["code"] == "GEO02"
    assert finding["limits"] == {"pass": [0.7, 0.8], "review": [0.65, 0.85]}
    assert finding["margin"] == pytest.approx(-2.2)
    assert finding["regions"] == [{"type": "box", "label": "head", "points": [[0.2, 0.1], [0.8, 0.9]]}]
    assert "91%" in finding["message"]
    assert finding["advice"]


def test_an_open_end_is_null_in_the_document():
    finding = stamped("head-width", Band.model_validate({"pass": [float("-inf"), 5]}).judge(1))
    assert as_document(made_report(finding), "en")["findings"][0]["limits"]["pass"] == [None, 5]


def test_what_was_read_is_masked_unless_it_is_asked_for():
    report = replace(EVERY, fields={"name": Field("样本人", 0.9, personal=True), "sex": Field("女", 0.9)})
    assert as_document(report, "en")["fields"]["name"]["text"] == "样**"
    assert as_document(report, "en")["fields"]["sex"] == {"text": "女", "confidence": 0.9, "region": None}
    assert as_document(report, "en", reveal=True)["fields"]["name"]["text"] == "样本人"


def test_sarif_tells_only_what_does_not_pass():
    run = as_sarif([EVERY], "en")["runs"][0]
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("GEO02", "error"),
        ("POS02", "error"),
    ]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"GEO02", "POS02"}


def test_the_worst_stands_first():
    assert [finding.check for finding in worst_first(EVERY.findings)] == ["head-height", "yaw", "roll", "head-width"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_says_verdict_message_advice_and_what_was_not_assessed(language):
    output = io.StringIO()
    print_report(Console(file=output, width=200), EVERY, language)
    text = output.getvalue()
    assert interface_text("verdict-fail", language) in text
    assert "GEO02" in text
    assert "POS01" in text
    assert "GEO03" not in text


@pytest.mark.parametrize("size", [(60, 80), (354, 472), (2400, 3200)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_drawn_legibly_at_any_size(size, language):
    rgb = np.full((size[1], size[0], 3), 180, np.uint8)
    drawn = annotate(rgb, EVERY, language)
    assert drawn.height >= 900 * 0.99
    assert drawn.height <= 1600
    red = (np.asarray(drawn)[..., 0].astype(int) - np.asarray(drawn)[..., 1]) > 100
    assert red.any()


def test_drawing_leaves_the_picture_itself_alone():
    rgb = np.full((80, 60, 3), 180, np.uint8)
    annotate(rgb, EVERY, "en")
    assert (rgb == 180).all()


def test_every_region_type_can_be_drawn_also_with_one_point():
    regions = (
        Region.line("a", [(0.1, 0.1), (0.9, 0.9)]), Region.polygon("b", [(0.1, 0.1), (0.5, 0.1), (0.5, 0.6)]),
        Region.dots("c", [(0.5, 0.5)]), Region.polygon("d", [(0.2, 0.2)]),
    )  # fmt: skip
    annotate(np.zeros((80, 60, 3), np.uint8), made_report(replace(TOO_LARGE, regions=regions)), "zh-CN")


def test_a_written_picture_is_there_whole_and_nothing_else(tmp_path):
    write_picture(annotate(np.zeros((80, 60, 3), np.uint8), EVERY, "en"), tmp_path / "a.jpg")
    assert [path.name for path in tmp_path.iterdir()] == ["a.jpg"]
    with Image.open(tmp_path / "a.jpg") as written:
        assert written.format == "JPEG"


def test_the_shipped_font_holds_every_character_that_is_written():
    folder = Path(__file__).parents[2] / "photocheck" / "messages"
    written = {character for file in folder.glob("*.toml") for character in file.read_text("utf-8")} - set("\n")
    tofu = bytes(font(20).getmask("\U0010ffff"))
    missing = {c for c in written if not c.isspace() and bytes(font(20).getmask(c)) == tofu}
    assert not missing


def test_lines_break_between_chinese_characters_but_not_before_a_comma():
    lines = wrap("请靠近一些重新拍摄，或使用自动裁剪。", 20, 9 * 20)
    assert "".join(lines) == "请靠近一些重新拍摄，或使用自动裁剪。"
    assert not any(line.startswith("，") for line in lines)
    assert wrap("one two three", 20, 90) == ["one two", "three"]


class Collector(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links = []

    def handle_starttag(self, tag, attributes):
        self.links += [value for key, value in attributes if key in ("src", "href")]


def row(report=EVERY, error=""):
    thumbnail = encode_jpeg(Image.new("RGB", (30, 40)), 30) if report else b""
    return SimpleNamespace(path="a<b>.png", report=report, error=error, thumbnail=thumbnail)


def test_the_page_fetches_nothing_and_holds_both_languages():
    html = page([row(), row(None, "The file is empty.")], "zh-CN")
    collector = Collector()
    collector.feed(html)
    assert collector.links
    assert all(link.startswith("data:image/jpeg;base64,") for link in collector.links)
    assert "http" not in html.replace("http-equiv", "")
    assert "a&lt;b&gt;.png" in html
    assert "头部偏大" in html
    assert "The head is too large" in html
    assert "The file is empty." in html


def test_the_page_draws_every_region_type():
    regions = (
        HEAD,
        Region.line("a", [(0, 0), (1, 1)]),
        Region.polygon("b", [(0, 0), (1, 0), (1, 1)]),
        Region.dots("c", [(0.5, 0.5)]),
    )
    html = page([row(made_report(replace(TOO_LARGE, regions=regions)))], "en")
    for element in ("<rect", "<polyline", "<polygon", "<path"):
        assert element in html


def test_the_scale_puts_the_value_outside_the_band_it_is_outside_of():
    drawn = scale(TOO_LARGE)
    assert drawn is not None
    names = [name for _, _, name in drawn.bands]
    assert names == ["fail", "review", "pass", "review", "fail"]
    start, length, _ = drawn.bands[-1]
    assert start < drawn.value < start + length
    assert sum(length for _, length, _ in drawn.bands) == pytest.approx(100, abs=0.1)


def test_a_value_without_limits_has_no_scale():
    assert scale(Finding(Outcome.PASS, value=1.0)) is None
    assert scale(Finding(Outcome.PASS, value=1.0, limits=LimitRanges((None, None), (None, None)))) is None


@pytest.mark.parametrize("known", all_checks(), ids=lambda known: known.name)
def test_every_check_can_be_explained(known):
    from photocheck.profile import load_profile
    from photocheck.render.explain import explanation

    for language in LANGUAGES:
        assert known.code in explanation(known, load_profile("cn-exit-entry"), language)
