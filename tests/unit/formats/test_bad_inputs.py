"""Bad inputs that widely used readers accept silently, or reject without a reason.

Each row is one named kind of damage to a good file. Reading must give the correct arrays, or an
error that names the file and line (and the column, if any), the value seen and the remedy; never a
wrong number. Other tests of each reader are in the reader's own test file.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard

from mechanist.core.errors import FormatError
from mechanist.formats.paradis import read_paradis
from mechanist.formats.sample import Sample
from mechanist.imports.fields import import_fields
from mechanist.imports.trajectory_samples import import_sample

DUMP = """ITEM: TIMESTEP
0
ITEM: NUMBER OF ATOMS
4
ITEM: BOX BOUNDS pp pp pp
-5 5
0 8
0 9
ITEM: ATOMS id type x y z
1 1 -4 1 1
2 1 2 2 2
3 2 3 3 3
4 2 4 4 3.125
ITEM: TIMESTEP
10
ITEM: NUMBER OF ATOMS
4
ITEM: BOX BOUNDS pp pp pp
-5 5
0 8
0 9
ITEM: ATOMS id type x y z
1 1 -4 1 1
2 1 2 2 2
3 2 3 3 3
4 2 4 4 3.125
"""
XYZ = """4
Lattice="10 0 0 0 8 0 0 0 9" Origin="-5 0 0" Properties=species:S:1:pos:R:3:id:I:1 pbc="T T T"
A -4 1 1 1
A 2 2 2 2
B 3 3 3 3
B 4 4 3.125 4
"""
#: Positions in the good files, relative to the corner of the box.
PLACES = np.array([[1.0, 1, 1], [7, 2, 2], [8, 3, 3], [9, 4, 3.125]])
SPECIES = ["A", "A", "B", "B"]
Edit = Callable[[str], str | bytes]


def lines(*changes: tuple[int, str | None]) -> Edit:
    """Replace lines, counted from 1; None deletes a line."""

    def edit(content: str) -> str:
        kept: dict[int, str | None] = dict(enumerate(content.splitlines(), start=1))
        kept |= dict(changes)
        return "".join(f"{line}\n" for line in kept.values() if line is not None)

    return edit


def scaled(content: str) -> str:
    """Write positions as fractions of the box, whose lower bound along x is -5."""
    for old, new in (("x y z", "xs ys zs"), ("-4 1 1", "0.1 0.125 0.1111111111111111"),
                     ("2 2 2", "0.7 0.25 0.2222222222222222"),
                     ("3 3 3\n", "0.8 0.375 0.3333333333333333\n"),
                     ("4 4 3.125", "0.9 0.5 0.3472222222222222")):  # fmt: skip
        content = content.replace(f" {old}", f" {new}")
    return content


@dataclass(frozen=True)
class Row:
    """A kind of damage, and the expected outcome: the arrays of the good file, or an error."""

    damage: Edit
    error: str | None = None
    where: str = ""
    remedy: str = ""
    entry: dict[str, Any] = field(default_factory=dict)
    name: str = "bad.dump"
    places: np.ndarray[Any, Any] = field(default_factory=lambda: PLACES)
    species: list[str] = field(default_factory=lambda: SPECIES)


FIRST = {"frames": []}  # only the reference is imported, but every frame is read
DUMPS = {
    'file cut inside the last number (3.125→"3.")': Row(
        lambda t: t[:-4], "ends within this line, without a newline", ":26", "cut short"),
    "last frame cut mid-atoms": Row(
        lambda t: t[: t.rindex("3 2 3")], "2 rows of the 4 that line 17 states", ":24", "cut short"),
    "last frame cut in header": Row(
        lambda t: t[: t.rindex("0 8")], "ends in the middle of a frame", ":19", "cut short"),
    "header says 6 atoms, 4 present": Row(
        lines((4, "6")), "'ITEM: TIMESTEP', in place of row 5", ":14", "missing"),
    "header says 3, 4 present; 2 frames": Row(
        lines((4, "3")), "'4 2 4 4 3.125', expected one of ITEM: UNITS", ":13", "as many rows"),
    "NaN position": Row(
        lines((12, "3 2 3 nan 3")), "'nan', expected a finite number", ":12, column 'y'", "failed"),
    "Inf position": Row(
        lines((12, "3 2 inf 3 3")), "'inf', expected a finite number", ":12, column 'x'", "failed"),
    "duplicate id": Row(
        lines((12, "2 2 3 3 3")), "id 2 is already on line 11", ":12, column 'id'", "unique"),
    "duplicate id in frame 2 only": Row(
        lines((25, "2 2 3 3 3")), "id 2 is already on line 24", ":25, column 'id'", "unique"),
    "atom order shuffled": Row(
        lines((10, "4 2 4 4 3.125"), (11, "3 2 3 3 3"), (12, "1 1 -4 1 1"), (13, "2 1 2 2 2"))),
    "out of box": Row(
        lines((10, "1 1 -14 1 1")), places=np.array([[-9.0, 1, 1], *PLACES[1:]])),
    "inverted box": Row(
        lines((6, "5 -5")), "-10 long along x (bounds 5 to -5)", ":6", "lower bound first"),
    "zero length": Row(lines((7, "8 8")), "0 long along y (bounds 8 to 8)", ":7", "lower bound"),
    "NaN edge": Row(
        lines((8, "0 nan")), "'nan', expected a finite number", ":8, column 'BOX BOUNDS'", "failed"),
    "xs ys zs with xlo=-5 (true -4)": Row(scaled),
    "triclinic bounds without xy flag": Row(
        lines((6, "-5 5 0")), "3 fields, expected 2 numbers", ":6", "'xy xz yz' in its header"),
    "general triclinic `abc origin`": Row(
        lines((5, "ITEM: BOX BOUNDS abc origin pp pp pp"), (6, "10 0 0 -5"), (7, "0 8 0 0"),
              (8, "0 0 9 0"))),
    "no z column": Row(
        lambda t: "\n".join(line.rsplit(" ", 1)[0] if line.count(" ") > 3 and "BOX" not in line
                            else line for line in t.split("\n")),
        "all particles are without z in `dimension: 3`", ":1", "`dimension: 2`"),
    "no z column, declared flat": Row(
        lambda t: "\n".join(line.rsplit(" ", 1)[0] if line.count(" ") > 3 and "BOX" not in line
                            else line for line in t.split("\n")),
        entry={"dimension": 2}, places=PLACES * [1, 1, 0]),
    "no positions": Row(
        lines((9, "ITEM: ATOMS id type vx vy vz")), "no set of coordinates among the columns", ":9",
        "Write x y z"),
    "no type column": Row(
        lines((9, "ITEM: ATOMS id q x y z")), "no species among the columns", ":9", "type"),
    '"2,5" decimal comma': Row(
        lines((12, "3 2 2,5 3 3")), "'2,5', expected a finite number", ":12, column 'x'",
        "decimal point"),
    '"2.5D-1" Fortran': Row(
        lines((12, "3 2 2.5D-1 3 3")), "'2.5D-1', expected a finite number", ":12, column 'x'",
        "exponents with E"),
    "extra column in one row": Row(
        lines((12, "3 2 3 3 3 7")), "6 fields where 5 are expected", ":12", "superfluous"),
    "type 0": Row(
        lines((12, "3 0 3 3 3")), "type '0', expected a positive", ":12, column 'type'", "header"),
    "type -1": Row(
        lines((12, "3 -1 3 3 3")), "type '-1', expected a positive", ":12, column 'type'", "header"),
    "type 1.7": Row(
        lines((12, "3 1.7 3 3 3")), "type '1.7', expected", ":12, column 'type'", "header"),
    "type 200": Row(
        lines((12, "3 200 3 3 3"), (25, "3 200 3 3 3")), "species '200' has no name", ":12",
        '"200": <name>'),
    "any integer type": Row(
        lambda t: t.replace(" 2 3 3 3", " 26 3 3 3").replace(" 2 4 4", " 26 4 4"),
        entry={"species": {"1": "Zr", "26": "Cu"}}, species=["Zr", "Zr", "Cu", "Cu"]),
    "unknown element Xx": Row(
        lambda t: t.replace("id type", "id element").replace(" 2 3 3 3", " Xx 3 3 3"),
        "species 'Xx' has no name; names are given to ['1', '2']", ":12", '"Xx": <name>'),
    "CRLF": Row(lambda t: t.replace("\n", "\r\n")),
    "BOM": Row(lambda t: "\ufeff" + t),
    "blank lines between frames": Row(
        lambda t: t.replace("3.125\nITEM", "3.125\n\nITEM"), "'', expected one of", ":14",
        "no blank lines"),
    "atom count changes": Row(
        lines((17, "3"), (26, None)), "3 particles, but 4 in the frame at", ":14",
        "as separate samples"),
    "repeated timestep": Row(lines((15, "0"))),
    "repeated timestep, asked for": Row(
        lines((15, "0")), "2 frames fit `reference: {timestep: 0}`", ":1", "index",
        entry={"reference": {"timestep": 0}}),
    "`ITEM: UNITS real`": Row(
        lambda t: "ITEM: UNITS\nreal\n" + t, "in 'real' units, but 'lj' is declared", ":1",
        "Correct `units`"),
    "`ITEM: UNITS real`, declared": Row(
        lambda t: "ITEM: UNITS\nreal\n" + t, entry={"units": "real"}),
    "empty file": Row(lambda t: "", "the file is empty", "", "Fetch or write it again"),
    "garbage file": Row(lambda t: "some words\n", "'some words', expected one of", ":1",
                        "LAMMPS text dump"),
    "truncated .gz": Row(
        lambda t: gzip.compress(t.encode())[:-14], "damaged gzip file", "", "whole file again",
        name="bad.dump.gz"),
    "plain text named .gz": Row(lambda t: t, name="bad.dump.gz"),
    ".zst": Row(lambda t: zstandard.compress(t.encode()), name="bad.dump.zst"),
    "truncated .zst": Row(
        lambda t: zstandard.compress(t.encode())[:-9], "damaged zstd file", "", "whole file again",
        name="bad.dump.zst"),
}  # fmt: skip
EXTENDED = {
    "extxyz: count too large": Row(
        lines((1, "5")), "ends after 4 rows of the 5 that line 1 states", ":6", "cut short"),
    "extxyz: count too small": Row(
        lines((1, "3")), "'B 4 4 3.125 4', expected a positive number", ":6", "as many rows"),
    'extxyz: species "A","B" (LJ)': Row(lambda t: t),
    'extxyz: species "1","2" (LJ)': Row(
        lambda t: t.replace("A ", "1 ").replace("B ", "2 "),
        entry={"species": {"1": "A", "2": "B"}}),
    "extxyz: no Lattice": Row(
        lambda t: t.replace('Lattice="10 0 0 0 8 0 0 0 9" ', ""), "no Lattice=... in", ":2",
        "extended XYZ"),
    "extxyz: plain comment": Row(
        lines((2, "made by hand")), "no Lattice=... in", ":2", "plain XYZ lacks"),
    "extxyz: extra column": Row(
        lines((5, "B 3 3 3 3 9")), "6 fields where 5 are expected", ":5", "superfluous"),
    "extxyz: NaN": Row(
        lines((5, "B 3 NaN 3 3")), "'NaN', expected a finite", ":5, column 'pos[2]'", "failed there"),
    "extxyz: BOM": Row(lambda t: "\ufeff" + t),
}  # fmt: skip


def imported(folder: Path, row: Row, good: str, form: str, species: dict[str, str]) -> Sample:
    damaged = row.damage(good)
    path = folder / row.name
    path.write_bytes(damaged if isinstance(damaged, bytes) else damaged.encode())
    entry = {"format": form, "species": species, "dimension": 3, "units": "lj", "path": path}
    return import_sample(entry | FIRST | row.entry, name="a", system="b")


def check(folder: Path, row: Row, good: str, form: str, species: dict[str, str]) -> None:
    if row.error is None:
        reference = imported(folder, row, good, form, species).reference
        np.testing.assert_allclose(reference.positions, row.places, rtol=0, atol=1e-14)
        names = np.array(reference.species_names)[reference.species]
        np.testing.assert_array_equal(names, row.species)
        np.testing.assert_array_equal(np.diag(reference.cell)[:2], [10, 8])
        return
    with pytest.raises(FormatError) as caught:
        imported(folder, row, good, form, species)
    assert f"{row.name}{row.where}: " in str(caught.value)
    assert row.error in caught.value.problem
    assert row.remedy
    assert row.remedy in caught.value.remedy


@pytest.mark.parametrize("words", DUMPS)
def test_lammps_dumps(tmp_path: Path, words: str) -> None:
    check(tmp_path, DUMPS[words], DUMP, "lammps_dump", {"1": "A", "2": "B"})


@pytest.mark.parametrize("words", EXTENDED)
def test_extended_xyz(tmp_path: Path, words: str) -> None:
    check(tmp_path, EXTENDED[words], XYZ, "extxyz", {"A": "A", "B": "B"})


@pytest.mark.parametrize("good", [DUMP, XYZ], ids=["lammps_dump", "extxyz"])
def test_the_good_file_ends_in_its_arrays(tmp_path: Path, good: str) -> None:
    form = "extxyz" if good == XYZ else "lammps_dump"
    species = {"1": "A", "2": "B", "A": "A", "B": "B"}
    check(tmp_path, Row(lambda t: t), good, form, species)


#: Kinds of damage above that leave complete frames before a truncated last frame.
CUT = ['file cut inside the last number (3.125→"3.")', "last frame cut mid-atoms",
       "last frame cut in header"]  # fmt: skip


@pytest.mark.parametrize("words", DUMPS)
def test_leniency_mends_a_truncated_last_frame_and_nothing_else(tmp_path: Path, words: str) -> None:
    row = DUMPS[words]
    lenient = Row(row.damage, entry=row.entry | {"lenient": True}, name=row.name)
    packed = words in {"truncated .gz", "truncated .zst"}
    if row.error is not None and words not in CUT and not packed:
        with pytest.raises(FormatError):
            imported(tmp_path, lenient, DUMP, "lammps_dump", {"1": "A", "2": "B"})
        return
    if words == "truncated .zst":  # its single block cannot be unpacked in part: no frame
        with pytest.raises(FormatError, match="empty"):
            imported(tmp_path, lenient, DUMP, "lammps_dump", {"1": "A", "2": "B"})
        return
    species = {"1": "A", "2": "B"}
    sample = imported(tmp_path, lenient, DUMP, "lammps_dump", species)
    np.testing.assert_allclose(sample.reference.positions, row.places, rtol=0, atol=1e-14)
    source = sample.provenance["import"]
    assert source["lenient"] is True
    assert bool(source["dropped"]) == (words in CUT or packed)
    for told in source["dropped"]:
        assert f"{row.name}:14: the frame that begins here is cut short" in told


@pytest.mark.parametrize("kept", range(0, len(DUMP), 7))
def test_a_file_cut_anywhere_is_refused_or_loses_its_last_frame(tmp_path: Path, kept: int) -> None:
    whole = {0: 0, DUMP.index("ITEM: TIMESTEP\n10"): 1}
    row = Row(lambda t: t[:kept], entry={"lenient": True})
    species = {"1": "A", "2": "B"}
    if (
        kept == len(DUMP) - 2
    ):  # within the digits of the last number, after its point: said, not refused
        sample = imported(tmp_path, Row(row.damage), DUMP, "lammps_dump", species)
        assert "ends without a newline; its last field is read as it stands, '3.12'" in str(
            sample.provenance["import"]["notes"]
        )
    elif kept not in whole:
        with pytest.raises(FormatError, match=r"ends|empty"):
            imported(tmp_path, Row(row.damage), DUMP, "lammps_dump", species)
    if kept < DUMP.index("ITEM: TIMESTEP\n10"):
        with pytest.raises(FormatError, match=r"ends|empty"):
            imported(tmp_path, row, DUMP, "lammps_dump", species)
        return
    sample = imported(tmp_path, row, DUMP, "lammps_dump", species)
    np.testing.assert_array_equal(sample.reference.positions, PLACES)
    assert len(sample.provenance["import"]["dropped"]) == (kept not in whole)


NODES = """dataFileVersion = 4
numFileSegments = 1
minCoordinates = [
  -10
  -10
  -10
  ]
