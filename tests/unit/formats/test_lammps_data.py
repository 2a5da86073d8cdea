"""LAMMPS data files: round trips, agreement with other readers, and rejected files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mechanist.core.errors import FormatError
from mechanist.formats.lammps_data import read_lammps_data, write_lammps_data
from trajectories import random_frames

GOOD = """made by hand, 7 atoms in this title

3 atoms
1 bonds
2 atom types
1 bond types

-5 5 xlo xhi
0 8 ylo yhi  # comment
0 9 zlo zhi
0.5 0 -1 xy xz yz

Masses

1 1.5
2 2.5  # heavy

Atoms # full

1 1 1 0.5 -4 1 1 0 0 1
3 1 2 -.5 3 3 3.125 0 -1 0
2 1 1 0 2 2 2 0 0 0

Velocities

3 1 2 3
1 4 5 6
2 7 8 9

Bonds

1 1 1 3
"""
Edit = Callable[[str], str]


def written(folder: Path, content: str) -> Path:
    path = folder / "bad.data"
    path.write_bytes(content.encode())
    return path


def at_line(number: int, text: str) -> Edit:
    def edit(content: str) -> str:
        lines = content.splitlines(keepends=True)
        lines[number - 1] = text + "\n"
        return "".join(lines)

    return edit


def without_line(number: int) -> Edit:
    return lambda t: "".join(x for k, x in enumerate(t.splitlines(keepends=True), 1) if k != number)


def test_the_good_file_is_read(tmp_path: Path) -> None:
    (frame,) = read_lammps_data(written(tmp_path, GOOD))
    np.testing.assert_array_equal(frame.ids, [1, 2, 3])
    np.testing.assert_array_equal(frame.positions, [[1, 1, 1], [7, 2, 2], [8, 3, 3.125]])
    np.testing.assert_array_equal(frame.cell, [[10, 0, 0], [0.5, 8, 0], [0, -1, 9]])
    np.testing.assert_array_equal(frame.images, [[0, 0, 1], [0, 0, 0], [0, -1, 0]])
    np.testing.assert_array_equal(frame.extra["q"], [0.5, 0, -0.5])
    np.testing.assert_array_equal(frame.extra["vy"], [5, 8, 2])
    np.testing.assert_array_equal(frame.rows, [20, 22, 21])
    assert (frame.labels, frame.periodic) == (("1", "2"), (True, True, True))


@settings(max_examples=20, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    seed=st.integers(0, 10**6),
    shape=st.sampled_from(["orthogonal", "restricted", "general"]),
    images=st.booleans(),
    suffix=st.sampled_from(["data", "data.gz"]),
)
def test_what_is_written_is_read(
    tmp_path: Path, seed: int, shape: str, images: bool, suffix: str
) -> None:
    (frame,) = random_frames(seed, count=1, shape=shape, images=images)
    write_lammps_data(tmp_path / suffix, frame)
    (read,) = read_lammps_data(tmp_path / suffix)
    order = np.argsort(frame.ids)
    np.testing.assert_array_equal(read.ids, frame.ids[order])
    names, others = np.array(read.labels)[read.species], np.array(frame.labels)[frame.species]
    np.testing.assert_array_equal(names, others[order])
    np.testing.assert_allclose(read.cell, frame.cell, atol=1e-12)
    np.testing.assert_allclose(read.positions, frame.positions[order], atol=1e-11)
    np.testing.assert_allclose(read.origin, frame.origin, atol=1e-12)
    assert (read.images is not None) == images


def test_labels_must_be_numbers_to_be_written(tmp_path: Path) -> None:
    (frame,) = random_frames(0, count=1, labels=("Cu", "Zr"))
    with pytest.raises(ValueError, match="expected positive integers"):
        write_lammps_data(tmp_path / "a.data", frame)


@pytest.mark.parametrize(
    ("edit", "where", "problem", "remedy"),
    [
        pytest.param(lambda t: t[: t.index("\n\nBonds") - 1], ":28", "without a newline", "cut short",
                     id="cut-number"),
        pytest.param(lambda t: t[: t.index("2 1 1 0 2")], ":21", "ends after 2 rows of the 3", "cut short",
                     id="cut-atoms"),
        pytest.param(lambda t: t[: t.index("Masses")], ":11", "within its header", "cut short",
                     id="cut-header"),
        pytest.param(lambda t: t[: t.index("Atoms")], ":16", "no section Atoms", "", id="no-atoms"),
        pytest.param(at_line(3, "4 atoms"), ":23", "a blank line in place of row 4 of the 4 rows of"
                     " section 'Atoms' that line 3 states", "missing", id="too-few-rows"),
        pytest.param(at_line(3, "2 atoms"), ":22", "'2 1 1 0 2 2 2 0 0 0', expected the name"
                     " of a section", "as many rows", id="too-many-rows"),
        pytest.param(at_line(3, "3.0 atoms"), ":3, column 'atoms'", "'3.0', expected an integer", "",
                     id="count-not-integer"),
        pytest.param(at_line(4, "3 atoms"), ":4", "'atoms' is already stated in line 3", "once",
                     id="count-twice"),
        pytest.param(at_line(4, "3 atomz"), ":4", "'3 atomz', expected numbers and one of", "",
                     id="unknown-keyword"),
        pytest.param(without_line(9), "", "no line of 'ylo yhi'", "unknown", id="no-bounds"),
        pytest.param(at_line(8, "5 -5 xlo xhi"), ":8, column 'xlo xhi'", "-10 long along x",
                     "lower bound", id="inverted-box"),
        pytest.param(at_line(8, "-5 nan xlo xhi"), ":8", "expected numbers and one of", "",
                     id="nan-edge"),
        pytest.param(at_line(8, "-5 5,5 xlo xhi"), ":8, column 'xlo xhi'", "'5,5'", "decimal point",
                     id="comma-edge"),
        pytest.param(at_line(8, "5 xlo xhi"), ":8", "1 numbers before 'xlo xhi', expected 2", "",
                     id="one-bound"),
        pytest.param(at_line(18, "Atoms"), ":18", "states style '', expected one of atomic", "Atoms #",
                     id="no-style"),
        pytest.param(at_line(18, "Atoms # atomic"), ":20", "10 fields where 5 are expected", "",
                     id="wrong-style"),
        pytest.param(at_line(21, "3 1 2 -.5 3 nan 3 0 0 0"), ":21, column 'y'", "'nan'",
                     "failed there", id="nan"),
        pytest.param(at_line(21, "3 1 2 -.5 3 3 3"), ":21", "7 fields where 10", "", id="lost-images"),
        pytest.param(at_line(21, "3 1 4 -.5 3 3 3 0 0 0"), ":21, column 'type'",
                     "type 4, but the header states 2 atom types", "style", id="type-beyond"),
        pytest.param(at_line(21, "3 1 0 -.5 3 3 3 0 0 0"), ":21, column 'type'",
                     "type '0', expected a positive", "", id="type-zero"),
        pytest.param(at_line(21, "1 1 2 -.5 3 3 3 0 0 0"), ":21, column 'id'",
                     "id 1 is already on line 20", "unique", id="duplicate-id"),
        pytest.param(at_line(26, "4 1 2 3"), ":26, column 'id'", "velocity of id 4", "one velocity",
                     id="velocity-of-none"),
        pytest.param(at_line(26, "1 1 2 3"), ":27, column 'id'", "velocity of id 1", "one velocity",
                     id="velocity-twice"),
        pytest.param(lambda t: t.replace("0.5 0 -1 xy", "a b c\n0.5 0 -1 xy"), ":11", "'a b c' is"
                     " neither a line of the header nor a section", "leave it out", id="stray-text"),
        pytest.param(at_line(11, "T 0 -1 xy xz yz"), ":11", "'T 0 -1 xy xz yz' is neither", "damaged",
                     id="letter-for-tilt"),
        pytest.param(lambda t: without_line(11)(t).replace("2 2.5", "0.5 0 -1 xy\txz  yz\n2 2.5"), ":15",
                     "'0.5 0 -1 xy\\txz  yz', a line of the header, after section 'Masses' began on"
                     " line 12", "before the sections", id="tilts-among-masses"),
        pytest.param(lambda t: t.replace("Bonds\n\n", "Bonbs\n"), ":30", "'Bonbs' is neither",
                     "leave it out", id="unknown-section"),
    ],
)  # fmt: skip
def test_bad_files_are_refused(
    tmp_path: Path, edit: Edit, where: str, problem: str, remedy: str
) -> None:
    with pytest.raises(FormatError) as caught:
        read_lammps_data(written(tmp_path, edit(GOOD)))
    assert f"bad.data{where}: " in str(caught.value)
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


def test_crlf_is_harmless(tmp_path: Path) -> None:
    (frame,) = read_lammps_data(written(tmp_path, GOOD.replace("\n", "\r\n")))
    np.testing.assert_array_equal(frame.positions[1], [7, 2, 2])


@pytest.mark.parametrize("shape", ["orthogonal", "restricted"])
def test_ase_and_ovito_read_the_same(tmp_path: Path, shape: str) -> None:
    from ase.io import read
    from ovito.io import import_file

    (frame,) = random_frames(7, n=40, count=1, shape=shape, labels=("1", "2"))
    write_lammps_data(tmp_path / "a.data", replace(frame, origin=np.zeros(3)))
    (ours,) = read_lammps_data(tmp_path / "a.data")
    theirs = read(tmp_path / "a.data", format="lammps-data", atom_style="atomic")
    np.testing.assert_allclose(ours.cell, theirs.cell[:], atol=1e-12)
    np.testing.assert_allclose(ours.positions, theirs.positions, atol=1e-12)
    write_lammps_data(tmp_path / "b.data", frame)
    (ours,) = read_lammps_data(tmp_path / "b.data")
    data = import_file(tmp_path / "b.data", atom_style="atomic").compute()
    order = np.argsort(data.particles["Particle Identifier"][...])
    np.testing.assert_allclose(ours.cell, data.cell[:, :3].T, atol=1e-12)
    np.testing.assert_allclose(ours.origin, data.cell[:, 3], atol=1e-12)
    absolute = data.particles["Position"][...][order]
    np.testing.assert_allclose(ours.positions + ours.origin, absolute, atol=1e-12)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda text: text.replace("2 1 1 0 2 2 2 0 0 0\n", "\n"),
         r"data:22: a blank line in place of row 3 of the 3 rows of section 'Atoms' that line 3"),
        (lambda text: text.replace("1 4 5 6", "9 4 5 6"),
         r"data:27, column 'id': velocity of id 9, which is repeated or is not in section Atoms"),
        (lambda text: text.replace("2 7 8 9", "3 7 8 9"),
         r"data:28, column 'id': velocity of id 3, which is repeated"),
        (lambda text: text.replace("3 1 2 -.5", "3 1 3 -.5"),
         r"data:21, column 'type': type 3, but the header states 2 atom types"),
        (lambda text: text.replace("3 atoms\n", "0 atoms\n"),
         r"data:3: section 'Atoms', but the header states 0 atoms"),
        (lambda text: text + "\nVelocities\n\n1 1 1 1\n",
         r"data:34: a second section 'Velocities'; its rows began on line 26"),
    ],
)  # fmt: skip
def test_defects_are_told_with_their_line(tmp_path: Path, edit: Edit, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_lammps_data(written(tmp_path, edit(GOOD)))


def test_what_a_frame_keeps_of_its_file(tmp_path: Path) -> None:
    (frame,) = read_lammps_data(written(tmp_path, GOOD))
    assert (frame.timestep, frame.line, frame.sorted_rows) == (0, 18, True)
    assert frame.rows.tolist() == [20, 22, 21]
    assert frame.ids.tolist() == [1, 2, 3]
    assert frame.extra["vx"].tolist() == [4.0, 7.0, 1.0]
    assert frame.positions.tolist() == [[1.0, 1, 1], [7, 2, 2], [8, 3, 3.125]]
    assert frame.cell.tolist() == [[10.0, 0, 0], [0.5, 8, 0], [0, -1, 9]]
    write_lammps_data(tmp_path / "b.data", frame)
    assert "10 atom types" not in (tmp_path / "b.data").read_text()
    assert "2 atom types" in (tmp_path / "b.data").read_text()
    assert "0.5 0.0 -1.0 xy xz yz" in (tmp_path / "b.data").read_text()
    upright = replace(frame, cell=np.diag([10.0, 8.0, 9.0]))
    write_lammps_data(tmp_path / "c.data", upright)
    assert "xy xz yz" not in (tmp_path / "c.data").read_text()
