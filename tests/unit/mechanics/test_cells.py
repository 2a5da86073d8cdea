"""Loads inferred from cells: the inverse of the deformation that a load prescribes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import planar_rotation, random_rotation
from mechanist.core.typing import FloatArray
from mechanist.mechanics.cells import (
    direction_of,
    gradient_between,
    isochoric,
    least_strain_between,
    progress_along,
)
from mechanist.mechanics.loads import (
    deformation_gradient,
    random_load,
    simple_shear,
    strain_of,
    uniaxial,
)

CASES = {
    "seed": st.integers(0, 10**6),
    "dimension": st.sampled_from([2, 3]),
    "strain": st.floats(1e-4, 0.2),
    "volume": st.floats(0.8, 1.2),
}


def random_direction(rng: np.random.Generator, dimension: int) -> FloatArray:
    """Return a random load that includes a rotation."""
    spin = np.zeros((3, 3))
    spin[:dimension, :dimension] = rng.normal(size=(dimension, dimension))
    return random_load(dimension, rng) + 0.3 * (spin - spin.T)


def swollen(f: FloatArray, volume: float, dimension: int) -> FloatArray:
    g = f.copy()
    g[:dimension, :dimension] *= volume ** (1 / dimension)
    return g


@settings(max_examples=25, deadline=None, derandomize=True)
@given(**CASES)
def test_strain_and_direction_are_recovered(
    seed: int, dimension: int, strain: float, volume: float
) -> None:
    direction = random_direction(np.random.default_rng(seed), dimension)
    applied = deformation_gradient(direction, strain, dimension)
    f = swollen(applied, volume, dimension)
    np.testing.assert_allclose(isochoric(f, dimension), applied, atol=1e-14)
    found, gradient = direction_of(f, dimension)
    assert found == pytest.approx(strain, rel=1e-10)
    np.testing.assert_allclose(gradient, direction, atol=1e-14 / strain)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(**CASES, sense=st.sampled_from([1, -1]))
def test_progress_along_a_load_does_not_depend_on_the_frame(
    seed: int, dimension: int, strain: float, volume: float, sense: int
) -> None:
    rng = np.random.default_rng(seed)
    direction = random_direction(rng, dimension)
    turn = planar_rotation(rng.uniform(-3, 3)) if dimension == 2 else random_rotation(rng)
    applied = deformation_gradient(direction, sense * strain, dimension)
    f = turn.T @ swollen(applied, volume, dimension)
    found = progress_along(f, direction, dimension)
    assert found.strain == pytest.approx(sense * strain, abs=1e-12)
    assert found.mismatch < 1e-13
    np.testing.assert_allclose(found.rotation, turn, atol=1e-12)


def test_other_loads_are_told_apart() -> None:
    f = deformation_gradient(simple_shear("xy"), 0.05, 2)
    found = progress_along(f, uniaxial("x", 2), 2)
    assert found.mismatch == pytest.approx(0.05, rel=0.02)
    # xy and yx shear differ by a rotation, so their strains differ only to second order
    assert 1e-4 < progress_along(f, simple_shear("yx"), 2).mismatch < 0.05**2


def test_the_closest_strain_is_found_beside_a_load() -> None:
    f = deformation_gradient(uniaxial("x", 2) + simple_shear("xy"), 0.3, 2)
    load = simple_shear("xy") + 0.2 * uniaxial("y", 2)
    found = progress_along(f, load, 2)

    def distance(strain: float) -> float:
        g = deformation_gradient(load, strain, 2)
        return float(np.linalg.norm(g.T @ g - f.T @ f) / np.sqrt(2))

    assert found.mismatch == pytest.approx(distance(found.strain))
    step = 1e-5
    slope = (distance(found.strain + step) - distance(found.strain - step)) / (2 * step)
    assert slope == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("dimension", [2, 3])
def test_gradient_between_cells(dimension: int) -> None:
    rng = np.random.default_rng(1)
    cell = np.eye(3) * 7
    cell[:dimension, :dimension] += rng.normal(size=(dimension, dimension))
    f = deformation_gradient(random_direction(rng, dimension), 0.1, dimension)
    np.testing.assert_allclose(gradient_between(cell, cell @ f.T, dimension), f, atol=1e-13)


def test_no_load_can_be_told_from_equal_shapes() -> None:
    with pytest.raises(ValueError, match="shape change of 0, too little"):
        direction_of(1.1 * np.eye(3), 3)
    strain, gradient = direction_of(np.eye(3) + 1e-8 * uniaxial("x", 3), 3)
    assert strain == pytest.approx(1e-8)
    assert np.trace(gradient) == pytest.approx(0, abs=1e-15)
    assert np.linalg.norm(strain_of(gradient)) == pytest.approx(1 / np.sqrt(2))


@pytest.mark.parametrize("dimension", [2, 3])
def test_flipped_cells_are_told_by_a_smaller_strain(dimension: int) -> None:
    cell = np.array([[7.0, 0, 0], [3.4, 8, 0], [0, 0, 9]])
    sheared = cell @ deformation_gradient(simple_shear("xy"), 0.04, dimension).T
    assert least_strain_between(cell, sheared, dimension) == pytest.approx(0.04)
    sheared[1] -= sheared[0]
    assert least_strain_between(cell, sheared, dimension) == pytest.approx(0.04)
    assert direction_of(gradient_between(cell, sheared, dimension), dimension)[0] > 0.8
