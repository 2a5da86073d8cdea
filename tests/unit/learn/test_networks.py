"""Networks on tables: they learn a signal, nothing from noise, and are reproducible."""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.learn.estimators.catalogue import make_regressor
from mechanist.learn.estimators.networks import LineNetwork, NetworkRegressor, Perceptron
from mechanist.learn.models import Problem
from mechanist.learn.network_training import Schedule, fit

CELLS = 16


def lines(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two channels along a periodic line, and shift-invariant targets."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2, CELLS))
    y = np.stack([(x[:, 0] * x[:, 1]).mean(axis=1), (x[:, 0] ** 2).mean(axis=1)], axis=1)
    return x.reshape(n, -1).astype(np.float32), y


def problem_of(X: np.ndarray, Y: np.ndarray) -> Problem:
    n, cells = len(X), X.shape[1] // 2
    each = np.arange(n)
    return Problem(
        X=X, Y=Y, folds=each % 2, samples=each, frames=each, objects=0 * each, seed=1,
        blocks={"a": slice(0, cells), "b": slice(cells, 2 * cells)}, train=np.ones(n, bool),
    )  # fmt: skip


def r2(truth: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    return 1 - ((truth - prediction) ** 2).mean(axis=0) / truth.var(axis=0)


SMALL = {"width": 16, "depth": 1, "epochs": 30, "learning_rate": 0.01}
LINE = {"filters": [8, 8], "reach": 1, "pool": 2, "width": 8, "epochs": 30}


def test_the_convolution_learns_what_the_perceptron_cannot() -> None:
    X, Y = lines(400, 0)
    line = make_regressor("line_network", LINE).cross_fit(problem_of(X, Y)).prediction
    dense = make_regressor("perceptron", SMALL).cross_fit(problem_of(X, Y)).prediction
    assert r2(Y, line).min() > 0.7
    assert r2(Y, dense).min() < 0.4


@pytest.mark.parametrize("signal", [True, False])
def test_a_perceptron_learns_a_line_and_nothing_from_noise(signal: bool) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4)).astype(np.float32)
    y = X @ [1.0, -2, 0, 3] if signal else rng.normal(size=300)
    perceptron = make_regressor("perceptron", SMALL)
    score = r2(y, perceptron.cross_fit(problem_of(X, y[:, np.newaxis])).prediction[:, 0])
    assert score > 0.95 if signal else score < 0.1


def test_equal_seeds_give_equal_predictions() -> None:
    X, Y = lines(60, 3)
    first, second, other = (
        NetworkRegressor(
            lambda i, o, key: Perceptron(i, o, width=4, depth=1, key=key),
            Schedule(epochs=3, batch=16),
            seed,
        ).fit(X, Y).predict(X)
        for seed in (1, 1, 2)
    )  # fmt: skip
    np.testing.assert_array_equal(first, second)
    assert np.abs(first - other).max() > 1e-3


@settings(max_examples=15, deadline=None, derandomize=True)
@given(shift=st.integers(1, 3), seed=st.integers(0, 100))
def test_shifts_by_the_pooled_cell_change_nothing(shift: int, seed: int) -> None:
    network = LineNetwork(2, 3, filters=(4, 4), reach=1, pool=4, width=4, key=jax.random.key(seed))
    x = np.random.default_rng(seed).normal(size=(2, CELLS)).astype(np.float32)
    before = np.asarray(network(x.ravel()))
    after = np.asarray(network(np.roll(x, 4 * shift, axis=1).ravel()))
    np.testing.assert_allclose(after, before, atol=1e-5)
    mirrored = np.asarray(network(x[:, ::-1].ravel()))
    assert np.abs(mirrored - before).max() > 1e-4


def test_one_target_keeps_its_shape_and_constant_columns_do_no_harm() -> None:
    X, Y = lines(60, 3)
    X[:, 3] = 7.0
    network = NetworkRegressor(
        lambda i, o, key: Perceptron(i, o, width=4, depth=1, key=key), Schedule(epochs=2)
    )
    with pytest.raises(ValueError, match="call fit first"):
        network.predict(X)
    prediction = network.fit(X, Y[:, 0]).predict(X)
    assert prediction.shape == (60,)
    assert np.isfinite(prediction).all()


def test_wrong_input_is_refused() -> None:
    X, Y = lines(60, 3)
    with pytest.raises(ValueError, match="do not divide into 3 channels"):
        NetworkRegressor(Perceptron, Schedule(), channels=3).fit(X, Y)
    with pytest.raises(ValueError, match="early stopping"):
        fit(None, X[:5], Y[:5], schedule=Schedule(), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="held = 1"):
        Schedule(held=1.0)
    with pytest.raises(ValueError, match="at least 1"):
        Schedule(epochs=0)
