"""Intervals over whole samples: values by hand, and coverage of new samples by simulation."""

import numpy as np
import pytest

from mechanist.predict.conformal import (
    fewest_samples,
    held_coverage,
    held_within,
    largest_error,
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


def by_loops(residuals: np.ndarray, samples: np.ndarray, level: float) -> tuple[float, float]:
    """Return the interval by sorting and adding up the weights of samples one by one."""
    names = sorted(set(samples.tolist()))
    weight = [1 / (len(names) * (samples == name).sum()) for name in samples]

    def quantile(values: list[float], share: float, scale: float = 1.0) -> float:
        total = 0.0
        for value, w in sorted(zip(values, weight, strict=True)):
            total += w * scale
            if total >= share - 1e-9:
                return value
        return max(values)

    tail = (1 - level) / 2
    low, middle, high = (quantile(residuals.tolist(), q) for q in (tail, 0.5, 1 - tail))
    reach = [max((r - middle) / (high - middle), (middle - r) / (middle - low)) for r in residuals]
    size = quantile(reach, level, len(names) / (len(names) + 1))
    return middle - size * (middle - low), middle + size * (high - middle)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9])
@pytest.mark.parametrize("seed", range(3))
def test_intervals_of_uneven_samples_by_plain_loops(level: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, 25, 300)
    residuals = rng.exponential(size=300) + samples % 3
    found = residual_interval(residuals, samples, level=level)
    assert found == pytest.approx(by_loops(residuals, samples, level))


@pytest.mark.parametrize(("level", "largest"), [(0.9, 18.0), (0.95, 19.0), (0.5, 10.0)])
def test_the_largest_error_by_hand(level: float, largest: float) -> None:
    """Each of 19 samples counts one twentieth, as does the new one."""
    errors = np.arange(1.0, 20.0)
    assert largest_error(errors, np.arange(19), level=level) == largest
    # a sample of two rows counts as much as one of a single row
    twice = largest_error(np.append(errors, 100.0), np.append(np.arange(19), 18), level=0.95)
    assert twice == 100.0
    assert largest_error(np.append(errors, 0.5), np.append(np.arange(19), 0), level=0.5) == 10.0


def test_too_few_samples_have_no_largest_error() -> None:
    assert largest_error(np.arange(18.0), np.arange(18), level=0.95) is None
    assert largest_error(np.arange(40.0), np.arange(40) // 4, level=0.95) is None


def test_a_residual_at_the_end_of_the_interval_is_held_and_folds_are_told_apart() -> None:
    samples = np.arange(40)
    zeros = np.zeros(40)
    within = held_within(zeros, samples, samples % 2, level=0.9)
    assert within is not None
    assert within.all()
    # the other fold holds -10 to 9, so that its interval is that of twenty samples
    residuals = np.concatenate([np.arange(-10.0, 10.0), np.full(20, 30.0)])
    residuals[20:25] = 0.0
    shares = held_coverage(residuals, samples, np.repeat([3, 7], 20), level=0.9)
    # that fold holds 0 and 30, and its interval lies between them
    assert shares == [10 / 20, 5 / 20]
    assert held_within(zeros[:10], samples[:10], samples[:10] % 2, level=0.9) is None
