"""Shapley values of boosted trees, for samples on which the trees were not trained.

XGBoost computes them exactly for trees (Lundberg et al., 2020,
https://doi.org/10.1038/s42256-019-0138-9): contributions of all features and a constant add up to the
prediction, row by row, which is checked.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.assess.resampling import mean_interval
from mechanist.attribution.importance_row import ImportanceRow
from mechanist.attribution.permutation_importance import Groups
from mechanist.core.typing import FloatArray
from mechanist.learn.models import Fitted, Problem, TableEstimator
from mechanist.learn.out_of_fold import regress

#: Largest error of the sum, in spreads of the prediction: single precision over many trees.
ADDITIVE: Final = 1e-3


@dataclass(eq=False)
class _Explained:
    """Boosted trees that record the contributions to the first prediction after each fit.

    Parameters
    ----------
    trees : xgboost.XGBRegressor
    notes : list
        Recorded contributions, one array per fit.
    """

    trees: TableEstimator
    notes: list[FloatArray]
    _fresh: bool = field(default=False, init=False)

    def fit(self, X: NDArray[np.float32], y: NDArray[np.float64 | np.int64]) -> "_Explained":
        self.trees.fit(X, y)
        self._fresh = True
        return self

    def predict(self, X: NDArray[np.float32]) -> NDArray[np.float64 | np.int64]:
        if self._fresh:
            self.notes.append(contributions(self.trees, X))
            self._fresh = False
        return np.asarray(self.trees.predict(X), dtype=float)


def contributions(trees: TableEstimator, X: NDArray[np.float32]) -> FloatArray:
    """Return the contribution of each feature to each prediction, and the constant last.

    Parameters
    ----------
    trees : xgboost.XGBRegressor
        Fitted trees.
    X : ndarray of shape (n_rows, n_features)

    Returns
    -------
    ndarray of shape (n_rows, n_features + 1)

    Raises
    ------
    TypeError
        If the trees are not XGBoost's.
    ValueError
        If contributions do not add up to the predictions.
    """
    if not hasattr(trees, "get_booster"):
        raise TypeError(
            f"{type(trees).__name__} has no get_booster; expected XGBoost's trees without a"
            " preceding reduction of the features"
        )
    import xgboost

    parts = trees.get_booster().predict(xgboost.DMatrix(X), pred_contribs=True).astype(float)
    said = np.asarray(trees.predict(X), dtype=float)
    gap, spread = np.abs(parts.sum(axis=1) - said).max(), max(float(said.std()), 1e-12)
    if gap > ADDITIVE * spread:
        raise ValueError(
            f"contributions miss predictions by up to {gap / spread:.3g} of their spread; expected"
            f" at most {ADDITIVE:g}"
        )
    return np.asarray(parts)


def tree_contributions(model: Fitted, problem: Problem) -> FloatArray:
    """Return contributions to the out-of-fold prediction of every row.

    Parameters
    ----------
    model : Fitted
        A model of XGBoost's trees, which is fitted as usual, fold by fold.
    problem : Problem
        A problem with one target.

    Returns
    -------
    ndarray of shape (n_rows, n_features + 1)

    Raises
    ------
    ValueError
        If the problem has several targets.
    """
    if problem.Y.shape[1] != 1:
        raise ValueError(f"{problem.Y.shape[1]} targets; expected one at a time")
    notes: list[FloatArray] = []
    make = model.candidates[0]
    watched = replace(model, candidates=(lambda seed: _Explained(make(seed), notes),))
    regress(watched, problem)
    found = np.full((len(problem.Y), problem.X.shape[1] + 1), np.nan)
    for (_, _, test), part in zip(problem.outer(), notes, strict=True):
        found[test] = part
    return found


def grouped_contributions(
    found: FloatArray, problem: Problem, groups: Groups, *, target: str, unit: str,
    level: float, resamples: int, seed: int,
) -> list[ImportanceRow]:  # fmt: skip
    """Return the mean size of each group's contribution, with intervals over samples.

    A group's contribution is the sum over its features, so that a feature and its copy count once.

    Parameters
    ----------
    found : ndarray of shape (n_rows, n_features + 1)
        From :func:`tree_contributions`.
    problem, groups
        As in :func:`mechanist.attribution.permutation_importance.permuted_predictions`.
    target, unit : str
        What was predicted.
    level, resamples, seed
        As in :func:`mechanist.assess.resampling.mean_interval`.
    """
    _, sample = np.unique(problem.samples, return_inverse=True)
    counts = np.bincount(sample)
    records: list[ImportanceRow] = []
    for name, columns in groups.items():
        size = np.abs(found[:, columns].sum(axis=1))
        interval = mean_interval(
            np.bincount(sample, size) / counts, level=level, resamples=resamples, seed=seed
        )
        row: ImportanceRow = {
            "group": name, "target": target, "metric": "mean_shap", "unit": unit,
            "value": interval.value, "low": interval.low, "high": interval.high,
            "level": interval.level, "method": interval.method,
            "n_samples": interval.n, "n_objects": len(found),
        }  # fmt: skip
        records.append(row)
    return records