maxCoordinates = [
  10
  10
  10
  ]
nodeCount = 2
dataDecompType = 2
dataDecompGeometry = [
  1
  1
  1
  ]
domainDecomposition =
  0
nodalData =
  0,0 0 0 0 1 7
    0,1 0 1 0
    0 0 1
  0,1 1 0 0 1 7
    0,0 0 -1 0
    0 0 1
"""
TABLE = "x,t,u\n0,0,1.5\n1,0,2.5\n0,1,3.5\n1,1,4.5\n"
TABLES = {
    "CSV: semicolons and decimal commas": (
        lambda t: t.replace(",", ";").replace(".", ","), ":1", "one column 'x;t;u'", "by commas"),
    "CSV: decimal comma in one line": (
        lambda t: t.replace("2.5", "2,5"), ":3", "4 values, expected 3", "decimal points"),
    "CSV: quoted decimal comma": (
        lambda t: t.replace("2.5", '"2,5"'), ":3, column 'u'", "'2,5', expected a finite",
        "decimal points"),
    "CSV: header units": (
        lambda t: t.replace("u\n", "u (m/s)\n"), ":1", "no column 'u'", "u (m/s)"),
    "CSV: duplicated column": (
        lambda t: t.replace("x,t", "u,t"), ":1, column 'u'", "two columns have the same name", "its own"),
    "CSV: missing column": (lambda t: t.replace("u\n", "v\n"), ":1", "no column 'u'", "Columns of the file: x, t, v"),
    "CSV: mixed dtype": (
        lambda t: t.replace("2.5", "high"), ":3, column 'u'", "'high', expected a finite", "Fill"),
    "CSV: missing value": (
        lambda t: t.replace("2.5", ""), ":3, column 'u'", "'', expected a finite", "Fill"),
    "CSV: underscore in a number": (
        lambda t: t.replace("2.5", "2_5"), ":3, column 'u'", "'2_5'", "Fill"),
    "CSV: cut inside the last number": (lambda t: t[:-2], ":5", "without a newline", "cut short"),
    "CSV: Latin-1 in a number": (
        lambda t: t.replace("2.5", "2.5\xb5").encode("latin-1"), ":3, column 'u'", "'2.5\xb5'", "Fill"),
    "CSV: Latin-1 elsewhere": (
        lambda t: ("# \xb5m\n" + t.replace("u\n", "u,\xb5\n", 1).replace(".5\n", ".5,7\n")
                   .replace("5,7\n", "5,\xe4\n", 1)).encode("latin-1"), None, "", ""),
    "CSV: UTF-16": (lambda t: t.encode("utf-16"), None, "", ""),
    "CSV: CR": (lambda t: t.replace("\n", "\r"), None, "", ""),
    "CSV: gzip": (lambda t: gzip.compress(t.encode()), None, "", ""),
    "CSV: zero bytes": (lambda t: t.encode("utf-16-le"), ":1", "holds a zero byte", "UTF-8"),
    "CSV: workbook": (
        lambda t: b"PK\x03\x04\x14\0[Content_Types].xml", "", "a workbook", "Save the sheet as text"),
    "CSV: bzip2": (lambda t: b"BZh91AY&SY" + bytes(9), "", "packed in an unsupported", "bunzip2"),
    "CSV: blanks between columns": (
        lambda t: t.replace(",", " "), ":1", "one column 'x t u'", "Separate columns by commas"),
    "CSV: no names": (lambda t: t[t.index("\n") + 1 :], ":1", "expected names of columns", "names"),
    "CSV: Excel's line of the separator": (lambda t: "sep=,\r\n" + t, None, "", ""),
    "CSV: another separator in Excel's line": (
        lambda t: "sep=;\n" + t.replace(",", ";"), ":1", "one column 'sep=;'", "by commas"),
    "CSV: BOM": (lambda t: "\ufeff" + t, None, "", ""),
    "CSV: CRLF": (lambda t: t.replace("\n", "\r\n"), None, "", ""),
}  # fmt: skip


@pytest.mark.parametrize("words", TABLES)
def test_tables(tmp_path: Path, words: str) -> None:
    damage, where, problem, remedy = TABLES[words]
    damaged = damage(TABLE)
    path = tmp_path / "bad.csv"
    path.write_bytes(damaged if isinstance(damaged, bytes) else damaged.encode())
    entry = {"path": path, "axes": {"x": "x", "t": "t"}, "fields": {"u": "u"}}
    if where is None:
        (data,) = import_fields(entry)
        np.testing.assert_array_equal(data.fields["u"], [[1.5, 3.5], [2.5, 4.5]])
        return
    with pytest.raises(FormatError) as caught:
        import_fields(entry)
    assert f"bad.csv{where}: " in str(caught.value)
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


NETWORKS = {
    "ParaDiS: nodeCount": (lambda t: t.replace("nodeCount = 2", "nodeCount = 3"), "nodeCount = 3"),
    "ParaDiS: reciprocal arms": (
        lambda t: t.replace("0,0 0 -1 0", "0,0 0 -0.5 0"), "Burgers"),
    "ParaDiS: Burgers conservation at nodes": (
        lambda t: t.replace("0 0 0 1 7", "0 0 0 1 0"), "add up"),
    "ParaDiS: dangling tags": (lambda t: t.replace("    0,1 0 1", "    0,9 0 1"), "0,9"),
    "ParaDiS: duplicate tags": (lambda t: t.replace("  0,1 1 0 0", "  0,0 1 0 0"), "0,0"),
    "ParaDiS: box bounds": (lambda t: t.replace("0,1 1 0 0", "0,1 99 0 0"), "99"),
    "ParaDiS: units of b": (lambda t: t.replace("1 0\n    0 0 1", "1e-10 0\n    0 0 1"), "e-10"),
}  # fmt: skip


@pytest.mark.parametrize("words", NETWORKS)
def test_networks(tmp_path: Path, words: str) -> None:
    damage, told = NETWORKS[words]
    path = tmp_path / "bad.data"
    path.write_text(NODES)
    assert len(read_paradis(path).segments) == 1
    path.write_text(damage(NODES))
    with pytest.raises(FormatError) as caught:
        read_paradis(path)
    assert told in caught.value.problem
    assert caught.value.remedy
