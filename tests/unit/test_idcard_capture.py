"""How a card was photographed, on made flat cards: what is hidden weighs as it matters, whoever's hand hides it."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from photocheck.checks.idcard.capture import TypeLimits, card_type
from photocheck.features.idcard.condition import Condition
from photocheck.features.idcard.cover import cover_mask
from photocheck.features.idcard.exposure import see_exposure
from photocheck.features.idcard.focus import see_edges
from photocheck.features.idcard.framing import see_framing
from photocheck.features.idcard.glare import glare_mask
from photocheck.features.idcard.importance import PHOTO, PLAIN, importance_of
from photocheck.features.idcard.look import CardLook
from photocheck.features.idcard.place import CardPlace
from photocheck.features.idcard.shape import FLAT_HEIGHT, FLAT_WIDTH
from photocheck.features.idcard.surface import MAP_HEIGHT, MAP_WIDTH, PER_MM, mask_box, see_surface
from photocheck.features.idcard.watermark import see_added_print
from photocheck.finding import NotAssessable
from samples.maker.cards import draw_card
from samples.maker.cards.fonts import SHIPPED, Face, Fonts
from samples.maker.cards.people import IMPOSSIBLE_REGION

EVERYWHERE = np.ones((FLAT_HEIGHT, FLAT_WIDTH), np.bool_)
RESIDENT = SimpleNamespace(card_type="resident", side="portrait")


@pytest.fixture(scope="module")
def flat():
    shipped = Face(SHIPPED)  # the same card on every machine
    kit = Fonts(shipped, shipped, shipped)
    made = draw_card(card_type="resident", side="portrait", seed=3, font=kit, region=IMPOSSIBLE_REGION).rgb
    return cv2.resize(made, (FLAT_WIDTH, FLAT_HEIGHT), interpolation=cv2.INTER_AREA)


def spot(x_mm, y_mm, width_mm, height_mm):
    mask = np.zeros((MAP_HEIGHT, MAP_WIDTH), np.bool_)
    left, top = round(x_mm * PER_MM), round(y_mm * PER_MM)
    mask[top : top + round(height_mm * PER_MM), left : left + round(width_mm * PER_MM)] = True
    return mask


def test_the_number_weighs_more_than_the_photo_and_that_more_than_plastic():
    importance = importance_of(RESIDENT)
    number, photo, plastic = spot(40, 43.5, 6, 3), spot(60, 20, 6, 3), spot(5, 50, 6, 3)
    assert importance.hidden(number) > 2 * importance.hidden(photo) > 4 * importance.hidden(plastic)
    assert importance.weights.sum() == pytest.approx(1.0)


def test_hidden_parts_are_named():
    importance = importance_of(RESIDENT)
    assert importance.hidden_parts(spot(40, 43.5, 6, 3)) == ("field-number",)
    assert importance.hidden_parts(spot(60, 20, 12, 12)) == (PHOTO,)
    assert importance.hidden_parts(spot(5, 50, 6, 3)) == (PLAIN,)


def test_a_card_of_unknown_layout_weighs_the_same_everywhere():
    importance = importance_of(SimpleNamespace(card_type="other", side="portrait"))
    assert np.ptp(importance.weights) == 0


@pytest.mark.parametrize("skin", [(232, 194, 172), (178, 130, 100), (76, 50, 39), (60, 60, 160), (20, 22, 20)])
def test_a_finger_of_any_colour_covers(flat, skin):
    held = flat.copy()
    cv2.ellipse(held, (640, FLAT_HEIGHT), (150, 200), 0, 0, 360, skin, -1)
    mask = cover_mask(see_surface(held, EVERYWHERE))
    assert mask[-10, 107]
    assert 0.02 < mask.mean() < 0.08


def test_photo_and_print_are_no_cover_and_neither_is_a_shadow(flat):
    assert not cover_mask(see_surface(flat, EVERYWHERE)).any()
    shaded = flat.copy()
    shaded[:, :600] = (((flat[:, :600] / 255.0) ** 2.2 * 0.25) ** (1 / 2.2) * 255).astype(np.uint8)
    surface = see_surface(shaded, EVERYWHERE)
    assert not cover_mask(surface).any()
    nothing = np.zeros_like(surface.plain)
    assert see_exposure(surface, nothing, nothing).loss > 0.7


def test_glare_is_where_the_ground_is_blown(flat):
    lit = flat.copy()
    cv2.circle(lit, (300, 600), 90, (255, 255, 255), -1)
    left, top, right, bottom = mask_box(glare_mask(see_surface(lit, EVERYWHERE)))
    assert abs(left - 210) < 20
    assert abs(top - 510) < 20
    assert abs(right - 390) < 20
    assert abs(bottom - 690) < 20
    assert mask_box(glare_mask(see_surface(flat, EVERYWHERE))) is None


def test_glare_cannot_be_told_on_a_white_card():
    with pytest.raises(NotAssessable, match="card-over-exposed"):
        glare_mask(see_surface(np.full((FLAT_HEIGHT, FLAT_WIDTH, 3), 252, np.uint8), EVERYWHERE))


def test_edges_are_as_wide_as_the_blur(flat):
    parts, hidden = importance_of(RESIDENT).parts, np.zeros((MAP_HEIGHT, MAP_WIDTH), np.bool_)
    sharp = max(edges.width for edges in see_edges(flat, parts, hidden))
    blurred = max(edges.width for edges in see_edges(cv2.GaussianBlur(flat, (0, 0), 5.0), parts, hidden))
    assert sharp < 0.48 < 0.62 < blurred
    moved = see_edges(cv2.blur(flat, (23, 1)), parts, hidden)
    assert min(edges.width / edges.narrowest for edges in moved) > 1.5


def test_the_edge_of_a_shadow_across_a_field_is_no_blur(flat):
    parts, hidden = importance_of(RESIDENT).parts, np.zeros((MAP_HEIGHT, MAP_WIDTH), np.bool_)
    light = cv2.GaussianBlur(np.where(np.arange(FLAT_WIDTH) < 620, 0.35, 1.0).astype(np.float32)[None], (0, 0), 20)
    shaded = (flat * light[..., None]).astype(np.uint8)
    assert max(edges.width for edges in see_edges(shaded, parts, hidden)) < 0.48


def test_words_across_the_card_are_seen(flat):
    surface, hidden = see_surface(flat, EVERYWHERE), np.zeros((MAP_HEIGHT, MAP_WIDTH), np.bool_)
    parts = importance_of(RESIDENT).parts
    assert see_added_print(flat, surface, hidden, parts, 0.025).share < 0.005
    words = flat.copy()
    for top in range(60, FLAT_HEIGHT, 110):
        cv2.putText(words, "FOR ONE USE ONLY FOR ONE USE", (10, top), cv2.FONT_HERSHEY_SIMPLEX, 2.2, (200, 60, 60), 6)
    marked = cv2.addWeighted(words, 0.5, flat, 0.5, 0)
    assert see_added_print(marked, see_surface(marked, EVERYWHERE), hidden, parts, 0.025).share > 0.03


def test_labels_too_pale_for_print_are_no_added_words(flat):
    pale = flat.copy()
    for part in importance_of(RESIDENT).parts:
        if part.label != PHOTO:
            at = (round(part.box.left) - 160, round(part.box.bottom) - 5)
            cv2.putText(pale, "ABC", at, cv2.FONT_HERSHEY_SIMPLEX, 1.6, (175, 190, 220), 8)
    surface, hidden = see_surface(pale, EVERYWHERE), np.zeros((MAP_HEIGHT, MAP_WIDTH), np.bool_)
    photo = [part for part in importance_of(RESIDENT).parts if part.label == PHOTO]
    assert see_added_print(pale, surface, hidden, photo, 0.025).share > 0.009
    assert see_added_print(pale, surface, hidden, importance_of(RESIDENT).parts, 0.025).share < 0.009


def card_at(confidence, card_type="resident", probability=0.99, width=856):
    """A card of that width by 540 pixels in the middle of a picture, without anything to see."""
    corners = np.array([(100, 80), (100 + width, 80), (100 + width, 620), (100, 620)], np.float64)
    look = CardLook("portrait", 0.99, card_type, probability, 0.99, 0.99)
    card = SimpleNamespace(
        place=CardPlace(corners, confidence, look, (True,) * 4), width=1100, height=700, card_type=card_type
    )
    card.places, card.region, card.condition = (card.place,), None, Condition(card)
    return card


def test_corners_are_sure_where_sides_are_seen_and_make_a_card():
    assert card_at(0.9).condition.certainty == pytest.approx(0.9)
    assert card_at(0.9, width=690).condition.certainty == 0.0


@pytest.mark.parametrize(("confidence", "width"), [(0.1, 856), (0.9, 690)])
def test_nothing_is_told_of_a_card_whose_corners_are_unsure(confidence, width):
    card = card_at(confidence, width=width)
    for feature in ("framing", "surface", "cover"):
        with pytest.raises(NotAssessable, match="corners-unsure"):
            getattr(card.condition, feature)


def test_a_type_hardly_told_is_left_open():
    with pytest.raises(NotAssessable, match="card-type-unclear"):
        card_type(card_at(0.9, "other", 0.55), TypeLimits(types=("resident",), sure=0.9))


def test_framing_of_a_card_seen_from_above():
    corners = np.array([(100, 80), (956, 80), (956, 620), (100, 620)], np.float64)
    seen = see_framing(corners, 1100, 700)
    assert (seen.outside, seen.sides) == (0.0, ())
    assert seen.per_mm == pytest.approx(10.0)
    assert seen.tilt == pytest.approx(0.0, abs=0.01)


def test_framing_tells_what_is_cut():
    corners = np.array([(-42.8, 80), (813.2, 80), (813.2, 620), (-42.8, 620)], np.float64)
    seen = see_framing(corners, 1100, 700)
    assert seen.sides == ("picture-left",)
    assert seen.outside == pytest.approx(0.05, abs=0.001)


@pytest.mark.parametrize("degrees", [15.0, 30.0, 45.0])
def test_tilt_is_that_of_the_card(degrees):
    focal, width, height = 1280.0, 1600, 1200
    turn = np.radians(degrees)
    plane = np.array([(-42.8, -27.0), (42.8, -27.0), (42.8, 27.0), (-42.8, 27.0)])
    depth = 150.0 + plane[:, 0] * np.sin(turn)
    corners = np.column_stack([plane[:, 0] * np.cos(turn), plane[:, 1]]) * focal / depth[:, None]
    assert see_framing(corners + np.array([width / 2, height / 2]), width, height).tilt == pytest.approx(
        degrees, abs=0.01
    )
