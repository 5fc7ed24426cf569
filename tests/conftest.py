"""What tests of every folder share."""

from __future__ import annotations

import pytest

from samples.maker.portrait import Image, Truth, draw_with_truth


@pytest.fixture(scope="session")
def drawn() -> tuple[Image, Truth]:
    """A drawn portrait that has nothing wrong with it, and what is true of it."""
    rgb, truth = draw_with_truth()
    rgb.flags.writeable = False
    return rgb, truth
