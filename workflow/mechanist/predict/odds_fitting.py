"""Fit the probability of being plastic to predictions for held-out samples, and check it on others."""

from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.predict.plastic_odds import PlasticOdds

#: Bins of equal size in which predicted probabilities are compared with frequencies.
BINS: Final = 10


def fit_odds(centred: FloatArray, plastic: BoolArray, *, fraction: float) -> PlasticOdds:
    """Fit a logistic curve by maximum likelihood.

    Parameters
    ----------
    centred : ndarray of shape (n_rows,)
        Predictions for held-out samples, less the mean of each sample under its load.
    plastic : ndarray of shape (n_rows,), bool
    fraction : float
        Fraction that ``plastic`` was chosen by.
    """
    from sklearn.linear_model import LogisticRegression

    scale = float(centred.std()) or 1.0  # the solver converges by the size of the slope
    fitted = LogisticRegression(C=np.inf).fit((centred / scale)[:, None], plastic)
    return PlasticOdds(fraction, float(fitted.intercept_[0]), float(fitted.coef_[0, 0]) / scale)


def calibration_error(
    centred: FloatArray, plastic: BoolArray, folds: IntArray, *, fraction: float
) -> float:
    """Return the mean distance of predicted probabilities from frequencies, fitted out of fold.

    Parameters
    ----------
    centred, plastic, fraction
        As in :func:`fit_odds`.
    folds : ndarray of shape (n_rows,), int
    """
    probability = np.empty(len(centred))
    for fold in np.unique(folds):
        held = folds == fold
        odds = fit_odds(centred[~held], plastic[~held], fraction=fraction)
        probability[held] = 1 / (1 + np.exp(-(odds.constant + odds.slope * centred[held])))
    parts = np.array_split(np.argsort(probability, kind="stable"), BINS)
    gaps = [abs(probability[part].mean() - plastic[part].mean()) for part in parts if len(part)]
    return float(np.mean(gaps))
