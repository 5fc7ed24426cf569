"""Pools for training: written, looked at and loaded again."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
import skimage.data

from models.train.retouch import chain
from models.train.retouch.loader import SIGNS, load
from models.train.retouch.measures import area_under, found_at
from models.train.retouch.pools import group, jobs, save
from models.train.retouch.seen import look


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """The folder of one group, as `seen` writes it."""
    rgb = cv2.resize(skimage.data.astronaut()[0:300, 90:360], None, fx=2.4, fy=2.4, interpolation=cv2.INTER_CUBIC)
    folder = tmp_path_factory.mktemp("pool")
    versions = group(rgb, chain.families(["train"]), np.random.default_rng(2), measured=True)
    save(folder / "london-1-0.npz", versions)
    out = tmp_path_factory.mktemp("seen")
    np.savez(out / "london-1-0.npz", **look(folder / "london-1-0.npz"))
    table = {one.name: [one.sign, one.part] for one in chain.families(["train", "validation", "test"])}
    (out / "families.json").write_text(json.dumps(table))
    return out, versions


def test_a_pool_comes_back_as_it_was_made(seen):
    folder, versions = seen
    pool = load(folder)
    assert len(pool.group) == len(versions)
    assert list(pool.touched) == [bool(one.names) for one in versions]
    assert set(pool.source) == {"london"}
    assert pool.patches.shape == (len(versions), 12, 96, 96, 3)
    assert pool.head.shape == (len(versions), 192, 192, 3)
    assert np.isfinite(pool.evidence).mean() > 0.9
    for row, one in enumerate(versions):
        assert pool.strength[row].max() == pytest.approx(max(one.strengths, default=0.0), abs=1e-3)
        assert pool.names[row] == "+".join(one.names)
        assert (pool.most[row] > 0) == one.displacement.any()
    assert pool.strength.shape[1] == len(SIGNS)


def test_pools_for_measuring_have_single_operations(seen):
    _, versions = seen
    assert [len(one.names) for one in versions[1:-2]] == [1] * (len(versions) - 3)


def test_jobs_are_mixed_and_weighed():
    files = [f"london/{number:03}_03.jpg" for number in range(30)] + [
        f"congress_id/{number}.jpg" for number in range(30)
    ]
    dealt = jobs(files, 4)
    assert len(set(dealt)) == len(dealt)
    london = [file.startswith("london") for file, _ in dealt]
    assert sum(london) > 4 * (len(london) - sum(london))
    assert 0 < sum(london[: len(london) // 2]) < len(london) // 2


def test_areas_under_curves():
    assert area_under(np.array([0.0, 1.0]), np.array([2.0, 3.0])) == 1.0
    assert area_under(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == 0.5
    assert np.isnan(area_under(np.array([]), np.array([1.0])))
    assert found_at(np.arange(100.0), np.array([10.0, 98.5])) == 0.5
