"""Write an equation found in deviations from offsets in the variables of the data.

A law that is sparse in deviations holds, in the variables themselves, the lower powers of each of its
terms, too. Their coefficients are fitted together; which of them vanish is decided by the rule for all
terms. A law that is sparse in the variables themselves, such as ``u_t = -u u_x`` for a fast stream, is
preferred if it has fewer terms and leaves no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.best_subset import best_subsets
from mechanist.discover.centring import Groups, expansion
from mechanist.discover.refinement import Correction, looked_at, needed_square
from mechanist.discover.regression import Fit, Problem, Support
from mechanist.discover.selection import SIGNIFICANCE, Selection
from mechanist.discover.selection_rules import ROUND_OFF
from mechanist.discover.system import LinearSystem
from mechanist.discover.tied import mixed


@dataclass(frozen=True, eq=False)
class Shift:
    """Columns of the variables of the data, beside those of their deviations from offsets.

    Parameters
    ----------
    centred, raw : LinearSystem
        The columns of deviations, and those of the variables themselves.
    shares : ndarray of shape (p, p)
        Shares of the columns of deviations in those of the variables, a row for each of the latter.
    inverse : ndarray of shape (p, p)
        The same the other way round.
    """

    centred: LinearSystem
    raw: LinearSystem
    shares: FloatArray
    inverse: FloatArray

    @classmethod
    def of(
        cls, system: LinearSystem, groups: Groups, offsets: Mapping[str, float]
    ) -> "Shift | None":
        """Return the shift of a system of deviations; None if the groups lack a column for it."""
        shares = expansion(groups, offsets)
        inverse = expansion(groups, {name: -value for name, value in offsets.items()})
        if shares is None or inverse is None:
            return None
        return cls(system, mixed(system, shares), shares, inverse)

    def in_deviations(self, truth: Mapping[str, float]) -> dict[str, float]:
        """Return true coefficients of the variables as coefficients of their deviations."""
        names = self.centred.names
        true = np.array([truth.get(name, 0.0) for name in names])
        sizes = np.abs(true) @ np.abs(self.shares)
        found = true @ self.shares
        return {
            name: float(value) if abs(value) > 1e-9 * size else 0.0
            for name, value, size in zip(names, found, sizes, strict=True)
        }

    def floor(self, fit: Fit, target: str) -> float:
        """Return what differences of second order leave of an equation; see :mod:`.resolution`."""
        return self.centred.scheme_floor(fit.weights @ self.shares, target)


def uncentred(selection: Selection, shift: Shift, correction: Correction | None) -> Selection:
    """Return the selection of an equation of deviations as an equation of the variables.

    Parameters
    ----------
    selection : Selection
        Found in the system of deviations.
    shift : Shift
        This system, and that of the variables.
    correction : callable or None
        Returns the corrected fit of some columns of the variables.
    """
    target = selection.target
    problem = Problem.of(shift.raw, target)
    path = tuple(_same(shift, fit) for fit in selection.path)
    inclusion = _inclusion(selection, shift)
    start = replace(selection, path=path, inclusion=inclusion)
    if not selection.fit.support:
        return replace(start, fit=_same(shift, selection.fit), errors=np.zeros_like(start.errors))

    def look(support: Support) -> Selection:
        fit = problem.fit(support)
        floor = shift.floor(fit, target)
        return looked_at(start, shift.raw, fit, correction or _none, floor=floor)

    found = look(_same(shift, selection.fit).support)
    if selection.rule != "auto":
        return found
    while len(found.fit.support) > 1:
        support = found.fit.support
        weakest = min(support, key=lambda k: _ratio(found, k))
        if _ratio(found, weakest) >= SIGNIFICANCE:
            break
        smaller = look(tuple(k for k in support if k != weakest))
        if not _as_good(smaller, found):
            break
        found = smaller
    best, fewer = found, len(found.fit.support) - 1
    for fit in best_subsets(problem, max_terms=fewer) if fewer else ():
        other = look(fit.support)
        if fit.support and _sparser(other, found, shift.raw) and _rise(other, best) < 0.0:
            best = other
    return best


def _none(_: Support) -> None:
    return None


def _same(shift: Shift, fit: Fit) -> Fit:
    """Return the same model in the variables, with all terms that the powers of a sum have."""
    chosen = np.flatnonzero(shift.inverse[list(fit.support)].any(axis=0))
    return Fit(fit.weights @ shift.inverse, tuple(chosen.tolist()), fit.loss)


def _inclusion(selection: Selection, shift: Shift) -> FloatArray:
    """Return how often each term was selected: as often as the term of deviations that brings it."""
    often = np.zeros(len(selection.inclusion))
    for k in selection.fit.support:
        brings = shift.inverse[k] != 0.0
        often[brings] = np.maximum(often[brings], selection.inclusion[k])
    return np.where(often > 0.0, often, selection.inclusion)


def _ratio(found: Selection, column: int) -> float:
    error = float(found.errors[column])
    return abs(float(found.fit.weights[column])) / error if error > 0.0 else np.inf


def _sparser(other: Selection, found: Selection, system: LinearSystem) -> bool:
    """Return whether a model of fewer terms, all significant, leaves no more than the one found."""
    if any(_ratio(other, column) < SIGNIFICANCE for column in other.fit.support):
        return False
    fewer = len(found.fit.support) - len(other.fit.support)
    if found.noise_share > ROUND_OFF:
        # what the noise tells apart is not left to the coarser measure of the grid
        lost = system.independent * float(np.log(other.fit.loss / found.fit.loss))
        if lost > fewer * needed_square(system):
            return False
    return _as_good(other, found)


def _as_good(smaller: Selection, larger: Selection) -> bool:
    """Return whether a smaller model is preferred to a larger one."""
    explained = larger.fit.loss <= np.fmax(larger.allowed, larger.floor)
    if explained and smaller.fit.loss > np.fmax(smaller.allowed, smaller.floor):
        return False
    return _rise(smaller, larger) < 0.0


def _rise(one: Selection, other: Selection) -> float:
    """Return by how much the criterion of the rule is larger for one model than for another."""
    left = (one.fit.loss + max(one.floor, ROUND_OFF)) / (
        other.fit.loss + max(other.floor, ROUND_OFF)
    )
    return float(np.log(left)) + one.gain * (len(one.fit.support) - len(other.fit.support))
