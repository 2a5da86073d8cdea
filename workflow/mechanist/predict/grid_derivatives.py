"""Derivatives on a uniform grid, as files of exported laws hold them: this text is part of each.

On a periodic axis the derivative is that of the Fourier series through the points. On another axis
it is that of a polynomial through neighbouring points: its error falls with the fourth power of the
spacing where they are centred, and with the third near the ends.
"""

from math import factorial

import numpy as np

from mechanist.core.typing import FloatArray


def derivative(
    values: FloatArray, order: int, axis: int, spacing: float, *, periodic: bool
) -> FloatArray:
    """Return the derivative of an order along one axis of an array."""
    moved = np.moveaxis(np.asarray(values, dtype=float), axis, -1)
    if periodic:
        n = moved.shape[-1]
        power = (2j * np.pi * np.fft.rfftfreq(n, spacing)) ** order
        if order % 2 and n % 2 == 0:
            power[-1] = 0.0
        made = np.fft.irfft(power * np.fft.rfft(moved), n)
    else:
        made = difference(moved, order) / spacing**order
    return np.moveaxis(made, -1, axis)


def difference(values: FloatArray, order: int) -> FloatArray:
    """Return the derivative along the last axis, for a spacing of one."""
    n, width = values.shape[-1], 2 * ((order + 1) // 2) + 3
    if n < width:
        raise ValueError(f"{n} points along an axis; a derivative of order {order} needs {width}")
    made = np.empty_like(values)
    half = width // 2
    for i in [*range(half), *range(n - half, n)]:
        start = min(max(i - half, 0), n - width)
        offsets = np.arange(start - i, start - i + width, dtype=float)
        made[..., i] = values[..., start : start + width] @ difference_weights(offsets, order)
    centred = difference_weights(np.arange(-half, half + 1, dtype=float), order)
    inner = [centred[j] * values[..., j : n - width + 1 + j] for j in range(width)]
    made[..., half : n - half] = sum(inner)
    return made


def difference_weights(offsets: FloatArray, order: int) -> FloatArray:
    """Return the weights of points at whole offsets in the derivative at zero."""
    powers = np.arange(len(offsets))
    right = np.zeros(len(offsets))
    right[order] = factorial(order)
    return np.asarray(np.linalg.solve(offsets[None, :] ** powers[:, None], right))
