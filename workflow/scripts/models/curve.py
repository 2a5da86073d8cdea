"""Score models as a function of the number of training samples (learning curves)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mechanist.assess.evaluate import ALL, frame_scores, summarise
from mechanist.core.progress import log_to, progress
from mechanist.formats.tables import write_table
from mechanist.learn.splits import nested_subsets
from mechanist.learn.study import open_job
from mechanist.learn.training import train

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

COLUMNS = ["model", "n_train", "draw", "target", "metric", "subset", "unit",
           "value", "low", "high", "level", "n_samples"]  # fmt: skip


def main(
    features: Mapping[str, Path],
    targets: Path,
    splits: Path,
    out: Path,
    *,
    models: Mapping[str, Mapping[str, Any]],
    quantity: str,
    strains: Sequence[float],
    sizes: Sequence[int],
    draws: int,
    top_fractions: Sequence[float],
    level: float,
    resamples: int,
    seed: int,
    threads: int = 1,
) -> None:
    """Write the scores for every number of training samples and draw.

    Parameters
    ----------
    features, targets, splits, models, quantity, strains, seed, threads
        As in ``learning_transfer.py``.
    out : Path
        Parquet table with one row per model, size, draw, target and metric.
    sizes : sequence of int
        Numbers of training samples per fold, at most all samples of the training folds.
    draws : int
        Independent nested sequences of samples.
    top_fractions, level, resamples
        As in ``learning_evaluate.py``.
    """
    tables = []
    for name, model in models.items():
        job = open_job(features, targets, splits, model=model, quantity=quantity, strains=strains)
        subsets = [
            (draw, size, chosen)
            for draw in range(draws)
            for size, chosen in nested_subsets(job.splits, sizes, seed=seed, draw=draw).items()
        ]
        for draw, size, chosen in progress(subsets, f"{name}: trained"):
            table = train(
                job.dataset,
                job.splits,
                job.model,
                job.task,
                seed=seed,
                threads=threads,
                train_samples=chosen,
            )
            frames = frame_scores(table, top_fractions=top_fractions)
            records = summarise(
                frames,
                units=job.units,
                level=level,
                resamples=resamples,
                seed=seed,
                groups=job.splits.groups,
            )
            tables.append(pd.DataFrame(records).assign(model=name, n_train=size, draw=draw))
    result = pd.concat(tables, ignore_index=True)
    write_table(out, result[result["subset"] == ALL][COLUMNS], check=False)


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
            sizes=snakemake.params.sizes,
            draws=snakemake.params.draws,
            top_fractions=snakemake.params.top_fractions,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
        )
