"""Folds that tear samples on purpose: who shares a fold, and that trees find a planted class."""

import dataclasses

import numpy as np
import pytest

from mechanist.learn.estimators.undersampled_trees import UndersampledTrees
from mechanist.learn.models import Problem
from mechanist.learn.torn_folds import Unit, torn


def problem(n_samples: int = 4, loads: int = 2, objects: int = 50) -> Problem:
    sample, load, place = (
        axis.ravel() for axis in np.indices((n_samples, loads, objects)).astype(np.int64)
    )
    rng = np.random.default_rng(0)
    n = len(sample)
    return Problem(
        X=rng.normal(size=(n, 4)).astype(np.float32), Y=rng.normal(size=(n, 1)), folds=sample % 2,
        samples=sample, frames=sample * loads + load, objects=place, blocks={"x": slice(0, 4)},
        train=np.ones(n, bool), seed=3,
    )  # fmt: skip


def test_whole_samples_stay_as_the_splits_say() -> None:
    given = problem()
    assert torn(given, Unit.SAMPLE) is given


def test_an_object_is_in_one_fold_under_all_loads_and_its_neighbours_are_not() -> None:
    given = problem()
    found = torn(given, Unit.OBJECT)
    by_object = found.folds.reshape(4, 2, 50)
    assert (by_object[:, 0] == by_object[:, 1]).all()
    assert all(set(one) == {0, 1} for one in by_object[:, 0])
    assert len(np.unique(found.samples)) == 200
    assert (found.frames == given.frames).all()


def test_rows_tear_the_loads_of_an_object_apart() -> None:
    by_object = torn(problem(), Unit.ROW).folds.reshape(4, 2, 50)
    assert 60 < (by_object[:, 0] != by_object[:, 1]).sum() < 140
    assert np.bincount(by_object.ravel()).tolist() == [200, 200]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("unit", "rows"), [(Unit.OBJECT, 2), (Unit.ROW, 1)])
def test_folds_hold_equally_many_whatever_the_seed(seed: int, unit: Unit, rows: int) -> None:
    found = torn(dataclasses.replace(problem(objects=51), seed=seed), unit)
    whole = 4 * 51 * 2 // rows
    assert np.bincount(found.folds).tolist() == [rows * whole // 2] * 2
    assert np.unique(found.samples).tolist() == list(range(whole))


@pytest.mark.parametrize(("column", "right"), [(1, True), (3, False)])
def test_trees_learn_a_planted_class_and_no_other(column: int, right: bool) -> None:
    given = problem()
    labels = (given.X[:, 1] > 1).astype(np.int8)
    margin = UndersampledTrees(trees=20, draws=2).cross_classify(given, labels)
    classes = given.X[:, column] > 1
    share = (classes == (margin > 0)).mean()
    assert (share > 0.95) == right


def test_samples_of_fewer_objects_than_there_are_samples_stay_apart() -> None:
    found = torn(problem(n_samples=7, objects=2), Unit.OBJECT)
    by_object = found.samples.reshape(7, 2, 2)
    np.testing.assert_array_equal(by_object[:, 0], by_object[:, 1])
    assert len(np.unique(by_object[:, 0])) == 14
