"""One step of an implicit method for stiff gradient flow, and the linear algebra it needs.

Rodas3 of Sandu et al. (1997), https://doi.org/10.1016/S1352-2310(97)83212-8: a Rosenbrock method of
four stages and order 3 with an error estimate of order 2, L-stable, one factorisation per step. The
flow is ``dx/dt = force(x) + sign * stress``, where the applied stress is
``stress + rate * t - stiffness * sum(sign * dx)`` during the step. Mobilities are equal, so the
iteration matrix is symmetric: half the work of a general one. If it is not positive definite, the
step would outrun an instability and is rejected.

The caller evaluates forces between the three parts of a step::

    begin -> forces at work[NEW] to work[K3] -> continue_ -> forces at work[NEW] to work[K4] -> finish
"""

# Compiled functions that call each other are in one file, because numba's cache does not notice
# changes to functions inlined from other files. Where sums may be reordered, callees are inlined:
# otherwise the copy of a shared symbol that is loaded first would determine the last bits.

import math
from typing import Final

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray

#: Rows of the workspace: stages, and positions of the next stage or, finally, of the step.
K1: Final = 0
K2: Final = 1
K3: Final = 2
K4: Final = 3
NEW: Final = 4
WORK_ROWS: Final = 5
#: The error of a step scales with this power of its length.
ORDER: Final = 3

_GAMMA: Final = 0.5
_GAMMA_2: Final = 1.5
#: Sums may be reordered, but NaN and infinity must propagate: they end a step.
_FAST: Final = {"contract", "reassoc", "arcp", "nsz"}


@njit(cache=True, fastmath=_FAST, error_model="numpy", inline="always")
def factorise(matrix: FloatArray) -> bool:
    """Factorise the upper triangle of a symmetric matrix (n, n) in place; False if not positive.

    Cholesky's method without roots, four rows at a time so that each remaining element is read and
    written once for four products. The diagonal then holds the reciprocal pivots.
    """
    n = len(matrix)
    for k in range(0, n, 4):
        last = min(k + 4, n)
        for p in range(k, last):
            if not matrix[p, p] > 0.0:
                return False
            matrix[p, p] = 1.0 / matrix[p, p]
            for i in range(p + 1, last):
                m, row, pivot = matrix[p, i] * matrix[p, p], matrix[i, i:], matrix[p, i:]
                for j in range(len(row)):
                    row[j] -= m * pivot[j]
        for i in range(k + 4, n):
            a, b, c, d = matrix[k, i:], matrix[k + 1, i:], matrix[k + 2, i:], matrix[k + 3, i:]
            ma, mb = a[0] * matrix[k, k], b[0] * matrix[k + 1, k + 1]
            mc, md = c[0] * matrix[k + 2, k + 2], d[0] * matrix[k + 3, k + 3]
            row = matrix[i, i:]
            for j in range(len(row)):
                row[j] -= (ma * a[j] + mb * b[j]) + (mc * c[j] + md * d[j])
    return True


@njit(cache=True, fastmath=_FAST, error_model="numpy", inline="always")
def solve(factors: FloatArray, b: FloatArray) -> None:
    """Overwrite ``b`` of shape (n,) with the solution for a factorised matrix."""
    n = len(b)
    for i in range(n):
        value = b[i] * factors[i, i]
        b[i] = value
        row, rest = factors[i, i + 1 :], b[i + 1 :]
        for j in range(len(row)):
            rest[j] -= row[j] * value
    for i in range(n - 1, -1, -1):
        row, rest, total = factors[i, i + 1 :], b[i + 1 :], 0.0
        for j in range(len(row)):
            total += row[j] * rest[j]
        b[i] -= factors[i, i] * total


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def begin(
    x: FloatArray,
    sign: FloatArray,
    force: FloatArray,
    hessian: FloatArray,
    drive: FloatArray,
    h: float,
    factors: FloatArray,
    work: FloatArray,
) -> bool:
    """Factorise, and compute the first two stages; False if the matrix is not positive definite.

    Parameters
    ----------
    x, sign, force : ndarray of shape (n,)
        Positions, signs and forces (without the applied stress) at the start of the step.
    hessian : ndarray of shape (n, n)
        Hessian of the energy at ``x``; only its upper triangle is read.
    drive : ndarray of shape (3,)
        Applied stress, its rate and its stiffness.
    h : float
        Length of the step.
    factors, work : ndarray of shape (n, n), (WORK_ROWS, n)
        Overwritten.
    """
    stress, rate, stiffness = drive
    k1, k2, new = work[K1], work[K2], work[NEW]
    for i in range(len(x)):
        row, source, rest = factors[i, i:], hessian[i, i:], sign[i:]
        weight = stiffness * sign[i]
        for j in range(len(row)):
            row[j] = source[j] + weight * rest[j]
        factors[i, i] += 1.0 / (_GAMMA * h)
    if not factorise(factors):
        return False
    for i in range(len(x)):
        k1[i] = force[i] + sign[i] * (stress + _GAMMA * h * rate)
    solve(factors, k1)
    for i in range(len(x)):
        k2[i] = force[i] + sign[i] * (stress + _GAMMA_2 * h * rate) + 4 / h * k1[i]
    solve(factors, k2)
    for i in range(len(x)):
        new[i] = x[i] + 2 * k1[i]
    return True


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def continue_(
    sign: FloatArray, drive: FloatArray, h: float, factors: FloatArray, work: FloatArray
) -> None:
    """Compute the third stage from the forces in ``work[K3]``; parameters as :func:`begin`."""
    stress, rate, stiffness = drive
    k1, k2, k3, new = work[K1], work[K2], work[K3], work[NEW]
    applied = stress + rate * h - 2 * stiffness * np.dot(sign, k1)
    for i in range(len(sign)):
        k3[i] += sign[i] * applied + (k1[i] - k2[i]) / h
    solve(factors, k3)
    for i in range(len(sign)):
        new[i] += k3[i]


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def finish(
    sign: FloatArray,
    tolerance: FloatArray,
    drive: FloatArray,
    h: float,
    factors: FloatArray,
    work: FloatArray,
) -> float:
    """Compute the last stage from the forces in ``work[K4]`` and return the error of the step.

    Parameters
    ----------
    sign, drive, h, factors, work
        As passed to and left by :func:`begin`.
    tolerance : ndarray of shape (n,)
        Tolerance of each position; the error is the largest one relative to it, infinite for NaN.
    """
    stress, rate, stiffness = drive
    k1, k2, k3, k4, new = work[K1], work[K2], work[K3], work[K4], work[NEW]
    applied = stress + rate * h - stiffness * (2 * np.dot(sign, k1) + np.dot(sign, k3))
    for i in range(len(sign)):
        k4[i] += sign[i] * applied + (k1[i] - k2[i] - 8 / 3 * k3[i]) / h
    solve(factors, k4)
    error = 0.0
    for i in range(len(sign)):
        new[i] += k4[i]
        if not abs(new[i]) < math.inf:  # also for NaN; isfinite would be optimised away
            return math.inf
        error = max(error, abs(k4[i]) / tolerance[i])
    return error
