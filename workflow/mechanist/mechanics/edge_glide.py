"""Compiled mechanics of gliding edge dislocations: forces, Hessian, energy and stress field.

Units are those of the box: its side is 1, stresses are in D b per side, the mobility is 1. The
shear stress of a dislocation, summed over all periodic images (first along x), is

    K(x, y) = pi sin(2 pi x) g(c),   g = sum_n 1/(A_n - c) - B_n/(A_n - c)^2,

with ``c = cos 2 pi x``, ``Y_n = 2 pi (y + n)``, ``A_n = cosh Y_n`` and ``B_n = Y_n sinh Y_n``.

Under glide y never changes, so one exponential per particle gives the hyperbolic functions, and one
sine and one cosine per particle give those of differences: pairs need no transcendental functions
and no tables, and only the Hessian needs memory quadratic in the number of dislocations. Images
with ``|n| > 1`` are summed to first order in ``c / A_n``. The energy is the antiderivative of the
same truncated sum, so that forces are its negative gradient up to rounding. ``A_0 - c`` is computed
as ``2 (sin^2 pi x + sinh^2 pi y)``, which stays accurate for close pairs.
"""

# Compiled functions that call each other are in one file: numba's cache does not notice changes of
# inlined functions in other files.

import math
from typing import Final

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray, IntArray

#: Rows of the table of dislocations: position, sign, sin and cos of pi x, exponentials of +-pi y.
X: Final = 0
Y: Final = 1
SIGN: Final = 2
SINE: Final = 3
COSINE: Final = 4
RISING: Final = 5
FALLING: Final = 6
ROWS: Final = 7

#: Floating-point operations may be reordered, but NaN and infinity must survive: they end a step.
_FAST: Final = {"contract", "reassoc", "arcp", "nsz"}
_PI: Final = math.pi
_TURN: Final = 2 * math.pi
_UP: Final = math.exp(math.pi)
_DOWN: Final = math.exp(-math.pi)
_COSH: Final = math.cosh(2 * math.pi)
_SINH: Final = math.sinh(2 * math.pi)
#: Images |n| > 1: sums over n of the expansions of g to order zero and one in c / A_n.
_FAR: Final = range(2, 12)
_T0A: Final = 4 * sum((1 - _TURN * n) * math.exp(-_TURN * n) for n in _FAR)
_T0B: Final = 4 * sum(math.exp(-_TURN * n) for n in _FAR)
_T1A: Final = 8 * sum((1 - 2 * _TURN * n) * math.exp(-2 * _TURN * n) for n in _FAR)
_T1B: Final = 16 * sum(math.exp(-2 * _TURN * n) for n in _FAR)


@njit(cache=True, fastmath=_FAST, error_model="numpy", inline="always")
def _offset(d: float, up: float, down: float) -> tuple[float, float, float]:
    """Return the y difference d to the nearest image, and its exponentials exp(+-pi d)."""
    high, low = d > 0.5, d < -0.5
    d -= 1.0 if high else (-1.0 if low else 0.0)
    up *= _DOWN if high else (_UP if low else 1.0)
    down *= _UP if high else (_DOWN if low else 1.0)
    return d, up, down


@njit(cache=True, fastmath=_FAST, error_model="numpy", inline="always")
def _pair(d: float, up: float, down: float, p: float, o: float) -> tuple[float, float]:
    """Return K and dK/dx at y = d, where p, o = sin, cos(pi x) and up, down = exp(+-pi y)."""
    d, up, down = _offset(d, up, down)
    q, h = 0.5 * (up - down), 0.5 * (up + down)
    c, ch, sh, y = 1 - 2 * p * p, 1 + 2 * q * q, 2 * q * h, _TURN * d
    cc, ss, cs, sc = _COSH * ch, _SINH * sh, _COSH * sh, _SINH * ch
    b0, b1, b2 = y * sh, (y + _TURN) * (cs + sc), (y - _TURN) * (cs - sc)
    d0, d1, d2 = 2 * (p * p + q * q), cc + ss - c, cc - ss - c
    d12 = d1 * d2
    r = 1.0 / (d0 * d12)  # one division for the three nearest images
    r0, r1, r2 = r * d12, r * d0 * d2, r * d0 * d1
    t0, t1 = _T0A * ch + _T0B * b0, _T1A * (2 * ch * ch - 1) + 2 * _T1B * b0 * ch
    g = r0 * (1 - b0 * r0) + r1 * (1 - b1 * r1) + r2 * (1 - b2 * r2) + t0 + t1 * c
    slope = (
        r0 * r0 * (1 - 2 * b0 * r0) + r1 * r1 * (1 - 2 * b1 * r1) + r2 * r2 * (1 - 2 * b2 * r2) + t1
    )
    s = 2 * p * o
    return _PI * s * g, 2 * _PI * _PI * (c * g - s * s * slope)


