"""D2min ignores affine maps and wrapping, detects a rearrangement, and equals OVITO's."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import disordered, planar_rotation, random_rotation
from mechanist.core.typing import FloatArray
from mechanist.describe.shared.nonaffine import d2min, nonaffine_displacement
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import find_neighbours

CUTOFF = 2.0


def strained(c: Configuration, f: FloatArray, noise: float = 0.0, seed: int = 0) -> Configuration:
    """Map a configuration by ``f``, then move every particle at random."""
    steps = noise * np.random.default_rng(seed).normal(size=c.positions.shape)
    steps[:, c.dimension :] = 0.0
    return c.moved(c.positions @ f.T + steps, c.cell @ f.T)


def wrapped(c: Configuration, rng: np.random.Generator) -> Configuration:
    """Move particles to random periodic images, and add a common drift."""
    images = rng.integers(-2, 3, size=(len(c), 3)) + rng.uniform(-2, 2, size=3)
    images[:, c.dimension :] = 0
    return c.moved(c.positions + images @ c.cell, c.cell)


def random_map(rng: np.random.Generator, dimension: int, size: float = 0.3) -> FloatArray:
    f = np.eye(3)
    f[:dimension, :dimension] += size * rng.uniform(-1, 1, (dimension, dimension))
    return f if np.linalg.det(f) > 0.1 else np.eye(3)


@pytest.mark.parametrize("dimension", [2, 3])
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_affine_maps_leave_nothing(dimension: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    c = disordered(rng, n=60, dimension=dimension)
    f = random_map(rng, dimension)
    moved = wrapped(strained(c, f), rng)
    found = d2min(c, moved, CUTOFF)
    assert found.total.max() < 1e-22
    np.testing.assert_allclose(found.deformation, np.broadcast_to(f, (60, 3, 3)), atol=1e-11)
    assert np.abs(nonaffine_displacement(c, moved)).max() < 1e-11


@pytest.mark.parametrize("dimension", [2, 3])
@given(seed=st.integers(0, 2**32 - 1), proper=st.booleans())
@settings(max_examples=15, deadline=None, derandomize=True)
def test_frames_may_turn_and_wrap(dimension: int, seed: int, proper: bool) -> None:
    rng = np.random.default_rng(seed)
    c = disordered(rng, n=60, dimension=dimension)
    deformed = strained(c, random_map(rng, dimension, 0.05), noise=0.1, seed=seed)
    plain = d2min(c, deformed, CUTOFF)

    def turn() -> FloatArray:
        if dimension == 2:
            return planar_rotation(rng.uniform(0, 2 * np.pi), proper=proper)
        return random_rotation(rng, proper=proper)

    both = turn()
    cases = [(c.rotated(both), deformed.rotated(both)), (wrapped(c, rng), wrapped(deformed, rng))]
    if proper:  # mirroring only one frame would not be a deformation
        cases += [(c.rotated(turn()), deformed), (c, deformed.rotated(turn()))]
    for reference, now in cases:
        found = d2min(reference, now, CUTOFF)
        np.testing.assert_allclose(found.total, plain.total, rtol=1e-9)
        np.testing.assert_array_equal(found.counts, plain.counts)
    turned = nonaffine_displacement(c, wrapped(deformed, rng))
    np.testing.assert_allclose(turned, nonaffine_displacement(c, deformed), atol=1e-11)


def test_a_planted_rearrangement_is_found() -> None:
    rng = np.random.default_rng(4)
    c = disordered(rng, n=400, dimension=2)
    f = np.eye(3)
    f[0, 1] = 0.02
    deformed = strained(c, f, noise=0.003)
    centre = 17
    offsets = c.positions - c.positions[centre]
    fractional = offsets @ np.linalg.inv(c.cell)
    fractional[:, :2] -= np.rint(fractional[:, :2])
    near = np.linalg.norm(fractional @ c.cell, axis=1) < 1.5
    positions = deformed.positions.copy()
    positions[near, :2] += rng.normal(0, 0.15, (near.sum(), 2))
    hit = d2min(c, c.moved(positions, deformed.cell), 1.5).per_neighbour
    quiet = d2min(c, deformed, 1.5).per_neighbour
    assert np.median(hit[near]) > 100 * np.median(hit[~near])
    assert np.median(quiet[near]) < 3 * np.median(quiet[~near])  # no displacement before


def test_reference_images_are_kept_where_minimum_images_swap() -> None:
    """With half a cell of shear, the minimum image picks another copy of a neighbour."""
    rng = np.random.default_rng(5)
    c = disordered(rng, n=36, tilt=0.0, dimension=2)
    f = np.eye(3)
    f[0, 1] = 0.9
    deformed = strained(c, f, noise=0.02)
    cutoff = 2.6
    found = d2min(c, deformed, cutoff).per_neighbour
    assert found.max() < 0.05

    pairs = find_neighbours(c, cutoff)
    straight = deformed.positions[pairs.second] - deformed.positions[pairs.first]
    images = np.array([(a, b, 0) for a in range(-2, 3) for b in range(-2, 3)]) @ deformed.cell
    candidates = straight[:, None] + images
    nearest = candidates[
        np.arange(len(straight)), np.linalg.norm(candidates, axis=2).argmin(axis=1)
    ]
    assert np.linalg.norm(nearest - pairs.vectors @ f.T, axis=1).max() > 1.0
    backwards = d2min(deformed, c, cutoff).per_neighbour  # neighbours from the deformed frame
    assert not np.allclose(backwards, found, rtol=0.1)


def test_total_and_mean_differ_by_the_number_of_neighbours() -> None:
    c = disordered(np.random.default_rng(6))
    found = d2min(c, strained(c, np.eye(3), noise=0.1), CUTOFF)
    np.testing.assert_allclose(found.total, found.per_neighbour * found.counts)
    np.testing.assert_array_equal(found.counts, find_neighbours(c, CUTOFF).counts)
    again = d2min(
        c, strained(c, np.eye(3), noise=0.1), CUTOFF, neighbours=find_neighbours(c, CUTOFF)
    )
    np.testing.assert_allclose(again.total, found.total, rtol=1e-12)


@pytest.mark.parametrize("dimension", [2, 3])
def test_particles_that_neighbour_their_own_images_count_them(dimension: int) -> None:
    c = disordered(np.random.default_rng(11), n=9, dimension=dimension)
    cutoff = 1.2 * float(np.linalg.norm(c.cell[0]))
    known = find_neighbours(c, cutoff)
    assert (known.first == known.second).any()
    deformed = strained(c, np.eye(3), noise=0.1)
    found = d2min(c, deformed, cutoff)
    expected = d2min(c, deformed, cutoff, neighbours=known)
    np.testing.assert_array_equal(found.counts, known.counts)
    np.testing.assert_allclose(found.total, expected.total, rtol=1e-12)


def test_too_few_or_coplanar_neighbours_give_nan_and_are_counted() -> None:
    cell = np.eye(3) * 20.0
    triangle = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [1.1, 1.2, 0]])
    tetrahedron = np.array([[10.0, 10, 10], [11, 10, 10], [10, 11, 10], [10, 10, 11]])
    positions = np.concatenate([triangle, tetrahedron, [[15.0, 5.0, 15.0]]])
    c = Configuration(positions, cell, np.zeros(9, int), ("A",))
    found = d2min(c, strained(c, np.eye(3), noise=0.05), CUTOFF)
    np.testing.assert_array_equal(np.isnan(found.total), [True] * 4 + [False] * 4 + [True])
    assert found.n_undetermined == 5
    flat = Configuration(triangle, cell, np.zeros(4, int), ("A",), dimension=2)
    assert d2min(flat, flat, CUTOFF).n_undetermined == 0


def test_states_of_different_particles_are_refused() -> None:
    c = disordered(np.random.default_rng(7), n=30)
    shuffled = Configuration(c.positions, c.cell, c.species[::-1], c.species_names)
    with pytest.raises(ValueError, match="changes species"):
        d2min(c, shuffled, CUTOFF)
    with pytest.raises(ValueError, match="has 31 particles"):
        d2min(c, disordered(np.random.default_rng(7), n=31), CUTOFF)
    with pytest.raises(ValueError, match="is 2D"):
        nonaffine_displacement(c, disordered(np.random.default_rng(7), n=30, dimension=2))
    with pytest.raises(ValueError, match="expected a positive length"):
        d2min(c, c, 0.0)
    other = find_neighbours(disordered(np.random.default_rng(7), n=31), CUTOFF)
    with pytest.raises(ValueError, match="neighbours are those of 31"):
        d2min(c, c, CUTOFF, neighbours=other)


def test_nonaffine_displacement_recovers_what_was_added() -> None:
    rng = np.random.default_rng(8)
    c = disordered(rng, n=60)
    steps = rng.normal(0, 0.1, (60, 3))
    f = random_map(rng, 3, 0.1)
    deformed = wrapped(c.moved(c.positions @ f.T + steps, c.cell @ f.T), rng)
    np.testing.assert_allclose(
        nonaffine_displacement(c, deformed), steps - steps.mean(axis=0), atol=1e-11
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("cutoff", [1.5, 2.5])
def test_equal_to_ovito(cutoff: float) -> None:
    c = disordered(np.random.default_rng(9), n=400)
    f = random_map(np.random.default_rng(10), 3, 0.05)
    deformed = strained(c, f, noise=0.1)
    total, deformation = by_ovito(c, deformed, cutoff)
    found = d2min(c, deformed, cutoff)
    np.testing.assert_allclose(found.total, total, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(found.deformation, deformation, atol=1e-12)


def by_ovito(reference: Configuration, deformed: Configuration, cutoff: float) -> tuple[Any, Any]:
    """Return D2min and deformation gradients by OVITO's atomic strain modifier."""
    from ovito.data import DataCollection
    from ovito.modifiers import AtomicStrainModifier
    from ovito.pipeline import Pipeline, StaticSource

    def source(c: Configuration) -> Any:
        data = DataCollection()
        data.create_cell(np.column_stack([c.cell.T, np.zeros(3)]), pbc=(True, True, True))
        particles = data.create_particles(count=len(c))
        particles.create_property("Position", data=c.positions)
        return StaticSource(data=data)

    modifier = AtomicStrainModifier(
        cutoff=cutoff,
        output_nonaffine_squared_displacements=True,
        output_deformation_gradients=True,
        minimum_image_convention=True,
    )
    modifier.reference = source(reference)
    pipeline = Pipeline(source=source(deformed))
    pipeline.modifiers.append(modifier)
    particles = pipeline.compute().particles
    gradients = np.array(particles["Deformation Gradient"]).reshape(-1, 3, 3)  # column-major
    return (
        np.array(particles["Nonaffine Squared Displacement"]),
        gradients.transpose(0, 2, 1),
    )


