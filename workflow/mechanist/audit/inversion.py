"""Jacobians of an object's features, and reconstruction of structures from features.

An inversion has three outcomes: the structure is *recovered*; another structure with the same
features is found (*wrong*: the features lose information); or the search is *stuck* at other
features (which is no evidence about the features).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mechanist.audit.thresholds import RANK_TOLERANCE, RESIDUAL, SAME_STRUCTURE
from mechanist.core.typing import FloatArray

#: Step of the differences, in neighbour distances. Five points keep the error for features of width
#: 0.1 below the tolerance of the rank.
STEP: Final = 3e-4
#: Step of the one-sided differences of a search, in neighbour distances.
SEARCH_STEP: Final = 1e-6
#: Coefficients of the central difference at 1 and 2 steps.
_NEAR, _FAR = 2 / 3, -1 / 12
ITERATIONS: Final = 30
#: A search is stuck if its squared residual fell by less than this share this many times in a row.
LEAST_GAIN: Final = 0.01
PATIENCE: Final = 3
_FIRST_DAMPING: Final = 1e-3
_LEAST_DAMPING: Final = 1e-15
_MOST_DAMPING: Final = 1e9

Outcome = Literal["recovered", "wrong", "stuck"]
Described = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Inversion:
    """How one search ended.

    Parameters
    ----------
    residual : float
        Largest difference of features, in spreads.
    distance : float
        Distance from the true structure, in neighbour distances.
    """

    residual: float
    distance: float

    @property
    def outcome(self) -> Outcome:
        """Outcome of the search."""
        if not self.residual < RESIDUAL:
            return "stuck"
        return "recovered" if self.distance < SAME_STRUCTURE else "wrong"


def jacobian(described: Described, x: FloatArray, step: float) -> FloatArray:
    """Return derivatives (m, k) of features (m,) by coordinates (k,), accurate to fourth order."""
    columns = []
    for i in range(len(x)):
        shift = np.zeros(len(x))
        shift[i] = step
        near = described(x + shift) - described(x - shift)
        far = described(x + 2 * shift) - described(x - 2 * shift)
        columns.append((_NEAR * near + _FAR * far) / step)
    return np.stack(columns, axis=1)


def rank(matrix: FloatArray) -> int:
    """Return the number of singular values above a fraction of the largest one."""
    values = np.linalg.svd(matrix, compute_uv=False)
    return int((values > RANK_TOLERANCE * values[0]).sum()) if values[0] > 0 else 0


def invert(
    described: Described,
    truth: FloatArray,
    start: FloatArray,
    *,
    distance: Callable[[FloatArray, FloatArray], float],
    length: float,
) -> Inversion:
    """Search from ``start`` for coordinates that have the features of ``truth``.

    Levenberg-Marquardt with damping relative to each coordinate's own curvature (Marquardt,
    https://doi.org/10.1137/0111030).

    Parameters
    ----------
    described : callable
        Features in spreads, shape (m,), of coordinates (k,).
    truth, start : ndarray of shape (k,)
    distance, length : callable, float
        As in :class:`mechanist.audit.subject.Environment`.
    """
    goal = described(truth)
    x, residual, damping, idle = start, described(start) - goal, _FIRST_DAMPING, 0
    for _ in range(ITERATIONS):
        if np.abs(residual).max() < RESIDUAL / 10 or damping > _MOST_DAMPING or idle >= PATIENCE:
            break
        slopes = _slopes(described, x, residual + goal, SEARCH_STEP * length)
        if not np.isfinite(slopes).all():  # strayed to where features are undefined
            break
        scale = (slopes**2).sum(axis=0) + np.finfo(float).tiny
        better = False
        while not better and damping <= _MOST_DAMPING:
            step = _step(slopes, residual, damping * scale)
            trial = described(x + step) - goal
            better = bool(trial @ trial < residual @ residual)
            damping = max(damping / 10, _LEAST_DAMPING) if better else damping * 10
        if better:
            gained = 1 - (trial @ trial) / (residual @ residual)
            idle = 0 if gained > LEAST_GAIN else idle + 1
            x, residual = x + step, trial
    return Inversion(float(np.abs(residual).max()), distance(x, truth) / length)


def _step(slopes: FloatArray, residual: FloatArray, damping: FloatArray) -> FloatArray:
    """Return the damped least-squares step."""
    matrix = np.vstack([slopes, np.diag(np.sqrt(damping))])
    goal = np.concatenate([-residual, np.zeros(slopes.shape[1])])
    return np.asarray(np.linalg.lstsq(matrix, goal, rcond=None)[0])


def _slopes(described: Described, x: FloatArray, here: FloatArray, step: float) -> FloatArray:
    """Return derivatives by one-sided differences, accurate enough for the descent."""
    return np.stack([(described(x + s) - here) / step for s in step * np.eye(len(x))], axis=1)
