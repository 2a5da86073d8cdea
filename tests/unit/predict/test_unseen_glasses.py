"""Tests of a model on unseen glasses: a world of known coverage, and one in which it must fall."""

import dataclasses
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from glasses import glass
from kept_models import kept_model
from linear_world import LOAD, TARGET, World, linear_world, sample_of, truth_of, unseen
from mechanist.assess.scorer import make_scorer
from mechanist.describe.descriptor import load_descriptor
from mechanist.formats.sample import Frame, write_sample
from mechanist.learn.splits import read_splits
from mechanist.mechanics.loads import simple_shear
from mechanist.predict.conformal import residual_interval
from mechanist.predict.judgement import judgement, refusal
from mechanist.predict.kept_model import KeptDescriptor
from mechanist.predict.particle_predictions import predict_particles
from mechanist.predict.unseen_glasses import (
    UnseenGlass,
    judged_held_out,
    judged_unseen,
    read_unseen,
)
from mechanist.predict.unseen_rows import ROWS

SCORER = make_scorer(subject="objects", level=0.95, resamples=200, top_fractions=[0.1])
NAMES = {"model": "joint", "train": "flat", "test": "new"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return linear_world(tmp_path_factory.mktemp("world"))


def rows_of(world: World, glasses: list[UnseenGlass]) -> "pd.Series[float]":
    judged = judged_unseen(world.model, glasses, LOAD)
    metrics = ["spearman", "r2_within"]
    table = judgement(judged, SCORER, metrics=metrics, units=world.units, names=NAMES)
    assert tuple(table.columns) == ROWS
    return table.set_index("metric")["value"].astype(float)


def test_glasses_made_alike_are_covered_as_stated_and_not_reported(world: World) -> None:
    found = rows_of(world, unseen(20, seed=5))
    assert 0.87 <= found["coverage"] <= 0.95
    assert found["outside"] <= 0.2
    assert abs(found["shift"]) < 0.05
    assert 0.5 < found["distance"] < 1


def test_in_a_shifted_world_coverage_falls_and_glasses_are_reported(world: World) -> None:
    found = rows_of(world, unseen(10, seed=6, stretch=1.03, shift=1.5))
    assert found["coverage"] < 0.6
    assert found["outside"] == 1.0
    assert found["distance"] > 1.5
    assert found["shift"] > 0.5


def test_a_shift_of_the_truth_alone_lowers_coverage_as_calculated(world: World) -> None:
    """The noise is normal with a deviation of 0.5, so the share within the interval follows."""
    found = rows_of(world, unseen(20, seed=5, shift=1.0))
    interval = world.model.intervals[0]
    assert interval is not None
    noise = NormalDist(1.0, 0.5)
    expected = noise.cdf(interval.upper) - noise.cdf(interval.lower)
    assert 0.2 < expected < 0.5
    assert found["coverage"] == pytest.approx(expected, abs=0.03)
    assert found["shift"] == pytest.approx(1.0, abs=0.05)
    assert found["outside"] <= 0.2
    alike = rows_of(world, unseen(20, seed=5))
    # Scores compare particles within a glass, which a shift of all of them leaves alone.
    for metric in ("spearman", "r2_within"):
        assert found[metric] == pytest.approx(alike[metric])
    assert alike["spearman"] > 0.3


def test_values_are_those_of_the_kept_model_and_the_interval_is_its_own(world: World) -> None:
    (glass_,) = unseen(2, seed=7)[:1]
    table = judged_unseen(world.model, [glass_], LOAD).table
    direct = predict_particles(world.model, glass_.sample.reference, {}).table
    np.testing.assert_allclose(table["prediction"], direct[TARGET])
    np.testing.assert_allclose(table["truth"], glass_.truth[TARGET])
    within = (table["truth"] >= direct[f"{TARGET}|lower"]) & (
        table["truth"] <= direct[f"{TARGET}|upper"]
    )
    np.testing.assert_array_equal(judged_unseen(world.model, [glass_], LOAD).within, within)


def test_held_out_glasses_are_judged_by_intervals_of_the_other_folds(world: World) -> None:
    splits = read_splits(world.files.splits)
    judged = judged_held_out(world.predictions, splits, LOAD, [TARGET], level=0.9)
    table = world.predictions
    residual = (table["truth"] - table["prediction"]).to_numpy()
    sample = pd.factorize(table["sample"].astype(str))[0]
    first = (table["fold"] == 0).to_numpy()
    low, high = residual_interval(residual[~first], sample[~first], level=0.9) or (0.0, 0.0)
    expected = (residual[first] >= low) & (residual[first] <= high)
    assert judged.within is not None
    np.testing.assert_array_equal(judged.within[first], expected)
    assert 0.86 <= judged.within.mean() <= 0.95
    assert judged.outside == ()
    rows = judgement(judged, SCORER, metrics=["spearman"], units=world.units, names=NAMES)
    assert sorted(rows["metric"]) == ["coverage", "shift", "spearman"]
    assert set(rows["n_samples"]) == {30}


def test_another_load_of_the_same_glasses_is_left_out(world: World) -> None:
    other = world.predictions.assign(load="pull", truth=100.0)
    both = pd.concat([world.predictions, other], ignore_index=True)
    splits = read_splits(world.files.splits)
    judged = judged_held_out(both, splits, LOAD, [TARGET], level=0.9)
    assert set(judged.table["load"].astype(str)) == {LOAD}
    assert len(judged.table) == len(world.predictions)


def test_a_glass_in_three_dimensions_is_refused_with_the_reason(world: World) -> None:
    c = glass(3)[0]
    solid = UnseenGlass(sample_of(c, "solid"), pd.DataFrame({TARGET: np.zeros(len(c))}))
    with pytest.raises(ValueError, match="dimension 3; model 'joint' of system 'flat' has seen"):
        judged_unseen(world.model, [solid], LOAD)
    with pytest.raises(ValueError, match="simulation of all these glasses failed"):
        judged_unseen(world.model, [], LOAD)
    row = refusal("too thick", SCORER, load=LOAD, glasses=4, names=NAMES).iloc[0]
    assert (row["metric"], row["value"], row["n_samples"]) == ("refused", 1.0, 4)
    assert row["reason"] == "too thick"


def test_a_rival_reads_the_state_after_a_tiny_step() -> None:
    """Slopes of one on D2min after the step: the largest prediction is the largest D2min."""
    c = glass(2)[0]
    moved = c.positions.copy()
    moved[17, 0] += 0.05
    step = Frame(0.002, c.moved(moved, c.cell), np.eye(3))
    sample = sample_of(c, "new-0000")
    path = dataclasses.replace(sample.loads[LOAD], gradient=simple_shear("xy"), frames=(step,))
    sample = dataclasses.replace(sample, loads={LOAD: path})
    base = kept_model("rotation_invariants")
    describe = load_descriptor("elastic_step")
    names = tuple(describe(c, load=path.tensor, probe=step.configuration).names)
    assert names[0] == "elastic_d2min"
    slopes = np.zeros((len(names), 2))
    slopes[0] = 1.0, 2.0
    known = dataclasses.replace(
        base.known, mean=np.zeros(len(names)), deviation=np.ones(len(names)), dimension=3
    )
    rival = dataclasses.replace(
        base, descriptors=(KeptDescriptor("elastic_step", {}, names),), slopes=slopes, known=known
    )
    truth = truth_of(c, np.random.default_rng(1)).assign(**{"log10_d2min@0.040": 0.0})
    judged = judged_unseen(rival, [UnseenGlass(sample, truth)], LOAD, probe=0.002)
    parts = dict(list(judged.table.groupby("target")))
    first, second = parts[TARGET], parts["log10_d2min@0.040"]
    assert int(first["prediction"].argmax()) == 17
    np.testing.assert_allclose(
        second["prediction"] - 0.5, 2 * (first["prediction"].to_numpy() + 1.0)
    )
    # One of its strains has no interval, so coverage is unknown.
    assert judged.within is None
    assert list(judged.outside) == [False]


def test_a_model_without_a_limit_reports_nothing(world: World) -> None:
    known = dataclasses.replace(world.model.known, limit=float("inf"))
    model = dataclasses.replace(world.model, known=known)
    judged = judged_unseen(model, unseen(2, seed=9), LOAD)
    assert (judged.outside, judged.distances) == ((), ())
    rows = judgement(judged, SCORER, metrics=["spearman"], units=world.units, names=NAMES)
    assert sorted(rows["metric"]) == ["coverage", "shift", "spearman"]


def test_intervals_count_glasses_not_particles(world: World) -> None:
    glasses = unseen(6, seed=8)
    judged = judged_unseen(world.model, glasses, LOAD)
    rows = judgement(judged, SCORER, metrics=["spearman"], units=world.units, names=NAMES)
    row = rows[rows["metric"] == "coverage"].iloc[0]
    assert judged.within is not None
    by_glass = judged.within.reshape(6, -1).mean(axis=1)
    half = 2.5706 * by_glass.std(ddof=1) / np.sqrt(6)  # Student's t of five degrees of freedom
    assert row["value"] == pytest.approx(by_glass.mean())
    assert row["low"] == pytest.approx(by_glass.mean() - half, abs=1e-4)
    assert set(rows["n_samples"]) == {6}


def test_failed_glasses_and_other_loads_are_left_out(tmp_path: Path) -> None:
    c = glass(2)[0]
    strained = c.moved(c.positions, c.cell)
    frame = Frame(0.02, strained, np.eye(3))
    whole = sample_of(c, "new-0000")
    path = dataclasses.replace(whole.loads[LOAD], frames=(frame,))
    good = dataclasses.replace(whole, loads={LOAD: path, "pull": path})
    failed = dataclasses.replace(whole, name="new-0001", status="failed", reason="quench")
    for sample in (good, failed):
        write_sample(tmp_path / f"{sample.name}.h5", sample)
    found = read_unseen(sorted(tmp_path.glob("*.h5")), LOAD, cutoff=2.0, strains=[0.02])
    assert [one.sample.name for one in found] == ["new-0000"]
    assert len(found[0].truth) == len(c)
    assert set(found[0].truth["load"].astype(str)) == {LOAD}
