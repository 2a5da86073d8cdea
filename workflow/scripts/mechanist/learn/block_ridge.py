"""Ridge regression with one penalty for each block of features, chosen by held-out samples.

A strong indicator of three columns and a weak structural block of a thousand cannot share one
penalty: the one that tames the block drowns the indicator. Penalties are chosen by the error on
groups (independent samples) left out of the training set; leave-one-row-out would leak, since
rows of a sample resemble each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from mechanist.learn.gram import (
    LinearFit,
    Matrix,
    Moments,
    Origin,
    Standardised,
    moments_of,
    total,
)
from mechanist.typing import BoolArray, FloatArray, IntArray

PENALTIES: Final = tuple(10.0**k for k in range(8))
Choice = tuple[int, ...]


@dataclass(eq=False)
class PenaltySearch:
    """Choose a penalty for each block by leaving out one cell of training data at a time.

    Parameters
    ----------
    cells : dict of int to Moments
        Sums over disjoint sets of samples.
    blocks : sequence of slice
        Columns of each block.
    penalties : sequence of float
        Grid, the same for every block.
    rounds : int
        How often each block's penalty is reconsidered while the others stay.

    Notes
    -----
    The search starts from the best common penalty and then walks along the grid block by block,
    target by target. What a training set yields is kept, since the inner training sets of
    different outer folds coincide.
    """

    cells: dict[int, Moments]
    blocks: Sequence[slice]
    penalties: Sequence[float] = PENALTIES
    rounds: int = 2
    _systems: dict[frozenset[int], Standardised] = field(default_factory=dict)
    _losses: dict[tuple[frozenset[int], Choice], dict[int, FloatArray]] = field(
        default_factory=dict
    )

    def choose(self, training: Sequence[int]) -> list[Choice]:
        """Return grid positions, one a block, for every target.

        Parameters
        ----------
        training : sequence of int
            Cells that may be used. With a single one nothing can be left out, and the middle of
            the grid is taken.
        """
        n_targets = len(next(iter(self.cells.values())).y)
        grid, n_blocks = range(len(self.penalties)), len(self.blocks)
        if len(training) < 2:
            return [(len(grid) // 2,) * n_blocks] * n_targets
        chosen = []
        for k in range(n_targets):
            best = min(((i,) * n_blocks for i in grid), key=lambda c: self._loss(training, c)[k])
            for _ in range(self.rounds if n_blocks > 1 else 0):
                before = best
                for block in range(n_blocks):
                    best = self._walk(training, best, block, k)
                if best == before:
                    break
            chosen.append(best)
        return chosen

    def fit(self, training: Sequence[int], choices: Sequence[Choice]) -> LinearFit:
        """Solve for every target with its own penalties."""
        system = self._system(frozenset(training))
        slopes, constant = np.empty_like(system.right), np.empty_like(system.level)
        for choice in set(choices):
            columns = [k for k, c in enumerate(choices) if c == choice]
            solved = system.solve(self._spread(choice))
            slopes[:, columns] = solved.slopes[:, columns]
            constant[columns] = solved.constant[columns]
        return LinearFit(slopes, constant)

    def _walk(self, training: Sequence[int], start: Choice, block: int, k: int) -> Choice:
        """Step along one block's grid while the loss of target ``k`` falls."""
        best, best_loss = start, self._loss(training, start)[k]
        for step in (1, -1):
            while 0 <= best[block] + step < len(self.penalties):
                trial = (*best[:block], best[block] + step, *best[block + 1 :])
                loss = self._loss(training, trial)[k]
                if loss >= best_loss:
                    break
                best, best_loss = trial, loss
        return best

    def _loss(self, training: Sequence[int], choice: Choice) -> FloatArray:
        """Return the squared error on each training cell by a fit to the others, summed."""
        losses = []
        for held_out in training:
            others = frozenset(training) - {held_out}
            if (others, choice) not in self._losses:
                solved = self._system(others).solve(self._spread(choice))
                self._losses[others, choice] = {
                    cell: moments.error(solved)
                    for cell, moments in self.cells.items()
                    if cell not in others
                }
            losses.append(self._losses[others, choice][held_out])
        return np.asarray(np.sum(losses, axis=0))

    def _system(self, cells: frozenset[int]) -> Standardised:
        if cells not in self._systems:
            parts = [self.cells[cell] for cell in sorted(cells)]
            self._systems[cells] = Standardised.of(total(parts))
        return self._systems[cells]

    def _spread(self, choice: Choice) -> FloatArray:
        """Return one penalty a feature."""
        spread = np.empty(sum(block.stop - block.start for block in self.blocks))
        for block, position in zip(self.blocks, choice, strict=True):
            spread[block] = self.penalties[position]
        return spread


@dataclass(frozen=True, eq=False)
class RidgeFolds:
    """Models of all outer folds, in the units of the features as given.

    Parameters
    ----------
    fits : list of LinearFit
        One for each outer fold, trained on the others.
    penalties : ndarray of shape (n_folds, n_targets, n_blocks)
        What the inner choice took.
    inner : list of dict of int to LinearFit
        For each outer fold, models without one more training cell, by cell; empty unless asked
        for.
    cell : ndarray of shape (n_rows,)
        Cell of every row.
    """

    fits: list[LinearFit]
    penalties: FloatArray
    inner: list[dict[int, LinearFit]]
    cell: IntArray


