"""Learn pair forces from places of particles at rest, and compare them with the true ones."""

from collections.abc import Sequence
from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.assess.force_scores import force_tables
from mechanist.assess.resampling import IntervalOptions
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.discover.force_balance import (
    PairBasis,
    balance_of,
    is_determined,
    learnt_pairs,
    pair_tables,
)
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_experiments import FORCE_SCORES, FORCES
from mechanist.formats.pair_tables import write_pair_tables
from mechanist.formats.sample import read_sample
from mechanist.learn.splits import make_splits
from mechanist.mechanics.materials.material import material_of
from mechanist.pictures.degraded_views import degraded

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    samples: Sequence[Path],
    forces: Path,
    scores: Path,
    potentials: Sequence[Path],
    *,
    errors: Sequence[float],
    error: float,
    first: float,
    reach: float,
    pieces: int,
    folds: int,
    seed: int,
    interval: IntervalOptions,
) -> None:
    """Write learnt forces, their misfit, and a potential for each fold of glasses.

    Parameters
    ----------
    samples : sequence of Path
        Glasses, whose places at rest are used.
    forces, scores : Path
        CSV tables.
    potentials : sequence of Path
        Tables of the potentials that are learnt without the glasses of each fold, in its order.
    errors : sequence of float
        Errors of a coordinate that are tried.
    error : float
        Error of a coordinate of the glasses from which the potentials of the folds are learnt.
    first, reach : float
        Distances between which forces are learnt.
    pieces : int
        Number of intervals between knots of their splines.
    folds, seed : int
    interval : mapping
        Level, resamples and seed of intervals.
    """
    glasses = [read_sample(path) for path in samples]
    names = glasses[0].reference.species_names
    truth = material_of(glasses[0].reference).pairs("learnt forces")
    basis = PairBasis(len(names), first, reach, pieces)
    parts = []
    for size in progress(sorted({*errors, error}), "errors of a coordinate"):
        balances = []
        for glass in glasses:
            rng = generator(seed, "forces", glass.name, f"{size:g}")
            seen = degraded(glass.reference, rng, noise=size).configuration
            balances.append(balance_of(seen, basis))
        parts.append(force_tables(balances, basis, truth, names, error=size, interval=interval))
        if size == error:
            fold_of = make_splits([glass.name for glass in glasses], folds=folds, seed=seed).fold_of
            for fold, path in enumerate(potentials):
                others = [b for b, glass in zip(balances, glasses, strict=True)
                          if fold_of[glass.name] != fold]  # fmt: skip
                learnt = learnt_pairs(reduce(add, others), basis)
                if not is_determined(learnt, error):
                    LOGGER.warning("%s: the glasses do not determine one potential", path)
                try:
                    tables = pair_tables(learnt, names)
                except ValueError as problem:
                    raise ValueError(
                        f"{len(others)} glasses with an error of {error:g} do not determine pair forces"
                        f" ({problem}); raise experiment/ladder/samples, or lower experiment/forces/error"
                        " or pieces"
                    ) from problem
                write_pair_tables(path, tables, comments=[
                    f"Learnt from {len(others)} glasses at rest, error of a coordinate {error:g}",
                    "Energies have an arbitrary unit: places at rest tell none.",
                ])  # fmt: skip
    write_csv(forces, pd.concat([part[0] for part in parts], ignore_index=True),
              title="Pair forces learnt from places at rest", columns=FORCES,
              float_format="%.6g")  # fmt: skip
    write_csv(scores, pd.concat([part[1] for part in parts], ignore_index=True),
              title="Misfit of learnt pair forces", columns=FORCE_SCORES,
              float_format="%.6g")  # fmt: skip


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input],
            Path(snakemake.output.forces),
            Path(snakemake.output.scores),
            [Path(path) for path in snakemake.output.potentials],
            **snakemake.params.settings,
            folds=snakemake.params.folds,
            seed=snakemake.params.seed,
            interval=snakemake.params.interval,
        )
