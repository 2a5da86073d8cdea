"""Symmetries of all descriptors of dislocation samples, and changes that they must detect."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_dislocations import dislocations, stress_y_first
from glides import LOAD, SYMMETRIES, moved, relaxed
from mechanist.describe.descriptor import Features, load_descriptor
from mechanist.describe.dislocation_elastic import third_derivative
from mechanist.describe.dislocation_field import DislocationField, filtered_spectrum
from mechanist.describe.shared.glide import read_glide
from mechanist.describe.shared.glide_balance import Balance, stress_at
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar, signs

KINDS = ("dislocation_density", "dislocation_field", "dislocation_elastic", "dislocation_fold")
TOLERANCE = 1e-9
few = settings(max_examples=15, deadline=None, derandomize=True)
each_kind = pytest.mark.parametrize("kind", KINDS)


def worst(before: Features, after: Features) -> tuple[float, str]:
    """Return the largest deviation, relative to max(|feature|, 1), and its feature."""
    assert before.names == after.names
    assert np.isfinite(after.values).all()
    deviation = np.abs(after.values - before.values) / np.maximum(np.abs(before.values), 1.0)
    k = int(deviation.argmax())
    return float(deviation.flat[k]), before.names[k]


@each_kind
@given(seed=st.integers(0, 10_000))
@few
def test_what_leaves_the_load_alone_leaves_the_features_alone(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    c, describe = relaxed(seed), load_descriptor(kind)
    before = describe(c, load=LOAD)
    for name, change in SYMMETRIES.items():
        deviation, feature = worst(before, describe(change(c, rng), load=LOAD))
        assert deviation < TOLERANCE, f"{name} changes {feature} by {deviation:.3g}"


@each_kind
def test_the_reversed_load_is_another_one(kind: str) -> None:
    c, describe = relaxed(1), load_descriptor(kind)
    before = describe(c, load=LOAD)
    reversed_load = describe(c, load=-LOAD)
    reversed_signs = describe(moved(c, c.positions, -signs(c)), load=LOAD)
    mirrored = describe(moved(c, c.positions * [-1, 1, 1]), load=LOAD)
    assert worst(reversed_load, reversed_signs)[0] < TOLERANCE
    assert worst(reversed_load, mirrored)[0] < TOLERANCE
    changed = np.abs(reversed_load.values - before.values) > 1e-6
    if kind == "dislocation_density":
        assert not changed.any()
    else:
        assert changed.mean() > 0.3
    odd = [name.startswith(("lean", "polarity")) or "skewness" in name for name in before.names]
    np.testing.assert_allclose(
        reversed_load.values[:, odd], -before.values[:, odd], rtol=1e-9, atol=1e-12
    )


@each_kind
def test_the_size_of_the_load_does_not_matter(kind: str) -> None:
    c, describe = relaxed(2), load_descriptor(kind)
    np.testing.assert_array_equal(describe(c, load=LOAD).values, describe(c, load=3 * LOAD).values)


@each_kind
@pytest.mark.parametrize("n", [0, 2])
def test_hardly_anything_left(kind: str, n: int) -> None:
    c = planar(np.array([3.0, 5.0])[:n], np.array([4.0, 6.0])[:n], np.array([1.0, -1.0])[:n], 20.0)
    describe = load_descriptor(kind)
    features = describe(c, load=LOAD)
    assert np.isfinite(features.values).all()
    assert features.names == describe(relaxed(3), load=LOAD).names


def refused(c: Configuration, load: np.ndarray | None) -> str:
    with pytest.raises(ValueError, match=r"expected|leave it out") as caught:
        read_glide(c, load)
    return str(caught.value)


def test_what_no_load_is_defined_for_is_refused() -> None:
    c = dislocations(4, n=6)
    x, y, _ = c.positions.T
    assert "shear is None" in refused(c, None)
    assert "shear is 0.0" in refused(c, np.zeros((3, 3)))
    assert "3 positive and 2 negative" in refused(
        planar(x[:5], y[:5], np.array([1, 1, 1, -1, -1]), 10.0), LOAD
    )
    assert "1 of 6 particles are pins" in refused(
        planar(x, y, np.array([1, -1, 1, -1, 1, 0]), 10.0), LOAD
    )
    oblong = Configuration(c.positions, np.diag([10, 11, 1]), c.species, c.species_names, 2)
    assert "expected a square" in refused(oblong, LOAD)
    x[3], y[3] = x[0] + c.cell[0, 0], y[0]
    assert "dislocations 0 and 3 coincide" in refused(planar(x, y, signs(c), c.cell[0, 0]), LOAD)


def test_the_filtered_field_is_the_field() -> None:
    """A filter much narrower than the closest distance to a dislocation leaves the field intact."""
    glide = read_glide(
        planar(np.array([2.0, 12.0]), np.array([3.0, 11.0]), np.array([1.0, -1.0]), 20.0), LOAD
    )
    highest = 130
    spectrum = filtered_spectrum(glide, 0.008, highest)
    x, y = np.array([0.35, 0.9, 0.41]), np.array([0.75, 0.35, 0.1])
    modes = np.arange(-highest, highest + 1)
    waves = [np.exp(2j * np.pi * np.outer(place, modes)) for place in (x, y)]
    smooth = np.einsum("pi,ij,pj->p", waves[0], spectrum, waves[1]).real
    exact = sum(
        sign * stress_y_first(x - a, y - b)
        for sign, a, b in zip(glide.forward, glide.x, glide.y, strict=True)
    )
    np.testing.assert_allclose(smooth, exact, rtol=0.01)
    np.testing.assert_allclose(stress_at(glide, x, y), exact, rtol=1e-5)


def test_moments_do_not_depend_on_the_grid() -> None:
    """Control: on a grid too coarse for the power, moments do depend on the grid."""
    glide = read_glide(relaxed(5), LOAD)
    highest = 8
    spectrum = filtered_spectrum(glide, 0.1, highest)
    modes = np.arange(-highest, highest + 1)

    def fourth_moment(points: int, shift: float) -> float:
        place = (np.arange(points) + shift) / points
        wave = np.exp(2j * np.pi * np.outer(place, modes))
        return float(np.mean((wave @ spectrum @ wave.T).real ** 4))

    fine = [fourth_moment(4 * highest + 1, shift) for shift in (0.0, 0.3)]
    coarse = [fourth_moment(highest + 1, shift) for shift in (0.0, 0.3)]
    assert fine[0] == pytest.approx(fine[1], rel=1e-12)
    assert coarse[0] != pytest.approx(coarse[1], rel=1e-3)


def test_random_dislocations_are_uncorrelated() -> None:
    describe = DislocationField()
    tables = [describe(dislocations(seed, n=60), load=LOAD) for seed in range(80)]
    mean = dict(zip(tables[0].names, np.mean([t.values[0] for t in tables], axis=0), strict=True))
    pairs = [mean[name] for name in mean if name.startswith(("like", "unlike"))]
    np.testing.assert_allclose(pairs, 1.0, atol=0.12)
    factors = [mean[name] for name in mean if name.startswith(("total", "signed"))]
    np.testing.assert_allclose(factors, 1.0, atol=0.4)
    assert abs(np.mean([mean[name] for name in mean if name.startswith("polarity")])) < 0.05


def test_third_derivative_is_that_of_the_energy_along_a_mode() -> None:
    rng = np.random.default_rng(7)
    glide = read_glide(relaxed(7), LOAD)
    mode = rng.normal(size=len(glide))
    mode /= np.linalg.norm(mode)
    balance, h = Balance(glide), 2e-5
    force = [float(balance.linearised(glide.x + t * h * mode)[0] @ mode) for t in (-1, 0, 1)]
    second = -(force[0] - 2 * force[1] + force[2]) / h**2
    assert third_derivative(glide, balance, mode) == pytest.approx(second, rel=1e-3)
