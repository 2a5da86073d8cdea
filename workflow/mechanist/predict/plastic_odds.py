"""The probability that an object is among the most plastic of its sample, from its prediction."""

from dataclasses import dataclass

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray, IntArray

#: Bins of equal size in which predicted probabilities are compared with frequencies.
BINS = 10


@dataclass(frozen=True)
class PlasticOdds:
    """A logistic curve over predictions, from which the mean of their sample is subtracted.

    Parameters
    ----------
    fraction : float
        Fraction of the objects of a sample that count as plastic.
    constant, slope : float
        Log odds at the mean of a sample, and their growth with the prediction.
    """

    fraction: float
    constant: float
    slope: float

    def probability(self, prediction: FloatArray) -> FloatArray:
        """Return the probability of every object of one sample, shape (n,)."""
        odds = self.constant + self.slope * (prediction - prediction.mean())
        return np.asarray(1 / (1 + np.exp(-odds)))


def most_plastic(truth: FloatArray, fraction: float) -> BoolArray:
    """Return which objects of one sample are among its most plastic, at least one of them."""
    count = max(1, round(fraction * len(truth)))
    chosen = np.zeros(len(truth), bool)
    chosen[np.argsort(truth, kind="stable")[len(truth) - count :]] = True
    return chosen


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
