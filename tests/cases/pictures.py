"""The pictures that case files describe, made once for every distinct recipe."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from photocheck.decode import decode
from photocheck.features.portrait import Portrait
from photocheck.features.subject import Subject
from photocheck.features.submission.submission import Submission
from samples.maker.astronaut import astronaut
from samples.maker.documents import draw_card, draw_signature
from samples.maker.encode import encode
from samples.maker.portrait import draw
from tests.cases.captures import card_of
from tests.cases.cards import WrittenCard
from tests.cases.signatures import signed
from tests.cases.submissions import MadeSubmission
from tests.evaluation.degradations import apply

Image = NDArray[np.uint8]
Table = Mapping[str, Any]

FIXTURES = Path(__file__).parent.parent / "fixtures"


def plain(*, width: int = 390, height: int = 520, colour: tuple[int, int, int] = (200, 200, 200)) -> Image:
    """A field of one colour: no face, no person, nothing."""
    return np.full((height, width, 3), colour, np.uint8)


def shapes(*, width: int = 390, height: int = 520, seed: int = 1) -> Image:
    """Boxes and discs of many colours: a picture of something, but of nobody."""
    random = np.random.default_rng(seed)
    field = np.full((height, width, 3), 235, np.uint8)
    for number in range(14):
        colour = tuple(int(value) for value in random.integers(20, 230, 3))
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        side = int(random.integers(20, 90))
        if number % 2:
            cv2.circle(field, (x, y), side // 2, colour, -1, cv2.LINE_AA)
        else:
            cv2.rectangle(field, (x, y), (x + side, y + side), colour, -1)
    return field


MAKERS = {
    "portrait": draw,
    "astronaut": astronaut,
    "plain": plain,
    "shapes": shapes,
    "card": draw_card,
    "signature": draw_signature,
}


def subject_of(picture: Table, then: Sequence[Table], file: Table) -> Subject | Submission:
    """The picture made, changed, encoded and decoded again; equal recipes give the same object.

    Args:
        picture: `maker` and its parameters; or `fixture`, the name of a file in `tests/fixtures`; or `written`, the
            texts of a card by key, with the other parameters of `WrittenCard`; or `photographed`, see `captures.py`; or
            `signed`, see `signatures.py`; or `submission`, the parameters of `submissions.MadeSubmission`.
        then: the operations of `tests/evaluation/degradations.py`.
        file: the parameters of `samples.maker.encode.encode`.
    """
    return _subject(json.dumps([picture, then, file], sort_keys=True))


@lru_cache(maxsize=12)  # a subject keeps what was seen on it, about 10 MB
def _subject(recipe: str) -> Subject | Submission:
    picture, then, file = json.loads(recipe)
    if "written" in picture:
        return WrittenCard(picture.pop("written"), **picture)
    if "photographed" in picture:
        return card_of(**picture)
    if "signed" in picture:
        return signed(picture, then, file)
    if "submission" in picture:
        return MadeSubmission(_item, **picture["submission"])
    if "fixture" in picture:
        return Portrait(decode((FIXTURES / picture["fixture"]).read_bytes()))
    rgb = apply(_made(json.dumps(picture, sort_keys=True)), then)
    return Portrait(decode(encode(rgb, **file)))


def _item(recipe: Table) -> Subject:
    """One picture of a submission: a recipe as above, its operations under `then`."""
    picture = {key: value for key, value in recipe.items() if key != "then"}
    made = subject_of(picture, recipe.get("then", ()), {})
    assert isinstance(made, Subject)
    return made


@lru_cache(maxsize=64)
def _made(recipe: str) -> Image:
    parameters = json.loads(recipe)
    return MAKERS[parameters.pop("maker")](**parameters)
