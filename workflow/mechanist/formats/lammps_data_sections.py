"""Sections of LAMMPS data files that are passed over: https://docs.lammps.org/read_data.html.

Names that LAMMPS documents are passed over, and names that users choose (``fix property/atom``) if
only rows that begin with an id follow. Any other stray line of text would look like a section too,
and take the header lines after it along.
"""

from typing import Final

from mechanist.formats.lammps_data_header import BOX, CHECK, COUNTS, MEMBERS
from mechanist.formats.text import TextFile

_KINDS: Final = tuple(name.capitalize() for name in MEMBERS)
_LABELS: Final = tuple(f"{kind} Type Labels" for kind in _KINDS)
_COEFFICIENTS: Final = (
    "Pair", "PairIJ", *_KINDS[1:], "BondBond", "BondAngle", "MiddleBondTorsion", "EndBondTorsion",
    "AngleTorsion", "AngleAngleTorsion", "BondBond13", "AngleAngle", "UreyBradley", "PiTorsion",
)  # fmt: skip
#: Names of sections that are passed over.
PASSED_OVER: Final = frozenset({
    "Masses", "Ellipsoids", "Lines", "Triangles", "Bodies", "CMAP", "Tinker Types", "BiTorsions",
    "PiTorsions",
    *(f"{kind}s" for kind in _KINDS[1:]), *_LABELS, *(f"{kind} Coeffs" for kind in _COEFFICIENTS),
})  # fmt: skip
_HEADER: Final = tuple(f" {name}".encode() for name in (*COUNTS, *BOX))


def _states(row: bytes) -> bool:
    """Return whether a row ends with a keyword of the header."""
    return b" ".join(row.split()).endswith(_HEADER)


def _holds_ids(rows: TextFile, line: int) -> bool:
    """Return whether a blank line, and then only rows that begin with a whole number, follow."""
    if line < len(rows) and rows.block(line + 1, 1).strip():
        return False
    ids = 0
    for number in range(line + 2, len(rows) + 1):
        words = rows.block(number, 1).split()
        if words and words[0][:1].isalpha():
            break
        if words and not words[0].isdigit():
            return False
        ids += bool(words)
    return ids > 0


def line_after(rows: TextFile, line: int, name: str) -> int:
    """Return the line of the section after the one whose name stands at ``line``.

    Parameters
    ----------
    rows : TextFile
        The file without comments.
    line : int
        Line of the name.
    name : str
        Name, with single spaces.

    Raises
    ------
    FormatError
        If this is no section, or a line of the header is among its rows.
    """
    if name not in PASSED_OVER and not _holds_ids(rows, line):
        raise rows.error(
            f"{name[:60]!r} is neither a line of the header nor a section that LAMMPS documents",
            remedy="Correct the line if it is damaged. If it is a section of your own, leave it out:"
            " nothing of it is used, and it lacks a blank line or an id in each row.",
            line=line,
        )
    begun = line
    line += 1
    while line <= len(rows) and not (row := rows.block(line, 1).strip())[:1].isalpha():
        if row[-1:].isalpha() and name not in _LABELS and _states(row):
            raise rows.error(
                f"{rows.line(line)[:60]!r}, a line of the header, after section {name!r} began on"
                f" line {begun}",
                remedy=f"Move the line before the sections. {CHECK}",
                line=line,
            )
        line += 1
    return line
