"""How noisy the data are, and powers of noisy data without the bias that noise gives them.

The mean of ``(u + e)^2`` over noise ``e`` of variance ``s^2`` is ``u^2 + s^2``: powers of noisy data
are wrong on average, and no averaging over test functions mends that. For Gaussian noise the
Hermite polynomials of variance ``s^2`` have the right mean, such as ``u^3 - 3 s^2 u`` for ``u^3``.
"""

from math import ceil, comb
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Orders of the differences that smooth data do not survive but white noise does.
ORDERS: Final = (8, 12)
#: Largest ratio of the two estimates, less one, at which the remainder counts as white.
WHITENESS: Final = 0.25
#: Statistics of a field are taken from about this many of its values.
VALUES: Final = 2**17


def noise_variance(values: FloatArray) -> float:
    """Return the variance of white noise on a smooth field; 0 if there is none to be seen.

    High differences of smooth values vanish, those of white noise keep a known variance. If the
    estimates from two orders disagree, what remains is the field itself, not noise. Noise that is
    correlated from point to point is not told apart from white noise.

    Parameters
    ----------
    values : ndarray
        A field, white noise added; axes shorter than the differences are not used.

    Returns
    -------
    float
        Estimate from the smoothest axis.
    """
    pairs = [
        [_variance(values, axis, order) for order in ORDERS]
        for axis in range(values.ndim)
        if values.shape[axis] > 2 * max(ORDERS)
    ]
    if not pairs:
        return 0.0
    low, high = min(pairs, key=max)
    smallest, largest = min(low, high), max(low, high)
    return low if largest <= (1 + WHITENESS) * smallest else 0.0


def unbiased_power(values: FloatArray, power: int, variance: float) -> FloatArray:
    """Return values to a power, corrected for Gaussian noise on them.

    Parameters
    ----------
    values : ndarray
        Noisy values.
    power : int
        Positive exponent.
    variance : float
        Variance of the noise.

    Returns
    -------
    ndarray
        Hermite polynomial of degree ``power``, whose mean over the noise is the power of the
        noiseless value.
    """
    before: FloatArray | float = 1.0
    current = values
    for k in range(1, power):
        following = values * current
        if variance > 0.0:
            following = following - (k * variance) * before
        before, current = current, following
    return current


def some_lines(values: FloatArray, axis: int) -> FloatArray:
    """Return evenly spread lines along an axis, enough for statistics, shape (n_lines, n)."""
    lines = np.moveaxis(values, axis, -1)
    for k in range(lines.ndim - 1):
        share = lines.size / VALUES
        if share > 1:
            lines = np.moveaxis(np.moveaxis(lines, k, 0)[:: min(ceil(share), lines.shape[k])], 0, k)
    return lines.reshape(-1, lines.shape[-1])


def _variance(values: FloatArray, axis: int, order: int) -> float:
    """Return the variance of white noise from differences along one axis."""
    differences = np.diff(some_lines(values, axis), order, axis=-1)
    return float(np.vdot(differences, differences)) / differences.size / comb(2 * order, order)
