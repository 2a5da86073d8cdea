"""LAMMPS dumps: round trips, agreement with other readers, and rejected files."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mechanist.core.errors import FormatError
from mechanist.formats.lammps_box import Box, box_lines
from mechanist.formats.lammps_dump import read_lammps_dump, write_lammps_dump
from mechanist.formats.lammps_dump_header import STYLES
from trajectories import assert_same_frames, random_frames

GOOD = """ITEM: TIMESTEP
0
ITEM: NUMBER OF ATOMS
3
ITEM: BOX BOUNDS pp pp pp
-5 5
0 8
0 9
ITEM: ATOMS id type x y z
1 1 -4 1 1
3 2 3 3 3.125
2 1 2 2 2
ITEM: TIMESTEP
10
ITEM: NUMBER OF ATOMS
3
ITEM: BOX BOUNDS pp pp pp
-5 5
0 8
0 9
ITEM: ATOMS id type x y z
1 1 -4 1 1.5
2 1 2 2 2.5
3 2 3 3 3.125
"""
#: One state in every coordinate style, as written by LAMMPS of 22 July 2025.
RESTRICTED = """ITEM: UNITS
lj
ITEM: TIME
0
ITEM: TIMESTEP
0
ITEM: NUMBER OF ATOMS
2
ITEM: BOX BOUNDS xy xz yz pp pp pp
-1.3000000000000000e+00 5.7000000000000002e+00 6.9999999999999996e-01
2.0000000000000000e+00 7.4000000000000004e+00 -2.9999999999999999e-01
0.0000000000000000e+00 4.0000000000000000e+00 4.0000000000000002e-01
ITEM: ATOMS id type x y z xs ys zs xu yu zu xsu ysu zsu ix iy iz
1 1 1.25 3.5 1.75 0.3659583333 0.265 0.4375 5.95 -0.7 9.75 1.365958333 -0.735 2.4375 1 -1 2 \n\
2 2 4.75 6.125 3 0.9065833333 0.765 0.75 4.75 6.125 3 0.9065833333 0.765 0.75 0 0 0 \n\
"""
GENERAL = """ITEM: TIMESTEP
0
ITEM: NUMBER OF ATOMS
2
ITEM: BOX BOUNDS abc origin pp pp pp
2.2116864948676088e-16 1.2599210498948736e+00 4.1997368329829110e-01 0.0000000000000000e+00
-1.2599210498948736e+00 1.8041124150158794e-16 2.0998684164914527e-01 0.0000000000000000e+00
8.3994736659658231e-02 4.1997368329829143e-02 1.2599210498948736e+00 0.0000000000000000e+00
ITEM: ATOMS id type x y z xs ys zs
1 1 0 0 0 0 0 0
2 1 -0.579563683 0.529166841 1.028935524 0.4 0.5 0.6
"""
Edit = Callable[[str], str]


def written(folder: Path, content: str | bytes, name: str = "bad.dump") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def at_line(number: int, text: str) -> Edit:
    def edit(content: str) -> str:
        lines = content.splitlines(keepends=True)
        lines[number - 1] = text + "\n"
        return "".join(lines)

    return edit


def without_line(number: int) -> Edit:
    return lambda content: "".join(
        line for k, line in enumerate(content.splitlines(keepends=True), 1) if k != number
    )


def up_to_line(number: int) -> Edit:
    return lambda content: "".join(content.splitlines(keepends=True)[:number])


def swap(old: str, new: str) -> Edit:
    return lambda content: content.replace(old, new)


@settings(max_examples=25, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    seed=st.integers(0, 10**6),
    shape=st.sampled_from(["orthogonal", "restricted", "general"]),
    coordinates=st.sampled_from(STYLES),
    bounds=st.sampled_from(["standard", "unextended"]),
    packed=st.booleans(),
    images=st.booleans(),
    labels=st.sampled_from([("1", "2", "10"), ("Cu", "Zr"), ("A",)]),
)
def test_what_is_written_is_read(
    tmp_path: Path,
    seed: int,
    shape: str,
    coordinates: Any,
    bounds: Any,
    packed: bool,
    images: bool,
    labels: tuple[str, ...],
) -> None:
    frames = random_frames(seed, shape=shape, labels=labels, images=images)
    path = tmp_path / ("dump.gz" if packed else "dump")
    write_lammps_dump(path, frames, coordinates=coordinates, bounds=bounds)
    assert_same_frames(read_lammps_dump(path, bounds=bounds), frames)


def test_the_good_file_is_read(tmp_path: Path) -> None:
    first, second = read_lammps_dump(written(tmp_path, GOOD))
    np.testing.assert_array_equal(first.ids, [1, 2, 3])
    np.testing.assert_array_equal(first.positions, [[1, 1, 1], [7, 2, 2], [8, 3, 3.125]])
    np.testing.assert_array_equal(first.rows, [10, 12, 11])
    assert (second.timestep, second.line, second.labels) == (10, 13, ("1", "2"))
    write_lammps_dump(tmp_path / "again", [first, second])
    again = read_lammps_dump(tmp_path / "again")
    np.testing.assert_array_equal(again[1].positions, second.positions)


@pytest.mark.parametrize(
    ("edit", "where", "problem", "remedy"),
    [
        pytest.param(lambda t: t[:-4], ":24", "without a newline", "cut short", id="cut-number"),
        pytest.param(up_to_line(23), ":23", "ends after 2 rows of the 3 that line 16 states",
                     "cut short", id="cut-atoms"),
        pytest.param(up_to_line(18), ":18", "ends in the middle of a frame", "cut short",
                     id="cut-header"),
        pytest.param(at_line(4, "6"), ":13", "'ITEM: TIMESTEP', in place of row 4 of those that"
                     " line 4 states", "write the file again", id="too-few-rows"),
        pytest.param(at_line(4, "2"), ":12", "'2 1 2 2 2', expected one of ITEM: UNITS",
                     "as many rows as its NUMBER OF ATOMS", id="too-many-rows"),
        pytest.param(at_line(4, "0"), ":4", "is 0, expected at least 1", "Leave", id="no-atoms"),
        pytest.param(at_line(4, "3.0"), ":4, column 'NUMBER OF ATOMS'", "'3.0', expected an integer", "damaged",
                     id="count-not-integer"),
        pytest.param(at_line(11, "3 2 3 nan 3"), ":11, column 'y'", "'nan', expected a finite",
                     "failed there", id="nan"),
        pytest.param(at_line(11, "3 2 3 3 -Inf"), ":11, column 'z'", "'-Inf', expected a finite",
                     "failed there", id="inf"),
        pytest.param(at_line(11, "3 2 1e400 3 3"), ":11, column 'x'", "'1e400', expected a finite",
                     "", id="overflow"),
        pytest.param(at_line(11, "3 2 2,5 3 3"), ":11, column 'x'", "'2,5', expected a finite",
                     "decimal point", id="decimal-comma"),
        pytest.param(at_line(11, "3 2 2.5D-1 3 3"), ":11, column 'x'", "'2.5D-1'", "with E",
                     id="fortran-exponent"),
        pytest.param(at_line(11, "3 2 1_0 3 3"), ":11, column 'x'", "'1_0'", "", id="underscore"),
        pytest.param(at_line(11, "3 2 0x1p3 3 3"), ":11, column 'x'", "'0x1p3'", "", id="hex"),
        pytest.param(at_line(11, "0x3 2 3 3 3"), ":11, column 'id'", "'0x3', expected an integer",
                     "", id="hex-id"),
        pytest.param(at_line(11, "9" * 19 + " 2 3 3 3"), ":11, column 'id'", "expected an integer",
                     "", id="id-overflow"),
        pytest.param(at_line(11, "3.0 2 3 3 3"), ":11, column 'id'", "'3.0', expected an integer",
                     "", id="id-not-integer"),
        pytest.param(at_line(11, "3 2 3 3 3 7"), ":11", "6 fields where 5 are expected (id type x",
                     "superfluous", id="extra-field"),
        pytest.param(at_line(11, "3 2 3 3"), ":11", "4 fields where 5", "missing", id="lost-field"),
        pytest.param(at_line(11, "3 2  3 3"), ":11", "4 fields where 5", "", id="two-spaces"),
        pytest.param(at_line(11, "3 2\t3 3"), ":11", "4 fields where 5", "", id="tab"),
        pytest.param(at_line(11, "3 2\t9 3 3 3"), ":11", "6 fields where 5", "", id="tab-hides-field"),
        pytest.param(at_line(11, ""), ":11", "a blank line", "missing", id="blank-row"),
        pytest.param(at_line(11, "1 2 3 3 3"), ":11, column 'id'", "id 1 is already on line 10",
                     "unique", id="duplicate-id"),
        pytest.param(at_line(23, "1 1 2 2 2"), ":23, column 'id'", "id 1 is already on line 22",
                     "ids: order", id="duplicate-id-later"),
        pytest.param(at_line(23, "7 1 2 2 2"), ":23, column 'id'",
                     "id 7 is not in the frame at", "as separate samples", id="other-id-later"),
        pytest.param(lambda t: without_line(24)(at_line(16, "2")(t)), ":13",
                     "2 particles, but 3 in the frame at", "as separate samples", id="count-changed"),
        pytest.param(at_line(11, "3 0 3 3 3"), ":11, column 'type'", "type '0', expected a positive",
                     "", id="type-zero"),
        pytest.param(at_line(11, "3 -1 3 3 3"), ":11, column 'type'", "type '-1'", "",
                     id="type-negative"),
        pytest.param(at_line(11, "3 1.7 3 3 3"), ":11, column 'type'", "type '1.7'", "",
                     id="type-not-integer"),
        pytest.param(at_line(6, "5 -5"), ":6", "-10 long along x (bounds 5 to -5)", "lower bound",
                     id="inverted-box"),
        pytest.param(at_line(7, "8 8"), ":7", "0 long along y", "lower bound", id="empty-box"),
        pytest.param(at_line(8, "0 nan"), ":8, column 'BOX BOUNDS'", "'nan'", "", id="nan-edge"),
        pytest.param(at_line(8, "0 9,5"), ":8, column 'BOX BOUNDS'", "'9,5'", "decimal point",
                     id="comma-edge"),
        pytest.param(at_line(6, "-5 5 1.5"), ":6", "3 fields, expected 2 numbers", "xy xz yz",
                     id="tilt-without-flag"),
        pytest.param(at_line(5, "ITEM: BOX BOUNDS"), ":5", "three boundaries", "unknown",
                     id="no-boundaries"),
        pytest.param(at_line(5, "ITEM: BOX BOUNDS pf pp pp"), ":5", "three boundaries", "",
                     id="half-periodic"),
        pytest.param(at_line(9, "ITEM: ATOMS id type vx vy vz"), ":9", "no set of coordinates",
                     "x y z", id="no-positions"),
        pytest.param(at_line(9, "ITEM: ATOMS id q x y z"), ":9", "no species among", "type",
                     id="no-type"),
        pytest.param(at_line(9, "ITEM: ATOMS mol type x y z"), ":9, column 'id'",
                     "there is no column of ids", "ids: order", id="no-id"),
        pytest.param(at_line(9, "ITEM: ATOMS id type x y y"), ":11, column 'y'", "two columns",
                     "its own name", id="column-twice"),
        pytest.param(swap("2 1 2 2 2\nITEM", "2 1 2 2 2\n\nITEM"), ":13", "'', expected one of",
                     "no blank lines", id="blank-between"),
        pytest.param(at_line(3, "ITEM: NUMBER OF BONDS"), ":3", "'ITEM: NUMBER OF BONDS'", "",
                     id="unknown-item"),
        pytest.param(at_line(3, "ITEM: TIMESTEP"), ":3", "each once per frame", "", id="item-twice"),
        pytest.param(at_line(1, "ITEM: TIMESTEP 5"), ":1", "'ITEM: TIMESTEP 5'", "", id="item-words"),
        pytest.param(lambda t: "".join(t.splitlines(keepends=True)[2:]), ":7",
                     "no ITEM: TIMESTEP before", "", id="no-timestep"),
        pytest.param(lambda t: "some words\n", ":1", "'some words'", "LAMMPS text dump",
                     id="garbage"),
        pytest.param(lambda t: "", "", "the file is empty", "Fetch", id="empty"),
        pytest.param(swap("3.125", "3.1\0"), ":11", "not UTF-8 text: byte 0x00", "text file",
                     id="nul"),
    ],
)  # fmt: skip
def test_bad_files_are_refused(
    tmp_path: Path, edit: Edit, where: str, problem: str, remedy: str
) -> None:
    with pytest.raises(FormatError) as caught:
        read_lammps_dump(written(tmp_path, edit(GOOD)))
    assert f"bad.dump{where}: " in str(caught.value)
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    ("content", "problem", "remedy"),
    [
        pytest.param(
            gzip.compress(GOOD.encode())[:-20], "damaged gzip file", "whole file", id="cut"
        ),
        pytest.param(
            gzip.compress(GOOD.encode())[:60] + b"x" * 60, "damaged gzip", "", id="garbled"
        ),
        pytest.param(b"\x28\xb5\x2f\xfd rest", "damaged zstd", "whole file", id="zstd-garbled"),
        pytest.param(
            zstandard.compress(GOOD.encode())[:-9], "damaged zstd", "cut short", id="zstd-cut"
        ),
        pytest.param(gzip.compress(b"") + b"more", "4 bytes of other data", "", id="gzip-and-more"),
        pytest.param(b"BZh91AY", "packed in an unsupported form", "bunzip2", id="bzip2"),
        pytest.param(b"ITEM: TIMESTEP\n\xff\n", "byte 0xff", "text file", id="not-utf8"),
    ],
)
def test_damaged_packing_is_refused(
    tmp_path: Path, content: bytes, problem: str, remedy: str
) -> None:
    with pytest.raises(FormatError) as caught:
        read_lammps_dump(written(tmp_path, content, "bad.dump.gz"))
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"absent: cannot be read .* Correct the path"):
        read_lammps_dump(tmp_path / "absent")


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(swap("\n", "\r\n"), id="crlf"),
        pytest.param(swap("\n", " \n"), id="trailing-space"),
        pytest.param(swap(" 3 3 3.125", "\t3  3\t 3.125"), id="tabs-and-runs"),
        pytest.param(swap("\n3 2", "\n  3 2"), id="leading-space"),
        pytest.param(swap("3.125", "+.3125e+01"), id="exponent"),
        pytest.param(swap("ITEM: TIMESTEP\n10", "ITEM: TIMESTEP\n0"), id="repeated-timestep"),
        pytest.param(
            lambda t: gzip.compress(t.encode()).decode("latin-1"), id="gzip-without-suffix"
        ),
    ],
)
def test_harmless_variants_are_read(tmp_path: Path, edit: Edit) -> None:
    content = edit(GOOD)
    raw = content.encode("latin-1" if content.startswith("\x1f") else "utf-8")
    good = read_lammps_dump(written(tmp_path, GOOD, "good"))
    read = read_lammps_dump(written(tmp_path, raw, "variant"))
    for a, b in zip(good, read, strict=True):
        np.testing.assert_array_equal(a.positions, b.positions)
        np.testing.assert_array_equal(a.ids, b.ids)


def test_tiny_numbers_are_what_they_are(tmp_path: Path) -> None:
    content = GOOD.replace("3.125", "1.5e-323").replace("BOUNDS", "BOUNDS xy xz yz")
    content = content.replace("5 5\n", "5 5 1.5e-323\n").replace("0 8\n", "0 8 0\n")
    first, _ = read_lammps_dump(written(tmp_path, content.replace("0 9\n", "0 9 0\n")))
    assert first.positions[2, 2] == 1.5e-323
    assert first.cell[1, 0] == 1.5e-323


def columns_kept(content: str, names: str) -> str:
    """Keep only the named columns of a dump of one frame."""
    head, _, table = content.partition("ITEM: ATOMS ")
    header, *rows = (line.split() for line in table.splitlines())
    kept = [header.index(name) for name in names.split()]
    lines = [" ".join(row[k] for k in kept) for row in rows]
    return f"{head}ITEM: ATOMS {names}\n" + "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("style", STYLES)
def test_scaled_and_unwrapped_coordinates_become_absolute(tmp_path: Path, style: str) -> None:
    names = f"id type {' '.join(axis + style[1:] for axis in 'xyz')} ix iy iz"
    (frame,) = read_lammps_dump(written(tmp_path, columns_kept(RESTRICTED, names)))
    cell = np.array([[6, 0, 0], [0.7, 5, 0], [-0.3, 0.4, 4]])
    np.testing.assert_allclose(frame.cell, cell, atol=1e-15)
    np.testing.assert_allclose(frame.origin, [-1, 2, 0], atol=1e-15)
    expected = np.array([[2.25, 1.5, 1.75], [5.75, 4.125, 3]])
    if "u" in style:
        expected[0] += np.array([1, -1, 2]) @ cell
    np.testing.assert_allclose(frame.positions, expected, atol=1e-8)
    assert frame.images is not None
    np.testing.assert_array_equal(frame.images[0], [1, -1, 2])
    assert frame.units == "lj"
    assert not frame.extra


@pytest.mark.parametrize(
    ("name", "place", "right"),
    [
        ("xs", "-0.05", True),  # has moved since atoms were wrapped
        ("xs", "1.2", True),
        ("xs", "3", False),
        ("xs", "-4", False),
        ("xsu", "3", True),
        ("xsu", "-4", True),
    ],
)
def test_wrapped_fractions_lie_in_the_box(
    tmp_path: Path, name: str, place: str, right: bool
) -> None:
    """Absolute coordinates in columns that are called xs ys zs are refused."""
    names = " ".join(axis + name[1:] for axis in "xyz")
    text = GOOD[: GOOD.index("ITEM: TIMESTEP\n", 1)].replace("type x y z", f"type {names}")
    for row, scaled in (("1 1 -4 1 1", f"1 1 {place} 0 0"), ("3 2 3 3 3.125", "3 2 0.5 0.5 0.5"),
                        ("2 1 2 2 2", "2 1 0.25 0.25 0.25")):  # fmt: skip
        text = text.replace(row, scaled)
    if right:
        (frame,) = read_lammps_dump(written(tmp_path, text))
        assert frame.positions[0, 0] == pytest.approx(10 * float(place))
        return
    with pytest.raises(FormatError, match=f":10, column 'xs': {place}, expected a fraction") as e:
        read_lammps_dump(written(tmp_path, text))
    assert "xsu ysu zsu" in e.value.remedy


def test_absolute_coordinates_come_first_and_all_others_are_kept(tmp_path: Path) -> None:
    (frame,) = read_lammps_dump(written(tmp_path, RESTRICTED))
    np.testing.assert_array_equal(frame.positions[1], [5.75, 4.125, 3])
    assert list(frame.extra) == ["xs", "ys", "zs", "xu", "yu", "zu", "xsu", "ysu", "zsu"]
    np.testing.assert_array_equal(frame.extra["xu"], [5.95, 4.75])


def test_general_triclinic_boxes(tmp_path: Path) -> None:
    (absolute,) = read_lammps_dump(written(tmp_path, GENERAL))
    scaled_text = columns_kept(GENERAL, "id type xs ys zs")
    (scaled,) = read_lammps_dump(written(tmp_path, scaled_text))
    np.testing.assert_allclose(absolute.positions, scaled.positions, atol=1e-9)
    np.testing.assert_allclose(absolute.cell[1, 0], -1.25992104989)
    lefthanded = GENERAL.replace("-1.2599210498948736e+00 1", "1.2599210498948736e+00 1")
    with pytest.raises(FormatError, match=r":6: the cell has volume -.* right-handed"):
        read_lammps_dump(written(tmp_path, lefthanded))


def test_unextended_bounds_are_read_only_when_declared(tmp_path: Path) -> None:
    path = written(tmp_path, RESTRICTED)
    assert read_lammps_dump(path)[0].cell[0, 0] == pytest.approx(6)
    assert read_lammps_dump(path, bounds="unextended")[0].cell[0, 0] == pytest.approx(7)


def test_order_can_stand_for_ids(tmp_path: Path) -> None:
    content = GOOD.replace("id type", "mol type").replace("3 2 3 3 3.125", "3 1 3 3 3.125")
    frame = read_lammps_dump(written(tmp_path, content), ids="order")[0]
    np.testing.assert_array_equal(frame.ids, [1, 2, 3])
    np.testing.assert_array_equal(frame.extra["mol"], [1, 3, 2])
    np.testing.assert_array_equal(frame.positions[1], [8, 3, 3.125])


@settings(max_examples=200, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    line=st.sampled_from([10, 11, 12, 22, 23, 24]),
    place=st.integers(0, 12),
    character=st.sampled_from("0123456789 .-+eEdxnNaIf,_\t\r\v#\"'"),
)
def test_a_changed_character_is_read_as_python_reads_it_or_refused(
    tmp_path: Path, line: int, place: int, character: str
) -> None:
    lines = GOOD.splitlines()
    row = lines[line - 1]
    place %= len(row)
    lines[line - 1] = row[:place] + character + row[place + 1 :]
    fields = lines[line - 1].split()
    path = written(tmp_path, "".join(f"{text}\n" for text in lines))
    try:
        frame = read_lammps_dump(path)[line > 12]
    except FormatError as error:
        other = ("is already on line", "in the frame at")  # is then reported for another row
        assert error.line == line or any(words in error.problem for words in other)  # noqa: PT017
        return
    index = int(np.argmax(frame.rows == line))
    assert frame.ids[index] == int(fields[0])
    assert frame.labels[frame.species[index]] == fields[1]
    relative = np.array([float(x) for x in fields[2:]]) - [-5, 0, 0]
    np.testing.assert_array_equal(frame.positions[index], relative)


def test_ase_reads_the_same(tmp_path: Path) -> None:
    from ase.io import read

    frames = random_frames(3, n=40, labels=("1", "2"))
    frames = [replace(f, extra={}, origin=np.zeros(3), periodic=(True,) * 3) for f in frames]
    write_lammps_dump(tmp_path / "dump", frames)
    ours = read_lammps_dump(tmp_path / "dump")
    theirs = read(tmp_path / "dump", index=":", format="lammps-dump-text")
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.cell, b.cell[:], atol=1e-12)
        np.testing.assert_allclose(a.positions, b.positions, atol=1e-12)


@pytest.mark.parametrize("coordinates", ["x", "xs", "xu"])
def test_ovito_reads_the_same(tmp_path: Path, coordinates: Any) -> None:
    from ovito.io import import_file

    frames = [replace(f, extra={}) for f in random_frames(4, n=40, labels=("1", "2"))]
    write_lammps_dump(tmp_path / "dump", frames, coordinates=coordinates)
    ours = read_lammps_dump(tmp_path / "dump")
    pipeline = import_file(tmp_path / "dump")
    assert pipeline.num_frames == len(ours)
    for k, a in enumerate(ours):
        b = pipeline.compute(k)
        order = np.argsort(b.particles["Particle Identifier"][...])
        np.testing.assert_allclose(a.cell, b.cell[:, :3].T, atol=1e-12)
        np.testing.assert_allclose(a.origin, b.cell[:, 3], atol=1e-12)
        absolute = b.particles["Position"][...][order]
        np.testing.assert_allclose(a.positions + a.origin, absolute, atol=1e-12)
        types = np.array([int(label) for label in a.labels])[a.species]
        np.testing.assert_array_equal(types, b.particles["Particle Type"][...][order])
        assert a.periodic == tuple(b.cell.pbc)


UNITS_ONCE = "ITEM: UNITS\nreal\n" + GOOD


def test_units_of_the_first_frame_hold_for_all(tmp_path: Path) -> None:
    """LAMMPS writes its units once in a file."""
    frames = read_lammps_dump(written(tmp_path, UNITS_ONCE))
    assert [frame.units for frame in frames] == ["real", "real"]
    assert [frame.units for frame in read_lammps_dump(written(tmp_path, GOOD))] == [None, None]
    second = "ITEM: UNITS\nmetal\nITEM: TIMESTEP\n10\n"
    both = read_lammps_dump(written(tmp_path, UNITS_ONCE.replace("ITEM: TIMESTEP\n10\n", second)))
    assert [frame.units for frame in both] == ["real", "metal"]


@pytest.mark.parametrize("style", ["x y", "xs ys"])
def test_positions_in_the_plane_have_no_third_component(tmp_path: Path, style: str) -> None:
    content = f"""ITEM: TIMESTEP
