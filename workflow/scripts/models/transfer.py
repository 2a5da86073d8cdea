"""Train models under some loads and test under each load whether they transfer."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mechanist.assess.evaluate import ALL, frame_scores, summarise
from mechanist.core.progress import log_to, progress
from mechanist.formats.tables import write_table
from mechanist.learn.study import Job, open_job
from mechanist.learn.training import train

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

COLUMNS = ["model", "train", "test", "target", "metric", "unit", "value", "low",
           "high", "level", "n_samples"]  # fmt: skip


def main(
    features: Mapping[str, Path],
    targets: Path,
    splits: Path,
    out: Path,
    *,
    models: Mapping[str, Mapping[str, Any]],
    quantity: str,
    strains: Sequence[float],
    top_fractions: Sequence[float],
    level: float,
    resamples: int,
    seed: int,
    threads: int = 1,
    train_sets: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write the scores of every training set of loads under every load, for held-out samples.

    Parameters
    ----------
    features : mapping of str to Path
        Feature tables of all models, by descriptor.
    targets, splits, quantity, seed, threads
        As in ``learning_train.py``.
    out : Path
        Parquet table with one row per model, training set, test load, target and metric.
    models : mapping
        Entries of the configuration by name.
    strains : sequence of float
        Strains at which the target is predicted.
    top_fractions, level, resamples
        As in ``learning_evaluate.py``.
    train_sets : mapping of str to sequence of str, optional
        Named sets of training loads; by default, each load alone, then all loads.
    """
    score = partial(
        score_transfer,
        top_fractions=top_fractions,
        level=level,
        resamples=resamples,
        seed=seed,
        threads=threads,
    )
    tables = []
    for name, model in progress(list(models.items()), "transferred"):
        job = open_job(features, targets, splits, model=model, quantity=quantity, strains=strains)
        loads = job.dataset.keys.loads
        sets = train_sets or {**{load: [load] for load in loads}, ALL: list(loads)}
        tables += [score(job, chosen).assign(model=name, train=t) for t, chosen in sets.items()]
    result = pd.concat(tables, ignore_index=True).rename(columns={"subset": "test"})
    write_table(out, result[result["test"] != ALL][COLUMNS], check=False)


def score_transfer(
    job: Job,
    loads: Sequence[str],
    *,
    top_fractions: Sequence[float],
    level: float,
    resamples: int,
    seed: int,
    threads: int,
) -> pd.DataFrame:
    """Train under some loads and return the scores under every load."""
    table = train(
        job.dataset,
        job.splits,
        job.model,
        job.task,
        seed=seed,
        threads=threads,
        train_loads=loads,
    )
    frames = frame_scores(table, top_fractions=top_fractions)
    return pd.DataFrame(
        summarise(
            frames,
            units=job.units,
            level=level,
            resamples=resamples,
            seed=seed,
            groups=job.splits.groups,
        )
    )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            {Path(path).stem: Path(path) for path in snakemake.input.features},
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output[0]),
            models=snakemake.params.models,
            quantity=snakemake.params.quantity,
            strains=snakemake.params.strains,
            top_fractions=snakemake.params.top_fractions,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
        )
