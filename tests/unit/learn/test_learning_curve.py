"""Learning curves train any model on nested subsets; augmented copies are learnt from, not scored."""

import numpy as np

from mechanist.learn.learning_curve import CurveSizes, augmented, learning_curve, problem_curve
from mechanist.learn.models import CrossFit, Problem
from mechanist.learn.splits import make_splits

SPLITS = make_splits([f"s-{k}" for k in range(8)], folds=2, seed=3)
CURVE = CurveSizes(sizes=[1, 2, 9], draws=2, seed=5)


def problem() -> Problem:
    fold = np.array([SPLITS.fold_of[name] for name in SPLITS.samples])
    return Problem(
        X=np.arange(8, dtype=np.float32)[:, None],
        Y=np.arange(8.0)[:, None] ** 2,
        folds=fold,
        samples=np.arange(8),
        frames=np.arange(8),
        objects=np.zeros(8, np.int64),
        blocks={"all": slice(0, 1)},
        train=np.ones(8, bool),
        seed=0,
    )


class Count:
    """Predicts the number of training rows of each fold."""

    def cross_fit(self, problem: Problem) -> CrossFit:
        said = np.zeros_like(problem.Y)
        for _, training, test in problem.outer():
            said[test] = len(training)
        return CrossFit(said, [])


def test_every_size_of_every_draw_is_trained_on_a_subset_that_holds_the_smaller() -> None:
    points = list(learning_curve(set, SPLITS, CURVE, label="toy"))
    assert [(p.draw, p.n_train) for p in points] == [(d, n) for d in (0, 1) for n in (1, 2, 4)]
    first = [p.predicted for p in points if p.draw == 0]
    assert first[0] < first[1] < first[2] == set(SPLITS.samples)
    assert points[3].predicted != first[0]  # another draw has another order


def test_a_problem_is_trained_on_the_chosen_samples_of_the_other_folds() -> None:
    points = list(problem_curve(Count, problem(), SPLITS, CURVE, label="toy"))
    assert [p.n_train for p in points] == [1, 2, 4, 1, 2, 4]
    for point in points:
        np.testing.assert_array_equal(point.predicted[:, 0], np.full(8, point.n_train))


def test_copies_follow_their_rows_and_stay_in_their_fold() -> None:
    first = problem()
    whole = augmented(first, [first.X + 0.5, -first.X])
    np.testing.assert_array_equal(whole.X[:8], first.X)
    np.testing.assert_array_equal(whole.X[8:, 0], [*(np.arange(8) + 0.5), *-np.arange(8.0)])
    assert whole.X.dtype == np.float32
    for key in ("Y", "folds", "samples", "frames", "objects", "train"):
        given = getattr(first, key)
        np.testing.assert_array_equal(getattr(whole, key), [*given, *given, *given])
    (point, *_) = problem_curve(Count, whole, SPLITS, CURVE, label="toy")
    np.testing.assert_array_equal(point.predicted[:, 0], np.full(24, 3))


def test_without_copies_nothing_changes() -> None:
    first = problem()
    same = augmented(first, [])
    np.testing.assert_array_equal(same.X, first.X)
    assert len(same.Y) == 8
