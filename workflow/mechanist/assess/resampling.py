"""Intervals over whole samples, because only samples are independent of each other.

Treating a glass's thousand correlated rows as a thousand experiments yields intervals far too
narrow. Here the unit is the sample: first its frames are averaged, then samples are drawn with
replacement, or left out in turn.

There are three kinds of statistic, each with the interval of best coverage (``trust_coverage.py``
measures it on data of known truth):

- a smooth function of means over samples (R2, a correlation): Student's t with the jackknife's
  error, on a scale where the statistic is nearly normal (:mod:`mechanist.assess.scales`);
- a mean of one number per sample: with at least :data:`FEW` samples, the bias-corrected and
  accelerated bootstrap (Efron, 1987, 10.1080/01621459.1987.10478410), which allows for skewness;
  with fewer, resampling misses the tails, so Student's t is used, for errors on a logarithmic
  scale;
- any other statistic, such as a median: the same bootstrap for any number of samples, because the
  jackknife's error of a statistic that is not smooth is wrong however many samples there are.

A single sample has no interval. Percentiles of the bootstrap follow Student's t, which is wider
than the normal distribution, because draws from n samples vary less than the samples do
(Hesterberg, 2015, 10.1080/00031305.2015.1089789).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NotRequired, TypedDict

import numpy as np
from scipy import special

from mechanist.assess.scales import PLAIN, Scale
from mechanist.core.typing import FloatArray, IntArray

FEW: Final = 40
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
        ``"bca"``, ``"t"`` (on another scale ``"t_fisher"``, ``"t_unexplained"`` or ``"t_log"``),
        ``"percentile"`` or ``"none"``.
    """

    value: float
    low: float
    high: float
    level: float
    n: int
    method: str


class IntervalOptions(TypedDict):
    """Level and number of resamples of an interval, with the seed of the draws."""

    level: float
    resamples: int
    seed: NotRequired[int]


def mean_interval(
    values: FloatArray,
    *,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    scale: Scale = PLAIN,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> Interval:
    """Return the mean over samples with its interval.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        One number per sample, such as its score averaged over its frames, or the difference between
        two models on it.
    level : float
        Nominal coverage.
    resamples : int
        Number of bootstrap samples.
    seed : int
        Root of the draws.
    scale : Scale
        Scale on which Student's interval is computed.
    bounds : (float, float)
        Limits of the mean for any samples, such as 0 and 1 for a share.

    Raises
    ------
    ValueError
        If there is no value, or one is not finite.
    """
    values = np.asarray(values, float)
    if not len(values) or not np.isfinite(values).all():
        raise ValueError(
            f"{len(values)} values, finite: {np.isfinite(values).all()}; expected some, all finite"
        )
    n, value = len(values), float(values.mean())
    jackknife = (values.sum() - values) / max(1, n - 1)
    if n < FEW:
        return _student(value, jackknife, level, scale, bounds)
    draws = _draws(n, resamples, seed)
    return _bca(value, values[draws].mean(axis=1), jackknife, level)


def statistic_interval(
    statistic: Statistic, n: int, *, level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Interval:
    """Return any statistic of samples, smooth or not, with its interval.

    Parameters
    ----------
    statistic : callable
        Maps indices of samples (with repetition) to a number.
    n : int
        Number of samples.
    level, resamples, seed
        As in :func:`mean_interval`.
    """
    everything = np.arange(n)
    value = statistic(everything)
    if n == 1:
        return _none(value, level)
    jackknife = np.array([statistic(np.delete(everything, i)) for i in range(n)])
    drawn = np.array([statistic(draw) for draw in _draws(n, resamples, seed)])
    return _bca(value, drawn, jackknife, level)


def moment_intervals(
    moments: FloatArray,
    statistics: Mapping[str, Callable[[FloatArray], FloatArray]],
    *,
    scales: Mapping[str, Scale] | None = None,
    level: float = 0.95,
) -> dict[str, Interval]:
    """Return smooth functions of means over samples, such as R2 over a population, with intervals.

    Parameters
    ----------
    moments : ndarray of shape (n_samples, n_moments)
        Moments of each sample; statistics are functions of their means.
    statistics : mapping of str to callable
        Each maps means of shape (..., n_moments) to numbers of shape (...).
    scales : mapping of str to Scale, optional
        Scale on which to compute the interval of a statistic; no scaling by default.
    level : float
        Nominal coverage.

    Raises
    ------
    ValueError
        If there is no sample, or a moment is not finite.
    """
    n = len(moments)
    if not n or not np.isfinite(moments).all():
        raise ValueError(
            f"{n} samples, finite: {np.isfinite(moments).all()}; expected some, all finite"
        )
    mean = moments.mean(axis=0)
    without = (moments.sum(axis=0) - moments) / max(1, n - 1) if n > 1 else moments
    return {
        name: _student(
            float(statistic(mean)),
            np.asarray(statistic(without), float),
            level,
            (scales or {}).get(name, PLAIN),
        )
        for name, statistic in statistics.items()
    }


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
        If the models were not scored on the same number of samples.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} samples; expected the same samples")
    difference = np.asarray(first, float) - np.asarray(second, float)
    return mean_interval(difference, level=level, resamples=resamples, seed=seed)


def _draws(n: int, resamples: int, seed: int) -> IntArray:
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    return rng.integers(0, n, size=(resamples, n))


def _none(value: float, level: float) -> Interval:
    return Interval(value, float("nan"), float("nan"), level, 1, "none")


def _student(
    value: float,
    jackknife: FloatArray,
    level: float,
    scale: Scale,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> Interval:
    """Return Student's interval with the jackknife's standard error, computed on a scale."""
    n = len(jackknife)
    if n == 1:
        return _none(value, level)
    there, left_out = scale.forward(np.array([value])), scale.forward(jackknife)
    error = np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum())
    half = special.stdtrit(n - 1, 0.5 * (1 + level)) * error
    low, high = scale.backward(np.concatenate([there - half, there + half])).tolist()
    # Mapping to the scale and back moves a value at the end of its range by a rounding error.
    low, high = max(min(low, value), bounds[0]), min(max(high, value), bounds[1])
    return Interval(value, low, high, level, n, scale.method)


def _bca(value: float, drawn: FloatArray, jackknife: FloatArray, level: float) -> Interval:
    """Correct percentiles for bias (of the draws) and acceleration (from the jackknife)."""
    n = len(jackknife)
    if np.ptp(drawn) == 0.0:
        return Interval(value, value, value, level, n, "bca")
    below = (np.sum(drawn < value) + 0.5 * np.sum(drawn == value)) / len(drawn)
    edge = 0.5 / len(drawn)
    bias = special.ndtri(np.clip(below, edge, 1 - edge))
    deviation = jackknife.mean() - jackknife
    squares = float((deviation**2).sum())
    acceleration = float((deviation**3).sum()) / (6 * squares**1.5) if squares > 0 else 0.0
    reach = special.stdtrit(n - 1, 0.5 * (1 + level)) * np.sqrt(n / (n - 1))
    z = bias + np.array([-reach, reach])
    low, high = np.quantile(drawn, special.ndtr(bias + z / (1 - acceleration * z)))
    return Interval(value, float(low), float(high), level, n, "bca")
