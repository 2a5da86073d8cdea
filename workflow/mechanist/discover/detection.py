"""How small a further term may be before the data cannot show it: a detection limit for each candidate.

A term that is not in an equation is absent or too small. The limit follows from the rule that selected
the equation: the size from which on the term would have lowered the residual by the required gain,
counted from the floor of the grid, and would have exceeded its scatter over stretches of the data; or,
where the noise is known, its error from the noise by more than the best of as many false terms would.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.refinement import needed_square
from mechanist.discover.selection import SIGNIFICANCE, Selection
from mechanist.discover.selection_rules import ROUND_OFF
from mechanist.discover.stability import units
from mechanist.discover.system import LinearSystem

#: Squared sine of the angle between a term and the equation's own, below which they are one term.
SAME: Final = 1e-18


def detection_limits(selection: Selection, system: LinearSystem) -> FloatArray:
    """Return the smallest coefficient of each further term that the rule ``auto`` would have kept.

    Parameters
    ----------
    selection : Selection
        The equation that was found.
    system : LinearSystem
        The system that it was selected from.

    Returns
    -------
    ndarray of shape (p,)
        In the units of the coefficients. NaN for the terms of the equation; infinite for terms that are
        combinations of these on the data, or that the grid does not resolve at any size.
    """
    target, support = selection.target, list(selection.fit.support)
    p, column = len(system.terms), len(system.terms) + system.targets.index(target)
    norms = system.column_norms()
    size = float(norms[column]) or 1.0
    seen, _ = _apart(system, target, support, None)
    share = seen * (np.where(norms[:p] > 0.0, norms[:p], 1.0) / size) ** 2
    floor = max(selection.floor, ROUND_OFF)
    left = selection.fit.loss + floor
    errors = np.zeros(p) if system.scheme_errors is None else system.scheme_errors[:p]
    made = (errors / size) ** 2
    raised = float(np.exp(selection.gain))
    with np.errstate(divide="ignore", invalid="ignore"):
        # the residual without the term, over that with it: both count from the floor
        gained = np.sqrt((raised - 1.0) * left / np.maximum(share - raised * made, 0.0))
        limits = np.fmax(gained, SIGNIFICANCE * _scatter(system, target, support))
        if selection.noise_share > 0.0 and selection.fit.loss <= selection.allowed:
            known = needed_square(system) * selection.fit.loss / (system.independent * share)
            limits = np.fmin(limits, np.sqrt(known))
    limits[seen < SAME] = np.inf
    limits[support] = np.nan
    return limits


def _scatter(system: LinearSystem, target: str, support: list[int]) -> FloatArray:
    """Return the jackknife error that the coefficient of each term has if it is added."""
    members = units(system)
    n = len(members)
    if n < 2:
        return np.full(len(system.terms), np.nan)
    left = np.array(
        [
            _apart(system, target, support, np.concatenate(members[:k] + members[k + 1 :]))[1]
            for k in range(n)
        ]
    )
    spread: FloatArray = np.sqrt(((left - left.mean(axis=0)) ** 2).sum(axis=0) * (n - 1) / n)
    return spread


def _apart(
    system: LinearSystem, target: str, support: list[int], blocks: IntArray | None
) -> tuple[FloatArray, FloatArray]:
    """Return the squared sine of each term's angle to the support, and its coefficient beside it."""
    matrix, values = system.problem(target, blocks=blocks)
    norms = np.linalg.norm(matrix, axis=0)
    norms[norms == 0.0] = 1.0
    columns = matrix / norms
    basis = np.linalg.qr(columns[:, support])[0]
    rest = columns - basis @ (basis.T @ columns)
    seen = np.einsum("rp,rp->p", rest, rest)
    along = rest.T @ (values - basis @ (basis.T @ values))
    return seen, along / np.where(seen > SAME, seen, np.inf) / norms
