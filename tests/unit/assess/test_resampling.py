"""Intervals have nominal coverage, but only if whole samples are resampled."""

import numpy as np
import pytest
from scipy import stats

from mechanist.assess.resampling import (
    mean_interval,
    moment_intervals,
    paired_interval,
    statistic_interval,
)
from mechanist.assess.scales import FISHER, LOG, PLAIN, UNEXPLAINED, Scale
from mechanist.core.typing import FloatArray

REPEATS, OBJECTS, LEVEL = 300, 50, 0.9


def _coverage(values: list[FloatArray], truth: float) -> float:
    hits = [
        interval.low <= truth <= interval.high
        for interval in (mean_interval(v, level=LEVEL, resamples=400, seed=1) for v in values)
    ]
    return float(np.mean(hits))


@pytest.mark.parametrize("n_samples", [5, 39, 40])
def test_covers_the_truth_when_samples_are_resampled_and_not_when_objects_are(
    n_samples: int,
) -> None:
    """Objects share a sample effect, like the atoms of a glass; the truth is 0."""
    rng = np.random.default_rng(0)
    groups = rng.normal(size=(REPEATS, n_samples, 1))
    values = groups + rng.normal(size=(REPEATS, n_samples, OBJECTS))
    whole = _coverage(list(values.mean(axis=2)), 0.0)
    # Control: atoms of a few glasses treated as independent experiments.
    single = _coverage(list(values[:60].reshape(60, -1)), 0.0)
    assert LEVEL - 0.07 < whole < LEVEL + 0.05
    assert single < 0.5


def test_few_samples_get_students_interval() -> None:
    values = np.array([1.0, 2.0, 4.0])
    interval = mean_interval(values, level=0.95)
    low, high = stats.t.interval(0.95, 2, values.mean(), stats.sem(values))
    assert interval.method == "t"
    assert (interval.low, interval.high) == (pytest.approx(low), pytest.approx(high))
    assert mean_interval(np.arange(39.0)).method == "t"
    assert mean_interval(np.arange(40.0)).method == "bca"
    alone = mean_interval(np.array([0.3]))
    assert (alone.value, alone.method) == (0.3, "none")
    assert np.isnan([alone.low, alone.high]).all()


@pytest.mark.parametrize("kind", ["normal", "skewed"])
def test_equals_scipys_interval(kind: str) -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=400) if kind == "normal" else rng.exponential(size=400)
    ours = mean_interval(values, level=0.9, resamples=20000, seed=2)
    theirs = stats.bootstrap(
        (values,), np.mean, confidence_level=0.9, n_resamples=20000, method="BCa",
        rng=np.random.default_rng(3),
    ).confidence_interval  # fmt: skip
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.03 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.03 * width)


def test_any_statistic_can_be_resampled() -> None:
    rng = np.random.default_rng(4)
    values = rng.normal(size=40)
    general = statistic_interval(lambda i: float(values[i].mean()), 40, resamples=500, seed=5)
    special = mean_interval(values, resamples=500, seed=5)
    assert (general.low, general.high) == (pytest.approx(special.low), pytest.approx(special.high))
    assert statistic_interval(lambda i: float(values[i].mean()), 5).method == "bca"
    assert statistic_interval(lambda i: float(values[i].mean()), 1).method == "none"


def test_a_share_stays_between_its_ends_and_an_unbounded_mean_does_not() -> None:
    hits = np.array([1.0] * 9 + [0.0])
    assert mean_interval(hits).high > 1
    bounded = mean_interval(hits, bounds=(0.0, 1.0))
    assert (bounded.low, bounded.high) == (mean_interval(hits).low, 1.0)


@pytest.mark.parametrize(
    ("scale", "values"),
    [(FISHER, [-1.0, -0.3, 0.9999, 1.0]), (UNEXPLAINED, [-3.0, 0.0, 0.999, 1.0]),
     (LOG, [0.0, 1e-9, 3.0]), (PLAIN, [-2.0, 0.0, 5.0])],
)  # fmt: skip
def test_scales_lead_back_even_from_their_ends(scale: Scale, values: list[float]) -> None:
    there = scale.forward(np.array(values))
    assert np.isfinite(there).all()
    np.testing.assert_allclose(scale.backward(there), values, atol=1e-12)


