"""Measurement of the costs of a call."""

import numpy as np
import pytest

from mechanist.assess.call_costs import cpu_seconds, peak_megabytes


def test_costs_grow_with_the_work() -> None:
    result, seconds = cpu_seconds(lambda: sum(range(1_000_000)))
    assert result == 499999500000
    assert 0 < seconds < cpu_seconds(lambda: sum(range(20_000_000)))[1]
    assert peak_megabytes(lambda: np.zeros(1_000_000)) == pytest.approx(8, rel=0.05)
    assert peak_megabytes(lambda: None) < 0.1


def test_memory_is_that_of_what_is_held_at_once() -> None:
    def in_turn() -> float:
        return sum(float(np.ones(1_000_000)[0]) for _ in range(3))

    def together() -> float:
        return float(np.sum([one[0] for one in [np.ones(1_000_000) for _ in range(3)]]))

    assert peak_megabytes(in_turn) == pytest.approx(8, rel=0.05)
    assert peak_megabytes(together) == pytest.approx(24, rel=0.05)


def test_what_a_call_raises_comes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        peak_megabytes(lambda: 1 / 0)
