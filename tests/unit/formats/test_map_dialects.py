"""Orientation maps as the programs of several vendors and versions write them."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crystal_files import ang_lines, ctf_lines
from mechanist.core.errors import FormatError
from mechanist.core.rotations import (
    from_bunge_euler,
    from_rotation_vector,
    quaternion_to_matrix,
    rotation_angle,
)
from mechanist.formats.orientation_field import OrientationMap, Phase
from mechanist.formats.orientation_maps import read_orientation_map
from mechanist.formats.orientation_points import NOT_INDEXED
from mechanist.formats.text import write_lines
from mechanist.mechanics.misorientations import misorientation

#: Two grains of 3 x 4 points each.
EULER = np.zeros((6, 4, 3))
EULER[:3], EULER[3:] = [0.3, 0.5, 0.2], [1.3, 0.9, 0.4]
DEGREES = np.degrees(EULER)
LOST = [4 * np.pi] * 3


def read(path: Path, lines: list[str], **options: Any) -> OrientationMap:
    """Read a map from these lines."""
    write_lines(path, lines)
    return read_orientation_map(path, **options)


def a_axes(mapped: OrientationMap) -> np.ndarray:
    """Return the a axis of the first point in the sample."""
    return np.asarray(quaternion_to_matrix(mapped.orientations[0, 0])[:, 0])


# Convention of hexagonal and trigonal crystals

COS30 = 3**0.5 / 2


@pytest.mark.parametrize(
    ("suffix", "laue", "options", "expected"),
    [
        (".ctf", 9, {}, [COS30, -0.5, 0]),
        (".ctf", 8, {}, [COS30, -0.5, 0]),
        (".ctf", 7, {}, [COS30, -0.5, 0]),
        (".ctf", 11, {}, [1, 0, 0]),
        (".ctf", 5, {}, [1, 0, 0]),
        (".ctf", 9, {"crystal_x": "a"}, [1, 0, 0]),
        (".ctf", 9, {"crystal_x": "a*"}, [COS30, -0.5, 0]),
        (".ang", 62, {}, [1, 0, 0]),
        (".ang", 32, {}, [1, 0, 0]),
        (".ang", 62, {"crystal_x": "a*"}, [COS30, -0.5, 0]),
        (".ang", 43, {"crystal_x": "a*"}, [1, 0, 0]),
        (".ctf", 9, {"turn": [0, 0, 90]}, [0.5, COS30, 0]),
    ],
)
def test_the_a_axis_of_the_vendor(
    tmp_path: Path, suffix: str, laue: int, options: dict[str, Any], expected: list[float]
) -> None:
    zeros = np.zeros((2, 2, 3))
    lines = ctf_lines(zeros, laue=laue) if suffix == ".ctf" else ang_lines(zeros)
    lines = [line.replace("Symmetry              43", f"Symmetry {laue}") for line in lines]
    mapped = read(tmp_path / f"a{suffix}", lines, **options)
    np.testing.assert_allclose(a_axes(mapped), expected, atol=1e-12)


def test_crystals_of_both_vendors_agree(tmp_path: Path) -> None:
    """One crystal: Oxford's third angle is 30 degrees larger, since its x axis is 30 degrees on."""
    oxford = DEGREES + np.array([0, 0, 30])
    ctf = read(tmp_path / "a.ctf", ctf_lines(oxford, laue=7))
    ang = read(tmp_path / "a.ang", ang_lines(EULER))
    assert rotation_angle(ctf.orientations, ang.orientations).max() < 0.01
    # control: read as EDAX means them, a hexagonal crystal would be 30 degrees off
    wrong = read(tmp_path / "b.ctf", ctf_lines(oxford, laue=7), crystal_x="a")
    off = misorientation(wrong.orientations, ang.orientations, "hexagonal")
    np.testing.assert_allclose(off, 30, atol=0.01)


def test_the_convention_is_told(tmp_path: Path) -> None:
    told = read(tmp_path / "a.ctf", ctf_lines(DEGREES)).notes
    assert told == (
        "points by phase: 1 'Magnesium' (hexagonal) 24; not indexed 0",
        "angles in degrees; x of hexagonal and trigonal crystals along a* (key crystal_x)",
    )
    told = read(tmp_path / "a.ang", ang_lines(EULER)).notes
    assert told[1] == "angles in radians"


