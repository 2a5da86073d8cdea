"""Intervals that hold the truth of a new sample's objects with a stated probability.

Objects of one sample are not independent of each other, so the interval counts samples: residuals of
each held-out sample share the weight of one, and one more share stands for the new sample, whose
residuals nobody knows. If the new sample is drawn like the others, the interval holds the truth of a
random object of it at least with the stated probability (10.1080/01621459.2022.2060112).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray, IntArray

#: Smallest half-width, for residuals that are all equal.
_TINY: Final = 1e-300


def residual_interval(
    residuals: FloatArray, samples: IntArray, *, level: float
) -> tuple[float, float] | None:
    """Return the lowest and the highest residual to expect.

    Parameters
    ----------
    residuals : ndarray of shape (n_rows,)
        Truth minus prediction of samples that the model was not trained on.
    samples : ndarray of shape (n_rows,), int
        Independent sample of every row.
    level : float
        Probability that the interval holds a residual, between 0 and 1.

    Returns
    -------
    tuple of float, or None
        None if there are too few samples for a finite interval: see :func:`fewest_samples`.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.

    Notes
    -----
    The interval reaches from the median in proportion to the tails of the residuals, which need not
    be equal. Its shape is taken from them as they are, its size from the weights of samples.
    """
    if not 0 < level < 1:
        raise ValueError(f"level = {level}; expected a probability between 0 and 1")
    code, counts = np.unique(samples, return_inverse=True, return_counts=True)[1:]
    if len(counts) < fewest_samples(level):
        return None
    weight = 1 / counts[code] / len(counts)
    tail = (1 - level) / 2
    low, middle, high = (_quantile(residuals, weight, share) for share in (tail, 0.5, 1 - tail))
    below, above = max(middle - low, _TINY), max(high - middle, _TINY)
    reach = np.maximum((residuals - middle) / above, (middle - residuals) / below)
    # One share of the weight stands for the new sample, whose residuals may lie beyond all others.
    size = _quantile(reach, weight * len(counts) / (len(counts) + 1), level)
    return middle - size * below, middle + size * above


def largest_error(errors: FloatArray, samples: IntArray, *, level: float) -> float | None:
    """Return what the error of an object of a new sample stays below with a stated probability.

    Parameters
    ----------
    errors : ndarray of shape (n_rows,)
        Errors that are not negative, of samples that the model was not trained on.
    samples : ndarray of shape (n_rows,), int
        Independent sample of every row.
    level : float
        That probability, between 0 and 1.

    Returns
    -------
    float, or None
        None if there are too few samples: see :func:`fewest_samples`.
    """
    code, counts = np.unique(samples, return_inverse=True, return_counts=True)[1:]
    if len(counts) < fewest_samples(level):
        return None
    return _quantile(errors, 1 / counts[code] / (len(counts) + 1), level)


def fewest_samples(level: float) -> int:
    """Return the smallest number of samples that gives a finite interval."""
    return int(np.ceil(round(1 / (1 - level) - 1, 9)))


def held_within(
    residuals: FloatArray, samples: IntArray, folds: IntArray, *, level: float
) -> BoolArray | None:
    """Return, for each row, whether its residual is within the interval of the other folds.

    Parameters
    ----------
    residuals, samples, level
        As in :func:`residual_interval`.
    folds : ndarray of shape (n_rows,), int
        Fold of every row; a sample is in one fold.

    Returns
    -------
    ndarray of shape (n_rows,), bool, or None
        None if the other folds have too few samples.
    """
    within = np.zeros(len(residuals), bool)
    for fold in np.unique(folds):
        others = folds != fold
        found = residual_interval(residuals[others], samples[others], level=level)
        if found is None:
            return None
        held = residuals[~others]
        within[~others] = (held >= found[0]) & (held <= found[1])
    return within


def held_coverage(
    residuals: FloatArray, samples: IntArray, folds: IntArray, *, level: float
) -> list[float]:
    """Return, for each fold, the share of residuals within the interval of the other folds.

    Parameters
    ----------
    residuals, samples, folds, level
        As in :func:`held_within`.

    Returns
    -------
    list of float
        Empty if the other folds have too few samples.
    """
    within = held_within(residuals, samples, folds, level=level)
    if within is None:
        return []
    return [float(within[folds == fold].mean()) for fold in np.unique(folds)]


def largest_expected(distances: Sequence[float], *, level: float) -> float:
    """Return the distance that a further sample exceeds with a probability of at most 1 - level.

    Parameters
    ----------
    distances : sequence of float
        One for each independent sample.
    level : float

    Returns
    -------
    float
        Infinite if there are too few samples.
    """
    n = len(distances)
    rank = int(np.ceil(round(level * (n + 1), 9)))
    return float(np.sort(distances)[rank - 1]) if rank <= n else float("inf")


def _quantile(values: FloatArray, weight: FloatArray, share: float) -> float:
    """Return the smallest value at or below which at least a share of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = int(np.searchsorted(np.cumsum(weight[order]), share - 1e-12))
    return float(values[order[min(reached, len(order) - 1)]])
