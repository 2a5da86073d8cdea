"""The confusion scheme must find a known boundary, and no boundary in data without one."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.assess.confusion import ConfusionOptions, agreement, confuse
from mechanist.assess.peaks import middle_peak, midpoints
from mechanist.core.typing import FloatArray

LEVELS = np.geomspace(0.1, 10, 9)
FAST = ConfusionOptions(repeats=2, permutations=40, resamples=30)
SIGNIFICANT = 0.05
CRITICAL = 2.2692  # critical temperature of the square lattice, Onsager (1944)


def samples(response: FloatArray, *, seed: int, noise: float = 1.0) -> tuple[FloatArray, ...]:
    """Return features that follow ``response`` over the levels, with 20 samples per level."""
    rng = np.random.default_rng(seed)
    parameter = np.repeat(LEVELS, 20)
    signal = np.repeat(response, 20)[:, None] * [1.0, -0.5, 0.0, 0.0]
    return signal + noise * rng.normal(size=signal.shape), parameter


def step(at: float, height: float = 6.0) -> FloatArray:
    return height * (at < LEVELS)


@pytest.mark.parametrize("at", [0.4, 1.5])
def test_a_step_is_found(at: float) -> None:
    found = confuse(*samples(step(at), seed=1), options=FAST)
    truth = found.boundaries[np.abs(np.log(found.boundaries / at)).argmin()]
    assert found.peak.location == pytest.approx(truth, rel=0.15)
    assert found.location_low <= truth * 1.15
    assert found.location_high >= truth / 1.15
    assert found.excess_p <= SIGNIFICANT
    assert found.prominence_p <= SIGNIFICANT
    assert found.peak_share == 1.0


def test_without_any_dependence_the_null_stands_and_is_a_v() -> None:
    found = confuse(*samples(np.zeros(9), seed=2), options=FAST)
    assert found.excess_p > SIGNIFICANT
    assert found.prominence_p > SIGNIFICANT
    np.testing.assert_allclose(found.null_mean, found.majority, atol=0.08)
    assert np.argmin(found.null_mean) in (3, 4)


def test_the_null_is_rejected_as_often_as_its_level_says() -> None:
    """Under the null, p-values below 0.2 occur in about a fifth of experiments."""
    options = ConfusionOptions(repeats=1, permutations=19, resamples=2)
    data = [samples(np.zeros(9), seed=seed) for seed in range(20)]
    p = [confuse(f[::2], q[::2], options=options).excess_p for f, q in data]
    assert 1 <= np.sum(np.array(p) <= 0.2) <= 10


def test_an_even_drift_tells_of_the_parameter_but_has_no_prominent_peak() -> None:
    drift = confuse(*samples(np.arange(9.0), seed=3), options=FAST)
    sharp = confuse(*samples(step(1.0), seed=3), options=FAST)
    assert drift.excess_p <= SIGNIFICANT
    assert drift.prominence_p > SIGNIFICANT
    assert sharp.excess_p <= SIGNIFICANT
    assert sharp.prominence_p <= SIGNIFICANT
    assert drift.peak.prominence < 0.05 < 0.15 < sharp.peak.prominence


def test_agreement_of_features_that_share_a_transition_and_of_some_that_do_not() -> None:
    first, parameter = samples(step(0.7), seed=4)
    second, _ = samples(step(0.7), seed=5)
    third, _ = samples(step(2.5), seed=6)
    found = [confuse(f, parameter, options=FAST) for f in (first, second, third)]
    intervals = {(i, j): ratio for i, j, ratio in agreement(found)}
    assert intervals[0, 1][1] <= 1.0 <= intervals[0, 1][2]
    assert intervals[0, 2][2] < 1.0
    assert intervals[1, 2][0] == pytest.approx(found[1].peak.location / found[2].peak.location)


@pytest.mark.parametrize(("level", "ends"), [(0.9, (1.05, 1.95)), (0.5, (1.25, 1.75))])
def test_the_interval_of_a_ratio_leaves_out_as_much_on_both_sides(
    level: float, ends: tuple[float, float]
) -> None:
    first = SimpleNamespace(
        drawn_locations=np.linspace(2, 4, 101), peak=SimpleNamespace(location=6.0)
    )
    other = SimpleNamespace(drawn_locations=np.full(101, 2.0), peak=SimpleNamespace(location=4.0))
    first.drawn_locations[50] = np.nan  # a draw without a peak; the rest stays even about 1.5
    ((i, j, found),) = agreement([first, other], level)  # type: ignore[list-item]
    assert (i, j) == (0, 1)
    np.testing.assert_allclose(found, [1.5, *ends], atol=0.003)


def ising(temperatures: FloatArray, *, copies: int, side: int, sweeps: int) -> FloatArray:
    """Return |magnetisation|, its spread over halves, and the energy of Metropolis samples."""
    rng = np.random.default_rng(7)
    beta = np.repeat(1 / temperatures, copies)[:, None, None]
    spins = np.ones((len(beta), side, side))
    even = np.indices((side, side)).sum(axis=0) % 2 == 0
    for _ in range(sweeps):
        for mask in (even, ~even):
            field = sum(np.roll(spins, k, axis) for k in (1, -1) for axis in (1, 2))
            flips = rng.random(spins.shape) < np.exp(-2 * beta * spins * field)
            spins = np.where(flips & mask, -spins, spins)
    bonds = spins * (np.roll(spins, 1, 1) + np.roll(spins, 1, 2))
    waves = np.abs(np.fft.rfft2(spins)) ** 2 / side**2
    return np.column_stack([
        np.abs(spins.mean(axis=(1, 2))), bonds.mean(axis=(1, 2)), waves[:, 0, 1], waves[:, 1, 0],
    ])  # fmt: skip


def test_the_ising_transition_is_found() -> None:
    temperatures = np.linspace(1.3, 3.3, 11)
    features = ising(temperatures, copies=20, side=12, sweeps=150)
    options = ConfusionOptions(repeats=2, permutations=40, resamples=30, scale="linear")
    found = confuse(features, np.repeat(temperatures, 20), options=options)
    assert found.peak.location == pytest.approx(CRITICAL, abs=0.25)
    assert found.location_low < CRITICAL < found.location_high
    assert found.prominence_p <= SIGNIFICANT
    # Control: the critical temperature is near the middle of the scan, where a peak could always be.
    shuffled = np.random.default_rng(0).permutation(features)
    nothing = confuse(shuffled, np.repeat(temperatures, 20), options=options)
    assert nothing.prominence_p > SIGNIFICANT
    assert nothing.excess_p > SIGNIFICANT


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_a_peak_does_not_depend_on_which_way_the_axis_runs(seed: int) -> None:
    curve = np.random.default_rng(seed).uniform(0.5, 1, 9)
    x = np.linspace(1, 2, 9)
    there, back = middle_peak(x, curve, "linear"), middle_peak(x, curve[::-1], "linear")
    assert there.prominence == pytest.approx(back.prominence)
    if there.prominence > 0:
        assert there.location == pytest.approx(3 - back.location)


def test_prominence_by_hand() -> None:
    x = np.arange(1.0, 8.0)
    peak = middle_peak(x, np.array([0.9, 0.6, 0.7, 0.85, 0.7, 0.75, 0.9]), "linear")
    assert peak.location == pytest.approx(4.0)
    assert peak.prominence == pytest.approx(0.15)  # down to 0.7, not to 0.6
    assert np.isnan(middle_peak(x, np.abs(x - 4) / 4, "linear").location)
    assert middle_peak(x, np.array([0.9, 0.6, 0.7, 1.0, 0.7, 0.6, 0.9]), "linear").prominence == 0.4


def test_equal_seeds_give_equal_results() -> None:
    data = samples(step(1.0), seed=8)
    first, second = (confuse(*data, options=FAST) for _ in range(2))
    np.testing.assert_array_equal(first.drawn_locations, second.drawn_locations)
    np.testing.assert_array_equal(first.null_mean, second.null_mean)


def test_boundaries_lie_midway() -> None:
    levels = np.array([1.0, 4.0, 16.0])
    np.testing.assert_allclose(midpoints(levels, "log"), [2, 8])
    np.testing.assert_allclose(midpoints(levels, "linear"), [2.5, 10])


def test_bad_input_is_refused() -> None:
    features, parameter = samples(step(1.0), seed=9)
    with pytest.raises(ValueError, match="expected at least 4"):
        confuse(features, (parameter > 1).astype(float) + 1)
    with pytest.raises(ValueError, match="lowest level is 0"):
        confuse(features, np.where(parameter < 0.2, 0.0, parameter))
    with pytest.raises(ValueError, match="not finite"):
        confuse(np.where(features > 3, np.nan, features), parameter)
    few = np.concatenate([parameter[:-1], [99.0]])
    with pytest.raises(ValueError, match="has 1 samples"):
        confuse(features, few)


def test_four_levels_have_a_curve_and_three_have_none() -> None:
    options = ConfusionOptions(folds=2, repeats=1, permutations=1, resamples=1)
    features = np.random.default_rng(0).normal(size=(8, 2))
    parameter = np.repeat([1.0, 2.0, 3.0, 4.0], 2)
    assert len(confuse(features, parameter, options=options).boundaries) == 3
    with pytest.raises(ValueError, match="3 levels of the parameter; expected at least 4"):
        confuse(features[:6], parameter[:6], options=options)
