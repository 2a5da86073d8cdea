"""Regressors for about a thousand rows and a hundred features of any distribution.

Penalties and widths are chosen by cross-validation on the training rows, so that the test fold
stays unseen.
"""

import warnings
from collections.abc import Sequence
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from mechanist.core.typing import FloatArray
from mechanist.learn.models import Fitted

#: Ridge penalties; leave-one-out chooses one of them.
PENALTIES: Final = tuple(np.logspace(-1, 4.5, 14))
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


def linear() -> Fitted:
    """Return least squares on standardised features."""
    return Fitted((lambda _: make_pipeline(StandardScaler(), LinearRegression()),), None)


def ridge_gauss(*, penalties: Sequence[float] = PENALTIES) -> Fitted:
    """Return ridge regression on normal scores, with the penalty chosen by leave-one-out."""
    return Fitted((lambda _: make_pipeline(RankGauss(), RidgeCV(np.array(penalties))),), None)


def svr(
    *,
    C: Sequence[float] = (0.3, 1.0, 3.0),
    widths: Sequence[float] = (0.1, 0.3),
    epsilons: Sequence[float] = (0.1,),
    max_rows: int = 2_000,
) -> Fitted:
    """Return support vector regression with a Gaussian kernel on normal scores.

    Parameters
    ----------
    C, epsilons : sequence of float
        Inverse penalties, and tolerated errors in standard deviations of the target.
    widths : sequence of float
        ``gamma`` times the number of features.
    max_rows : int
        Maximum number of rows of a fit.
    """

    def make(seed: int) -> Any:
        grid = {"C": list(C), "width": list(widths), "epsilon": list(epsilons)}
        return _chosen(WideSVR(), grid, seed)

    return Fitted((make,), max_rows)


def mlp(
    *,
    hidden: Sequence[int] = (16,),
    penalties: Sequence[float] = (30.0,),
    iterations: int = 40,
    max_rows: int = 10_000,
) -> Fitted:
    """Return a small perceptron on normal scores.

    Parameters
    ----------
    hidden : sequence of int
        Units of each layer.
    penalties : sequence of float
        Penalties on the squared weights.
    iterations : int
        Maximum number of L-BFGS steps; this early stop is part of the model.
    max_rows : int
        Maximum number of rows of a fit.
    """

    def make(seed: int) -> Any:
        perceptron = StoppedPerceptron(
            hidden_layer_sizes=tuple(hidden),
            solver="lbfgs",
            max_iter=iterations,
            random_state=seed,
        )
        return _chosen(perceptron, {"alpha": list(penalties)}, seed)

    return Fitted((make,), max_rows)


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


def _chosen(estimator: Any, grid: dict[str, list[float]], seed: int) -> Any:
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
