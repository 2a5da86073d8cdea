"""How near pair forces that were learnt from places at rest are to the true ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Final

import numpy as np
import pandas as pd
from scipy import special

from mechanist.assess.resampling import IntervalOptions, Statistic, statistic_interval
from mechanist.core.typing import FloatArray, IntArray
from mechanist.discover.force_balance import (
    Balance,
    LearntPairs,
    PairBasis,
    is_determined,
    learnt_pairs,
)
from mechanist.mechanics.materials.material import PairPotential

#: Distances of each pair at which forces are compared, from where they are learnt to the reach.
COMPARED: Final = 60
#: Distances that are compared.
SUBSET: Final = "distances from where forces are learnt to their reach"


def slopes_of(potential: PairPotential, distances: FloatArray, pair: tuple[int, int]) -> FloatArray:
    """Return the derivative of the energy of one pair of species at distances, shape (n,)."""
    first, second = (np.full(len(distances), kind) for kind in pair)
    return np.asarray(potential(first, second, distances)[1])


def compared_distances(learnt: LearntPairs, reach: float) -> FloatArray:
    """Return the distances at which forces are compared, shape (pairs, COMPARED)."""
    return np.linspace(learnt.cores, reach, COMPARED, endpoint=False, axis=1)


def factor_and_misfit(learnt: FloatArray, truth: FloatArray) -> tuple[float, float]:
    """Return the factor that brings learnt forces nearest to the true ones, and what is left.

    Parameters
    ----------
    learnt, truth : ndarray
        Forces at the same distances.

    Returns
    -------
    factor : float
    misfit : float
        Root mean square of the difference over that of the true forces.
    """
    factor = float((learnt * truth).sum() / (learnt * learnt).sum())
    return factor, float(np.sqrt(((factor * learnt - truth) ** 2).mean() / (truth**2).mean()))


def force_tables(
    balances: Sequence[Balance],
    basis: PairBasis,
    potential: PairPotential,
    names: Sequence[str],
    *,
    error: float,
    interval: IntervalOptions,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what is learnt of all glasses together, with intervals over glasses.

    Parameters
    ----------
    balances : sequence of Balance
        Sums of each glass.
    basis : PairBasis
    potential : PairPotential
        The true one.
    names : sequence of str
        Names of the species.
    error : float
        Error of a coordinate of the places.
    interval : mapping
        Level, resamples and seed of intervals.

    Returns
    -------
    forces : DataFrame
        Learnt and true forces at all distances.
    scores : DataFrame
        Their misfit, and the error of a coordinate that would leave the forces that are left.
    """
    everything = np.arange(len(balances))
    learner = _Learner(balances, basis)
    whole = learner.of(everything)
    distances = compared_distances(whole, basis.reach)
    truth = np.array(
        [slopes_of(potential, one, pair) for one, pair in zip(distances, basis.pairs, strict=True)]
    )
    told = learner.slopes(everything, distances, truth)
    without = [learner.slopes(np.delete(everything, k), distances, truth) for k in everything]
    half = _half_width(np.array(without), interval["level"])
    of_all = {"subset": SUBSET, "level": interval["level"], "n_samples": len(balances)}
    forces = [
        pd.DataFrame({
            "error": error, "pair": "-".join(names[kind] for kind in pair), "distance": distances[k],
            "learnt": -told[k], "low": -told[k] - half[k], "high": -told[k] + half[k],
            "truth": -truth[k], **of_all,
        })
        for k, pair in enumerate(basis.pairs)
    ]  # fmt: skip
    statistics: dict[str, tuple[str, Statistic]] = {
        "force_misfit": ("1", _Misfit(learner, distances, truth)),
        "imbalance": ("length", _Imbalance(learner)),
    }
    scores = []
    for metric, (unit, statistic) in statistics.items():
        known = statistic_interval(statistic, len(balances), **interval)
        scores.append({
            "error": error, "metric": metric, "unit": unit, "value": known.value, "low": known.low,
            "high": known.high, **of_all, "determined": is_determined(whole, error),
        })  # fmt: skip
    return pd.concat(forces, ignore_index=True), pd.DataFrame(scores)


@dataclass(frozen=True)
class _Learner:
    """Forces that are learnt from some of the glasses; all statistics share those of the same ones."""

    balances: Sequence[Balance]
    basis: PairBasis
    _kept: dict[bytes, LearntPairs] = field(default_factory=dict)

    def of(self, drawn: IntArray) -> LearntPairs:
        key = np.sort(drawn).tobytes()
        if key not in self._kept:
            some = reduce(add, [self.balances[k] for k in drawn])
            self._kept[key] = learnt_pairs(some, self.basis)
        return self._kept[key]

    def slopes(self, drawn: IntArray, distances: FloatArray, truth: FloatArray) -> FloatArray:
        """Return learnt slopes, times the factor that brings them nearest to the true ones."""
        learnt = self.of(drawn)
        told = np.array([learnt.slopes(k, one) for k, one in enumerate(distances)])
        return factor_and_misfit(told, truth)[0] * told


@dataclass(frozen=True)
class _Imbalance:
    """Displacement that would make the forces that are left."""

    learner: _Learner

    def __call__(self, drawn: IntArray) -> float:
        return float(np.sqrt(max(self.learner.of(drawn).ratios[0], 0.0)))


@dataclass(frozen=True)
class _Misfit:
    """Misfit of learnt forces."""

    learner: _Learner
    distances: FloatArray
    truth: FloatArray

    def __call__(self, drawn: IntArray) -> float:
        told = self.learner.slopes(drawn, self.distances, self.truth)
        return factor_and_misfit(told, self.truth)[1]


def _half_width(without: FloatArray, level: float) -> FloatArray:
    """Return half the width of Student's interval of the jackknife, by values without each glass."""
    n = len(without)
    if n == 1:
        return np.full(without.shape[1:], np.nan)
    error = np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    return np.asarray(special.stdtrit(n - 1, 0.5 + level / 2) * error)
