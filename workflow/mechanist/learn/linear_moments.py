"""Sums over rows that can be added to fit linear models to any subset of the data.

A table of 10^5 rows is read once to compute a Gram matrix for each cell (a set of samples); the
training sets of all outer and inner folds are sums of cells. Products are taken in the precision
of the features, chunk by chunk, and accumulated in double precision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas

from mechanist.core.typing import FloatArray, IntArray

CHUNK: Final = 8192
#: Units of rounding of a mean square that a variance, which is a difference of two, cannot resolve.
UNRESOLVED: Final = 32

Matrix = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Origin:
    """Shift and scale of columns; they keep sums accurate and cancel out of every result.

    Parameters
    ----------
    shift, scale : ndarray of shape (n_features,)
    """

    shift: FloatArray
    scale: FloatArray

    @classmethod
    def of(cls, X: Matrix) -> "Origin":
        """Return the mean of a subset of rows and the rms deviation of all rows from it."""
        shift = X[:: max(1, len(X) // CHUNK)].mean(axis=0, dtype=np.float64)
        squares = np.zeros(X.shape[1])
        for start in range(0, len(X), CHUNK):
            part = X[start : start + CHUNK] - shift.astype(X.dtype)
            squares += np.einsum("ij,ij->j", part, part)
        scale = np.sqrt(squares / max(1, len(X)))
        return cls(shift, np.where(scale > 0, scale, 1.0))


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums of products over a set of rows, in the coordinates of an :class:`Origin`.

    Parameters
    ----------
    n : int
        Number of rows.
    x : ndarray of shape (n_features,)
    y : ndarray of shape (n_targets,)
    xx : ndarray of shape (n_features, n_features)
    xy : ndarray of shape (n_features, n_targets)
    yy : ndarray of shape (n_targets,)
    least, most : ndarray of shape (n_features,)
        Smallest and largest value of every feature, in its own units: they show exactly whether it
        is constant, whatever the rows outside the set look like.
    rounding : float
        Relative spacing of the numbers that the products were taken in.
    """

    n: int
    x: FloatArray
    y: FloatArray
    xx: FloatArray
    xy: FloatArray
    yy: FloatArray
    least: Matrix
    most: Matrix
    rounding: float

    def error(self, fit: "LinearFit") -> FloatArray:
        """Return the sum of squared residuals of a fit over these rows, for each target."""
        slopes, constant = fit.slopes, fit.constant
        quadratic = np.einsum("ik,ik->k", slopes, self.xx @ slopes)
        cross = np.einsum("ik,ik->k", slopes, self.xy)
        lines = self.x @ slopes
        return np.asarray(
            self.yy - 2 * cross + quadratic - 2 * constant * (self.y - lines) + self.n * constant**2
        )


@dataclass(frozen=True, eq=False)
class LinearFit:
    """Slopes and constant of a linear model, in the coordinates of an :class:`Origin`.

    Parameters
    ----------
    slopes : ndarray of shape (n_features, n_targets)
    constant : ndarray of shape (n_targets,)
    """

    slopes: FloatArray
    constant: FloatArray

    def unscaled(self, origin: Origin) -> "LinearFit":
        """Return the same model in the original units of the features."""
        slopes = self.slopes / origin.scale[:, None]
        return LinearFit(slopes, self.constant - origin.shift @ slopes)


def moments_of(X: Matrix, Y: FloatArray, rows: IntArray, origin: Origin) -> Moments:
    """Sum products over ``rows``.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
        float32 halves memory and time; float64 keeps full precision.
    Y : ndarray of shape (n_rows, n_targets)
    rows : ndarray of int
        Rows to sum over.
    origin : Origin
        Coordinates of the result.
    """
    p = X.shape[1]
    single = X.dtype == np.float32
    product = blas.ssyrk if single else blas.dsyrk
    shift, scale = origin.shift.astype(X.dtype), (1 / origin.scale).astype(X.dtype)
    xx, xy, x = np.zeros((p, p), order="F"), np.zeros((p, Y.shape[1])), np.zeros(p)
    least, most = np.full(p, np.inf, X.dtype), np.full(p, -np.inf, X.dtype)
    for start in range(0, len(rows), CHUNK):
        chosen = rows[start : start + CHUNK]
        part = X[chosen]
        least, most = np.minimum(least, part.min(axis=0)), np.maximum(most, part.max(axis=0))
        part -= shift
        part *= scale
        xx += product(1.0, part.T, lower=1)
        xy += part.T @ Y[chosen].astype(X.dtype)
        x += part.sum(axis=0, dtype=np.float64)
    xx += np.tril(xx, -1).T
    chosen_Y = Y[rows]
    y, yy = chosen_Y.sum(axis=0), (chosen_Y**2).sum(axis=0)
    return Moments(len(rows), x, y, xx, xy, yy, least, most, float(np.finfo(X.dtype).eps))


def total(parts: Sequence[Moments]) -> Moments:
    """Add moments of disjoint sets of rows."""
    first, *rest = parts
    if not rest:
        return first
    xx = first.xx.copy(order="K")
    for part in rest:
        xx += part.xx
    return Moments(
        n=sum(part.n for part in parts),
        x=np.sum([part.x for part in parts], axis=0),
        y=np.sum([part.y for part in parts], axis=0),
        xx=xx,
        xy=np.sum([part.xy for part in parts], axis=0),
        yy=np.sum([part.yy for part in parts], axis=0),
        least=np.min([part.least for part in parts], axis=0),
        most=np.max([part.most for part in parts], axis=0),
        rounding=first.rounding,
    )


@dataclass(frozen=True, eq=False)
class Standardised:
    """Normal equations of features scaled to zero mean and unit variance over the summed rows.

    Parameters
    ----------
    matrix : ndarray of shape (n_features, n_features)
        Number of rows times the correlation matrix.
    right : ndarray of shape (n_features, n_targets)
    mean, deviation : ndarray of shape (n_features,)
        Moments of the features; an infinite deviation marks a constant feature, whose weight is 0.
    level : ndarray of shape (n_targets,)
        Mean of the targets.
    """

    matrix: FloatArray
    right: FloatArray
    mean: FloatArray
    deviation: FloatArray
    level: FloatArray

    @classmethod
    def of(cls, moments: Moments) -> "Standardised":
        """Standardise over the rows summed in ``moments``."""
        mean, level = moments.x / moments.n, moments.y / moments.n
        square = np.diag(moments.xx) / moments.n
        variance = square - mean**2
        resolved = variance > UNRESOLVED * moments.rounding * square
        varies = (moments.most > moments.least) & resolved
        deviation = np.sqrt(np.where(varies, variance, np.inf))
        matrix = moments.xx - np.outer(moments.n * mean, mean)
        matrix /= deviation[:, None]
        matrix /= deviation[None, :]
        right = (moments.xy - np.outer(moments.x, level)) / deviation[:, None]
        return cls(matrix, right, mean, deviation, level)

    def solve(self, penalties: FloatArray) -> LinearFit:
        """Return the ridge solution with one positive penalty per feature."""
        matrix = self.matrix.copy(order="K")
        matrix[np.diag_indices_from(matrix)] += penalties
        solution = _solve_positive(matrix, self.right)
        slopes = solution / self.deviation[:, None]
        return LinearFit(slopes, self.level - self.mean @ slopes)


def _solve_positive(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Solve a symmetric positive definite system, overwriting the matrix."""
    from scipy.linalg import cho_factor, cho_solve

    factor = cho_factor(matrix, lower=True, overwrite_a=True, check_finite=False)
    return np.asarray(cho_solve(factor, right, check_finite=False))
