"""Density and flux of tracked particles on a grid, staggered in time.

Each particle counts with a Gaussian of one width. The density is known at the frames; the flux is known half
way between them, from the mean place and the displacement of each particle that is in both. The change of the
density from frame to frame therefore belongs to the time of the flux. Velocities by central differences
average over two steps instead, and bias the coefficient of the flux.
"""

from typing import Final

import numpy as np
import pandas as pd

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import FieldData
from mechanist.pictures.tracked_series import TrackedSeries

#: Points of the grid in a width of the Gaussian.
FINENESS: Final = 2.0
#: Widths between the grid and the edge of the view, so that particles beyond it do not count.
EDGE: Final = 2.0
#: Part of the particles on either side of the grid along each axis, where the sample does not fill the view.
OUTSIDE: Final = 0.06
#: Least extent of the grid, in widths.
LEAST: Final = 3.0
#: With fewer frames, a change of the density is seen once only.
FEWEST_FRAMES: Final = 3


def present_throughout(series: TrackedSeries) -> TrackedSeries:
    """Return the tracks of the particles that are in all frames."""
    table = series.table
    count = table.groupby("particle")["frame"].transform("size")
    kept = table[count == series.n_frames].reset_index(drop=True)
    return TrackedSeries(kept, series.low, series.high, series.notes)


def spacing_of(series: TrackedSeries) -> float:
    """Return the mean distance between neighbours in the first frame.

    Particles pack like balls on a table: the distance follows from the median distance to the nearest six.
    """
    from scipy.spatial import cKDTree

    places = series.table.loc[series.table["frame"] == 0, ["x", "y"]].to_numpy(float)
    away, _ = cKDTree(places).query(places, min(7, len(places)))
    return float(np.median(away[:, 1:]))


def flow_fields(
    series: TrackedSeries, width: float, *, dealt: np.random.Generator | None = None
) -> FieldData:
    """Return the change ``c`` of the density in a step, the density ``r``, and the flux ``p``, ``q``.

    Parameters
    ----------
    series : TrackedSeries
    width : float
        Standard deviation of the Gaussian, in the unit of length of the tracks.
    dealt : Generator, optional
        Deals the displacements of a step to other particles: the null.

    Returns
    -------
    FieldData
        Axes ``x``, ``y`` and ``t`` (in steps); ``p`` and ``q`` are the flux along x and y, and ``r`` is
        the mean of both frames.

    Raises
    ------
    ValueError
        If there are fewer than three frames, or the particles do not spread over some widths.
    """
    if series.n_frames < FEWEST_FRAMES:
        raise ValueError(
            f"there are {series.n_frames} frames, and fields need at least {FEWEST_FRAMES}. Take more frames"
        )
    grid = _grid(series, width)
    frames = [
        series.table.loc[series.table["frame"] == k, ["x", "y"]].to_numpy(float)
        for k in range(series.n_frames)
    ]
    density = [_summed(places, np.ones(len(places)), grid, width) for places in frames]
    flux: dict[str, list[FloatArray]] = {"p": [], "q": []}
    for k in range(series.n_frames - 1):
        pair = series.pair(k, k + 1)
        before, after = (pair[[f"x{end}", f"y{end}"]].to_numpy(float) for end in ("", "_2"))
        step = after - before
        if dealt is not None:
            step = step[dealt.permutation(len(step))]
        for axis, name in enumerate(flux):
            flux[name].append(_summed(0.5 * (before + after), step[:, axis], grid, width))
    heights = np.stack(density, axis=-1)
    mean = 0.5 * (heights[..., 1:] + heights[..., :-1])
    inputs: dict[str, FloatArray] = {"r": mean}
    for name, values in flux.items():
        inputs[name] = np.stack(values, axis=-1)
    times = np.asarray(np.arange(series.n_frames - 1) + 0.5, np.float64)
    axes = {"x": grid[0], "y": grid[1], "t": times}
    return FieldData("tracks", axes, {"c": np.diff(heights, axis=-1)}, inputs)


def _grid(series: TrackedSeries, width: float) -> list[FloatArray]:
    """Return the points along both axes."""
    places: pd.DataFrame = series.table[["x", "y"]]
    low, high = np.quantile(places.to_numpy(float), [OUTSIDE, 1 - OUTSIDE], axis=0)
    low = np.maximum(low, series.low + EDGE * width)
    high = np.minimum(high, series.high - EDGE * width)
    if not ((high - low) >= LEAST * width).all():
        raise ValueError(
            f"away from the edge, particles spread over {high[0] - low[0]:.3g} x {high[1] - low[1]:.3g};"
            f" a field needs at least {LEAST:g} widths of {width:.3g}. Show more particles"
        )
    return [
        np.linspace(start, end, int((end - start) / width * FINENESS) + 1)
        for start, end in zip(low, high, strict=True)
    ]


def _summed(
    places: FloatArray, weights: FloatArray, grid: list[FloatArray], width: float
) -> FloatArray:
    """Return the sum of Gaussians with weights, shape (points along x, points along y)."""
    across, down = (
        np.exp(-0.5 * ((points[:, None] - places[:, axis]) / width) ** 2)
        for axis, points in enumerate(grid)
    )
    return np.asarray((across * weights / (2 * np.pi * width**2)) @ down.T)
