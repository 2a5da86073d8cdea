"""Read ``.ang`` maps, as EDAX's OIM, ASTAR, and programs that follow them write them.

Phases of points are counted from 1 if there are several, and a single phase is numbered 0; some
programs count several phases from 0 as well. A point without an orientation has angles of two full
turns, a negative confidence index, or a negative phase; with several phases its phase is 0.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.orientation_ang_header import Header, header_phases, read_header
from mechanist.formats.orientation_points import (
    EXPORT,
    Points,
    check_declared,
    check_places,
    columns_by_name,
    last_line,
    read_steps,
    whole_phases,
    with_points,
    without_comments,
)
from mechanist.formats.text import TextFile

#: Columns that are read, in the order in which all versions write them; more may follow.
COLUMNS: Final = ("phi1", "Phi", "phi2", "x", "y", "IQ", "CI", "Phase")
_USED: Final = tuple(name for name in COLUMNS if name != "IQ")
#: EDAX writes two full turns where it found no orientation.
NO_ANGLE: Final = 4 * np.pi
_ROUNDING: Final = 1e-2


def read_ang(
    text: TextFile,
    *,
    confidence: float | None = None,
    first_phase: int | None = None,
    steps: FloatArray | None = None,
) -> Points:
    """Return the points of an ``.ang`` file.

    Parameters
    ----------
    text : TextFile
        The file.
    confidence : float, optional
        Points below this confidence index count as not indexed.
    first_phase : int, optional
        Number, 0 or 1, of the header's first phase in the column of phases.
    steps : ndarray of shape (2,), optional
        Distances between points, instead of those in the header.

    Raises
    ------
    FormatError
        If the header lacks the grid, its steps or phases, a row is damaged, or it is not clear from
        which number phases are counted.
    """
    header = read_header(text)
    entries, first = header.entries, header.first
    for needed in ("GRID", "XSTEP", "YSTEP"):
        if needed not in entries and (steps is None or needed == "GRID"):
            raise text.error(
                f"no '# {needed}:' before the points",
                remedy=EXPORT if needed == "GRID" else "State the distance of points as step.",
                line=first,
            )
    text, passed = without_comments(text, first)
    text, notes = with_points(text, first)
    count = last_line(text) - first + 1
    text, titles = _even_rows(text, header, count)
    rows = columns_by_name(text, first, count, titles, used=_USED, announced=first)
    _check_whole(text, entries, rows["y"])
    euler = np.column_stack([rows["phi1"], rows["Phi"], rows["phi2"]])
    lost = (np.abs(euler - NO_ANGLE) < _ROUNDING).all(axis=1)
    lost |= rows["CI"] < (0.0 if confidence is None else max(confidence, 0.0))
    numbers = whole_phases(text, first, rows["Phase"])
    phases, said = header_phases(text, header, numbers, lost, first_phase)
    check_declared(text, first, phases, header.names)
    if steps is None:
        steps = read_steps(text, first, [entries["XSTEP"], entries["YSTEP"]], "XSTEP, YSTEP")
    places = np.column_stack([rows["x"], rows["y"]])
    check_places(text, first, places, steps)
    return Points(
        euler=euler,
        places=places,
        phases=phases,
        names=header.names,
        steps=steps,
        hexagonal=entries["GRID"].lower().startswith("hex"),
        notes=(*passed, *notes, *said),
    )


def _stated_titles(text: TextFile, header: Header) -> list[str]:
    """Return the titles that the header gives to the columns, none in versions before 7.

    Raises
    ------
    FormatError
        If a column that is read is not among them, or is there twice.
    """
    stated = header.entries.get("COLUMN_HEADERS", "").split(",")
    if len(stated) == 1:
        return []
    known = {name.lower(): name for name in COLUMNS}
    titles = [title.strip() for title in stated]
    titles = [known.get(title.lower().removesuffix(" index"), title) for title in titles]
    wrong = [name for name in COLUMNS if titles.count(name) != 1]
    if wrong:
        problem = f"COLUMN_HEADERS lacks columns {wrong}, or has them twice"
        raise text.error(problem, remedy=EXPORT, line=header.first)
    return titles


def _even_rows(text: TextFile, header: Header, count: int) -> tuple[TextFile, list[str]]:
    """Return the file with rows of equal length, and the titles of their columns.

    OIM leaves out the signals of further detectors where a point was not indexed: if only such
    rows are short, the columns that all rows have are kept.
    """
    first, titles = header.first, _stated_titles(text, header)
    lines = text.block(first, count).splitlines()
    widths = np.array([len(line.split()) for line in lines])
    full = len(titles) or int(widths.max())
    short = [lines[k].split() for k in np.flatnonzero(widths < full)]
    kept = int(widths.min())
    titles = titles or _titles(full)
    if not short or kept < len(COLUMNS) or not all(_is_lost(row, titles) for row in short):
        width = full if header.entries.get("COLUMN_HEADERS") else int(np.bincount(widths).argmax())
        if width < len(COLUMNS):
            problem = f"{width} columns, expected at least {len(COLUMNS)}: {' '.join(COLUMNS)}"
            raise text.error(problem, remedy=EXPORT, line=first)
        return text, titles if width == full else _titles(width)
    rows = b"".join(b" ".join(line.split()[:kept]) + b"\n" for line in lines)
    data = (text.block(1, first - 1) if first > 1 else b"") + rows
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    return replace(text, data=data, ends=ends), titles[:kept]


def _titles(width: int) -> list[str]:
    return [*COLUMNS, *(f"column {k + 1}" for k in range(len(COLUMNS), width))]


def _is_lost(row: list[bytes], titles: list[str]) -> bool:
    """Return whether the fields of a row say that its point has no orientation."""
    try:
        values = {title: float(field) for title, field in zip(titles, row, strict=False)}
    except ValueError:
        return False
    angles = np.array([values[name] for name in COLUMNS[:3]])
    return values["CI"] < 0 or bool((np.abs(angles - NO_ANGLE) < _ROUNDING).all())


def _check_whole(text: TextFile, entries: dict[str, str], y: FloatArray) -> None:
    """Refuse a file that ends before the last row of points that its header announces.

    The header of a map that was cut or coarsened may still state the former numbers of columns and
    rows: it is believed only if it is right about the first row.
    """
    sizes = [entries.get(key, "") for key in ("NCOLS_ODD", "NCOLS_EVEN", "NROWS")]
    if not all(size.isdecimal() for size in sizes):
        return
    odd, even, rows = (int(size) for size in sizes)
    announced = odd * ((rows + 1) // 2) + even * (rows // 2)
    if odd == int((y == y[0]).sum()) and len(y) < announced:
        raise text.cut_error(f"{len(y)} points, but the header states {announced}")
