"""Derivatives of gridded data, point by point: finite differences, local polynomials, spectral.

The first papers used these derivatives (https://doi.org/10.1073/pnas.1517384113,
https://doi.org/10.1126/sciadv.1602614). They amplify noise; the weak form does not.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.polynomial import legendre
from scipy import ndimage

from mechanist.core.typing import FloatArray

METHODS: Final = ("finite_difference", "local_polynomial", "spectral")


@dataclass(frozen=True)
class Derivative:
    """Method of numerical differentiation and its options.

    Parameters
    ----------
    method : str
        ``"finite_difference"``: the polynomial through the nearest points; ``"local_polynomial"``:
        least squares over a window (Savitzky-Golay); ``"spectral"``: Fourier, periodic axes only.
    accuracy : int
        Even order of accuracy of finite differences away from edges.
    half_width, degree : int
        Window (``2 half_width + 1`` points) and degree of local polynomials.

    Raises
    ------
    ValueError
        If the method is unknown, or its options contradict each other.
    """

    method: str = "finite_difference"
    accuracy: int = 4
    half_width: int = 10
    degree: int = 6

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"derivative method {self.method!r}; expected one of {METHODS}")
        if self.accuracy < 2 or self.accuracy % 2:
            raise ValueError(f"accuracy {self.accuracy}; expected an even number of at least 2")
        if not 0 < self.degree <= 2 * self.half_width:
            raise ValueError(
                f"local polynomials of degree {self.degree} over {2 * self.half_width + 1} points; "
                "the degree must be positive and below the number of points"
            )

    def reach(self, order: int) -> int:
        """Return how many points on each side a derivative depends on; 0 for spectral ones."""
        if self.method == "spectral":
            return 0
        if self.method == "local_polynomial":
            return self.half_width
        return (order + 1) // 2 + self.accuracy // 2 - 1

    def __call__(
        self, values: FloatArray, *, axis: int, order: int, spacing: float, periodic: bool
    ) -> FloatArray:
        """Return a derivative along one axis, of the shape of ``values``.

        At the edges of an axis that is not periodic the window is shifted inwards.

        Raises
        ------
        ValueError
            If the axis has fewer points than the window, the degree is below the order, or a
            spectral derivative is requested along an axis that is not periodic.
        """
        if self.method == "spectral":
            return _spectral(values, axis, order, spacing, periodic)
        reach = self.reach(order)
        degree = self.degree if self.method == "local_polynomial" else 2 * reach
        if values.shape[axis] < 2 * reach + 1 or degree < order:
            raise ValueError(
                f"a derivative of order {order} by {self.method} needs {2 * reach + 1} points and "
                f"degree {order}, but there are {values.shape[axis]} points and degree {degree}. "
                "Give longer data or terms of lower order, or leave this method out"
            )
        weights = _weights(reach, degree, order, 0) / spacing**order
        mode = "wrap" if periodic else "nearest"
        result: FloatArray = ndimage.correlate1d(values, weights, axis=axis, mode=mode)
        if not periodic:
            _shift_edges(result, values, axis, (reach, degree, order, spacing))
        return result


def _shift_edges(
    result: FloatArray, values: FloatArray, axis: int, window: tuple[int, int, int, float]
) -> None:
    """Overwrite points closer to an edge than the reach with one-sided derivatives."""
    reach, degree, order, spacing = window
    source, target = np.moveaxis(values, axis, -1), np.moveaxis(result, axis, -1)
    size = 2 * reach + 1
    for shift in range(reach):
        for side, at in ((shift, shift - reach), (-1 - shift, reach - shift)):
            weights = _weights(reach, degree, order, at) / spacing**order
            nearest = source[..., :size] if side >= 0 else source[..., -size:]
            target[..., side] = nearest @ weights


def _spectral(
    values: FloatArray, axis: int, order: int, spacing: float, periodic: bool
) -> FloatArray:
    if not periodic:
        raise ValueError(
            "spectral derivatives need a periodic axis. Declare the axis periodic if it is, or use "
            "finite differences or local polynomials"
        )
    n = values.shape[axis]
    factors = (2j * np.pi * np.fft.rfftfreq(n, spacing)) ** order
    if n % 2 == 0 and order % 2:
        factors[-1] = 0.0  # the highest mode is real: its odd derivatives vanish on the grid
    shape = [1] * values.ndim
    shape[axis] = len(factors)
    spectrum = np.fft.rfft(values, axis=axis) * factors.reshape(shape)
    result: FloatArray = np.fft.irfft(spectrum, n, axis=axis)
    return result


@lru_cache(maxsize=512)
def _weights(reach: int, degree: int, order: int, at: int) -> FloatArray:
    """Return a derivative's weights, unit spacing, at offset ``at`` from the window's centre."""
    if reach == 0:
        return np.ones(1)
    s = np.arange(-reach, reach + 1) / reach
    orthogonal, upper = np.linalg.qr(legendre.legvander(s, degree))
    rows = np.eye(degree + 1)
    point = at / reach
    values = [legendre.legval(point, legendre.legder(row, order) if order else row) for row in rows]
    weights: FloatArray = orthogonal @ np.linalg.solve(upper.T, np.array(values)) / reach**order
    return weights
