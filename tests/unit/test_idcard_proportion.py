"""Where a hidden side must be, by the shape of the card."""

import numpy as np
import pytest

from photocheck.features.idcard.proportion import proportioned

SIZE = (1600, 1200)
HALF = np.array([(-42.8, -27.0), (42.8, -27.0), (42.8, 27.0), (-42.8, 27.0)])


def seen(points, degrees):
    """A card of 85.6×54 mm turned about its short middle line, 150 mm before a phone's camera."""
    turn = np.radians(degrees)
    depth = 150.0 + points[:, 0] * np.sin(turn)
    return np.column_stack([points[:, 0] * np.cos(turn), points[:, 1]]) * 1280.0 / depth[:, None] + np.array(SIZE) / 2


@pytest.mark.parametrize("degrees", [0.0, 12.0, 25.0])
@pytest.mark.parametrize("side", [0, 1, 2, 3])
def test_a_side_under_a_sleeve_is_put_where_the_card_ends(degrees, side):
    covered = HALF.copy()
    covered[[side, (side + 1) % 4], (side + 1) % 2] *= 0.8
    found = proportioned(seen(covered, degrees), side, *SIZE)
    assert np.abs(found - seen(HALF, degrees)).max() < 1.0


def test_corners_far_from_any_card_are_left_as_they_are():
    strip = np.array([(100, 100), (1400, 100), (1400, 200), (100, 200)], np.float64)
    assert proportioned(strip, 2, *SIZE) is strip
