"""Copies, displays, screenshots, temporary cards and edits, on simulated captures whose corners are known."""

import io
from functools import cache

import cv2
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from photocheck.checks.idcard.authenticity import (
    OfType,
    card_copy,
    card_edited,
    card_screen,
    card_screenshot,
    card_temporary,
)
from photocheck.decode import decode
from photocheck.features.idcard.card import IdCard
from photocheck.features.idcard.edited import see_edits
from photocheck.features.idcard.look import CardLook
from photocheck.features.idcard.place import CardPlace
from photocheck.features.idcard.rectify import rectified
from photocheck.features.idcard.shape import FLAT_PER_MM
from photocheck.finding import NotAssessable, Outcome
from photocheck.limits import Band
from samples.maker.camera import Copy, Electronic, PastedText, Screen, Shot, SwappedPortrait, photograph
from samples.maker.cards import draw_card
from samples.maker.cards.fonts import SHIPPED, Face, Fonts
from samples.maker.cards.people import IMPOSSIBLE_REGION

SIZE_MM = (85.60, 54.00)
HALF = Band.model_validate({"pass": [None, 0.5], "review": [None, 1.0]})
DESK = Shot(desk="wood", share=0.75, turn=3.0, tilt_x=4.0, tilt_y=-3.0, noise=0.2, jpeg=92)


class PlacedCard(IdCard):
    """A card whose place and type are told, so that nothing needs to be found."""

    def __init__(self, data, corners, card_type="resident", probability=0.99):
        super().__init__(decode(data))
        look = CardLook("portrait", 0.99, card_type, probability, 0.99, 0.99)
        self.told = CardPlace(np.asarray(corners, dtype=np.float64), 1.0, look, (True,) * 4)

    @property
    def place(self):
        return self.told


@cache
def specimen():
    shipped = Fonts(Face(SHIPPED), Face(SHIPPED), Face(SHIPPED))
    return draw_card(card_type="resident", side="portrait", dpi=450, seed=3, region=IMPOSSIBLE_REGION, font=shipped)


@cache
def card(medium=None, **changes):
    taken = photograph(specimen().rgb, SIZE_MM, seed=7, shot=DESK, medium=medium, **changes)
    data = taken.jpeg or cv2.imencode(".png", taken.rgb[:, :, ::-1])[1].tobytes()
    return PlacedCard(data, taken.corners + 0.5)


@pytest.mark.parametrize("ask", [card_copy, card_screen, card_screenshot])
def test_a_photo_of_the_card_itself_passes(ask):
    assert ask(card(), HALF).outcome is Outcome.PASS


def test_a_grey_copy_is_told_from_a_colour_copy():
    grey, colour = (card_copy(card(Copy(colour=colour)), HALF) for colour in (False, True))
    assert (grey.outcome, grey.case) == (Outcome.REVIEW, "grey")
    assert (colour.outcome, colour.case) == (Outcome.REVIEW, "colour")
    assert float(grey.facts["chroma"]) < 3.0 < float(colour.facts["chroma"])


def test_a_picture_without_colour_looks_like_a_grey_copy():
    photo = card()
    grey = cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY)
    found = card_copy(PlacedCard(cv2.imencode(".png", grey)[1].tobytes(), photo.place.corners), HALF)
    assert (found.outcome, found.case) == (Outcome.REVIEW, "grey")


def test_the_pattern_of_a_display_is_seen_where_it_crosses_the_edge():
    found = card_screen(card(Screen(pitch=0.233, page="white", grid=0.9)), HALF)
    assert found.outcome is Outcome.REVIEW
    assert found.case == "crossing"
    assert {region.label for region in found.regions} == {"fine-pattern"}


@pytest.mark.parametrize("jpeg", [None, 90])
@pytest.mark.parametrize("page", ["app", "plain"])
def test_a_screenshot_has_no_camera(page, jpeg):
    found = card_screenshot(card(Electronic(page=page), jpeg=jpeg, turn=0.0), HALF)
    assert (found.outcome, found.case) == (Outcome.REVIEW, "page")
    assert float(found.facts["equal"]) > 90


def test_fine_patterns_are_not_looked_for_where_they_cannot_be():
    with pytest.raises(NotAssessable, match="card-too-coarse"):
        card_screen(card(share=0.3), HALF)
    with pytest.raises(NotAssessable, match="card-too-blurred"):
        card_screen(card(defocus=0.8), HALF)
    with pytest.raises(NotAssessable, match="card-too-compressed"):
        card_screen(card(jpeg=15), HALF)
    dark = PlacedCard(cv2.imencode(".png", card().rgb // 12)[1].tobytes(), card().place.corners)
    with pytest.raises(NotAssessable, match="card-colours-unseen"):
        card_copy(dark, HALF)


def test_a_temporary_card_goes_where_the_profile_says():
    photo = card()
    data = cv2.imencode(".png", photo.rgb[:, :, ::-1])[1].tobytes()
    temporary = PlacedCard(data, photo.place.corners, "temporary")
    assert card_temporary(photo, OfType()).outcome is Outcome.PASS
    for answer in ("pass", "review", "fail"):
        found = card_temporary(temporary, OfType(temporary=answer))
        assert found.outcome is Outcome(answer)
        assert found.case == ("accepted" if answer == "pass" else "temporary")
    with pytest.raises(NotAssessable, match="card-type-unclear"):
        card_temporary(PlacedCard(data, photo.place.corners, "temporary", 0.4), OfType())


def test_an_editor_s_name_in_the_file_is_told():
    photo, file, note = card(), io.BytesIO(), PngImagePlugin.PngInfo()
    note.add_text("Software", "Adobe Photoshop 25.0")
    Image.fromarray(photo.rgb).save(file, "PNG", pnginfo=note)
    found = card_edited(PlacedCard(file.getvalue(), photo.place.corners), HALF)
    assert (found.outcome, found.case) == (Outcome.REVIEW, "software")
    assert "Photoshop" in found.facts["tool"]


def edits_of(*edits):
    made = specimen()
    taken = photograph(made.rgb, SIZE_MM, seed=7, shot=DESK, edits=edits)
    lines = [tuple(edge * FLAT_PER_MM for edge in box) for key in made.lines for box in made.places[key]]
    photo = tuple(edge * FLAT_PER_MM for edge in made.portrait)
    return see_edits(rectified(taken.rgb, taken.corners + 0.5), lines, photo)


def test_an_unchanged_card_has_one_ground():
    edits = edits_of()
    assert edits.text_odds().max() < 0.0
    assert edits.photo_odds() < 0.0


def test_a_place_that_was_painted_over_is_found():
    left, top, right, bottom = specimen().places["number"][0]
    box = (left - 0.3, top - 0.4, right + 0.3, bottom + 0.4)
    edits = edits_of(PastedText(box, "990101190001010000", 3.6, noise=0.0, jpeg=None))
    worst = edits.texts[int(edits.text_odds().argmax())]
    assert edits.text_odds().max() > 0.0
    assert abs((worst.box[1] + worst.box[3]) / 2 / FLAT_PER_MM - (top + bottom) / 2) < 1.0


def test_another_photo_brings_its_own_ground():
    picture = np.full((320, 260, 3), 225, np.uint8)
    cv2.ellipse(picture, (130, 150), (60, 80), 0, 0, 360, (190, 150, 130), -1)
    edits = edits_of(SwappedPortrait(specimen().portrait, picture))
    assert edits.photo_odds() > 0.0


def test_cards_without_texts_are_not_compared():
    with pytest.raises(NotAssessable, match="no-print"):
        see_edits(np.full((810, 1284, 3), 220, np.uint8), [], None).text_odds()
