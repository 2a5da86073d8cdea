"""Fields as a long table in a CSV file: a line for every grid point, in any order of lines."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mechanist.formats.array_files import missing
from mechanist.formats.errors import FormatError
from mechanist.typing import FloatArray, IntArray

#: Relative distance below which two coordinates are one grid point: rounding of printed numbers.
SAME_POINT = 1e-6


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
        Line in the file of each, counted from 1.
    """

    path: Path
    columns: dict[str, FloatArray]
    lines: IntArray

    def part(self, rows: IntArray) -> "LongTable":
        """Return some of the lines."""
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
                f"the grid point of line {first} is given again",
                remedy="Keep one line a grid point; give trajectories a column of their own.",
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


def read_long_table(path: Path, names: Sequence[str]) -> LongTable:
    """Read columns of a CSV file with one line of column names; lines that begin with # are comments.

    Parameters
    ----------
    path : Path
        The file.
    names : sequence of str
        Columns to read.

    Raises
    ------
    FormatError
        If a column is missing, a line has too few values, or a value is not a finite number; with
        the line and the column.
    """
    rows: list[list[float]] = []
    lines: list[int] = []
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, skipinitialspace=True)
        header: list[str] | None = None
        places: list[int] = []
        for words in reader:
            if not words or words[0].startswith("#"):
                continue
            if header is None:
                header = [word.strip() for word in words]
                places = _places(path, names, header)
                continue
            rows.append(_numbers(path, reader.line_num, names, places, words))
            lines.append(reader.line_num)
    if not rows:
        raise FormatError(path, "no lines of data", remedy="Write column names, then numbers.")
    table = np.array(rows)
    columns = {name: table[:, i].copy() for i, name in enumerate(names)}
    return LongTable(path, columns, np.array(lines, dtype=np.int64))


def _places(path: Path, names: Sequence[str], header: list[str]) -> list[int]:
    for name in names:
        if name not in header:
            raise missing(path, name, dict.fromkeys(header, ()))
    return [header.index(name) for name in names]


def _numbers(
    path: Path, line: int, names: Sequence[str], places: Sequence[int], words: Sequence[str]
) -> list[float]:
    values = []
    for name, place in zip(names, places, strict=True):
        word = words[place] if place < len(words) else ""
        try:
            value = float(word)
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            raise FormatError(
                path,
                f"value is {word!r}, expected a finite number",
                remedy="Fill or cut out missing values; write complex numbers as two columns.",
                line=line,
                column=name,
            )
        values.append(value)
    return values


def _grid(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the distinct coordinates in order and the index of each value among them."""
    points = np.unique(values)
    close = SAME_POINT * max(float(np.ptp(points)), 1e-300) / max(len(points), 1)
    starts = np.flatnonzero(np.diff(points, prepend=-np.inf) > close)
    grid = points[starts]
    index = np.searchsorted(grid, values + close, side="right") - 1
    return grid, index.astype(np.int64)
