"""Moments of predictions over samples, and the metrics that are functions of their means.

Spearman's correlation uses ranks within the whole population, whichever sample is left out.
"""

from typing import Final

import numpy as np

from mechanist.assess.metric_functions import ranks
from mechanist.core.typing import FloatArray

#: Names and places of the columns of :func:`sample_moments`.
MOMENTS: Final = ("truth", "prediction", "truth_truth", "prediction_prediction", "truth_prediction",
                  "squared_error", "absolute_error", "rank_truth_truth",
                  "rank_prediction_prediction", "rank_truth_prediction")  # fmt: skip
Y, P, YY, PP, YP, SQUARE, ABSOLUTE, RYY, RPP, RYP = range(10)


def _ratio(a: FloatArray, b: FloatArray) -> FloatArray:
    """Divide, with 0 for a zero divisor, because a constant neither ranks nor explains anything."""
    return np.divide(a, b, out=np.zeros_like(a, float), where=np.asarray(b) > 0)


def r2(m: FloatArray) -> FloatArray:
    """Return the coefficient of determination from mean moments."""
    spread = m[..., YY] - m[..., Y] ** 2
    return 1 - np.asarray(m[..., SQUARE]) / np.where(spread > 0, spread, np.inf)


def pearson(m: FloatArray) -> FloatArray:
    """Return Pearson's correlation from mean moments."""
    y, p = m[..., YY] - m[..., Y] ** 2, m[..., PP] - m[..., P] ** 2
    return _ratio(m[..., YP] - m[..., Y] * m[..., P], np.sqrt(np.maximum(y * p, 0)))


def spearman(m: FloatArray) -> FloatArray:
    """Return the correlation of ranks from mean moments."""
    return _ratio(np.asarray(m[..., RYP]), np.sqrt(m[..., RYY] * m[..., RPP]))


def mae(m: FloatArray) -> FloatArray:
    """Return the mean absolute error from mean moments."""
    return np.asarray(m[..., ABSOLUTE])


def mse(m: FloatArray) -> FloatArray:
    """Return the mean squared error from mean moments."""
    return np.asarray(m[..., SQUARE])


def rmse(m: FloatArray) -> FloatArray:
    """Return the root of the mean squared error from mean moments."""
    return np.asarray(np.sqrt(m[..., SQUARE]))


def sample_moments(truth: FloatArray, said: FloatArray) -> FloatArray:
    """Return the moments whose means define the metrics, centred to avoid cancellation."""
    error, centre = truth - said, truth.mean()
    y, p = truth - centre, said - centre
    ry, rp = (ranks(values) - 0.5 * (len(values) + 1) for values in (truth, said))
    columns = [y, p, y * y, p * p, y * p, error**2, np.abs(error), ry * ry, rp * rp, ry * rp]
    return np.stack(columns, axis=1)
