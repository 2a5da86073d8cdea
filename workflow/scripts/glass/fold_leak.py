"""Score the same models by folds of whole glasses, of atoms, and of atoms under one load."""

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.metric_functions import auc, ranks
from mechanist.assess.resampling import mean_interval
from mechanist.core.progress import log_to, progress
from mechanist.core.typing import FloatArray
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_scores import FOLD_LEAK
from mechanist.learn.dataset import Dataset, load_dataset
from mechanist.learn.estimators.catalogue import REGRESSION, make_classifier, make_regressor
from mechanist.learn.models import Problem
from mechanist.learn.out_of_fold import classify, regress
from mechanist.learn.plastic_classes import PLASTIC
from mechanist.learn.splits import read_splits
from mechanist.learn.torn_folds import Unit, torn
from mechanist.learn.training import frame_labels, problem_of
from mechanist.learn.training_task import ClassDefinition, ModelSpec, Task, make_task
from mechanist.settings.entry_types.block_entries import ModelEntry
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    features: Path,
    targets: Path,
    splits: Path,
    out: Path,
    *,
    models: Mapping[str, ModelEntry],
    quantity: str,
    strains: Sequence[float],
    samples: int,
    plastic_fraction: float,
    seed: int,
    level: float,
    resamples: int,
) -> None:
    """Write the AUC of each model by each unit of folds, and its gain over folds of glasses.

    Parameters
    ----------
    features, targets, splits : Path
        Table of one descriptor, targets and folds of a system.
    out : Path
        CSV, a row for each model, strain and unit: ``value`` with its interval over glasses, and
        ``gain`` over folds of whole glasses with its own, from differences glass by glass.
    models : mapping
        Entries of the models.
    quantity, strains : str, sequence of float
        Quantity that is ranked, and the strains.
    samples : int
        Largest number of glasses.
    plastic_fraction : float
        Fraction of the particles of a frame that count as plastic; the others count as rigid.
    seed, level, resamples
        Root seed; level and resamples of intervals.
    """
    folds = read_splits(splits)
    task = make_task(quantity, strains, strains, [(plastic_fraction, 1 - plastic_fraction)])
    data = load_dataset(
        {features.stem: features}, targets, columns=task.columns, samples=folds.samples[:samples]
    )
    problem = problem_of(data, folds, seed=seed)
    rows = []
    for (name, entry), definition in progress(
        list(product(models.items(), task.classes)), "scored"
    ):
        spec = ModelSpec.of(entry)
        by_unit = {
            unit: glass_scores(data, torn(problem, unit), spec, task, definition) for unit in Unit
        }
        for unit, scores in by_unit.items():
            value = mean_interval(scores, level=level, resamples=resamples, seed=seed)
            difference = scores - by_unit[Unit.SAMPLE]
            gain = mean_interval(difference, level=level, resamples=resamples, seed=seed)
            rows.append({
                "model": name, "strain": definition.strain, "folds": str(unit), "metric": "auc",
                "subset": "all", "unit": "1", "value": value.value, "low": value.low,
                "high": value.high, "level": level, "n_samples": len(scores), "gain": gain.value,
                "gain_low": gain.low, "gain_high": gain.high,
            })  # fmt: skip
    title = "Scores by folds of glasses, of atoms and of rows"
    write_csv(out, pd.DataFrame(rows), title=title, columns=FOLD_LEAK)


def glass_scores(
    data: Dataset, problem: Problem, spec: ModelSpec, task: Task, definition: ClassDefinition
) -> FloatArray:
    """Return the AUC of every glass, averaged over its loads; shape (n_glasses,)."""
    labels = frame_labels(data, task, definition)
    if spec.task == REGRESSION:
        k = task.columns.index(at_strain(task.quantity, definition.strain))
        result = regress(make_regressor(spec.estimator, spec.parameters), problem)
        score = result.prediction[:, k]
    else:
        score = classify(make_classifier(spec.estimator, spec.parameters), problem, labels)
    frames = data.keys.frame_slices
    values = [auc(labels[rows] == PLASTIC, ranks(score[rows])) for rows in frames]
    owner = np.array([data.keys.sample[rows.start] for rows in frames])
    return np.bincount(owner, values) / np.bincount(owner)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.features),
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output.csv),
            **snakemake.params.study,
            seed=snakemake.params.seed,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
        )
