"""Intervals from resampling whole samples, which alone are independent of each other.

Resampling atoms treats a glass's thousand correlated rows as a thousand experiments and yields
intervals far too narrow. Here the unit is the sample: first its frames are averaged, then samples
are drawn with replacement.

Rule: bias-corrected and accelerated bootstrap (Efron, 1987, 10.1080/01621459.1987.10478410) from
:data:`FEW` samples on. With fewer, resampling no longer sees the tails and covers too seldom, and
Student's t with the jackknife's error is used, which for a mean is the textbook interval; one
sample has no interval.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from mechanist.typing import FloatArray, IntArray

FEW: Final = 20
#: Bounds the memory of counting draws.
DRAWS_AT_ONCE: Final = 250
Statistic = Callable[[IntArray], float]


@dataclass(frozen=True)
class Interval:
    """A value with its confidence interval.

    Parameters
    ----------
    value, low, high : float
        ``low`` and ``high`` are NaN where there is no interval.
    level : float
        Nominal coverage.
    n : int
        Number of independent samples.
    method : str
        ``"bca"``, ``"t"`` or ``"none"``.
    """

    value: float
    low: float
    high: float
    level: float
    n: int
    method: str


def mean_interval(
    values: FloatArray, *, level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Interval:
    """Return the mean over samples with its interval.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        One number a sample, such as its score averaged over its frames, or the difference of two
        models on it.
    level : float
        Nominal coverage.
    resamples : int
        Number of bootstrap samples.
    seed : int
        Root of the draws.

    Raises
    ------
    ValueError
        If there is no value, or one is not finite.
    """
    values = np.asarray(values, float)
    if not len(values) or not np.isfinite(values).all():
        raise ValueError(
            f"{len(values)} values, finite: {np.isfinite(values).all()}; expected some"
        )
    n, value = len(values), float(values.mean())
    jackknife = (values.sum() - values) / max(1, n - 1)
    if n < FEW:
        return _student(value, jackknife, level)
    draws = _draws(n, resamples, seed)
    return _bca(value, values[draws].mean(axis=1), jackknife, level, n)


def statistic_interval(
    statistic: Statistic, n: int, *, level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Interval:
    """Return any statistic of samples with its interval.

    Parameters
    ----------
    statistic : callable
        From positions of samples (with repetition) to a number.
    n : int
        Number of samples.
    level, resamples, seed
        As in :func:`mean_interval`.
    """
    everything = np.arange(n)
    value = statistic(everything)
    if n == 1:
        return _student(value, np.array([value]), level)
    jackknife = np.array([statistic(np.delete(everything, i)) for i in range(n)])
    if n < FEW:
        return _student(value, jackknife, level)
    drawn = np.array([statistic(draw) for draw in _draws(n, resamples, seed)])
    return _bca(value, drawn, jackknife, level, n)


def moment_intervals(
    moments: FloatArray,
    statistics: Mapping[str, Callable[[FloatArray], FloatArray]],
    *,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> dict[str, Interval]:
    """Return smooth functions of means over samples, such as R2 over a population, with intervals.

    All statistics share their draws, and a draw costs a row of a matrix product.

    Parameters
    ----------
    moments : ndarray of shape (n_samples, n_moments)
        Numbers of each sample whose means the statistics are made of.
    statistics : mapping of str to callable
        Each from means of shape (..., n_moments) to numbers of shape (...).
    level, resamples, seed
        As in :func:`mean_interval`.

    Raises
    ------
    ValueError
        If there is no sample, or a moment is not finite.
    """
    n = len(moments)
    if not n or not np.isfinite(moments).all():
        raise ValueError(f"{n} samples, finite: {np.isfinite(moments).all()}; expected some")
    mean = moments.mean(axis=0)
    without = (moments.sum(axis=0) - moments) / max(1, n - 1) if n > 1 else moments
    drawn = _drawn_means(moments, resamples, seed) if n >= FEW else None
    intervals = {}
    for name, statistic in statistics.items():
        value, jackknife = float(statistic(mean)), np.asarray(statistic(without))
        intervals[name] = (
            _student(value, jackknife, level)
            if drawn is None
            else _bca(value, np.asarray(statistic(drawn)), jackknife, level, n)
        )
    return intervals


def paired_interval(
    first: FloatArray,
    second: FloatArray,
    *,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """Return the mean difference of two models over the same samples, first minus second.

    Raises
    ------
    ValueError
        If the models were not scored on equally many samples.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} samples; expected the same samples")
    difference = np.asarray(first, float) - np.asarray(second, float)
    return mean_interval(difference, level=level, resamples=resamples, seed=seed)


def _drawn_means(moments: FloatArray, resamples: int, seed: int) -> FloatArray:
    """Return means over samples drawn with replacement, a row a draw."""
    n = len(moments)
    means = [
        np.stack([np.bincount(draw, minlength=n) for draw in part]) @ moments / n
        for part in np.array_split(_draws(n, resamples, seed), max(1, resamples // DRAWS_AT_ONCE))
    ]
    return np.concatenate(means)


def _draws(n: int, resamples: int, seed: int) -> IntArray:
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    return rng.integers(0, n, size=(resamples, n))


def _student(value: float, jackknife: FloatArray, level: float) -> Interval:
    """Return Student's interval with the jackknife's standard error."""
    n = len(jackknife)
    if n == 1:
        return Interval(value, float("nan"), float("nan"), level, n, "none")
    error = np.sqrt((n - 1) / n * ((jackknife - jackknife.mean()) ** 2).sum())
    half = float(special.stdtrit(n - 1, 0.5 * (1 + level)) * error)
    return Interval(value, value - half, value + half, level, n, "t")


def _bca(value: float, drawn: FloatArray, jackknife: FloatArray, level: float, n: int) -> Interval:
    """Correct percentiles for bias (of the draws) and acceleration (from the jackknife)."""
    if np.ptp(drawn) == 0.0:
        return Interval(value, value, value, level, n, "bca")
    below = (np.sum(drawn < value) + 0.5 * np.sum(drawn == value)) / len(drawn)
    edge = 0.5 / len(drawn)
    bias = special.ndtri(np.clip(below, edge, 1 - edge))
    deviation = jackknife.mean() - jackknife
    squares = float((deviation**2).sum())
    acceleration = float((deviation**3).sum()) / (6 * squares**1.5) if squares > 0 else 0.0
    z = bias + special.ndtri(np.array([0.5 * (1 - level), 0.5 * (1 + level)]))
    low, high = np.quantile(drawn, special.ndtr(bias + z / (1 - acceleration * z)))
    return Interval(value, float(low), float(high), level, n, "bca")
