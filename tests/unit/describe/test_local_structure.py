"""Local structural indicators on lattices with known values, and against plain loops."""

import numpy as np
import pytest

from helpers import disordered, planar_rotation, random_rotation
from mechanist.core.typing import FloatArray
from mechanist.describe.local_structure import (
    LocalStructure,
    local_density,
    particle_energies,
    two_body_entropy,
)
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.materials.material import load_material
from mechanist.mechanics.neighbours import find_neighbours
from mechanist.mechanics.tessellation import tessellate

KOB_ANDERSEN = load_material()

DIMENSIONS = pytest.mark.parametrize("dimension", [2, 3])


def lattice(primitive: FloatArray, dimension: int) -> Configuration:
    """Return one particle in a primitive cell that is rotated relative to the axes."""
    rng = np.random.default_rng(0)
    turn = random_rotation(rng) if dimension == 3 else planar_rotation(0.3)
    cell = np.array(primitive, dtype=float) @ turn.T
    return Configuration(np.zeros((1, 3)), cell, np.zeros(1, int), ("A", "B"), dimension)


TRIANGULAR = lattice(np.array([[1, 0, 0], [0.5, np.sqrt(0.75), 0], [0, 0, 1]]), 2)
SQUARE = lattice(np.eye(3), 2)
FCC = lattice(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]]) / np.sqrt(2), 3)
CUBIC = lattice(np.eye(3), 3)


def indicators(c: Configuration) -> dict[str, FloatArray]:
    features = LocalStructure(potential="none", averaging=())(c)
    return dict(zip(features.names, features.values.T, strict=True))


@pytest.mark.parametrize(
    ("c", "expected"),
    [
        (TRIANGULAR, {"psi6": 1.0, "psi5": 0.0, "psi4": 0.0, "coordination": 6}),
        (SQUARE, {"psi4": 1.0, "psi6": 0.0, "coordination": 4, "cell_size": 1.0}),
        # Steinhardt, Nelson and Ronchetti, https://doi.org/10.1103/PhysRevB.28.784
        (FCC, {"q4": 0.19094065, "q6": 0.57452416, "coordination": 12}),
        (CUBIC, {"q4": 0.76376262, "q6": 0.35355339, "coordination": 6, "cell_size": 1.0}),
    ],
    ids=["triangular", "square", "fcc", "simple cubic"],
)
def test_lattices(c: Configuration, expected: dict[str, float]) -> None:
    found = indicators(c)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-7), name
    assert found["cell_size"] == pytest.approx(c.measure, rel=1e-12)


@DIMENSIONS
@pytest.mark.parametrize("tilt", [0.0, 0.3, 2.4])
def test_cells_fill_space(dimension: int, tilt: float) -> None:
    c = disordered(np.random.default_rng(1), n=35, dimension=dimension, tilt=tilt)
    cells = tessellate(c)
    assert cells.measures.sum() == pytest.approx(c.measure, rel=1e-12)
    assert (cells.measures > 0).all()
    if dimension == 2:
        # Euler: a periodic planar tessellation of generic points has six edges per cell on average.
        assert len(cells.first) == 6 * len(c)
    # Cells are closed, so the area vectors of their faces sum to zero.
    closure = np.zeros((len(c), 3))
    np.add.at(closure, cells.first, cells.areas[:, None] * cells.units)
    np.testing.assert_allclose(closure, 0, atol=1e-12)


@DIMENSIONS
def test_cells_of_few_particles_in_a_large_box(dimension: int) -> None:
    """The margin of images must grow until the far corners are covered."""
    x = np.array([[0.1, 0.1, 0.1], [0.3, 0.2, 0.1]]) * [1, 1, dimension - 2]
    c = Configuration(x, 10 * np.eye(3), np.array([0, 1]), ("A", "B"), dimension)
    assert tessellate(c).measures.sum() == pytest.approx(10.0**dimension, rel=1e-12)
    empty = Configuration(np.zeros((0, 3)), np.eye(3), np.zeros(0, int), ("A",), dimension)
    with pytest.raises(ValueError, match="no particles"):
        tessellate(empty)


@DIMENSIONS
def test_energies_sum_to_the_total(dimension: int) -> None:
    c = disordered(np.random.default_rng(2), n=30, dimension=dimension)
    reach = np.arange(-2, 3)
    grid = np.meshgrid(reach, reach, reach if dimension == 3 else [0], indexing="ij")
    total = 0.0
    for shift in np.stack(grid, axis=-1).reshape(-1, 3):
        for i in range(len(c)):
            r = np.linalg.norm(c.positions + shift @ c.cell - c.positions[i], axis=1)
            near = r > 1e-9
            phi, _, _ = KOB_ANDERSEN.pairs("a test")(
                np.full(near.sum(), c.species[i]), c.species[near], r[near]
            )
            total += phi.sum() / 2
    assert particle_energies(c).sum() == pytest.approx(total, rel=1e-12)
    other = Configuration(c.positions, c.cell, c.species, ("Cu", "Zr"), dimension)
    with pytest.raises(ValueError, match="Set potential to 'none'"):
        particle_energies(other)


@DIMENSIONS
def test_density_of_a_fine_lattice_is_uniform(dimension: int) -> None:
    """Many neighbours approximate the integral; only the particle's own volume is missing."""
    c = lattice(0.2 * np.eye(3), dimension)
    full = {2: np.pi / 3 * 2.0**2, 3: 32 * np.pi / 105 * 2.0**3}[dimension]
    assert local_density(c, 2.0) + 1 / full == pytest.approx(0.2**-dimension, rel=1e-3)
    assert local_density(c, 0.1) == 0


@DIMENSIONS
def test_two_body_entropy_follows_its_formula(dimension: int) -> None:
    c = disordered(np.random.default_rng(3), n=24, dimension=dimension)
    cutoff, width = 2.0, 0.15
    pairs = find_neighbours(c, cutoff + 6 * width)
    r = np.linspace(0, cutoff, 4001)[1:]
    shell = 2 * np.pi * r if dimension == 2 else 4 * np.pi * r**2
    expected = np.zeros(3)
    for i in range(3):
        for b in (0, 1):
            density = (c.species == b).sum() / c.measure
            chosen = (pairs.first == i) & (c.species[pairs.second] == b)
            gaussians = np.exp(-((r - pairs.distances[chosen, None]) ** 2) / (2 * width**2))
            g = gaussians.sum(axis=0) / np.sqrt(2 * np.pi * width**2) / (density * shell)
            integrand = np.where(g > 0, g * np.log(np.maximum(g, 1e-300)), 0) - g + 1
            expected[i] -= 0.5 * density * np.trapezoid(integrand * shell, r)
    np.testing.assert_allclose(two_body_entropy(c, cutoff, width)[:3], expected, rtol=2e-3)


def test_order_lowers_the_two_body_entropy() -> None:
    grid = np.stack(np.meshgrid(np.arange(6.0), np.arange(6.0), [0.0]), axis=-1).reshape(-1, 3)
    crystal = Configuration(grid, np.diag([6.0, 6, 1]), np.zeros(36, int), ("A",), 2)
    noise = np.random.default_rng(4).normal(scale=0.1, size=(36, 3)) * [1, 1, 0]
    shaken = crystal.moved(grid + noise, crystal.cell)
    entropies = [two_body_entropy(c, 2.5, 0.1).mean() for c in (crystal, shaken)]
    assert entropies[0] < entropies[1] - 0.5


def test_bad_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="expected one of"):
        LocalStructure(potential="eam")
    with pytest.raises(ValueError, match=r"density_radius = 0; expected a positive length"):
        LocalStructure(density_radius=0)
