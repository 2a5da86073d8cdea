"""Training out of fold refuses what would flatter a score, and networks can train for some folds."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.learn.models import CrossFit, Dummy, Problem
from mechanist.learn.out_of_fold import classify, fit_states, regress
from mechanist.learn.splits import Splits
from mechanist.learn.state_estimator import StateInputs

PROBLEM = Problem(
    X=np.zeros((6, 1), np.float32),
    Y=np.arange(6.0)[:, None],
    folds=np.array([0, 0, 1, 1, 2, 2]),
    samples=np.array([4, 4, 0, 1, 2, 3]),
    frames=np.arange(6),
    objects=np.zeros(6, np.int64),
    blocks={"all": slice(0, 1)},
    train=np.ones(6, bool),
    seed=0,
)
SPLITS = Splits(seed=0, folds=(("a", "b"), ("c",), ("d",)))


class Told:
    """A model that returns what it was told."""

    def __init__(self, said: FloatArray) -> None:
        self.said = said

    def cross_fit(self, problem: Problem) -> CrossFit:
        return CrossFit(self.said, [])

    def cross_classify(self, problem: Problem, labels: NDArray[np.int8]) -> FloatArray:
        return self.said[:, 0]


def trained(kind: str, model: Told, problem: Problem) -> FloatArray:
    if kind == "classes":
        return classify(model, problem, np.zeros(len(problem.Y), np.int8))
    return regress(model, problem).prediction[:, 0]


def test_every_row_is_predicted_from_the_other_folds() -> None:
    said = regress(Dummy(), PROBLEM).prediction[:, 0]
    np.testing.assert_array_equal(said, [3.5, 3.5, 2.5, 2.5, 1.5, 1.5])
    margin = classify(Told(PROBLEM.Y), PROBLEM, np.zeros(6, np.int8))
    np.testing.assert_array_equal(margin, np.arange(6.0))


def test_a_classifier_is_given_the_problem_and_the_labels() -> None:
    class Noting(Told):
        def cross_classify(self, problem: Problem, labels: NDArray[np.int8]) -> FloatArray:
            asked.append((problem, labels.tolist()))
            return super().cross_classify(problem, labels)

    asked: list[tuple[Problem, list[int]]] = []
    labels = np.array([0, 1, -1, 0, 1, 0], np.int8)
    classify(Noting(PROBLEM.Y), PROBLEM, labels)
    assert len(asked) == 1
    assert asked[0][0] is PROBLEM
    assert asked[0][1] == [0, 1, -1, 0, 1, 0]


@pytest.mark.parametrize("kind", ["numbers", "classes"])
@pytest.mark.parametrize("first", [[0, 1], [1, 0]])
def test_a_sample_on_both_sides_is_refused(kind: str, first: list[int]) -> None:
    torn = replace(PROBLEM, folds=np.array([*first, 1, 1, 2, 2]))
    with pytest.raises(ValueError, match=r"samples number \[4\] have rows in several folds"):
        trained(kind, Told(torn.Y), torn)


@pytest.mark.parametrize("kind", ["numbers", "classes"])
def test_a_row_without_a_prediction_is_refused(kind: str) -> None:
    said = PROBLEM.Y.copy()
    said[3] = np.nan
    with pytest.raises(ValueError, match="Told left 1 predictions missing or not finite"):
        trained(kind, Told(said), PROBLEM)
    with pytest.raises(ValueError, match=r"of shape \(5"):
        trained(kind, Told(PROBLEM.Y[:5]), PROBLEM)
    beside = replace(PROBLEM, only=2)  # row 3 is not asked for
    assert np.isnan(trained(kind, Told(said), beside)[3])


class Mean:
    """Predicts the mean of the training states plus the fold's number; remembers its rows."""

    def __init__(self, *, forgets: bool = False) -> None:
        self.rows: list[list[int]] = []
        self.forgets = forgets

    def read(
        self,
        files: Sequence[Path],
        targets: Path,
        names: Sequence[str],
        *,
        samples: Collection[str] | None = None,
    ) -> StateInputs[object]:
        raise NotImplementedError

    def cross_fit(
        self,
        inputs: object,
        targets: FloatArray,
        *,
        samples: NDArray[np.int64],
        folds: NDArray[np.int64],
        train: NDArray[np.bool_],
        seed: int,
    ) -> tuple[FloatArray, list["Constant"]]:
        said, fitted = np.full_like(targets, np.nan), []
        for fold in np.unique(folds[folds >= 0]):
            training = np.flatnonzero(train & (folds != fold))
            self.rows.append(training.tolist())
            fitted.append(Constant(targets[training].mean(axis=0) + fold))
            said[folds == fold] = fitted[-1].level
        return said, fitted[1:] if self.forgets else fitted


