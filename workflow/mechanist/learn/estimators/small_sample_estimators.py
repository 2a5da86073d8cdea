"""Regressors for about a thousand rows and a hundred features of any distribution.

Penalties and widths are chosen by cross-validation on the training rows, so that the test fold
stays unseen.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mechanist.learn.models import Fitted, TableEstimator

#: Ridge penalties; leave-one-out chooses one of them.
PENALTIES: Final = tuple(np.logspace(-1, 4.5, 14))


def linear() -> Fitted:
    """Return least squares on standardised features."""

    def make(_: int) -> TableEstimator:
        from sklearn.linear_model import LinearRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        return make_pipeline(StandardScaler(), LinearRegression())

    return Fitted((make,), None)


def ridge_gauss(*, penalties: Sequence[float] = PENALTIES) -> Fitted:
    """Return ridge regression on normal scores, with the penalty chosen by leave-one-out."""

    def make(_: int) -> TableEstimator:
        from sklearn.linear_model import RidgeCV
        from sklearn.pipeline import make_pipeline

        from mechanist.learn.estimators.normal_scores import RankGauss

        return make_pipeline(RankGauss(), RidgeCV(np.array(penalties)))

    return Fitted((make,), None)


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

    def make(seed: int) -> TableEstimator:
        from mechanist.learn.estimators.normal_scores import WideSVR, chosen

        grid = {"C": list(C), "width": list(widths), "epsilon": list(epsilons)}
        return chosen(WideSVR(), grid, seed)

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

    def make(seed: int) -> TableEstimator:
        from mechanist.learn.estimators.normal_scores import StoppedPerceptron, chosen

        perceptron = StoppedPerceptron(
            hidden_layer_sizes=tuple(hidden),
            solver="lbfgs",
            max_iter=iterations,
            random_state=seed,
        )
        return chosen(perceptron, {"alpha": list(penalties)}, seed)

    return Fitted((make,), max_rows)
