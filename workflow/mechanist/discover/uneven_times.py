"""Test functions on uneven times: each window of points has weights of its own.

A window holds as many points as on an even grid, so that it is short where points are dense. The
bump over its length in time, times the trapezoidal weights of the times, is a positive sum ``phi_0``
over the points; the equation holds at each point, so that any such sum may be taken of it, and the
accuracy of the trapezoidal rule does not matter. What has to be accurate is the derivative: its
weights ``phi_d`` are the sampled derivative of the bump, corrected by the smallest weighted change
such that ``sum phi_d f = sum phi_0 f^(d)`` for all polynomials ``f`` up to
:meth:`~.test_functions.TestFunction.exact_degree`, as on even grids.

The integrals are those over the window, not averages, in units of the mean spacing: in this way the
noise of all rows of a first derivative is about the same, and on an even grid nothing changes. Where
points are so clustered that the correction amplifies noise, the window is left out.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.polynomial import legendre, polynomial

from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.test_functions import TestFunction

#: A window is left out if the weights of its first derivative are so many times those on an even grid.
AMPLIFIED: Final = 3.0


@dataclass(frozen=True, eq=False)
class UnevenTimes:
    """Weights of windows on uneven times, kept once they are computed.

    Parameters
    ----------
    times : ndarray of shape (n,)
        Increasing.
    function : TestFunction
        Half-width in points, and power, of the bump.
    """

    times: FloatArray
    function: TestFunction
    _known: dict[tuple[int, bool, bytes], FloatArray] = field(default_factory=dict, repr=False)

    @property
    def spacing(self) -> float:
        """Mean distance between neighbouring times."""
        return float((self.times[-1] - self.times[0]) / (len(self.times) - 1))

    def weights(self, order: int, starts: IntArray, *, scheme_error: bool) -> FloatArray:
        """Return the weights of windows for a derivative.

        Parameters
        ----------
        order : int
            Order of the derivative moved onto the test function.
        starts : ndarray of shape (count,)
            First point of each window.
        scheme_error : bool
            Whether the derivative is replaced by the error that differences over three neighbouring
            points make in it.

        Returns
        -------
        ndarray of shape (count, support)
            Zero in windows that are left out.
        """
        key = (order, scheme_error, starts.tobytes())
        if key not in self._known:
            times = self.times[starts[:, None] + np.arange(self.function.support)]
            plain = self._plain(times)
            slope = self._moved(times, plain, 1)
            most = AMPLIFIED * np.linalg.norm(self.function.weights(1, self.spacing))
            plain[~(np.linalg.norm(slope, axis=1) <= most)] = 0.0
            rows = plain if order == 0 else self._moved(times, plain, order)
            self._known[key] = _differences(times, plain, order) - rows if scheme_error else rows
        return self._known[key]

    def _plain(self, times: FloatArray) -> FloatArray:
        """Return the bump with the trapezoidal weights of the points, by window."""
        steps = np.diff(times, axis=1)
        quadrature = np.zeros_like(times)
        quadrature[:, 1:-1] = 0.5 * (steps[:, 1:] + steps[:, :-1]) / self.spacing
        bump = (1.0 - _scaled(times) ** 2) ** self.function.power
        even = (1.0 - np.linspace(-1.0, 1.0, times.shape[1]) ** 2) ** self.function.power
        return np.asarray(bump * quadrature / even.sum())

    def _moved(self, times: FloatArray, plain: FloatArray, order: int) -> FloatArray:
        """Return the weights of a derivative, exact for polynomials, by window."""
        p, s = self.function.power, _scaled(times)
        half = 0.5 * (times[:, -1:] - times[:, :1])
        bump = (1.0 - s * s) ** p
        quadrature = np.divide(plain, bump, out=np.zeros_like(s), where=bump > 0.0)
        slope = polynomial.polyval(
            s, polynomial.polyder(polynomial.polypow([1.0, 0.0, -1.0], p), order)
        )
        raw = quadrature * slope * (-1.0 / half) ** order
        degree = self.function.exact_degree(order)
        basis = legendre.legvander(s, degree)
        derivatives = basis @ np.stack(
            [np.append(legendre.legder(row, order), np.zeros(order)) for row in np.eye(degree + 1)],
            axis=1,
        )
        moments = np.einsum("wi,wid->wd", plain, derivatives) / half**order
        root = (1.0 - s * s) ** (max(p - order, 1) / 2)
        orthogonal, upper = np.linalg.qr(root[..., None] * basis)
        missing = moments - np.einsum("wi,wid->wd", raw, basis)
        defect = np.linalg.solve(np.swapaxes(upper, 1, 2), missing[..., None])
        return np.asarray(raw + root * (orthogonal @ defect)[..., 0])


def _scaled(times: FloatArray) -> FloatArray:
    """Return places in windows, from -1 to 1."""
    first, last = times[:, :1], times[:, -1:]
    return np.asarray(2.0 * (times - first) / (last - first) - 1.0).clip(-1.0, 1.0)


def _differences(times: FloatArray, plain: FloatArray, order: int) -> FloatArray:
    """Return the weights of differences over three points, repeated up to an order, by window."""
    before, after = np.diff(times)[:, :-1], np.diff(times)[:, 1:]
    first = (-after / before, (after - before) * (1 / before + 1 / after), before / after)
    second = (2.0 / before, -2.0 / before - 2.0 / after, 2.0 / after)
    weights = plain
    for left, middle, right in [*[second] * (order // 2), *[first] * (order % 2)]:
        inner = weights[:, 1:-1] / (before + after)
        weights = np.zeros_like(plain)
        weights[:, :-2] += inner * left
        weights[:, 1:-1] += inner * middle
        weights[:, 2:] += inner * right
    return weights
