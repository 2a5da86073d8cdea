"""Train a model at one system size and test it, without refitting, at the other sizes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mechanist.assess.sample_scores import population_scores
from mechanist.core.progress import log_to, progress
from mechanist.formats.tables import write_table
from mechanist.learn.training import ModelSpec
from mechanist.learn.whole_samples import (
    Population,
    open_population,
    target_names,
    train_population,
    transfer_population,
)

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

COLUMNS = ["model", "train", "test", "load", "target", "metric", "unit", "value", "low", "high",
           "level", "n_samples"]  # fmt: skip


def main(
    systems: Mapping[str, Path],
    out: Path,
    *,
    name: str,
    model: Mapping[str, Any],
    quantity: str,
    strains: Sequence[float],
    level: float,
    seed: int,
    threads: int = 1,
) -> None:
    """Write the scores of every pair of systems; within one system, they are out of fold.

    Parameters
    ----------
    systems : mapping of str to Path
        Folder of each system, with ``features``, ``targets.parquet`` and ``splits.json``.
    out : Path
        Parquet table with one row per pair of systems, load, target and metric.
    name, model, quantity, strains, seed, threads
        As in ``population_curve.py``.
    level
        As in ``population_evaluate.py``.
    """
    spec = ModelSpec.of(model)
    columns = target_names(quantity, strains)
    known = {system: _open(folder, spec, columns) for system, folder in systems.items()}
    pairs = [(train, test) for train in known for test in known]
    tables = []
    for train, test in progress(pairs, f"{name}: transferred"):
        options = {"seed": seed, "threads": threads}
        table = (
            train_population(known[train], spec, **options)
            if train == test
            else transfer_population(known[train], known[test], spec, **options)
        )
        records = population_scores(table, units=known[test].units, level=level)
        tables.append(pd.DataFrame(records).assign(model=name, train=train, test=test))
    result = pd.concat(tables, ignore_index=True).rename(columns={"subset": "load"})
    write_table(out, result[COLUMNS], check=False)


def _open(folder: Path, spec: ModelSpec, columns: Sequence[str]) -> Population:
    """Read one system."""
    features = {name: folder / "features" / f"{name}.parquet" for name in spec.features}
    return open_population(
        features, folder / "targets.parquet", folder / "splits.json", model=spec, columns=columns
    )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            {Path(path).parent.name: Path(path).parent for path in snakemake.input.splits},
            Path(snakemake.output[0]),
            name=snakemake.wildcards.model,
            model=snakemake.params.model,
            quantity=snakemake.params.quantity,
            strains=snakemake.params.strains,
            level=snakemake.params.level,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
        )