@pytest.mark.parametrize(("apart", "determined"), [(1.1e-6, True), (0.9e-6, False)])
def test_neighbours_on_a_line_determine_no_map(apart: float, determined: bool) -> None:
    """Neighbours at (1, 0) and (-1, e) have det V = e^2 and a mean square of 1: the limit is 1e-12."""
    x = np.array([[5.0, 5.0, 0.0], [6.0, 5.0, 0.0], [4.0, 5.0 + apart, 0.0]])
    c = Configuration(x, np.diag([20.0, 20.0, 1.0]), np.zeros(3, int), ("A",), 2)
    found = d2min(c, c, 1.5)
    assert found.counts.tolist() == [2, 1, 1]
    assert np.isnan(found.total).tolist() == [not determined, True, True]
    assert found.n_undetermined == (2 if determined else 3)


@pytest.mark.parametrize("cutoff", [0.0, -1.0, float("nan")])
def test_a_neighbourhood_without_extent_is_refused(cutoff: float) -> None:
    c = disordered(np.random.default_rng(12), n=9)
    with pytest.raises(ValueError, match=rf"cutoff = {cutoff}; expected a positive length"):
        d2min(c, c, cutoff)


@pytest.mark.parametrize(("apart", "determined"), [(5.6e-7, True), (5.3e-7, False)])
def test_neighbours_in_a_plane_determine_no_map_in_space(apart: float, determined: bool) -> None:
    """Neighbours along x, y and a short z have det V = e^2, and a mean square of 2/3 cubed."""
    x = np.array([[5.0, 5, 5], [6, 5, 5], [5, 6, 5], [5.0, 5.0, 5.0 + apart]])
    c = Configuration(x, np.diag([20.0, 20.0, 20.0]), np.zeros(4, int), ("A",))
    assert np.isnan(d2min(c, c, 1.2).total[0]) != determined


def test_the_first_particle_that_differs_is_named() -> None:
    c = disordered(np.random.default_rng(7), n=30)
    species = c.species.copy()
    species[[7, 20]] = 1 - species[[7, 20]]
    other = Configuration(c.positions, c.cell, species, c.species_names)
    with pytest.raises(ValueError, match="particle 7 changes species between the two states"):
        d2min(c, other, CUTOFF)
    alone = Configuration(
        np.array([[1.0, 1, 1], [9, 9, 9]]), 20 * np.eye(3), np.zeros(2, int), ("A",)
    )
    found = d2min(alone, alone, CUTOFF)
    assert (found.counts.tolist(), np.isnan(found.per_neighbour).tolist()) == ([0, 0], [True, True])