class Constant:
    """A fitted mean."""

    def __init__(self, level: FloatArray) -> None:
        self.level = level

    def predict(self, inputs: object) -> FloatArray:
        return self.level


def states() -> StateInputs[object]:
    keys = pd.DataFrame({"sample": pd.Categorical(["d", "a", "c", "a", "b"])})
    return StateInputs(keys, np.array([[1.0], [2.0], [4.0], [8.0], [16.0]]), object())


def test_states_are_predicted_by_fold_of_their_sample() -> None:
    found = fit_states(Mean(), states(), SPLITS, seed=0)
    np.testing.assert_array_equal(found.folds, [2, 0, 1, 0, 0])
    means = {0: (1 + 4) / 2, 1: (1 + 2 + 8 + 16) / 4 + 1, 2: (2 + 4 + 8 + 16) / 4 + 2}
    np.testing.assert_allclose(found.prediction[:, 0], [means[k] for k in (2, 0, 1, 0, 0)])
    assert sorted(found.fitted) == [0, 1, 2]
    np.testing.assert_array_equal(found.training(0), [0, 2])


def test_a_fold_alone_is_trained_for_as_among_all() -> None:
    every, some = Mean(), Mean()
    whole = fit_states(every, states(), SPLITS, seed=0)
    found = fit_states(some, states(), SPLITS, seed=0, only=[1])
    assert some.rows == [every.rows[1]]
    assert found.fitted[1].level == whole.fitted[1].level  # type: ignore[attr-defined]
    assert np.isnan(found.prediction[[0, 1, 3, 4]]).all()
    assert found.prediction[2, 0] == whole.prediction[2, 0]
    np.testing.assert_array_equal(found.training(1), every.rows[1])
    for wrong in ([3], []):
        with pytest.raises(ValueError, match=r"expected some of \[0, 1, 2\]"):
            fit_states(Mean(), states(), SPLITS, seed=0, only=wrong)


def test_states_are_learnt_from_chosen_samples_only() -> None:
    model = Mean()
    found = fit_states(model, states(), SPLITS, seed=0, train_samples=["a", "c"])
    assert model.rows == [[2], [1, 3], [1, 2, 3]]
    np.testing.assert_array_equal(found.training(2), [1, 2, 3])


def test_an_estimator_that_keeps_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match=r"2 fitted estimators for the folds \[0, 1, 2\]"):
        fit_states(Mean(forgets=True), states(), SPLITS, seed=0)


def test_an_estimator_is_told_which_states_are_of_one_sample() -> None:
    class Asked(Mean):
        def cross_fit(self, inputs: object, targets: FloatArray, **options: object) -> object:
            self.options = options
            return super().cross_fit(inputs, targets, **options)  # type: ignore[arg-type]

    model = Asked()
    fit_states(model, states(), SPLITS, seed=5, only=[0])
    assert model.options["seed"] == 5
    told = model.options["samples"].tolist()
    assert [told[i] == told[j] for i, j in ((1, 3), (0, 1), (0, 2), (1, 4))] == [
        True, False, False, False,
    ]  # fmt: skip
    assert model.options["folds"].tolist() == [-1, 0, -1, 0, 0]
    assert model.options["train"].all()
