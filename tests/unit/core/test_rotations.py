"""Orientations: conventions by hand, group properties, equivalence under crystal symmetry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.core import rotations as rot
from mechanist.core.typing import Lattice
from mechanist.mechanics import misorientations as mis

SEEDS = st.integers(0, 2**31 - 1)
LATTICES: tuple[Lattice, ...] = ("cubic", "hexagonal")
# The largest misorientation of two cubic crystals, Mackenzie (1958).
MACKENZIE = 62.7994


def draw(seed: int, n: int = 5) -> np.ndarray:
    return rot.random_rotations(n, np.random.default_rng(seed))


def test_a_quarter_turn_about_z_takes_x_to_y() -> None:
    q = rot.from_rotation_vector(np.array([0.0, 0.0, np.pi / 2]))
    np.testing.assert_allclose(rot.quaternion_to_matrix(q) @ [1, 0, 0], [0, 1, 0], atol=1e-15)


def test_bunge_angles_are_three_active_turns() -> None:
    angles = np.radians([30.0, 50.0, 70.0])
    turns = [[0, 0, angles[0]], [angles[1], 0, 0], [0, 0, angles[2]]]
    z1, x, z2 = (rot.from_rotation_vector(np.array(turn)) for turn in turns)
    expected = rot.positive(rot.compose(rot.compose(z1, x), z2))
    np.testing.assert_allclose(rot.from_bunge_euler(angles), expected, atol=1e-14)


@given(SEEDS)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_composition_is_the_product_of_matrices(seed: int) -> None:
    a, b = draw(seed), draw(seed + 1)
    product = rot.quaternion_to_matrix(a) @ rot.quaternion_to_matrix(b)
    np.testing.assert_allclose(rot.quaternion_to_matrix(rot.compose(a, b)), product, atol=1e-13)
    inverse = rot.quaternion_to_matrix(rot.conjugate(a))
    np.testing.assert_allclose(inverse, np.swapaxes(rot.quaternion_to_matrix(a), -1, -2))


@given(SEEDS)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_there_and_back(seed: int) -> None:
    q = draw(seed)
    np.testing.assert_allclose(rot.matrix_to_quaternion(rot.quaternion_to_matrix(q)), q, atol=1e-12)
    np.testing.assert_allclose(rot.from_rotation_vector(rot.to_rotation_vector(q)), q, atol=1e-12)


def test_half_turns_and_none_survive_conversion() -> None:
    half = np.array([[0.0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0.6, 0.8], [1, 0, 0, 0]])
    back = rot.matrix_to_quaternion(rot.quaternion_to_matrix(half))
    np.testing.assert_allclose(back, half, atol=1e-15)
    np.testing.assert_allclose(rot.to_rotation_vector(half[3]), 0.0)
    np.testing.assert_allclose(np.linalg.norm(rot.to_rotation_vector(half[:3]), axis=1), np.pi)


@pytest.mark.parametrize("lattice", LATTICES)
@given(seed=SEEDS)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_equivalent_orientations_are_the_same_crystal(lattice: Lattice, seed: int) -> None:
    group = mis.point_group(lattice)
    q, other = draw(seed, 1), draw(seed + 1, 1)
    equivalents = rot.compose(q, group)
    zone = mis.fundamental_zone(equivalents, lattice)
    np.testing.assert_allclose(zone, np.broadcast_to(zone[0], zone.shape), atol=1e-12)
    assert (np.abs(zone[:, 0]) >= np.abs(equivalents[:, 0]) - 1e-12).all()
    np.testing.assert_allclose(mis.misorientation(q, equivalents, lattice), 0.0, atol=1e-5)
    angles = mis.misorientation(equivalents, other, lattice)
    np.testing.assert_allclose(angles, angles[0], atol=1e-9)
    np.testing.assert_allclose(mis.misorientation(other, q, lattice), angles[:1], atol=1e-9)
    # brute force over the operations of both crystals
    pairs = rot.rotation_angle(equivalents[:, None], rot.compose(other, group)[None])
    np.testing.assert_allclose(angles[0], pairs.min(), atol=1e-9)


def test_misorientation_of_cubes_stays_below_its_bound_and_comes_near() -> None:
    a, b = draw(0, 20_000), draw(1, 20_000)
    largest = mis.misorientation(a, b, "cubic").max()
    assert MACKENZIE - 2.0 < largest <= MACKENZIE
    assert mis.misorientation(a, b, "hexagonal").max() > MACKENZIE  # another bound


def test_small_angles_keep_their_digits() -> None:
    q = draw(2, 1)[0]
    near = rot.compose(q, rot.from_rotation_vector(np.array([1e-9, 0, 0])))
    np.testing.assert_allclose(rot.rotation_angle(q, near), np.degrees(1e-9), rtol=1e-6)


def test_random_rotations_have_no_preferred_direction() -> None:
    turned = rot.quaternion_to_matrix(draw(3, 20_000))
    assert np.abs(turned.mean(axis=0)).max() < 0.02
    np.testing.assert_allclose((turned**2).mean(axis=0), 1 / 3, atol=0.01)


@pytest.mark.parametrize(
    ("index", "value", "says"),
    [((1, 2), [np.nan, 0, 0, 1], r"index \(1, 2\)"), ((0, 1), [2.0, 0, 0, 0], "length 2")],
)
def test_what_is_no_rotation_is_refused(index: tuple[int, int], value: list, says: str) -> None:
    q = draw(4, 6).reshape(2, 3, 4)
    np.testing.assert_allclose(rot.check_rotations(q * (1 + 1e-6)), q)
    q[index] = value
    with pytest.raises(rot.RotationError, match=says):
        rot.check_rotations(q)


def test_wrong_shapes_and_mirrors_are_refused() -> None:
    with pytest.raises(rot.RotationError, match=r"expected \(\.\.\., 4\)"):
        rot.check_rotations(np.eye(3))
    with pytest.raises(rot.RotationError, match="not a proper rotation"):
        rot.matrix_to_quaternion(np.diag([1.0, 1.0, -1.0]))
