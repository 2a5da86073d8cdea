"""The confusion scheme: find a transition as the boundary at which classifiers err least.

van Nieuwenburg, Liu & Huber (2017), https://doi.org/10.1038/nphys4037: put samples below a trial
value of a control parameter in one class and those above in the other, train a classifier on their
structure, and plot its accuracy W against the trial value. W is 1 at both ends, where one class is
empty. If the structure changes abruptly, labels that agree with the change are learnt best and W
has a middle peak; without a change, W follows the share of the larger class, which has the shape of
a V.

Two questions are tested separately. *Does structure depend on the parameter at all?* The largest
excess of W over the share of the larger class is compared with that for features permuted among the
samples. *Is there a boundary?* The prominence of the middle peak (how far W must fall before it
rises higher towards either end) is compared with that for features that drift linearly with
the parameter: such a drift passes the first test, but not the second.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.assess.peaks import Peak, Scale, middle_peak, midpoints
from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.learn.estimators.logistic import logistic_scores

MIN_LEVELS: Final = 4


@dataclass(frozen=True, kw_only=True)
class ConfusionOptions:
    """Settings of the scheme.

    Parameters
    ----------
    folds : int
        Number of folds, over which the samples of each level are distributed.
    repeats : int
        Number of independent divisions into folds for the measured curve. Null curves use one
        division and therefore scatter a little more, which favours the conclusion of no transition.
    permutations : int
        Draws of each null distribution.
    resamples : int
        Bootstrap draws of samples within levels; classifiers are retrained for each draw.
    penalty : float
        Penalty of the logistic regression, in units of one sample's loss.
    scale : str
        ``"log"`` or ``"linear"``: the axis on which boundaries are midpoints and the peak is
        refined.
    level : float
        Nominal coverage of intervals.
    seed : int
        Root of all draws. Equal seeds give paired draws over feature sets.
    """

    folds: int = 5
    repeats: int = 4
    permutations: int = 60
    resamples: int = 120
    penalty: float = 10.0
    scale: Scale = "log"
    level: float = 0.95
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Confusion:
    """Result of the scheme for one set of features.

    Parameters
    ----------
    boundaries : ndarray of shape (k,)
        Trial values of the control parameter.
    accuracy, low, high : ndarray of shape (k,)
        W with a bootstrap interval over samples, without retraining the classifiers.
    majority : ndarray of shape (k,)
        Share of the larger class: the accuracy of a classifier without features.
    null_mean, null_low, null_high : ndarray of shape (k,)
        W of permuted features.
    drift_mean, drift_low, drift_high : ndarray of shape (k,)
        W of features that drift linearly.
    peak : Peak
        Middle peak of the measured curve.
    location_low, location_high : float
        Percentile interval of the location over bootstrap draws with retrained classifiers.
    peak_share : float
        Share of those draws whose curve has a middle peak at all.
    excess, excess_p : float
        Largest excess over the share of the larger class, and the share of permutations that reach
        it.
    prominence_p : float
        Share of evenly drifting surrogates whose middle peak is as prominent.
    drawn_locations : ndarray of shape (resamples,)
        Location of the peak in each bootstrap draw; NaN if there is none.
    n : int
        Number of samples.
    """

    boundaries: FloatArray
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    majority: FloatArray
    null_mean: FloatArray
    null_low: FloatArray
    null_high: FloatArray
    drift_mean: FloatArray
    drift_low: FloatArray
    drift_high: FloatArray
    peak: Peak
    location_low: float
    location_high: float
    peak_share: float
    excess: float
    excess_p: float
    prominence_p: float
    drawn_locations: FloatArray
    n: int


def confuse(
    features: FloatArray, parameter: FloatArray, *, options: ConfusionOptions | None = None
) -> Confusion:
    """Carry out the scheme for one set of features.

    Parameters
    ----------
    features : ndarray of shape (n, d)
        One row per sample; samples are independent of each other.
    parameter : ndarray of shape (n,)
        Control parameter of each sample, on few distinct levels with at least ``folds`` samples
        each.
    options : ConfusionOptions, optional

    Raises
    ------
    ValueError
        If a number is not finite, levels are too few, or a level has fewer samples than folds.
    """
    opt = options or ConfusionOptions()
    _check(features, parameter, opt)
    levels = np.unique(parameter)
    boundaries = midpoints(levels, opt.scale)
    labels = parameter[:, None] > boundaries
    rng = np.random.default_rng(np.random.SeedSequence(opt.seed))
    deals = np.array([_deal(parameter, opt.folds, rng) for _ in range(opt.repeats)])
    once = np.ones(len(features))
    correct = _correct(features, labels, once, deals, opt.penalty)
    accuracy = correct.mean(axis=0)
    share = labels.mean(axis=0)
    majority = np.maximum(share, 1 - share)

    def null(rows: Callable[[], FloatArray]) -> FloatArray:
        curves = (
            _correct(rows(), labels, once, deals[:1], opt.penalty) for _ in range(opt.permutations)
        )
        return np.array([curve.mean(axis=0) for curve in curves])

    drift, scatter = _drift(features, parameter, opt.scale)
    permuted = null(lambda: features[rng.permutation(len(features))])
    drifting = null(lambda: drift + scatter[rng.permutation(len(features))])
    draws = [_multiplicities(parameter, rng) for _ in range(opt.resamples)]
    kept = np.array([w @ correct / w.sum() for w in draws])
    anew = [w @ _correct(features, labels, w, deals[:1], opt.penalty) / w.sum() for w in draws]
    locations = np.array([middle_peak(boundaries, curve, opt.scale).location for curve in anew])
    peak = middle_peak(boundaries, accuracy, opt.scale)
    prominences = np.array([middle_peak(boundaries, c, opt.scale).prominence for c in drifting])
    excesses = (permuted - majority).max(axis=1)
    excess = float((accuracy - majority).max())
    found = locations[np.isfinite(locations)]
    tails = [0.5 * (1 - opt.level), 0.5 * (1 + opt.level)]
    low, high = np.quantile(kept, tails, axis=0)
    null_low, null_high = np.quantile(permuted, tails, axis=0)
    drift_low, drift_high = np.quantile(drifting, tails, axis=0)
    ends = np.quantile(found, tails) if len(found) else np.full(2, np.nan)
    return Confusion(
        boundaries=boundaries, accuracy=accuracy, low=low, high=high, majority=majority,
        null_mean=permuted.mean(axis=0), null_low=null_low, null_high=null_high,
        drift_mean=drifting.mean(axis=0), drift_low=drift_low, drift_high=drift_high, peak=peak,
        location_low=float(ends[0]), location_high=float(ends[1]),
        peak_share=len(found) / len(locations), excess=excess,
        excess_p=_p_value(excess, excesses), prominence_p=_p_value(peak.prominence, prominences),
        drawn_locations=locations, n=len(features),
    )  # fmt: skip


def agreement(
    results: Sequence[Confusion], level: float = 0.95
) -> list[tuple[int, int, FloatArray]]:
    """Compare the transitions found with different features of the same samples.

    Parameters
    ----------
    results : sequence of Confusion
        Results for equal options and the same order of samples, so that bootstrap draws are paired.
    level : float
        Nominal coverage.

    Returns
    -------
    list of (int, int, ndarray of shape (3,))
        For each pair of results, the ratio of their locations and its interval. They agree if the
        interval contains 1.
    """
    table = []
    tails = [0.5 * (1 - level), 0.5 * (1 + level)]
    for i, first in enumerate(results):
        for j, second in enumerate(results[i + 1 :], start=i + 1):
            ratios = first.drawn_locations / second.drawn_locations
            ratios = ratios[np.isfinite(ratios)]
            ends = np.quantile(ratios, tails) if len(ratios) else np.full(2, np.nan)
            ratio = first.peak.location / second.peak.location
            table.append((i, j, np.array([ratio, *ends])))
    return table


def _check(features: FloatArray, parameter: FloatArray, options: ConfusionOptions) -> None:
    if features.ndim != 2 or parameter.shape != (len(features),):
        raise ValueError(
            f"features {features.shape}, parameter {parameter.shape}; expected (n, d) and (n,)"
        )
    if not (np.isfinite(features).all() and np.isfinite(parameter).all()):
        raise ValueError("features or parameter contain a number that is not finite")
    levels, counts = np.unique(parameter, return_counts=True)
    if len(levels) < MIN_LEVELS:
        raise ValueError(f"{len(levels)} levels of the parameter; expected at least {MIN_LEVELS}")
    if options.scale == "log" and levels[0] <= 0:
        raise ValueError(f"lowest level is {levels[0]:g}; expected positive levels on a log scale")
    if counts.min() < options.folds:
        raise ValueError(
            f"level {levels[counts.argmin()]:g} has {counts.min()} samples; expected at least"
            f" {options.folds}, one per fold"
        )


def _deal(parameter: FloatArray, folds: int, rng: np.random.Generator) -> IntArray:
    """Return the fold of each sample; each level is spread over all folds."""
    fold = np.empty(len(parameter), dtype=np.int64)
    for value in np.unique(parameter):
        members = rng.permutation(np.flatnonzero(parameter == value))
        fold[members] = (np.arange(len(members)) + rng.integers(folds)) % folds
    return fold


def _drift(
    features: FloatArray, parameter: FloatArray, scale: Scale
) -> tuple[FloatArray, FloatArray]:
    """Return the linear fit of each feature to the parameter, and the scatter within levels."""
    axis = np.log(parameter) if scale == "log" else parameter
    design = np.column_stack([np.ones(len(axis)), axis])
    line = design @ np.linalg.lstsq(design, features, rcond=None)[0]
    scatter = features.copy()
    levels = np.unique(parameter)
    for value in levels:
        scatter[parameter == value] -= features[parameter == value].mean(axis=0)
    # Scatter about the levels' means is too small by the degrees of freedom of these means.
    return line, scatter * np.sqrt(len(axis) / (len(axis) - len(levels)))


def _multiplicities(parameter: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return how often a bootstrap draw within levels contains each sample.

    Using weights instead of copies keeps all copies of a sample in one fold.
    """
    weights = np.zeros(len(parameter))
    for value in np.unique(parameter):
        members = np.flatnonzero(parameter == value)
        np.add.at(weights, rng.choice(members, size=len(members)), 1.0)
    return weights


def _correct(
    features: FloatArray, labels: BoolArray, weights: FloatArray, deals: IntArray, penalty: float
) -> FloatArray:
    """Return in which share of the divisions each sample was classified correctly, shape (n, k)."""
    right = np.zeros(labels.shape)
    for deal in deals:
        for fold in range(deal.max() + 1):
            test = deal == fold
            scores = logistic_scores(
                features[~test], labels[~test], features[test],
                penalty=penalty, weights=weights[~test],
            )  # fmt: skip
            right[test] += (scores > 0) == labels[test]
    return right / len(deals)


def _p_value(value: float, null: FloatArray) -> float:
    """Return the share of the null distribution that reaches ``value``, which itself counts."""
    return float((1 + np.sum(null >= value - 1e-12)) / (1 + len(null)))
