"""Estimate how well data determine a fit: standard errors, inclusion frequencies, held-out loss.

Rows of a system are not independent, since test functions overlap and noise may be correlated. The
independent unit is a trajectory, or a block of a trajectory if there are few trajectories.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.regression import Fit, Problem, solve
from mechanist.discover.system import LinearSystem
from mechanist.discover.triangular_factors import triangular

#: From this number on, trajectories are the independent units; otherwise blocks are.
MIN_TRAJECTORIES: Final = 6


def units(system: LinearSystem) -> list[IntArray]:
    """Return the blocks of each independent unit."""
    names = np.unique(system.groups)
    if len(names) >= MIN_TRAJECTORIES:
        return [np.flatnonzero(system.groups == name) for name in names]
    return [np.array([block]) for block in range(system.n_blocks)]


def jackknife(
    system: LinearSystem, target: str | None, support: Sequence[int]
) -> tuple[FloatArray, FloatArray]:
    """Return weights and their standard errors by leaving out one unit at a time.

    Parameters
    ----------
    system : LinearSystem
    target : str or None
        Which target; may be None if there is only one.
    support : sequence of int
        Columns in the fit.

    Returns
    -------
    weights : ndarray of shape (len(support),)
        Least-squares weights on all units.
    errors : ndarray of shape (len(support),)
        Standard errors; NaN if there is only one unit, or some unit alone determines a weight.
    """
    weights, left, scale = _left_out(system, target, support)
    n = len(left)
    if n < 2:
        return weights * scale, np.full(len(support), np.nan)
    spread = ((left - left.mean(axis=0)) ** 2).sum(axis=0)
    return weights * scale, np.sqrt(spread * (n - 1) / n) * scale


def jackknife_covariance(
    system: LinearSystem, target: str | None, support: Sequence[int]
) -> FloatArray:
    """Return the covariance of weights by leaving out one unit at a time.

    Parameters
    ----------
    system, target, support
        As in :func:`jackknife`, whose squared errors are the diagonal.

    Returns
    -------
    ndarray of shape (len(support), len(support))
        NaN if there is only one unit.
    """
    _, left, scale = _left_out(system, target, support)
    n = len(left)
    if n < 2:
        return np.full((len(support), len(support)), np.nan)
    centred = left - left.mean(axis=0)
    return np.asarray(centred.T @ centred * (n - 1) / n * np.outer(scale, scale))


def _left_out(
    system: LinearSystem, target: str | None, support: Sequence[int]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return weights of columns of unit norm, on all units and without each of several; their units."""
    factors, norms = _unit_factors(system, target, support)
    k, n = len(support), len(factors)
    scale = norms[k] / norms[:k]

    def refit(kept: FloatArray) -> FloatArray:
        rows = kept.reshape(-1, k + 1)
        return solve(rows[:, :k], rows[:, k])

    count = n if n > 1 else 0
    left = [refit(np.delete(factors, unit, axis=0)) for unit in range(count)]
    return refit(factors), np.array(left).reshape(count, k), scale


def held_out_loss(system: LinearSystem, target: str | None, support: Sequence[int]) -> float:
    """Return the squared residual of units left out of the fit, relative to the squared target.

    NaN if there is only one unit.
    """
    factors, _ = _unit_factors(system, target, support)
    k, n = len(support), len(factors)
    if n < 2:
        return float("nan")
    squared = 0.0
    for unit in range(n):
        rows = np.delete(factors, unit, axis=0).reshape(-1, k + 1)
        weights = solve(rows[:, :k], rows[:, k])
        residual = factors[unit][:, :k] @ weights - factors[unit][:, k]
        squared += float(residual @ residual)
    return squared


def inclusion_frequencies(
    system: LinearSystem,
    target: str | None,
    select: Callable[[Problem], Mapping[str, Fit]],
    *,
    resamples: int,
    rng: np.random.Generator,
) -> dict[str, FloatArray]:
    """Return how often each term is selected by each rule from units drawn with replacement.

    Stability selection after Meinshausen and Bühlmann (2010), 10.1111/j.1467-9868.2010.00740.x,
    with whole units resampled. All rules see the same draws.

    Parameters
    ----------
    system, target
        As in :func:`jackknife`.
    select : callable
        Returns the fit that each rule selects for a problem.
    resamples : int
        Number of draws; if zero, the result is empty.
    rng : Generator
        Draws the units.

    Returns
    -------
    dict of str to ndarray of shape (p,)
        Frequencies by rule.
    """
    members = units(system)
    counts: dict[str, FloatArray] = {}
    for _ in range(resamples):
        drawn = rng.integers(len(members), size=len(members))
        blocks = np.concatenate([members[unit] for unit in drawn])
        for rule, fit in select(Problem.of(system, target, blocks=blocks)).items():
            counts.setdefault(rule, np.zeros(len(system.terms)))[list(fit.support)] += 1
    return {rule: count / resamples for rule, count in counts.items()}


def _unit_factors(
    system: LinearSystem, target: str | None, support: Sequence[int]
) -> tuple[FloatArray, FloatArray]:
    """Return the factor of each unit, with columns of unit norm, and the norms of the columns."""
    names = [system.names[column] for column in support]
    small = system.subset(names)
    q = small.targets.index(target) if target is not None else 0
    columns = [*range(len(names)), len(names) + q]
    scaled, norms = small.normalised()
    factors = np.stack(
        [
            triangular(scaled.factors[unit][:, :, columns].reshape(-1, len(columns)))
            for unit in units(small)
        ]
    )
    return factors, norms[columns]