def test_only_hexagonal_phases_of_a_map_are_turned(tmp_path: Path) -> None:
    phases = np.ones((2, 2), int)
    phases[1] = 2
    lines = ctf_lines(np.zeros((2, 2, 3)), phases=phases)
    at = lines.index("Phases\t1")
    lines[at : at + 2] = ["Phases\t2", lines[at + 1], "3.3;3.3;3.3\t90;90;90\tbeta\t11\t229"]
    mapped = read(tmp_path / "a.ctf", lines)
    axes = quaternion_to_matrix(mapped.orientations)[..., 0]
    np.testing.assert_allclose(axes[0, 0], [COS30, -0.5, 0], atol=1e-12)
    np.testing.assert_allclose(axes[1, 0], [1, 0, 0], atol=1e-12)


# Numbers of phases


def phased(numbers: list[int], declared: list[int], **options: Any) -> list[str]:
    """Return a map whose columns of points are of these phases, with these phases in the header."""
    phases = np.repeat(np.array(numbers)[:, None], 4, axis=1)
    lines = ang_lines(EULER, phases=phases, **options)
    at = lines.index("# Phase 1")
    head = [
        line
        for k in declared
        for line in (f"# Phase {k}", f"# MaterialName \tphase {k}", "# Symmetry  43", "#")
    ]
    return [*lines[:at], *head, *lines[at + 5 :]]


def columns(mapped: OrientationMap) -> list[int]:
    """Return the phase of each column of points."""
    assert (mapped.phases == mapped.phases[:, :1]).all()
    return [int(k) for k in mapped.phases[:, 0]]


@pytest.mark.parametrize(
    ("numbers", "declared", "options", "expected"),
    [
        ([1, 1, 2, 2, 2, 2], [1, 2], {}, [1, 1, 2, 2, 2, 2]),
        ([0, 0, 1, 1, 1, 1], [0, 1], {}, [0, 0, 1, 1, 1, 1]),
        ([0, 0, 1, 1, 1, 1], [1, 2], {"first_phase": 0}, [1, 1, 2, 2, 2, 2]),
        ([0, 0, 1, 1, 1, 1], [1, 2], {"first_phase": 1}, [-1, -1, 1, 1, 1, 1]),
        ([0, 0, 1, 1, 2, 2], [1, 2, 3], {"first_phase": 0}, [1, 1, 2, 2, 3, 3]),
        ([0, 1, 1, 2, 2, 2], [1, 2], {}, [-1, 1, 1, 2, 2, 2]),
        ([0, 0, 0, 0, 0, 0], [1], {}, [1, 1, 1, 1, 1, 1]),
        ([0, 0, 0, 0, 0, 0], [0], {}, [0, 0, 0, 0, 0, 0]),
        ([-1, 0, 0, 0, 0, 0], [1], {}, [-1, 1, 1, 1, 1, 1]),
        ([-1, 1, 1, 1, 2, 2], [1, 2], {}, [-1, 1, 1, 1, 2, 2]),
        ([0, 1, 1, 1, 1, 1], [1], {}, [-1, 1, 1, 1, 1, 1]),
        ([2, 2, 4, 4, 1, 1], [2, 1, 4, 3], {}, [2, 2, 4, 4, 1, 1]),
    ],
)
def test_phases_are_those_of_the_header(
    tmp_path: Path, numbers: list[int], declared: list[int], options: Any, expected: list[int]
) -> None:
    mapped = read(tmp_path / "a.ang", phased(numbers, declared), **options)
    assert columns(mapped) == expected
    assert mapped.names == {k: Phase(f"phase {k}", "cubic") for k in sorted(declared)}


