"""Rates of many channels from their values: exact for polynomials, run by run, and refused without times."""

import numpy as np
import pytest

from mechanist.discover.channel_rates import LOCAL, derivative_of, rates_of, with_computed_rates
from mechanist.formats.channels import Channels

STEP = 0.1
TIMES = STEP * np.arange(20)
#: A cubic and a square in one run; the same with other signs in the next, so that runs must not mix.
VALUES = np.stack([TIMES**3, TIMES**2], axis=1)
RATES = np.stack([3 * TIMES**2, 2 * TIMES], axis=1)
SERIES = np.repeat([0, 1], 20)


def two_runs(step: float | None) -> Channels:
    values = np.concatenate([VALUES, -VALUES])
    return Channels(values, np.full_like(values, 7.0), np.empty((40, 0)), SERIES, step=step)


def test_rates_of_polynomials_are_exact_in_every_run() -> None:
    data = two_runs(STEP)
    for derivative in (LOCAL, derivative_of({"method": "finite_difference", "accuracy": 4})):
        found = rates_of(data.snapshots, SERIES, STEP, derivative)
        np.testing.assert_allclose(found, np.concatenate([RATES, -RATES]), atol=1e-9)
    second = rates_of(data.snapshots, SERIES, STEP, LOCAL, order=2)
    np.testing.assert_allclose(second[:20, 0], 6 * TIMES, atol=1e-9)
    np.testing.assert_allclose(second[20:, 1], -2.0, atol=1e-9)


def test_stated_rates_are_replaced_and_ends_of_runs_left_out() -> None:
    found = with_computed_rates(two_runs(STEP), LOCAL)
    np.testing.assert_allclose(found.rates[:14], RATES[3:17], atol=1e-9)
    np.testing.assert_allclose(found.rates[14:], -RATES[3:17], atol=1e-9)
    np.testing.assert_array_equal(found.snapshots[:14], VALUES[3:17])
    assert found.series.tolist() == [0] * 14 + [1] * 14


def test_windows_are_those_of_the_entry() -> None:
    wide = derivative_of({"method": "local_polynomial", "half_width": 5, "degree": 2})
    assert (wide.half_width, wide.degree) == (5, 2)
    assert len(with_computed_rates(two_runs(STEP), wide).series) == 2 * (20 - 10)


def test_unknown_times_are_refused() -> None:
    with pytest.raises(ValueError, match="the time between snapshots is not known"):
        with_computed_rates(two_runs(None), LOCAL)
