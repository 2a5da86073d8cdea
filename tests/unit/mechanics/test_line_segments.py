"""Lines cut at voxel faces: conserved totals, and equivariance under shifts and rotations."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystal_files import junction, network_of_loops
from mechanist.core.rotations import quaternion_to_matrix, random_rotations
from mechanist.formats.paradis import DislocationNetwork, read_paradis
from mechanist.mechanics.line_segments import (
    assign_systems,
    density_fields,
    nye_field,
    segments_of,
    split,
    system_densities,
)
from mechanist.mechanics.slip_systems import slip_systems

REAL = Path(__file__).parents[4] / "shared/data/paradis/bcc_0b.data"
FCC = slip_systems("fcc12")
SHAPES = st.tuples(*[st.integers(1, 6)] * 3)
SEEDS = st.integers(0, 999)
REPEATED = (True, True, True)


def fields(
    network: DislocationNetwork, shape: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the density of each system and the Nye tensor in each voxel."""
    segments = segments_of(network, periodic=REPEATED)
    pieces = split(segments, shape)
    assigned = assign_systems(segments, FCC)
    return density_fields(segments, pieces, assigned, len(FCC)), nye_field(segments, pieces)


@given(SEEDS, SHAPES)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_pieces_add_up_to_their_segments(seed: int, shape: tuple[int, int, int]) -> None:
    network = network_of_loops(seed, 3)
    segments = segments_of(network, periodic=REPEATED)
    pieces = split(segments, shape)
    total = np.zeros_like(segments.vectors)
    np.add.at(total, pieces.owners, pieces.vectors)
    np.testing.assert_allclose(total, segments.vectors, atol=1e-12)
    # no piece is longer than the voxel in any direction
    assert (np.abs(pieces.vectors) <= network.lengths / shape * (1 + 1e-12)).all()
    density, nye = fields(network, shape)
    by_system = system_densities(segments, assign_systems(segments, FCC), len(FCC))
    np.testing.assert_allclose(density.mean(axis=(0, 1, 2)), by_system[:, 0], atol=1e-15)
    np.testing.assert_allclose(by_system[:, 1] + by_system[:, 2], by_system[:, 0], atol=1e-15)
    assert by_system[12:].sum() == 0  # loops lie on slip systems
    # closed loops have no net Nye tensor
    np.testing.assert_allclose(nye.mean(axis=(0, 1, 2)), 0, atol=1e-15)


@given(SEEDS, SHAPES)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_fine_voxels_average_to_coarse_ones(seed: int, shape: tuple[int, int, int]) -> None:
    network = network_of_loops(seed)
    nx, ny, nz = shape
    for coarse, fine in zip(
        fields(network, shape), fields(network, (2 * nx, 2 * ny, 2 * nz)), strict=True
    ):
        blocks = fine.reshape(nx, 2, ny, 2, nz, 2, *fine.shape[3:]).mean(axis=(1, 3, 5))
        np.testing.assert_allclose(blocks, coarse, atol=1e-14)


@given(SEEDS, st.tuples(*[st.integers(-3, 3)] * 3))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_moving_lines_moves_fields(seed: int, cells: tuple[int, int, int]) -> None:
    network, shape = network_of_loops(seed), (4, 3, 5)
    shift = np.array(cells) * network.lengths / shape
    places = network.low + (network.positions + shift - network.low) % network.lengths
    moved = fields(dataclasses.replace(network, positions=places), shape)
    for before, after in zip(fields(network, shape), moved, strict=True):
        np.testing.assert_allclose(np.roll(before, cells, axis=(0, 1, 2)), after, atol=1e-12)


@given(SEEDS)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_turning_lines_turns_fields(seed: int) -> None:
    network, shape, order = network_of_loops(seed), (4, 3, 5), [1, 2, 0]
    turned = dataclasses.replace(
        network,
        **{
            key: getattr(network, key)[..., order]
            for key in ("positions", "burgers", "planes", "low", "high")
        },
    )
    density, nye = fields(network, shape)
    density_turned, nye_turned = fields(turned, (3, 5, 4))
    np.testing.assert_allclose(
        density.sum(axis=-1).transpose(order), density_turned.sum(axis=-1), atol=1e-13
    )
    expected = nye.transpose(*order, 3, 4)[..., order, :][..., order]
    np.testing.assert_allclose(expected, nye_turned, atol=1e-13)