@pytest.mark.parametrize(
    ("numbers", "declared", "options", "message"),
    [
        ([0, 0, 1, 1, 1, 1], [1, 2], {},
         r"8 points are of phase 0 and have an orientation.*no point is of phase 2.*first_phase: 0"),
        ([0, 0, 0, 0, 0, 0], [1, 2], {}, "24 points are of phase 0 and have an orientation"),
        ([0, 1, 2, 2, 2, 2], [1, 2, 3], {}, "no point is of phase 3"),
        ([0, 1, 2, 2, 2, 2], [1, 2], {"first_phase": 0}, r"phases \[3\], the header declares"),
        ([1, 1, 3, 3, 1, 1], [1, 2], {}, r"phases \[3\], the header declares \[1, 2\]"),
        ([1, 1, 1, 1, 1, 1], [1, 1], {}, "phase 1 is declared twice"),
    ],
)  # fmt: skip
def test_doubtful_phases_are_refused(
    tmp_path: Path, numbers: list[int], declared: list[int], options: Any, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        read(tmp_path / "a.ang", phased(numbers, declared), **options)


def test_points_without_orientation_do_not_make_phases_doubtful(tmp_path: Path) -> None:
    """OIM writes phase 0 there, with angles of two turns and a negative confidence index."""
    lines = phased([0, 1, 1, 1, 1, 1], [1, 2])
    lines = [
        line.replace("0.500  0  1", "-1.000  0  1") if " 0.00000  " in line[20:40] else line
        for line in lines
    ]
    assert columns(read(tmp_path / "a.ang", lines)) == [-1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("phase", ["0.5", "1E-3"])
@pytest.mark.parametrize("name", ["a.ang", "a.ctf"])
def test_phases_are_whole_numbers(tmp_path: Path, name: str, phase: str) -> None:
    lines = ang_lines(EULER) if name == "a.ang" else ctf_lines(DEGREES)
    old, after = ("0.500  0  1", "0.500  {}  1") if name == "a.ang" else ("1\t0.0000", "{}\t0.0000")
    (line, *_) = (k for k, one in enumerate(lines, start=1) if old in one)
    lines[line - 1] = lines[line - 1].replace(old, after.format(phase), 1)
    said = f"{name}:{line}, column 'phase': phase is {float(phase):g}, expected a whole number"
    with pytest.raises(FormatError, match=re.escape(said)):
        read(tmp_path / name, lines)


# Versions of .ang

NOTES = [
    "# VERSION 7",
    "# NOTES: Start",
    "# Version 7: phi1, PHI, phi2, x, y, iq, ci, phase, sem, fit. PRIAS, Custom, EDS and CMV values",
    "# Phase index: 0 for single phase, starting at 1 for multiphase",
    "# Symmetry 62 is named here in free text",
    "# SEM = any external detector signal",
    "# NOTES: End",
    "# COLUMN_COUNT: 13",
    "# COLUMN_HEADERS: phi1, PHI, phi2, x, y, IQ, CI, Phase index, SEM, Fit, PRIAS, PRIAS, PRIAS",
    "# COLUMN_NOTES: Start",
    "# Column 8: Phase index",
    "# COLUMN_NOTES: End",
    "# HEADER: End",
]


def version_7(euler: np.ndarray, more: str = " 1.5 2.5 3.5") -> list[str]:
    """Return an .ang map as OIM 8 writes it; points without orientation lack the last signals."""
    lines = ["# HEADER: Start", *ang_lines(euler)]
    at = max(k for k, line in enumerate(lines) if line.startswith("#")) + 1
    rows = []
    for line in lines[at:]:
        lost = "12.56637" in line
        row = line.replace("0.500  0  1  0.9", "-1.000  0  -816 180.000 ") if lost else line + more
        rows.append(row)
    return [*lines[:at], *NOTES, *rows]


def test_version_7(tmp_path: Path) -> None:
    mapped = read(tmp_path / "a.ang", version_7(EULER))
    assert mapped.names == {1: Phase("Nickel", "cubic")}
    assert mapped.indexed.all()
    np.testing.assert_allclose(
        rotation_angle(mapped.orientations, from_bunge_euler(EULER)), 0, atol=1e-3
    )


@pytest.mark.parametrize("point", [(0, 0), (5, 3), (2, 1)])
def test_version_7_with_short_rows(tmp_path: Path, point: tuple[int, int]) -> None:
    euler = EULER.copy()
    euler[point] = LOST
    mapped = read(tmp_path / "a.ang", version_7(euler))
    assert np.argwhere(~mapped.indexed).tolist() == [list(point)]
    # control: a short row of a point with an orientation is damaged
    lines = version_7(EULER)
    lines[-3] = lines[-3].rsplit(" ", 2)[0]
    with pytest.raises(FormatError, match="11 fields where 13 are expected"):
        read(tmp_path / "b.ang", lines)


def test_the_line_of_damage_is_that_of_the_file_where_rows_are_short(tmp_path: Path) -> None:
    euler = EULER.copy()
    euler[0, 0] = LOST
    lines = version_7(euler)
    first, *others = lines[-2].split()
    lines[-2] = " ".join(["x" + first, *others])
    with pytest.raises(FormatError, match=rf"a\.ang:{len(lines) - 1}\b"):
        read(tmp_path / "a.ang", lines)


def test_columns_are_found_by_their_titles(tmp_path: Path) -> None:
    lines = version_7(EULER)
    swapped = [
        line.replace("CI, Phase index, SEM, Fit", "Phase index, CI, SEM, Fit")
        if line.startswith("# COLUMN_HEADERS")
        else line.replace("0.500  0  1", "0  0.500  1")
        for line in lines
    ]
    assert read(tmp_path / "a.ang", swapped, confidence=0.4).indexed.all()
    without = [line.replace("IQ, CI,", "IQ, quality,") for line in lines]
    with pytest.raises(FormatError, match=r"COLUMN_HEADERS lacks columns \['CI'\]"):
        read(tmp_path / "b.ang", without)


@pytest.mark.parametrize("width", [8, 9, 10, 14])
def test_earlier_versions_have_fewer_columns(tmp_path: Path, width: int) -> None:
    lines = [
        line if line.startswith("#") else " ".join([*line.split(), *"1234"][:width])
        for line in ang_lines(EULER)
    ]
    assert read(tmp_path / "a.ang", lines).indexed.all()


def test_astar(tmp_path: Path) -> None:
    """ASTAR states neither steps nor the number of a phase."""
    lines = [
        line.replace("# Phase 1", "#").replace("GRID: SqrGrid", "GRID: SqrGrid#")
        for line in ang_lines(EULER, phases=np.ones((6, 4), int))
        if "STEP" not in line
    ]
    with pytest.raises(FormatError, match=r"no '# XSTEP:' before the points\. State the distance"):
        read(tmp_path / "a.ang", lines)
    mapped = read(tmp_path / "a.ang", lines, step=0.5)
    assert (mapped.names, mapped.steps.tolist()) == ({1: Phase("Nickel", "cubic")}, [0.5, 0.5])


# What text editors and locales change

PLAIN = {"a.ang": ang_lines(EULER), "a.ctf": ctf_lines(DEGREES)}


def changed(name: str, change: str) -> bytes:
    """Return the bytes of a map after a change."""
    data = "\n".join([*PLAIN[name], ""]).encode()
    if change == "latin-1":
        title = (
            b"# OPERATOR: \tJ\xfcrgen M\xf6ller\n" if name == "a.ang" else b"Author\tJ\xfcrgen\n"
        )
        cut = data.index(b"\n") + 1
        return data[:cut] + title + data[cut:]
    return {
        "utf-8": data.replace(b"Nickel", "Nickel Å".encode()).replace(b"mine", "für".encode()),
        "mark": b"\xef\xbb\xbf" + data,
        "crlf": data.replace(b"\n", b"\r\n"),
        "blank": data + b"\n  \n\r\n",
        "unended": data[:-1],
        "trailing": data.replace(b"\n", b" \t \n"),
        "tabs": data.replace(b"  ", b"\t"),
        "spaces": data.replace(b"\t", b"    "),
        "commas": data.replace(b".", b","),
    }[change]


@pytest.mark.parametrize(
    "change",
    [
        "latin-1",
        "utf-8",
        "mark",
        "crlf",
        "blank",
        "unended",
        "trailing",
        "tabs",
        "spaces",
        "commas",
    ],
)
@pytest.mark.parametrize("name", ["a.ang", "a.ctf"])
def test_the_same_map_in_other_dress(tmp_path: Path, name: str, change: str) -> None:
    write_lines(tmp_path / name, PLAIN[name])
    plain = read_orientation_map(tmp_path / name)
    (tmp_path / name).write_bytes(changed(name, change))
    mapped = read_orientation_map(tmp_path / name)
    np.testing.assert_array_equal(mapped.orientations, plain.orientations)
    np.testing.assert_array_equal(mapped.phases, plain.phases)
    np.testing.assert_array_equal(mapped.steps, [0.5, 0.5])
    assert mapped.names.keys() == plain.names.keys()
    commas = "decimal commas were read as decimal points" in mapped.notes
    assert commas == (change == "commas")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("a.ctf", "0.5000", "0,5000", "decimal point instead of the comma"),
        ("a.ang", "0.30000", "0,30000", "decimal point instead of the comma"),
        ("a.ctf", "XStep\t0.5", "XStep\t0;5", "'0;5', expected a finite number"),
    ],
)
def test_single_commas_are_damage(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    lines = "\n".join(PLAIN[name]).replace(old, new, 1).split("\n")
    with pytest.raises(FormatError, match=message):
        read(tmp_path / name, lines)


def test_an_unended_file_must_be_whole(tmp_path: Path) -> None:
    data = changed("a.ctf", "unended")
    (tmp_path / "a.ctf").write_bytes(data[:-9])
    with pytest.raises(FormatError, match="9 fields where 11 are expected"):
        read_orientation_map(tmp_path / "a.ctf")
    lines = [
        line.replace("NROWS: 4", "NCOLS_ODD: 6\n# NCOLS_EVEN: 6\n# NROWS: 4")
        for line in PLAIN["a.ang"]
    ]
    text = "\n".join(lines)
    (tmp_path / "a.ang").write_text(text)
    assert read_orientation_map(tmp_path / "a.ang").phases.shape == (6, 4)
    (tmp_path / "a.ang").write_text("\n".join(lines[:-6]))
    with pytest.raises(
        FormatError, match=r"18 points, but the header states 24\. It looks cut short"
    ):
        read_orientation_map(tmp_path / "a.ang")


# Headers that are wrong


def test_a_stated_step_replaces_that_of_the_header(tmp_path: Path) -> None:
    lines = [line.replace("XSTEP: 0.5", "XSTEP: 0.1").replace("YSTEP: 0.5", "YSTEP: 0.1")
             for line in PLAIN["a.ang"]]  # fmt: skip
    with pytest.raises(FormatError, match=r"points are \[0.5, 0.5\] apart.*set step: \[0.5, 0.5\]"):
        read(tmp_path / "a.ang", lines)
    for step in (0.5, [0.5, 0.5]):
        mapped = read(tmp_path / "a.ang", lines, step=step)
        assert (mapped.phases.shape, mapped.steps.tolist()) == ((6, 4), [0.5, 0.5])
    lines = [line.replace("YStep\t0.5", "YStep\t0") for line in PLAIN["a.ctf"]]
    with pytest.raises(FormatError, match="expected positive lengths"):
        read(tmp_path / "a.ctf", lines)
    assert read(tmp_path / "a.ctf", lines, step=0.5).steps.tolist() == [0.5, 0.5]


def test_a_stated_lattice_replaces_that_of_the_header(tmp_path: Path) -> None:
    lines = ctf_lines(np.zeros((2, 2, 3)), laue=11)
    mapped = read(tmp_path / "a.ctf", lines, lattices={"Magnesium": "hexagonal"})
    assert mapped.names == {1: Phase("Magnesium", "hexagonal")}
    np.testing.assert_allclose(a_axes(mapped), [COS30, -0.5, 0], atol=1e-12)
    assert read(tmp_path / "b.ctf", lines, lattices={"1": "hexagonal"}).names == mapped.names
    with pytest.raises(FormatError, match="lattices: 'Zinc' is no phase of the map"):
        read(tmp_path / "c.ctf", lines, lattices={"Zinc": "hexagonal"})


def hexagonal_places(nx: int, ny: int) -> np.ndarray:
    """Return the places of a hexagonal grid with rows of equal length."""
    places = np.stack(np.meshgrid(np.arange(nx), np.arange(ny), indexing="ij"), axis=-1) * 0.5
    places[:, 1::2, 0] += 0.25
    places[..., 1] *= COS30
    return places


def test_grids_other_than_the_header_says(tmp_path: Path) -> None:
    square = read(tmp_path / "a.ang", ang_lines(EULER, grid="HexGrid"))
    assert square.phases.shape == (6, 4)
    assert square.notes[0].startswith("the header says that the grid is hexagonal, but")
    lines = ang_lines(EULER, places=hexagonal_places(6, 4))
    with pytest.raises(FormatError, match=r"not on a grid of steps .*resample: true"):
        read(tmp_path / "b.ang", lines)
    mapped = read(tmp_path / "b.ang", lines, resample=True)
    assert mapped.phases.shape == (6, 3)
    assert rotation_angle(mapped.orientations[0, 0], from_bunge_euler(EULER[0, 0])) < 0.01


@pytest.mark.parametrize("shape", [(1, 6), (6, 1), (1, 1), (2, 1)])
@pytest.mark.parametrize("name", ["a.ang", "a.ctf"])
def test_small_maps(tmp_path: Path, name: str, shape: tuple[int, int]) -> None:
    euler = np.full((*shape, 3), 0.5)
    lines = ang_lines(euler) if name == "a.ang" else ctf_lines(np.degrees(euler), laue=11)
    mapped = read(tmp_path / name, lines)
    assert mapped.orientations.shape == (*shape, 4)
    assert rotation_angle(mapped.orientations, from_bunge_euler(euler)).max() < 0.01


def test_quaternions_of_lost_points_are_rotations(tmp_path: Path) -> None:
    euler = EULER.copy()
    euler[0, 0] = LOST
    mapped = read(tmp_path / "a.ang", ang_lines(euler))
    assert mapped.phases[0, 0] == NOT_INDEXED
    np.testing.assert_allclose(
        mapped.orientations[0, 0], from_rotation_vector(np.zeros(3)), atol=1e-12
    )


def test_hexagonal_grids_whose_rows_differ_in_length(tmp_path: Path) -> None:
    """EDAX leaves out the last point of every second row."""
    places = hexagonal_places(6, 4)
    lines = ang_lines(EULER, grid="HexGrid", places=places)
    kept = [
        line for line in lines if line.startswith("#") or float(line.split()[3]) < places[5, 1, 0]
    ]
    assert len(lines) - len(kept) == 2
    head = [
        line.replace("# NROWS: 4", "# NCOLS_ODD: 6\n# NCOLS_EVEN: 5\n# NROWS: 4") for line in kept
    ]
    mapped = read(tmp_path / "a.ang", head)
    assert mapped.phases.shape == (6, 3)
    assert (
        "the hexagonal grid of 22 points was resampled to a square grid of 6 x 3" in mapped.notes[0]
    )
    grains = np.repeat([0, 0, 0, 1, 1, 1], 3).reshape(6, 3)
    expected = from_bunge_euler(np.array([EULER[0, 0], EULER[5, 0]]))[grains]
    off = rotation_angle(mapped.orientations, expected)
    off[3, 1] = 0  # as near to a point of the one grain as to one of the other
    assert off.max() < 0.01
    with pytest.raises(
        FormatError, match=r"21 points, but the header states 22. It looks cut short"
    ):
        read(tmp_path / "b.ang", head[:-1])


def test_hexagonal_grids_of_ctf_maps_are_resampled_on_demand(tmp_path: Path) -> None:
    places = hexagonal_places(6, 4)
    lines = ctf_lines(DEGREES, laue=11)
    rows = []
    for j in range(4):
        for i in range(6):
            fields = lines[len(lines) - 24 + 6 * j + i].split("\t")
            rows.append("\t".join([fields[0], *(f"{x:.4f}" for x in places[i, j]), *fields[3:]]))
    lines = [*lines[:-24], *rows]
    with pytest.raises(FormatError, match=r"not on a grid of steps .*resample: true"):
        read(tmp_path / "a.ctf", lines)
    assert read(tmp_path / "a.ctf", lines, resample=True).phases.shape == (6, 3)


def test_a_grid_far_larger_than_its_points_is_not_resampled(tmp_path: Path) -> None:
    lines = ang_lines(EULER, grid="HexGrid", places=hexagonal_places(6, 4))
    lines[-1] = lines[-1].replace("2.75000", "9e5")
    with pytest.raises(FormatError, match=r"24 points lie in an area of 1.8e\+06 x"):
        read(tmp_path / "a.ang", lines)


@pytest.mark.parametrize("option", [{"confidence": 0.1}, {"first_phase": 0}])
def test_options_of_the_other_format_are_refused(tmp_path: Path, option: dict[str, Any]) -> None:
    with pytest.raises(
        FormatError, match=r"is for \.ang maps only, a .ctf map has nothing of the kind"
    ):
        read(tmp_path / "a.ctf", PLAIN["a.ctf"], **option)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("a.ctf", "2.5000", "1e300", r"a.ctf:17, column 'x, y': the point is at \[1e\+300, 0.0\]"),
        ("a.ang", "  2.50000", "  -8e9", "the point is at"),
        ("a.ctf", "11.4592", "1e300", r"angles reach 1e\+300 degrees, expected at most two turns"),
        ("a.ctf", "11.4592", "-721", "angles reach 721 degrees"),
    ],
)
def test_numbers_that_no_map_has(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    lines = "\n".join(PLAIN[name]).replace(old, new, 1).split("\n")
    with pytest.raises(FormatError, match=message):
        read(tmp_path / name, lines)


def test_a_hexagonal_map_may_lose_its_only_indexed_point(tmp_path: Path) -> None:
    """The square grid has fewer points than the hexagonal one, and passes over some."""
    places = hexagonal_places(6, 8)
    flat = places.reshape(-1, 2)
    square = 0.5 * np.stack(np.meshgrid(np.arange(6), np.arange(7)), axis=-1).reshape(-1, 2)
    away = np.linalg.norm(flat[:, None] - square, axis=-1)
    margin = (away - away.min(axis=0)).min(axis=1)  # to being the nearest point of any square point
    euler = np.full((48, 3), 4 * np.pi)
    euler[margin.argmax()] = 0.3
    assert margin.max() > 0.05
    lines = ang_lines(euler.reshape(6, 8, 3), grid="HexGrid", places=places)
    with pytest.raises(FormatError, match="none of 42 points of the square grid is indexed"):
        read(tmp_path / "a.ang", lines)


# Comments among the points


def test_comments_among_the_points_of_ang_maps_are_passed_over_and_told(tmp_path: Path) -> None:
    lines = ang_lines(EULER)
    first = next(k for k, line in enumerate(lines) if not line.startswith("#"))
    whole = read(tmp_path / "a.ang", lines)
    paused = [*lines[: first + 5], "# paused", *lines[first + 5 : -3], "#", "# done", *lines[-3:]]
    mapped = read(tmp_path / "b.ang", paused)
    np.testing.assert_array_equal(mapped.orientations, whole.orientations)
    said = "3 comment lines among the points are passed over, the first on line 19"
    assert said in mapped.notes
    assert said not in whole.notes
    wrong = [*paused[:-1], paused[-1].replace("0.90000", "none")]
    with pytest.raises(FormatError, match=rf"b\.ang:{len(wrong)}, column 'Phi': 'none'"):
        read(tmp_path / "b.ang", wrong)
    early = [line.replace("0.50000  0.20000", "none  0.20000") for line in paused[: first + 1]]
    with pytest.raises(FormatError, match=rf"b\.ang:{first + 1}, column 'Phi': 'none'"):
        read(tmp_path / "b.ang", [*early, *paused[first + 1 :]])


def test_two_maps_in_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        read(tmp_path / "a.ang", ang_lines(EULER) * 2)


def test_ctf_maps_have_no_comments(tmp_path: Path) -> None:
    lines = ctf_lines(DEGREES)
    with pytest.raises(FormatError, match=r"a\.ctf:14: 2 fields where 11 are expected"):
        read(tmp_path / "a.ctf", [*lines[:13], "# paused", *lines[13:]])


def test_the_name_of_a_phase_may_end_in_a_number(tmp_path: Path) -> None:
    """Without a space group a phase has four fields; a line with spaces would be divided elsewhere."""
    lines = ctf_lines(DEGREES)
    place = lines.index("3.2;3.2;5.2\t90;90;120\tMagnesium\t9\t194")
    lines[place] = "3.6;3.6;3.6\t90;90;90\tAlloy 718\t11"
    mapped = read(tmp_path / "a.ctf", lines)
    assert mapped.names == {1: Phase("Alloy 718", "cubic")}
