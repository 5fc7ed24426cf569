"""Quantiles of short arrays: the same numbers as numpy's."""

from __future__ import annotations

import numpy as np
import pytest

from photocheck.features.quantile import medians, quantile


@pytest.mark.parametrize("count", [1, 2, 7, 100])
@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9, 1.0])
def test_a_quantile_is_numpys(count: int, share: float) -> None:
    values = np.random.default_rng(count).normal(size=count)
    assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)))


def test_a_quantile_does_not_mind_the_shape() -> None:
    assert quantile(np.arange(9.0).reshape(3, 3), 0.5) == 4.0


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_medians_are_numpys(count: int) -> None:
    rows = np.random.default_rng(count).normal(size=(count, 3))
    np.testing.assert_allclose(medians(rows), np.median(rows, axis=0))
