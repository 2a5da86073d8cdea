"""Read ``.ctf`` maps, the channel text files of Oxford's HKL software and of programs that follow it.

A point without an orientation has phase 0; phases are numbered from 1 in the order of the header.
"""

import re
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.orientation_points import (
    EXPORT,
    LAUE_LATTICES,
    NOT_INDEXED,
    OTHER,
    Points,
    check_declared,
    check_places,
    columns_by_name,
    last_line,
    read_steps,
    whole_phases,
    with_points,
)
from mechanist.formats.text import TextFile

#: Columns that are read; others may stand anywhere.
COLUMNS: Final = ("Phase", "X", "Y", "Euler1", "Euler2", "Euler3")
_TITLE: Final = "Channel Text File"
#: Lengths, angles, name, Laue group and space group of a phase whose tabs were lost.
_PHASE: Final = re.compile(r"(\S+)\s+(\S+)\s+(.+?)\s+(\d+)\s+(\d+)(?:\s.*)?")


def read_ctf(text: TextFile, *, steps: FloatArray | None = None) -> Points:
    """Return the points of a ``.ctf`` file.

    Parameters
    ----------
    text : TextFile
        The file.
    steps : ndarray of shape (2,), optional
        Distances between points, instead of those in the header.

    Raises
    ------
    FormatError
        If the header is not that of the format, the number of points differs from its cells, or a
        row is damaged.
    """
    if text.line(1) != _TITLE:
        problem = f"the first line is {text.line(1)[:40]!r}, expected {_TITLE!r}"
        raise text.error(problem, remedy=EXPORT, line=1)
    header, names, at = _header(text)
    titles = text.line(at).split()
    missing = [title for title in COLUMNS if titles.count(title) != 1]
    if missing:
        raise text.error(f"columns {missing} are missing, or there twice", remedy=EXPORT, line=at)
    sizes = [header.get(key, "") for key in ("XCells", "YCells")]
    if not all(size.isdecimal() and int(size) for size in sizes):
        mode = header.get("JobMode", "not stated")
        problem = f"XCells, YCells are {sizes}, expected whole numbers; JobMode is {mode!r}"
        raise text.error(problem, remedy="Export a map measured on a grid.")
    count = int(sizes[0]) * int(sizes[1])
    text, notes = with_points(text, at + 1)
    rows = columns_by_name(text, at + 1, count, titles, used=COLUMNS, announced=at)
    if last_line(text) > at + count:
        problem = f"more than {' x '.join(sizes)} points"
        raise text.error(problem, remedy=EXPORT, line=at + count + 1)
    numbers = whole_phases(text, at + 1, rows["Phase"])
    phases = np.where(numbers == 0, NOT_INDEXED, numbers)
    check_declared(text, at, phases, names)
    if steps is None:
        given = [header.get(key, "?") for key in ("XStep", "YStep")]
        steps = read_steps(text, at, given, "XStep, YStep")
    euler = np.column_stack([rows[f"Euler{k}"] for k in (1, 2, 3)])
    places = np.column_stack([rows["X"], rows["Y"]])
    check_places(text, at + 1, places, steps)
    return Points(euler, places, phases, names, steps, hexagonal=False, notes=notes)


def _header(text: TextFile) -> tuple[dict[str, str], dict[int, tuple[str, str]], int]:
    """Return header entries, phases, and the line of the column titles."""
    header: dict[str, str] = {}
    for number in range(2, len(text) + 1):
        key, _, value = text.line(number).replace("\t", " ").partition(" ")
        value = value.strip()
        if key == "Phases":
            if not value.isdecimal():
                problem = f"Phases is {value!r}, expected their number"
                raise text.error(problem, remedy=EXPORT, line=number)
            count = int(value)
            names = {k: _phase(text, number + k, k) for k in range(1, count + 1)}
            return header, names, number + count + 1
        header[key] = value
    raise text.error("no 'Phases' before the points", remedy=EXPORT, line=len(text))


def _phase(text: TextFile, line: int, number: int) -> tuple[str, str]:
    """Return name and lattice of a phase."""
    fields = text.line(line).split("\t")
    if len(fields) < 4 and (match := _PHASE.fullmatch(text.line(line))) is not None:
        fields = list(match.groups())
    if len(fields) < 4:
        problem = f"{len(fields)} fields, expected lengths, angles, name, Laue group"
        raise text.error(problem, remedy=EXPORT, line=line)
    name = fields[2].strip() or f"phase {number}"
    return name, LAUE_LATTICES.get(fields[3].strip(), OTHER)
