"""Grains and phases of orientation maps: points without orientation, small maps, several phases."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crystal_files import ang_lines
from mechanist.core.rotations import rotation_angle
from mechanist.formats.polycrystal_batches import PolycrystalRun, read_runs, write_runs
from mechanist.formats.text import write_lines
from mechanist.imports.polycrystals import import_crystal

HALVES = np.zeros((6, 4, 3))
HALVES[:3], HALVES[3:] = [0.3, 0.5, 0.2], [1.3, 0.9, 0.4]


def imported(path: Path, lines: list[str], **options: Any) -> PolycrystalRun:
    """Import a map of these lines."""
    write_lines(path / "a.ang", lines)
    entry = {"path": str(path / "a.ang"), "format": "map", "systems": "fcc12", **options}
    return import_crystal(entry, "a")


@pytest.mark.parametrize(
    "lost",
    [
        [(5, 3)],
        [(0, 0)],
        [(5, 2), (5, 3)],
        [(4, 3), (5, 3), (5, 2)],
        [(0, 0), (2, 2), (5, 3)],
        [(5, 0), (5, 3)],
    ],
)
def test_points_without_orientation_join_their_neighbours(
    tmp_path: Path, lost: list[tuple[int, int]]
) -> None:
    euler = HALVES.copy()
    for point in lost:
        euler[point] = 4 * np.pi
    run = imported(tmp_path, ang_lines(euler))
    expected = np.repeat([[0], [1]], 3, axis=0) * np.ones((1, 4))
    np.testing.assert_array_equal(run.grains[:, :, 0], expected)
    assert (run.material["unindexed"], run.material["filled"]) == (len(lost), len(lost))
    whole = imported(tmp_path, ang_lines(HALVES))
    assert rotation_angle(run.orientations, whole.orientations).max() < 1e-6


@pytest.mark.parametrize("kept", [(0, 0), (5, 3), (2, 1)])
def test_a_map_of_a_single_indexed_point(tmp_path: Path, kept: tuple[int, int]) -> None:
    euler = np.full((6, 4, 3), 4 * np.pi)
    euler[kept] = [0.3, 0.5, 0.2]
    with pytest.raises(ValueError, match=r"95.8 % of the points have no orientation; expected"):
        imported(tmp_path, ang_lines(euler))
    with pytest.raises(ValueError, match="no grain has 2 points; the largest has 1"):
        imported(tmp_path, ang_lines(euler), unindexed=0.99)


@pytest.mark.parametrize("shape", [(1, 6), (6, 1)])
@pytest.mark.parametrize("lost", [0, 5, None])
def test_single_rows_and_columns(tmp_path: Path, shape: tuple[int, int], lost: int | None) -> None:
    euler = np.array(HALVES[:, 0])
    if lost is not None:
        euler[lost] = 4 * np.pi
    run = imported(tmp_path, ang_lines(euler.reshape(*shape, 3)))
    assert run.shape == (*shape, 1)
    assert run.grains.ravel().tolist() == [0, 0, 0, 1, 1, 1]


def test_a_single_point_is_no_grain(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no grain has 2 points; the largest has 1"):
        imported(tmp_path, ang_lines(np.zeros((1, 1, 3))))


# Several phases

HEAD = ["# Phase 2", "# MaterialName ferrite", "# Symmetry 43", "#"]


def two_phases(numbers: np.ndarray, symmetry: str = "43") -> list[str]:
    """Return a map of one orientation whose points are of nickel (1) or ferrite (2)."""
    lines = ang_lines(np.full((*numbers.shape, 3), 0.3), phases=numbers)
    at = next(k for k, line in enumerate(lines) if line.startswith("# GRID"))
    return [*lines[:at], *[line.replace("43", symmetry) for line in HEAD], *lines[at:]]


NUMBERS = np.ones((6, 4), int)
NUMBERS[4:] = 2
BOTH = {"Nickel": "fcc12", "ferrite": "bcc24"}


def test_phases_keep_their_slip_systems(tmp_path: Path) -> None:
    run = imported(tmp_path, two_phases(NUMBERS), systems=BOTH)
    assert run.systems == "fcc12+bcc24"
    assert run.phases is not None
    assert (run.phases.names, run.phases.systems) == (("Nickel", "ferrite"), ("fcc12", "bcc24"))
    np.testing.assert_array_equal(run.phases.of_voxel[:, :, 0], NUMBERS - 1)
    # points of one orientation but of two phases are two grains
    np.testing.assert_array_equal(run.grains[:, :, 0], NUMBERS - 1)
    write_runs(tmp_path / "a.h5", [run])
    (again,) = read_runs(tmp_path / "a.h5")
    assert again.phases is not None
    assert (again.phases.names, again.phases.systems) == (run.phases.names, run.phases.systems)
    np.testing.assert_array_equal(again.phases.of_voxel, run.phases.of_voxel)
    by_number = imported(tmp_path, two_phases(NUMBERS), systems={"1": "fcc12", "2": "bcc24"})
    assert by_number.systems == "fcc12+bcc24"
    assert by_number.phases is not None
    assert by_number.phases.names == ("1", "2")  # as the entry calls them
    with pytest.raises(ValueError, match="expected a single phase here"):
        _ = run.table


@pytest.mark.parametrize(
    ("phase", "systems", "others"), [("Nickel", "fcc12", 8), (1, "fcc12", 8), ("2", "bcc12", 16)]
)
def test_one_phase_can_be_chosen(tmp_path: Path, phase: Any, systems: str, others: int) -> None:
    lines = two_phases(NUMBERS)
    with pytest.raises(ValueError, match=rf"{100 * others / 24:.1f} % are of other phases"):
        imported(tmp_path, lines, phase=phase, systems=systems)
    run = imported(tmp_path, lines, phase=phase, systems=systems, unindexed=0.7)
    assert (run.phases, run.table, run.grains.max()) == (None, systems, 0)
    assert (run.material["unindexed"], run.material["other_phases"]) == (0, others)


@pytest.mark.parametrize(
    ("symmetry", "options", "message"),
    [
        ("43", {}, "points are of phases 1 'Nickel', 2 'ferrite', but one table"),
        ("43", {"systems": {"Nickel": "fcc12"}}, "no slip systems for phases 2 'ferrite'"),
        ("43", {"systems": {**BOTH, "cementite": "bcc12"}}, "'cementite' is no phase of the map"),
        ("43", {"phase": 3}, "3 is no phase of the map"),
        ("62", {"systems": BOTH}, "'ferrite' is hexagonal, slip systems 'bcc24' are of a cubic"),
        ("32", {"systems": {**BOTH, "ferrite": "hcp30"}}, "'ferrite' is trigonal, slip systems"),
        ("42", {"systems": BOTH}, "'ferrite' is tetragonal"),
    ],
)
def test_phases_without_fitting_systems_are_refused(
    tmp_path: Path, symmetry: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        imported(tmp_path, two_phases(NUMBERS, symmetry), **options)


def test_a_phase_without_points_cannot_be_chosen(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no point is of phase 2; points are of 1 'Nickel'"):
        imported(tmp_path, two_phases(np.ones((6, 4), int)), phase=2)


def test_a_hexagonal_phase_beside_a_cubic_one(tmp_path: Path) -> None:
    systems = {"Nickel": "fcc12", "ferrite": "hcp30"}
    run = imported(tmp_path, two_phases(NUMBERS, "62"), systems=systems)
    assert run.systems == "fcc12+hcp30"


@pytest.mark.parametrize(
    ("format_", "key", "message"),
    [
        ("damask", {"phase": "Nickel"}, "phase: for orientation maps only"),
        ("damask", {"systems": "fcc12"}, "systems: for orientation maps only"),
        ("damask", {"crystal_x": "a", "stride": 2}, "crystal_x, stride: for orientation maps only"),
        ("map", {"constituent": 0}, "constituent: for results of DAMASK only"),
        ("map", {"rerun": False}, "rerun: for results of DAMASK only"),
    ],
)
def test_keys_without_effect_are_refused(format_: str, key: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        import_crystal({"path": "a", "format": format_, **key}, "a")
