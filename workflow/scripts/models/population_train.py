"""Train one model on whole samples and write its out-of-fold predictions."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mechanist.core.progress import log_to
from mechanist.formats.predictions import write_predictions
from mechanist.learn.training import ModelSpec
from mechanist.learn.whole_samples import open_population, target_names, train_population

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
    others: Sequence[str] = (),
    seed: int,
    threads: int = 1,
) -> None:
    """Write the out-of-fold predictions of one model.

    Parameters
    ----------
    features, targets, splits
        As in :func:`mechanist.learn.whole_samples.open_population`.
    out : Path
        Predictions, parquet.
    model : mapping
        Entry of the configuration.
    quantity, strains, others
        As in :func:`mechanist.learn.whole_samples.target_names`.
    seed : int
        Root seed.
    threads : int
        Maximum number of threads of an estimator.
    """
    spec = ModelSpec.of(model)
    columns = target_names(quantity, strains, others)
    population = open_population(features, targets, splits, model=spec, columns=columns)
    table = train_population(population, spec, seed=seed, threads=threads)
    write_predictions(out, table, units=population.units)


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
            others=snakemake.params.others,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
        )
