"""Train on whole samples: one object per sample, and a separate model for every load.

A sample responds differently under another load, or from another state. Load-aware features contain
this already, so each load's model is trained on the rows of that load alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE, column_metadata
from mechanist.learn.dataset import Dataset, load_dataset
from mechanist.learn.estimators.catalogue import REGRESSION, make_regressor
from mechanist.learn.estimators.linear_forms import LinearForm, linear_form
from mechanist.learn.learner import Learner
from mechanist.learn.models import Problem, Regressor
from mechanist.learn.out_of_fold import regress
from mechanist.learn.splits import Splits, read_splits
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.training_task import ModelSpec, given_features
from mechanist.settings.entry_types.block_entries import ModelEntry


@dataclass(frozen=True, eq=False)
class WholeSamples(Learner):
    """A model with the samples of one system, their features and targets.

    Parameters
    ----------
    model : ModelSpec
    dataset : Dataset
        One row per sample and load.
    splits : Splits
    units : dict of str to str
        Units of targets.
    """

    model: ModelSpec
    dataset: Dataset
    splits: Splits
    units: dict[str, str]

    def train(
        self,
        *,
        seed: int,
        threads: int = 1,
        train_samples: Sequence[str] | None = None,
        only: int | None = None,
    ) -> pd.DataFrame:
        """Predict every sample, or those of one fold, by models that were not trained on it.

        There is one model for each load.
        """
        dataset, keys = self.dataset, self.dataset.keys
        folds = keys.folds(self.splits.fold_of)
        usable = np.ones(len(keys), bool)
        if train_samples is not None:
            usable = np.isin(keys.sample, [keys.samples.index(name) for name in train_samples])
        prediction = np.full_like(dataset.Y, np.nan)
        for rows in _load_rows(dataset):
            regressor = self._regressor(threads)
            problem = _problem(dataset, rows, folds[rows], usable[rows], seed)
            problem = replace(problem, only=only)
            prediction[rows] = regress(regressor, problem).prediction
        table = _table(dataset, folds, prediction)
        return table if only is None else table[table["fold"] == only].reset_index(drop=True)

    def transfer(self, tested: "WholeSamples", *, seed: int, threads: int = 1) -> pd.DataFrame:
        """Train on all samples and predict those of another system, separately for each load.

        Parameters
        ----------
        tested : WholeSamples
            System with the same descriptors and targets; only common loads are predicted.
        seed, threads
            As in :meth:`train`.

        Returns
        -------
        DataFrame
            Predictions of the other system; ``fold`` is 0 throughout.
        """
        first, second = self.dataset, tested.dataset
        if first.names != second.names or first.targets != second.targets:
            raise ValueError(
                f"the systems must have the same features and targets; they have {len(first.names)}"
                f" and {len(second.names)} features, targets {list(first.targets)} and"
                f" {list(second.targets)}"
            )
        beyond = len(self.splits.folds)
        inner = first.keys.folds(self.splits.fold_of)
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
            prediction[b] = regress(self._regressor(threads), problem).prediction[len(a) :]
            known[b] = True
        table = _table(
            second, np.zeros(len(second.keys), np.int64), np.where(known[:, None], prediction, 0.0)
        )
        return table[np.tile(known, len(second.targets))].reset_index(drop=True)

    def fit_all(self, *, seed: int) -> dict[str, LinearForm]:
        """Return the model of each load fitted to all samples; see :func:`linear_form`.

        Raises
        ------
        ValueError
            If the fitted form of the estimator does not consist of numbers alone.
        """
        dataset, model = self.dataset, self.model
        folds, usable = dataset.keys.folds(self.splits.fold_of), np.ones(len(dataset.keys), bool)
        found = {}
        for load, rows in zip(dataset.keys.loads, _load_rows(dataset), strict=True):
            problem = _problem(dataset, rows, folds[rows], usable[rows], seed)
            found[load] = linear_form(model.estimator, model.parameters, problem)
        return found

    def _regressor(self, threads: int) -> Regressor:
        return make_regressor(self.model.estimator, self.model.parameters, threads=threads)


def open_whole_samples(study: Study, model: ModelEntry, files: StudyFiles) -> WholeSamples:
    """Validate a model's entry, then read its data.

    Parameters
    ----------
    study : Study
    model : mapping
        Entry of the configuration.
    files : StudyFiles

    Raises
    ------
    ValueError
        If the model is not a known regressor, a feature table is missing, or a sample has several
        objects.
    FormatError
        If a file has the wrong content.
    """
    spec = ModelSpec.of(model)
    spec.check()
    if spec.task != REGRESSION:
        raise ValueError(
            f"task {spec.task!r}; expected {REGRESSION!r}, the only task for whole samples"
        )
    features = given_features(spec, files.features or {})
    splits = read_splits(files.splits)
    columns = study.columns
    dataset = load_dataset(features, files.targets, columns=columns, samples=splits.samples)
    if len(np.unique(dataset.keys.frame)) != len(dataset.keys):
        raise ValueError(f"{files.targets}: a sample has several objects; expected one (object 0)")
    metadata = column_metadata(files.targets)
    units = {column: metadata.get(column, {}).get("unit", "") for column in columns}
    return WholeSamples(spec, dataset, splits, units)


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
