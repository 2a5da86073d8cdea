"""Sparse least squares on a compressed linear system: paths of models from few terms to many.

Every path returns unbiased least-squares refits of the supports that it visits, so paths differ
only in the supports that they propose. All paths use columns of unit norm, so thresholds do not
depend on the units of the data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.system import LinearSystem
from mechanist.discover.triangular_factors import triangular

#: Thresholds on coefficients of columns and target of unit norm, in logarithmic steps.
THRESHOLDS: Final[FloatArray] = np.logspace(-3.5, -0.05, 36)
#: Ridge of STRidge, relative to columns of unit norm.
RIDGE: Final = 1e-5
_ROUNDS: Final = 20
#: A column lies in the span of a support if the squared sine of the angle between them is smaller.
_DEPENDENT: Final = 1e-18
#: Share of the squared target that a refit must gain to count as more than round-off.
_ROUND_OFF: Final = 1e-15

Support = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Fit:
    """A least-squares fit on some of the terms.

    Parameters
    ----------
    weights : ndarray of shape (p,)
        Coefficients in the units of the data, zero outside the support.
    support : tuple of int
        Column indices of the terms, increasing.
    loss : float
        Squared residual relative to the squared target, from 0 to 1.
    """

    weights: FloatArray
    support: Support
    loss: float


@dataclass(frozen=True, eq=False)
class Problem:
    """Regression of one target on columns of unit norm.

    Parameters
    ----------
    matrix : ndarray of shape (r, p)
        Columns of unit norm; a column that is zero on the data stays zero and is never chosen.
    target : ndarray of shape (r,)
        Of unit norm, unless it is zero on the data.
    norms : ndarray of shape (p,)
        Norms of the columns.
    size : float
        Norm of the target.
    """

    matrix: FloatArray
    target: FloatArray
    norms: FloatArray
    size: float

    @classmethod
    def of(
        cls,
        system: LinearSystem,
        target: str | None = None,
        *,
        blocks: Sequence[int] | IntArray | None = None,
    ) -> "Problem":
        """Return the problem of one target of a system, on all or some blocks."""
        columns, values = system.problem(target, blocks=blocks)
        return cls.dense(columns, values)

    @classmethod
    def dense(cls, columns: FloatArray, values: FloatArray) -> "Problem":
        """Return the problem of a matrix of shape (n, p) and a target of shape (n,)."""
        norms = np.linalg.norm(columns, axis=0)
        norms[norms == 0] = 1.0
        size = float(np.linalg.norm(values))
        factor = triangular(np.column_stack([columns / norms, values / (size or 1.0)]))
        p = columns.shape[1]
        return cls(factor[:, :p], factor[:, p], norms, size)

    @property
    def n_terms(self) -> int:
        """Number of columns."""
        return self.matrix.shape[1]

    def scaled_fit(self, support: Sequence[int]) -> tuple[FloatArray, float]:
        """Return weights of unit columns, shape (len(support),), and the loss."""
        columns = self.matrix[:, list(support)]
        weights = solve(columns, self.target)
        residual = self.target - columns @ weights
        return weights, float(residual @ residual)

    def fit(self, support: Sequence[int]) -> Fit:
        """Return the least-squares fit on a support."""
        chosen = tuple(sorted(int(column) for column in support))
        scaled, loss = self.scaled_fit(chosen)
        weights = np.zeros(self.n_terms)
        weights[list(chosen)] = scaled * self.size / self.norms[list(chosen)]
        return Fit(weights, chosen, loss)


def stlsq_path(problem: Problem, *, thresholds: Iterable[float] = THRESHOLDS) -> list[Fit]:
    """Fit by sequentially thresholded least squares at each threshold, each support once.

    As in Brunton, Proctor and Kutz (2016), 10.1073/pnas.1517384113, but on columns of unit norm.
    """
    return stridge_path(problem, ridge=0.0, thresholds=thresholds)


def stridge_path(
    problem: Problem, *, ridge: float = RIDGE, thresholds: Iterable[float] = THRESHOLDS
) -> list[Fit]:
    """Fit by sequentially thresholded ridge regression at each threshold, each support once.

    As in Rudy et al. (2017), 10.1126/sciadv.1602614, the last fit is without ridge.

    Parameters
    ----------
    problem : Problem
    ridge : float
        Added to the squared norm of the columns.
    thresholds : iterable of float
        Terms whose coefficient, for columns and target of unit norm, is smaller are dropped.
    """
    found: dict[Support, Fit] = {}
    # neighbouring thresholds pass through the same supports
    sizes: dict[Support, FloatArray] = {}
    for threshold in thresholds:
        active = np.arange(problem.n_terms)
        for _ in range(_ROUNDS):
            support = tuple(active.tolist())
            if support not in sizes:
                sizes[support] = np.abs(_ridge_weights(problem, active, ridge))
            kept = sizes[support] >= threshold
            if kept.all():
                break
            active = active[kept]
        support = tuple(active.tolist())
        if support not in found:
            found[support] = problem.fit(support)
    return list(found.values())


def solve(columns: FloatArray, target: FloatArray) -> FloatArray:
    """Return least-squares weights; if they are not unique, those of least norm."""
    return np.asarray(np.linalg.lstsq(columns, target, rcond=None)[0], dtype=np.float64)


def _ridge_weights(problem: Problem, active: IntArray, ridge: float) -> FloatArray:
    columns, target = problem.matrix[:, active], problem.target
    if ridge > 0.0:
        columns = np.vstack([columns, np.sqrt(ridge) * np.eye(len(active))])
        target = np.concatenate([target, np.zeros(len(active))])
    return solve(columns, target)


def squared_parts(matrix: FloatArray, target: FloatArray) -> FloatArray:
    """Return the reduction of the squared residual by each column alone, shape (..., p).

    Parameters
    ----------
    matrix : ndarray of shape (..., r, p)
        Columns, already orthogonal to the support, if any.
    target : ndarray of shape (..., r)
        Residual of that support.
    """
    lengths = np.einsum("...rp,...rp->...p", matrix, matrix)
    products = np.einsum("...rp,...r->...p", matrix, target)
    usable = lengths > _DEPENDENT
    parts: FloatArray = np.where(usable, products**2 / np.where(usable, lengths, 1.0), 0.0)
    return parts


def improves(new: float, old: float) -> bool:
    """Return whether the new loss is smaller than the old by more than round-off."""
    return new < old * (1.0 - 1e-9) - _ROUND_OFF
