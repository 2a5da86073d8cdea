"""Probes of leaks on answers whose dependence is known, and what another response leaves alone."""

from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers import disordered
from mechanist.assess.leakage import (
    LeakError,
    change,
    check_folds,
    check_problem,
    leak,
    other_glide,
    other_loading,
    other_ramp,
    response_change,
)
from mechanist.core.typing import FloatArray
from mechanist.formats.dislocation_batches import Branch, DislocationSample, planar, signs
from mechanist.formats.dislocation_batches import Frame as GlideFrame
from mechanist.formats.pileup_batches import PileupSample
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


def test_garbage_stands_in_all_tested_truths_and_in_half_of_the_tested_features() -> None:
    seen: list[Problem] = []

    def answers(asked: Problem) -> FloatArray:
        seen.append(asked)
        return asked.X.astype(float)

    plain = problem(n=30)  # ten tested rows
    leak(answers, plain)
    first, truth, features = seen
    tested = plain.folds == 0
    assert tested.sum() == 10
    assert (first.Y == plain.Y).all()
    assert (truth.Y != plain.Y)[:, 0].tolist() == tested.tolist()
    assert (truth.X == plain.X).all()
    changed = (features.X != plain.X)[:, 0]
    assert changed.sum() == 5
    assert not (changed & ~tested).any()
    assert (features.Y == plain.Y).all()
    # thirty spreads times one plus a normal number: no known value is nearly as far away
    off = truth.Y[tested] / plain.Y.std()
    assert 15 < off.mean() < 45
    assert 15 < off.std() < 45


def test_of_an_odd_number_of_rows_the_larger_part_is_kept() -> None:
    asked = problem()
    asked.folds[:] = [0] * 5 + [1] * 7
    seen: list[Problem] = []

    def answers(one: Problem) -> FloatArray:
        seen.append(one)
        return one.X.astype(float)

    leak(answers, asked)
    assert (seen[-1].X != asked.X).sum() == 2


def test_the_seed_of_the_garbage_decides_and_is_zero() -> None:
    def peeks(asked: Problem) -> FloatArray:
        return asked.X + asked.Y[asked.folds == 0].mean()

    assert leak(peeks, problem()) == leak(peeks, problem(), seed=0)
    assert leak(peeks, problem()) != leak(peeks, problem(), seed=1)


def test_changes_of_predictions_by_hand() -> None:
    """The spread is that of each target before; rows without a prediction do not count."""
    before = np.array([[1.0, 10.0], [3.0, 30.0], [np.nan, 20.0]])
    after = before + np.array([[0.0, 1.0], [0.5, 0.0], [7.0, 0.0]])
    assert change(before, before) == 0.0
    assert change(before, after) == pytest.approx(0.5)
    rows = np.array([True, False, True])
    assert change(before, after, rows) == pytest.approx(1.0 / np.sqrt(200 / 3))
    constant = np.ones((3, 1))
    assert change(constant, constant) == 0.0
    assert change(constant, constant + 1e-6) > 1e30
    assert response_change(lambda x: x, constant, constant + 1e-6) > 1e30


@pytest.mark.parametrize(("strain", "same"), [(0.010005, True), (0.010015, False)])
def test_a_probe_is_known_by_its_strain_to_a_thousandth(strain: float, same: bool) -> None:
    before = sample()
    after = other_loading(before, np.random.default_rng(2), kept=strain)
    found = after.loads["pull"].frames[0].configuration.positions
    assert (found == before.reference.positions).all() == same


def test_particles_elsewhere_stay_in_their_cell_and_in_their_plane() -> None:
    start = disordered(np.random.default_rng(1), n=8)
    flat = replace(start, positions=start.positions * [1.0, 1.0, 0.0])
    for before, axes in ((start, 3), (flat, 2)):
        frames = (Frame(0.01, before, np.eye(3)),)
        path = LoadPath(np.zeros((3, 3)), np.zeros((3, 3)), {}, frames)
        asked = Sample("g-0", "g", 0, before, {"pull": path})
        after = other_loading(asked, np.random.default_rng(3)).loads["pull"].frames[0]
        within = after.configuration.positions @ np.linalg.inv(before.cell)
        assert (within >= -1e-12).all()
        assert (within <= 1).all()
        assert (np.ptp(within, axis=0) > 0.3).tolist() == [True] * axes + [False] * (3 - axes)


