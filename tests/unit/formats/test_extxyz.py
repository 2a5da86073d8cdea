"""Extended XYZ: round trips, agreement with other readers, and rejected files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mechanist.core.errors import FormatError
from mechanist.formats.extxyz import read_extxyz, write_extxyz
from trajectories import assert_same_frames, random_frames

PROPERTIES = "Properties=species:S:1:pos:R:3:id:I:1"
LATTICE = 'Lattice="10 0 0 0 8 0 0 0 9"'
GOOD = f"""3
{LATTICE} {PROPERTIES} pbc="T T F" energy=-1.5 relaxed
A 1 1 1 1
B 3 3 3.125 3
A 2 2 2 2
3
{LATTICE} {PROPERTIES} pbc="T T F" energy=-1.25 relaxed
A 1 1 1.5 1
A 2 2 2.5 2
B 3 3 3.125 3
"""
Edit = Callable[[str], str]


def written(folder: Path, content: str, name: str = "bad.xyz") -> Path:
    path = folder / name
    path.write_bytes(content.encode())
    return path


def at_line(number: int, text: str) -> Edit:
    def edit(content: str) -> str:
        lines = content.splitlines(keepends=True)
        lines[number - 1] = text + "\n"
        return "".join(lines)

    return edit


def swap(old: str, new: str) -> Edit:
    """Replace the first occurrence."""
    return lambda content: content.replace(old, new, 1)


@settings(max_examples=25, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    seed=st.integers(0, 10**6),
    shape=st.sampled_from(["orthogonal", "restricted", "general"]),
    packed=st.booleans(),
    labels=st.sampled_from([("Cu", "Zr"), ("1", "2", "10"), ("A",), ("Fe3+", "\u03b1", "bead-x")]),
)
def test_what_is_written_is_read(
    tmp_path: Path, seed: int, shape: str, packed: bool, labels: tuple[str, ...]
) -> None:
    frames = random_frames(seed, shape=shape, labels=labels)
    path = tmp_path / ("f.xyz.gz" if packed else "f.xyz")
    write_extxyz(path, frames)
    assert_same_frames(read_extxyz(path), frames)


def test_columns_of_every_kind_survive(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    extra = {
        "velocity": rng.normal(size=(7, 3)),
        "frozen": rng.random(7) < 0.5,
        "molecule": rng.integers(0, 5, 7),
        "name": np.array([f"n{k}" for k in range(7)]),
    }
    frames = [replace(frame, extra=extra) for frame in random_frames(1, count=1)]
    write_extxyz(tmp_path / "f.xyz", frames)
    (read,) = read_extxyz(tmp_path / "f.xyz")
    order = np.argsort(frames[0].ids)
    for name, values in extra.items():
        np.testing.assert_array_equal(read.extra[name], values[order])
        assert read.extra[name].dtype.kind == values.dtype.kind


def test_the_good_file_is_read(tmp_path: Path) -> None:
    first, second = read_extxyz(written(tmp_path, GOOD))
    np.testing.assert_array_equal(first.ids, [1, 2, 3])
    np.testing.assert_array_equal(first.positions, [[1, 1, 1], [2, 2, 2], [3, 3, 3.125]])
    np.testing.assert_array_equal(first.rows, [3, 5, 4])
    assert first.periodic == (True, True, False)
    assert (first.timestep, second.timestep, second.line) == (0, 1, 6)


@pytest.mark.parametrize(
    ("edit", "where", "problem", "remedy"),
    [
        pytest.param(lambda t: t[:-4], ":10", "without a newline", "cut short", id="cut-number"),
        pytest.param(lambda t: t[: t.rindex("B")], ":9", "ends after 2 rows of the 3 that line 6"
                     " states", "cut short", id="cut-atoms"),
        pytest.param(lambda t: "".join(t.splitlines(keepends=True)[:6]), ":6",
                     "ends in the middle of a frame", "cut short", id="cut-header"),
        pytest.param(at_line(1, "4"), ":6", "'3', in place of row 4", "missing",
                     id="too-few-rows"),
        pytest.param(at_line(1, "2"), ":5", "'A 2 2 2 2', expected a positive number of",
                     "as many rows",
                     id="too-many-rows"),
        pytest.param(at_line(1, "0"), ":1", "'0', expected a positive number", "empty", id="no-atoms"),
        pytest.param(at_line(1, ""), ":1", "'', expected a positive", "blank", id="blank-line"),
        pytest.param(at_line(4, "B 3 NaN 3 3"), ":4, column 'pos[2]'", "'NaN'", "failed there",
                     id="nan"),
        pytest.param(at_line(4, "B 3 3 inf 3"), ":4, column 'pos[3]'", "'inf'", "failed there",
                     id="inf"),
        pytest.param(at_line(4, "B 3 3,1 3 3"), ":4, column 'pos[2]'", "'3,1'", "decimal point",
                     id="decimal-comma"),
        pytest.param(at_line(4, "B 3 3d0 3 3"), ":4, column 'pos[2]'", "'3d0'", "with E",
                     id="fortran-exponent"),
        pytest.param(at_line(4, "B 3 3 3 3 9"), ":4", "6 fields where 5", "superfluous",
                     id="extra-field"),
        pytest.param(at_line(4, "B 3  3 3"), ":4", "4 fields where 5", "missing", id="lost-field"),
        pytest.param(at_line(4, "B 3 3 3 1"), ":4, column 'id'", "id 1 is already on line 3",
                     "ids: order", id="duplicate-id"),
        pytest.param(at_line(10, "B 3 3 3 4"), ":10, column 'id'", "id 4 is not in the frame at",
                     "as separate samples", id="other-id-later"),
        pytest.param(lambda t: t.replace("\n3\n", "\n2\n").replace("A 2 2 2.5 2\n", ""), ":6",
                     "2 particles, but 3 in the frame at", "", id="count-changed"),
        pytest.param(swap(LATTICE, ""), ":2", "no Lattice=... in", "plain XYZ", id="no-lattice"),
        pytest.param(swap(PROPERTIES, ""), ":2", "no Properties=... in", "plain XYZ",
                     id="no-properties"),
        pytest.param(at_line(2, "made by hand"), ":2", "no Lattice=... in", "plain XYZ",
                     id="plain-comment"),
        pytest.param(swap('0 9" P', "0 9 P"), ":2", "directly after the value of Lattice", "Close all",
                     id="open-quote"),
        pytest.param(swap("energy=-1.5", "Lattice='1'"), ":2", "'Lattice' is stated twice", "once",
                     id="key-twice"),
        pytest.param(swap(" 0 9", " 9"), ":2", "Lattice has 8 numbers, expected 9", "Quote",
                     id="short-lattice"),
        pytest.param(swap("10 0", "nan 0"), ":2, column 'Lattice'", "'nan'", "", id="nan-lattice"),
        pytest.param(swap("10 0", "-10 0"), ":2, column 'Lattice'", "volume -720", "right-handed",
                     id="left-handed"),
        pytest.param(swap("0 9", "0 0"), ":2, column 'Lattice'", "volume 0", "", id="flat"),
        pytest.param(swap("T T F", "T T"), ":2, column 'pbc'", "pbc='T T'", "three", id="short-pbc"),
        pytest.param(swap("T T F", "T T no"), ":2, column 'pbc'", "pbc='T T no'", "three",
                     id="odd-pbc"),
        pytest.param(swap("id:I:1", "id:I"), ":2", "name:kind:columns", "Write for example",
                     id="short-properties"),
        pytest.param(swap("id:I:1", "id:J:1"), ":2", "name:kind:columns", "", id="odd-kind"),
        pytest.param(swap("id:I:1", "pos:R:3"), ":2", "different names", "", id="property-twice"),
        pytest.param(swap("id:I:1", "id:R:1"), ":2, column 'id'", "expected id:I:1", "",
                     id="real-ids"),
        pytest.param(swap("pos:R:3", "pos:R:2:q:R:1"), ":2, column 'pos'", "expected pos:R:3", "",
                     id="two-coordinates"),
        pytest.param(swap("pos:R:3", "place:R:3"), ":2, column 'pos'", "expected pos:R:3", "",
                     id="no-positions"),
        pytest.param(swap("species:S", "colour:S"), ":2", "no species among", "species:S:1",
                     id="no-species"),
        pytest.param(swap("id:I:1", "tag:I:1"), ":2, column 'id'", "there is no column of ids", "ids: order",
                     id="no-ids"),
        pytest.param(swap("id:I:1", "id:I:1:free:L:1"), ":3", "5 fields where 6", "",
                     id="property-without-column"),
    ],
)  # fmt: skip
def test_bad_files_are_refused(
    tmp_path: Path, edit: Edit, where: str, problem: str, remedy: str
) -> None:
    with pytest.raises(FormatError) as caught:
        read_extxyz(written(tmp_path, edit(GOOD)))
    assert f"bad.xyz{where}: " in str(caught.value)
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


def test_odd_logicals_are_text(tmp_path: Path) -> None:
    content = GOOD.replace("id:I:1", "id:I:1:free:L:1").splitlines()
    rows = [f"{line} T" if line[0] in "AB" else line for line in content]
    read = read_extxyz(written(tmp_path, "\n".join(rows) + "\n"))
    assert read[0].extra["free"].all()
    rows[3] = rows[3][:-1] + "maybe"
    read = read_extxyz(written(tmp_path, "\n".join(rows) + "\n"))
    assert "maybe" in read[0].extra["free"]


@pytest.mark.parametrize(
    ("lattice", "expected"),
    [
        ('Lattice="10 0 0 0 8 0 0 0 9"', [10, 8, 9]),
        ("Lattice={10 0 0 0 8 0 0 0 9}", [10, 8, 9]),
        ("Lattice=[10,0,0,0,8,0,0,0,9]", [10, 8, 9]),
        (' "Lattice" = "10 0 0 0 8 0 0 0 9" ', [10, 8, 9]),
        ('note="a \\"quoted\\" = word" Lattice="10 0 0 0 8 0 0 0 9"', [10, 8, 9]),
    ],
)
def test_every_way_to_quote_is_read(tmp_path: Path, lattice: str, expected: list[float]) -> None:
    first, _ = read_extxyz(written(tmp_path, GOOD.replace(LATTICE, lattice)))
    np.testing.assert_array_equal(np.diag(first.cell), expected)


def test_without_pbc_all_vectors_are_periods(tmp_path: Path) -> None:
    first, _ = read_extxyz(written(tmp_path, GOOD.replace('pbc="T T F"', "")))
    assert first.periodic == (True, True, True)


def test_order_can_stand_for_ids(tmp_path: Path) -> None:
    content = GOOD.replace("A 2 2 2 2", "A 2 2 2 1")
    content = content.replace("A 1 1 1.5 1\nA 2 2 2.5 2\nB 3 3 3.125 3",
                              "A 1 1 1.5 1\nB 3 3 3.125 3\nA 2 2 2.5 1")  # fmt: skip
    with pytest.raises(FormatError, match="is already on line"):
        read_extxyz(written(tmp_path, content))
    first, _ = read_extxyz(written(tmp_path, content), ids="order")
    np.testing.assert_array_equal(first.ids, [1, 2, 3])
    assert "id" not in first.extra
    shuffled = GOOD.replace("A 1 1 1.5 1\nA 2 2 2.5 2", "A 2 2 2.5 2\nA 1 1 1.5 1")
    with pytest.raises(FormatError, match=r"`ids: order` contradicts the column of ids"):
        read_extxyz(written(tmp_path, shuffled), ids="order")


def test_what_the_format_cannot_hold_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no image flags"):
        write_extxyz(tmp_path / "f.xyz", random_frames(2, images=True))
    assert not (tmp_path / "f.xyz").exists()


def test_ase_reads_and_writes_the_same(tmp_path: Path) -> None:
    from ase.io import read, write

    frames = random_frames(5, n=40, shape="general", labels=("Cu", "Zr"))
    write_extxyz(tmp_path / "ours.xyz", [replace(f, origin=np.zeros(3)) for f in frames])
    theirs = read(tmp_path / "ours.xyz", index=":", format="extxyz")
    write(tmp_path / "theirs.xyz", theirs, format="extxyz")  # fixed width, repeated spaces
    for path, tolerance in (("ours.xyz", 1e-12), ("theirs.xyz", 1e-8)):
        for a, b in zip(read_extxyz(tmp_path / path), theirs, strict=True):
            order = np.argsort(b.arrays["id"])
            np.testing.assert_allclose(a.cell, b.cell[:], atol=1e-12)
            np.testing.assert_allclose(a.positions, b.positions[order], atol=tolerance)
            symbols = np.array(a.labels)[a.species]
            np.testing.assert_array_equal(symbols, np.array(b.symbols)[order])
            assert a.periodic == tuple(b.pbc)


def test_ovito_reads_the_same(tmp_path: Path) -> None:
    from ovito.io import import_file

    write_extxyz(tmp_path / "f.xyz", random_frames(6, n=40, shape="general", labels=("A", "B")))
    ours = read_extxyz(tmp_path / "f.xyz")
    pipeline = import_file(tmp_path / "f.xyz")
    for k, a in enumerate(ours):
        b = pipeline.compute(k)
        order = np.argsort(b.particles["Particle Identifier"][...])
        np.testing.assert_allclose(a.cell, b.cell[:, :3].T, atol=1e-12)
        np.testing.assert_allclose(a.origin, b.cell[:, 3], atol=1e-12)
        absolute = b.particles["Position"][...][order]
        np.testing.assert_allclose(a.positions + a.origin, absolute, atol=1e-12)
