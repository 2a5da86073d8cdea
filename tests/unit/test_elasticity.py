"""Hessian, non-affine response and moduli agree with finite differences of a relaxed glass."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize

from helpers import disordered
from mechanist.describe.elasticity import (
    LinearResponse,
    PairStiffness,
    born_modulus,
    hessian,
    nonaffine_force,
)
from mechanist.describe.nonaffine import nonaffine_displacement
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.kob_andersen import pair_derivatives
from mechanist.mechanics.loads import random_load, strain_of
from mechanist.typing import FloatArray


def energy(c: Configuration) -> float:
    pairs = PairStiffness.of(c).pairs
    species = c.species
    phi, _, _ = pair_derivatives(species[pairs.first], species[pairs.second], pairs.distances)
    return float(phi.sum() / 2)


def with_coordinates(c: Configuration, x: FloatArray) -> Configuration:
    positions = np.zeros((len(c), 3))
    positions[:, : c.dimension] = x.reshape(len(c), c.dimension)
    return c.moved(positions, c.cell)


def coordinates(c: Configuration) -> FloatArray:
    return c.positions[:, : c.dimension].ravel()


def relaxed(c: Configuration) -> Configuration:
    """Minimise the energy, then polish by Newton steps to rounding error."""

    def objective(x: FloatArray) -> tuple[float, FloatArray]:
        state = with_coordinates(c, x)
        return energy(state), -PairStiffness.of(state).forces().ravel()

    x = minimize(objective, coordinates(c), jac=True, method="L-BFGS-B", options={
        "maxiter": 5000, "maxfun": 10000, "ftol": 1e-15, "gtol": 1e-6}).x  # fmt: skip
    for _ in range(4):
        pairs = PairStiffness.of(with_coordinates(c, x))
        step = np.linalg.pinv(hessian(pairs).toarray(), rcond=1e-9) @ pairs.forces().ravel()
        x = x + step * min(1.0, 0.1 / np.abs(step).max())
    return with_coordinates(c, x)


def strained(c: Configuration, load: FloatArray, strain: float) -> Configuration:
    f = np.eye(3) + strain * load
    return c.moved(c.positions @ f.T, c.cell @ f.T)


@pytest.fixture(scope="module", params=[2, 3])
def glass(request: pytest.FixtureRequest) -> Configuration:
    """A small relaxed glass whose box is smaller than twice the potential's range."""
    n = {2: 49, 3: 64}[request.param]
    return relaxed(disordered(np.random.default_rng(request.param), n=n, dimension=request.param))


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
    # In the limit forces turn with the cell only to second order: the glass is in equilibrium.
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
    after = relaxed(strained(glass, load, strain))
    moved = nonaffine_displacement(glass, after)[:, : glass.dimension] / strain
    field = LinearResponse(PairStiffness.of(glass)).displacement(load)
    np.testing.assert_allclose(moved, field, atol=1e-3 * np.abs(field).max())
    # The load matters: another one gives another field.
    other = LinearResponse(PairStiffness.of(glass)).displacement(load[[1, 0, 2]][:, [1, 0, 2]])
    assert np.abs(other - field).max() > 0.1 * np.abs(field).max()


def test_modulus_is_the_curvature_of_the_energy(glass: Configuration, load: FloatArray) -> None:
    response = LinearResponse(PairStiffness.of(glass))
    h = 1e-4
    affine = [energy(strained(glass, load, s * h)) for s in (-1, 0, 1)]
    curvature = (affine[0] - 2 * affine[1] + affine[2]) / h**2 / glass.measure
    assert born_modulus(response.pairs, load) == pytest.approx(curvature, rel=1e-4)
    free = [energy(relaxed(strained(glass, load, s * h))) for s in (-1, 0, 1)]
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
        LinearResponse(pairs).soft_modes(d * (len(glass) - 1))


def test_configurations_out_of_equilibrium_are_refused(glass: Configuration) -> None:
    rng = np.random.default_rng(3)
    steps = 0.05 * rng.normal(size=glass.positions.shape)
    steps[:, glass.dimension :] = 0.0
    moved = glass.moved(glass.positions + steps, glass.cell)
    with pytest.raises(ValueError, match="minimise the configuration first"):
        LinearResponse(PairStiffness.of(moved))


@pytest.mark.parametrize("third", [[5.0, 5.0, 0.0], None])
def test_floppy_systems_are_refused(third: list[float] | None) -> None:
    """A pair at rest turns freely, and a particle that touches nothing moves freely."""
    a = np.zeros(1, int)
    rest = brentq(lambda r: pair_derivatives(a, a, np.array([r]))[1][0], 1.0, 1.3, xtol=1e-14)
    positions = np.array([[0.0, 0, 0], [0.6 * rest, 0.8 * rest, 0]] + ([third] if third else []))
    species = np.zeros(len(positions), int)
    floppy = Configuration(positions, np.diag([10.0, 10.0, 1.0]), species, ("A", "B"), 2)
    with pytest.raises(ValueError, match="zero modes besides the translations"):
        LinearResponse(PairStiffness.of(floppy))
