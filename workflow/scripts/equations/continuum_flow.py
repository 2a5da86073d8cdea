"""Let ensembles of dislocations flow from waves of their densities, and keep Fourier modes."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.continuum.ensemble_tables import mode_table
from mechanist.continuum.wave_ensembles import Flow, Wave, ensemble
from mechanist.core.progress import log_to, progress
from mechanist.core.seeds import generator
from mechanist.formats.meanings.of_continuum import MODES
from mechanist.formats.tables import write_table
from mechanist.settings.entry_types.continuum_settings_entries import (
    DensityEnsembleEntry,
    DensityWaveEntry,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    out: Path,
    *,
    name: str,
    entry: DensityEnsembleEntry,
    waves: dict[str, DensityWaveEntry],
    seed: int,
) -> None:
    """Write the modes of every realisation of every profile at every load.

    Parameters
    ----------
    out : Path
    name : str
        Name of the ensemble, on which its random numbers depend.
    entry : dict
        Entry of ``equations/continuum/ensembles``.
    waves : dict
        ``equations/continuum/waves``.
    seed : int
    """
    parts = []
    cells = [(profile, load) for profile in entry["profiles"] for load in entry["loads"]]
    for profile, load in progress(cells, f"{name}: profiles and loads"):
        wave = Wave(
            amplitudes=(waves[profile]["amplitudes"][0], waves[profile]["amplitudes"][1]),
            phases=(waves[profile]["phases"][0], waves[profile]["phases"][1]),
        )
        flow = Flow(
            spacings=entry["spacings"], load=load, annihilation=entry.get("annihilation", 0.0)
        )
        rngs = [
            generator(seed, "continuum", name, profile, f"{load:g}", str(run))
            for run in range(entry["runs"])
        ]
        middles = (flow.edges[1:] + flow.edges[:-1]) / 2
        parts.append(mode_table(profile, load, flow.spacings, middles, ensemble(wave, flow, rngs)))
    write_table(out, pd.concat(parts, ignore_index=True), columns=MODES, check=False)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            name=snakemake.wildcards.ensemble,
            entry=snakemake.params.entry,
            waves=snakemake.params.waves,
            seed=snakemake.params.seed,
        )
