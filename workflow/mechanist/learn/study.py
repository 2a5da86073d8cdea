"""Inputs of every training script: one model, its features, targets and folds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mechanist.formats.tables import column_metadata
from mechanist.learn.dataset import Dataset, load_dataset
from mechanist.learn.estimators.catalogue import CLASSIFICATION, make_classifier
from mechanist.learn.splits import Splits, read_splits
from mechanist.learn.training import ModelSpec, Task, make_task


@dataclass(frozen=True, eq=False)
class Job:
    """A model with its training data.

    Parameters
    ----------
    model : ModelSpec
    task : Task
    splits : Splits
    dataset : Dataset
        Features of the model and targets of the task.
    units : dict of str to str
        Units of the targets; empty where the target table states none.
    """

    model: ModelSpec
    task: Task
    splits: Splits
    dataset: Dataset
    units: dict[str, str]


def open_job(
    features: Mapping[str, Path],
    targets: Path,
    splits: Path,
    *,
    model: Mapping[str, Any],
    quantity: str,
    strains: Sequence[float],
    class_strains: Sequence[float] = (),
    class_definitions: Sequence[Sequence[float]] = (),
) -> Job:
    """Validate a model's entry, then read its data.

    Parameters
    ----------
    features : mapping of str to Path
        Feature tables by descriptor; at least those that the model names.
    targets, splits : Path
        Target table and folds of the system.
    model : mapping
        Entry of the configuration: ``estimator`` and optionally ``features``, ``task``,
        ``parameters``; other keys are for figures.
    quantity : str
        Regression target without its strain, such as ``log10_d2min``.
    strains : sequence of float
        Stored strains.
    class_strains : sequence of float
        Strains at which classes are defined; strains that are not stored are ignored.
    class_definitions : sequence of (plastic fraction, rigid fraction)
        Sweep of class definitions.

    Raises
    ------
    ValueError
        If the estimator, a parameter or the task is unknown, a feature table was not given, or a
        classifier has no class definitions.
    FormatError
        If a file has the wrong content.
    """
    spec = ModelSpec.of(model)
    spec.check()
    lost = [name for name in spec.features if name not in features]
    if lost:
        raise ValueError(f"no feature tables of {lost} were given; given: {sorted(features)}")
    task = make_task(quantity, strains, class_strains, class_definitions)
    if spec.task == CLASSIFICATION and not task.classes:
        raise ValueError(
            f"estimator {spec.estimator!r} is a classifier, but no class definitions were given;"
            " use a model of task 'regression' (required for transfer and learning curves), or give"
            f" class_definitions, with class_strains among the stored {list(strains)}"
        )
    folds = read_splits(splits)
    dataset = load_dataset(
        {name: features[name] for name in spec.features},
        targets,
        columns=task.columns,
        samples=folds.samples,
    )
    metadata = column_metadata(targets)
    units = {column: metadata.get(column, {}).get("unit", "") for column in task.columns}
    return Job(spec, task, folds, dataset, units)


def told_odds(model: ModelSpec, task: Task) -> list[str]:
    """Return the names of the class targets for which a model predicts log odds."""
    if model.task != CLASSIFICATION:
        return []
    classifier = make_classifier(model.estimator, model.parameters)
    return [c.name for c in task.classes] if getattr(classifier, "tells_odds", False) else []
