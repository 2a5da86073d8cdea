"""Intervals that hold the truth of a new sample's objects with a stated probability.

Objects of one sample are not independent of each other, so the interval counts samples: residuals of
each held-out sample share the weight of one, and one more share stands for the new sample, whose
residuals nobody knows. If the new sample is drawn like the others, the interval holds the truth of a
random object of it at least with the stated probability (10.1080/01621459.2022.2060112).
"""

from collections.abc import Sequence

import numpy as np

from mechanist.core.typing import FloatArray, IntArray


def residual_interval(
    residuals: FloatArray, samples: IntArray, *, level: float
) -> tuple[float, float] | None:
    """Return the lowest and the highest residual to expect, in equal tails.

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
        None if there are too few samples for any finite interval: see :func:`fewest_samples`.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level = {level}; expected a probability between 0 and 1")
    code, counts = np.unique(samples, return_inverse=True, return_counts=True)[1:]
    n_samples = len(counts)
    tail = (1 - level) / 2
    if n_samples < fewest_samples(level):
        return None
    order = np.argsort(residuals, kind="stable")
    weight = 1 / counts[code][order] / (n_samples + 1)
    ordered = residuals[order]
    # From either end, the unknown residuals of the new sample may lie beyond all others.
    upper = _quantile(ordered, weight, 1 - tail)
    lower = -_quantile(-ordered[::-1], weight[::-1], 1 - tail)
    return lower, upper


def fewest_samples(level: float) -> int:
    """Return the smallest number of samples that gives a finite interval in equal tails."""
    return int(np.ceil(round(2 / (1 - level) - 1, 9)))


def held_coverage(
    residuals: FloatArray, samples: IntArray, folds: IntArray, *, level: float
) -> list[float]:
    """Return, for each fold, the share of residuals within the interval of the other folds.

    Parameters
    ----------
    residuals, samples, level
        As in :func:`residual_interval`.
    folds : ndarray of shape (n_rows,), int
        Fold of every row; a sample is in one fold.

    Returns
    -------
    list of float
        Empty if the other folds have too few samples.
    """
    shares = []
    for fold in np.unique(folds):
        others = folds != fold
        found = residual_interval(residuals[others], samples[others], level=level)
        if found is None:
            return []
        held = residuals[~others]
        shares.append(float(np.mean((held >= found[0]) & (held <= found[1]))))
    return shares


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


def _quantile(ordered: FloatArray, weight: FloatArray, share: float) -> float:
    """Return the smallest value below which, itself included, at least a share of the weight lies."""
    reached = np.searchsorted(np.cumsum(weight), share - 1e-12)
    return float(ordered[min(int(reached), len(ordered) - 1)])
