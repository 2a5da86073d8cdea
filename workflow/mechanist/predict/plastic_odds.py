"""The probability that an object is among the most plastic of its sample, from its prediction."""

from dataclasses import dataclass

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray


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
