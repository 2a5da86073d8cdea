"""Hessian, non-affine response and moduli agree with finite differences of a relaxed glass."""

import numpy as np
import pytest
from scipy.optimize import brentq

from mechanist.core.typing import FloatArray
from mechanist.describe.shared.elastic_expansion import expand
from mechanist.describe.shared.nonaffine import nonaffine_displacement
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import (
    LinearResponse,
    born_modulus,
    hessian,
    nonaffine_force,
)
from mechanist.mechanics.loads import random_load, strain_of
from mechanist.mechanics.materials.material import load_material
from relaxed import coordinates, energy, settled, strained, with_coordinates
from relaxed import glass as relaxed_glass

KOB_ANDERSEN = load_material()


@pytest.fixture(scope="module", params=[2, 3])
def glass(request: pytest.FixtureRequest) -> Configuration:
    """Return a small relaxed glass in a box smaller than twice the potential's range."""
    return relaxed_glass(request.param)


@pytest.fixture(scope="module")
def load(glass: Configuration) -> FloatArray:
    return strain_of(random_load(glass.dimension, np.random.default_rng(1)))


def test_forces_and_hessian_are_derivatives_of_the_energy(glass: Configuration) -> None:
    rng = np.random.default_rng(1)
    shape = (len(glass), glass.dimension)
    here = with_coordinates(glass, coordinates(glass) + 0.03 * rng.normal(size=shape).ravel())
    direction = rng.normal(size=shape)
    h = 1e-6
    below, above = (
        with_coordinates(here, coordinates(here) + s * h * direction.ravel()) for s in (-1, 1)
    )
    pairs = PairStiffness.of(here)
    slope = (energy(above) - energy(below)) / (2 * h)
    assert slope == pytest.approx(-(pairs.forces() * direction).sum(), rel=1e-6)
    change = (PairStiffness.of(above).forces() - PairStiffness.of(below).forces()) / (2 * h)
    expected = -hessian(pairs) @ direction.ravel()
    np.testing.assert_allclose(change.ravel(), expected, atol=1e-6 * np.abs(expected).max())


def test_hessian_is_symmetric_and_blind_to_translations(glass: Configuration) -> None:
    matrix = hessian(PairStiffness.of(glass)).toarray()
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12 * np.abs(matrix).max())
    translation = np.tile(np.eye(glass.dimension), (len(glass), 1))
    assert np.abs(matrix @ translation).max() < 1e-10 * np.abs(matrix).max()


def test_nonaffine_force_is_what_affine_strain_leaves(
    glass: Configuration, load: FloatArray
) -> None:
    h = 1e-6
    above, below = (PairStiffness.of(strained(glass, load, s * h)).forces() for s in (1, -1))
    # At equilibrium, rotating the cell changes forces only to second order.
    expected = (above - below) / (2 * h)
    found = nonaffine_force(PairStiffness.of(glass), load)
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


def test_sparse_solve_equals_the_pseudo_inverse(glass: Configuration, load: FloatArray) -> None:
    pairs = PairStiffness.of(glass)
    response = LinearResponse(pairs)
    inverse = np.linalg.pinv(hessian(pairs).toarray(), rcond=1e-10)
    forces = np.random.default_rng(2).normal(size=(len(glass), glass.dimension, 3))
    dense = inverse @ forces.reshape(-1, 3)
    np.testing.assert_allclose(response.solve(forces).reshape(-1, 3), dense, atol=1e-10)
    expected = inverse @ nonaffine_force(pairs, load).ravel()
    np.testing.assert_allclose(response.displacement(load).ravel(), expected, atol=1e-10)


def test_field_is_the_displacement_of_a_small_step(glass: Configuration, load: FloatArray) -> None:
    strain = 1e-6
    after = settled(strained(glass, load, strain))
    moved = nonaffine_displacement(glass, after)[:, : glass.dimension] / strain
    field = LinearResponse(PairStiffness.of(glass)).displacement(load)
    np.testing.assert_allclose(moved, field, atol=1e-3 * np.abs(field).max())
    # The field depends on the load.
    other = LinearResponse(PairStiffness.of(glass)).displacement(load[[1, 0, 2]][:, [1, 0, 2]])
    assert np.abs(other - field).max() > 0.1 * np.abs(field).max()


