"""Panels shared by many figures. Each draws its input and computes no statistics."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm, Normalize, TwoSlopeNorm
from matplotlib.image import AxesImage

from mechanist.core.typing import FloatArray
from mechanist.draw.colour_vision import luminance
from mechanist.draw.style import Look, ModelStyle

SEQUENTIAL: Final = "viridis"
DIVERGING: Final = "RdBu_r"
#: Colour of missing cells.
MISSING: Final = "#e6e6e6"
#: Room for the legend between a parity panel and its title, in points.
PARITY_PAD: Final = 34.0
#: Relative luminance below which white has more contrast than black: sqrt(1.05 * 0.05) - 0.05.
DARK: Final = 0.179


def curve(
    axes: Axes,
    x: FloatArray,
    value: FloatArray,
    low: FloatArray | None = None,
    high: FloatArray | None = None,
    *,
    style: ModelStyle,
    label: str | None = None,
) -> None:
    """Draw a line with markers and, if bounds are given, a band.

    Parameters
    ----------
    axes : Axes
        Axes to draw in.
    x, value, low, high : ndarray of shape (n,)
        Points in order of ``x``, and the bounds of their intervals.
    style : ModelStyle
        Colour, marker and linestyle.
    label : str, optional
        Legend entry, by default the style's label; ``"_"`` omits it from the legend.
    """
    axes.plot(x, value, label=style.label if label is None else label, **style.line)
    if low is not None and high is not None:
        axes.fill_between(x, low, high, color=style.colour, alpha=0.18, linewidth=0)


def matrix(
    axes: Axes,
    table: pd.DataFrame,
    *,
    limits: tuple[float, float],
    centre: float | None = None,
    digits: int = 2,
    shown: pd.DataFrame | None = None,
) -> AxesImage:
    """Draw a table as a heat map with its numbers; missing cells are grey.

    Parameters
    ----------
    axes : Axes
        Axes to draw in.
    table : DataFrame of shape (rows, columns)
        Values; index and columns label the cells.
    limits : tuple of float
        Ends of the colour scale; use the same for panels to be compared.
    centre : float, optional
        White value of a diverging scale; by default the scale is sequential.
    digits : int
        Decimals of the numbers.
    shown : DataFrame, optional
        Texts to show instead of the numbers, in the shape of ``table``.

    Returns
    -------
    AxesImage
        Image, for a colour bar.
    """
    values = np.ma.masked_invalid(table.to_numpy(dtype=float))
    norm = Normalize(*limits) if centre is None else TwoSlopeNorm(centre, *limits)
    image = axes.imshow(values, cmap=SEQUENTIAL if centre is None else DIVERGING, norm=norm)
    axes.set_facecolor(MISSING)
    axes.set_xticks(range(table.shape[1]), [str(name) for name in table.columns])
    axes.set_yticks(range(table.shape[0]), [str(name) for name in table.index])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    for row, column in np.argwhere(~np.ma.getmaskarray(values)):
        value = values[row, column]
        text = f"{value:.{digits}f}" if shown is None else str(shown.iloc[row, column])
        dark = luminance(np.array(image.cmap(norm(value))[:3])) < DARK
        axes.text(column, row, text, ha="center", va="center", fontsize=7,
                  color="white" if dark else "black")  # fmt: skip
    return image


def binned(
    x: FloatArray,
    y: FloatArray,
    *,
    bins: int = 60,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Count points in the cells of a regular grid.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Coordinates of the points.
    bins : int
        Cells along each axis.
    x_range, y_range : tuple of float, optional
        Range of the grid; points outside are not counted. By default, the range of the points.

    Returns
    -------
    DataFrame
        One row per non-empty cell: its lower left corner ``x``, ``y``, its sizes ``dx``, ``dy``
        and its number ``count`` of points.
    """
    spans = [
        (float(v.min()), float(v.max())) if span is None else span
        for v, span in ((x, x_range), (y, y_range))
    ]
    counts, x_edges, y_edges = np.histogram2d(x, y, bins=bins, range=spans)
    column, row = np.nonzero(counts)
    return pd.DataFrame(
        {
            "x": x_edges[column],
            "y": y_edges[row],
            "dx": np.diff(x_edges)[column],
            "dy": np.diff(y_edges)[row],
            "count": counts[column, row].astype(int),
        }
    )


