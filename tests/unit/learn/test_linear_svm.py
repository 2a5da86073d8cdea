"""The Newton support vector machine solves LIBLINEAR's problem, to a lower objective."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.svm import LinearSVC
from sklearn.utils.estimator_checks import estimator_checks_generator

from mechanist.core.typing import FloatArray
from mechanist.learn.estimators.linear_svm import NewtonSVC
from mechanist.learn.models import Fitted, Problem

#: scikit-learn's own checks, except the one on array libraries, which are not supported.
CHECKS = [
    (estimator, check)
    for estimator, check in estimator_checks_generator(NewtonSVC())
    if check.func.__name__ != "check_array_api_input"
]


@pytest.mark.parametrize(
    ("estimator", "check"), CHECKS, ids=lambda x: getattr(getattr(x, "func", 0), "__name__", "")
)
def test_keeps_the_contract_of_scikit_learn(
    estimator: NewtonSVC, check: Callable[[NewtonSVC], None]
) -> None:
    check(estimator)


def _data(rng: np.random.Generator, n: int = 300, p: int = 12) -> tuple[FloatArray, FloatArray]:
    X = rng.normal(size=(n, p)) @ rng.normal(size=(p, p))
    return X, (X[:, 0] + rng.normal(size=n) > 0.5).astype(float)


def _objective(w: FloatArray, b: float, X: FloatArray, y: FloatArray, C: float) -> float:
    slack = np.maximum(0, 1 - (2 * y - 1) * (X @ w + b))
    return float(0.5 * (w @ w + b * b) + C * (slack**2).sum())


@pytest.mark.parametrize("C", [1e-4, 1e-2, 1.0, 100.0])
def test_weights_are_those_of_liblinear(C: float) -> None:
    X, y = _data(np.random.default_rng(0))
    ours = NewtonSVC(C, tol=1e-12).fit(X, y)
    theirs = LinearSVC(C=C, dual=False, tol=1e-10, max_iter=10_000).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-5, atol=1e-6)
    reached = [_objective(m.coef_[0], m.intercept_[0], X, y, C) for m in (ours, theirs)]
    assert reached[0] <= reached[1] * (1 + 1e-12)
    assert ours.n_iter_ < 20


def test_single_precision_is_good_enough() -> None:
    X, y = _data(np.random.default_rng(1))
    double, single = (NewtonSVC(0.1).fit(X.astype(t), y) for t in (np.float64, np.float32))
    np.testing.assert_allclose(single.coef_, double.coef_, rtol=1e-3, atol=1e-5)


def _noisy_problem() -> tuple[Problem, np.ndarray]:
    """Return one large useful column and useless ones; only a strong penalty generalises."""
    rng = np.random.default_rng(2)
    samples = np.repeat(np.arange(8), 60)
    X = rng.normal(size=(480, 200)).astype(np.float32)
    labels = (X[:, 0] + 0.5 * rng.normal(size=480) > 0).astype(np.int8)
    X[:, 0] *= 10.0
    return Problem(X=X, Y=np.zeros((480, 1)), folds=samples % 4, samples=samples, frames=samples,
                   objects=np.tile(np.arange(60), 8), blocks={"all": slice(0, 200)},
                   train=np.ones(480, bool), seed=0), labels  # fmt: skip


def test_the_penalty_is_chosen_on_samples_held_out_of_training() -> None:
    problem, labels = _noisy_problem()
    made: list[float] = []

    def candidate(C: float) -> Callable[[int], NewtonSVC]:
        def make(seed: int) -> NewtonSVC:
            made.append(C)
            return NewtonSVC(C)

        return make

    grid = (1e-3, 1e3)
    chosen = Fitted(tuple(candidate(C) for C in grid), None).cross_classify(problem, labels)
    finals = [made[k] for k in range(2, len(made), 3)]  # two trials, then the fit on the fold
    assert finals == [1e-3] * 4
    loose = Fitted((candidate(1e3),), None).cross_classify(problem, labels)
    right = [((margin > 0) == (labels == 1)).mean() for margin in (chosen, loose)]
    assert right[0] > right[1] + 0.03


def test_the_choice_never_sees_the_test_fold() -> None:
    problem, labels = _noisy_problem()
    spoilt = np.where(problem.folds == 0, 1 - labels, labels).astype(np.int8)
    model = Fitted(tuple(lambda _, C=C: NewtonSVC(C) for C in (1e-3, 1.0)), None)
    honest, other = (model.cross_classify(problem, classes) for classes in (labels, spoilt))
    test = problem.folds == 0
    np.testing.assert_array_equal(honest[test], other[test])
    assert not np.allclose(honest[~test], other[~test])
