"""Estimators are found by name, and reject unknown parameters."""

import os
import subprocess
import sys

import numpy as np
import pytest

from mechanist.learn.estimators.block_ridge import BlockRidge
from mechanist.learn.estimators.catalogue import (
    ESTIMATORS,
    make_classifier,
    make_regressor,
)
from mechanist.learn.models import OtherLoads, Problem
from mechanist.learn.plastic_classes import LEFT_OUT, class_labels
from mechanist.learn.row_sampling import draw_balanced, draw_evenly

SMALL = {
    "hist_boosting": {"iterations": 20, "columns": 1.0, "l2": 0.0},
    "xgboost": {"iterations": 20, "columns": 1.0, "l2": 1.0},
    "linear_svm": {"C": 0.1},
    "logistic": {"C": 0.1},
    "stacked": {"structure": ["structure"], "final": "ridge"},
}
#: Needs columns along a line; see test_networks.py.
LINE = "line_network"
REGRESSORS = [n for n, kind in ESTIMATORS.items() if "regression" in kind.tasks and n != LINE]
CLASSIFIERS = [name for name, kind in ESTIMATORS.items() if "classification" in kind.tasks]


def _problem(*, seed: int = 0, n_samples: int = 8, size: int = 40, signal: float = 1.0) -> Problem:
    """Return samples under two loads; target = column + pattern shared by loads + noise."""
    rng = np.random.default_rng(seed)
    n = n_samples * 2 * size
    samples = np.repeat(np.arange(n_samples), 2 * size)
    objects = np.tile(np.arange(size), 2 * n_samples)
    X = rng.normal(size=(n, 6)).astype(np.float32)
    shared = rng.normal(size=(n_samples, size))[samples, objects]
    y = signal * (X[:, 0] + 0.5 * X[:, 4]) + shared + 0.1 * rng.normal(size=n)
    return Problem(
        X=X,
        Y=np.stack([y, -y], axis=1),
        folds=samples % 4,
        samples=samples,
        frames=np.repeat(np.arange(2 * n_samples), size),
        objects=objects,
        blocks={"structure": slice(0, 4), "indicator": slice(4, 6)},
        train=np.ones(n, bool),
        seed=1,
    )


@pytest.mark.parametrize("name", [name for name in REGRESSORS if name != "dummy"])
def test_every_regressor_finds_the_signal_of_samples_not_trained_on(name: str) -> None:
    problem = _problem()
    result = make_regressor(name, SMALL.get(name)).cross_fit(problem)
    floor = 0.35 if name == "ceiling_other_loads" else 0.6
    for k in range(2):
        assert np.corrcoef(result.prediction[:, k], problem.Y[:, k])[0, 1] > floor
    assert len(result.calibration) == 4
    for fold, known in enumerate(result.calibration):
        assert not (problem.folds[known.rows] == fold).any()
        assert known.prediction.shape == (len(known.rows), 2)


@pytest.mark.parametrize(
    "name", [n for n in REGRESSORS if n not in ("dummy", "ceiling_other_loads")]
)
def test_no_regressor_finds_what_is_not_there(name: str) -> None:
    problem = _problem(signal=0.0)
    result = make_regressor(name, SMALL.get(name)).cross_fit(problem)
    assert abs(np.corrcoef(result.prediction[:, 0], problem.Y[:, 0])[0, 1]) < 0.15


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_every_classifier_finds_the_signal_of_samples_not_trained_on(name: str) -> None:
    problem = _problem()
    labels = np.concatenate(
        [class_labels(problem.Y[s : s + 40, 0], 0.2, 0.5) for s in range(0, len(problem.Y), 40)]
    )
    margin = make_classifier(name, SMALL.get(name)).cross_classify(problem, labels)
    known = labels != LEFT_OUT
    right = (margin > 0) == (labels == 1)
    assert 0.5 * (right[labels == 1].mean() + right[labels == 0].mean()) > 0.65
    assert np.isfinite(margin[known]).all()


