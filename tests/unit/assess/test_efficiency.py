"""Raw frames lack the symmetry of rings, and the data saved by symmetry are counted correctly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glides import LOAD, relaxed
from helpers import disordered, planar_rotation
from mechanist.assess.efficiency import Curve, needed, saving
from mechanist.describe.shared.glide import read_glide
from mechanist.describe.shared.raw_images import SQUARE_GROUP, dislocation_image, pixels, rings
from mechanist.mechanics.loads import random_load

few = settings(max_examples=10, deadline=None, derandomize=True)
SEEDS = st.integers(0, 2**32 - 1)
SIZES = np.array([4, 8, 16, 32])


@given(seed=SEEDS, angle=st.floats(0, 6.3), proper=st.booleans())
@few
def test_rings_turn_with_structure_and_load_and_pixels_do_not(
    seed: int, angle: float, proper: bool
) -> None:
    rng = np.random.default_rng(seed)
    c, load, who = disordered(rng, n=36, dimension=2), random_load(2, rng), np.arange(0, 36, 3)
    turn = planar_rotation(angle, proper=proper)
    turned = (c.rotated(turn), turn @ load @ turn.T)
    np.testing.assert_allclose(rings(*turned, who), rings(c, load, who), atol=1e-5)
    if 0.2 < angle % (np.pi / 2) < 1.3:
        assert np.abs(pixels(*turned, who) - pixels(c, load, who)).max() > 0.1


@given(seed=SEEDS)
@few
def test_copies_are_what_turned_glasses_look_like(seed: int) -> None:
    rng = np.random.default_rng(seed)
    c, load, who = disordered(rng, n=36, dimension=2), random_load(2, rng), np.arange(36)
    for turn in SQUARE_GROUP:
        whole = np.eye(3)
        whole[:2, :2] = turn
        expected = pixels(c.rotated(whole), whole @ load @ whole.T, who)
        np.testing.assert_allclose(pixels(c, load, who, turn=turn), expected, atol=1e-4)
    assert len({turn.tobytes() for turn in SQUARE_GROUP}) == 8


def test_both_count_every_neighbour_within_reach_once() -> None:
    rng = np.random.default_rng(0)
    c, load = disordered(rng, n=64, dimension=2), random_load(2, rng)
    counted = rings(c, load, np.arange(64)).reshape(64, 2, 2, -1)[:, 0].sum(axis=(1, 2))
    seen = pixels(c, load, np.arange(64)).reshape(64, 3, -1)[:, 0].sum(axis=1)
    assert 10 < counted.mean() < 20  # density 1.2 times the area of a disc of radius 2, edges soft
    assert (seen > counted).all()  # the square holds the disc
    with pytest.raises(ValueError, match="require 2"):
        rings(disordered(rng, n=27, dimension=3), load, np.arange(3))


def test_images_hold_all_dislocations_and_move_with_them() -> None:
    glide = read_glide(relaxed(1), LOAD)
    image = dislocation_image(glide, cells=5).reshape(2, 5, 5)
    counts = [(glide.forward > 0).sum(), (glide.forward < 0).sum()]
    np.testing.assert_allclose(image.sum(axis=(1, 2)), counts, rtol=1e-5)
    moved = dislocation_image(glide, cells=5, shift=np.array([0.2, 0.4])).reshape(2, 5, 5)
    np.testing.assert_allclose(moved, np.roll(image, (1, 2), axis=(1, 2)), atol=1e-4)
    mirrored = dislocation_image(glide, cells=5, mirror=True).reshape(2, 5, 5)
    np.testing.assert_allclose(mirrored, image[:, :, -np.arange(5)], atol=1e-4)


@pytest.mark.parametrize(
    ("score", "expected"), [(0.05, 4), (0.1, 4), (0.2, np.sqrt(32)), (0.35, 32), (0.4, np.inf)]
)
def test_needed_samples_are_read_off_the_curve(score: float, expected: float) -> None:
    found = needed(SIZES, np.array([0.1, 0.3, 0.25, 0.35]), score)
    assert found == pytest.approx(expected)


def curve_of(levels: np.ndarray, *, n: int = 40, noise: float = 0.05, seed: int = 0) -> Curve:
    """Return a curve with scores ``levels`` plus independent noise for each sample."""
    rng = np.random.default_rng(seed)
    spread = rng.uniform(0.5, 1.5, n)
    errors = spread * (1 - levels[:, np.newaxis] + noise * rng.normal(size=(len(levels), n)))
    return Curve(SIZES, errors, np.tile(spread, (len(levels), 1)))


def test_a_saving_that_is_known_is_found() -> None:
    """The second model needs four times as many samples at every score."""
    slow, fast = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.3, 0.4, 0.5, 0.6])
    options = {"level": 0.95, "resamples": 300, "seed": 0}
    found = saving(curve_of(fast), curve_of(slow, seed=1), **options)
    assert found.factor is not None
    assert found.most == 32
    assert found.factor.value == pytest.approx(4, rel=0.15)
    assert found.factor.low < 4 < found.factor.high
    assert not found.bound
    same = saving(curve_of(slow), curve_of(slow), **options)
    assert same.factor is not None
    assert same.factor.value == pytest.approx(1)
    worse = saving(curve_of(slow), curve_of(fast), **options)
    assert worse.needed == np.inf
    assert worse.factor is not None
    assert worse.factor.value == 1


def test_what_learns_nothing_gives_no_factor_and_bounds_are_said() -> None:
    options = {"level": 0.95, "resamples": 100, "seed": 0}
    good = curve_of(np.array([0.5, 0.6, 0.7, 0.8]))
    assert saving(good, curve_of(np.zeros(4), seed=1), **options).factor is None
    bounded = saving(good, curve_of(np.array([0.1, 0.2, 0.3, 0.4]), seed=1), **options)
    assert bounded.bound
    assert bounded.factor is not None
    assert bounded.factor.value == 8
    with pytest.raises(ValueError, match="40 and 30 samples"):
        saving(good, curve_of(np.zeros(4), n=30), **options)


def test_curves_are_read_from_tables() -> None:
    rows = [
        {"model": m, "n_train": n, "draw": d, "sample": s, "error": 1.0 / n + 0.1 * d, "spread": 2.0}
        for m in ("a", "b") for n in (8, 4) for d in (0, 1) for s in ("x", "y", "z")
    ]  # fmt: skip
    found = Curve.of(pd.DataFrame(rows), "a")
    assert found.sizes.tolist() == [4, 8]
    np.testing.assert_allclose(found.scores(), [1 - 0.3 / 2, 1 - 0.175 / 2])
    assert [i.n for i in found.intervals(level=0.9)] == [3, 3]
