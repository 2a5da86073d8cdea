"""Energy of a periodic pileup: like dislocations on one glide plane in a quenched landscape.

Lengths are in units of the Burgers vector b and stresses in D/b with D = mu b / (2 pi (1 - nu)).
Two dislocations at distance d repel each other with the stress 1/d; summed over the periodic images
this is ``(pi/L) cot(pi d/L)``. The landscape is a potential in the form of a periodic cubic
B-spline, so that its force and stiffness are exact derivatives of one energy.
"""

import math

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray


@njit(cache=True, error_model="numpy")
def pinning(x: float, coefficients: FloatArray, length: float) -> tuple[float, float, float]:
    """Return potential, force and stiffness of the landscape at one position.

    Parameters
    ----------
    x : float
        Position, wrapped or not.
    coefficients : ndarray of shape (m,)
        B-spline coefficients of the potential at the nodes ``k * length / m``.
    length : float
        Period.

    Returns
    -------
    tuple of float
        Potential (D), force ``-V'`` (D/b) and stiffness ``V''`` (D/b^2).
    """
    m = coefficients.size
    spacing = length / m
    place = x / spacing
    base = math.floor(place)
    w = place - base
    k = int(base) % m
    before, here = coefficients[k - 1], coefficients[k]
    after, second = coefficients[(k + 1) % m], coefficients[(k + 2) % m]
    r = 1.0 - w
    potential = (
        r**3 * before
        + (3 * w**3 - 6 * w**2 + 4) * here
        + (3 * r**3 - 6 * r**2 + 4) * after
        + w**3 * second
    ) / 6
    slope = (
        -(r**2) * before + (3 * w**2 - 4 * w) * here - (3 * r**2 - 4 * r) * after + w**2 * second
    ) / 2
    curvature = r * before + (3 * w - 2) * here + (3 * r - 2) * after + w * second
    return potential, -slope / spacing, curvature / spacing**2


@njit(cache=True, error_model="numpy")
def pinning_force(x: FloatArray, coefficients: FloatArray, length: float) -> FloatArray:
    """Return the force of the landscape at many positions; parameters as in :func:`pinning`."""
    force = np.empty(x.size)
    for i in range(x.size):
        force[i] = pinning(x[i], coefficients, length)[1]
    return force


@njit(cache=True, error_model="numpy")
def energy(x: FloatArray, coefficients: FloatArray, length: float) -> float:
    """Return the energy of a pileup at zero external stress.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Positions.
    coefficients, length
        As in :func:`pinning`.
    """
    total = 0.0
    for i in range(x.size):
        total += pinning(x[i], coefficients, length)[0]
        for j in range(i):
            total -= math.log(abs(math.sin(math.pi * (x[i] - x[j]) / length)))
    return total


@njit(cache=True, error_model="numpy")
def forces(x: FloatArray, coefficients: FloatArray, length: float, out: FloatArray) -> None:
    """Fill ``out`` with minus the gradient of :func:`energy`."""
    n = x.size
    sine, cosine = np.sin(2 * math.pi / length * x), np.cos(2 * math.pi / length * x)
    for i in range(n):
        out[i] = pinning(x[i], coefficients, length)[1]
    for i in range(n):
        for j in range(i):
            s = sine[i] * cosine[j] - cosine[i] * sine[j]
            c = cosine[i] * cosine[j] + sine[i] * sine[j]
            push = math.pi / length * s / (1.0 - c)  # cot of half the angle
            out[i] += push
            out[j] -= push


@njit(cache=True, error_model="numpy")
def stiffness(x: FloatArray, coefficients: FloatArray, length: float, out: FloatArray) -> None:
    """Fill ``out``, of shape (n, n), with the second derivatives of :func:`energy`."""
    n = x.size
    sine, cosine = np.sin(2 * math.pi / length * x), np.cos(2 * math.pi / length * x)
    scale = 2 * (math.pi / length) ** 2
    for i in range(n):
        out[i, i] = pinning(x[i], coefficients, length)[2]
    for i in range(n):
        for j in range(i):
            c = cosine[i] * cosine[j] + sine[i] * sine[j]
            coupling = scale / (1.0 - c)
            out[i, j] = out[j, i] = -coupling
            out[i, i] += coupling
            out[j, j] += coupling


@njit(cache=True, error_model="numpy")
def factor(matrix: FloatArray, shift: float, lower: FloatArray) -> bool:
    """Cholesky-factorise ``matrix + shift * I`` into ``lower``; False if not positive definite."""
    n = matrix.shape[0]
    for j in range(n):
        for i in range(j, n):
            value = matrix[i, j]
            if i == j:
                value += shift
            for k in range(j):
                value -= lower[i, k] * lower[j, k]
            if i == j:
                if not value > 0.0:
                    return False
                lower[j, j] = math.sqrt(value)
            else:
                lower[i, j] = value / lower[j, j]
    return True


@njit(cache=True, error_model="numpy")
def solve(lower: FloatArray, right: FloatArray, out: FloatArray) -> None:
    """Solve a linear system with the Cholesky factor of :func:`factor`."""
    n = right.size
    for i in range(n):
        value = right[i]
        for k in range(i):
            value -= lower[i, k] * out[k]
        out[i] = value / lower[i, i]
    for i in range(n - 1, -1, -1):
        value = out[i]
        for k in range(i + 1, n):
            value -= lower[k, i] * out[k]
        out[i] = value / lower[i, i]