@pytest.mark.parametrize("name", ["hist_boosting", "xgboost"])
def test_boosting_repeats_itself_exactly(name: str) -> None:
    parameters = {**SMALL[name], "max_rows": 200, "columns": 0.5}
    first, second = (
        make_regressor(name, parameters).cross_fit(_problem()).prediction for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_components_reduce_before_boosting() -> None:
    problem = _problem()
    whole = make_regressor("hist_boosting", {**SMALL["hist_boosting"], "components": 6})
    assert np.corrcoef(whole.cross_fit(problem).prediction[:, 0], problem.Y[:, 0])[0, 1] > 0.5


def test_the_dummy_predicts_the_mean_of_its_training_rows() -> None:
    problem = _problem()
    prediction = make_regressor("dummy").cross_fit(problem).prediction
    for fold in range(4):
        expected = problem.Y[problem.folds != fold].mean(axis=0)
        np.testing.assert_allclose(
            prediction[problem.folds == fold], expected[None, :].repeat(160, 0)
        )


def test_the_ceiling_is_the_mean_of_the_other_loads() -> None:
    problem = _problem(n_samples=4)
    result = OtherLoads().cross_fit(problem)
    y = problem.Y[:, 0].reshape(4, 2, 40)
    np.testing.assert_allclose(result.prediction[:, 0].reshape(4, 2, 40), y[:, ::-1])
    problem.train[:] = problem.frames % 2 == 0
    with pytest.raises(ValueError, match="at least two loads"):
        OtherLoads().cross_fit(problem)


def test_stacking_needs_structure_and_indicators() -> None:
    for structure in (["absent"], ["structure", "indicator"]):
        model = make_regressor("stacked", {"structure": structure, "final": "ridge"})
        with pytest.raises(ValueError, match="expected some of the features"):
            model.cross_fit(_problem())


def test_what_is_unknown_is_refused_with_what_is_known() -> None:
    with pytest.raises(ValueError, match=r"'forest' is unknown; known are .*'ridge'"):
        make_regressor("forest")
    with pytest.raises(ValueError, match=r"no parameters \['alpha'\]; it takes \['penalties'"):
        make_regressor("ridge", {"alpha": 1.0})
    with pytest.raises(ValueError, match=r"'linear_svm' does not support regression"):
        make_regressor("linear_svm")
    with pytest.raises(ValueError, match=r"needs parameters \['structure'\]"):
        make_regressor("stacked")
    with pytest.raises(ValueError, match="no parameters"):
        make_regressor("stacked", {"structure": ["a"], "final_parameters": {"trees": 3}})


def test_rows_are_drawn_evenly_from_frames() -> None:
    frames = np.repeat(np.arange(5), [100, 100, 100, 100, 4])
    rows = np.flatnonzero(frames != 1)
    rng = np.random.default_rng(0)
    drawn = draw_evenly(rows, frames, 100, rng)
    assert len(drawn) == len(set(drawn)) == 100
    assert set(drawn) <= set(rows)
    assert np.bincount(frames[drawn], minlength=5).tolist() == [32, 0, 32, 32, 4]
    np.testing.assert_array_equal(draw_evenly(rows, frames, None, rng), rows)


def test_classes_are_drawn_in_equal_numbers() -> None:
    rng = np.random.default_rng(0)
    frames = np.repeat(np.arange(4), 100)
    labels = np.tile(np.repeat([1, 0, -1], [10, 50, 40]), 4).astype(np.int8)
    rows = draw_balanced(np.arange(400), labels, frames, None, rng)
    assert np.bincount(labels[rows] + 1).tolist() == [0, 40, 40]
    fewer = draw_balanced(np.arange(400), labels, frames, 20, rng)
    assert np.bincount(labels[fewer] + 1).tolist() == [0, 10, 10]
    with pytest.raises(ValueError, match="0 plastic and 200 rigid"):
        draw_balanced(np.flatnonzero(labels == 0), labels, frames, None, rng)


def test_the_ridge_of_the_registry_is_the_estimator() -> None:
    problem = _problem()
    result = make_regressor("ridge", {"penalties": [1.0]}).cross_fit(problem)
    rows = problem.folds != 0
    X = problem.X.astype(float)
    model = BlockRidge(penalties=(1.0,)).fit(X[rows], problem.Y[rows], groups=problem.samples[rows])
    np.testing.assert_allclose(result.prediction[~rows], model.predict(X[~rows]), atol=1e-5)


def test_scikit_learn_is_imported_only_for_its_own_estimators() -> None:
    program = (
        "import sys\n"
        "from mechanist.learn.estimators.catalogue import make_regressor\n"
        "for name in ('ridge', 'dummy', 'perceptron', 'hist_boosting'):\n"
        "    make_regressor(name)\n"
        "    print(name, 'sklearn' in sys.modules)\n"
    )
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(  # a fresh process, since this one has imported it
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [
        "ridge", "False", "dummy", "False", "perceptron", "False", "hist_boosting", "True",
    ]  # fmt: skip
