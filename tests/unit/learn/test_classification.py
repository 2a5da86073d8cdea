"""Classification of samples, with controls that must fail."""

from dataclasses import replace

import numpy as np
import pytest

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
