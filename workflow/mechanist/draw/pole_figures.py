"""Pole figures of two families of planes before and after loading, side by side in one scale."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from mechanist.core.typing import FloatArray, Lattice
from mechanist.draw.crystals import AXIS_NAMES, pole_panel
from mechanist.draw.style import DOUBLE, letter_panels, new_figure
from mechanist.mechanics.poles import FAMILIES, HALF_WIDTH, equal_area, pole_density, poles

#: Number of grid points along each side of a pole figure.
POINTS: Final = 41
#: Number of contour levels of the density.
LEVELS: Final = 13
HEIGHT: Final = 1.9
#: Least width of the colour scale, so that it exists where all densities are equal.
_LEAST_SPAN: Final = 1e-6


def pole_densities(
    frames: Mapping[str, FloatArray], lattice: Lattice, *, half_width: float = HALF_WIDTH
) -> tuple[FloatArray, dict[tuple[str, str], FloatArray]]:
    """Return the grid over the disc, and the density of each family in each state.

    Parameters
    ----------
    frames : mapping of str to ndarray of shape (n, 4)
        Orientations of each state, quaternions from crystal to sample.
    lattice : {"cubic", "hexagonal"}
    half_width : float
        Half-width of the kernel in degrees.

    Returns
    -------
    places : ndarray of shape (POINTS, POINTS, 2)
    densities : dict of (family, state) to ndarray of shape (POINTS, POINTS)
        In multiples of random orientations, NaN outside the disc.
    """
    places, directions = equal_area(POINTS)
    inside = ~np.isnan(directions).any(axis=-1)
    found = {}
    for family, normal in FAMILIES[lattice].items():
        for state, orientations in frames.items():
            density = np.full(inside.shape, np.nan)
            counted = poles(orientations, normal, lattice)
            density[inside] = pole_density(directions[inside], counted, half_width=half_width)
            found[family, state] = density
    return places, found


def draw_pole_figures(
    places: FloatArray,
    densities: Mapping[tuple[str, str], FloatArray],
    *,
    axis: int,
    strains: Mapping[str, float],
    about: str,
) -> Figure:
    """Return a figure with a panel for each density.

    Parameters
    ----------
    places, densities
        As :func:`pole_densities` returns them.
    axis : int
        Axis of loading, which a diamond marks.
    strains : mapping of str to float
        Strain of each state.
    about : str
        What is counted, for the line below the panels.
    """
    highest = max(float(np.nanmax(density)) for density in densities.values())
    lowest = min(float(np.nanmin(density)) for density in densities.values())
    highest = max(highest, lowest + _LEAST_SPAN)
    norm, levels = Normalize(lowest, highest), np.linspace(lowest, highest, LEVELS)
    figure, axes = new_figure(1, len(densities), width=DOUBLE, height=HEIGHT)
    titles = []
    for panel, ((family, state), density) in zip(axes[0], densities.items(), strict=True):
        pole_panel(panel, places, density, axis=axis, norm=norm, levels=levels)
        titles.append(f"{family}, {100 * strains[state]:.3g} %")
    colours = ScalarMappable(norm, "viridis")
    bar = figure.colorbar(colours, ax=list(axes[0]), aspect=14, shrink=0.75, pad=0.02)
    bar.set_label("multiples of random", fontsize=6.5)
    letter_panels(axes, titles, pad=12)
    figure.supxlabel(
        rf"{about}, loaded along {AXIS_NAMES[axis]} ($\diamond$); equal-area projection along z",
        fontsize=6.5,
    )
    return figure


def pole_table(places: FloatArray, densities: Mapping[tuple[str, str], FloatArray]) -> pd.DataFrame:
    """Return the densities, one row per grid point inside the disc."""
    tables = []
    for (family, state), density in densities.items():
        inside = ~np.isnan(density)
        x, y = places[inside].T
        rows = {"family": family, "state": state, "x": x, "y": y, "density": density[inside]}
        tables.append(pd.DataFrame(rows))
    return pd.concat(tables, ignore_index=True)
