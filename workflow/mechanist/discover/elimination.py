"""Sparse fits of small dense systems: significance, thresholds and LASSO side by side.

A constitutive law has at most a few dozen candidate terms, so every rule is cheap and all rules run
on the same matrix. Columns are normalised internally; coefficients are returned in their own units.
"""

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, compress
from typing import Final

import numpy as np
from scipy.stats import chi2, norm

from mechanist.core.typing import FloatArray, IntArray

#: Thresholds of normalised coefficients, in logarithmic steps.
THRESHOLDS: Final[FloatArray] = np.logspace(-3.5, -0.05, 36)
#: A term stays if its coefficient exceeds this many standard errors ...
SIGNIFICANCE: Final = 4.0
#: ... and if leaving it out adds this share of the target's norm to the residual norm.
GAIN: Final = 1e-3
#: Largest number of columns for which all subsets are tried.
MOST: Final = 12
_CLEAN: Final = 1e-14
_NONE: Final = 1e-30


@dataclass(frozen=True, eq=False)
class SparseFit:
    """Coefficients of a sparse fit of one target.

    Parameters
    ----------
    coefficients : ndarray of shape (p,)
        Zero where a column was left out.
    errors : ndarray of shape (p,)
        Standard errors, zero where a column was left out.
    """

    coefficients: FloatArray
    errors: FloatArray

    @property
    def support(self) -> tuple[int, ...]:
        """Indices of the columns that were kept."""
        return tuple(np.flatnonzero(self.coefficients).tolist())


def eliminate(
    matrix: FloatArray,
    target: FloatArray,
    *,
    blocks: IntArray | None = None,
    significance: float = SIGNIFICANCE,
    gain: float = GAIN,
) -> SparseFit:
    """Drop the least significant column until all remaining columns are significant and useful.

    On noiseless data, whose residual is tiny but not random, significance alone keeps spurious
    columns; a minimum gain alone keeps columns that fit noise by chance. A column must pass both.

    Parameters
    ----------
    matrix : ndarray of shape (n, p)
    target : ndarray of shape (n,)
    blocks : ndarray of shape (n,), optional
        Block index of each row; rows of different blocks have independent noise. By default all
        rows have independent noise.
    significance : float
        Smallest ratio of a coefficient to its standard error.
    gain : float
        Smallest rise of the residual norm without the column, relative to the target's norm:
        ``sqrt(RSS_without - RSS) / |target|``.

    Raises
    ------
    ValueError
        If columns are linearly dependent or one is zero; the message gives their positions.
    """
    scaled, norms = _normalised(matrix)
    size = float(np.linalg.norm(target))
    active = list(range(matrix.shape[1]))
    while active and size > 0:
        columns = scaled[:, active]
        inverse = _gram_inverse(columns)
        weights = np.linalg.lstsq(columns, target, rcond=None)[0]
        errors = _errors(columns, target - columns @ weights, inverse, blocks)
        with np.errstate(divide="ignore"):
            ratio = np.abs(weights) / np.maximum(errors, np.finfo(float).tiny)
        gains = np.abs(weights) / np.sqrt(np.diag(inverse)) / size
        merit = np.minimum(ratio / max(significance, _NONE), gains / max(gain, _NONE))
        worst = int(np.argmin(merit))
        if merit[worst] >= 1.0:
            return _placed(matrix.shape[1], active, weights / norms[active], errors / norms[active])
        active.pop(worst)
    return SparseFit(np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1]))


def smallest_subset(
    matrix: FloatArray,
    target: FloatArray,
    *,
    significance: float = SIGNIFICANCE,
    gain: float = GAIN,
) -> SparseFit:
    """Return the smallest set of columns that fits as well as all columns, within noise.

    Elimination can fail among nearly collinear columns; with few columns, all sets can be tried.
    Among sets of equal size, the one with the smallest residual is considered.

    Parameters
    ----------
    matrix : ndarray of shape (n, p)
        At most ``MOST`` columns, rows of independent noise.
    target : ndarray of shape (n,)
    significance : float
        The squared residual of a set may rise by the chi-squared quantile whose tail probability
        equals that of a normal variable beyond this many standard deviations, two-sided ...
    gain : float
        ... or by this share of the target's norm, as in :func:`eliminate`.

    Raises
    ------
    ValueError
        If there are too many columns, or they are linearly dependent.
    """
    n, p = matrix.shape
    if p > MOST:
        raise ValueError(f"{p} columns have 2^{p} subsets; expected at most {MOST}. Use eliminate")
    scaled, _ = _normalised(matrix)
    factor = np.asarray(np.linalg.qr(np.column_stack([scaled, target]), mode="r"))
    floor = float(factor[p, p] ** 2)
    size = float(target @ target)
    for k in range(p):
        room = chi2.isf(2 * norm.sf(significance), p - k) * floor / max(n - p, 1)
        losses = {support: _loss(factor, support) - floor for support in combinations(range(p), k)}
        best = min(losses, key=lambda support: losses[support])
        if losses[best] <= max(room, gain**2 * size):
            return least_squares(matrix, target, best)
    return least_squares(matrix, target, range(p))


