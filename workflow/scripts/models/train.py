"""Train one model and write its out-of-fold predictions of every object."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mechanist.core.progress import log_to
from mechanist.formats.predictions import write_predictions
from mechanist.learn.study import open_job, told_odds
from mechanist.learn.training import train

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    features: Mapping[str, Path],
    targets: Path,
    splits: Path,
    out: Path,
    *,
    model: Mapping[str, Any],
    quantity: str,
    strains: Sequence[float],
    class_strains: Sequence[float],
    class_definitions: Sequence[Sequence[float]],
    seed: int,
    threads: int = 1,
) -> None:
    """Write the out-of-fold predictions of one model.

    Parameters
    ----------
    features, targets, splits, model, quantity, strains, class_strains, class_definitions
        As in :func:`mechanist.learn.study.open_job`.
    out : Path
        Predictions, parquet.
    seed : int
        Root seed.
    threads : int
        Maximum number of threads of an estimator.
    """
    job = open_job(
        features,
        targets,
        splits,
        model=model,
        quantity=quantity,
        strains=strains,
        class_strains=class_strains,
        class_definitions=class_definitions,
    )
    table = train(job.dataset, job.splits, job.model, job.task, seed=seed, threads=threads)
    write_predictions(out, table, units=job.units, log_odds=told_odds(job.model, job.task))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            {Path(path).stem: Path(path) for path in snakemake.input.features},
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output[0]),
            model=snakemake.params.model,
            quantity=snakemake.params.quantity,
            strains=snakemake.params.strains,
            class_strains=snakemake.params.class_strains,
            class_definitions=snakemake.params.class_definitions,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
        )
