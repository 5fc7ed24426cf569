"""The text net: lines drawn with the shipped font are read, and constraints hold."""

import hashlib
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from photocheck.features import text
from photocheck.features.ctc import text_log_probabilities
from photocheck.features.models import model_hashes

FONT = Path("photocheck/render/fonts/NotoSansSC-GB2312.otf")


def strip(words: str, size: int = 34, height: int = 48) -> np.ndarray:
    """Dark words on a light ground, H×W×3 uint8."""
    font = ImageFont.truetype(Path(__file__).parents[2] / FONT, size)
    picture = Image.new("RGB", (int(font.getlength(words)) + 20, height), (235, 240, 238))
    ImageDraw.Draw(picture).text((10, height // 2), words, font=font, fill=(25, 25, 25), anchor="lm")
    return np.asarray(picture)


def seen(picture: np.ndarray) -> text.LineScores:
    return text.score_lines([picture])[0]


@pytest.mark.parametrize(
    "words", ["男", "布朗", "买买提·吐尔逊", "99010118001231002X", "2016.03.02-长期", "某某市某某路12号"]
)
def test_a_clear_line_is_read_with_confidence(words: str) -> None:
    line = seen(strip(words)).line()
    assert line.text == words
    assert line.confidence > 0.9


def test_a_line_of_another_height_is_scaled() -> None:
    assert seen(strip("某某市", 68, 96)).line().text == "某某市"


def test_characters_come_from_left_to_right_inside_the_strip() -> None:
    line = seen(strip("99010118001231002X")).line()
    lefts = [character.left for character in line.characters]
    assert lefts == sorted(lefts)
    assert all(0 <= character.left < character.right <= 1 for character in line.characters)
    assert line.characters[0].left < 0.1 < 0.9 < line.characters[-1].right


def test_an_empty_strip_says_nothing() -> None:
    line = seen(np.full((48, 200, 3), 235, np.uint8)).line()
    assert line == ("", 0.0, ())


def test_an_alphabet_keeps_other_characters_out() -> None:
    line = seen(strip("99男01")).line("0123456789X")
    assert set(line.text) <= set("0123456789X")
    assert line.text.startswith("99")


def test_a_choice_is_made_only_with_confidence_where_it_is_written() -> None:
    assert seen(strip("女")).choose(["男", "女"]) == ("女", pytest.approx(1.0, abs=0.01))
    assert seen(strip("哈萨克")).choose(["男", "女"]).confidence < 0.01


def test_a_name_scores_best_on_its_own_strip() -> None:
    drawn = strip("欧阳子涵")
    own, near, far = (seen(drawn).score(name) for name in ("欧阳子涵", "欧阳子函", "李明"))
    assert own == 0.0
    assert own > near > far


def test_a_name_outside_the_dictionary_scores_minus_infinity() -> None:
    unknown = "\U00020000\ue000"
    assert not text.can_read(unknown)
    assert seen(strip("李明")).score(unknown) == -math.inf


def test_threads_share_the_session() -> None:
    words = ["某某路", "东城区", "西城区", "南城区"]
    with ThreadPoolExecutor(4) as pool:
        assert [scores.line().text for scores in pool.map(seen, map(strip, words))] == words


def test_the_net_is_named_by_its_hash() -> None:
    digest = hashlib.sha256(text.text_net_file().read_bytes()).hexdigest()
    assert model_hashes()["text-recognition"] == f"sha256:{digest}"


def test_probabilities_of_texts_sum_over_alignments() -> None:
    # Two columns of blank, a, b: "a" is aa, a-, -a.
    columns = np.array([[0.2, 0.5, 0.3], [0.1, 0.6, 0.3]], np.float32)
    found = np.exp(text_log_probabilities(columns, [[1], [1, 2], [], [1, 1]], blank=0))
    assert found == pytest.approx([0.5 * 0.6 + 0.5 * 0.1 + 0.2 * 0.6, 0.5 * 0.3, 0.2 * 0.1, 0.0], abs=1e-6)
