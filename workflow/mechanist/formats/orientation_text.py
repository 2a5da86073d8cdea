"""Parse ``.ang`` and ``.ctf`` orientation maps: headers, phases, and one line per point."""

import re
from typing import Final, NamedTuple

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.text import TextFile
from mechanist.formats.text_columns import Column, parse_reals, parse_rows

#: Lattices by the number of the Laue group in each format.
TSL_LATTICES: Final = {"43": "cubic", "23": "cubic", "62": "hexagonal", "6": "hexagonal"}
LAUE_LATTICES: Final = {"11": "cubic", "10": "cubic", "9": "hexagonal", "8": "hexagonal"}
OTHER: Final = "other"
#: Columns of an ``.ang`` file that are read; more may follow.
ANG_COLUMNS: Final = ("phi1", "Phi", "phi2", "x", "y", "IQ", "CI", "Phase")
CTF_COLUMNS: Final = ("Phase", "X", "Y", "Euler1", "Euler2", "Euler3")
_CTF_TITLE: Final = "Channel Text File"
#: EDAX writes two full turns where it found no orientation.
_NO_ANGLE: Final = 4 * np.pi
_ROUNDING: Final = 1e-2
_HEADER: Final = re.compile(r"#\s*([A-Za-z_]+)\s*:?\s+(.+)")
_EXPORT: Final = "Export the map again from the microscope's software, without editing it."


class Points(NamedTuple):
    """Points of a map as in the file.

    ``euler`` of shape (n, 3) is in the file's unit; ``places`` of shape (n, 2) and ``steps`` of shape
    (2,) are in micrometres; ``phases`` of shape (n,) is 0 where a point was not indexed; ``names``
    gives name and lattice of each phase.
    """

    euler: FloatArray
    places: FloatArray
    phases: IntArray
    names: dict[int, tuple[str, str]]
    steps: FloatArray
    hexagonal: bool


def read_ang(text: TextFile, *, confidence: float | None = None) -> Points:
    """Return the points of an ``.ang`` file.

    Raises
    ------
    FormatError
        If the header lacks the grid, its steps or phases, or a row is damaged.
    """
    header, names, first = _ang_header(text)
    for needed in ("GRID", "XSTEP", "YSTEP"):
        if needed not in header:
            raise text.error(f"no '# {needed}:' before the points", remedy=_EXPORT, line=first)
    width = len(text.line(first).split())
    if width < len(ANG_COLUMNS):
        problem = f"{width} columns, expected at least {len(ANG_COLUMNS)}: {' '.join(ANG_COLUMNS)}"
        raise text.error(problem, remedy=_EXPORT, line=first)
    titles = [*ANG_COLUMNS, *(f"column {k + 1}" for k in range(len(ANG_COLUMNS), width))]
    columns = [Column(title, "real") for title in titles]
    rows = parse_rows(text, first, len(text) - first + 1, columns, announced=first)
    euler, ci, phases = np.column_stack(rows[:3]), rows[6], rows[7].astype(np.int64)
    if len(names) == 1 and not phases.any():
        phases = np.full_like(phases, next(iter(names)))  # EDAX numbers a single phase 0
    lost = (np.abs(euler - _NO_ANGLE) < _ROUNDING).all(axis=1)
    lost |= ci < (0.0 if confidence is None else max(confidence, 0.0))
    phases = np.where(lost, 0, phases)
    _check_phases(text, first, phases, names)
    steps = parse_reals(text, first, [header["XSTEP"], header["YSTEP"]], "XSTEP, YSTEP")
    hexagonal = header["GRID"].lower().startswith("hex")
    return Points(
        euler, np.column_stack(rows[3:5]), phases, names, _positive(text, steps), hexagonal
    )


