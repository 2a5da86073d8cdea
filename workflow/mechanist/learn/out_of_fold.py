"""Train out of fold: the functions through which every estimator predicts samples it has not seen.

Scores, learning curves, transfers and attributions all call them. They verify what a score relies
on: that no independent sample is both trained on and predicted, and that every row is predicted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.tables import SAMPLE
from mechanist.learn.models import Classifier, CrossFit, Problem, Regressor
from mechanist.learn.splits import Splits
from mechanist.learn.state_estimator import FittedStates, StateEstimator, StateInputs

#: Fold of the rows that an estimator of states trains on and does not predict.
NOT_PREDICTED: Final = -1


def regress(model: Regressor, problem: Problem) -> CrossFit:
    """Predict numbers for every row by a model that was not trained on its sample.

    Parameters
    ----------
    model : Regressor
    problem : Problem

    Raises
    ------
    ValueError
        If a sample is in several folds, or a prediction is missing or not finite.
    """
    _refuse_torn_samples(problem.samples, problem.folds)
    result = model.cross_fit(problem)
    _refuse_gaps(model, result.prediction, problem.Y.shape, problem.predicted)
    return result


def classify(model: Classifier, problem: Problem, labels: NDArray[np.int8]) -> FloatArray:
    """Return a score of every row, positive for plastic, by a model not trained on its sample.

    Parameters
    ----------
    model : Classifier
    problem : Problem
    labels : ndarray of shape (n_rows,), int8
        1 plastic, 0 rigid, -1 left out.

    Raises
    ------
    ValueError
        As in :func:`regress`.
    """
    _refuse_torn_samples(problem.samples, problem.folds)
    margin = model.cross_classify(problem, labels)
    _refuse_gaps(model, margin, labels.shape, problem.predicted)
    return margin


@dataclass(frozen=True, eq=False)
class StatesFit:
    """Out-of-fold predictions of an estimator that reads states, with its fitted instances.

    Parameters
    ----------
    prediction : ndarray of shape (n_rows, n_targets)
        NaN in folds that were not asked for.
    folds : ndarray of shape (n_rows,), int
        Fold of every row.
    usable : ndarray of shape (n_rows,), bool
        Rows available for training.
    fitted : dict of int to FittedStates
        The fitted estimator of each fold.
    """

    prediction: FloatArray
    folds: IntArray
    usable: BoolArray
    fitted: dict[int, FittedStates[object]]

    def training(self, fold: int) -> IntArray:
        """Return the rows on which the estimator of a fold was trained."""
        return np.flatnonzero(self.usable & (self.folds != fold))


def fit_states(
    estimator: StateEstimator[object],
    states: StateInputs[object],
    splits: Splits,
    *,
    seed: int,
    train_samples: Iterable[str] | None = None,
    only: Iterable[int] | None = None,
) -> StatesFit:
    """Predict every state by an estimator that was trained on no state of its sample.

    Parameters
    ----------
    estimator : StateEstimator
    states : StateInputs
    splits : Splits
    seed : int
        Seed of the estimator's randomness.
    train_samples : iterable of str, optional
        Train on these samples only; all are predicted.
    only : iterable of int, optional
        Train for these folds only, each as if all were trained for.

    Raises
    ------
    ValueError
        If a fold does not exist, a prediction is missing or not finite, or the estimator returns
        another number of fitted instances than there are folds.
    """
    samples = states.keys[SAMPLE]
    folds = samples.map(splits.fold_of).to_numpy(int)
    usable = np.ones(len(folds), bool)
    if train_samples is not None:
        usable = samples.isin(list(train_samples)).to_numpy()
    every = range(len(splits.folds))
    asked = sorted(every if only is None else set(only))
    if not asked or not set(asked) <= set(every):
        raise ValueError(f"folds {asked} are asked for; expected some of {list(every)}")
    predicted = np.isin(folds, asked)
    prediction, fitted = estimator.cross_fit(
        states.inputs,
        states.truth,
        samples=pd.factorize(samples)[0].astype(np.int64),
        folds=np.where(predicted, folds, NOT_PREDICTED),
        train=usable,
        seed=seed,
    )
    _refuse_gaps(estimator, prediction, states.truth.shape, predicted)
    if len(fitted) != len(asked):
        raise ValueError(
            f"{type(estimator).__name__}.cross_fit returned {len(fitted)} fitted estimators for the"
            f" folds {asked}; expected one per fold"
        )
    return StatesFit(prediction, folds, usable, dict(zip(asked, fitted, strict=True)))


def _refuse_torn_samples(samples: IntArray, folds: IntArray) -> None:
    fold_of = np.zeros(int(samples.max()) + 1, np.int64)
    fold_of[samples] = folds
    torn = np.unique(samples[fold_of[samples] != folds])
    if len(torn):
        raise ValueError(
            f"samples number {torn.tolist()} have rows in several folds, so that they would be both"
            " trained on and predicted; assign each sample to one fold (mechanist.learn.splits)"
        )


def _refuse_gaps(
    model: object, prediction: FloatArray, shape: tuple[int, ...], predicted: BoolArray
) -> None:
    name = type(model).__name__
    if prediction.shape != shape:
        raise ValueError(
            f"{name} returned predictions of shape {prediction.shape}; expected {shape}"
        )
    lost = int((~np.isfinite(prediction[predicted])).sum())
    if lost:
        raise ValueError(
            f"{name} left {lost} predictions missing or not finite; expected a finite number for"
            " every row of every fold (mechanist.contract.check_model tests an estimator for this)"
        )
