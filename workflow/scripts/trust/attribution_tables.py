"""Attribute one model's held-out score to descriptors and to groups of correlated features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.attribution.permutation_importance import (
    block_groups,
    correlated_groups,
    importances,
    permuted_predictions,
    with_noise,
)
from mechanist.attribution.tree_shapley import grouped_contributions, tree_contributions
from mechanist.core.narrowing import text
from mechanist.core.progress import LOGGER, log_to
from mechanist.core.seeds import generator
from mechanist.core.typing import IntArray
from mechanist.formats.meanings.of_scores import ABOUT, ATTRIBUTION, INTERVAL_METHOD, SCORE
from mechanist.formats.tables import column_metadata, write_table
from mechanist.learn.dataset import Dataset, load_dataset
from mechanist.learn.estimators.catalogue import make_regressor
from mechanist.learn.models import Fitted, Problem
from mechanist.learn.splits import read_splits
from mechanist.learn.training import problem_of
from mechanist.learn.training_task import ModelSpec
from mechanist.settings.entry_types.block_entries import ModelEntry
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: The negative control, an extra column in every table.
NOISE: Final = "noise (control)"
#: The only estimator with exact attributions of its predictions to single features.
TREES: Final = "xgboost"
COLUMNS: Final = ["model", "grouping", "group", "n_features", "target", "subset", "metric", "unit",
                  "value", "low", "high", "level", "method", "n_samples", "n_objects"]  # fmt: skip

#: What the columns mean.
MEANINGS: Final = {**ABOUT, **SCORE, **INTERVAL_METHOD, **ATTRIBUTION}


@dataclass(frozen=True)
class Options:
    """Settings of the attribution.

    Parameters
    ----------
    objects : int or None
        Maximum number of objects per frame in training and attribution; None uses all.
    repeats : int
        Number of permutations of each group.
    threshold : float
        Rank correlation above which features are permuted together.
    """

    objects: int | None
    repeats: int
    threshold: float


def main(
    features: Mapping[str, Path],
    targets: Path,
    splits: Path,
    out: Path,
    *,
    name: str,
    model: ModelEntry,
    quantity: str,
    strain: float,
    load: str,
    options: Options,
    level: float,
    resamples: int,
    seed: int,
    threads: int = 1,
) -> None:
    """Write permutation importances and, for boosted trees, Shapley values.

    Parameters
    ----------
    features, targets, splits
        As in :class:`mechanist.learn.study.StudyFiles`.
    out : Path
        Parquet, one row per grouping, group and metric.
    name : str
        Name of the model, written to the table.
    model : mapping
        The model's entry in the configuration.
    quantity, strain : str, float
        Quantity that is predicted, and the strain.
    load : str
        Load or branch of the objects.
    options : Options
    level, resamples : float, int
        Level of the intervals over samples, and number of resamples.
    seed : int
        Root seed.
    threads : int
        Number of threads for the estimator.
    """
    spec, folds = ModelSpec.of(model), read_splits(splits)
    spec.check()
    target = at_strain(quantity, strain)
    dataset = load_dataset(
        {descriptor: features[descriptor] for descriptor in spec.features},
        targets,
        columns=[target],
        samples=folds.samples,
        loads=[load],
    )
    dataset = thinned(dataset, options.objects, seed)
    many = len(np.unique(dataset.keys.frame)) < len(dataset.keys)
    problem = problem_of(dataset, folds, seed=seed)
    if not many:  # one row per frame: centring would leave zeros
        problem = _replaced(problem, dataset)
    problem = with_noise(problem, name=NOISE, seed=seed)
    regressor = make_regressor(spec.estimator, spec.parameters, threads=threads)
    names = [*dataset.names, NOISE]
    groupings = {
        "descriptor": block_groups(problem.blocks),
        "cluster": correlated_groups(problem.X, names, threshold=options.threshold, seed=seed),
    }
    rows = np.arange(len(problem.Y))
    records: list[dict[str, object]] = []
    for grouping, groups in groupings.items():
        found = permuted_predictions(
            regressor,
            problem,
            groups,
            rows=rows,
            within=problem.frames if many else problem.folds,
            repeats=options.repeats,
            seed=seed,
        )
        lost = importances(found, problem, targets=[target], centre=many, level=level)
        records += [_about(r, grouping, groups) for r in lost]
        LOGGER.info("%s: %d groups by %s permuted", name, len(groups), grouping)
    if spec.estimator == TREES and isinstance(regressor, Fitted):
        parts = tree_contributions(regressor, problem)
        unit = column_metadata(targets).get(target, {}).get("unit", "")
        for grouping, groups in groupings.items():
            sizes = grouped_contributions(
                parts, problem, groups, target=target, unit=unit,
                level=level, resamples=resamples, seed=seed,
            )  # fmt: skip
            records += [_about(r, grouping, groups) for r in sizes]
    table = pd.DataFrame(records).assign(model=name, subset=load)
    write_table(out, table[COLUMNS], columns=MEANINGS, check=False)


def thinned(dataset: Dataset, objects: int | None, seed: int) -> Dataset:
    """Return the data set reduced to at most ``objects`` random objects per frame."""
    if objects is None:
        return dataset
    kept: list[IntArray] = []
    for rows in dataset.keys.frame_slices:
        sample = dataset.keys.samples[dataset.keys.sample[rows.start]]
        rng = generator(seed, "attribution", sample)
        chosen = rng.permutation(rows.stop - rows.start)[:objects]
        kept.append(rows.start + np.sort(chosen))
    chosen_rows = np.concatenate(kept)
    keys = dataset.keys
    few = type(keys)(
        keys.samples, keys.loads, keys.sample[chosen_rows], keys.load[chosen_rows],
        keys.object[chosen_rows],
    )  # fmt: skip
    X, Y = dataset.X[chosen_rows], dataset.Y[chosen_rows]
    return Dataset(X, Y, few, dataset.names, dataset.targets, dataset.blocks)


def _replaced(problem: Problem, dataset: Dataset) -> Problem:
    """Return the problem with uncentred targets, so that samples are compared with each other."""
    return replace(problem, Y=dataset.Y)


def _about(
    record: Mapping[str, object], grouping: str, groups: Mapping[str, Sequence[int] | IntArray]
) -> dict[str, object]:
    return {**record, "grouping": grouping, "n_features": len(groups[text(record["group"])])}


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
            strain=snakemake.params.strain,
            load=snakemake.params.load,
            options=Options(**snakemake.params.options),
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
            threads=snakemake.threads,
        )
