"""Places of the points of a map: the square grid that they fill, and resampling of a hexagonal one."""

from pathlib import Path
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.orientation_points import Points

#: Largest deviation of a point from its place on the grid, relative to the step.
PLACE_TOLERANCE: Final = 0.05
_ROUNDING: Final = 1e-3
#: Largest number of points of a square grid relative to that of the hexagonal grid: 0.87 if whole.
_MOST_POINTS: Final = 2.0
_CUT: Final = "Cut the map to a rectangle, and export it whole."


def resampled(path: Path, points: Points) -> Points:
    """Return points of a square grid of the same step, each with the data of the nearest point.

    Raises
    ------
    FormatError
        If the points are much farther apart than the step.
    """
    step = points.steps[0]
    low, high = points.places.min(axis=0), points.places.max(axis=0)
    cells = (high - low) / step + 1
    if cells.prod() > _MOST_POINTS * (len(points.places) + cells.sum()):
        problem = (
            f"{len(points.places)} points lie in an area of {cells[0]:.6g} x {cells[1]:.6g} steps of"
            f" {step:g}; expected a hexagonal grid of this step"
        )
        raise FormatError(path, problem, remedy="Correct the step, or cut the map to a rectangle.")
    counts = np.floor(cells + _ROUNDING).astype(int)
    x, y = (low[k] + step * np.arange(counts[k]) for k in range(2))
    places = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
    _, nearest = cKDTree(points.places).query(places)
    note = (
        f"the hexagonal grid of {len(points.places)} points was resampled to a square grid of"
        f" {counts[0]} x {counts[1]} points, each with the orientation of the nearest point"
    )
    return points._replace(
        places=places,
        euler=points.euler[nearest],
        phases=points.phases[nearest],
        steps=np.array([step, step]),
        hexagonal=False,
        notes=(*points.notes, note),
    )


def is_square(points: Points) -> bool:
    """Return whether the points fill a square grid of the stated steps, whatever the header says."""
    return _filled(points.places, points.steps) is not None


def square_grid(path: Path, points: Points) -> tuple[tuple[int, int], IntArray]:
    """Return the numbers of points along x and y, and the order that sorts points by x, then y.

    Raises
    ------
    FormatError
        If the points do not fill a rectangle with the stated steps.
    """
    found = _filled(points.places, points.steps)
    if found is not None:
        return found
    measured = np.array([_spacing(points.places[:, k]) for k in range(2)])
    steps = np.where(measured > 0, measured, points.steps)
    if not np.allclose(steps, points.steps, rtol=PLACE_TOLERANCE) and (
        _filled(points.places, steps) is not None
    ):
        shown = ", ".join(f"{step:.6g}" for step in steps)
        problem = (
            f"points are [{shown}] apart along x and y, the stated step is {points.steps.tolist()}"
        )
        remedy = f"If the places of the points are right, set step: [{shown}]."
        raise FormatError(path, problem, remedy=remedy)
    cells = (points.places - points.places.min(axis=0)) / points.steps
    nearest = np.round(cells)
    off = np.abs(cells - nearest).max(axis=1)
    if off.max() > PLACE_TOLERANCE:
        at = points.places[off.argmax()].tolist()
        problem = f"the point at {at} is not on a grid of steps {points.steps.tolist()}"
        raise FormatError(
            path, problem, remedy="Export the map on a square grid; if its grid is hexagonal, set"
            " resample: true.",
        )  # fmt: skip
    nx, ny = (int(n) + 1 for n in nearest.max(axis=0))
    problem = f"{len(cells)} points do not fill {nx} columns and {ny} rows once each"
    raise FormatError(path, problem, remedy=_CUT)


def _filled(places: FloatArray, steps: FloatArray) -> tuple[tuple[int, int], IntArray] | None:
    """Return the shape of the grid and the order of its points, or None if they do not fill it."""
    cells = (places - places.min(axis=0)) / steps
    nearest = np.round(cells).astype(np.int64)
    nx, ny = (int(n) + 1 for n in nearest.max(axis=0))
    if np.abs(cells - nearest).max() > PLACE_TOLERANCE or len(cells) != nx * ny:
        return None
    flat = nearest[:, 0] * ny + nearest[:, 1]
    order = np.argsort(flat, kind="stable").astype(np.int64)
    return ((nx, ny), order) if np.array_equal(flat[order], np.arange(nx * ny)) else None


def _spacing(values: FloatArray) -> float:
    """Return the distance between neighbouring values, 0 if all are equal."""
    different = np.unique(values)
    if len(different) == 1:
        return 0.0
    gaps = np.diff(different)
    return float(np.median(gaps[gaps > PLACE_TOLERANCE * gaps.max()]))