def threshold_path(
    matrix: FloatArray, target: FloatArray, *, thresholds: Iterable[float] = THRESHOLDS
) -> list[SparseFit]:
    """Fit by sequentially thresholded least squares at each threshold of normalised coefficients.

    Parameters
    ----------
    matrix : ndarray of shape (n, p)
    target : ndarray of shape (n,)
    thresholds : iterable of float
        Relative to the target's norm.
    """
    scaled, _ = _normalised(matrix)
    size = float(np.linalg.norm(target))

    # neighbouring thresholds pass through the same supports
    @cache
    def weights_of(active: tuple[int, ...]) -> FloatArray:
        return np.asarray(np.linalg.lstsq(scaled[:, list(active)], target, rcond=None)[0])

    @cache
    def fit_of(active: tuple[int, ...]) -> SparseFit:
        return least_squares(matrix, target, active)

    path = []
    for threshold in thresholds:
        active = tuple(range(matrix.shape[1]))
        # each round removes a column, so that it ends
        while not (keep := np.abs(weights_of(active)) >= threshold * size).all():
            active = tuple(compress(active, keep))
        path.append(fit_of(active))
    return path


def least_squares(
    matrix: FloatArray,
    target: FloatArray,
    support: Sequence[int],
    *,
    blocks: IntArray | None = None,
) -> SparseFit:
    """Fit only the columns ``support``, without a penalty and its bias."""
    if not len(support):
        return SparseFit(np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1]))
    columns, norms = _normalised(matrix[:, list(support)])
    weights = np.linalg.lstsq(columns, target, rcond=None)[0]
    inverse = _gram_inverse(columns)
    errors = _errors(columns, target - columns @ weights, inverse, blocks)
    return _placed(matrix.shape[1], list(support), weights / norms, errors / norms)


def messenger_bortz(matrix: FloatArray, target: FloatArray, path: Sequence[SparseFit]) -> SparseFit:
    """Return the fit that best balances closeness to full least squares and number of terms.

    The loss is ``|A (w - w_LS)| / |A w_LS| + |w|_0 / p``, Messenger and Bortz (2021),
    J. Comput. Phys. 443, 110525, 10.1016/j.jcp.2021.110525.
    """
    full = matrix @ np.linalg.lstsq(matrix, target, rcond=None)[0]
    size = max(float(np.linalg.norm(full)), np.finfo(float).tiny)

    def loss(fit: SparseFit) -> float:
        moved = float(np.linalg.norm(matrix @ fit.coefficients - full)) / size
        return moved + len(fit.support) / matrix.shape[1]

    return min(path, key=loss)


def lasso(
    matrix: FloatArray, target: FloatArray, *, folds: int = 5, penalties: int = 30
) -> SparseFit:
    """Fit by LASSO at the penalty with the least cross-validated error, as commonly advised.

    Coefficients are those of the penalised fit: biased and without standard errors. If coordinate
    descent does not converge at some penalty of a fold, its last iterate is used.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LassoCV

    scaled, norms = _normalised(matrix)
    size = float(np.linalg.norm(target)) or 1.0
    # The solver's tolerances are meant for rows of order one.
    rows = np.sqrt(len(target))
    # with few columns, descent on them is cheaper than the checks of a Gram matrix at each penalty
    model = LassoCV(
        cv=folds, fit_intercept=False, alphas=penalties, max_iter=20000, precompute=False
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(scaled * rows, target / size * rows)
    weights = np.where(np.abs(model.coef_) > np.finfo(float).eps, model.coef_, 0.0)
    return SparseFit(np.asarray(weights * size / norms), np.zeros(matrix.shape[1]))


def _loss(factor: FloatArray, support: tuple[int, ...]) -> float:
    """Return the squared residual of a support, from the triangular factor with the target last."""
    target = factor[:, -1]
    if not support:
        return float(target @ target)
    columns = factor[:, list(support)]
    left = target - columns @ np.linalg.lstsq(columns, target, rcond=None)[0]
    return float(left @ left)


def _gram_inverse(columns: FloatArray) -> FloatArray:
    """Return the inverse of ``columns.T @ columns``, shape (p, p).

    It is made of the triangular factor of the columns: their product squares the condition, and is
    singular to rounding for columns at an angle of 1e-8.
    """
    inverse = np.linalg.inv(np.linalg.qr(columns, mode="r"))
    return np.asarray(inverse @ inverse.T, dtype=float)


def _normalised(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    norms = np.linalg.norm(matrix, axis=0)
    if not norms.all():
        raise ValueError(
            f"columns {np.flatnonzero(norms == 0).tolist()} of {matrix.shape[1]} are zero on these"
            " data; leave them out, or add data on which they are not zero"
        )
    scaled = matrix / norms
    _, values, right = np.linalg.svd(scaled, full_matrices=False)
    if len(values) < matrix.shape[1] or values[-1] <= _CLEAN * values[0]:
        together = np.flatnonzero(np.abs(right[-1]) > 0.1).tolist()
        raise ValueError(
            f"columns {together} are linearly dependent on these data (singular values from"
            f" {values[0]:.3g} down to {values[-1]:.3g}); leave one out, or add other load cases"
        )
    return scaled, norms


def _errors(
    columns: FloatArray, residual: FloatArray, inverse: FloatArray, blocks: IntArray | None
) -> FloatArray:
    """Return standard errors; with blocks, they allow for correlated noise within a block."""
    n, p = columns.shape
    if blocks is None:
        variance = float(residual @ residual) / max(n - p, 1)
        return np.sqrt(variance * np.diag(inverse))
    names, place = np.unique(blocks, return_inverse=True)
    scores = np.zeros((len(names), p))
    np.add.at(scores, place, columns * residual[:, None])
    spread = inverse @ (scores.T @ scores) @ inverse
    return np.sqrt(np.diag(spread) * len(names) / max(len(names) - p, 1))


def _placed(p: int, active: Sequence[int], weights: FloatArray, errors: FloatArray) -> SparseFit:
    coefficients, all_errors = np.zeros(p), np.zeros(p)
    coefficients[list(active)] = weights
    all_errors[list(active)] = errors
    return SparseFit(coefficients, all_errors)
