"""The one place that touches the text net of rapidocr (PP-OCRv6 small, in its wheel): lines already cut out, read.

The net runs by onnxruntime straight from the wheel's file: rapidocr's own pipeline would search the picture for lines,
keep only the best reading of each, and fetch any net it misses from the network.
"""

from __future__ import annotations

import math
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.features.ctc import text_log_probabilities
from photocheck.features.subject import Image

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

LINE_HEIGHT = 48
"""Pixels of height at which the net sees a line; strips of this height are not resampled."""

_STEP = 8
"""Pixels of width that one column of the net's answer stands for."""
_LEAST_WIDTH = 48
_NET_FILE = "PP-OCRv6_rec_small.onnx"
_BLANK = 0
_RARE, _STRANGE = 0.2, 0.02
"""Weights of Chinese characters outside GB 2312, and of characters that are neither Chinese nor expected."""
_starting = threading.Lock()


class Character(NamedTuple):
    """One character of a line.

    Attributes:
        text: the character.
        confidence: probability of it at the column where it was read, 0..1.
        left, right: where its columns begin and end, as shares (0..1) of the strip's width.
    """

    text: str
    confidence: float
    left: float
    right: float


class TextLine(NamedTuple):
    """What a strip says.

    Attributes:
        text: the characters; empty where none was seen.
        confidence: mean of the characters' confidences; 0 without any.
        characters: from left to right.
    """

    text: str
    confidence: float
    characters: tuple[Character, ...]


class Choice(NamedTuple):
    """The most probable of several texts, and its probability against the others and the line read freely."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class LineScores:
    """The net's answer for one strip, to be decoded under one constraint or several.

    Attributes:
        probabilities: columns × classes float32; class 0 is the blank between characters.
        share: the part of the columns' width that the strip covers, 0..1; padding follows.
    """

    probabilities: NDArray[np.float32]
    share: float

    def line(self, alphabet: str | None = None, *, likely: str | None = None) -> TextLine:
        """The best path.

        Args:
            alphabet: the only characters that may be answered; any by default. Confidences stay those among all.
            likely: characters to expect beside Chinese ones. Given, the net's probabilities are weighted by how usual
                their characters are on a card: those of GB 2312 and the expected ones in full, rarer Chinese ones and
                traditional forms less, all others hardly. The net, trained on everything, is short of that knowledge.
        """
        scores = self.probabilities
        if likely is not None:
            scores = scores * _weights(likely)
            scores /= scores.sum(axis=1, keepdims=True)
        if alphabet is None:
            best = scores.argmax(axis=1)
        else:
            allowed = np.array([_BLANK, *_classes(alphabet)])
            best = allowed[scores[:, allowed].argmax(axis=1)]
        starts = np.flatnonzero(np.diff(best, prepend=_BLANK) != 0)
        ends = np.append(starts, len(best))[1:]
        width = len(best) * self.share
        characters = tuple(
            Character(
                _characters()[best[start] - 1],
                float(scores[start:end, best[start]].max()),
                min(1.0, start / width),
                min(1.0, end / width),
            )
            for start, end in zip(starts, ends, strict=True)
            if best[start] != _BLANK
        )
        confidence = sum(character.confidence for character in characters) / max(1, len(characters))
        return TextLine("".join(character.text for character in characters), confidence, characters)

    def log_probability(self, text: str) -> float:
        """Natural logarithm of the probability that the strip says exactly `text`, 0 or less.

        Summed over all alignments; -inf where a character is outside the net's dictionary or the strip is too short.
        """
        return self._log_probabilities([text])[0]

    def score(self, text: str) -> float:
        """Log-probability of `text` less that of the best free reading, per character of `text`.

        0 where they are the same text; about -3 where another text is clearly better, -inf as in `log_probability`.
        """
        free = self.line().text
        wanted, best = self._log_probabilities([text, free])
        return 0.0 if text == free else (wanted - best) / max(1, len(text))

    def choose(self, choices: Sequence[str]) -> Choice:
        """The most probable of closed choices.

        The confidence is its probability as a share of that of all choices and of the free reading, so that a strip
        that says something else entirely gives a low one.

        Args:
            choices: at least one.
        """
        free = self.line().text
        texts = [*choices, *([] if free in choices else [free])]
        found = np.array(self._log_probabilities(texts))
        weights = np.exp(found - found.max()) if np.isfinite(found.max()) else np.zeros(len(texts))
        best = int(weights[: len(choices)].argmax())
        return Choice(choices[best], float(weights[best] / max(weights.sum(), 1e-12)))

    def _log_probabilities(self, texts: Sequence[str]) -> list[float]:
        known = [text for text in texts if all(character in _places() for character in text)]
        found = text_log_probabilities(self.probabilities, [_classes(text) for text in known], _BLANK)
        by_text = dict(zip(known, found, strict=True))
        return [float(by_text.get(text, -math.inf)) for text in texts]


def score_lines(strips: Sequence[Image]) -> list[LineScores]:
    """Run the net over strips, each holding one horizontal line of text.

    One run a strip: on one thread the net takes as long for a batch as for its strips one by one, and needs no padding.

    Args:
        strips: H×W×3 uint8 RGB, scaled to `LINE_HEIGHT`; text that fills about two thirds of the height reads best.
    """
    return [_score(strip) for strip in strips]


def _score(strip: Image) -> LineScores:
    pixels = _net_input(strip)
    width = pixels.shape[2]
    padded = np.zeros((1, 3, LINE_HEIGHT, max(_LEAST_WIDTH, math.ceil(width / _STEP) * _STEP)), np.float32)
    padded[0, :, :, :width] = pixels
    session = _session()
    scores = session.run(None, {session.get_inputs()[0].name: padded})[0][0]
    return LineScores(scores, width / padded.shape[3])


def can_read(text: str) -> bool:
    """Whether every character of `text` is in the net's dictionary."""
    return all(character in _places() for character in text)


