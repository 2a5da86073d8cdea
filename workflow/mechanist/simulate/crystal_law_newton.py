"""Compiled loops of the local problem of :mod:`mechanist.simulate.crystal_law_flow`."""

# Compiled functions that call each other are in one file, because numba's cache does not notice
# changes to functions inlined from other files. Where sums may be reordered, callees are inlined:
# otherwise the copy of a shared symbol that is loaded first would determine the last bits.

from typing import Final

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray

_ROOT2: Final = 1.4142135623730951
# NaN must propagate; sums may be reordered, identically for any number of threads.
_FAST: Final = {"reassoc", "contract", "arcp", "nsz"}
#: Largest change of resolved stress / resistance in a Newton step; prevents overflow.
LARGEST_CHANGE: Final = 0.4
#: Resolved stress / resistance below which slip is negligible in double precision.
SILENT: Final = 1e-3
NEWTON_STEPS: Final = 60


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")
def to_crystal(fields: FloatArray, rotations: FloatArray, out: FloatArray) -> None:
    """Rotate sample-frame Mandel fields (6, n) into crystal frames, shape (n, 6)."""
    for v in range(rotations.shape[0]):
        _turn_one(fields[:, v], rotations[v].T, out[v])


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy", inline="always")
def _turn_one(vector: FloatArray, r: FloatArray, out: FloatArray) -> None:
    """Set ``out`` to the Mandel vector of ``r t r^T``."""
    s = 1.0 / _ROOT2
    xx, yy, zz = vector[0], vector[1], vector[2]
    yz, xz, xy = s * vector[3], s * vector[4], s * vector[5]
    a00 = r[0, 0] * xx + r[0, 1] * xy + r[0, 2] * xz
    a01 = r[0, 0] * xy + r[0, 1] * yy + r[0, 2] * yz
    a02 = r[0, 0] * xz + r[0, 1] * yz + r[0, 2] * zz
    a10 = r[1, 0] * xx + r[1, 1] * xy + r[1, 2] * xz
    a11 = r[1, 0] * xy + r[1, 1] * yy + r[1, 2] * yz
    a12 = r[1, 0] * xz + r[1, 1] * yz + r[1, 2] * zz
    a20 = r[2, 0] * xx + r[2, 1] * xy + r[2, 2] * xz
    a21 = r[2, 0] * xy + r[2, 1] * yy + r[2, 2] * yz
    a22 = r[2, 0] * xz + r[2, 1] * yz + r[2, 2] * zz
    out[0] = a00 * r[0, 0] + a01 * r[0, 1] + a02 * r[0, 2]
    out[1] = a10 * r[1, 0] + a11 * r[1, 1] + a12 * r[1, 2]
    out[2] = a20 * r[2, 0] + a21 * r[2, 1] + a22 * r[2, 2]
    out[3] = _ROOT2 * (a10 * r[2, 0] + a11 * r[2, 1] + a12 * r[2, 2])
    out[4] = _ROOT2 * (a00 * r[2, 0] + a01 * r[2, 1] + a02 * r[2, 2])
    out[5] = _ROOT2 * (a00 * r[1, 0] + a01 * r[1, 1] + a02 * r[1, 2])


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy", inline="always")
def _slip_rates(
    stress: FloatArray, resistance: FloatArray, schmid: FloatArray, scale: float,
    exponent: float, whole: int, slip: FloatArray, slope: FloatArray,
) -> None:  # fmt: skip
    """Set each system's slip in the step and its derivative with respect to resolved stress."""
    for s in range(schmid.shape[0]):
        resolved = 0.0
        for a in range(6):
            resolved += schmid[s, a] * stress[a]
        x = resolved / resistance[s]
        size = abs(x)
        if size < SILENT:
            slip[s], slope[s] = 0.0, 0.0
            continue
        if whole > 0:  # repeated squaring is several times faster than a real power
            power, square, left = 1.0, size, whole - 1
            while left > 0:
                if left & 1:
                    power *= square
                square *= square
                left >>= 1
        else:
            power = size ** (exponent - 1.0)
        slip[s] = scale * power * x
        slope[s] = scale * power * exponent / resistance[s]


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy", inline="always")
def _solve_symmetric(a: FloatArray, x: FloatArray) -> None:
    """Overwrite the right-hand side ``x`` by the solution for the packed lower triangle ``a``."""
    for j in range(6):
        jj = j * (j + 1) // 2
        for k in range(j):
            a[jj + j] -= a[jj + k] * a[jj + k] * a[k * (k + 1) // 2 + k]
        inverse = 1.0 / a[jj + j]
        for i in range(j + 1, 6):
            ii = i * (i + 1) // 2
            t = a[ii + j]
            for k in range(j):
                t -= a[ii + k] * a[jj + k] * a[k * (k + 1) // 2 + k]
            a[ii + j] = t * inverse
    for i in range(6):
        ii = i * (i + 1) // 2
        for k in range(i):
            x[i] -= a[ii + k] * x[k]
    for i in range(5, -1, -1):
        x[i] /= a[i * (i + 1) // 2 + i]
        for k in range(i + 1, 6):
            x[i] -= a[k * (k + 1) // 2 + i] * x[k]


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy", inline="always")
def _residual(
    x: FloatArray, wanted: FloatArray, base: FloatArray, slip: FloatArray, schmid: FloatArray,
    rest: FloatArray,
) -> float:  # fmt: skip
    """Set ``rest`` to the strain residual of a stress ``x`` and return its norm."""
    for a in range(6):
        t = wanted[a]
        for b in range(6):
            t -= base[a, b] * x[b]
        rest[a] = t
    for s in range(schmid.shape[0]):
        for a in range(6):
            rest[a] -= slip[s] * schmid[s, a]
    total = 0.0
    for a in range(6):
        total += rest[a] * rest[a]
    return np.sqrt(total)


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy", inline="always")
def _update(
    x: FloatArray, step: FloatArray, base: FloatArray, slope: FloatArray, products: FloatArray,
    schmid: FloatArray, resistance: FloatArray, jacobian: FloatArray,
) -> None:  # fmt: skip
    """Take a Newton step from ``x``, shortened if resolved stresses would change too much."""
    k = 0
    for a in range(6):
        for b in range(a + 1):
            jacobian[k] = base[a, b]
            k += 1
    for s in range(schmid.shape[0]):
        for m in range(21):
            jacobian[m] += slope[s] * products[s, m]
    _solve_symmetric(jacobian, step)
    change = 0.0
    for s in range(schmid.shape[0]):
        t = 0.0
        for a in range(6):
            t += schmid[s, a] * step[a]
        change = max(change, abs(t) / resistance[s])
    shorten = 1.0 if change <= LARGEST_CHANGE else LARGEST_CHANGE / change
    for a in range(6):
        x[a] += shorten * step[a]


@njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")
def solve_voxels(
    first: int, last: int, drive: FloatArray, rotations: FloatArray, resistance: FloatArray,
    schmid: FloatArray, products: FloatArray, base: FloatArray, scale: float, exponent: float,
    whole: int, tolerance: float, guess: FloatArray, stress: FloatArray, slip: FloatArray,
    softness: FloatArray,
) -> tuple[int, float, int]:  # fmt: skip
    """Solve voxels ``first`` to ``last``; return the worst failed one, its residual, all steps."""
    wanted, rest, jacobian = np.empty(6), np.empty(6), np.empty(21)
    slope = np.empty(schmid.shape[0])
    worst, largest, steps = -1, 0.0, 0
    for v in range(first, last):
        _turn_one(drive[:, v], rotations[v].T, wanted)
        x = guess[v]
        for attempt in range(NEWTON_STEPS + 1):
            _slip_rates(x, resistance[v], schmid, scale, exponent, whole, slip[v], slope)
            error = _residual(x, wanted, base, slip[v], schmid, rest)
            if error <= tolerance or attempt == NEWTON_STEPS or not np.isfinite(error):
                break
            steps += 1
            _update(x, rest, base, slope, products, schmid, resistance[v], jacobian)
        if not error <= tolerance and not error <= largest:
            worst, largest = v, error
        softness[v] = 0.5 * slope.sum()
        _turn_one(x, rotations[v], stress[:, v])
    return worst, largest, steps