def predict(X: Matrix, fits: Sequence[LinearFit]) -> NDArray[np.float64]:
    """Return predictions of several models in one pass over the features.

    Returns
    -------
    ndarray of shape (n_models, n_rows, n_targets)
    """
    slopes = np.hstack([fit.slopes for fit in fits]).astype(X.dtype)
    constants = np.concatenate([fit.constant for fit in fits])
    lines = (X @ slopes).astype(np.float64) + constants
    return np.asarray(lines.reshape(len(X), len(fits), -1).swapaxes(0, 1))


def cells_of(folds: IntArray, groups: IntArray, *, halves: bool) -> IntArray:
    """Return the cell of every row: its fold, or with ``halves`` half of the groups of its fold.

    Folds themselves serve as cells unless there are only two, which leaves an inner choice
    nothing to hold out.
    """
    if not halves:
        return folds
    cell = 2 * folds
    for fold in np.unique(folds):
        members = np.unique(groups[folds == fold])
        cell[np.isin(groups, members[1::2])] += 1
    return cell


def cross_fit(
    X: Matrix,
    Y: FloatArray,
    *,
    folds: IntArray,
    groups: IntArray,
    blocks: Sequence[slice],
    train: BoolArray | None = None,
    penalties: Sequence[float] = PENALTIES,
    rounds: int = 2,
    inner: bool = False,
) -> RidgeFolds:
    """Fit the models of all outer folds from one pass over the data.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
    Y : ndarray of shape (n_rows, n_targets)
    folds, groups : ndarray of shape (n_rows,), int
        Outer fold and independent sample of every row.
    blocks : sequence of slice
        Columns of each block.
    train : ndarray of shape (n_rows,), bool, optional
        Rows that may be trained on; all by default.
    penalties, rounds
        As in :class:`PenaltySearch`.
    inner : bool
        Whether to return models without one more cell, for stacking.

    Raises
    ------
    ValueError
        If an outer fold has nothing to train on.
    """
    n_folds = int(folds.max()) + 1
    cell = cells_of(folds, groups, halves=n_folds == 2)
    usable = np.ones(len(X), bool) if train is None else train
    origin = Origin.of(X)
    cells = {
        int(c): moments_of(X, Y, np.flatnonzero(usable & (cell == c)), origin)
        for c in np.unique(cell[usable])
    }
    search = PenaltySearch(cells, blocks, penalties, rounds)
    fold_of = {c: int(folds[np.argmax(cell == c)]) for c in cells}
    fits, chosen, nested = [], [], []
    for fold in range(n_folds):
        training = [c for c in cells if fold_of[c] != fold]
        if not training:
            raise ValueError(f"no rows to train on for fold {fold}; give more samples or loads")
        choices = search.choose(training)
        fits.append(search.fit(training, choices).unscaled(origin))
        chosen.append([[penalties[i] for i in choice] for choice in choices])
        nested.append(
            {
                c: search.fit([o for o in training if o != c], choices).unscaled(origin)
                for c in (training if inner and len(training) > 1 else [])
            }
        )
    return RidgeFolds(fits, np.array(chosen), nested, cell)


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
        Number of sets of groups that are left out in turn to choose the penalties.
    rounds : int
        As in :class:`PenaltySearch`.

    Attributes
    ----------
    coef_ : ndarray of shape (n_features,) or (n_targets, n_features)
    intercept_ : float or ndarray of shape (n_targets,)
    penalties_ : ndarray of shape (n_targets, n_blocks)
        What the inner choice took.
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

    def fit(self, X: Any, y: Any, groups: Any = None) -> "BlockRidge":
        """Fit; rows of one group are held out together (by default every row is its own group).

        Raises
        ------
        ValueError
            If shapes disagree or a block lies outside the columns.
        """
        X, y = validate_data(
            self, X, y, dtype=[np.float64, np.float32], multi_output=True, y_numeric=True
        )
        Y = np.asarray(y, np.float64).reshape(len(X), -1)
        labels = np.arange(len(X)) if groups is None else np.unique(groups, return_inverse=True)[1]
        if len(labels) != len(X):
            raise ValueError(f"{len(labels)} groups for {len(X)} rows; expected one a row")
        cell = labels % min(self.inner_folds, int(labels.max()) + 1)
        origin = Origin.of(X)
        cells = {
            int(c): moments_of(X, Y, np.flatnonzero(cell == c), origin) for c in np.unique(cell)
        }
        search = PenaltySearch(cells, self._slices(X.shape[1]), self.penalties, self.rounds)
        choices = search.choose(list(cells))
        solved = search.fit(list(cells), choices).unscaled(origin)
        self.penalties_ = np.array([[self.penalties[i] for i in choice] for choice in choices])
        single = np.ndim(y) == 1
        self.coef_ = solved.slopes[:, 0] if single else solved.slopes.T
        self.intercept_ = float(solved.constant[0]) if single else solved.constant
        return self

    def predict(self, X: Any) -> FloatArray:
        """Return predictions of shape (n_rows,) or (n_rows, n_targets)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return np.asarray(check_array(X) @ self.coef_.T + self.intercept_)

    def _slices(self, n_features: int) -> list[slice]:
        blocks = [(0, n_features)] if self.blocks is None else list(self.blocks)
        covered = [i for start, stop in blocks for i in range(start, stop)]
        if sorted(covered) != list(range(n_features)):
            raise ValueError(
                f"blocks = {blocks}; expected ranges that cover columns 0 to {n_features} once"
            )
        return [slice(start, stop) for start, stop in blocks]
