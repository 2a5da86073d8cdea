"""Classification of samples, with controls that must fail."""

from dataclasses import replace

import numpy as np
import pytest

from mechanist.learn import classification
from mechanist.learn.classification import ClassificationOptions, grouped_folds, predicted_classes

CLASSES = np.repeat(np.arange(4), 15)


def test_distinct_classes_are_told_apart_and_equal_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(60, 5))
    distinct = noise + 8 * np.eye(4, 5)[CLASSES]
    assert (predicted_classes(distinct, CLASSES) == CLASSES).mean() == 1.0
    assert 0.05 < (predicted_classes(noise, CLASSES) == CLASSES).mean() < 0.45


def test_a_fold_never_holds_a_part_of_a_group() -> None:
    groups = np.random.default_rng(1).integers(0, 20, 60)
    fold = grouped_folds(CLASSES, groups, 5, np.random.default_rng(2))
    assert all(len(np.unique(fold[groups == g])) == 1 for g in np.unique(groups))
    assert len(np.unique(fold)) == 5


def test_grouping_hides_what_only_copies_could_tell() -> None:
    """Near-twin samples share a random class, so without groups a twin reveals the answer."""
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(30), 2)
    identity = np.eye(30)[groups]  # one feature per pair
    classes = np.repeat(rng.integers(0, 2, 30), 2)
    options = ClassificationOptions(penalty=0.01)
    leaking = predicted_classes(identity, classes, options=options)
    grouped = predicted_classes(identity, classes, groups, options=options)
    assert (leaking == classes).mean() > 0.75
    assert (grouped == classes).mean() < 0.65


def test_bad_input_is_refused() -> None:
    features = np.zeros((60, 2))
    with pytest.raises(ValueError, match=r"expected\s+\(n, d\)"):
        predicted_classes(features[:3], CLASSES)
    with pytest.raises(ValueError, match="2 groups for 5 folds"):
        predicted_classes(features, CLASSES, np.arange(60) % 2)
    with pytest.raises(ValueError, match="1 features are not finite"):
        predicted_classes(np.where(np.arange(120).reshape(60, 2) == 3, np.inf, features), CLASSES)


def test_folds_are_those_of_seed_zero_by_default() -> None:
    noise = np.random.default_rng(5).normal(size=(60, 5))
    default = predicted_classes(noise, CLASSES)
    assert default.shape == (4, 60)
    chosen = ClassificationOptions(folds=5, repeats=4, penalty=1.0, seed=0)
    assert (default == predicted_classes(noise, CLASSES, options=chosen)).all()
    assert (default != predicted_classes(noise, CLASSES, options=replace(chosen, seed=1))).any()


def test_folds_by_hand() -> None:
    """Each class is dealt in turn, from a fold that is drawn; copies follow their first sample."""
    classes, groups = np.repeat([0, 1], [7, 5]), np.array([0, 1, 2, 3, 4, 5, 0, 6, 7, 8, 9, 3])
    starts = set()
    for seed in range(12):
        fold = grouped_folds(classes, groups, 3, np.random.default_rng(seed))
        assert fold[6] == fold[0]
        assert fold[11] == fold[3]
        assert sorted(np.bincount(fold[:6], minlength=3)) == [2, 2, 2]
        assert sorted(np.bincount(fold[7:11], minlength=3)) == [1, 1, 2]
        starts.add(int(np.bincount(fold[7:11], minlength=3).argmax()))
    assert starts == {0, 1, 2}
    # the generator of seed 1 permutes six members to 3 1 4 0 2 5 and starts at fold 2
    fold = grouped_folds(np.zeros(6, int), np.arange(6), 3, np.random.default_rng(1))
    order = np.random.default_rng(1).permutation(6)
    assert (np.diff(fold[order]) % 3 == 1).all()


def test_as_many_groups_as_folds_are_enough_and_every_shape_counts() -> None:
    features, classes = np.random.default_rng(0).normal(size=(10, 2)), np.arange(10) // 2 % 2
    options = ClassificationOptions(folds=2, repeats=1)
    told = predicted_classes(features, np.zeros(10, int), np.arange(10) % 2, options=options)
    assert told.shape == (1, 10)
    for wrong in (
        (features[:, 0], classes, np.arange(10)),
        (features, classes[:-1], np.arange(10)),
        (features, classes, np.arange(9)),
    ):
        with pytest.raises(ValueError, match=r"expected\s+\(n, d\), \(n,\), \(n,\)"):
            predicted_classes(*wrong, options=options)


def test_every_repeat_deals_anew_and_the_penalty_reaches_the_classifier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def scores(
        train: np.ndarray, labels: np.ndarray, test: np.ndarray, *, penalty: float
    ) -> np.ndarray:
        asked.append((len(train), labels.shape, test[:, 0].tolist(), penalty))
        return np.eye(3)[np.full(len(test), 2)]

    monkeypatch.setattr(classification, "logistic_scores", scores)
    features = np.arange(12.0)[:, None]
    options = ClassificationOptions(folds=4, repeats=2, penalty=7.0)
    told = predicted_classes(features, np.arange(12) % 3, options=options)
    assert (told == 2).all()
    assert [(n, shape, penalty) for n, shape, _, penalty in asked] == [(9, (9, 3), 7.0)] * 8
    for half in (asked[:4], asked[4:]):
        assert sorted(x for _, _, tested, _ in half for x in tested) == list(range(12))
    assert [t for _, _, t, _ in asked[:4]] != [t for _, _, t, _ in asked[4:]]