def density(axes: Axes, cells: pd.DataFrame, *, most: int | None = None) -> QuadMesh:
    """Draw counts as a map on a logarithmic scale, rasterised even in vector files.

    Parameters
    ----------
    axes : Axes
        Axes to draw in.
    cells : DataFrame
        Result of :func:`binned`.
    most : int, optional
        Upper end of the scale; use the same for panels to be compared.

    Returns
    -------
    QuadMesh
        Map, for a colour bar.
    """
    dx, dy = float(cells["dx"].iloc[0]), float(cells["dy"].iloc[0])
    column = np.rint((cells["x"] - cells["x"].min()) / dx).astype(int)
    row = np.rint((cells["y"] - cells["y"].min()) / dy).astype(int)
    counts = np.full((row.max() + 1, column.max() + 1), np.nan)
    counts[row, column] = cells["count"]
    return axes.pcolormesh(
        cells["x"].min() + dx * np.arange(counts.shape[1] + 1),
        cells["y"].min() + dy * np.arange(counts.shape[0] + 1),
        np.ma.masked_invalid(counts),
        norm=LogNorm(1, most or max(2, int(cells["count"].max()))),
        cmap=SEQUENTIAL,
        rasterized=True,
    )


def parity(
    axes: Axes,
    cells: pd.DataFrame,
    *,
    span: tuple[float, float],
    statistics: Mapping[str, str],
    most: int | None = None,
) -> QuadMesh:
    """Draw predicted against true values with the identity line, and scores in a legend above.

    Add the title by :func:`letter_panels` with ``pad=PARITY_PAD``.

    Parameters
    ----------
    axes : Axes
        Axes to draw in.
    cells : DataFrame
        Result of :func:`binned`, with the truth as ``x`` and the prediction as ``y``.
    span : tuple of float
        Ends of both axes.
    statistics : mapping of str to str
        Names and formatted values, such as ``{"Pearson": "0.41"}``, one legend entry each.
    most : int, optional
        As in :func:`density`.

    Returns
    -------
    QuadMesh
        Map, for a colour bar.
    """
    mesh = density(axes, cells, most=most)
    axes.plot(span, span, color="black", linewidth=0.8, linestyle="--")
    axes.set(xlim=span, ylim=span, aspect="equal")
    for name, value in statistics.items():
        axes.plot([], [], linestyle="none", color="black", label=f"{name} {value}")
    # Above the axes, since predictions regress to the mean and leave no corner free.
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, handlelength=0, handletextpad=0,
                labelspacing=0.2, columnspacing=1.0, borderpad=0, borderaxespad=0.4,
                fontsize=6.5)  # fmt: skip
    return mesh


def points_with_intervals(
    axes: Axes,
    place: FloatArray,
    table: pd.DataFrame,
    *,
    style: Look,
    horizontal: bool = False,
) -> None:
    """Draw values with interval bars.

    Parameters
    ----------
    axes : Axes
        Axes to draw in.
    place : ndarray of shape (n,)
        Position of each point on the other axis.
    table : DataFrame of n rows
        Columns ``value``, ``low`` and ``high``; a point without an interval has NaN bounds.
    style : mapping
        Keywords of ``Axes.errorbar``.
    horizontal : bool
        Whether values are plotted along x.
    """
    value = table["value"].to_numpy(dtype=float)
    bars = np.abs(np.vstack([value - table["low"], table["high"] - value]).astype(float))
    bars = np.nan_to_num(bars)
    settings: Look = {"elinewidth": 0.9, "capsize": 0, **style}
    if horizontal:
        axes.errorbar(value, place, xerr=bars, **settings)
    else:
        axes.errorbar(place, value, yerr=bars, **settings)
