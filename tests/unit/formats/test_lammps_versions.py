"""LAMMPS data files of all styles and LAMMPS-like dumps: what is not used is passed over."""

from pathlib import Path

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.lammps_atom_styles import HYBRID, STYLES, columns_of
from mechanist.formats.lammps_data import read_lammps_data
from mechanist.formats.lammps_dump import read_lammps_dump

PLACES = np.array([[1.0, 2, 3], [4, 5, 6.5]])
HEADER = (
    "title\n\n2 atoms\n2 atom types\n{more}0 10 xlo xhi\n0 10 ylo yhi\n0 10 zlo zhi\n\n{before}"
)
ATOMS = "Atoms # atomic\n\n1 1 1 2 3\n2 2 4 5 6.5\n"


def read(
    folder: Path, body: str, *, more: str = "", before: str = "", **options: str
) -> dict[str, object]:
    path = folder / "a.data"
    path.write_text(HEADER.format(more=more, before=before) + body)
    (frame,) = read_lammps_data(path, **options)  # type: ignore[arg-type]
    np.testing.assert_array_equal(frame.positions, PLACES)
    np.testing.assert_array_equal(np.array(frame.labels)[frame.species], ["1", "2"])
    return frame.extra  # type: ignore[return-value]


@pytest.mark.parametrize("images", ["", " 0 -1 2"])
@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_read(tmp_path: Path, style: str, stated: bool, images: str) -> None:
    """Rows are composed from the documented columns, with other numbers in all other columns."""
    rows = []
    for k, place in enumerate(PLACES):
        own = {"id": k + 1, "type": k + 1, "mol": 7, **dict(zip("xyz", place, strict=True))}
        names = [c.name for c in columns_of(style, 0)] + (
            ["dipole", "9.5"] if style == HYBRID else []
        )
        rows.append(" ".join(str(own.get(name, 90 + n)) for n, name in enumerate(names)) + images)
    hint = f" # {style}" if stated else ""
    body = f"Atoms{hint}\n\n" + "\n".join(rows) + "\n"
    if stated:
        extra = read(tmp_path, body)
    else:
        with pytest.raises(
            FormatError, match=r"section Atoms states style ''.*declare `atom_style`"
        ):
            read(tmp_path, body)
        extra = read(tmp_path, body, atom_style=style)
    if style in {"sphere", "bpm/sphere"}:
        np.testing.assert_array_equal(
            extra["diameter"], [92.0, 92.0] if style == "sphere" else [93.0, 93.0]
        )


def test_a_declared_style_must_not_contradict_the_file(tmp_path: Path) -> None:
    read(tmp_path, ATOMS, atom_style="atomic")
    read(tmp_path, ATOMS.replace("atomic", "atomic/kk"))
    with pytest.raises(
        FormatError, match=r"states style 'atomic', but `atom_style: full` is declared"
    ):
        read(tmp_path, ATOMS, atom_style="full")
    with pytest.raises(FormatError, match="5 fields where 7 are expected"):
        read(tmp_path, ATOMS.replace(" # atomic", ""), atom_style="full")


@pytest.mark.parametrize("comment", ["Atomic", "my atoms", "full-scale run", "id type x y z"])
def test_a_comment_behind_atoms_is_no_style(tmp_path: Path, comment: str) -> None:
    """The remedy that is offered must work."""
    body = ATOMS.replace("# atomic", f"# {comment}")
    with pytest.raises(FormatError, match=f"states style '{comment}'.*declare `atom_style`"):
        read(tmp_path, body)
    assert read(tmp_path, body, atom_style="atomic") == {}


