"""Draw pole figures of a system before and after loading."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.pole_figures import draw_pole_figures, pole_densities, pole_table
from mechanist.draw.style import save_figure, styled
from mechanist.formats.polycrystal_batches import read_runs
from mechanist.mechanics.poles import HALF_WIDTH
from mechanist.mechanics.slip_systems import slip_systems


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
    frames = {
        state: np.concatenate([run.orientations[k].reshape(-1, 4) for run in batch])
        for state, k in (("before", 0), ("after", -1))
    }
    lattice = slip_systems(batch[0].systems).lattice
    places, densities = pole_densities(frames, lattice, half_width=half_width)
    grains = sum(int(run.grains.max()) + 1 for run in batch)
    figure = draw_pole_figures(
        places,
        densities,
        axis=batch[0].axis,
        strains={"before": 0.0, "after": float(batch[0].strains[-1])},
        about=f"{len(batch)} runs, {grains} grains",
    )
    save_figure(figure, stem, pole_table(places, densities), title="Pole figures before and after",
                units={"x": "1", "y": "1", "density": "multiples of random"}, columns=FIGURES["poles"], metadata=metadata)  # fmt: skip
