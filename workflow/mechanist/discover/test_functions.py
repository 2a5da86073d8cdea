"""Test functions of the weak form: compactly supported bumps and their discrete derivatives.

Along each axis the test function is ``(1 - s^2)^p`` for ``s = offset / m`` between -1 and 1, with
the half-width ``m`` in grid points, as in https://doi.org/10.1016/j.jcp.2021.110525. Sums over the
grid are trapezoidal integrals, since the function vanishes at its ends.

Sampled derivatives of a bump obey integration by parts only up to the error of the trapezoidal
rule, which is large for narrow bumps. They are therefore corrected by the smallest weighted change
such that ``sum phi_d f = sum phi_0 f^(d)`` (sign folded into ``phi_d``) holds to rounding for every
polynomial ``f`` up to the degree :meth:`TestFunction.exact_degree`.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.polynomial import legendre, polynomial

from mechanist.core.typing import FloatArray

#: Central differences of second order, as a test function meets them after summation by parts.
FIRST: Final[FloatArray] = np.array([-0.5, 0.0, 0.5])
SECOND: Final[FloatArray] = np.array([1.0, -2.0, 1.0])


@dataclass(frozen=True)
class TestFunction:
    """A bump ``(1 - (offset / m)^2)^p`` on one axis.

    Parameters
    ----------
    half_width : int
        ``m``, in grid points; the function is zero from there on.
    power : int
        ``p``; the function has ``p - 1`` continuous derivatives.

    Raises
    ------
    ValueError
        If either is too small.
    """

    half_width: int
    power: int

    #: Keeps pytest from collecting this class as tests.
    __test__ = False

    def __post_init__(self) -> None:
        if self.half_width < 2 or self.power < 1:
            raise ValueError(
                f"test function of half-width {self.half_width} and power {self.power}; "
                "expected at least 2 grid points and a power of at least 1"
            )

    @property
    def support(self) -> int:
        """Number of grid points from end to end, the zeros at both ends included."""
        return 2 * self.half_width + 1

    def exact_degree(self, order: int) -> int:
        """Return the highest degree of polynomials that are integrated by parts exactly."""
        return min(self.power + order, 2 * self.half_width - 2)

    def weights(self, order: int, spacing: float) -> FloatArray:
        """Return ``(-1)^d`` times the ``d``-th derivative as quadrature weights.

        Parameters
        ----------
        order : int
            ``d``, the number of derivatives moved onto the test function.
        spacing : float
            Grid spacing.

        Returns
        -------
        ndarray of shape (2 m + 1,)
            ``weights @ f`` is the integral of the test function times the ``d``-th derivative of
            ``f``; the test function has unit integral.

        Raises
        ------
        ValueError
            If the power or the half-width is too small for the order.
        """
        if order > min(self.power, self.half_width) - 1:
            raise ValueError(
                f"a derivative of order {order} needs test functions of power and half-width above "
                f"{order}; they are {self.power} and {self.half_width} grid points. Set larger `power` and `half_widths`"
            )
        scaled: FloatArray = _corrected(self.half_width, self.power, order) / spacing**order
        return scaled

    def correlated(self, order: int) -> float:
        """Return over how many grid points integrals of white noise are correlated.

        Parameters
        ----------
        order : int
            Order of the derivative moved onto the test function.

        Returns
        -------
        float
            Sum over all shifts of the squared correlation of two integrals: ``n`` points hold as
            much information about the variance of integrals as ``n`` over this independent values.
        """
        weights = self.weights(order, 1.0)
        overlap = np.correlate(weights, weights, mode="full") / (weights @ weights)
        return float(overlap @ overlap)

    def scheme_error(self, order: int, spacing: float) -> FloatArray:
        """Return weights of the error of central differences of second order on the same grid.

        Parameters
        ----------
        order, spacing
            As in :meth:`weights`.

        Returns
        -------
        ndarray of shape (2 m + 1,)
            ``weights @ f`` is the integral of the test function times the difference between the
            ``order``-th central difference of ``f`` and its derivative.

        Raises
        ------
        ValueError
            As :meth:`weights`.
        """
        exact = self.weights(order, spacing)
        differences = _corrected(self.half_width, self.power, 0)
        for stencil in [*[SECOND] * (order // 2), *[FIRST] * (order % 2)]:
            # the bump vanishes at its ends, so that what a stencil moves beyond them is negligible
            differences = np.convolve(differences, stencil, mode="same")
        error: FloatArray = differences / spacing**order - exact
        return error


@lru_cache(maxsize=256)
def _corrected(m: int, p: int, order: int) -> FloatArray:
    """Return the weights at unit spacing, corrected to be exact for polynomials."""
    s = np.arange(-m, m + 1) / m
    bump = (1.0 - s * s) ** p
    bump /= bump.sum()
    if order == 0:
        return bump
    raw = _sampled(m, p, order)
    degree = TestFunction(m, p).exact_degree(order)
    basis = legendre.legvander(s, degree)
    derivatives = np.stack(
        [legendre.legval(s, legendre.legder(row, order)) for row in np.eye(degree + 1)], axis=1
    )
    moments = bump @ derivatives / m**order
    root = (1.0 - s * s) ** (max(p - order, 1) / 2)
    orthogonal, upper = np.linalg.qr(root[:, None] * basis)
    defect = np.linalg.solve(upper.T, moments - raw @ basis)
    corrected: FloatArray = raw + root * (orthogonal @ defect)
    return corrected


def _sampled(m: int, p: int, order: int) -> FloatArray:
    """Return the analytic derivative at the grid points, sign folded in."""
    s = np.arange(-m, m + 1) / m
    coefficients = polynomial.polypow([1.0, 0.0, -1.0], p)
    total = polynomial.polyval(s, coefficients).sum()
    for _ in range(order):
        coefficients = polynomial.polyder(coefficients)
    sampled: FloatArray = polynomial.polyval(s, coefficients) * (-1.0) ** order / m**order / total
    return sampled
