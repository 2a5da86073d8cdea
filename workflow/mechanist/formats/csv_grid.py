"""Read fields from a CSV table with one line per grid point, in any order."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.csv_lines import lines_of, words_of

#: Relative distance below which coordinates, rounded in print, are the same grid point.
SAME_POINT: Final = 1e-6
#: Columns of a header that are listed, and from how many numbers on a table looks wide.
_LISTED: Final = 20
_FEW: Final = 3
#: Cells of a missing value, in columns that may have gaps.
_MISSING: Final = ("", "nan")
#: First line of tables that are meant for Excel.
_EXCEL: Final = "sep=,"
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, eq=False)
class LongTable:
    """Columns of a table.

    Parameters
    ----------
    path : Path
        The file.
    columns : dict of str to ndarray of shape (n_lines,)
        Numbers.
    lines : ndarray of shape (n_lines,), int64
        Line of each row in the file, counted from 1.
    """

    path: Path
    columns: dict[str, FloatArray]
    lines: IntArray

    def part(self, rows: IntArray) -> "LongTable":
        """Return the table of the given rows."""
        chosen = {name: values[rows] for name, values in self.columns.items()}
        return LongTable(self.path, chosen, self.lines[rows])

    def gridded(
        self, axes: Sequence[str], fields: Sequence[str]
    ) -> tuple[list[FloatArray], list[FloatArray]]:
        """Return the grids of the axis columns and the field columns on them.

        Raises
        ------
        FormatError
            If a grid point is missing or given twice.
        """
        grids, places = [], []
        for name in axes:
            grid, index = _grid(self.columns[name])
            grids.append(grid)
            places.append(index)
        shape = tuple(len(grid) for grid in grids)
        flat = np.ravel_multi_index(tuple(places), shape)
        order = np.argsort(flat, kind="stable")
        twice = np.flatnonzero(np.diff(flat[order]) == 0)
        if len(twice):
            first, second = self.lines[order[twice[0]]], self.lines[order[twice[0] + 1]]
            raise FormatError(
                self.path,
                f"the grid point of line {first} is repeated",
                remedy="Keep one line per grid point; give trajectories their own column.",
                line=int(second),
            )
        if len(flat) < np.prod(shape):
            gap = int(np.setdiff1d(np.arange(np.prod(shape)), flat)[0])
            at = np.unravel_index(gap, shape)
            point = ", ".join(f"{a} = {g[i]:g}" for a, g, i in zip(axes, grids, at, strict=True))
            raise FormatError(
                self.path,
                f"{len(flat)} lines, expected {np.prod(shape)} for a grid of {shape}; the first"
                f" missing point is {point}",
                remedy="Give every point of a uniform grid; interpolate scattered data first.",
            )
        values = [self.columns[name][order].reshape(shape) for name in fields]
        return grids, values


def read_long_table(
    path: Path, names: Sequence[str], *, gaps: Sequence[str] = (), separator: str = ","
) -> LongTable:
    """Read columns of a CSV file with one line of column names; lines starting with # are comments.

    Parameters
    ----------
    path : Path
        The file: commas between columns, decimal points, a newline after the last line.
    names : sequence of str
        Columns to read.
    gaps : sequence of str
        Those of them in which an empty cell or ``nan`` is a missing value, returned as NaN.
    separator : str
        What stands between cells; a space stands for any white space.

    Raises
    ------
    FormatError
        If the file is cut short or no text, a column is missing or occurs twice, a line has
        too few or too many values, or a value is not a finite number. The message names the line
        and, for a value, the column.
    """
    rows: list[list[float]] = []
    lines: list[int] = []
    header: list[str] = []
    for number, line in enumerate(lines_of(path), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        words = words_of(path, number, line, header, separator)
        if not header and line.strip().strip('"').lower() == _EXCEL:
            continue
        if not header:
            header = [word.strip() for word in words]
            places = _places(path, names, header, number)
            continue
        if len(words) != len(header):
            raise FormatError(
                path,
                f"{len(words)} values, expected {len(header)} ({', '.join(header)})",
                remedy="Write decimal points and no thousands separators; fill in missing values.",
                line=number,
            )
        rows.append(_numbers(path, number, names, places, words, gaps))
        lines.append(number)
    if not rows:
        raise FormatError(path, "no lines of data", remedy="Write column names, then numbers.")
    table = np.array(rows)
    columns = {name: table[:, i].copy() for i, name in enumerate(names)}
    return LongTable(path, columns, np.array(lines, dtype=np.int64))


def _places(path: Path, names: Sequence[str], header: list[str], line: int) -> list[int]:
    if len(header) == 1 and len(re.split(r"[;\s|]+", header[0])) > 1:
        remedy = "Separate columns by commas, and write decimal points."
        raise FormatError(path, f"one column {header[0]!r}", remedy=remedy, line=line)
    if all(_NUMBER.fullmatch(name) for name in header):
        problem = (
            f"the first line holds numbers, {', '.join(header)[:60]}, expected names of columns"
        )
        raise FormatError(path, problem, remedy="Write a line of names first.", line=line)
    repeated = [name for name in header if header.count(name) > 1]
    if repeated:
        remedy = "Give each column its own name."
        problem = "two columns have the same name"
        raise FormatError(path, problem, remedy=remedy, line=line, column=repeated[0])
    for name in names:
        if name not in header:
            raise _absent(path, name, header, line)
    return [header.index(name) for name in names]


def _absent(path: Path, name: str, header: list[str], line: int) -> FormatError:
    """Return the error for a missing column, which in a wide table is spread over the header."""
    if len(header) > _FEW and all(_NUMBER.fullmatch(one) for one in header[1:]):
        return FormatError(
            path,
            f"no column {name!r}; the columns are named by numbers, from {header[1]} to {header[-1]}",
            remedy="The table looks wide, with one column for each value of an axis: write one line"
            " for each grid point, and a column for each axis and field.",
            line=line,
        )
    cases = {one.lower(): one for one in header}
    close = difflib.get_close_matches(name.lower(), cases, n=1)
    hint = f"Did you mean {cases[close[0]]!r}? " if close else ""
    shown = ", ".join(header[:_LISTED])
    more = f" and {len(header) - _LISTED} more" if len(header) > _LISTED else ""
    return FormatError(
        path, f"no column {name!r}", remedy=f"{hint}Columns of the file: {shown}{more}.", line=line
    )


def _numbers(
    path: Path,
    line: int,
    names: Sequence[str],
    places: Sequence[int],
    words: Sequence[str],
    gaps: Sequence[str],
) -> list[float]:
    values = []
    for name, place in zip(names, places, strict=True):
        word = words[place].strip()
        if name in gaps and word.casefold() in _MISSING:
            values.append(np.nan)
            continue
        if not (_NUMBER.fullmatch(word) and np.isfinite(float(word))):
            raise FormatError(
                path,
                f"value is {word!r}, expected a finite number",
                remedy="Fill or cut out missing values; write decimal points, and complex numbers"
                " as two columns.",
                line=line,
                column=name,
            )
        values.append(float(word))
    return values


def _grid(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the distinct coordinates in order and the index of each value among them."""
    points = np.unique(values)
    close = SAME_POINT * max(float(np.ptp(points)), 1e-300) / max(len(points), 1)
    starts = np.flatnonzero(np.diff(points, prepend=-np.inf) > close)
    grid = points[starts]
    index = np.searchsorted(grid, values + close, side="right") - 1
    return grid, index.astype(np.int64)
