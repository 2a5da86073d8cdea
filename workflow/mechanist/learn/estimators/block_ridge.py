"""Ridge regression with a penalty for each block of features, in scikit-learn's interface.

:mod:`mechanist.learn.ridge_folds` says why one penalty is not enough.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from mechanist.core.typing import FloatArray
from mechanist.learn.linear_moments import Origin, moments_of
from mechanist.learn.penalties import PENALTIES, PenaltySearch


class BlockRidge(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """Ridge regression with a penalty for each block, in scikit-learn's interface.

    Features are standardised over the training rows; the intercept is not penalised.

    Parameters
    ----------
    blocks : sequence of (start, stop), optional
        Columns of each block; one block of all columns by default.
    penalties : sequence of float
        Grid of penalties, in units of squared standardised weights.
    inner_folds : int
        Number of sets of groups held out in turn to choose the penalties.
    rounds : int
        As in :class:`PenaltySearch`.

    Attributes
    ----------
    coef_ : ndarray of shape (n_features,) or (n_targets, n_features)
    intercept_ : float or ndarray of shape (n_targets,)
    penalties_ : ndarray of shape (n_targets, n_blocks)
        Penalties chosen on the inner folds.
    """

    def __init__(
        self,
        blocks: Sequence[tuple[int, int]] | None = None,
        *,
        penalties: Sequence[float] = PENALTIES,
        inner_folds: int = 3,
        rounds: int = 2,
    ) -> None:
        self.blocks = blocks
        self.penalties = penalties
        self.inner_folds = inner_folds
        self.rounds = rounds

    def fit(self, X: ArrayLike, y: ArrayLike, groups: ArrayLike | None = None) -> "BlockRidge":
        """Fit, holding out rows of one group together (by default each row is its own group).

        Raises
        ------
        ValueError
            If shapes disagree or a block lies outside the columns.
        """
        rows, known = validate_data(
            self, X, y, dtype=[np.float64, np.float32], multi_output=True, y_numeric=True
        )
        n = len(rows)
        Y = np.asarray(known, np.float64).reshape(n, -1)
        labels = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
        if len(labels) != n:
            raise ValueError(f"{len(labels)} groups for {n} rows; expected one per row")
        cell = labels % min(self.inner_folds, int(labels.max()) + 1)
        origin = Origin.of(rows)
        cells = {
            int(c): moments_of(rows, Y, np.flatnonzero(cell == c), origin) for c in np.unique(cell)
        }
        search = PenaltySearch(cells, self._slices(rows.shape[1]), self.penalties, self.rounds)
        choices = search.choose(list(cells))
        solved = search.fit(list(cells), choices).unscaled(origin)
        self.penalties_ = np.array([[self.penalties[i] for i in choice] for choice in choices])
        single = np.ndim(known) == 1
        self.coef_ = solved.slopes[:, 0] if single else solved.slopes.T
        self.intercept_ = float(solved.constant[0]) if single else solved.constant
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """Return predictions of shape (n_rows,) or (n_rows, n_targets)."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return np.asarray(check_array(rows) @ self.coef_.T + self.intercept_)

    def _slices(self, n_features: int) -> list[slice]:
        blocks = [(0, n_features)] if self.blocks is None else list(self.blocks)
        covered = [i for start, stop in blocks for i in range(start, stop)]
        if sorted(covered) != list(range(n_features)):
            raise ValueError(
                f"blocks = {blocks}; expected ranges that cover columns 0 to {n_features} once"
            )
        return [slice(start, stop) for start, stop in blocks]
