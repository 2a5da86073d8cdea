"""The permutation test of two models has its nominal false-positive rate."""

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
