"""Mean, spread and extremes of values in groups."""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray

STATISTICS: Final = ("mean", "std", "min", "max")


def group_statistics(groups: IntArray, values: FloatArray, n: int) -> FloatArray:
    """Return the statistics of every column in every group; zero in groups without values.

    Parameters
    ----------
    groups : ndarray of shape (m,)
        Group of each row, from 0 to ``n - 1``.
    values : ndarray of shape (m, n_columns)
    n : int
        Number of groups.

    Returns
    -------
    ndarray of shape (n, 4 * n_columns)
        Columns of all means, then standard deviations, minima and maxima.
    """
    counts = np.bincount(groups, minlength=n)[:, None]
    filled, columns = np.maximum(counts, 1), values.shape[1]
    means = np.zeros((n, columns))
    np.add.at(means, groups, values)
    means /= filled
    squares = np.zeros((n, columns))
    np.add.at(squares, groups, (values - means[groups]) ** 2)
    least, most = np.full((n, columns), np.inf), np.full((n, columns), -np.inf)
    np.minimum.at(least, groups, values)
    np.maximum.at(most, groups, values)
    found = [means, np.sqrt(squares / filled), least, most]
    return np.hstack([np.where(counts > 0, part, 0.0) for part in found])