@pytest.mark.parametrize("images", ["", " 0 -1 2"])
@pytest.mark.parametrize(
    ("parts", "rest", "diameter"),
    [
        ("sphere", "1.5 2.5", 1.5),
        ("sphere dipole", "1.5 2.5 0 7 8 9", 1.5),
        ("charge sphere", "0.1 1.5 2.5", 1.5),
        ("molecular sphere", "3 1.5 2.5", 1.5),
        ("full bpm/sphere", "3 0.1 1.5 2.5", 1.5),  # both parts have a molecule, written once
        ("sphere template mine", "1.5 2.5 3 1 1", None),  # no style of this name
        ("sphere", "1.5 2.5 3.5", None),  # not the columns of the part
        ("", "1.5 2.5", None),
    ],
)
def test_sizes_of_hybrid_styles_are_read_where_parts_are_stated(
    tmp_path: Path, parts: str, rest: str, diameter: float | None, images: str
) -> None:
    rows = [
        " ".join(map(str, (k + 1, k + 1, *place, rest))) + images for k, place in enumerate(PLACES)
    ]
    extra = read(tmp_path, f"Atoms # hybrid {parts}\n\n" + "\n".join(rows) + "\n")
    if diameter is None:
        assert "diameter" not in extra
    else:
        np.testing.assert_array_equal(extra["diameter"], [diameter] * 2)


SECTIONS = {
    "PairIJ Coeffs # lj/cut": "1 1 1 1\n1 2 1 1\n2 2 1 1\n",
    "BondBond Coeffs": "1 2.0 1.5 1.5\n",
    "EndBondTorsion Coeffs": "1 1 2 3 4 5 6 7 8 # class 2\n",
    "AngleAngle Coeffs": "1 1 1 1 1 1 1\n",
    "Atom Type Labels": "1 Cu\n2 Zr\n",
    "Ellipsoids": "1 1 1 1 1 0 0 0\n",
    "Bodies": "1 3 6\n1 2 3\n0.5 0.5 0.5\n",
    "CMAP": "1 1 2 3 4 5\n\n2 1 2 3 4 6\n",
    "Bonds": "1 1 1 2\n",
    "PiTorsions": "1 1 1 2 3 4 5 6\n",
    "d_flag": "1 0.5\n2 nan # of fix property/atom\n",
    "Grain Numbers": "1 7\n2 8\n",
}


@pytest.mark.parametrize("name", SECTIONS)
def test_other_sections_are_passed_over(tmp_path: Path, name: str) -> None:
    section = f"{name}\n\n{SECTIONS[name]}\n"
    read(tmp_path, ATOMS, before=section)
    read(tmp_path, f"{ATOMS}\n{section}")
    read(tmp_path, f"{ATOMS}\n{section}".rstrip())  # without a last newline


@pytest.mark.parametrize(
    "more",
    ["2 extra bond per atom\n", "1 extra special per atom\n5 extra improper per atom\n", "0 ellipsoids\n",
     "3 bonds\n1 bond types\n", "# a comment\n\n", "0 bodies\n0 lines # none\n0 triangles\n",
     "12 crossterms\n", "3 pitorsions\n1 pitorsion types\n2 bitorsions\n"],
)  # fmt: skip
def test_header_lines_of_lammps_are_accepted(tmp_path: Path, more: str) -> None:
    read(tmp_path, ATOMS, more=more)


@pytest.mark.parametrize("more", ["0.5 0 0 xy xz yx\n", "2 atom typs\n", "3 atomz\n"])
def test_damaged_header_lines_are_refused(tmp_path: Path, more: str) -> None:
    with pytest.raises(FormatError, match="expected numbers and one of atoms"):
        read(tmp_path, ATOMS, more=more)


@pytest.mark.parametrize(
    "stray",
    ["some words\n1 2\n\n", "some words\n\n", "d_flag\n\n1 0.5\nx\n\n", "Box\n\n0 0.5 0 xy xz yz\n\n",
     "d_flag\n\n-0.5 1\n\n"],
)  # fmt: skip
def test_stray_text_is_no_section(tmp_path: Path, stray: str) -> None:
    with pytest.raises(
        FormatError, match=r"nor a section that LAMMPS documents|a line of the header"
    ):
        read(tmp_path, ATOMS, before=stray)


def test_comments_in_rows_are_passed_over(tmp_path: Path) -> None:
    body = "Atoms # atomic\n\n1 1 1 2 3 # C CYT\n2 2 4 5 6.5   #no blank\n\nVelocities\n\n"
    extra = read(tmp_path, body + "2 1 2 3 # fast\n1 0 0 0\n")
    np.testing.assert_array_equal(extra["vx"], [0, 1])


