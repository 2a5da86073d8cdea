"""Find the terms of an equation with varying coefficients, and the curves of the coefficients.

Every choice is made on held-out blocks. First, the number of basis functions is chosen for the
whole library. Then groups of columns (a term with all its basis functions) are dropped one by one,
the least costly first, and the smallest model of this path that predicts about as well as the best
is selected. Last, each coefficient gets as many basis functions as it needs; a constant needs one.
Bands come from the jackknife over blocks; they show noise, not bias.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.triangular_factors import triangular
from mechanist.discover.varying import VaryingSystem

#: Numbers of basis functions tried for each coefficient.
LADDER: Final = (1, 3, 5, 9, 13, 17, 21, 25, 29, 33)
#: Least number in the search for terms: false terms would compensate for too stiff a coefficient.
SEARCH_LEAST: Final = 9
#: A term must lower the held-out error by the first share, more basis functions by the second ...
TERM_GAIN: Final = 0.1
BASIS_GAIN: Final = 0.01
#: ... and errors below these shares of the target's norm count as equally good.
TERM_FLOOR: Final = 1e-3
BASIS_FLOOR: Final = 1e-6
_RIDGE: Final = 1e-13
_SWEEPS: Final = 2

Sizes = dict[int, int]


@dataclass(frozen=True, eq=False)
class VaryingEquation:
    """Terms of an equation and their coefficients along an axis.

    Parameters
    ----------
    axis : str
        Axis along which coefficients vary.
    grid : ndarray of shape (n,)
    curves, errors : dict of str to ndarray of shape (n,)
        Coefficient and its standard error, by term.
    sizes : dict of str to int
        Number of basis functions of each coefficient; 1 for a constant.
    """

    axis: str
    grid: FloatArray
    curves: dict[str, FloatArray]
    errors: dict[str, FloatArray]
    sizes: dict[str, int]


@dataclass(frozen=True)
class PathStep:
    """One model of the elimination path.

    Parameters
    ----------
    terms : tuple of str
        Remaining terms.
    error : float
        Held-out error relative to the target's norm.
    spread : float
        Standard error of the squared error, from its scatter over blocks.
    """

    terms: tuple[str, ...]
    error: float
    spread: float


def discover_varying(
    system: VaryingSystem,
    *,
    term_gain: float = TERM_GAIN,
    basis_gain: float = BASIS_GAIN,
) -> tuple[VaryingEquation, list[PathStep]]:
    """Find terms and coefficient curves.

    Parameters
    ----------
    system : VaryingSystem
    term_gain, basis_gain : float
        A model is as good as the best if its held-out error is larger by less than this share, or
        by less than one standard error over blocks.

    Returns
    -------
    VaryingEquation
        Without terms if no term helps to predict held-out blocks.
    list of PathStep
        Elimination path from all terms to none.
    """
    gram = _Gram(system)
    every = range(len(system.terms))
    ladder = [size for size in LADDER if size <= system.basis.shape[1]]
    enough = [size for size in ladder if size >= SEARCH_LEAST] or ladder[-1:]
    full = [dict.fromkeys(every, size) for size in enough]
    start = full[_simplest(gram, full, basis_gain, BASIS_FLOOR)]
    path = _eliminate(gram, start)
    # Simplest first.
    chosen = path[::-1][_simplest(gram, path[::-1], term_gain, TERM_FLOOR)]
    for _ in range(_SWEEPS):
        for term in chosen:
            trials = [{**chosen, term: size} for size in ladder]
            chosen = trials[_simplest(gram, trials, basis_gain, BASIS_FLOOR)]
    steps = []
    for sizes in path:
        errors = gram.held_out(sizes)
        spread = float(errors.std(ddof=1) * np.sqrt(len(errors)) / gram.size)
        error = float(np.sqrt(errors.sum() / gram.size))
        steps.append(PathStep(tuple(system.names[i] for i in sizes), error, spread))
    return _equation(system, chosen), steps


def _simplest(gram: "_Gram", models: Sequence[Sizes], gain: float, floor: float) -> int:
    """Return the index of the first model about as good as the best on held-out blocks."""
    errors = np.stack([gram.held_out(sizes) for sizes in models])
    totals = errors.sum(axis=1)
    best = int(np.argmin(totals))
    n = errors.shape[1]
    excess = errors - errors[best]
    spread = excess.std(axis=1, ddof=1) * np.sqrt(n)
    most = max((1 + gain) ** 2 * totals[best], floor**2 * gram.size)
    good = (totals <= most) | (totals - totals[best] <= spread)
    return int(np.argmax(good[: best + 1]))


class _Gram:
    """Gram matrices of the blocks at unit column norms; accurate enough only to rank models."""

    def __init__(self, system: VaryingSystem) -> None:
        self.system = system
        norms = np.sqrt((system.factors**2).sum(axis=(0, 1)))
        self.size = float(norms[-1] ** 2)
        norms[norms == 0] = 1.0
        scaled = system.factors / np.append(norms[:-1], 1.0)
        self.blocks = np.einsum("bki,bkj->bij", scaled, scaled, optimize=True)
        self.total = self.blocks.sum(axis=0)
        self.others = self.total - self.blocks

    def held_out(self, sizes: Sizes) -> FloatArray:
        """Return the squared error on each block of the model fitted to the others."""
        columns = self.system.columns(sizes)
        # residual on each block as a combination of columns: the target minus the model
        left = np.zeros(self.blocks.shape[:2])
        left[:, -1] = 1.0
        if columns:
            both, ridge = np.ix_(columns, columns), _RIDGE * np.eye(len(columns))
            others = np.stack([gram[both] + ridge for gram in self.others])
            sought = self.others[:, columns, -1:]
            left[:, columns] = -np.linalg.solve(others, sought)[:, :, 0]
        errors = np.einsum("bi,bi->b", left, (self.blocks @ left[:, :, None])[:, :, 0])
        return np.maximum(errors, 0.0)

    def losses(self, sizes: Sizes) -> dict[int, float]:
        """Return how much the squared residual rises without each term."""
        columns = self.system.columns(sizes)
        picked = self.total[np.ix_(columns, columns)] + _RIDGE * np.eye(len(columns))
        inverse = np.linalg.inv(picked)
        weights = inverse @ self.total[columns, -1]
        rises, at = {}, 0
        for term, size in sizes.items():
            own = slice(at, at + size)
            rises[term] = float(weights[own] @ np.linalg.solve(inverse[own, own], weights[own]))
            at += size
        return rises


def _eliminate(gram: _Gram, start: Sizes) -> list[Sizes]:
    """Return the path of models from all terms to none."""
    sizes = dict(start)
    path = [dict(sizes)]
    while sizes:
        rises = gram.losses(sizes)
        del sizes[min(rises, key=lambda term: rises[term])]
        path.append(dict(sizes))
    return path


def _equation(system: VaryingSystem, sizes: Mapping[int, int]) -> VaryingEquation:
    """Fit the chosen columns to all blocks and, for the jackknife, with each block left out."""
    columns = system.columns(sizes)
    n = len(system.factors)
    if not columns:
        return VaryingEquation(system.axis, system.grid, {}, {}, {})
    factors = system.factors[:, :, [*columns, -1]]
    full = _least_squares(factors)
    left = np.stack([_least_squares(np.delete(factors, block, axis=0)) for block in range(n)])
    curves, errors, at = {}, {}, 0
    for term, size in sizes.items():
        own, basis = slice(at, at + size), system.basis[:, :size]
        name = system.names[term]
        curves[name] = basis @ full[own]
        spread = (left[:, own] - left[:, own].mean(axis=0)) @ basis.T
        errors[name] = np.sqrt((n - 1) / n * (spread**2).sum(axis=0))
        at += size
    chosen = {system.names[term]: size for term, size in sizes.items()}
    return VaryingEquation(system.axis, system.grid, curves, errors, chosen)


def _least_squares(factors: FloatArray) -> FloatArray:
    factor = triangular(factors.reshape(-1, factors.shape[-1]))
    norms = np.linalg.norm(factor[:, :-1], axis=0)
    norms[norms == 0] = 1.0
    return np.asarray(np.linalg.lstsq(factor[:, :-1] / norms, factor[:, -1], rcond=None)[0] / norms)
