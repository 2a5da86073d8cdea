"""Steps and changes of slope of features along a path, on three grids at once.

The grids share their points: the finest has every point, the others every fourth and every tenth, so
that ratios between grids compare the same path.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray

#: Strides of the coarser grids with which slopes and steps of the finest grid are compared.
SLOPE_STRIDE: Final = 4
STEP_STRIDE: Final = 10


@dataclass(frozen=True)
class Roughness:
    """How features behave on one path, arrays of shape (n_features,).

    Parameters
    ----------
    steps : ndarray
        Largest step of the finest grid over that of the grid ten times coarser.
    slopes : ndarray
        Largest change of slope of the finest grid over that of the grid four times coarser.
    moved : ndarray
        Largest difference between two points of the path.
    place : ndarray
        Where on the path the slope changes most, in the path's own parameter.
    """

    steps: FloatArray
    slopes: FloatArray
    moved: FloatArray
    place: FloatArray


class _Rung:
    """Largest step and largest change of step on one grid."""

    def __init__(self, stride: int, shape: tuple[int, int]) -> None:
        self.stride = stride
        self.step = np.zeros(shape)
        self.change = np.zeros(shape)
        self.at = np.zeros(shape, dtype=np.int64)
        self._values: FloatArray | None = None
        self._last: FloatArray | None = None

    def take(self, k: int, values: FloatArray) -> None:
        """Process point ``k`` of the finest grid."""
        if k % self.stride:
            return
        if self._values is not None:
            step = values - self._values
            np.maximum(self.step, np.abs(step), out=self.step)
            if self._last is not None:
                change = np.abs(step - self._last)
                self.at[change > self.change] = k - self.stride
                np.maximum(self.change, change, out=self.change)
            self._last = step
        self._values = values


def roughness(
    along: Callable[[float], FloatArray], start: float, end: float, *, steps: int, noise: FloatArray
) -> Roughness:
    """Sample a path once and compare the grids.

    Parameters
    ----------
    along : callable
        Features ``(n_objects, n_features)`` at a parameter of the path.
    start, end : float
        Ends of the sampled part of the path.
    steps : int
        Number of steps of the finest grid; a multiple of 20.
    noise : ndarray of shape (n_features,)
        Accuracy of features: steps and changes below it count as smooth.

    Raises
    ------
    ValueError
        If ``steps`` is not a multiple of 20.
    """
    if steps % (2 * STEP_STRIDE):
        raise ValueError(f"steps = {steps}; expected a multiple of {2 * STEP_STRIDE}")
    grid = np.linspace(start, end, steps + 1)
    first = along(float(grid[0]))
    rungs = {s: _Rung(s, first.shape) for s in (1, SLOPE_STRIDE, STEP_STRIDE)}
    low, high = first.copy(), first.copy()
    for k, s in enumerate(grid):
        values = first if k == 0 else along(float(s))
        np.minimum(low, values, out=low)
        np.maximum(high, values, out=high)
        for rung in rungs.values():
            rung.take(k, values)
    return _compared(rungs, high - low, grid, noise)


def _compared(
    rungs: dict[int, _Rung], moved: FloatArray, grid: FloatArray, noise: FloatArray
) -> Roughness:
    """Compare the largest values over objects between grids."""
    fine, slope, step = rungs[1], rungs[SLOPE_STRIDE], rungs[STEP_STRIDE]
    columns = np.arange(fine.step.shape[1])
    steps = _ratio(fine.step.max(axis=0), step.step.max(axis=0), noise, 1 / STEP_STRIDE)
    slopes = SLOPE_STRIDE * _ratio(
        fine.change.max(axis=0), slope.change.max(axis=0), noise, SLOPE_STRIDE**-2
    )
    row: IntArray = fine.change.argmax(axis=0)
    return Roughness(steps, slopes, moved.max(axis=0), grid[fine.at[row, columns]])


def _ratio(fine: FloatArray, coarse: FloatArray, noise: FloatArray, smooth: float) -> FloatArray:
    """Return ``fine / coarse``, or the ratio of a smooth feature where ``fine`` is only noise."""
    ratio = fine / np.where(coarse > 0, coarse, 1.0)
    return np.where(fine > noise, ratio, smooth)
