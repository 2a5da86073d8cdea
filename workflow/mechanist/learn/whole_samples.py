"""Train on whole samples: one object per sample, and a separate model for every load.

A sample responds differently under another load, or from another state. Load-aware features contain
this already, so each load's model is trained on the rows of that load alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE, column_metadata
from mechanist.learn.dataset import Dataset, load_dataset
from mechanist.learn.estimators.catalogue import REGRESSION, make_regressor
from mechanist.learn.models import Problem
from mechanist.learn.splits import Splits, read_splits
from mechanist.learn.training import ModelSpec
from mechanist.settings.target_names import at_strain


@dataclass(frozen=True, eq=False)
class Population:
    """The samples of one system with their features and targets.

    Parameters
    ----------
    dataset : Dataset
        One row per sample and load.
    splits : Splits
    units : dict of str to str
        Units of targets.
    """

    dataset: Dataset
    splits: Splits
    units: dict[str, str]


def target_names(quantity: str, strains: Sequence[float], others: Sequence[str] = ()) -> list[str]:
    """Return the target columns to learn: a quantity at each strain, and others."""
    return [*(at_strain(quantity, strain) for strain in strains), *others]


def open_population(
    features: Mapping[str, Path],
    targets: Path,
    splits: Path,
    *,
    model: ModelSpec,
    columns: Sequence[str],
) -> Population:
    """Read the training data of a model.

    Parameters
    ----------
    features : mapping of str to Path
        Feature tables by descriptor; at least those that the model names.
    targets, splits : Path
        Target table and folds of the system.
    model : ModelSpec
    columns : sequence of str
        Targets to learn.

    Raises
    ------
    ValueError
        If the model is not a known regressor, a feature table is missing, or a sample has several
        objects.
    FormatError
        If a file has the wrong content.
    """
    model.check()
    if model.task != REGRESSION:
        raise ValueError(
            f"task {model.task!r}; expected {REGRESSION!r}, the only task for whole samples"
        )
    lost = [name for name in model.features if name not in features]
    if lost:
        raise ValueError(f"no feature tables of {lost} were given; given: {sorted(features)}")
    folds = read_splits(splits)
    dataset = load_dataset(
        {name: features[name] for name in model.features},
        targets,
        columns=list(columns),
        samples=folds.samples,
    )
    if len(np.unique(dataset.keys.frame)) != len(dataset.keys):
        raise ValueError(f"{targets}: a sample has several objects; expected one (object 0)")
    metadata = column_metadata(targets)
    units = {column: metadata.get(column, {}).get("unit", "") for column in columns}
    return Population(dataset, folds, units)


def train_population(
    population: Population,
    model: ModelSpec,
    *,
    seed: int,
    threads: int = 1,
    train_samples: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Predict every sample by models that were not trained on it.

    Parameters
    ----------
    population : Population
    model : ModelSpec
    seed : int
        Seed of the estimators' randomness.
    threads : int
        Maximum number of threads of an estimator.
    train_samples : iterable of str, optional
        Train on these samples only; all are predicted.

    Returns
    -------
    DataFrame
        With the columns of :mod:`mechanist.formats.predictions`.
    """
    dataset, keys = population.dataset, population.dataset.keys
    folds = keys.folds(population.splits.fold_of)
    usable = np.ones(len(keys), bool)
    if train_samples is not None:
        usable = np.isin(keys.sample, [keys.samples.index(name) for name in train_samples])
    prediction = np.full_like(dataset.Y, np.nan)
    for rows in _load_rows(dataset):
        regressor = make_regressor(model.estimator, model.parameters, threads=threads)
        problem = _problem(dataset, rows, folds[rows], usable[rows], seed)
        prediction[rows] = regressor.cross_fit(problem).prediction
    return _table(dataset, folds, prediction)


