"""Train one model and write its predictions of every object, each made without its sample."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mechanist.formats.predictions import write_predictions
from mechanist.formats.tables import column_metadata
from mechanist.learn.dataset import load_dataset
from mechanist.learn.splits import read_splits
from mechanist.learn.training import ModelSpec, make_task, train
from mechanist.progress import log_to

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
    features : mapping of str to Path
        Feature tables of the model's descriptors, by name.
    targets, splits : Path
        Target table and folds of the system.
    out : Path
        Predictions, parquet.
    model : mapping
        Entry of the configuration: ``estimator`` and optionally ``features``, ``task``,
        ``parameters``; other keys are for figures.
    quantity : str
        Regression target without its strain, such as ``log10_d2min``.
    strains : sequence of float
        Stored strains.
    class_strains : sequence of float
        Strains at which classes are told apart; those that are not stored are left out.
    class_definitions : sequence of (plastic fraction, rigid fraction)
        Sweep of class definitions.
    seed : int
        Root of random numbers.
    threads : int
        Threads that an estimator may use.
    """
    spec = ModelSpec.of(model)
    spec.check()
    task = make_task(quantity, strains, class_strains, class_definitions)
    folds = read_splits(splits)
    dataset = load_dataset(
        {name: features[name] for name in spec.features},
        targets,
        columns=task.columns,
        samples=folds.samples,
    )
    table = train(dataset, folds, spec, task, seed=seed, threads=threads)
    metadata = column_metadata(targets)
    units = {name: metadata.get(name, {}).get("unit", "") for name in task.columns}
    write_predictions(out, table, units=units)


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
