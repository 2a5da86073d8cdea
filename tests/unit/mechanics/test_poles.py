"""Pole figures: all equivalent poles, in the right places, with the right counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.core.rotations import (
    compose,
    from_rotation_vector,
    quaternion_to_matrix,
    random_rotations,
)
from mechanist.core.typing import Lattice
from mechanist.mechanics.misorientations import point_group
from mechanist.mechanics.poles import (
    FAMILIES,
    equal_area,
    fundamental_direction,
    pole_density,
    poles,
    projected,
    sample_axis_in_crystal,
)

LATTICES = st.sampled_from(["cubic", "hexagonal"])
SEEDS = st.integers(0, 999)
DIRECTIONS = random_rotations(40, np.random.default_rng(0))[:, :3]
DIRECTIONS = DIRECTIONS / np.linalg.norm(DIRECTIONS, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("lattice", "family", "number"),
    [("cubic", "{111}", 4), ("cubic", "{100}", 3), ("hexagonal", "{0001}", 1), ("hexagonal", "{10-10}", 3)],
)  # fmt: skip
def test_families_have_as_many_planes(lattice: Lattice, family: str, number: int) -> None:
    found = poles(np.array([[1.0, 0, 0, 0]]), FAMILIES[lattice][family], lattice)
    assert len(found) == number
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1)


@given(SEEDS, LATTICES)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_equivalent_orientations_have_the_same_poles(seed: int, lattice: Lattice) -> None:
    rng = np.random.default_rng(seed)
    orientations = random_rotations(5, rng)
    group = point_group(lattice)
    others = compose(orientations, group[rng.integers(len(group), size=5)])
    for normal in FAMILIES[lattice].values():
        np.testing.assert_allclose(
            pole_density(DIRECTIONS, poles(orientations, normal, lattice)),
            pole_density(DIRECTIONS, poles(others, normal, lattice)),
            rtol=1e-9,
        )
    for axis in range(3):
        np.testing.assert_allclose(
            fundamental_direction(sample_axis_in_crystal(orientations, axis), lattice),
            fundamental_direction(sample_axis_in_crystal(others, axis), lattice),
            atol=1e-9,
        )


@given(SEEDS, LATTICES)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_turning_the_sample_turns_its_poles(seed: int, lattice: Lattice) -> None:
    rng = np.random.default_rng(seed)
    orientations, turn = random_rotations(4, rng), random_rotations(1, rng)[0]
    (normal, *_) = FAMILIES[lattice].values()
    before = pole_density(DIRECTIONS, poles(orientations, normal, lattice))
    turned = poles(compose(turn, orientations), normal, lattice)
    after = pole_density(DIRECTIONS @ quaternion_to_matrix(turn).T, turned)
    np.testing.assert_allclose(before, after, rtol=1e-9)


def test_a_density_has_a_mean_of_one_over_the_half_sphere() -> None:
    _, directions = equal_area(101)
    inside = ~np.isnan(directions).any(axis=-1)
    normal = FAMILIES["cubic"]["{111}"]
    counted = poles(random_rotations(3, np.random.default_rng(1)), normal, "cubic")
    density = pole_density(directions[inside], counted)
    # the projection preserves area
    assert density.mean() == pytest.approx(1, abs=0.01)
    assert density.max() > 3
    many = poles(random_rotations(4000, np.random.default_rng(2)), normal, "cubic")
    assert np.abs(pole_density(DIRECTIONS, many) - 1).max() < 0.1


def test_the_kernel_falls_to_half_at_its_half_width() -> None:
    pole = np.array([[0.0, 0.0, 1.0]])
    angle = np.radians([0.0, 12.0, 180.0])
    at = np.stack([np.sin(angle), np.zeros(3), np.cos(angle)], axis=1)
    density = pole_density(at, pole, half_width=12.0)
    assert density[1] / density[0] == pytest.approx(0.5, abs=1e-6)
    assert density[2] == pytest.approx(density[0])  # opposite directions are one pole


def test_the_projection_is_undone() -> None:
    places, directions = equal_area(21)
    inside = ~np.isnan(directions).any(axis=-1)
    np.testing.assert_allclose(np.linalg.norm(directions[inside], axis=-1), 1)
    np.testing.assert_allclose(projected(directions[inside]), places[inside], atol=1e-12)
    assert inside[10, 10]
    assert not inside[0, 0]


def test_a_turned_cube_points_its_poles_where_it_should() -> None:
    tilted = from_rotation_vector(np.array([[0, np.pi / 2, 0]]))  # its z axis along x
    np.testing.assert_allclose(sample_axis_in_crystal(tilted, 0), [[0, 0, 1]], atol=1e-12)
    found = poles(tilted, (0.0, 0.0, 1.0), "hexagonal")
    np.testing.assert_allclose(np.abs(found), [[1, 0, 0]], atol=1e-12)


@given(SEEDS, LATTICES)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_directions_fold_into_the_standard_triangle(seed: int, lattice: Lattice) -> None:
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(20, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    folded = fundamental_direction(directions, lattice)
    np.testing.assert_allclose(np.linalg.norm(folded, axis=1), 1)
    x, y, z = folded.T
    assert (y >= -1e-12).all()
    if lattice == "cubic":
        assert ((z >= x) & (x >= y)).all()
    else:
        assert (np.degrees(np.arctan2(y, x)) <= 30 + 1e-9).all()
        assert (z >= 0).all()
    np.testing.assert_allclose(fundamental_direction(folded, lattice), folded, atol=1e-12)


def test_the_grid_of_a_projection_spans_the_unit_square() -> None:
    places, directions = equal_area(5)
    np.testing.assert_allclose(places[:, 0, 0], [-1, -0.5, 0, 0.5, 1])
    np.testing.assert_allclose(places[0, :, 1], [-1, -0.5, 0, 0.5, 1])
    np.testing.assert_allclose(directions[2, 2], [0, 0, 1])  # the pole of the half sphere
    np.testing.assert_allclose(directions[4, 2], [1, 0, 0], atol=1e-12)  # its rim
    np.testing.assert_allclose(directions[2, 1], [0, -0.5 * np.sqrt(1.75), 0.75])
    assert np.isnan(directions[[0, 0, 4, 4], [0, 4, 0, 4]]).all()
