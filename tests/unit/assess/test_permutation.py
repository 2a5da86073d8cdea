"""The permutation test of two models has its nominal false-positive rate."""

import itertools

import numpy as np
import pytest
from scipy import stats

from mechanist.assess.permutation import exchange_p, exchanges, sign_flip_p
from mechanist.assess.sample_moments import sample_moments
from mechanist.assess.sample_scores import statistics
from mechanist.core.typing import FloatArray


def test_few_samples_have_every_arrangement_once() -> None:
    rows = exchanges(4, 100, 0)
    assert rows.shape == (16, 4)
    assert len(np.unique(rows, axis=0)) == 16
    assert not rows[0].any()
    assert exchanges(40, 100, 0).shape == (101, 40)


def test_sign_flips_equal_scipys_permutation_test() -> None:
    differences = np.random.default_rng(0).normal(0.4, 1.0, 9)
    ours = sign_flip_p(differences, permutations=1000, seed=0)
    theirs = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=np.inf
    ).pvalue
    assert ours == pytest.approx(theirs)
    drawn = sign_flip_p(differences, permutations=511, seed=0)
    assert ours != drawn == pytest.approx(theirs, abs=0.07)


def _share(shift: float, n: int = 12) -> float:
    """Return the share of 200 pairs of models that differ significantly at 10 %."""
    rng = np.random.default_rng(1)
    p = [sign_flip_p(rng.normal(shift, 1.0, n), permutations=300, seed=seed) for seed in range(200)]
    return float((np.array(p) <= 0.1).mean())


def test_equal_models_differ_as_often_as_the_level_says_and_others_more() -> None:
    assert 0.05 < _share(0.0) < 0.15
    assert _share(1.0) > 0.8


def _pair(first: float, second: float, seed: int, n: int = 25) -> list[FloatArray]:
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n)
    return [sample_moments(truth, truth + noise * rng.normal(size=n)) for noise in (first, second)]


def test_scores_of_a_population_too() -> None:
    options = {"permutations": 200, "seed": 0}
    equal = [exchange_p(*_pair(1.0, 1.0, seed), statistics(), **options) for seed in range(100)]
    better = [exchange_p(*_pair(0.5, 2.0, seed), statistics(), **options) for seed in range(20)]
    for name in statistics():
        assert np.mean([p[name] <= 0.1 for p in equal]) < 0.2, name
        assert np.mean([p[name] <= 0.1 for p in better]) > 0.8, name
    same, _ = _pair(1.0, 1.0, 0)
    assert set(exchange_p(same, same, statistics(), **options).values()) == {1.0}


def test_as_many_arrangements_as_are_allowed_are_listed_and_otherwise_drawn() -> None:
    assert len(exchanges(4, 16, 0)) == 16
    drawn = exchanges(4, 15, 0)
    assert len(drawn) == 16
    assert len(np.unique(drawn, axis=0)) < 16  # draws repeat
    many = exchanges(64, 400, 0)
    assert not many[0].any()
    assert 0.48 < many[1:].mean() < 0.52


def test_no_p_value_is_zero() -> None:
    """Of 40 samples that all agree, no drawn arrangement reaches the observed one but itself."""
    assert sign_flip_p(np.ones(40), permutations=99, seed=0) == pytest.approx(1 / 100)
    assert sign_flip_p(np.zeros(40), permutations=99, seed=0) == 1.0


@pytest.mark.parametrize(("apart", "p"), [(0.3e-12, 1.0), (0.7e-12, 0.5), (0.01, 0.5)])
def test_numbers_that_differ_by_rounding_are_equal(apart: float, p: float) -> None:
    """With differences 1 and d, the other arrangement lies 2 d below the observed one."""
    assert sign_flip_p(np.array([1.0, apart]), permutations=4, seed=0) == p


def test_exchanged_labels_by_plain_loops() -> None:
    rng = np.random.default_rng(5)
    first, second = rng.normal(0.5, 1.0, (5, 2)), rng.normal(size=(5, 2))
    named = {"mean": lambda m: m[..., 0], "ratio": lambda m: m[..., 0] / (2 + m[..., 1] ** 2)}
    found = exchange_p(first, second, named, permutations=32, seed=0)
    for name, statistic in named.items():
        apart = []
        for flips in itertools.product([False, True], repeat=5):
            where = np.array(flips)[:, None]
            one, other = np.where(where, second, first), np.where(where, first, second)
            apart.append(abs(statistic(one.mean(axis=0)) - statistic(other.mean(axis=0))))
        assert found[name] == np.mean(np.array(apart) >= apart[0] * (1 - 1e-9)), name
    assert 0 < found["mean"] < 1
    assert found["mean"] == sign_flip_p((first - second)[:, 0], permutations=32, seed=0)
