"""The bias-corrected and accelerated interval, from draws and left-out values that are given."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats

from mechanist.assess.resampling import Interval, mean_interval, statistic_interval

NORMAL = NormalDist()


def interval(
    value: float, left_out: Sequence[float], drawn: Sequence[float], *, level: float = 0.9
) -> Interval:
    """Return the interval of a statistic that takes these values, first on all samples."""
    values = iter([value, *left_out, *drawn])
    n = len(left_out)
    return statistic_interval(lambda _: next(values), n, level=level, resamples=len(drawn))


#: Draws whose quantile of any order is that order: the ends of the interval are then the orders.
EVEN = np.linspace(0.0, 1.0, 2001).tolist()
#: Values that are nearly symmetric, and values of which one is far out.
FLAT, SKEWED = [1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 0.0, 0.0, 0.0, 10.0]


def orders(below: float, left_out: Sequence[float], level: float) -> tuple[float, float]:
    """Return the orders of the quantiles after Efron, with Student's reach as Hesterberg has it."""
    n, mean = len(left_out), sum(left_out) / len(left_out)
    cubes = sum((mean - x) ** 3 for x in left_out)
    squares = sum((mean - x) ** 2 for x in left_out)
    a, z0 = cubes / (6 * squares**1.5), NORMAL.inv_cdf(below)
    reach = stats.t(n - 1).ppf((1 + level) / 2) * (n / (n - 1)) ** 0.5
    ends = [z0 + s * reach for s in (-1, 1)]
    low, high = (NORMAL.cdf(z0 + z / (1 - a * z)) for z in ends)
    return low, high


@pytest.mark.parametrize("level", [0.5, 0.9])
@pytest.mark.parametrize("left_out", [FLAT, SKEWED])
@pytest.mark.parametrize("value", [0.3, 0.5, 0.62])
def test_ends_are_the_corrected_quantiles(
    value: float, left_out: list[float], level: float
) -> None:
    found = interval(value, left_out, EVEN, level=level)
    below = (EVEN.index(pytest.approx(value)) + 0.5) / len(EVEN)
    assert (found.low, found.high) == pytest.approx(orders(below, left_out, level), abs=1e-9)
    assert (found.value, found.n, found.method) == (value, 5, "bca")


def test_ends_by_numbers_worked_out_once() -> None:
    """n = 5 and level 0.5: t = 0.740697, reach 0.828124; skewed: a = -0.111803."""
    symmetric = interval(0.5, FLAT, EVEN, level=0.5)
    assert (symmetric.low, symmetric.high) == pytest.approx((0.203800, 0.796200), abs=2e-6)
    skewed = interval(0.5, SKEWED, EVEN, level=0.5)
    assert (skewed.low, skewed.high) == pytest.approx((0.180721, 0.775759), abs=2e-6)


def test_a_bias_moves_both_ends_twice() -> None:
    """Without acceleration the ends are at 2 z0 - reach and 2 z0 + reach."""
    plain, biased = interval(0.5, FLAT, EVEN), interval(0.6915, FLAT, EVEN)
    z = [NORMAL.inv_cdf(end) for end in (plain.low, plain.high, biased.low, biased.high)]
    assert z[2] - z[0] == pytest.approx(2 * 0.5, abs=2e-3)
    assert z[3] - z[1] == pytest.approx(2 * 0.5, abs=2e-3)


def test_equal_draws_count_half() -> None:
    """Of discrete draws half of the equal ones lie below: a symmetric statistic has no bias."""
    drawn = [0.0] * 250 + [1.0] * 500 + [2.0] * 250
    found = interval(1.0, FLAT, drawn, level=0.2)
    # t = 0.270722 for 4 degrees of freedom gives the orders 0.381 and 0.619: both ends are at 1
    assert (found.low, found.high) == (1.0, 1.0)
    wide = interval(1.0, FLAT, drawn, level=0.5)
    assert (wide.low, wide.high) == (0.0, 2.0)


def test_a_value_outside_all_draws_keeps_finite_ends() -> None:
    for value in (-1.0, 2.0):
        found = interval(value, FLAT, EVEN)
        assert np.isfinite([found.low, found.high]).all()
        assert found.low <= found.high


def test_left_out_values_that_are_all_equal_give_no_acceleration() -> None:
    found = interval(0.5, [1.0] * 5, EVEN, level=0.5)
    assert (found.low, found.high) == pytest.approx((0.203800, 0.796200), abs=2e-6)


def test_few_skewed_samples_get_an_interval_that_leans_as_they_do() -> None:
    values = np.random.default_rng(1).lognormal(sigma=1.2, size=40)
    found = mean_interval(values, level=0.9, resamples=4000, seed=2)
    assert found.high - found.value > 1.5 * (found.value - found.low)
    mirrored = mean_interval(-values, level=0.9, resamples=4000, seed=2)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low), rel=1e-9)


def test_a_value_outside_all_draws_counts_as_half_a_draw_from_the_end() -> None:
    drawn = np.linspace(0.0, 1.0, 101).tolist()
    found = interval(-1.0, FLAT, drawn, level=0.5)
    assert (found.low, found.high) == pytest.approx(orders(0.5 / 101, FLAT, 0.5), abs=1e-9)
    found = interval(2.0, FLAT, drawn, level=0.5)
    assert (found.low, found.high) == pytest.approx(orders(1 - 0.5 / 101, FLAT, 0.5), abs=1e-9)


def test_draws_that_are_all_equal_have_an_interval_without_width() -> None:
    found = interval(3.0, FLAT, [3.0] * 20)
    assert (found.low, found.high, found.method, found.n) == (3.0, 3.0, "bca", 5)
