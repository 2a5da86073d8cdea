"""Panels with particles: a plane of particles in their cell, and the applied load."""

from functools import partial
from typing import Final

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.colors import Normalize
from matplotlib.patches import Ellipse, Polygon

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration

COLOUR_MAP: Final = "inferno"
OUTLINE: Final = "#444444"
#: Colour of particles without a value.
UNKNOWN: Final = "#cccccc"
#: Strain shown in the glyph of a load, large enough for a visible ellipse.
SHOWN_STRAIN: Final = 0.5


def plane_of(
    configuration: Configuration, values: FloatArray, *, diameters: FloatArray, thickness: float
) -> pd.DataFrame:
    """Return the particles to draw: all of a 2D system, or a central slab of a 3D system.

    Parameters
    ----------
    configuration : Configuration
        Positions are wrapped into the cell.
    values : ndarray of shape (n,)
        Scalar of each particle.
    diameters : ndarray of shape (n_species,)
        Drawn diameter of each species, in length units.
    thickness : float
        Thickness of the slab in length units, normal to the first two cell vectors.

    Returns
    -------
    DataFrame
        Columns ``x``, ``y``, ``diameter``, ``species``, ``value``.
    """
    fractional = configuration.positions @ np.linalg.inv(configuration.cell)
    d = configuration.dimension
    fractional[:, :d] -= np.floor(fractional[:, :d])
    positions = fractional @ configuration.cell
    chosen = np.full(len(configuration), True)
    if d == 3:
        height = configuration.measure / np.linalg.norm(np.cross(*configuration.cell[:2]))
        chosen = np.abs(fractional[:, 2] - 0.5) * height < 0.5 * thickness
        # The third cell vector may be inclined: shift the slab back under the cell outline.
        positions -= 0.5 * configuration.cell[2]
    return pd.DataFrame(
        {
            "x": positions[:, 0],
            "y": positions[:, 1],
            "diameter": np.asarray(diameters)[configuration.species],
            "species": np.array(configuration.species_names, dtype=object)[configuration.species],
            "value": values,
        }
    )[chosen].reset_index(drop=True)


def particles(
    axes: Axes,
    plane: pd.DataFrame,
    cell: FloatArray,
    *,
    limits: tuple[float, float],
    colours: str = COLOUR_MAP,
) -> EllipseCollection:
    """Draw particles as discs to scale, coloured by their value, with the outline of the cell.

    Parameters
    ----------
    axes : Axes
        Axes to draw in; ticks are removed.
    plane : DataFrame
        Result of :func:`plane_of`.
    cell : ndarray of shape (3, 3)
        Cell vectors as rows; the first two span the outline.
    limits : tuple of float
        Ends of the colour scale; values beyond are clipped, particles without a value are grey.
    colours : str
        Name of the colour map.

    Returns
    -------
    EllipseCollection
        Discs, for a colour bar.
    """
    # Plastic particles on top, those without a value at the bottom.
    plane = plane.sort_values("value", kind="stable", na_position="first")
    discs = EllipseCollection(
        plane["diameter"],
        plane["diameter"],
        0.0,
        units="xy",
        offsets=plane[["x", "y"]].to_numpy(),
        offset_transform=axes.transData,
        cmap=colormaps[colours].with_extremes(bad=UNKNOWN),
        norm=Normalize(*limits),
        linewidths=0,
        rasterized=True,
    )
    discs.set_array(plane["value"].to_numpy())
    axes.add_collection(discs)
    corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]) @ cell
    axes.add_patch(
        Polygon(corners[:, :2], closed=True, fill=False, edgecolor=OUTLINE, linewidth=0.7)
    )
    margin = 0.02 * np.ptp(corners[:, :2], axis=0)
    low, high = corners[:, :2].min(axis=0) - margin, corners[:, :2].max(axis=0) + margin
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal", xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    return discs


def load_glyph(axes: Axes, tensor: FloatArray) -> None:
    """Draw a load in the x-y plane: a circle, the deformed ellipse, and arrows.

    Parameters
    ----------
    axes : Axes
        Axes to draw in; ticks are removed.
    tensor : ndarray of shape (3, 3)
        Symmetric strain direction, of which the x-y block is shown.
    """
    strains, directions = np.linalg.eigh(np.asarray(tensor)[:2, :2])
    stretches = 1 + SHOWN_STRAIN * strains
    angle = float(np.degrees(np.arctan2(directions[1, 1], directions[0, 1])))
    circle = partial(Ellipse, (0, 0), fill=False, linewidth=0.6, edgecolor=OUTLINE)
    axes.add_patch(circle(2, 2, linestyle=":"))
    axes.add_patch(circle(2 * stretches[1], 2 * stretches[0], angle=angle))
    for strain, stretch, direction in zip(strains, stretches, directions.T, strict=True):
        if abs(strain) < 1e-9:
            continue
        for sign in (1, -1):
            near, far = sign * direction * (stretch + 0.1), sign * direction * (stretch + 0.75)
            head, tail = (far, near) if strain > 0 else (near, far)
            axes.annotate("", head, tail, arrowprops={"arrowstyle": "-|>", "color": "black",
                          "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0,
                          "mutation_scale": 6})  # fmt: skip
    axes.set(xlim=(-2.1, 2.1), ylim=(-2.1, 2.1), aspect="equal", xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
