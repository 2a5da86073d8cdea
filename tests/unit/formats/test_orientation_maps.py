"""Orientation maps: both formats, defective files, and conversion to microstructures."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystal_files import ang_lines, ctf_lines
from mechanist.core.errors import FormatError
from mechanist.core.rotations import (
    compose,
    from_bunge_euler,
    from_rotation_vector,
    quaternion_to_matrix,
    random_rotations,
    rotation_angle,
)
from mechanist.formats.orientation_field import OrientationMap, Phase
from mechanist.formats.orientation_grid import is_square, resampled, square_grid
from mechanist.formats.orientation_maps import read_orientation_map
from mechanist.formats.orientation_points import NOT_INDEXED, Points
from mechanist.formats.text import write_lines
from mechanist.imports.orientation_grains import Segmentation, microstructure_from_map


def angles(seed: int, shape: tuple[int, int]) -> np.ndarray:
    """Return random Euler angles in radians."""
    random = np.random.default_rng(seed)
    return random.uniform(0, [2 * np.pi, np.pi, 2 * np.pi], (*shape, 3))


def read(path: Path, lines: list[str], **options: Any) -> OrientationMap:
    """Read a map from these lines."""
    write_lines(path, lines)
    return read_orientation_map(path, **options)


@given(st.integers(0, 999), st.tuples(st.integers(2, 6), st.integers(2, 6)))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_both_formats_give_the_same_map(
    tmp_path_factory: pytest.TempPathFactory, seed: int, shape: tuple[int, int]
) -> None:
    folder, euler = tmp_path_factory.mktemp("maps"), angles(seed, shape)
    ang = read(folder / "a.ang", ang_lines(euler))
    ctf = read(folder / "a.ctf", ctf_lines(np.degrees(euler)), crystal_x="a")
    assert ang.orientations.shape == (*shape, 4)
    assert (ang.names, ctf.names) == (
        {1: Phase("Nickel", "cubic")},
        {1: Phase("Magnesium", "hexagonal")},
    )
    for mapped in (ang, ctf):
        assert mapped.indexed.all()
        np.testing.assert_allclose(mapped.steps, [0.5, 0.5])
        off = rotation_angle(mapped.orientations, from_bunge_euler(euler))
        assert off.max() < 0.01


def test_angles_turn_the_crystal_into_the_sample(tmp_path: Path) -> None:
    euler = np.zeros((2, 2, 3))
    euler[..., 0] = np.pi / 2  # about z: the crystal's x axis lies along the sample's y
    mapped = read(tmp_path / "a.ang", ang_lines(euler))
    turned = quaternion_to_matrix(mapped.orientations[0, 0]) @ [1, 0, 0]
    np.testing.assert_allclose(turned, [0, 1, 0], atol=1e-5)
    again = read(tmp_path / "a.ang", ang_lines(euler), turn=[0, 180, 0])
    moved = quaternion_to_matrix(again.orientations[0, 0]) @ [0, 0, 1]
    np.testing.assert_allclose(moved, [0, 0, -1], atol=1e-5)


def test_points_without_an_orientation(tmp_path: Path) -> None:
    euler = angles(0, (3, 4))
    euler[1, 2] = 4 * np.pi
    confidence = np.full((3, 4), 0.5)
    confidence[0, 0], confidence[2, 3] = -1, 0.05
    mapped = read(tmp_path / "a.ang", ang_lines(euler, confidence=confidence))
    assert np.argwhere(~mapped.indexed).tolist() == [[0, 0], [1, 2]]
    strict = read(tmp_path / "a.ang", ang_lines(euler, confidence=confidence), confidence=0.1)
    assert np.argwhere(~strict.indexed).tolist() == [[0, 0], [1, 2], [2, 3]]
    phases = np.ones((3, 4), int)
    phases[2, 1] = 0
    mapped = read(tmp_path / "a.ctf", ctf_lines(np.degrees(angles(0, (3, 4))), phases=phases))
    assert np.argwhere(~mapped.indexed).tolist() == [[2, 1]]


@pytest.mark.parametrize("sign", [1, -1])
def test_two_full_turns_may_be_rounded_to_two_digits(tmp_path: Path, sign: int) -> None:
    euler = angles(0, (3, 4))
    euler[1, 2] = 4 * np.pi + sign * 0.009
    mapped = read(tmp_path / "a.ang", ang_lines(euler))
    assert np.argwhere(~mapped.indexed).tolist() == [[1, 2]]
    euler[1, 2] = 4 * np.pi + sign * 0.011
    with pytest.raises(FormatError, match=r"Euler angles reach 12\.5.*looks like degrees"):
        read(tmp_path / "a.ang", ang_lines(euler))


def test_hexagonal_grids_are_resampled(tmp_path: Path) -> None:
    places = np.stack(np.meshgrid(np.arange(6), np.arange(7), indexing="ij"), axis=-1) * 0.5
    places[:, 1::2, 0] += 0.25
    places[..., 1] *= 3**0.5 / 2
    lines = ang_lines(angles(1, (6, 7)), grid="HexGrid", places=places)
    with pytest.raises(FormatError, match="the grid is hexagonal, but resample is false"):
        read(tmp_path / "a.ang", lines, resample=False)
    mapped = read(tmp_path / "a.ang", lines)
    assert (
        "the hexagonal grid of 42 points was resampled to a square grid of 6 x 6" in mapped.notes[0]
    )
    assert mapped.phases.shape == (6, 6)
    first = from_bunge_euler(angles(1, (6, 7))[0, 0])
    assert rotation_angle(mapped.orientations[0, 0], first) < 0.01


DEGREES = np.degrees(angles(2, (3, 3)))
RADIANS = angles(2, (3, 3))
ANG = ang_lines(RADIANS)
CTF = ctf_lines(DEGREES)


def edited(lines: list[str], old: str, new: str) -> list[str]:
    """Return lines with the first occurrence replaced."""
    assert old in "\n".join(lines)
    return "\n".join(lines).replace(old, new, 1).split("\n")


@pytest.mark.parametrize(
    ("suffix", "lines", "message"),
    [
        (".txt", ANG, r"suffix is '.txt', expected one of \['.ang', '.ctf'\]"),
        (".ang", ang_lines(DEGREES), "looks like degrees; expected radians"),
        (".ctf", ctf_lines(RADIANS), "looks like radians; expected degrees"),
        (".ang", ang_lines(np.full((3, 3, 3), 4 * np.pi)), "none of 9 points is indexed"),
        (".ang", edited(ANG, "# GRID: SqrGrid", "#"), "no '# GRID:'"),
        (".ang", edited(ANG, "# XSTEP: 0.5", "# XSTEP: 0"), "steps are .0.0, 0.5."),
        (".ang", edited(ANG, "# Phase 1\n# MaterialName", "# Phases\n# Material"), "no '# Phase'"),
        (".ang", ANG[:13], "ends before the first point"),
        (".ang", ANG[:-1], "8 points do not fill 3 columns and 3 rows"),
        (".ang", [*ANG, ANG[-1]], "10 points do not fill"),
        (".ang", edited(ANG, "0.50000  0.00000", "0.60000  0.00000"), r"\[0.6, 0.0\] is not on a grid"),
        (".ang", [line.replace("  100.0  0.500  0  1  0.9", "  100.0") for line in ANG],
         "6 columns, expected at least 8"),
        (".ang", edited(ANG, "  100.0  0.500  0  1  0.9", "  100.0"), "a.ang:14: 6 fields where 10"),
        (".ang", [*ANG[:-1], ANG[-1] + " 7"], "11 fields where 10"),
        (".ang", edited(ANG, "  100.0  0.500", "  100.0  nan"), "a.ang:14, column 'CI': 'nan'"),
        (".ang", ang_lines(RADIANS, phases=np.full((3, 3), 4)), r"phases \[4\], the header declares"),
        (".ctf", ANG, "expected 'Channel Text File'"),
        (".ctf", edited(CTF, "Euler3", "Euler"), r"columns \['Euler3'\] are missing"),
        (".ctf", edited(CTF, "XCells\t3", "XCells\tx"), "expected whole numbers"),
        (".ctf", edited(CTF, "XCells\t3", "XCells\t4"), "ends after 9 rows of the 12"),
        (".ctf", edited(CTF, "XCells\t3", "XCells\t2"), "more than 2 x 3 points"),
        (".ctf", edited(CTF, "Phases\t1", "Phase\t1"), "no 'Phases'"),
        (".ctf", edited(CTF, "\tMagnesium\t9\t194", ""), "2 fields, expected lengths"),
        (".ctf", edited(CTF, "0.5000", "0,5000"), "decimal point"),
        (".ctf", ctf_lines(DEGREES, phases=np.full((3, 3), 2)), r"phases \[2\], the header declares"),
    ],
)  # fmt: skip
def test_defects_are_found(tmp_path: Path, suffix: str, lines: list[str], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(tmp_path / f"a{suffix}", lines)


def test_stated_units_are_believed(tmp_path: Path) -> None:
    small = np.full((2, 2, 3), 5.0)
    mapped = read(tmp_path / "a.ctf", ctf_lines(small), angles="degrees", crystal_x="a")
    assert rotation_angle(mapped.orientations, from_bunge_euler(np.radians(small))).max() < 1e-3
    mapped = read(tmp_path / "b.ang", ang_lines(DEGREES), angles="degrees")
    assert rotation_angle(mapped.orientations, from_bunge_euler(RADIANS)).max() < 1e-3


def halves(shape: tuple[int, int] = (8, 6), scatter: float = 1.0) -> OrientationMap:
    """Return a map of two grains, each of slightly scattered orientations."""
    rng = np.random.default_rng(3)
    grains = random_rotations(2, rng)[(np.arange(shape[0]) >= shape[0] // 2).astype(int)]
    wobble = from_rotation_vector(np.radians(scatter) * rng.uniform(-0.5, 0.5, (*shape, 3)))
    return OrientationMap(
        orientations=compose(grains[:, None], wobble),
        phases=np.ones(shape, int),
        names={1: Phase("Nickel", "cubic"), 2: Phase("Iron", "cubic"), 3: Phase("Zircon", "other")},
        steps=np.array([0.5, 0.5]),
    )


def test_a_map_becomes_grains() -> None:
    mapped = halves()
    mapped.phases[0, 0] = NOT_INDEXED
    mapped.orientations[6, 3] = mapped.orientations[0, 1]  # a single misoriented point
    run = microstructure_from_map(mapped, name="map", systems="fcc12")
    assert (run.shape, run.n_frames, run.lengths.tolist()) == ((8, 6, 1), 1, [4, 3, 0.5])
    np.testing.assert_array_equal(
        run.grains[:, :, 0], np.repeat([[0], [1]], 4, axis=0) * np.ones((1, 6))
    )
    assert run.material == {"filled": 2, "unindexed": 1}
    # the misoriented point took the orientation of a neighbour
    assert rotation_angle(run.orientations[0, 6, 3, 0], mapped.orientations[5, 3]) < 2
    coarse = microstructure_from_map(
        mapped, name="map", systems="fcc12", segmentation=Segmentation(stride=2)
    )
    assert (coarse.shape, coarse.lengths.tolist()) == ((4, 3, 1), [4, 3, 1])


def test_equivalent_orientations_are_one_grain() -> None:
    """A quarter turn of the crystal about its own axis gives an equivalent orientation."""
    mapped = halves()
    quarter = from_rotation_vector(np.array([0, 0, np.pi / 2]))
    mapped.orientations[::2] = compose(mapped.orientations[::2], quarter)
    assert microstructure_from_map(mapped, name="map", systems="fcc12").grains.max() == 1


def several(mapped: OrientationMap) -> None:
    mapped.phases[0] = 2


def other(mapped: OrientationMap) -> None:
    mapped.phases[:] = 3


def empty(mapped: OrientationMap) -> None:
    mapped.phases[:3] = NOT_INDEXED


def scattered(mapped: OrientationMap) -> None:
    mapped.orientations[:] = random_rotations(48, np.random.default_rng(0)).reshape(8, 6, 4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (several, r"phases 1 'Nickel', 2 'Iron', but one table of slip systems is given, 'fcc12'"),
        (other, "phase 'Zircon' is other, slip systems 'fcc12' are of a cubic crystal"),
        (empty, "37.5 % of the points have no orientation; expected at most 20 % together"),
        (scattered, "no grain has 2 points; the largest has 1"),
    ],
)
def test_what_is_no_microstructure_is_refused(change: Any, message: str) -> None:
    mapped = halves()
    change(mapped)
    with pytest.raises(ValueError, match=message):
        microstructure_from_map(mapped, name="map", systems="fcc12")


@pytest.mark.parametrize(
    "option", [{"threshold": 0.0}, {"stride": 0}, {"smallest": 1}, {"unindexed": 1.0}]
)
def test_options_out_of_range_are_refused(option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(option))):
        Segmentation(**option)


def points(places: list[list[float]], steps: tuple[float, float]) -> Points:
    n = len(places)
    return Points(
        np.arange(3.0 * n).reshape(n, 3), np.array(places, float), np.ones(n, int), {},
        np.array(steps), hexagonal=True, notes=("before",),
    )  # fmt: skip


def test_points_off_the_grid_are_told_from_missing_ones() -> None:
    """A twentieth of the step, which 1 is of 20, is still on the grid."""
    for first, message in (
        (1.0, "3 points do not fill 2 columns and 1 rows once each"),
        (1.1, r"is not on a grid"),
    ):
        with pytest.raises(FormatError, match=message):
            square_grid(Path("a"), points([[0, 0], [first, 0], [20, 0]], (20, 20)))
    shape, order = square_grid(Path("a"), points([[0, 0], [21, 0], [0, 20], [20, 20]], (20.1, 20)))
    assert (shape, order.tolist()) == ((2, 2), [0, 2, 1, 3])
    assert is_square(points([[0, 0], [1, 0], [0, 2], [1, 2]], (1, 2)))
    assert not is_square(points([[0, 0], [1, 0], [0, 2], [1, 2]], (1, 1)))


def test_another_step_is_proposed_where_the_points_have_one() -> None:
    with pytest.raises(FormatError, match=r"points are \[0.5, 2\] apart along x and y, the stated"):
        square_grid(Path("a"), points([[0, 0], [0.5, 0], [0, 2], [0.5, 2]], (1, 1)))
    with pytest.raises(
        FormatError, match=r"points are \[0.5, 1\] apart"
    ):  # a row has no step along y
        square_grid(Path("a"), points([[0, 0], [0.5, 0], [1, 0]], (1, 1)))


def test_a_resampled_grid_by_hand() -> None:
    """Three rows of a hexagonal grid, 0.866 apart, give two rows of a square one."""
    rows = [[x + 0.5 * (y % 2), 0.866 * y] for y in range(3) for x in range(4)]
    found = resampled(Path("a"), points(rows, (1.0, 0.866)))
    assert found.places.tolist() == [[x, y] for x in (0.0, 1, 2, 3) for y in (0.0, 1)]
    # the point at (2, 1) is nearest to (1.5, 0.866) or (2.5, 0.866), that at (0, 1) to (0.5, 0.866)
    assert found.euler[1].tolist() == [12.0, 13.0, 14.0]
    assert found.euler[6].tolist() == [9.0, 10.0, 11.0]
    assert found.steps.tolist() == [1.0, 1.0]
    assert not found.hexagonal
    assert found.notes[0] == "before"
    assert "of 12 points was resampled to a square grid of 4 x 2 points" in found.notes[1]
    sparse = [[3.0 * x, 3.0 * y] for y in range(6) for x in range(6)]
    with pytest.raises(FormatError, match="36 points lie in an area of 16 x 16 steps of 1;"):
        resampled(Path("a"), points(sparse, (1.0, 1.0)))
