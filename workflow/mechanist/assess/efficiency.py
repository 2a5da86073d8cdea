"""How many training samples a model needs for a score, and how many times fewer than another model.

A score here is the share of the spread that predictions of held-out samples explain. For every
number of training samples, each held-out sample has an error and a spread; curves are ratios of
their sums, and intervals come from resampling the held-out samples, each with its whole curve.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mechanist.assess.resampling import Interval, moment_intervals, statistic_interval
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.tables import SAMPLE


@dataclass(frozen=True, eq=False)
class Curve:
    """Errors and spreads of held-out samples by number of training samples.

    Parameters
    ----------
    sizes : ndarray of shape (n_sizes,)
        Ascending.
    errors, spreads : ndarray of shape (n_sizes, n_samples)
        Means over draws of the training samples.
    """

    sizes: IntArray
    errors: FloatArray
    spreads: FloatArray

    @classmethod
    def of(cls, table: pd.DataFrame, model: str) -> "Curve":
        """Read the rows of one model from a table whose columns ``EFFICIENCY`` describes."""
        part = table[table["model"] == model]
        grids = [
            part.pivot_table(index="n_train", columns=SAMPLE, values=v, observed=True).sort_index()
            for v in ("error", "spread")
        ]
        sizes = grids[0].index.to_numpy(np.int64)
        return cls(sizes, *(grid.to_numpy(float) for grid in grids))

    def scores(self, chosen: IntArray | slice = slice(None)) -> FloatArray:
        """Return the explained share at every size, over some of the samples."""
        errors, spreads = self.errors[:, chosen].sum(axis=1), self.spreads[:, chosen].sum(axis=1)
        return np.asarray(1 - errors / spreads)

    def intervals(self, *, level: float) -> list[Interval]:
        """Return the score at every size with its interval."""
        return [
            moment_intervals(
                np.stack([error, spread], axis=1),
                {"r2": lambda m: 1 - m[..., 0] / m[..., 1]},
                level=level,
            )["r2"]
            for error, spread in zip(self.errors, self.spreads, strict=True)
        ]


def needed(sizes: IntArray, scores: FloatArray, score: float) -> float:
    """Return the number of samples at which a curve reaches a score; infinite if it never does.

    Between two sizes, the curve is linear in the logarithm of the number. It never falls, because
    additional samples could be ignored. A score that the smallest size reaches needs at most that
    size.
    """
    best = np.maximum.accumulate(scores)
    if score > best[-1]:
        return float("inf")
    k = int(np.argmax(best >= score))
    if k == 0:
        return float(sizes[0])
    share = (score - best[k - 1]) / (best[k] - best[k - 1])
    logs = np.log(sizes[[k - 1, k]])
    return float(np.exp(logs[0] + share * (logs[1] - logs[0])))


@dataclass(frozen=True)
class Saving:
    """How many times fewer samples one model needs than another for the other's best score.

    Parameters
    ----------
    score : float
        Best score of the other model.
    most : int
        Largest number of training samples of the other model.
    needed : float
        Number of samples with which the first model reaches that score; infinite if it does not.
    factor : Interval or None
        ``most / needed``; 1 if the first model does not need fewer samples, None if the other model
        learns nothing at all, so that there is no score to reach.
    bound : bool
        Whether the smallest size already suffices, so that the factor is a lower bound.
    """

    score: float
    most: int
    needed: float
    factor: Interval | None
    bound: bool


def saving(first: Curve, second: Curve, *, level: float, resamples: int, seed: int) -> Saving:
    """Compare two models on the same held-out samples.

    Raises
    ------
    ValueError
        If the models were tested on different samples.
    """
    n = first.errors.shape[1]
    if second.errors.shape[1] != n:
        raise ValueError(f"{n} and {second.errors.shape[1]} samples; test both on the same samples")
    most = int(second.sizes[-1])

    def factor(chosen: IntArray) -> float:
        score = float(second.scores(chosen).max())
        return max(1.0, most / needed(first.sizes, first.scores(chosen), score))

    score = float(second.scores().max())
    count = needed(first.sizes, first.scores(), score)
    learnt = second.intervals(level=level)[int(second.scores().argmax())].low > 0
    interval = (
        statistic_interval(factor, n, level=level, resamples=resamples, seed=seed)
        if learnt
        else None
    )
    return Saving(score, most, count, interval, bound=bool(count <= first.sizes[0]))
