"""Find known elastic energies again in curves with errors of measurement."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.discover.elastic_energy import ElasticTest, discover_energy
from mechanist.formats.meanings.of_equations import RECOVERY
from mechanist.formats.tables import write_table
from mechanist.settings.models.elastic_settings import ElasticError
from mechanist.simulate.rubber_samples import ENERGIES, rubber_curves

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    out: Path,
    *,
    levels: Sequence[float],
    seeds: int,
    most_terms: int,
    seed: int,
) -> None:
    """Write whether each energy is found in each realisation of the noise.

    Parameters
    ----------
    out : Path
        Table with one row for every energy, noise level and realisation.
    levels : sequence of float
        Noise relative to each exact stress.
    seeds : int
        Number of realisations at each level.
    most_terms : int
        Largest number of terms of an energy.
    seed : int
        Root seed of the random numbers.
    """
    rows = []
    # What a user who states nothing assumes, whatever the noise really is.
    error = ElasticError()
    runs = [(energy, level, k) for energy in ENERGIES for level in levels for k in range(seeds)]
    for energy, level, k in progress(runs, "elastic energies: runs"):
        rng = generator(seed, "elastic", energy, str(k))
        curves = rubber_curves(energy, noise=level, rng=rng)
        floor = error.floor * max(float(stress.max()) for _, stress in curves.values())
        tests = [
            ElasticTest(test, stretch, stress, floor + error.relative * np.abs(stress))
            for test, (stretch, stress) in curves.items()
        ]
        law = discover_energy(tests, most=most_terms).law
        exact = set(law.terms) == set(ENERGIES[energy])
        rows.append({"energy": energy, "noise": level, "seed": k, "exact": exact,
                     "found": " + ".join(law.terms)})  # fmt: skip
    table = pd.DataFrame(rows)
    write_table(out, table, columns=RECOVERY, check=False)
    for key, share in table.groupby(["energy", "noise"])["exact"].mean().items():
        LOGGER.info("%s: found in %.2f of the runs", key, share)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output[0]),
            levels=snakemake.params.levels,
            seeds=snakemake.params.seeds,
            most_terms=snakemake.params.most_terms,
            seed=snakemake.params.seed,
        )