def _ang_header(text: TextFile) -> tuple[dict[str, str], dict[int, tuple[str, str]], int]:
    """Return header entries, phases, and the line of the first point."""
    header: dict[str, str] = {}
    names: dict[int, tuple[str, str]] = {}
    phase = 0
    for number in range(1, len(text) + 1):
        line = text.line(number)
        if line and not line.startswith("#"):
            if not names:
                raise text.error("no '# Phase' before the points", remedy=_EXPORT, line=number)
            return header, names, number
        match = _HEADER.match(line)
        if match is None:
            continue
        key, value = match.group(1), match.group(2).strip()
        if key == "Phase":
            phase = int(value) if value.isdigit() else 0
            names[phase] = (f"phase {value}", OTHER)
        elif key == "MaterialName" and phase:
            names[phase] = (value, names[phase][1])
        elif key == "Symmetry" and phase:
            names[phase] = (names[phase][0], TSL_LATTICES.get(value, OTHER))
        else:
            header[key] = value
    raise text.error("the file ends before the first point", remedy=_EXPORT, line=len(text))


def read_ctf(text: TextFile) -> Points:
    """Return the points of a ``.ctf`` file.

    Raises
    ------
    FormatError
        If the header is not that of the format, the number of points differs from its cells, or a
        row is damaged.
    """
    if text.line(1) != _CTF_TITLE:
        problem = f"the first line is {text.line(1)[:40]!r}, expected {_CTF_TITLE!r}"
        raise text.error(problem, remedy=_EXPORT, line=1)
    header, names, at = _ctf_header(text)
    titles = text.line(at).split()
    missing = [title for title in CTF_COLUMNS if title not in titles]
    if missing:
        raise text.error(f"columns {missing} are missing", remedy=_EXPORT, line=at)
    sizes = [header.get(key, "") for key in ("XCells", "YCells")]
    if not all(size.isdigit() and int(size) for size in sizes):
        raise text.error(f"XCells, YCells are {sizes}, expected whole numbers", remedy=_EXPORT)
    count = int(sizes[0]) * int(sizes[1])
    columns = [Column(title, "real") for title in titles]
    rows = parse_rows(text, at + 1, count, columns, announced=at)
    if len(text) > at + count:
        problem = f"more than {' x '.join(sizes)} points"
        raise text.error(problem, remedy=_EXPORT, line=at + count + 1)
    phase, x, y, *euler = (rows[titles.index(title)] for title in CTF_COLUMNS)
    phases = phase.astype(np.int64)
    _check_phases(text, at, phases, names)
    given = [header.get(key, "?") for key in ("XStep", "YStep")]
    steps = _positive(text, parse_reals(text, at, given, "XStep, YStep"))
    return Points(np.column_stack(euler), np.column_stack([x, y]), phases, names, steps, False)


def _ctf_header(text: TextFile) -> tuple[dict[str, str], dict[int, tuple[str, str]], int]:
    """Return header entries, phases, and the line of the column titles."""
    header: dict[str, str] = {}
    for number in range(2, len(text) + 1):
        key, _, value = text.line(number).partition("\t")
        if key == "Phases":
            count = int(value) if value.strip().isdigit() else 0
            names = {}
            for k in range(count):
                fields = text.line(number + 1 + k).split("\t")
                if len(fields) < 4:
                    problem = f"{len(fields)} fields, expected lengths, angles, name, Laue group"
                    raise text.error(problem, remedy=_EXPORT, line=number + 1 + k)
                names[k + 1] = (fields[2], LAUE_LATTICES.get(fields[3].strip(), OTHER))
            return header, names, number + count + 1
        header[key] = value.strip()
    raise text.error("no 'Phases' before the points", remedy=_EXPORT, line=len(text))


def _positive(text: TextFile, steps: FloatArray) -> FloatArray:
    if not (steps > 0).all():
        problem = f"steps are {steps.tolist()}, expected positive lengths"
        raise text.error(problem, remedy="A line scan is not a map: export an area.")
    return steps


def _check_phases(
    text: TextFile, line: int, phases: IntArray, names: dict[int, tuple[str, str]]
) -> None:
    unknown = sorted(set(np.unique(phases).tolist()) - {0, *names})
    if unknown:
        problem = f"points are of phases {unknown}, the header declares {sorted(names)}"
        raise text.error(problem, remedy=_EXPORT, line=line)