@pytest.mark.parametrize("width", [3, 4, 6])
def test_velocities_may_have_more_columns(tmp_path: Path, width: int) -> None:
    rows = "".join(f"{k} {' '.join(str(10 * k + n) for n in range(width))}\n" for k in (2, 1))
    extra = read(tmp_path, f"{ATOMS}\nVelocities\n\n{rows}")
    np.testing.assert_array_equal([extra["vx"], extra["vz"]], [[10, 20], [12, 22]])
    with pytest.raises(FormatError, match="'Velocities'; its rows began on line"):
        read(tmp_path, f"{ATOMS}\nVelocities\n\n{rows}\nVelocities\n\n{rows}")


BOX = "0 10\n0 10\n0 10\n"
ROWS = "1 1 1 2 3\n2 2 4 5 6.5\n"


def dump(
    folder: Path, bounds: str, box: str, columns: str, rows: str, before: str = ""
) -> np.ndarray:
    path = folder / "a.dump"
    path.write_text(
        f"ITEM: TIMESTEP\n0\n{before}ITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS {bounds}\n{box}"
        f"ITEM: ATOMS {columns}\n{rows}"
    )
    (frame,) = read_lammps_dump(path)
    assert all(frame.periodic)
    np.testing.assert_array_equal(frame.positions, PLACES)
    return frame.cell


@pytest.mark.parametrize("bounds", ["abc origin", "abc origin pp pp pp"])
def test_general_triclinic_headers_with_and_without_boundaries(tmp_path: Path, bounds: str) -> None:
    box = "10 1 2 0\n0 11 3 0\n-1 0 12 0\n"
    cell = dump(tmp_path, bounds, box, "id type x y z", ROWS)
    np.testing.assert_array_equal(cell, [[10, 1, 2], [0, 11, 3], [-1, 0, 12]])


@pytest.mark.parametrize(
    "before",
    [
        "ITEM: LABEL\nparticles\n",
        "ITEM: UNITS\nlj\nITEM: LABEL\nAll\n",
        "ITEM: TIME\n0.5\n",
        "ITEM: SOMETHING NEW\n7\n",
    ],
)
def test_other_items_are_passed_over(tmp_path: Path, before: str) -> None:
    dump(tmp_path, "pp pp pp", BOX, "id type x y z", ROWS, before)


def test_damaged_items_are_refused(tmp_path: Path) -> None:
    for before in (
        "ITEM: TIMESTEP\n5\n",
        "ITEM: NUMBER OF ATOM\n5\n",
        "ITEM: ATOM\n1\n",
        "ITEM LABEL\n1\n",
    ):
        with pytest.raises(FormatError, match="each once per frame"):
            dump(tmp_path, "pp pp pp", BOX, "id type x y z", ROWS, before)


def test_columns_of_one_name_must_agree_where_they_are_used(tmp_path: Path) -> None:
    dump(
        tmp_path, "pp pp pp", BOX, "id type type x y z", "1 1 1 1 2 3\n2 2 2 4 5 6.5\n"
    )  # LIGGGHTS
    dump(tmp_path, "pp pp pp", BOX, "id type x y z f f", "1 1 1 2 3 7 8\n2 2 4 5 6.5 7 7\n")
    for columns, rows in (
        ("id type type x y z", "1 1 1 1 2 3\n2 2 1 4 5 6.5\n"),
        ("id id type x y z", "1 1 1 1 2 3\n2 1 2 4 5 6.5\n"),
        ("id type x x y z", "1 1 1 1 2 3\n2 2 4 3 5 6.5\n"),
        ("id type xs ys zs ys", "1 1 .1 .1 .2 .1\n2 2 .4 .3 .5 .6\n"),
        ("id type xsu ysu zsu zsu", "1 1 .1 .1 .2 .2\n2 2 .4 .3 .5 .6\n"),
    ):
        with pytest.raises(
            FormatError, match=r"a\.dump:11, column '.*': two columns have the same name"
        ):
            dump(tmp_path, "pp pp pp", BOX, columns, rows)
