"""Batched logistic regressions against single ones by scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mechanist.learn.estimators.logistic import logistic_scores


def problem(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(80, 5)) * [1, 10, 0.1, 1, 1] + [0, 3, 0, 0, 100]
    drift = x[:, 0] + 0.3 * x[:, 1] + rng.normal(size=80)
    return x, drift[:, None] > [-1.0, 0.5, 3.0], rng.normal(size=(20, 5)) * 3


@pytest.mark.parametrize("penalty", [0.1, 10.0])
def test_scores_are_those_of_scikit_learn(penalty: float) -> None:
    x, labels, test = problem(0)
    weights = np.random.default_rng(1).integers(0, 3, len(x)).astype(float)
    scores = logistic_scores(x, labels, test, penalty=penalty, weights=weights)
    mean = weights @ x / weights.sum()
    scale = np.sqrt(weights @ (x - mean) ** 2 / weights.sum())
    for k in range(labels.shape[1]):
        model = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=2000)
        model.fit((x - mean) / scale, labels[:, k], sample_weight=weights)
        np.testing.assert_allclose(
            scores[:, k], model.decision_function((test - mean) / scale), atol=1e-4
        )


def test_a_weight_is_a_number_of_copies() -> None:
    x, labels, test = problem(2)
    weights = np.arange(len(x)) % 3
    copies = np.repeat(np.arange(len(x)), weights)
    np.testing.assert_allclose(
        logistic_scores(x, labels, test, penalty=1.0, weights=weights.astype(float)),
        logistic_scores(x[copies], labels[copies], test, penalty=1.0),
        rtol=1e-6, atol=1e-8,
    )  # fmt: skip


def test_separable_and_single_class_labellings_stay_bounded() -> None:
    x, labels, test = problem(3)
    labels = np.column_stack([x[:, 0] > 0, np.zeros(len(x), bool), np.ones(len(x), bool)])
    scores = logistic_scores(x, labels, test, penalty=1e-3)
    assert np.isfinite(scores[:, 0]).all()
    assert (scores[:, 1] == -np.inf).all()
    assert (scores[:, 2] == np.inf).all()


def test_a_constant_feature_changes_nothing() -> None:
    x, labels, test = problem(4)
    wider = [np.column_stack([a, np.full(len(a), v)]) for a, v in ((x, 7.0), (test, 9.0))]
    np.testing.assert_array_equal(
        logistic_scores(wider[0], labels, wider[1], penalty=1.0),
        logistic_scores(x, labels, test, penalty=1.0),
    )


def test_bad_input_is_refused() -> None:
    x, labels, test = problem(5)
    with pytest.raises(ValueError, match="penalty = 0"):
        logistic_scores(x, labels, test, penalty=0.0)
    with pytest.raises(ValueError, match="expected \\(n, d\\)"):
        logistic_scores(x, labels, test[:, :2], penalty=1.0)
