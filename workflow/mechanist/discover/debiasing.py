"""Estimate the noise variance of data, and correct powers of noisy data for their bias.

The mean of ``(u + e)^2`` over noise ``e`` of variance ``s^2`` is ``u^2 + s^2``: powers of noisy data
are biased, and averaging over test functions does not remove the bias. For Gaussian noise the
Hermite polynomials of variance ``s^2`` have the right mean, such as ``u^3 - 3 s^2 u`` for ``u^3``.
"""

from math import ceil, comb
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import TIME, FieldData

#: Orders of the finite differences, which remove smooth data but not white noise.
ORDERS: Final = (8, 12)
#: Largest ratio of the two estimates, minus one, at which the differences count as white noise.
WHITENESS: Final = 0.25
#: Statistics of a field are estimated from about this many of its values.
VALUES: Final = 2**17


def noise_variances(data: FieldData) -> dict[str, float]:
    """Return the variance of white noise on each field of a trajectory."""
    times = data.axes[TIME] if data.uneven else None
    return {name: noise_variance(values, times=times) for name, values in data.fields.items()}


def noise_variance(values: FloatArray, *, times: FloatArray | None = None) -> float:
    """Return the variance of white noise on a smooth field; 0 if no noise is detected.

    High-order differences of smooth values vanish, while those of white noise have a known
    variance. If the estimates from two orders disagree, the differences come from the field itself,
    not from noise. Noise that is correlated between points is not distinguished from white noise.

    Parameters
    ----------
    values : ndarray
        A field with white noise; axes too short for the differences are not used.
    times : ndarray, optional
        Places along the last axis if they are uneven.

    Returns
    -------
    float
        Estimate from the smoothest axis.
    """
    pairs = [
        [
            _variance(values, axis, order, times if axis == values.ndim - 1 else None)
            for order in ORDERS
        ]
        for axis in range(values.ndim)
        if values.shape[axis] > 2 * max(ORDERS)
    ]
    if not pairs:
        return 0.0
    low, high = min(pairs, key=max)
    smallest, largest = min(low, high), max(low, high)
    return low if largest <= (1 + WHITENESS) * smallest else 0.0


def unbiased_power(values: FloatArray, power: int, variance: float) -> FloatArray:
    """Return a power of noisy values, corrected for the bias from Gaussian noise.

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
    """Return evenly spaced lines along an axis, enough for statistics, shape (n_lines, n)."""
    lines = np.moveaxis(values, axis, -1)
    for k in range(lines.ndim - 1):
        share = lines.size / VALUES
        if share > 1:
            lines = np.moveaxis(np.moveaxis(lines, k, 0)[:: min(ceil(share), lines.shape[k])], 0, k)
    return lines.reshape(-1, lines.shape[-1])


def _variance(values: FloatArray, axis: int, order: int, places: FloatArray | None) -> float:
    """Estimate the variance of white noise from differences along one axis."""
    if places is not None:
        lines, weights = some_lines(values, axis), _divided(places, order)
        windows = np.lib.stride_tricks.sliding_window_view(lines, order + 1, axis=-1)
        divided = np.einsum("lnk,nk->ln", windows, weights)
        return float(np.vdot(divided, divided)) / divided.size
    differences = np.diff(some_lines(values, axis), order, axis=-1)
    return float(np.vdot(differences, differences)) / differences.size / comb(2 * order, order)


def _divided(places: FloatArray, order: int) -> FloatArray:
    """Return weights of divided differences, of unit norm, shape (n - order, order + 1)."""
    windows = np.lib.stride_tricks.sliding_window_view(places, order + 1)
    scaled = (windows - windows[:, :1]) / (windows[:, -1:] - windows[:, :1])
    apart = scaled[:, :, None] - scaled[:, None, :] + np.eye(order + 1)
    weights = 1.0 / apart.prod(axis=2)
    return np.asarray(weights / np.linalg.norm(weights, axis=1, keepdims=True))
