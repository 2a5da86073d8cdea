"""Score a model of whole samples as a function of the number of training samples."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mechanist.assess.sample_scores import population_scores
from mechanist.core.progress import log_to, progress
from mechanist.formats.tables import write_table
from mechanist.learn.splits import nested_subsets
from mechanist.learn.training import ModelSpec
from mechanist.learn.whole_samples import open_population, target_names, train_population

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

COLUMNS = ["model", "n_train", "draw", "load", "target", "metric", "unit", "value", "low", "high",
           "level", "n_samples"]  # fmt: skip


def main(
    features: Mapping[str, Path],
    targets: Path,
    splits: Path,
    out: Path,
    *,
    name: str,
    model: Mapping[str, Any],
    quantity: str,
    strains: Sequence[float],
    sizes: Sequence[int],
    draws: int,
    level: float,
    seed: int,
    threads: int = 1,
) -> None:
    """Write the scores for every number of training samples and draw.

    Parameters
    ----------
    features, targets, splits, model, quantity, strains, seed, threads
        As in ``population_train.py``.
    out : Path
        Parquet table with one row per size, draw, load, target and metric.
    name : str
        Name of the model, for the table.
    sizes : sequence of int
        Numbers of training samples per fold, at most all samples of the training folds.
    draws : int
        Independent nested sequences of samples.
    level
        As in ``population_evaluate.py``.
    """
    spec = ModelSpec.of(model)
    columns = target_names(quantity, strains)
    population = open_population(features, targets, splits, model=spec, columns=columns)
    subsets = [
        (draw, size, chosen)
        for draw in range(draws)
        for size, chosen in nested_subsets(population.splits, sizes, seed=seed, draw=draw).items()
    ]
    tables = []
    for draw, size, chosen in progress(subsets, f"{name}: trained"):
        table = train_population(population, spec, seed=seed, threads=threads, train_samples=chosen)
        records = population_scores(table, units=population.units, level=level)
        tables.append(pd.DataFrame(records).assign(model=name, n_train=size, draw=draw))
    result = pd.concat(tables, ignore_index=True).rename(columns={"subset": "load"})
    write_table(out, result[COLUMNS], check=False)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            {Path(path).stem: Path(path) for path in snakemake.input.features},
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output[0]),
            name=snakemake.wildcards.model,
            model=snakemake.params.model,
            quantity=snakemake.params.quantity,
            strains=snakemake.params.strains,
            sizes=snakemake.params.sizes,
            draws=snakemake.params.draws,
            level=snakemake.params.level,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
        )