def text_net_file() -> Path:
    """The recognition net in rapidocr's wheel.

    Raises:
        ModuleNotFoundError: if rapidocr is not installed.
    """
    found = find_spec("rapidocr")  # looked up, not imported: that takes a second
    if found is None or found.origin is None:
        raise ModuleNotFoundError("rapidocr is not installed; `make setup` installs it")
    return Path(found.origin).parent / "models" / _NET_FILE


def _session() -> InferenceSession:
    """The session of this process; onnxruntime lets threads share it."""
    with _starting:
        return _start()


@cache
def _start() -> InferenceSession:
    # Imported late: `photocheck --help` needs none of it.
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The arena keeps the largest size ever seen; lines come in all widths.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return InferenceSession(str(text_net_file()), options, providers=["CPUExecutionProvider"])


@cache
def _characters() -> tuple[str, ...]:
    listed: str = _session().get_modelmeta().custom_metadata_map["character"]
    return (*listed.splitlines(), " ")


@cache
def _places() -> dict[str, int]:
    return {character: place + 1 for place, character in enumerate(_characters())}


@cache
def _weights(likely: str) -> NDArray[np.float32]:
    return np.array([1.0, *(_weight(character, likely) for character in _characters())], np.float32)


def _weight(character: str, likely: str) -> float:
    if character in likely:
        return 1.0
    if "CJK UNIFIED" not in unicodedata.name(character[0], ""):
        return _STRANGE
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return _RARE
    return 1.0


def _classes(text: Iterable[str]) -> list[int]:
    return [_places()[character] for character in text]


def _net_input(strip: Image) -> NDArray[np.float32]:
    """3×48×W float32, -1..1, blue first as the net was trained."""
    height, width = strip.shape[:2]
    if height != LINE_HEIGHT:
        wanted = max(_STEP, math.ceil(width * LINE_HEIGHT / height))
        kind = cv2.INTER_AREA if height > LINE_HEIGHT else cv2.INTER_LINEAR
        strip = np.asarray(cv2.resize(strip, (wanted, LINE_HEIGHT), interpolation=kind), dtype=np.uint8)
    return strip[:, :, ::-1].transpose(2, 0, 1).astype(np.float32) / 127.5 - 1.0