0
ITEM: NUMBER OF ATOMS
2
ITEM: BOX BOUNDS pp pp pp
1 3
2 6
-0.5 0.5
ITEM: ATOMS id type {style}
1 1 {"1.5 3" if style == "x y" else "0.25 0.25"}
2 1 {"2 5" if style == "x y" else "0.5 0.75"}
"""
    (frame,) = read_lammps_dump(written(tmp_path, content))
    np.testing.assert_allclose(frame.positions, [[0.5, 1.0, 0.0], [1.0, 3.0, 0.0]])
    assert frame.axes == "xy"


@pytest.mark.parametrize(
    ("columns", "labels"),
    [
        ("element typelabel type", ("1", "2")),
        ("element typelabel", ("a", "b")),
        ("typelabel", ("a", "b")),
        ("element", ("Cu", "Zr")),
    ],
)
def test_species_are_types_then_type_labels_then_elements(
    tmp_path: Path, columns: str, labels: tuple[str, str]
) -> None:
    of = {"type": ("1", "2"), "typelabel": ("a", "b"), "element": ("Cu", "Zr")}
    content = (
        "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 9\n0 9\n0 9\n"
        f"ITEM: ATOMS id {columns} x y z\n"
    )
    for k in (0, 1):
        content += f"{k + 1} {' '.join(of[name][k] for name in columns.split())} {k} 1 1\n"
    (frame,) = read_lammps_dump(written(tmp_path, content))
    assert frame.labels == labels


@pytest.mark.parametrize("place", [(0, 1), (0, 2), (1, 2)])
def test_one_component_above_the_diagonal_makes_a_box_general(place: tuple[int, int]) -> None:
    """Restricted boxes have none: written as one, the component would be lost."""
    cell = np.diag([4.0, 5.0, 6.0])
    for value, words in ((0.0, "pp pp pp"), (0.5, "abc origin pp pp pp")):
        cell[place] = value
        lines = box_lines(Box(cell, np.zeros(3), (True, True, True)), "standard")
        assert lines[0] == f"ITEM: BOX BOUNDS {words}"
