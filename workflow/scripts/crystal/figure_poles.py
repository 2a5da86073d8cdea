"""Draw pole figures of a system before and after loading."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from mechanist.core.typing import FloatArray
from mechanist.draw.crystals import AXIS_NAMES, pole_panel
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.polycrystal_batches import PolycrystalRun, read_runs
from mechanist.mechanics.poles import FAMILIES, HALF_WIDTH, equal_area, pole_density, poles
from mechanist.mechanics.slip_systems import slip_systems

#: Number of grid points along each side of a pole figure.
POINTS: Final = 41
#: Number of contour levels of the density.
LEVELS: Final = 13
HEIGHT: Final = 1.9


@styled()
def main(
    *,
    runs: Sequence[Path],
    stem: Path,
    half_width: float = HALF_WIDTH,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw two families of poles before and after loading, in multiples of the uniform density.

    Parameters
    ----------
    runs : sequence of Path
        All batches of one system; every voxel of every completed run counts once.
    stem : Path
        Figure files without their suffix.
    half_width : float
        Half-width of the kernel for pole densities, in degrees.
    metadata : mapping, optional
        Stored in the files.

    Raises
    ------
    ValueError
        If no run is complete, or runs are loaded along different axes.
    """
    batch = [run for path in runs for run in read_runs(path) if run.ok]
    axes_of_load = {run.axis for run in batch}
    if len(axes_of_load) != 1:
        raise ValueError(f"{stem.name}: {len(batch)} completed runs, loaded along axes"
                         f" {sorted(axes_of_load)}; expected runs along one axis")  # fmt: skip
    axis = batch[0].axis
    places, densities = _densities(batch, half_width)
    highest = max(float(np.nanmax(density)) for density in densities.values())
    lowest = min(float(np.nanmin(density)) for density in densities.values())
    norm, levels = Normalize(lowest, highest), np.linspace(lowest, highest, LEVELS)
    figure, axes = new_figure(1, 4, width=DOUBLE, height=HEIGHT)
    titles = []
    for panel, ((family, when), density) in zip(axes[0], densities.items(), strict=True):
        pole_panel(panel, places, density, axis=axis, norm=norm, levels=levels)
        strain = 100 * batch[0].strains[-1] if when == "after" else 0.0
        titles.append(f"{family}, {strain:.3g} %")
    colours = ScalarMappable(norm, "viridis")
    bar = figure.colorbar(colours, ax=list(axes[0]), aspect=14, shrink=0.75, pad=0.02)
    bar.set_label("multiples of random", fontsize=6.5)
    letter_panels(axes, titles, pad=12)
    grains = sum(int(run.grains.max()) + 1 for run in batch)
    figure.supxlabel(f"{len(batch)} runs, {grains} grains, loaded along {AXIS_NAMES[axis]}"
                     r" ($\diamond$); equal-area projection along z", fontsize=6.5)  # fmt: skip
    save_figure(figure, stem, _table(places, densities), title="Pole figures before and after",
                units={"x": "1", "y": "1", "density": "multiples of random"}, columns=FIGURES["poles"], metadata=metadata)  # fmt: skip


def _densities(
    batch: Sequence[PolycrystalRun], half_width: float
) -> tuple[FloatArray, dict[tuple[str, str], FloatArray]]:
    """Return the grid over the disc, and the density of each family before and after loading."""
    lattice = slip_systems(batch[0].systems).lattice
    places, directions = equal_area(POINTS)
    inside = ~np.isnan(directions).any(axis=-1)
    found = {}
    for family, normal in FAMILIES[lattice].items():
        for when, frame in (("before", 0), ("after", -1)):
            orientations = np.concatenate([run.orientations[frame].reshape(-1, 4) for run in batch])
            density = np.full(inside.shape, np.nan)
            counted = poles(orientations, normal, lattice)
            density[inside] = pole_density(directions[inside], counted, half_width=half_width)
            found[family, when] = density
    return places, found


def _table(places: FloatArray, densities: Mapping[tuple[str, str], FloatArray]) -> pd.DataFrame:
    """Return the densities, one row per grid point inside the disc."""
    tables = []
    for (family, when), density in densities.items():
        inside = ~np.isnan(density)
        tables.append(pd.DataFrame({"family": family, "state": when, "x": places[inside, 0],
                                    "y": places[inside, 1], "density": density[inside]}))  # fmt: skip
    return pd.concat(tables, ignore_index=True)
