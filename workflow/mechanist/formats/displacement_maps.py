"""Read maps of displacements on a regular grid, as digital image correlation writes them: x, y, u, v.

A file holds one frame, or several that a column tells apart. A point at which the correlation failed is
marked by an empty cell or ``nan`` in ``u`` or ``v``, by a column of quality, or is left out of the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.csv_grid import LongTable, read_long_table

#: Columns of every table, by the name that an entry gives them.
NEEDED: Final = ("x", "y", "u", "v")
#: Largest distance of a point from its place on the grid, in spacings: coordinates are rounded in print.
OFF_GRID: Final = 0.02
#: Least number of points along either axis.
FEWEST: Final = 5
#: Least part of the points of a grid that a frame holds.
FILLED: Final = 0.5
_UNIFORM: Final = "Export the points of a uniform grid of the reference picture, or interpolate the displacements onto one."


@dataclass(frozen=True)
class Quality:
    """The column that says how well each point was correlated.

    Parameters
    ----------
    column : str
        Its name in the file.
    least, most : float, optional
        Points below the first, or above the second, failed; one of them is stated.
    """

    column: str
    least: float | None = None
    most: float | None = None

    def passed(self, values: FloatArray) -> BoolArray:
        """Return which points did not fail, shape (n,); without a value they did."""
        good = np.isfinite(values)
        good &= values >= (-np.inf if self.least is None else self.least)
        return np.asarray(good & (values <= (np.inf if self.most is None else self.most)))


@dataclass(frozen=True, eq=False)
class DisplacementMaps:
    """Displacements of one sample from one reference state.

    Parameters
    ----------
    x, y : ndarray of shape (nx,) and (ny,)
        Places of the grid in the reference state.
    displacement : ndarray of shape (frames, nx, ny, 2)
        Displacement along x and y, NaN where the correlation failed.
    times : ndarray of shape (frames,)
        Value of the column of frames; numbers from 1 without one.
    origins : tuple of (Path, int)
        File of each frame, and the line of its first point.
    """

    x: FloatArray
    y: FloatArray
    displacement: FloatArray
    times: FloatArray
    origins: tuple[tuple[Path, int], ...] = field(default=())

    @property
    def failed(self) -> BoolArray:
        """Points at which the correlation failed, shape (frames, nx, ny)."""
        return np.asarray(np.isnan(self.displacement).any(axis=-1))

    @property
    def spacings(self) -> tuple[float, float]:
        """Distances between neighbouring points along x and y."""
        return float(self.x[1] - self.x[0]), float(self.y[1] - self.y[0])


def read_displacements(
    paths: Sequence[Path],
    *,
    columns: Mapping[str, str] | None = None,
    quality: Quality | None = None,
    separator: str = ",",
) -> DisplacementMaps:
    """Return the maps of some files, in their order.

    Parameters
    ----------
    paths : sequence of Path
        Text with one line of column names; see :func:`mechanist.formats.csv_grid.read_long_table`.
    columns : mapping of str to str, optional
        Names in the file of ``x``, ``y``, ``u``, ``v``, by default the same, and of ``frame``, whose values
        tell several frames of a file apart.
    quality : Quality, optional
        Column and threshold of points that failed.
    separator : str
        What stands between the cells: a comma, a semicolon, a tab, or a space for any white space.

    Raises
    ------
    FormatError
        If a table is damaged or lacks a column, the points of a frame are no uniform grid or one is there
        twice, frames differ in their grids or repeat, all points of a frame failed, or a displacement is
        larger than half the field.
    """
    named = {name: name for name in NEEDED} | dict(columns or {})
    frames: list[tuple[float, LongTable]] = []
    for path in paths:
        wanted = [*named.values(), *([quality.column] if quality else [])]
        gaps = [named["u"], named["v"], *([quality.column] if quality else [])]
        table = read_long_table(path, list(dict.fromkeys(wanted)), gaps=gaps, separator=separator)
        frames += _frames(table, named.get("frame"), len(frames))
    _check_order(frames, named.get("frame"))
    first = frames[0][1]
    grid = _Grid.of(first, named)
    maps = [_placed(table, grid, named, quality) for _, table in frames]
    times = np.array([time for time, _ in frames])
    origins = tuple((table.path, int(table.lines[0])) for _, table in frames)
    return DisplacementMaps(*grid.axes, np.stack(maps), times, origins)


@dataclass(frozen=True, eq=False)
class _Grid:
    """A uniform grid: its points along both axes, and where it was found."""

    axes: tuple[FloatArray, FloatArray]
    path: Path

    @classmethod
    def of(cls, table: LongTable, named: Mapping[str, str]) -> "_Grid":
        x, y = (_axis(table, named[name]) for name in ("x", "y"))
        if min(len(x), len(y)) < FEWEST:
            problem = f"a grid of {len(x)} x {len(y)} points, expected at least {FEWEST} x {FEWEST}"
            raise FormatError(table.path, problem, remedy="Export a larger part of the field.",
                              line=int(table.lines[0]))  # fmt: skip
        count = len(table.lines)
        if count < FILLED * len(x) * len(y):
            problem = (
                f"{count} points in {len(x)} columns and {len(y)} rows; expected at least"
                f" {FILLED:.0%} of {len(x) * len(y)}, as on a uniform grid"
            )
            raise FormatError(table.path, problem, remedy=_UNIFORM, line=int(table.lines[0]))
        return cls((x, y), table.path)

    def places(self, table: LongTable, named: Mapping[str, str]) -> tuple[IntArray, IntArray]:
        """Return the index of each point along both axes."""
        found = []
        for name, axis in zip(("x", "y"), self.axes, strict=True):
            values = table.columns[named[name]]
            step = axis[1] - axis[0]
            index = np.rint((values - axis[0]) / step).astype(np.int64)
            off = np.abs(values - axis[0] - index * step) > OFF_GRID * step
            off |= (index < 0) | (index >= len(axis))
            if off.any():
                at = int(np.flatnonzero(off)[0])
                raise FormatError(
                    table.path,
                    f"{values[at]:g} is not on the grid of {self.path}, from {axis[0]:g} to {axis[-1]:g} in"
                    f" steps of {step:g}",
                    remedy="Export all frames on the points of the reference picture; leave the cells of u and"
                    " v empty at points that failed.",
                    line=int(table.lines[at]),
                    column=named[name],
                )
            found.append(index)
        return found[0], found[1]


def _frames(table: LongTable, column: str | None, before: int) -> list[tuple[float, LongTable]]:
    """Return the frames of a file with what tells them apart; without a column, files are counted."""
    if column is None:
        return [(float(before + 1), table)]
    values = table.columns[column]
    return [(float(one), table.part(np.flatnonzero(values == one))) for one in np.unique(values)]


def _check_order(frames: Sequence[tuple[float, LongTable]], column: str | None) -> None:
    for (before, _), (after, table) in pairwise(frames):
        if after <= before:
            raise FormatError(
                table.path,
                f"the frame {after:g} comes after the frame {before:g}; expected a larger value",
                remedy="Name the files in the order of their frames, and each frame once.",
                line=int(table.lines[0]),
                column=column,
            )


def _axis(table: LongTable, column: str) -> FloatArray:
    """Return the points of the uniform grid that a column holds."""
    values = table.columns[column]
    points = np.unique(values)
    close = 1e-3 * max(float(np.ptp(points)), 1e-300) / max(len(points) - 1, 1)
    points = points[np.flatnonzero(np.diff(points, prepend=-np.inf) > close)]
    if len(points) < 2:
        raise FormatError(table.path, f"all points have the value {points[0]:g}, expected a grid",
                          remedy="Correct the column.", line=int(table.lines[0]), column=column)  # fmt: skip
    steps = np.diff(points)
    step = float(np.median(steps))
    whole = np.rint((points[-1] - points[0]) / step)
    step = float((points[-1] - points[0]) / max(whole, 1))
    index = np.rint((points - points[0]) / step)
    off = np.abs(points - points[0] - index * step) > OFF_GRID * step
    if off.any() or (np.diff(index) < 1).any():
        wrong = off if off.any() else np.append(False, np.diff(index) < 1)
        value = points[np.flatnonzero(wrong)[0]]
        line = int(table.lines[np.argmin(np.abs(values - value))])
        raise FormatError(
            table.path,
            f"{value:g} lies between the points of a grid from {points[0]:g} in steps of {step:g}; distances"
            f" run from {steps.min():g} to {steps.max():g}",
            remedy=_UNIFORM,
            line=line,
            column=column,
        )
    return np.asarray(np.linspace(points[0], points[-1], int(whole) + 1))


def _placed(
    table: LongTable, grid: _Grid, named: Mapping[str, str], quality: Quality | None
) -> FloatArray:
    """Return the displacements of a frame on the grid, shape (nx, ny, 2), NaN where they failed."""
    i, j = grid.places(table, named)
    x, y = grid.axes
    flat = i * len(y) + j
    order = np.argsort(flat, kind="stable")
    twice = np.flatnonzero(np.diff(flat[order]) == 0)
    if len(twice):
        first, second = order[twice[0]], order[twice[0] + 1]
        raise FormatError(
            table.path,
            f"the point ({x[i[second]]:g}, {y[j[second]]:g}) is there twice, first in line"
            f" {table.lines[first]}",
            remedy="Keep one line for each point; if the table holds several frames, name the column that"
            " tells them apart: `columns: {frame: ...}`.",
            line=int(table.lines[second]),
        )
    moved = np.column_stack([table.columns[named["u"]], table.columns[named["v"]]])
    good: BoolArray = np.asarray(np.isfinite(moved).all(axis=1))
    if quality is not None:
        good &= quality.passed(table.columns[quality.column])
    if not good.any():
        why = "" if quality is None else f", or state another threshold of {quality.column!r}"
        raise FormatError(table.path, f"all {len(good)} points failed; expected displacements",
                          remedy=f"Leave the frame out{why}.", line=int(table.lines[0]))  # fmt: skip
    _check_size(table, np.where(good[:, None], moved, 0.0), grid, named)
    placed = np.full((len(x), len(y), 2), np.nan)
    placed[i[good], j[good]] = moved[good]
    return placed


def _check_size(table: LongTable, moved: FloatArray, grid: _Grid, named: Mapping[str, str]) -> None:
    """Refuse displacements that are larger than half the field."""
    for k, (name, axis) in enumerate(zip(("u", "v"), grid.axes, strict=True)):
        most = 0.5 * float(np.ptp(axis))
        large = np.flatnonzero(np.abs(moved[:, k]) > most)
        if len(large):
            raise FormatError(
                table.path,
                f"the displacement is {moved[large[0], k]:g}; expected at most {most:g}, half the width of"
                " the field",
                remedy="Give displacements in the unit of the coordinates, and mark points that failed by"
                " an empty cell or by a column of quality.",
                line=int(table.lines[large[0]]),
                column=named[name],
            )