@njit(cache=True, fastmath=_FAST, error_model="numpy", inline="always")
def _pinned(
    x: float, first: int, last: int, pins: FloatArray, well: FloatArray
) -> tuple[float, float]:
    """Return the force and the energy curvature at x due to pins first..last - 1."""
    force = curvature = 0.0
    for m in range(first, last):
        dx = x - pins[0, m]
        dx -= round(dx)
        w = max(0.0, pins[1, m] - well[1] * dx * dx)
        force -= dx * w * w
        curvature += w * (w - 4 * well[1] * dx * dx)
    return 6 * well[0] * well[1] * force, 6 * well[0] * well[1] * curvature


@njit(cache=True, fastmath=_FAST, error_model="numpy", inline="always")
def _turn(lines: FloatArray) -> None:
    """Update the sines and cosines of the table from its positions."""
    for i in range(lines.shape[1]):
        lines[SINE, i] = math.sin(_PI * lines[X, i])
        lines[COSINE, i] = math.cos(_PI * lines[X, i])


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def forces(
    lines: FloatArray, spans: IntArray, pins: FloatArray, well: FloatArray, out: FloatArray
) -> None:
    """Write the force on each dislocation, without the applied stress, to ``out`` of shape (n,).

    Parameters
    ----------
    lines : ndarray of shape (ROWS, n)
        Made by :func:`table_of`; its rows SINE and COSINE are updated from X.
    spans : ndarray of shape (2, n)
        Indices, first and last + 1, of the pins within reach of each dislocation's glide plane.
    pins : ndarray of shape (2, m)
        x of these pins, and ``1 - (dy / radius)^2``.
    well : ndarray of shape (2,)
        Depth of the well of a pin, and the inverse square of its radius.
    """
    _turn(lines)
    out[:] = 0.0
    for i in range(lines.shape[1]):
        yi, mine, si, ci = lines[Y, i], lines[SIGN, i], lines[SINE, i], lines[COSINE, i]
        ui, di = lines[RISING, i], lines[FALLING, i]
        y, sign = lines[Y, i + 1 :], lines[SIGN, i + 1 :]
        sine, cosine = lines[SINE, i + 1 :], lines[COSINE, i + 1 :]
        rising, falling = lines[RISING, i + 1 :], lines[FALLING, i + 1 :]
        rest, total = out[i + 1 :], 0.0
        for j in range(len(y)):
            p, o = si * cosine[j] - ci * sine[j], ci * cosine[j] + si * sine[j]
            k, _ = _pair(yi - y[j], ui * falling[j], di * rising[j], p, o)
            k *= mine * sign[j]
            total += k
            rest[j] -= k
        out[i] += total + _pinned(lines[X, i], spans[0, i], spans[1, i], pins, well)[0]


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def linearise(
    lines: FloatArray,
    spans: IntArray,
    pins: FloatArray,
    well: FloatArray,
    out: FloatArray,
    hessian: FloatArray,
) -> None:
    """Write forces as :func:`forces` does, and the upper triangle of the Hessian (n, n)."""
    _turn(lines)
    out[:] = 0.0
    diagonal = np.zeros(lines.shape[1])
    for i in range(lines.shape[1]):
        yi, mine, si, ci = lines[Y, i], lines[SIGN, i], lines[SINE, i], lines[COSINE, i]
        ui, di = lines[RISING, i], lines[FALLING, i]
        y, sign = lines[Y, i + 1 :], lines[SIGN, i + 1 :]
        sine, cosine = lines[SINE, i + 1 :], lines[COSINE, i + 1 :]
        rising, falling = lines[RISING, i + 1 :], lines[FALLING, i + 1 :]
        rest, stiff, row = out[i + 1 :], diagonal[i + 1 :], hessian[i, i + 1 :]
        total = stiffness = 0.0
        for j in range(len(y)):
            p, o = si * cosine[j] - ci * sine[j], ci * cosine[j] + si * sine[j]
            k, slope = _pair(yi - y[j], ui * falling[j], di * rising[j], p, o)
            k *= mine * sign[j]
            slope *= mine * sign[j]
            total += k
            rest[j] -= k
            stiffness -= slope
            stiff[j] -= slope
            row[j] = slope
        force, curvature = _pinned(lines[X, i], spans[0, i], spans[1, i], pins, well)
        out[i] += total + force
        hessian[i, i] = diagonal[i] + stiffness + curvature


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def energy(lines: FloatArray, spans: IntArray, pins: FloatArray, well: FloatArray) -> float:
    """Return the energy whose gradient along x is minus :func:`forces`.

    Terms that depend on y alone are omitted; they are constant under glide.
    """
    _turn(lines)
    total = 0.0
    for i in range(lines.shape[1]):
        for j in range(i + 1, lines.shape[1]):
            d, up, down = _offset(
                lines[Y, i] - lines[Y, j],
                lines[RISING, i] * lines[FALLING, j],
                lines[FALLING, i] * lines[RISING, j],
            )
            p = lines[SINE, i] * lines[COSINE, j] - lines[COSINE, i] * lines[SINE, j]
            q, h = 0.5 * (up - down), 0.5 * (up + down)
            c, ch, sh, y = 1 - 2 * p * p, 1 + 2 * q * q, 2 * q * h, _TURN * d
            b0 = y * sh
            g = (_T0A * ch + _T0B * b0) * c
            g += (_T1A * (2 * ch * ch - 1) + 2 * _T1B * b0 * ch) * c * c / 2
            d0 = 2 * (p * p + q * q)
            g -= math.log(d0) + b0 / d0
            for n in (-1, 1):
                a, b = _COSH * ch + n * _SINH * sh, _COSH * sh + n * _SINH * ch
                g -= math.log(a - c) + (y + n * _TURN) * b / (a - c)
            total += 0.5 * lines[SIGN, i] * lines[SIGN, j] * g
        for m in range(spans[0, i], spans[1, i]):
            dx = lines[X, i] - pins[0, m]
            dx -= round(dx)
            total -= well[0] * max(0.0, pins[1, m] - well[1] * dx * dx) ** 3
    return total


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def stress_field(lines: FloatArray, points: FloatArray, out: FloatArray) -> None:
    """Write the shear stress of all dislocations at ``points`` (ROWS, m) to ``out`` (m,).

    Points have the same table layout as dislocations; their signs do not matter.
    """
    _turn(lines)
    _turn(points)
    out[:] = 0.0
    y, sine, cosine = points[Y], points[SINE], points[COSINE]
    rising, falling = points[RISING], points[FALLING]
    for i in range(lines.shape[1]):
        yi, mine, si, ci = lines[Y, i], lines[SIGN, i], lines[SINE, i], lines[COSINE, i]
        ui, di = lines[RISING, i], lines[FALLING, i]
        for j in range(len(y)):
            p, o = sine[j] * ci - cosine[j] * si, cosine[j] * ci + sine[j] * si
            k, _ = _pair(y[j] - yi, rising[j] * di, falling[j] * ui, p, o)
            out[j] += mine * k


def table_of(x: FloatArray, y: FloatArray, sign: FloatArray) -> FloatArray:
    """Return the table of shape (ROWS, n) of dislocations at ``x``, ``y``, wrapped or not."""
    lines = np.zeros((ROWS, len(x)))
    lines[X], lines[Y], lines[SIGN] = x, y - np.floor(y), sign
    lines[RISING], lines[FALLING] = np.exp(_PI * lines[Y]), np.exp(-_PI * lines[Y])
    return lines