@given(SEEDS)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_the_sense_of_a_line_is_a_convention(seed: int) -> None:
    network = network_of_loops(seed)
    flipped = dataclasses.replace(
        network, segments=network.segments[:, ::-1], burgers=-network.burgers
    )
    for one, other in zip(fields(network, (3, 4, 5)), fields(flipped, (3, 4, 5)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-13)


@given(SEEDS)
@settings(max_examples=10, deadline=None, derandomize=True)
def test_systems_turn_with_the_crystal(seed: int) -> None:
    segments = segments_of(network_of_loops(seed), periodic=REPEATED)
    matrix = quaternion_to_matrix(random_rotations(1, np.random.default_rng(seed))[0])
    turned = segments._replace(
        vectors=segments.vectors @ matrix.T,
        burgers=segments.burgers @ matrix.T,
        planes=segments.planes @ matrix.T,
    )
    systems = assign_systems(segments, FCC)
    np.testing.assert_array_equal(assign_systems(turned, FCC, rotation=matrix), systems)
    assert (assign_systems(turned, FCC) >= len(FCC)).any()


def straight(
    direction: list[float], burgers: list[float], plane: list[float]
) -> DislocationNetwork:
    """Return one pinned line with three nodes through the middle of a box of side 10."""
    along = np.array(direction)
    return DislocationNetwork(
        tags=np.array([[0, 0], [0, 1]]),
        positions=np.array([[5.0, 5, 5], np.array([5.0, 5, 5]) + 4 * along]),
        constraints=np.array([7, 7]),
        segments=np.array([[0, 1]]),
        burgers=np.array([burgers]),
        planes=np.array([plane]),
        low=np.zeros(3),
        high=np.full(3, 10.0),
    )


R2, R3, R6 = 2**-0.5, 3**-0.5, 6**-0.5


@pytest.mark.parametrize(
    ("direction", "burgers", "plane", "kind", "screw"),
    [
        ([R2, -R2, 0], [R2, -R2, 0], [R3, R3, R3], "system", 1.0),
        ([R6, R6, -2 * R6], [R2, -R2, 0], [R3, R3, R3], "system", 0.0),
        ([R6, R6, -2 * R6], [R2, -R2, 0], [0, 0, 0], "system", 0.0),  # plane spanned by line and b
        ([R2, -R2, 0], [R2, -R2, 0], [0, 0, 0], "plane", 1.0),  # a screw has no unique glide plane
        ([R2, -R2, 0], [R2, -R2, 0], [0, 0, 1], "plane", 1.0),
        ([0, 0, 1], [1, 0, 0], [0, 1, 0], "burgers", 0.0),
    ],
)
def test_character_and_system(
    direction: list[float], burgers: list[float], plane: list[float], kind: str, screw: float
) -> None:
    segments = segments_of(straight(direction, burgers, plane))
    assigned = int(assign_systems(segments, FCC)[0])
    expected = {"system": FCC.find(np.array([R3] * 3), np.array([R2, -R2, 0])),
                "burgers": 12, "plane": 13}[kind]  # fmt: skip
    assert assigned == expected
    total, screws, edges = system_densities(segments, np.array([assigned]), 12)[assigned]
    np.testing.assert_allclose([total, screws, edges], [4e-3, 4e-3 * screw, 4e-3 * (1 - screw)],
                               atol=1e-15)  # fmt: skip


def test_a_finite_box_does_not_repeat() -> None:
    network = straight([1, 0, 0], [1, 0, 0], [0, 0, 1])
    network.positions[:] = [[0.5, 5, 5], [10.0, 5, 5]]
    pieces = split(segments_of(network, periodic=(False, True, True)), (5, 1, 1))
    np.testing.assert_allclose(pieces.vectors[:, 0], [1.5, 2, 2, 2, 2])
    np.testing.assert_array_equal(pieces.voxels, range(5))
    wrapped = segments_of(network, periodic=REPEATED)
    np.testing.assert_allclose(wrapped.vectors, [[-0.5, 0, 0]])


@pytest.mark.parametrize(
    ("ends", "half"),
    [
        ([[1.0, 5, 5], [5.9, 5, 5]], False),
        ([[1.0, 5, 5], [6.0, 5, 5]], True),
        ([[0.5, 5, 5], [9.9, 5, 5]], True),
        ([[5.0, 1, 1], [5.0, 4, 9]], True),
        ([[5.0, 1, 1], [5.0, 4, 5.5]], False),
    ],
)
def test_segments_of_half_the_box_need_a_stated_box(ends: list[list[float]], half: bool) -> None:
    network = straight([1, 0, 0], [1, 0, 0], [0, 0, 1])
    network.positions[:] = ends
    length = float(np.linalg.norm(np.subtract(*ends)))
    alone = segments_of(network, periodic=(False, False, False))
    assert np.linalg.norm(alone.vectors) == pytest.approx(length)
    if half:
        with pytest.raises(
            ValueError,
            match=r"1 of 1 segments are half .* node 0,0 to node 0,1: .* along [xz] in a box of 10; .*State `periodic`",
        ):
            segments_of(network)
    else:
        assert np.linalg.norm(segments_of(network).vectors) == pytest.approx(length)


def test_the_nye_tensor_has_the_burgers_vector_first() -> None:
    network = straight([0, 0, 1], [1, 0, 0], [0, 1, 0])
    segments = segments_of(network, periodic=REPEATED)
    nye = nye_field(segments, split(segments, (1, 1, 1)))[0, 0, 0]
    expected = np.zeros((3, 3))
    expected[0, 2] = 4 / 1000
    np.testing.assert_allclose(nye, expected)


def test_empty_grids_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape = \(4, 0, 4\); expected at least one voxel"):
        split(segments_of(network_of_loops(0), periodic=REPEATED), (4, 0, 4))


# twin: mechanics/test_line_segments.py::test_a_junction_is_on_no_slip_system_and_its_arms_are
@pytest.mark.skipif(not REAL.is_file(), reason=f"{REAL} is not there")
def test_a_real_network_is_made_of_screws_on_slip_systems() -> None:
    network = read_paradis(REAL)
    segments = segments_of(network, periodic=REPEATED)
    bcc = slip_systems("bcc12")
    assigned = assign_systems(segments, bcc)
    density = system_densities(segments, assigned, len(bcc))
    pieces = split(segments, (16, 16, 16))
    field = density_fields(segments, pieces, assigned, len(bcc))
    np.testing.assert_allclose(field.mean(axis=(0, 1, 2)), density[:, 0], rtol=1e-12)
    assert density[:, 1].sum() / density[:, 0].sum() == pytest.approx(0.993, abs=0.001)
    assert density[-2:, 0].sum() < 1e-4 * density[:, 0].sum()  # two <100> junctions


def test_a_junction_is_on_no_slip_system_and_its_arms_are() -> None:
    """The twin of the test above, with densities worked out by hand."""
    segments = segments_of(junction(), periodic=REPEATED)
    bcc = slip_systems("bcc12")
    assigned = assign_systems(segments, bcc)
    plane, root = np.array([1, -1, 0]) / 2**0.5, 3**-0.5
    one, two = (bcc.find(plane, root * np.array(b)) for b in ([1, 1, 1], [-1, -1, 1]))
    density = system_densities(segments, assigned, len(bcc))
    expected = np.zeros((len(bcc) + 2, 3))
    expected[one] = 40e-6, 40e-6, 0
    expected[two] = 40e-6, 25e-6, 15e-6  # at 60 degrees a quarter counts as screw
    expected[len(bcc)] = 10e-6, 10e-6, 0  # a screw of another Burgers vector
    np.testing.assert_allclose(density, expected, atol=1e-15)
    field = density_fields(segments, split(segments, (5, 4, 3)), assigned, len(bcc))
    np.testing.assert_allclose(field.mean(axis=(0, 1, 2)), density[:, 0], atol=1e-15)


@pytest.mark.parametrize(("angle", "on"), [(1.9, True), (2.1, False)])
@pytest.mark.parametrize("what", ["burgers", "plane"])
def test_two_degrees_off_a_system_are_on_it(angle: float, on: bool, what: str) -> None:
    tilt = np.radians(angle)
    b, n = np.array([R2, -R2, 0]), np.array([R3, R3, R3])
    if what == "burgers":
        b = np.cos(tilt) * b + np.sin(tilt) * n
    else:
        n = np.cos(tilt) * n + np.sin(tilt) * b
    network = straight([R2, -R2, 0], b.tolist(), n.tolist())
    expected = FCC.find(np.array([R3] * 3), np.array([R2, -R2, 0]))
    assigned = int(assign_systems(segments_of(network), FCC)[0])
    assert (assigned == expected) == on
    assert assigned in ((expected,) if on else (12, 13))
    wide = assign_systems(segments_of(network), FCC, tolerance=3.0)
    assert int(wide[0]) == expected


def test_the_first_long_segment_and_its_longest_side_are_named() -> None:
    network = straight([1, 0, 0], [1, 0, 0], [0, 0, 1])
    ends = np.array([[1.0, 1, 1], [2, 1, 1], [2, 8, 7.5], [2, 1, 8]])
    three = dataclasses.replace(
        network, tags=np.array([[0, 0], [0, 1], [3, 2], [0, 3]]), positions=ends,
        constraints=np.full(4, 7), segments=np.array([[0, 1], [1, 2], [2, 3]]),
        burgers=np.repeat(network.burgers, 3, axis=0), planes=np.repeat(network.planes, 3, axis=0),
    )  # fmt: skip
    with pytest.raises(
        ValueError, match=r"^2 of 3 .* node 0,1 to node 3,2: 7 along y in a box of 10"
    ):
        segments_of(three)
    none = dataclasses.replace(
        three, segments=np.zeros((0, 2), int), burgers=np.zeros((0, 3)), planes=np.zeros((0, 3))
    )
    empty = segments_of(none)
    assert assign_systems(empty, FCC).tolist() == []
    assert not density_fields(empty, split(empty, (2, 1, 1)), np.zeros(0, int), 12).any()


def test_lines_in_a_face_count_in_the_voxel_above_it_and_beyond_the_last_in_the_last() -> None:
    network = straight([0, 1, 0], [1, 0, 0], [0, 0, 1])
    network.positions[:] = [[5.0, 1, 5], [5.0, 4, 5]]
    inside = split(segments_of(network, periodic=REPEATED), (2, 1, 2))
    assert inside.voxels.tolist() == [3]
    network.positions[:, 0] = 10.0
    wrapped = split(segments_of(network, periodic=REPEATED), (2, 1, 2))
    assert wrapped.voxels.tolist() == [1]  # the first along x
    finite = split(segments_of(network, periodic=(False, True, True)), (2, 1, 2))
    assert finite.voxels.tolist() == [3]
