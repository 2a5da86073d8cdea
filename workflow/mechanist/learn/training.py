"""Out-of-fold predictions of one model, for regression and for classification.

Regression predicts *where, not when*: targets are centred within their frame (a sample under a
load), since the overall progress of yielding is common to all particles of a frame. The mean over
training rows is then added to the predictions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE
from mechanist.learn.dataset import Dataset
from mechanist.learn.estimators.catalogue import (
    REGRESSION,
    make_classifier,
    make_regressor,
)
from mechanist.learn.models import Problem, Regressor
from mechanist.learn.out_of_fold import classify, regress
from mechanist.learn.plastic_classes import LEFT_OUT, best_threshold, class_labels
from mechanist.learn.splits import Splits
from mechanist.learn.training_task import ClassDefinition, ModelSpec, Task
from mechanist.settings.target_names import at_strain


def train(
    dataset: Dataset,
    splits: Splits,
    model: ModelSpec,
    task: Task,
    *,
    seed: int,
    threads: int = 1,
    train_loads: Sequence[str] | None = None,
    train_samples: Iterable[str] | None = None,
    only: int | None = None,
) -> pd.DataFrame:
    """Predict every object by a model that was not trained on its sample.

    Parameters
    ----------
    dataset : Dataset
        Features of the model and the columns of the task.
    splits : Splits
        Outer folds; inner choices are made within the training folds.
    model : ModelSpec
    task : Task
        A classifier predicts classes only. A regressor predicts both; its class boundary maximises
        the balanced accuracy on the training folds.
    seed : int
        Seed of draws and of estimators' randomness.
    threads : int
        Maximum number of threads of an estimator.
    train_loads, train_samples : sequence of str, optional
        Train on these only; all loads and samples are predicted.
    only : int, optional
        Predict this fold only, as if all were predicted.

    Returns
    -------
    DataFrame
        With the columns of :mod:`mechanist.formats.predictions`.
    """
    model.check()
    problem = problem_of(
        dataset, splits, seed=seed, train_loads=train_loads, train_samples=train_samples
    )
    problem = replace(problem, only=only)
    if model.task == REGRESSION:
        regressor = make_regressor(model.estimator, model.parameters, threads=threads)
        return train_regressor(regressor, dataset, problem, task)
    return _table(dataset, problem, _classify(dataset, problem, model, task, threads))


def train_regressor(
    regressor: Regressor, dataset: Dataset, problem: Problem, task: Task
) -> pd.DataFrame:
    """Predict the numbers and classes of a task, whatever the regressor reads.

    Parameters
    ----------
    regressor : Regressor
    dataset : Dataset
        The columns of the task.
    problem : Problem
        Of this dataset; see :func:`problem_of`.
    task : Task

    Returns
    -------
    DataFrame
        As in :func:`train`.
    """
    return _table(dataset, problem, _regress(regressor, dataset, problem, task))


def problem_of(
    dataset: Dataset,
    splits: Splits,
    *,
    seed: int,
    train_loads: Sequence[str] | None = None,
    train_samples: Iterable[str] | None = None,
) -> Problem:
    """Return the prediction problem of a dataset; parameters as in :func:`train`."""
    keys = dataset.keys
    usable = np.ones(len(keys), bool) if train_loads is None else keys.under(train_loads)
    if train_samples is not None:
        chosen = [keys.samples.index(name) for name in train_samples]
        usable &= np.isin(keys.sample, chosen)
    return Problem(
        X=dataset.X,
        Y=centred(dataset.Y, keys.frame_slices),
        folds=keys.folds(splits.fold_of),
        samples=keys.groups(splits.group_of),  # inner folds keep groups together too
        frames=keys.frame,
        objects=keys.object,
        blocks=dataset.blocks,
        train=usable,
        seed=seed,
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """Predictions of one target on some rows."""

    target: str
    rows: BoolArray
    truth: NDArray[np.float64 | np.int8]
    prediction: FloatArray


def centred(Y: FloatArray, frames: Sequence[slice]) -> FloatArray:
    """Subtract the mean of its frame from every value."""
    result = Y.copy()
    for rows in frames:
        result[rows] -= Y[rows].mean(axis=0)
    return result


def _regress(regressor: Regressor, dataset: Dataset, problem: Problem, task: Task) -> list[_Part]:
    result = regress(regressor, problem)
    level = np.full_like(result.prediction, np.nan)
    for _, training, test in problem.outer():
        level[test] = dataset.Y[training].mean(axis=0)
    everywhere = np.ones(len(dataset.keys), bool)
    parts = []
    for strain in sorted(task.strains):
        name = at_strain(task.quantity, strain)
        k = dataset.targets.index(name)
        whole = result.prediction[:, k] + level[:, k]
        parts.append(_Part(name, everywhere, dataset.Y[:, k], whole))
    for definition in task.classes:
        k = dataset.targets.index(at_strain(task.quantity, definition.strain))
        labels = frame_labels(dataset, task, definition)
        margin = np.full(len(labels), np.nan)
        for (_, _, test), known in zip(problem.outer(), result.calibration, strict=True):
            edge = best_threshold(known.prediction[:, k], labels[known.rows])
            margin[test] = result.prediction[test, k] - edge
        parts.append(_Part(definition.name, labels != LEFT_OUT, labels, margin))
    return parts


def _classify(
    dataset: Dataset, problem: Problem, model: ModelSpec, task: Task, threads: int
) -> list[_Part]:
    classifier = make_classifier(model.estimator, model.parameters, threads=threads)
    parts = []
    for definition in task.classes:
        labels = frame_labels(dataset, task, definition)
        margin = classify(classifier, problem, labels)
        parts.append(_Part(definition.name, labels != LEFT_OUT, labels, margin))
    return parts


def frame_labels(dataset: Dataset, task: Task, definition: ClassDefinition) -> NDArray[np.int8]:
    """Label every row within its frame."""
    values = dataset.target(at_strain(task.quantity, definition.strain))
    labels = np.empty(len(values), np.int8)
    for rows in dataset.keys.frame_slices:
        labels[rows] = class_labels(
            values[rows], definition.plastic_fraction, definition.rigid_fraction
        )
    return labels


def _table(dataset: Dataset, problem: Problem, parts: Sequence[_Part]) -> pd.DataFrame:
    """Concatenate the predicted rows of the parts into one table."""
    keys, names = dataset.keys, [part.target for part in parts]
    tables = [
        pd.DataFrame(
            {
                SAMPLE: pd.Categorical.from_codes(keys.sample[rows], list(keys.samples)),
                LOAD: pd.Categorical.from_codes(keys.load[rows], list(keys.loads)),
                OBJECT: keys.object[rows].astype(np.int32),
                "fold": problem.folds[rows].astype(np.int8),
                TARGET: pd.Categorical.from_codes(np.full(int(rows.sum()), k, np.int16), names),
                "truth": part.truth[rows].astype(np.float32),
                "prediction": part.prediction[rows].astype(np.float32),
            }
        )
        for k, part in enumerate(parts)
        for rows in [part.rows & problem.predicted]
    ]
    return pd.concat(tables, ignore_index=True)
