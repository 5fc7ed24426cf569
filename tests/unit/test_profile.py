"""Profiles: strict, with the file and line of every mistake, and the same hash everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from photocheck.checks.file import Formats, PixelSize
from photocheck.finding import Outcome
from photocheck.limits import Band
from photocheck.profile import GRADES, ProfileError, Setting, load_profile, profile_ids, sources
from photocheck.registry import find_check

PORTRAITS = (
    "ca-visa", "cn-driving-licence", "cn-exit-entry", "cn-exit-entry-studio", "cn-id-card", "cn-passport-abroad",
    "cn-residence-permit", "cn-social-security", "cn-visa", "hk-passport", "icao", "in-oci", "jp-passport", "schengen",
    "tw-passport", "uk-passport", "us-visa",
)  # fmt: skip

HEAD = """id = "mine"
kind = "portrait"
title = { zh-CN = "我的", en = "Mine" }
"""
LINE = 'head-height = { pass = [0.7, 0.8], source = "S4", grade = "C" }\n'


def written(folder: Path, text: str, name: str = "mine.toml") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def complaint(folder: Path, text: str) -> str:
    """What loading says, the path of the file left out: `4: unknown key ...`."""
    path = written(folder, text)
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    told = str(caught.value)
    assert told.startswith(f"{path}:")
    return told.removeprefix(f"{path}:")


def test_a_profile_of_ones_own_loads(tmp_path: Path) -> None:
    profile = load_profile(written(tmp_path, HEAD + "[checks]\n" + LINE))
    limits = profile.limits("head-height")
    assert isinstance(limits, Band)
    assert limits.passing == (0.7, 0.8)
    assert [check.name for check, _ in profile.checks()] == ["head-height"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + 'colour = "red"\n', "4: unknown key 'colour'"),
        (HEAD + "[checks]\n# a remark\n\nhead-hight = { pass = [0, 1] }\n", "7: unknown check 'head-hight'"),
        (HEAD + "[checks]\nGEO02 = { pass = [0, 1] }\n", "5: unknown check 'GEO02'"),
        (HEAD + "[checks]\nhead-height = 0.7\n", "5: head-height must be a table"),
        (HEAD + '[checks]\nhead-height = { pass = [0.8, 0.7], source = "S4", grade = "C" }\n', "5: head-height"),
        (HEAD + '[checks]\nhead-height = { pass = [1, 7], review = [2, 8], source = "S4", grade = "C" }\n', "5:"),
        (HEAD + '[checks]\nhead-height = { pass = [0.1, 0.7], grade = "C" }\n', "5: head-height has numbers without"),
        (HEAD + '[checks]\nhead-height = { pass = [0.1, 0.7], source = "S4" }\n', "5: head-height has numbers without"),
        (HEAD + '[checks]\nhead-height = { pass = [0.1, 0.7], source = "S4, X9", grade = "C" }\n', "5: head-height na"),
        (HEAD + '[checks]\nhead-height = { pass = [0.1, 0.7], source = "S4", grade = "Z" }\n', "5: head-height.grade"),
        (HEAD + '[checks]\nhead-height = { pass = [0, 1], bogus = 3, source = "S4" }\n', "5: head-height.bogus"),
        (HEAD + "[checks]\nhead-height = { off = 3 }\n", "5: head-height.off"),
        (HEAD + "[prepare]\nwidth = 300\nheigth = 400\n", "6: prepare.heigth: "),
        (HEAD + "[prepare]\nwidth = 300\nheight = 400\ndpi = 0\n", "7: prepare.dpi"),
        (HEAD + "[prepare]\nwidth = 300\nheight = 400\ncolour = 1\n", "7: prepare.colour"),
        (HEAD + "note = { en = 'only one language' }\n", "4: note.zh-CN: Field required"),
        (HEAD.replace('kind = "portrait"\n', ""), "1: kind: Field required"),
        (HEAD.replace("portrait", "painting"), "2: kind: "),
        ('kind = "portrait"\n', "1: id is missing"),
        (HEAD + "checks = 3\n", "4: [checks] must be a table"),
        (HEAD + "[checks]\nhead-height = {\n", "5: not valid TOML"),
        (HEAD + "[checks]\n" + LINE + LINE, "6: not valid TOML"),
        (HEAD + 'extends = "atlantis"\n', "4: There is no profile 'atlantis'"),
        (HEAD.replace("portrait", "signature") + "[checks]\n" + LINE, "5: check head-height is for portrait"),
    ],
    ids=lambda text: "",
)  # fmt: skip
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, told: str) -> None:
    assert complaint(tmp_path, text).startswith(told)


def test_a_profile_extends_only_its_own_kind(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD.replace("portrait", "signature") + 'extends = "icao"\n')
    with pytest.raises(ProfileError, match="this profile is for portrait, the one that extends it for signature"):
        load_profile(path)


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ('[checks.head-height]\nsource = "S4"\ngrade = "C"\npass = [0.8,\n  0.7]\n', 4),
        ('[checks.head-height]\nsource = "S4"\ngrade = "C"\npass = [0.7, 0.8]\nbogus = 1\n', 8),
        ('[checks."head-height"]\nsource = "S4"\n"bogus" = 1\n', 6),
        ("[checks]\nhead-height.bogus = 1\n", 5),
        ('[checks]\nhead-height = { source = "S4", pass = [\n  0.7, # low\n  0.8,\n], bogus = 1 }\n', 5),
        ('[prepare]\nwidth = 3\nheight = 4\n[checks.head-height]\nsource = """\nbogus = 1\n"""\nbogus = 1\n', 11),
    ],
)
def test_the_line_is_found_in_every_form_of_toml(tmp_path: Path, form: str, line: int) -> None:
    assert complaint(tmp_path, HEAD + form).startswith(f"{line}: ")


def test_no_text_encoding_but_utf8(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(HEAD.encode("gb18030"))
    with pytest.raises(ProfileError, match="not UTF-8"):
        load_profile(str(path))


def test_unknown_profiles_are_refused(tmp_path: Path) -> None:
    for name in ("atlantis", "sources", "../profile", "base-portrait", str(tmp_path / "none.toml")):
        with pytest.raises(ProfileError):
            load_profile(name)


def test_circles_are_refused(tmp_path: Path) -> None:
    first = written(tmp_path, HEAD + 'extends = "second.toml"\n', "first.toml")
    second = written(tmp_path, HEAD + 'extends = "first.toml"\n', "second.toml")
    itself = written(tmp_path, HEAD + 'extends = "itself.toml"\n', "itself.toml")
    for path, line in ((first, 4), (second, 4), (itself, 4)):
        with pytest.raises(ProfileError, match=rf":{line}: profiles extend each other in a circle"):
            load_profile(path)


def test_a_child_replaces_lines_whole_and_can_take_checks_back(tmp_path: Path) -> None:
    written(tmp_path, HEAD + "[prepare]\nwidth = 300\nheight = 400\ndpi = 350\n[checks]\n" + LINE, "parent.toml")
    child = load_profile(
        written(
            tmp_path,
            HEAD + 'extends = "parent.toml"\n[prepare]\nwidth = 30\nheight = 40\n'
            '[checks]\nhead-height = { pass = [0.5, 0.6], source = "S4", grade = "C", at_most = "review" }\n',
        )
    )
    assert child.settings["head-height"].cap(Outcome.FAIL) is Outcome.REVIEW
    assert child.prepare is not None
    assert child.prepare.dpi == 300
    taken_back = load_profile(
        written(tmp_path, HEAD + 'extends = "parent.toml"\n[checks]\nhead-height = { off = true }\n', "back.toml")
    )
    assert taken_back.checks() == ()
    assert taken_back.limits("head-height") is None


def test_a_check_can_be_for_one_intake_only(tmp_path: Path) -> None:
    line = LINE.replace(" }", ', only = "original" }')
    profile = load_profile(written(tmp_path, HEAD + "[checks]\n" + line))
    assert profile.checks("final") == ()
    assert len(profile.checks("original")) == 1


def test_the_hash_follows_the_numbers_and_not_the_words(tmp_path: Path) -> None:
    def hashed(text: str, name: str) -> str:
        return load_profile(written(tmp_path, text, name)).hash

    base = hashed(HEAD + "[checks]\n" + LINE, "a.toml")
    assert base.startswith("sha256:")
    assert base == hashed(HEAD.replace("Mine", "Other") + "\n\n[checks]\n# words\n" + LINE, "b.toml")
    assert base != hashed(HEAD + "[checks]\n" + LINE.replace("0.8", "0.81"), "c.toml")
    assert base != hashed(HEAD + "[prepare]\nwidth = 3\nheight = 4\n[checks]\n" + LINE, "d.toml")


def test_the_hash_is_the_same_in_another_process() -> None:
    program = "from photocheck.profile import load_profile as p; print(p('icao').hash, p('cn-exit-entry').hash)"
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {f"{load_profile('icao').hash} {load_profile('cn-exit-entry').hash}\n"}


def test_all_portrait_profiles_are_there() -> None:
    assert set(PORTRAITS) <= set(profile_ids("portrait"))


@pytest.mark.parametrize("name", PORTRAITS)
def test_every_shipped_profile_is_whole(name: str) -> None:
    profile = load_profile(name)
    assert profile.id == name
    assert set(profile.title) == {"zh-CN", "en"}
    assert profile.prepare is not None
    for check, setting in profile.settings.items():
        assert_sourced(check, setting)


def assert_sourced(name: str, setting: Setting) -> None:
    check = find_check(name)
    assert check is not None
    if setting.off or not check.limits_type.model_fields:
        return
    assert setting.grade in GRADES, name
    assert setting.source, name
    assert all(key.strip() in sources() for key in setting.source.split(",")), name


@pytest.mark.parametrize("name", PORTRAITS)
def test_what_prepare_makes_is_what_the_profile_takes(name: str) -> None:
    profile = load_profile(name)
    target = profile.prepare
    assert target is not None
    size = profile.limits("pixel-size")
    if isinstance(size, PixelSize):
        assert size.width is None or size.width.outcome(target.width) is Outcome.PASS
        assert size.height is None or size.height.outcome(target.height) is Outcome.PASS
    for check, value in (("aspect-ratio", target.width / target.height), ("resolution-dpi", target.dpi)):
        limits = profile.limits(check)
        assert limits is None or (isinstance(limits, Band) and limits.outcome(value) is Outcome.PASS)
    formats = profile.limits("file-format")
    assert isinstance(formats, Formats)
    assert target.format in formats.allowed


@pytest.mark.parametrize("name", PORTRAITS)
def test_sizes_and_shapes_a_profile_takes_agree(name: str) -> None:
    size, shape = load_profile(name).limits("pixel-size"), load_profile(name).limits("aspect-ratio")
    if isinstance(size, PixelSize) and isinstance(shape, Band) and size.width and size.height:
        least_width, least_height = size.width.passing[0], size.height.passing[0]
        assert least_width is not None
        assert least_height is not None
        assert shape.outcome(least_width / least_height) is not Outcome.FAIL