def test_modulus_is_the_curvature_of_the_energy(glass: Configuration, load: FloatArray) -> None:
    response = LinearResponse(PairStiffness.of(glass))
    h = 1e-4
    affine = [energy(strained(glass, load, s * h)) for s in (-1, 0, 1)]
    curvature = (affine[0] - 2 * affine[1] + affine[2]) / h**2 / glass.measure
    assert born_modulus(response.pairs, load) == pytest.approx(curvature, rel=1e-4)
    free = [energy(settled(strained(glass, load, s * h))) for s in (-1, 0, 1)]
    curvature = (free[0] - 2 * free[1] + free[2]) / h**2 / glass.measure
    assert response.modulus(load) == pytest.approx(curvature, rel=1e-2)
    assert response.modulus(load) < 0.9 * born_modulus(response.pairs, load)


def test_soft_modes_are_the_lowest_eigenvectors(glass: Configuration) -> None:
    pairs = PairStiffness.of(glass)
    d = glass.dimension
    expected = np.linalg.eigvalsh(hessian(pairs).toarray())[d:]
    assert expected[0] > 1e-6
    values, modes = LinearResponse(pairs).soft_modes(10)
    np.testing.assert_allclose(values, expected[:10], rtol=1e-8)
    flat = modes.reshape(10, -1)
    np.testing.assert_allclose(flat @ flat.T, np.eye(10), atol=1e-10)
    np.testing.assert_allclose(hessian(pairs) @ flat.T, flat.T * values, atol=1e-6)
    with pytest.raises(ValueError, match="expected between 1 and"):
        LinearResponse(pairs).soft_modes(d * (len(glass) - 1) + 1)


def test_expansion_is_the_curvature_of_the_path(glass: Configuration, load: FloatArray) -> None:
    """The mean displacement of a forward and a backward relaxed state is of second order."""
    strain = 1e-4
    pairs = PairStiffness.of(glass)
    expansion = expand(LinearResponse(pairs), load)
    forth, back = (settled(strained(glass, load, s * strain)) for s in (1, -1))
    d = glass.dimension
    moved = [nonaffine_displacement(glass, state)[:, :d] for state in (forth, back)]
    second = (moved[0] + moved[1]) / (2 * strain**2)
    tolerance = 1e-2 * np.abs(expansion.second).max()
    np.testing.assert_allclose(second, expansion.second, atol=tolerance)
    change = (hessian(PairStiffness.of(forth)) - hessian(PairStiffness.of(back))) / (2 * strain)
    expected = expansion.stiffening.toarray()
    np.testing.assert_allclose(change.toarray(), expected, atol=1e-2 * np.abs(expected).max())
    reverse = expand(LinearResponse(pairs), -load)
    np.testing.assert_allclose(reverse.second, expansion.second, atol=1e-6 * tolerance)
    np.testing.assert_allclose(reverse.stiffening.toarray(), -expected, atol=1e-9)


def test_saddles_are_refused() -> None:
    """Four particles on a square lattice at a repulsive distance are balanced but unstable."""
    side = 1.5
    square = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]]) * side
    cell = np.diag([2 * side, 2 * side, 1.0])
    c = Configuration(square, cell, np.zeros(4, int), ("A", "B"), 2)
    with pytest.raises(ValueError, match="saddle"):
        LinearResponse(PairStiffness.of(c))


def test_configurations_out_of_equilibrium_are_refused(glass: Configuration) -> None:
    rng = np.random.default_rng(3)
    steps = 0.05 * rng.normal(size=glass.positions.shape)
    steps[:, glass.dimension :] = 0.0
    moved = glass.moved(glass.positions + steps, glass.cell)
    with pytest.raises(ValueError, match="minimise the configuration first"):
        LinearResponse(PairStiffness.of(moved))


@pytest.mark.parametrize("third", [[5.0, 5.0, 0.0], None])
def test_floppy_systems_are_refused(third: list[float] | None) -> None:
    """A pair at rest rotates freely, and a particle without contacts moves freely."""
    a = np.zeros(1, int)
    rest = brentq(
        lambda r: KOB_ANDERSEN.pairs("a test")(a, a, np.array([r]))[1][0], 1.0, 1.3, xtol=1e-14
    )
    positions = np.array([[0.0, 0, 0], [0.6 * rest, 0.8 * rest, 0]] + ([third] if third else []))
    species = np.zeros(len(positions), int)
    floppy = Configuration(positions, np.diag([10.0, 10.0, 1.0]), species, ("A", "B"), 2)
    with pytest.raises(ValueError, match="zero modes besides the translations"):
        LinearResponse(PairStiffness.of(floppy))
