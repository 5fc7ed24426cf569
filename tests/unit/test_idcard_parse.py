"""From lines to fields: forms are asked for, nothing is corrected."""

import pytest

from photocheck.features.idcard import parse
from photocheck.features.text import Character, TextLine


def line(text: str, confidence: float = 0.9, pitch: float = 0.03) -> TextLine:
    characters = tuple(
        Character(character, confidence, k * pitch, k * pitch + pitch / 2)
        for k, character in enumerate(text)
        if character != " "
    )
    return TextLine("".join(character.text for character in characters), confidence, characters)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("1985年12月3日", "1985-12-03"),
        ("1985年1月23", "1985-01-23"),
        ("1985    12    3", "1985-12-03"),
        ("1985年2月30日", "1985-02-30"),
        ("985年12月3日", ""),
        ("1985年12月", ""),
        ("", ""),
    ],
)
def test_birth(read: str, text: str) -> None:
    assert parse.birth([line(read)]).text == text


@pytest.mark.parametrize(
    ("read", "first", "last"),
    [
        ("2016.03.02-2036.03.02", "2016-03-02", "2036-03-02"),
        ("20160302-2036.03.02", "2016-03-02", "2036-03-02"),
        ("2016.03.02-长期", "2016-03-02", "长期"),
        ("2016.03.02-", "", ""),
        ("2016.03.0-2036.03.02", "", ""),
    ],
)
def test_validity(read: str, first: str, last: str) -> None:
    found = parse.validity([line(read)])
    assert (found[0].text, found[1].text) == (first, last)


def test_lines_are_joined_without_spaces_and_at_half_width() -> None:
    assert parse.joined([line("某某路１２号"), line("３ 室")]).text == "某某路12号3室"


@pytest.mark.parametrize("dot", ["·", "・", "•", "."])
def test_the_dot_of_a_name_is_one_character_however_it_was_read(dot: str) -> None:
    assert parse.name([line(f"买买提{dot}吐尔逊")]).text == "买买提·吐尔逊"


def test_a_name_with_characters_of_no_name_is_hardly_believed() -> None:
    assert parse.name([line("李ネ")]).confidence <= parse.STRANGE


def test_the_confidence_is_that_of_the_least_sure_character() -> None:
    unsure = line("明", 0.4)
    assert parse.name([TextLine("李明", 0.9, (*line("李").characters, *unsure.characters))]).confidence == 0.4


def test_nothing_read_is_nothing() -> None:
    assert parse.name([]) == parse.number([]) == parse.birth([]) == parse.NOTHING


def test_a_latin_name_keeps_its_spaces() -> None:
    assert parse.latin([TextLine("SMITH ,JOHN  PAUL", 0.9, line("SMITH").characters)]).text == "SMITH, JOHN PAUL"
