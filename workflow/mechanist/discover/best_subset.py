"""Find the best model of each size in a library of terms: beam search, elimination and exchange.

Finding the best model of each size is a hard combinatorial problem. Equations have up to about ten
terms; for supports of this size three cheap searches, which make different mistakes, find it
together: a forward beam, backward elimination, and moves between neighbouring supports until no
move improves any size.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.regression import Fit, Problem, Support, improves, squared_parts

MAX_TERMS: Final = 10
#: Supports kept at each size of the forward search.
BEAM: Final = 12
_SWEEPS: Final = 6


def best_subsets(problem: Problem, *, max_terms: int = MAX_TERMS, beam: int = BEAM) -> list[Fit]:
    """Return the best fit found for each size, from no term up to ``max_terms``.

    Parameters
    ----------
    problem : Problem
        One target on columns of unit norm.
    max_terms : int
        Largest number of terms.
    beam : int
        Supports kept at each size of the forward search.

    Returns
    -------
    list of Fit
        One per size, with non-increasing losses. The list ends early if no further column lowers
        the loss, or all remaining columns lie in the span of the chosen ones.

    Raises
    ------
    ValueError
        If ``max_terms`` or ``beam`` is not positive.
    """
    if max_terms < 1 or beam < 1:
        raise ValueError(f"max_terms = {max_terms}, beam = {beam}; expected positive numbers")
    best = _Best(problem)
    _forward(problem, best, min(max_terms, problem.n_terms), beam)
    _backward(problem, best, max_terms)
    for _ in range(_SWEEPS):
        if not _sweep(problem, best):
            break
    return [problem.fit(best.supports[size]) for size in sorted(best.supports)]


class _Best:
    """Best support of each size so far, and the supports whose extensions were tried."""

    def __init__(self, problem: Problem) -> None:
        self.supports: dict[int, Support] = {0: ()}
        self.losses: dict[int, float] = {0: float(problem.target @ problem.target)}
        self.grown: set[Support] = set()

    def offer(self, support: Support, loss: float) -> bool:
        """Keep the support if it beats the best of its size and of all smaller sizes."""
        size = len(support)
        known = min(value for other, value in self.losses.items() if other <= size)
        if not improves(loss, known):
            return False
        self.supports[size], self.losses[size] = support, loss
        return True


def _forward(problem: Problem, best: _Best, max_terms: int, beam: int) -> None:
    """Grow the best supports by one column at a time, keeping ``beam`` of them."""
    supports: list[Support] = [()]
    matrices, targets = problem.matrix[None], problem.target[None]
    for _ in range(max_terms):
        parts = squared_parts(matrices, targets)
        losses = np.einsum("br,br->b", targets, targets)[:, None] - parts
        losses[parts <= 0.0] = np.inf
        chosen: dict[Support, tuple[int, int]] = {}
        for flat in np.argsort(losses, axis=None, kind="stable"):
            row, column = divmod(int(flat), problem.n_terms)
            if len(chosen) == beam or not np.isfinite(losses[row, column]):
                break
            chosen.setdefault(tuple(sorted((*supports[row], column))), (row, column))
        if not chosen:
            return
        supports = list(chosen)
        rows, columns = np.array(list(chosen.values())).T
        best.offer(supports[0], float(losses[rows[0], columns[0]]))
        matrices, targets = _projected(matrices[rows], targets[rows], columns)


def _projected(
    matrices: FloatArray, targets: FloatArray, columns: "np.ndarray[tuple[int], np.dtype[np.int64]]"
) -> tuple[FloatArray, FloatArray]:
    """Return matrices and targets without their components along one column of each matrix."""
    each = np.arange(len(columns))
    directions = matrices[each, :, columns]
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    along = np.einsum("br,brp->bp", directions, matrices)
    matrices = matrices - directions[:, :, None] * along[:, None, :]
    matrices[each, :, columns] = 0.0
    targets = targets - directions * np.einsum("br,br->b", directions, targets)[:, None]
    return matrices, targets


def _backward(problem: Problem, best: _Best, max_terms: int) -> None:
    """Start from all independent columns and drop the column that costs least, one at a time."""
    active = _independent(problem)
    # the triangular factor of columns and target suffices for a fit, and drops a column cheaply
    factor = _triangle(np.column_stack([problem.matrix[:, active], problem.target]))
    while active:
        k = len(active)
        inverse = np.linalg.inv(factor[:k, :k])
        weights = inverse @ factor[:k, k]
        if k <= max_terms:
            best.offer(tuple(active), float(factor[k:, k] @ factor[k:, k]))
        costs = weights**2 / np.einsum("ij,ij->i", inverse, inverse)
        cheapest = int(np.argmin(costs))
        active.pop(cheapest)
        factor = _triangle(np.delete(factor, cheapest, axis=1))


def _triangle(matrix: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.qr(matrix, mode="r"))


def _independent(problem: Problem) -> list[int]:
    """Return the columns that do not lie in the span of the columns before them."""
    diagonal = np.abs(np.diag(_triangle(problem.matrix)))
    return [int(j) for j in np.flatnonzero(diagonal > np.sqrt(np.finfo(float).eps))]


def _sweep(problem: Problem, best: _Best) -> bool:
    """Offer all neighbours of the best supports: one column dropped, added or exchanged."""
    found = False
    for size in sorted(best.supports)[1:]:
        for column in best.supports[size]:
            kept = tuple(j for j in best.supports[size] if j != column)
            found |= _offer_grown(problem, best, kept)
        found |= _offer_grown(problem, best, best.supports[size], top=max(best.supports))
    return found


def _offer_grown(problem: Problem, best: _Best, kept: Support, *, top: int | None = None) -> bool:
    """Offer ``kept`` and its best extension by one column, unless they were offered before."""
    if (top is not None and len(kept) >= top) or kept in best.grown:
        return False
    best.grown.add(kept)
    basis = np.linalg.qr(problem.matrix[:, list(kept)])[0]
    matrix = problem.matrix - basis @ (basis.T @ problem.matrix)
    matrix[:, list(kept)] = 0.0
    target = problem.target - basis @ (basis.T @ problem.target)
    loss = float(target @ target)
    parts = squared_parts(matrix, target)
    column = int(np.argmax(parts))
    found = best.offer(kept, loss) if kept else False
    if parts[column] <= 0.0:
        return found
    grown = tuple(sorted((*kept, column)))
    return best.offer(grown, loss - float(parts[column])) or found