def test_an_interval_on_a_scale_stays_in_its_range() -> None:
    rng = np.random.default_rng(8)
    truth = rng.normal(size=(6, 1))
    moments = np.hstack([truth, truth**2, 1e-4 * rng.normal(size=(6, 1)) ** 2])
    statistics = {"r2": lambda m: 1 - m[..., 2] / (m[..., 1] - m[..., 0] ** 2)}
    plain = moment_intervals(moments, statistics)["r2"]
    scaled = moment_intervals(moments, statistics, scales={"r2": UNEXPLAINED})["r2"]
    assert plain.high > 1 > scaled.high > scaled.value > scaled.low
    assert (plain.method, scaled.method) == ("t", "t_unexplained")


def test_pairing_removes_what_both_models_share() -> None:
    rng = np.random.default_rng(6)
    difficulty = rng.normal(size=40)
    first = difficulty + 0.1 + 0.05 * rng.normal(size=40)
    second = difficulty + 0.05 * rng.normal(size=40)
    paired = paired_interval(first, second, seed=1)
    assert 0 < paired.low < 0.1 < paired.high < 0.2
    alone = mean_interval(first, seed=1)
    assert paired.high - paired.low < 0.2 * (alone.high - alone.low)
    nothing = paired_interval(first, first)
    assert (nothing.value, nothing.low, nothing.high) == (0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="40 and 39 samples"):
        paired_interval(first, second[:-1])


def test_the_seed_decides() -> None:
    values = np.random.default_rng(7).normal(size=40)
    assert mean_interval(values, seed=1) == mean_interval(values, seed=1)
    assert mean_interval(values, seed=1) != mean_interval(values, seed=2)


def test_numbers_that_are_none_are_refused() -> None:
    for bad in (np.array([]), np.array([0.1, np.nan])):
        with pytest.raises(ValueError, match="expected some"):
            mean_interval(bad)


def test_what_is_drawn_by_default() -> None:
    """Intervals of records without options are those of 2000 resamples."""
    values = np.random.default_rng(4).exponential(size=40)
    default = mean_interval(values)
    assert default == mean_interval(values, level=0.95, resamples=2000, seed=0)
    assert default != mean_interval(values, level=0.95, resamples=2001, seed=0)


@pytest.mark.parametrize(("n", "method"), [(39, "t"), (40, "bca")])
def test_means_are_resampled_from_forty_samples_on(n: int, method: str) -> None:
    values = np.random.default_rng(0).exponential(size=n)
    assert mean_interval(values, resamples=50).method == method


def test_what_every_kind_of_interval_does_by_default() -> None:
    values = np.random.default_rng(4).exponential(size=40)
    asked = []

    def mean(rows: np.ndarray) -> float:
        asked.append(len(rows))
        return float(values[rows].mean())

    default = statistic_interval(mean, 40)
    assert asked == [40] + [39] * 40 + [40] * 2000
    assert default == statistic_interval(mean, 40, level=0.95, resamples=2000, seed=0)
    assert default != statistic_interval(mean, 40, level=0.95, resamples=2000, seed=1)
    paired = paired_interval(values, 0 * values)
    assert paired == paired_interval(values, 0 * values, level=0.95, resamples=2000, seed=0)
    assert paired == mean_interval(values)
    assert paired != paired_interval(values, 0 * values, seed=1)


def test_moments_of_samples_by_students_interval() -> None:
    """A mean over samples is the simplest statistic of moments."""
    first = {"mean": lambda m: m[..., 0]}
    for values in ([1.0, 2.0], [1.0, 2.0, 4.0, 9.0]):
        found = moment_intervals(np.array(values)[:, None], first)["mean"]
        ends = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
        assert (found.low, found.high) == pytest.approx(ends)
        assert (found.level, found.n, found.method) == (0.95, len(values), "t")
    alone = moment_intervals(np.array([[0.3, 5.0]]), first, scales={"mean": LOG})["mean"]
    assert (alone.value, alone.n, alone.method) == (0.3, 1, "none")
    assert np.isnan([alone.low, alone.high]).all()
    for bad in (np.empty((0, 2)), np.array([[0.1, np.nan]])):
        with pytest.raises(ValueError, match=r"samples, finite: (True|False); expected some"):
            moment_intervals(bad, first)


def test_two_samples_have_students_interval_within_its_bounds() -> None:
    values = np.array([0.2, 0.6])
    low, high = stats.t.interval(0.95, 1, values.mean(), stats.sem(values))
    found = mean_interval(values)
    assert (found.low, found.high, found.n) == (pytest.approx(low), pytest.approx(high), 2)
    within = mean_interval(values, bounds=(0.0, 1.0))
    assert (within.low, within.high) == (0.0, 1.0)
