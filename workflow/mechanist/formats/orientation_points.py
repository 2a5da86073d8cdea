"""Points of an orientation map as a text file states them, and what both formats have in common."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.text import TextFile
from mechanist.formats.text_columns import Column, parse_reals, parse_rows

#: Phase of points at which no orientation was found. Files may count phases from 0.
NOT_INDEXED: Final = -1
#: Lattices by the number of the Laue group in ``.ang`` files.
TSL_LATTICES: Final = {
    "43": "cubic", "23": "cubic", "62": "hexagonal", "6": "hexagonal", "32": "trigonal",
    "3": "trigonal", "42": "tetragonal", "4": "tetragonal", "22": "orthorhombic",
    "20": "monoclinic", "2": "monoclinic", "1": "triclinic",
}  # fmt: skip
#: Lattices by the number of the Laue group in ``.ctf`` files.
LAUE_LATTICES: Final = {
    "11": "cubic", "10": "cubic", "9": "hexagonal", "8": "hexagonal", "7": "trigonal",
    "6": "trigonal", "5": "tetragonal", "4": "tetragonal", "3": "orthorhombic",
    "2": "monoclinic", "1": "triclinic",
}  # fmt: skip
OTHER: Final = "other"
#: Largest number that a phase may have.
MOST_PHASES: Final = 1_000_000
#: Largest distance of a point from the origin, in steps.
FARTHEST: Final = 1e9
EXPORT: Final = "Export the map again from the microscope's software, without editing it."
_DECIMAL_COMMA: Final = re.compile(rb"(?<=\d),(?=\d)")
_TWO_COMMAS: Final = re.compile(rb"\d,\d*,")


class Points(NamedTuple):
    """Points of a map as in the file.

    ``euler`` of shape (n, 3) is in the file's unit; ``places`` of shape (n, 2) and ``steps`` of shape
    (2,) are in micrometres; ``phases`` of shape (n,) is ``NOT_INDEXED`` where a point has no
    orientation; ``names`` gives name and lattice of each phase; ``hexagonal`` is what the header says
    of the grid; ``notes`` are sentences on what was converted.
    """

    euler: FloatArray
    places: FloatArray
    phases: IntArray
    names: dict[int, tuple[str, str]]
    steps: FloatArray
    hexagonal: bool
    notes: tuple[str, ...] = ()


def last_line(text: TextFile) -> int:
    """Return the number of the last line that is not blank."""
    number = len(text)
    while number > 1 and not text.line(number):
        number -= 1
    return number


def with_points(text: TextFile, first: int) -> tuple[TextFile, tuple[str, ...]]:
    """Return the file with decimal points in the rows from line ``first`` on, and a note if so.

    Commas are converted only if no row has a point, and each comma stands within one number.
    """
    rows = text.block(first, len(text) - first + 1)
    if b"," not in rows or b"." in rows or _TWO_COMMAS.search(rows):
        return text, ()
    head = text.block(1, first - 1) if first > 1 else b""
    changed = replace(text, data=head + _DECIMAL_COMMA.sub(b".", rows))
    return changed, ("decimal commas were read as decimal points",)


def without_comments(text: TextFile, first: int) -> tuple[TextFile, tuple[str, ...]]:
    """Return the file without comment lines (``#``) among the points from line ``first`` on, and a note."""
    if b"#" not in text.block(first, len(text) - first + 1):
        return text, ()
    comments = [k for k in range(first, len(text) + 1) if text.line(k).startswith("#")]
    if not comments:
        return text, ()
    said = f"{len(comments)} comment lines among the points are passed over, the first on line {comments[0]}"
    return text.without(comments), (said,)


def columns_by_name(
    text: TextFile,
    first: int,
    count: int,
    titles: list[str],
    *,
    used: Collection[str],
    announced: int,
) -> Mapping[str, NDArray[np.float64]]:
    """Return the columns of ``count`` rows that are used, which hold numbers, by title."""
    columns = [Column(title, "real", used=title in used) for title in titles]
    rows = parse_rows(text, first, count, columns, announced=announced)
    return {c.name: row.astype(float) for c, row in zip(columns, rows, strict=True) if c.used}


def whole_phases(text: TextFile, first: int, numbers: FloatArray) -> IntArray:
    """Return the column of phases as integers.

    Raises
    ------
    FormatError
        If a number is not whole.
    """
    broken = np.flatnonzero((numbers != np.round(numbers)) | (np.abs(numbers) > MOST_PHASES))
    if len(broken):
        row = int(broken[0])
        problem = f"phase is {numbers[row]:g}, expected a whole number"
        raise text.error(problem, remedy=EXPORT, line=first + row, column="phase")
    return numbers.astype(np.int64)


def check_places(text: TextFile, first: int, places: FloatArray, steps: FloatArray) -> None:
    """Raise an error if a point is farther away than any map reaches."""
    far = np.flatnonzero(np.abs(places).max(axis=1) > FARTHEST * steps.min())
    if len(far):
        row = int(far[0])
        problem = f"the point is at {places[row].tolist()}, with steps of {steps.tolist()}"
        raise text.error(problem, remedy=EXPORT, line=first + row, column="x, y")


def check_declared(
    text: TextFile, line: int, phases: IntArray, names: Mapping[int, tuple[str, str]]
) -> None:
    """Raise an error if points are of phases that the header does not declare."""
    unknown = sorted(set(np.unique(phases).tolist()) - {NOT_INDEXED, *names})
    if unknown:
        problem = f"points are of phases {unknown}, the header declares {sorted(names)}"
        raise text.error(problem, remedy=EXPORT, line=line)


def read_steps(text: TextFile, line: int, tokens: list[str], what: str) -> FloatArray:
    """Return the distances between points along x and y that the header states.

    Raises
    ------
    FormatError
        If they are not positive numbers.
    """
    steps = parse_reals(text, line, [token.replace(",", ".") for token in tokens], what)
    if not (steps > 0).all():
        problem = f"steps are {steps.tolist()}, expected positive lengths"
        raise text.error(
            problem, remedy="A line scan is not a map: export an area. If the header is wrong, state"
            " the true distance of points as step.", line=line,
        )  # fmt: skip
    return steps
