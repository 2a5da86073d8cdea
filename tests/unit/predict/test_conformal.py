"""Intervals over whole samples: values by hand, and coverage of new samples by simulation."""

import numpy as np
import pytest

from mechanist.predict.conformal import (
    fewest_samples,
    held_coverage,
    largest_expected,
    residual_interval,
)


@pytest.mark.parametrize(("level", "fewest"), [(0.9, 9), (0.8, 4), (0.5, 1), (0.95, 19)])
def test_fewest_samples(level: float, fewest: int) -> None:
    assert fewest_samples(level) == fewest
    residuals = np.arange(fewest, dtype=float)
    assert residual_interval(residuals, np.arange(fewest), level=level) is not None
    assert residual_interval(residuals[1:], np.arange(fewest - 1), level=level) is None


def test_interval_of_one_object_a_sample_by_hand() -> None:
    """Of 39 samples each counts 1/40 beside the new one: the 36th of 39 distances is the size.

    The median of 0, 1, ..., 38 is 19; the tails of five per cent are at 1 and 37, equally far.
    Distances from the median are 0, then each number from 1 to 19 twice: the 36th is 18.
    """
    assert residual_interval(np.arange(39.0), np.arange(39), level=0.9) == (1.0, 37.0)
    # Of nine samples the largest distance is needed.
    assert residual_interval(np.arange(9.0) - 4, np.arange(9), level=0.9) == (-4.0, 4.0)


def test_tails_need_not_be_equal() -> None:
    """Ten times as far above as below."""
    residuals = np.concatenate([-np.arange(1.0, 21.0), [0.0], 10 * np.arange(1.0, 21.0)])
    found = residual_interval(residuals, np.arange(41), level=0.9)
    assert found is not None
    assert found[1] == pytest.approx(-10 * found[0])
    assert -19 <= found[0] <= -18


def test_a_large_sample_counts_as_much_as_a_small_one() -> None:
    small = np.arange(38.0)
    samples = np.arange(38)
    alone = residual_interval(np.append(small, 100.0), np.append(samples, 38), level=0.9)
    repeated = residual_interval(
        np.append(small, np.full(5000, 100.0)), np.append(samples, np.full(5000, 38)), level=0.9
    )
    assert alone is not None
    assert repeated == pytest.approx(alone)
    assert alone[1] < 40


def one_set(rng: np.random.Generator, n_samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Residuals that samples share in part: deviation 1 between samples, 0.5 within."""
    level = np.repeat(rng.normal(size=n_samples), 30)
    return level + 0.5 * rng.normal(size=30 * n_samples), np.repeat(np.arange(n_samples), 30)


def test_coverage_of_new_samples_is_nominal_and_of_rows_alone_is_not() -> None:
    rng = np.random.default_rng(0)
    covered, naive = [], []
    for _ in range(400):
        residuals, samples = one_set(rng, 40)
        new, _ = one_set(rng, 1)
        found = residual_interval(residuals, samples, level=0.9)
        assert found is not None
        covered.append(np.mean((new >= found[0]) & (new <= found[1])))
        few = residuals[samples < 10]
        low, high = np.quantile(few, [0.05, 0.95])
        naive.append(np.mean((new >= low) & (new <= high)))
    assert 0.9 <= np.mean(covered) <= 0.96
    assert np.mean(naive) < 0.87


def test_held_coverage_is_of_folds_that_were_left_out() -> None:
    rng = np.random.default_rng(1)
    residuals, samples = one_set(rng, 60)
    folds = samples % 2
    shares = held_coverage(residuals, samples, folds, level=0.9)
    assert len(shares) == 2
    assert 0.8 < np.mean(shares) < 0.98
    shifted = np.where(folds == 1, residuals + 20, residuals)
    assert held_coverage(shifted, samples, folds, level=0.9) == [0.0, 0.0]
    assert held_coverage(residuals, samples, folds, level=0.99) == []


def test_largest_expected_distance_by_hand() -> None:
    assert largest_expected(range(1, 20), level=0.95) == 19
    assert largest_expected(range(1, 40), level=0.95) == 38
    assert largest_expected(range(1, 19), level=0.95) == np.inf


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 1.5])
def test_a_level_that_is_no_probability_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match=r"expected a probability between 0 and 1"):
        residual_interval(np.zeros(40), np.arange(40), level=level)