def transfer_population(
    learnt: Population, tested: Population, model: ModelSpec, *, seed: int, threads: int = 1
) -> pd.DataFrame:
    """Train on all samples of one system and predict those of another, separately for each load.

    Parameters
    ----------
    learnt, tested : Population
        Systems with the same descriptors and targets; only their common loads are predicted.
    model, seed, threads
        As in :func:`train_population`.

    Returns
    -------
    DataFrame
        Predictions of the second system; ``fold`` is 0 throughout.
    """
    first, second = learnt.dataset, tested.dataset
    if first.names != second.names or first.targets != second.targets:
        raise ValueError(
            f"the systems must have the same features and targets; they have {len(first.names)} and"
            f" {len(second.names)} features, targets {list(first.targets)} and"
            f" {list(second.targets)}"
        )
    beyond = len(learnt.splits.folds)
    inner = first.keys.folds(learnt.splits.fold_of)
    prediction, known = np.full_like(second.Y, np.nan), np.zeros(len(second.keys), bool)
    for load in sorted(set(first.keys.loads) & set(second.keys.loads)):
        a = np.flatnonzero(first.keys.under([load]))
        b = np.flatnonzero(second.keys.under([load]))
        problem = Problem(
            X=np.concatenate([first.X[a], second.X[b]]),
            Y=np.concatenate([first.Y[a], second.Y[b]]),
            folds=np.concatenate([inner[a], np.full(len(b), beyond)]),
            samples=np.arange(len(a) + len(b)),
            frames=np.arange(len(a) + len(b)),
            objects=np.zeros(len(a) + len(b), np.int64),
            blocks=first.blocks,
            train=np.arange(len(a) + len(b)) < len(a),
            seed=seed,
            only=beyond,
        )
        regressor = make_regressor(model.estimator, model.parameters, threads=threads)
        prediction[b] = regressor.cross_fit(problem).prediction[len(a) :]
        known[b] = True
    table = _table(
        second, np.zeros(len(second.keys), np.int64), np.where(known[:, None], prediction, 0.0)
    )
    return table[np.tile(known, len(second.targets))].reset_index(drop=True)


def load_problems(population: Population, *, seed: int) -> dict[str, Problem]:
    """Return the problem of every load by its name, as used by :func:`train_population`."""
    dataset, keys = population.dataset, population.dataset.keys
    folds = keys.folds(population.splits.fold_of)
    return {
        load: _problem(dataset, rows, folds[rows], np.ones(len(rows), bool), seed)
        for load, rows in zip(keys.loads, _load_rows(dataset), strict=True)
    }


def _load_rows(dataset: Dataset) -> list[IntArray]:
    return [np.flatnonzero(dataset.keys.load == k) for k in range(len(dataset.keys.loads))]


def _problem(
    dataset: Dataset, rows: IntArray, folds: IntArray, usable: BoolArray, seed: int
) -> Problem:
    """Return the problem of one load."""
    keys = dataset.keys
    return Problem(
        X=dataset.X[rows],
        Y=dataset.Y[rows],
        folds=folds,
        samples=keys.sample[rows],
        frames=keys.frame[rows],
        objects=keys.object[rows],
        blocks=dataset.blocks,
        train=usable,
        seed=seed,
    )


def _table(dataset: Dataset, folds: NDArray[np.int64], prediction: FloatArray) -> pd.DataFrame:
    """Return a row for each target and row of the dataset, sorted by target first."""
    keys, targets = dataset.keys, list(dataset.targets)
    n = len(targets)
    return pd.DataFrame(
        {
            SAMPLE: pd.Categorical.from_codes(np.tile(keys.sample, n), list(keys.samples)),
            LOAD: pd.Categorical.from_codes(np.tile(keys.load, n), list(keys.loads)),
            OBJECT: np.tile(keys.object, n).astype(np.int32),
            "fold": np.tile(folds, n).astype(np.int8),
            TARGET: pd.Categorical.from_codes(np.repeat(np.arange(n), len(keys)), targets),
            "truth": dataset.Y.T.ravel().astype(np.float32),
            "prediction": prediction.T.ravel().astype(np.float32),
        }
    )
