"""Ridge regression with one penalty for each block of features, in all outer folds at once.

A strong indicator of three columns and a weak structural block of a thousand cannot share one
penalty: the one that tames the block drowns the indicator. Penalties are chosen by the error on
groups (independent samples) left out of the training set; leave-one-row-out would leak, since
rows of a sample resemble each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.learn.linear_moments import LinearFit, Matrix, Moments, Origin, moments_of
from mechanist.learn.penalties import PENALTIES, PenaltySearch

#: Cell of rows that are not available for training.
NO_CELL: Final = -1


@dataclass(frozen=True, eq=False)
class RidgeFolds:
    """Models of all outer folds, in the units of the features as given.

    Parameters
    ----------
    fits : list of LinearFit
        One for each outer fold, trained on the others.
    penalties : ndarray of shape (n_folds, n_targets, n_blocks)
        Penalties chosen within the training folds.
    inner : list of dict of int to LinearFit
        For each outer fold, models trained without one more cell, keyed by that cell; empty
        unless requested.
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

    Folds serve as cells unless there are only two: the inner choice would then have no cell to
    hold out.
    """
    if not halves:
        return folds
    cell = 2 * folds
    for fold in np.unique(folds):
        members = np.unique(groups[folds == fold])
        cell[np.isin(groups, members[1::2])] += 1
    return cell


def fit_all(
    X: Matrix,
    Y: FloatArray,
    *,
    folds: IntArray,
    groups: IntArray,
    blocks: Sequence[slice],
    penalties: Sequence[float] = PENALTIES,
    rounds: int = 2,
) -> LinearFit:
    """Fit one model to all rows, for samples that have no truth yet; see :func:`cross_fit`.

    Each fold is held out in turn to choose the penalties, as in the training set of an outer fold.
    """
    origin = Origin.of(X)
    cell = cells_of(folds, groups, halves=int(folds.max()) < 2)
    cells = _cells(X, Y, cell, origin)
    search = PenaltySearch(cells, blocks, penalties, rounds)
    return search.fit(list(cells), search.choose(list(cells))).unscaled(origin)


def _cells(X: Matrix, Y: FloatArray, cell: IntArray, origin: Origin) -> dict[int, Moments]:
    """Return the sums over the rows of each cell."""
    return {
        int(c): moments_of(X, Y, np.flatnonzero(cell == c), origin)
        for c in np.unique(cell[cell != NO_CELL])
    }


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
        Rows available for training; all by default.
    penalties, rounds
        As in :class:`PenaltySearch`.
    inner : bool
        Whether to also fit models without one more cell, for stacking.

    Raises
    ------
    ValueError
        If an outer fold has no training rows.
    """
    n_folds = int(folds.max()) + 1
    cell = cells_of(folds, groups, halves=n_folds == 2)
    usable = np.ones(len(X), bool) if train is None else train
    origin = Origin.of(X)
    cells = _cells(X, Y, np.where(usable, cell, NO_CELL), origin)
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
