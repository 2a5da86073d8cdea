"""Margins of classes: their edge comes from the training folds of each fold, and from nothing else."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from learning_inputs import Files, write_inputs
from mechanist.core.typing import FloatArray
from mechanist.formats.tables import read_table, write_table
from mechanist.learn import training, training_task
from mechanist.learn.dataset import Dataset, Keys
from mechanist.learn.models import Calibration, CrossFit, Problem
from mechanist.learn.splits import Splits
from mechanist.learn.study import OBJECTS, Study, StudyFiles
from mechanist.learn.training import best_threshold, problem_of, train
from mechanist.learn.training_task import ModelSpec, make_task
from mechanist.learn.within_samples import open_within_samples
from mechanist.settings.target_names import class_target

#: Of four objects in a frame one is plastic, one is left out and two are rigid.
QUARTER, HALF = 0.25, 0.5
CLASSES = "plastic@0.020|0.25|0.50"


def two_samples() -> Dataset:
    """Return samples ``a`` and ``b`` of four objects: plastic, left out, rigid, rigid in turn."""
    keys = Keys(
        samples=("a", "b"), loads=("pull",), sample=np.repeat([0, 1], 4),
        load=np.zeros(8, np.int64), object=np.tile(np.arange(4), 2),
    )  # fmt: skip
    Y = np.tile([4.0, 3.0, 2.0, 1.0], 2)[:, None]
    return Dataset(
        np.zeros((8, 1), np.float32), Y, keys, ("d/x",), ("q@0.020",), {"d": slice(0, 1)}
    )


@dataclass(frozen=True)
class Told:
    """A regressor whose predictions are given, those of training rows too."""

    prediction: FloatArray
    of_training: tuple[FloatArray, FloatArray]

    def cross_fit(self, problem: Problem) -> CrossFit:
        known = [Calibration(rows, said[:, None]) for (_, rows, _), said in
                 zip(problem.outer(), self.of_training, strict=True)]  # fmt: skip
        return CrossFit(self.prediction[:, None], known)


def test_the_edge_of_a_fold_is_found_on_its_training_rows_and_subtracted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Told(
        prediction=np.array([7.0, 0.0, 3.0, 5.0, 40.0, 10.0, 20.0, 50.0]),
        # The model of a's fold says this of b: plastic 6, left out 5, rigid 1 and 2: the edge is 4.
        # That of b's fold says of a: plastic 30, left out 28, rigid 11 and 25: the edge is 27.5.
        of_training=(np.array([6.0, 5.0, 1.0, 2.0]), np.array([30.0, 28.0, 11.0, 25.0])),
    )
    for module in (training, training_task):
        monkeypatch.setattr(module, "make_regressor", lambda *_, **__: told)
    task = make_task("q", [0.02], [0.02], [(QUARTER, HALF)])
    table = train(two_samples(), Splits(0, (("a",), ("b",))), ModelSpec("told"), task, seed=0)
    margins = table[table["target"] == CLASSES]
    found = margins.set_index(["sample", "object"])["prediction"].to_dict()
    assert found == {
        ("a", 0): 3.0, ("a", 2): -1.0, ("a", 3): 1.0,
        ("b", 0): 12.5, ("b", 2): -7.5, ("b", 3): 22.5,
    }  # fmt: skip
    numbers = table[table["target"] == "q@0.020"].set_index(["sample", "object"])["prediction"]
    assert numbers["a", 0] == 7.0 + 2.5  # the mean of the training rows comes back


@pytest.mark.parametrize(
    ("scores", "labels", "edge"),
    [
        ([1.0, 2.0, 4.0, 5.0], [0, 0, 1, 1], 3.0),  # halfway between the classes
        ([1.0, 2.0, 3.5, 4.0, 5.0], [0, 0, -1, 1, 1], 3.0),  # objects left out do not count
        ([5.0, 1.0, 4.0, 2.0], [1, 0, 1, 0], 3.0),  # in any order
        ([1.0, 2.0, 2.0, 4.0, 9.0, 9.0], [0, 1, 0, 0, 1, 1], 6.5),  # never within equal scores
        ([1.0, 3.0, 8.0, 9.0], [1, 0, 1, 1], 5.5),  # three of four right
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [0, 0, 0, 0, 0, 1, 0, 1], 5.5),  # balanced
    ],
)
def test_the_edge_by_hand(scores: list[float], labels: list[int], edge: float) -> None:
    assert best_threshold(np.array(scores), np.array(labels, np.int8)) == edge


def margins_of(files: Files) -> "pd.Series[float]":
    study = Study(
        subject=OBJECTS, quantity="log10_d2min", strains=[0.02], class_strains=[0.02],
        class_definitions=[[0.2, 0.4]],
    )  # fmt: skip
    read = StudyFiles(targets=files.targets, splits=files.splits, features=files.features)
    model = {"label": "Ridge", "estimator": "ridge", "features": ["blind", "aware"]}
    table = open_within_samples(study, model, read).train(seed=1)  # type: ignore[arg-type]
    rows = table[table["target"] == class_target(0.02, 0.2, 0.4)].astype({"sample": str})
    return rows.set_index(["sample", "load", "object"])["prediction"]


def test_targets_of_a_test_fold_move_no_margin_in_it(tmp_path: Path) -> None:
    files = write_inputs(tmp_path, n_samples=6, n_objects=25, n_folds=3)
    before, held = margins_of(files), list(files.folds.folds[0])
    truth = read_table(files.targets)
    rows = np.flatnonzero(truth["sample"].astype(str).isin(held))
    column = truth.columns.get_loc("log10_d2min@0.020")
    values = truth.iloc[rows, column].to_numpy()
    truth.iloc[rows, column] = np.random.default_rng(3).permutation(values)
    write_table(files.targets, truth)
    after = margins_of(files)
    common = before.index.intersection(after.index)
    inside = common.get_level_values("sample").isin(held)
    assert inside.sum() > 20
    np.testing.assert_array_equal(after[common][inside], before[common][inside])
    # Control: the models of the other folds were trained on these targets.
    assert np.abs(after[common][~inside] - before[common][~inside]).max() > 1e-3


def test_inner_choices_see_samples_of_one_group_as_one() -> None:
    keys = Keys(
        samples=("a", "b", "c", "d"), loads=("pull",), sample=np.repeat(np.arange(4), 2),
        load=np.zeros(8, np.int64), object=np.tile([0, 1], 4),
    )  # fmt: skip
    dataset = replace(two_samples(), keys=keys)
    folds = (("a", "c"), ("b", "d"))
    tied = problem_of(dataset, Splits(0, folds, groups={"a": "x", "c": "x"}), seed=0).samples
    free = problem_of(dataset, Splits(0, folds), seed=0).samples
    assert [tied[i] == tied[j] for i, j in ((0, 1), (0, 4), (0, 2), (2, 6))] == [
        True, True, False, False,
    ]  # fmt: skip
    assert len(set(free.tolist())) == 4


def noisy(names: tuple[str, ...]) -> Dataset:
    """Return samples of ten objects with a faint signal; names with one first letter are copies."""
    rng = np.random.default_rng(0)
    of = {letter: (rng.normal(size=(10, 12)), rng.normal(size=10)) for letter in "abcd"}
    X = np.concatenate([of[name[0]][0] for name in names])
    noise = np.concatenate([of[name[0]][1] for name in names])
    n = len(names)
    keys = Keys(
        samples=names, loads=("pull",), sample=np.repeat(np.arange(n), 10),
        load=np.zeros(10 * n, np.int64), object=np.tile(np.arange(10), n),
    )  # fmt: skip
    Y = (0.5 * X[:, 0] + noise)[:, None]
    features = tuple(f"d/{k}" for k in range(12))
    return Dataset(X.astype(np.float32), Y, keys, features, ("q@0.020",), {"d": slice(0, 12)})


def test_copies_in_a_group_never_stand_on_both_sides_of_an_inner_choice() -> None:
    """The order of samples decides the inner halves: it matters only where copies may be parted."""
    task, folds = (
        make_task("q", [0.02], [], []),
        (("a0", "a1", "b0", "b1"), ("c0", "c1", "d0", "d1")),
    )

    def predicted(order: tuple[str, ...], groups: dict[str, str]) -> FloatArray:
        table = train(noisy(order), Splits(0, folds, groups=groups),
                      ModelSpec("ridge", ("d",)), task, seed=1)  # fmt: skip
        rows = table.astype({"sample": str}).sort_values(["sample", "object"])
        return rows["prediction"].to_numpy()

    parted = ("a0", "a1", "b0", "b1", "c0", "c1", "d0", "d1")  # halves a0 b0 and a1 b1
    whole = ("a0", "b0", "a1", "b1", "c0", "d0", "c1", "d1")  # halves a0 a1 and b0 b1
    tied = {name: name[0] for name in parted}
    np.testing.assert_allclose(predicted(parted, tied), predicted(whole, tied), atol=1e-5)
    assert np.abs(predicted(parted, {}) - predicted(whole, {})).max() > 1e-2


@pytest.mark.parametrize("kind", ["regression", "classification"])
def test_a_fold_alone_is_predicted_as_among_all_and_by_one_thread(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Copies:
        """Predicts the feature."""

        def cross_fit(self, problem: Problem) -> CrossFit:
            said = np.where(problem.predicted[:, None], problem.X.astype(float), np.nan)
            known = [Calibration(rows, problem.X[rows]) for _, rows, _ in problem.outer()]
            return CrossFit(said, known)

        def cross_classify(self, problem: Problem, labels: object) -> FloatArray:
            return np.where(problem.predicted, problem.X[:, 0].astype(float), np.nan)

    def make(*_: object, threads: int = 0) -> Copies:
        asked.append(threads)
        return Copies()

    for module in (training, training_task):
        monkeypatch.setattr(module, "make_regressor", make, raising=False)
        monkeypatch.setattr(module, "make_classifier", make, raising=False)
    dataset = replace(two_samples(), X=np.arange(8, dtype=np.float32)[:, None])
    task = make_task("q", [0.02], [0.02], [(QUARTER, HALF)])
    splits, model = Splits(0, (("a",), ("b",))), ModelSpec("told", task=kind)
    every = train(dataset, splits, model, task, seed=0)
    one = train(dataset, splits, model, task, seed=0, only=1, threads=3)
    rows = every[every["fold"] == 1].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, rows)
    assert set(one["sample"]) == {"b"}
    assert set(every["sample"]) == {"a", "b"}
    assert asked == [0, 1, 0, 3]  # the name is checked before