def test_another_glide_keeps_planes_and_signs_and_moves_everything_else() -> None:
    start = planar(
        np.array([1.0, 5.0, 8.0]), np.array([0.5, 2.0, 4.0]), np.array([1.0, -1.0, 1.0]), 10.0
    )
    frames = (GlideFrame(0.01, 0.3, start), GlideFrame(0.02, 0.5, start))
    branch = Branch(start, np.linspace(0, 0.02, 6), np.linspace(0, 1, 6), frames)
    series = {"time": np.arange(6.0)}
    before = DislocationSample("d-0", "d", 0, {"undeformed": branch}, series=series)
    after = other_glide(before, np.random.default_rng(0))
    new = after.branches["undeformed"]
    assert new.start is start
    assert (np.diff(new.stress) > 0).all()
    assert new.stress.shape == branch.stress.shape
    for old, one in zip(frames, new.frames, strict=True):
        assert old.stress < one.stress < old.stress + 1
        assert (one.configuration.positions[:, 1] == start.positions[:, 1]).all()
        assert signs(one.configuration).tolist() == [1.0, -1.0, 1.0]
        x = one.configuration.positions[:, 0]
        assert ((x >= 0) & (x <= 10)).all()
        assert (x != start.positions[:, 0]).all()
        assert np.ptp(x) > 1
    assert sorted(after.series["time"]) == sorted(series["time"])
    assert after.series["time"].tolist() != series["time"].tolist()


def test_another_ramp_flows_beyond_its_last_stress() -> None:
    states = np.tile([1.0, 2.0, 3.0], (4, 1))
    before = PileupSample(
        "p-0", "p", 0, 50.0, np.zeros(8), states[0], np.arange(4.0), np.arange(4.0), states, 3.5
    )
    after = other_ramp(before, np.random.default_rng(0))
    assert (after.start == before.start).all()
    assert after.states.shape == (4, 3)
    assert (np.diff(after.states, axis=1) > 0).all()
    assert after.states.max() > 10
    assert ((after.states >= 0) & (after.states <= 50)).all()
    assert (np.diff(after.stress) > 0).all()
    assert after.flow_stress == after.stress[-1] + 1


@pytest.mark.parametrize(
    ("folds", "message"),
    [
        ([0, 1, 0], None),
        ([1, 1, 0], r"1 samples were tested in a fold .* the first 'a' in 1 instead of 0;"),
        ([1, 0, 0], r"2 samples were tested in a fold .* the first 'a' in 1 instead of 0;"),
        ([0, 0, 1], r"2 samples were tested in a fold .* the first 'b' in 0 instead of 1;"),
    ],
)
def test_samples_in_wrong_folds_are_counted_and_the_first_is_named(
    folds: list[int], message: str | None
) -> None:
    splits = SimpleNamespace(fold_of={"a": 0, "b": 1, "c": 0}, samples=["a", "b", "c"])
    table = pd.DataFrame({"sample": list("abc"), "fold": folds}).loc[[0, 0, 1, 1, 2]]
    refused = pytest.raises(LeakError, match=message) if message else nullcontext()
    with refused:
        check_folds(table, splits)  # type: ignore[arg-type]


def test_samples_in_several_folds_or_in_none_are_counted_and_the_first_is_named() -> None:
    splits = SimpleNamespace(fold_of={"a": 0, "b": 1}, samples=["a", "b"])
    torn = pd.DataFrame({"sample": list("bbaab"), "fold": [1, 0, 0, 1, 1]})
    with pytest.raises(LeakError, match=r"2 samples were tested in more than one fold.*first 'a'"):
        check_folds(torn, splits)  # type: ignore[arg-type]
    strange = pd.DataFrame({"sample": list("azy"), "fold": [0, 0, 1]})
    with pytest.raises(LeakError, match=r"2 samples are in no fold of the splits, the first 'y'"):
        check_folds(strange, splits)  # type: ignore[arg-type]
