"""Fit coefficients of interacting slip systems by least squares on streamed Gram matrices.

Rows are computed for one block of states at a time, and only their products are kept. Products are
summed separately for a few parts of the data, which hold whole runs: the sum over any set of parts
belongs to the data set of these parts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg, optimize
from scipy.linalg import blas

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.discover.interaction_terms import Tying
from mechanist.formats.slip_tables import SlipTable

#: Number of states whose rows are computed at once.
BLOCK: Final = 128
#: Added to the unit diagonal so that columns that are equal on the data get equal coefficients.
RIDGE: Final = 1e-9

Features = Callable[[SlipTable], FloatArray]


@dataclass(frozen=True, eq=False)
class Gram:
    """Sums of products of columns and target, part by part.

    Parameters
    ----------
    columns : ndarray of shape (p,), int64
        Indices of the coefficients in the tying.
    products : ndarray of shape (n_parts, p, p)
        Sums over rows of ``w x x^T``.
    moments : ndarray of shape (n_parts, p)
        Sums of ``w x y``.
    squares, rows : ndarray of shape (n_parts,)
        Sums of ``w y^2``, and numbers of rows with non-zero weight.
    """

    columns: IntArray
    products: FloatArray
    moments: FloatArray
    squares: FloatArray
    rows: IntArray

    @property
    def n_parts(self) -> int:
        """Number of parts."""
        return len(self.squares)

    def parts(self, chosen: BoolArray | IntArray) -> "Gram":
        """Return the sum of some parts, as one part."""
        return Gram(
            self.columns,
            np.add.reduce(self.products[chosen], axis=0, keepdims=True),
            self.moments[chosen].sum(axis=0, keepdims=True),
            self.squares[chosen].sum(keepdims=True),
            self.rows[chosen].sum(keepdims=True),
        )

    def total(self) -> "Gram":
        """Return the sum of all parts."""
        return self.parts(np.arange(self.n_parts))

    def loss(self, weights: FloatArray, support: IntArray) -> float:
        """Return the sum of squared residuals of the first part, for weights on a support."""
        matrix = self.products[0][np.ix_(support, support)]
        explained = 2.0 * weights @ self.moments[0][support] - weights @ matrix @ weights
        return float(self.squares[0] - explained)

    def fit(self, support: IntArray, *, positive: bool = False) -> FloatArray:
        """Return least-squares weights on a support of the first part, shape (len(support),).

        Parameters
        ----------
        support : ndarray of int
            Indices of columns; a column that is zero on the data gets weight zero.
        positive : bool
            Whether weights must not be negative.
        """
        matrix = self.products[0][np.ix_(support, support)]
        scale = np.sqrt(np.diagonal(matrix))
        weights = np.zeros(len(support))
        seen = scale > 0
        if not seen.any():
            return weights
        scale = scale[seen]
        unit = matrix[np.ix_(seen, seen)] / np.outer(scale, scale)
        unit[np.diag_indices(len(unit))] += RIDGE
        moments = self.moments[0][support][seen] / scale
        factor = linalg.cholesky(unit)
        if positive:
            solved = optimize.nnls(factor, linalg.solve_triangular(factor, moments, trans="T"))[0]
        else:
            solved = linalg.cho_solve((factor, False), moments)
        weights[seen] = solved / scale
        return weights


def parts_of(runs: IntArray, count: int) -> IntArray:
    """Return the part of each state, shape (m,); runs are assigned to parts in turn.

    Raises
    ------
    ValueError
        If there are fewer runs than parts.
    """
    names, index = np.unique(runs, return_inverse=True)
    if len(names) < count:
        raise ValueError(
            f"{len(names)} independent runs; expected at least {count}, to be left out in turn"
        )
    return (index % count).astype(np.int64)


def grams(
    table: SlipTable,
    tying: Tying,
    features: Features,
    targets: FloatArray,
    weights: FloatArray,
    *,
    parts: IntArray,
) -> Iterator[Gram]:
    """Yield the Gram matrices of each class of systems that share coefficients.

    Parameters
    ----------
    table : SlipTable
    tying : Tying
    features : callable
        Returns the features of a table, shape (m, n_features).
    targets, weights : ndarray of shape (m, n)
        Target and weight of the row of each state and system; rows of weight zero are left out.
    parts : ndarray of shape (m,)
        Part of each state.
    """
    for members, columns in tying.classes():
        indicators = [tying.indicator(int(i), columns) for i in members]
        n_parts, p = int(parts.max()) + 1, len(columns)
        gram = Gram(
            columns,
            np.zeros((n_parts, p, p)),
            np.zeros((n_parts, p)),
            np.zeros(n_parts),
            np.zeros(n_parts, dtype=np.int64),
        )
        for part in range(n_parts):
            states = np.flatnonzero(parts == part)
            for block in np.array_split(states, -(-len(states) // BLOCK)):
                values = features(table.select(block)).T
                for i, indicator in zip(members, indicators, strict=True):
                    root = np.sqrt(weights[block, i])
                    kept = root > 0
                    if kept.any():
                        rows = (indicator @ values[:, kept]) * root[kept]
                        _add(gram, part, rows, targets[block, i][kept] * root[kept])
        for part in range(n_parts):
            gram.products[part] += np.triu(gram.products[part], 1).T
        yield gram


def _add(gram: Gram, part: int, rows: FloatArray, targets: FloatArray) -> None:
    """Add rows, given as columns of shape (p, rows), to the upper triangle of the products."""
    blas.dsyrk(1.0, rows.T, beta=1.0, c=gram.products[part].T, trans=1, lower=1, overwrite_c=1)
    gram.moments[part] += rows @ targets
    gram.squares[part] += targets @ targets
    gram.rows[part] += len(targets)
