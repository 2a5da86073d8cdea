"""Probes of leaks on answers whose dependence is known, and what another response leaves alone."""

from dataclasses import replace

import numpy as np
import pytest

from helpers import disordered
from mechanist.assess.leakage import (
    LeakError,
    check_problem,
    leak,
    other_loading,
    response_change,
)
from mechanist.core.typing import FloatArray
from mechanist.formats.sample import Frame, LoadPath, Sample
from mechanist.learn.models import Problem


def problem(n: int = 12, folds: int = 3) -> Problem:
    """Return a problem of one feature and one target, two rows a sample."""
    rng = np.random.default_rng(0)
    samples = np.arange(n) // 2
    return Problem(
        X=rng.normal(size=(n, 1)).astype(np.float32), Y=rng.normal(size=(n, 1)),
        folds=samples % folds, samples=samples, frames=np.arange(n), objects=np.arange(n) % 2,
        blocks={"d": slice(0, 1)}, train=np.ones(n, bool), seed=0,
    )  # fmt: skip


def test_answers_from_the_own_row_of_features_are_tight() -> None:
    found = leak(lambda asked: 2.0 * asked.X.astype(float), problem())
    assert (found.truth, found.features, found.tight) == (0.0, 0.0, True)


def test_training_rows_may_be_used_and_those_of_the_tested_fold_may_not() -> None:
    def trained(asked: Problem) -> FloatArray:
        return asked.X * asked.Y[asked.folds != 0].mean() + asked.X[asked.folds != 0].mean()

    assert leak(trained, problem()).tight
    peeks = leak(lambda asked: asked.X + 1e-3 * asked.Y[asked.folds == 0].mean(), problem())
    assert peeks.truth > 1e-3
    assert (peeks.features, peeks.tight) == (0.0, False)
    compares = leak(lambda asked: asked.X + 1e-3 * asked.X[asked.folds == 0].mean(), problem())
    assert compares.features > 1e-3
    assert (compares.truth, compares.tight) == (0.0, False)


def test_changes_are_in_spreads_of_the_predictions() -> None:
    small, large = (
        leak(lambda asked, s=s: s * (asked.X + asked.Y[asked.folds == 0].sum()), problem())
        for s in (1e-4, 1e4)
    )
    assert small.truth == pytest.approx(large.truth, rel=1e-6)
    assert small.truth > 10  # garbage is tens of deviations away


def test_only_the_first_fold_is_asked_for() -> None:
    asked_for = []

    def answers(asked: Problem) -> FloatArray:
        asked_for.append(asked.only)
        return asked.X.astype(float)

    leak(answers, problem())
    assert asked_for == [0, 0, 0]


def test_a_sample_on_both_sides_is_named_with_its_fold() -> None:
    check_problem(problem())
    torn = problem()
    torn.folds[5] = 0  # one of the two rows of sample 2, which is in fold 2
    with pytest.raises(LeakError, match=r"fold 0 trains on 1 of the samples .* first number 2;"):
        check_problem(torn)
    check_problem(replace(torn, train=np.arange(12) != 4, only=0))  # the other row trains nothing


PROBE = 0.01


def sample() -> Sample:
    start = disordered(np.random.default_rng(1), n=8)
    frames = tuple(Frame(strain, start, np.eye(3)) for strain in (PROBE, 0.0101, 0.02))
    curve = {"strain": np.linspace(0, 1, 6), "stress": np.linspace(0, 2, 6)}
    path = LoadPath(np.zeros((3, 3)), np.zeros((3, 3)), curve, frames)
    return Sample("g-0", "g", 0, start, {"pull": path})


@pytest.mark.parametrize(("kept", "same"), [(None, []), (PROBE, [0]), (0.02, [2]), (0.5, [])])
def test_another_loading_keeps_the_reference_and_one_probe(
    kept: float | None, same: list[int]
) -> None:
    before = sample()
    after = other_loading(before, np.random.default_rng(2), kept=kept)
    np.testing.assert_array_equal(after.reference.positions, before.reference.positions)
    frames = zip(before.loads["pull"].frames, after.loads["pull"].frames, strict=True)
    equal = [
        bool((a.configuration.positions == b.configuration.positions).all()) for a, b in frames
    ]
    assert np.flatnonzero(equal).tolist() == same
    old, new = (one.loads["pull"].curve["stress"] for one in (before, after))
    assert sorted(new) == sorted(old)
    assert new.tolist() != old.tolist()


def test_a_change_of_features_is_in_their_spread() -> None:
    before, after = np.array([[0.0], [2.0]]), np.array([[0.5], [2.0]])
    assert response_change(lambda x: x, before, after) == 0.5  # the spread is 1
    assert response_change(lambda x: x, before, before) == 0.0
    assert response_change(lambda x: x, before, after[:1]) == np.inf
    assert response_change(lambda x: 1e6 * x, before, after) == pytest.approx(0.5)
