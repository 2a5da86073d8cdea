"""Separation of two classes in each of many features."""

import numpy as np

from mechanist.core.typing import FloatArray


def standardised_difference(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the difference of means in units of the pooled standard deviation (Cohen's d).

    Parameters
    ----------
    first, second : ndarray of shape (n_first, n_features), (n_second, n_features)
        Features of the objects of each class, at least two objects per class.

    Returns
    -------
    ndarray of shape (n_features,)
        Mean of ``first`` minus mean of ``second`` over the root of the mean variance; zero if a
        feature is constant.

    Raises
    ------
    ValueError
        If a class has fewer than two objects.
    """
    if min(len(first), len(second)) < 2:
        raise ValueError(
            f"classes have {len(first)} and {len(second)} objects; expected at least 2 each"
        )
    spread = np.sqrt((first.var(axis=0, ddof=1) + second.var(axis=0, ddof=1)) / 2)
    difference = first.mean(axis=0) - second.mean(axis=0)
    return np.asarray(np.divide(difference, spread, out=np.zeros_like(spread), where=spread > 0))
