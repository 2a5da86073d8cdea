"""Regressors for few rows: scores by rank, and hyperparameters chosen on the fitted rows only."""

import warnings

import numpy as np
import pytest
from scipy.stats import kstest, spearmanr

from mechanist.core.typing import FloatArray
from mechanist.learn.estimators.catalogue import make_regressor
from mechanist.learn.estimators.normal_scores import RankGauss, StoppedPerceptron
from mechanist.learn.models import Problem


def test_scores_are_normal_whatever_the_tails_and_do_not_jump_beyond_them() -> None:
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_cauchy(400), np.exp(5 * rng.normal(size=400))])
    map_ = RankGauss().fit(X)
    scores = map_.transform(X)
    assert min(kstest(column, "norm").pvalue for column in scores.T) > 0.9
    for k in range(2):
        assert spearmanr(X[:, k], scores[:, k])[0] == pytest.approx(1.0)
    assert map_.transform([[1e9, -1.0]])[0] == pytest.approx(
        [scores[:, 0].max(), scores[:, 1].min()]
    )
    assert np.abs(scores).max() < 3.2


def test_equal_values_share_a_score() -> None:
    X = np.array([[0.0, 7.0], [0.0, 7.0], [1.0, 7.0], [2.0, 7.0]])
    scores = RankGauss().fit(X).transform(X)
    assert scores[0, 0] == scores[1, 0] < scores[2, 0] < scores[3, 0]
    np.testing.assert_array_equal(scores[:, 1], 0.0)


def problem(X: FloatArray, y: FloatArray) -> Problem:
    n = len(X)
    return Problem(
        X=X.astype(np.float32),
        Y=y[:, None],
        folds=np.arange(n) % 4,
        samples=np.arange(n),
        frames=np.arange(n),
        objects=np.zeros(n, np.int64),
        blocks={"all": slice(0, X.shape[1])},
        train=np.ones(n, bool),
        seed=3,
    )


def r2(name: str, X: FloatArray, y: FloatArray) -> float:
    said = make_regressor(name).cross_fit(problem(X, y)).prediction[:, 0]
    return 1 - float(np.mean((said - y) ** 2) / y.var())


@pytest.mark.parametrize("name", ["linear", "ridge_gauss", "svr", "mlp"])
def test_each_learns_from_few_rows_and_finds_nothing_in_noise(name: str) -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(160, 8))
    y = 1e-3 * (X[:, 0] - X[:, 3] + 0.3 * rng.normal(size=160)) + 0.02
    assert r2(name, X, y) > 0.7
    assert r2(name, X, 1e-3 * rng.normal(size=160)) < 0.1


def test_only_ranks_survive_heavy_tails() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(200, 6))
    y = X[:, 0] + 0.2 * rng.normal(size=200)
    X[:, 0] = np.exp(6 * X[:, 0])
    assert r2("ridge_gauss", X, y) > 0.8
    assert r2("linear", X, y) < 0.5


def test_support_vectors_and_perceptron_bend() -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(300, 3))
    y = X[:, 0] ** 2 + 0.1 * rng.normal(size=300)
    assert r2("ridge_gauss", X, y) < 0.2
    assert r2("svr", X, y) > 0.6


def test_the_same_seed_gives_the_same_network() -> None:
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(80, 4)), rng.normal(size=80)
    first, second = (
        make_regressor("mlp", {"iterations": 5}).cross_fit(problem(X, y)).prediction
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_stopping_early_is_no_warning() -> None:
    rng = np.random.default_rng(5)
    network = StoppedPerceptron(hidden_layer_sizes=(4,), solver="lbfgs", max_iter=1, random_state=0)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        network.fit(rng.normal(size=(30, 2)), rng.normal(size=30))
    assert told == []
    assert network.n_iter_ == 1  # it did stop early
