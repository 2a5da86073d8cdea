"""Scikit-learn estimators for features of any distribution: normal scores, and what reads them."""

import warnings
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from mechanist.core.typing import FloatArray

#: Number of inner folds of the training rows, held out in turn to choose parameters.
INNER_FOLDS: Final = 3


class RankGauss(TransformerMixin, BaseEstimator):
    """Map each feature to the normal distribution by its rank among the training rows.

    Features of a relaxed state have tails that no scaling tames; their ranks have none. Ranks are
    interpolated between training values and constant beyond the extreme ones. Equal values share
    the mean of their ranks.
    """

    def fit(self, X: ArrayLike, _y: object = None) -> Self:
        """Learn the distribution of each column of ``X`` of shape (n_rows, n_features)."""
        from scipy.special import ndtri

        columns = np.asarray(X, dtype=float).T
        self.n_features_in_ = len(columns)
        self.known_: list[tuple[FloatArray, FloatArray]] = []
        for column in columns:
            values, counts = np.unique(column, return_counts=True)
            middle = np.cumsum(counts) - 0.5 * counts
            self.known_.append((values, ndtri(middle / len(column))))
        return self

    def transform(self, X: ArrayLike) -> FloatArray:
        """Return normal scores of shape (n_rows, n_features)."""
        columns = np.asarray(X, dtype=float).T
        scores = [np.interp(c, *known) for c, known in zip(columns, self.known_, strict=True)]
        return np.stack(scores, axis=1)


class StoppedPerceptron(MLPRegressor):
    """A perceptron that may stop before convergence, without a warning."""

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Fit until converged or stopped."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            super().fit(X, y)
        return self


class WideSVR(SVR):
    """Support vector regression with a kernel width relative to the number of features.

    Parameters
    ----------
    width : float
        ``gamma`` times the number of features.
    C, epsilon : float
        As in :class:`sklearn.svm.SVR`.
    """

    def __init__(self, *, width: float = 0.1, C: float = 1.0, epsilon: float = 0.1) -> None:
        super().__init__(C=C, epsilon=epsilon, cache_size=500)
        self.width = width

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Fit with ``gamma`` set by the number of features of ``X``."""
        self.gamma = self.width / np.shape(X)[1]
        super().fit(X, y)
        return self


def chosen(estimator: BaseEstimator, grid: dict[str, list[float]], seed: int) -> Pipeline:
    """Return a pipeline that chooses the estimator's parameters on inner folds."""
    if all(len(values) == 1 for values in grid.values()):
        only = estimator.set_params(**{name: values[0] for name, values in grid.items()})
        return make_pipeline(
            RankGauss(), TransformedTargetRegressor(only, transformer=StandardScaler())
        )
    folds = KFold(INNER_FOLDS, shuffle=True, random_state=seed)
    search = GridSearchCV(estimator, grid, cv=folds, scoring="neg_mean_squared_error")
    scaled = TransformedTargetRegressor(search, transformer=StandardScaler())
    return make_pipeline(RankGauss(), scaled)
