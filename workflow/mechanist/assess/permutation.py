"""Permutation test of whether two models differ, exchanging their labels sample by sample.

If two models were equally good, it would not matter which of them made which prediction for a
sample. The p-value is the probability of a score difference at least as large as the observed one
when the labels are exchanged at random in every sample. The sample is the unit: objects of a sample
are exchanged together.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray

#: Relative difference below which two numbers count as equal, since sums are rounded.
ROUNDING: Final = 1e-12


def exchanges(n: int, permutations: int, seed: int) -> BoolArray:
    """Return in which samples the models are exchanged, one row per arrangement.

    For few samples, all arrangements are listed; for many, ``permutations`` are drawn.

    Parameters
    ----------
    n : int
        Number of samples.
    permutations : int
        Largest number of arrangements listed or drawn.
    seed : int
        Root of the draws.
    """
    if n < 63 and 2**n <= permutations:
        return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(bool)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    drawn = rng.random((permutations, n)) < 0.5
    # The observed arrangement is one of them, so that no p-value is zero.
    return np.concatenate([np.zeros((1, n), bool), drawn])


def sign_flip_p(differences: FloatArray, *, permutations: int, seed: int) -> float:
    """Return how often the mean difference is as far from zero when signs are flipped at random.

    Parameters
    ----------
    differences : ndarray of shape (n_samples,)
        Score of one model minus that of another, on each sample.
    permutations, seed
        As in :func:`exchanges`.

    Returns
    -------
    float
        Two-sided p-value; 1 if both models are the same.
    """
    differences = np.asarray(differences, float)
    signs = np.where(exchanges(len(differences), permutations, seed), -1.0, 1.0)
    return _reached(signs @ differences, float(differences.sum()))


def exchange_p(
    first: FloatArray,
    second: FloatArray,
    statistics: Mapping[str, Callable[[FloatArray], FloatArray]],
    *,
    permutations: int,
    seed: int,
) -> dict[str, float]:
    """Return p-values for statistics that are functions of means over samples, such as R2.

    Parameters
    ----------
    first, second : ndarray of shape (n_samples, n_moments)
        Moments of each sample, for each model.
    statistics : mapping of str to callable
        Each maps means of shape (..., n_moments) to numbers of shape (...).
    permutations, seed
        As in :func:`exchanges`.
    """
    n, step = len(first), second - first
    moved = exchanges(n, permutations, seed).astype(float) @ step / n
    one, other = first.mean(axis=0) + moved, second.mean(axis=0) - moved
    return {
        name: _reached(
            np.asarray(statistic(one) - statistic(other)),
            float(statistic(first.mean(axis=0)) - statistic(second.mean(axis=0))),
        )
        for name, statistic in statistics.items()
    }


def _reached(differences: FloatArray, observed: float) -> float:
    largest = max(float(np.abs(differences).max()), abs(observed))
    return float((np.abs(differences) >= abs(observed) - ROUNDING * largest).mean())
