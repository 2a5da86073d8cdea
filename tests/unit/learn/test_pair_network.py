"""Pair networks: exact couplings, the symmetries of the loaded system, and learning."""

import json
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.assess.score_predictions import score_predictions
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar
from mechanist.formats.predictions import read_predictions
from mechanist.learn.estimators.pair_network import FittedPairModel, PairModel, fit_pairs
from mechanist.learn.from_states import FromStates, other_systems
from mechanist.learn.network_training import take
from mechanist.learn.open_study import open_study
from mechanist.learn.pair_geometry import DENSITY, couplings, pair_inputs
from mechanist.learn.pair_layers import PairNetwork
from mechanist.learn.splits import make_splits, write_splits
from mechanist.learn.study import SAMPLES
from mechanist.mechanics.edge_system import EdgeSystem
from pair_systems import MODEL, SIDE, SMALL, STUDY, configuration, population, state, systems
from scripts.models import curve as models_curve
from scripts.models import train_states as models_train_states
from scripts.models import transfer as models_transfer


def test_couplings_are_those_of_the_compiled_engine() -> None:
    x, y, sign = state(1)
    system = EdgeSystem.of(planar(x, y, sign, SIDE))
    stress, slope, _ = couplings(x[:, None] - x, y[:, None] - y, SIDE)
    signed = sign[:, None] * sign
    forces, hessian = system.forces(), system.hessian()
    ours = (signed * stress).sum(axis=1)
    scale = ours @ forces / (forces @ forces)  # the engine works in units of its box
    np.testing.assert_allclose(ours, scale * forces, rtol=1e-6, atol=1e-8)
    matrix = signed * slope - np.diag((signed * slope).sum(axis=1))
    np.testing.assert_allclose(
        matrix / np.abs(matrix).max(), hessian / np.abs(hessian).max(), atol=1e-6
    )


def test_derivatives_of_couplings() -> None:
    dx, dy, step = np.array([1.3, 4.0, 9.9]), np.array([0.4, 7.0, 9.9]), 1e-4
    before, after = couplings(dx - step, dy, SIDE), couplings(dx + step, dy, SIDE)
    _, first, second = couplings(dx, dy, SIDE)
    np.testing.assert_allclose(first, (after[0] - before[0]) / (2 * step), rtol=1e-5)
    np.testing.assert_allclose(second, (after[1] - before[1]) / (2 * step), rtol=1e-5)
    itself = couplings(np.zeros(1), np.zeros(1), SIDE)
    assert all(value[0] == 0 for value in itself)


def test_the_rigid_mode_is_left_out_and_springs_apart_the_response_is_linear() -> None:
    x, y, sign = state(3)
    inputs = pair_inputs([planar(x, y, sign, SIDE)], [1.0], size=10)
    stiffness, modes = inputs.stiffness[0], inputs.modes[0]
    assert np.isinf(stiffness).sum() == 3  # two padding modes and the translation
    _, slope, _ = couplings(x[:, None] - x, y[:, None] - y, SIDE)
    unit = DENSITY**-0.5
    matrix = unit**2 * (slope - np.diag((np.outer(sign, sign) * slope).sum(axis=1)))
    np.testing.assert_allclose(matrix @ sign, 0, atol=1e-9 * np.abs(matrix).max())
    values = np.where(np.isinf(stiffness[:8]), 0, stiffness[:8])
    rebuilt = modes[:8, :8] @ np.diag(values * np.sign(np.linalg.eigvalsh(matrix)))
    np.testing.assert_allclose(rebuilt @ modes[:8, :8].T, matrix, atol=1e-8 * np.abs(matrix).max())


def untrained(kind: str, seed: int = 0) -> FittedPairModel:
    network = PairNetwork(kind, 3, width=4, channels=2, depth=2, key=jax.random.key(seed))
    one = np.ones(3)
    return FittedPairModel(network, 0 * one, one, one, 0 * one, 4)


KINDS = ("response", "attention")
FITTED = {kind: untrained(kind) for kind in KINDS}


def said(kind: str, *configurations: Configuration, sense: float = 1.0) -> np.ndarray:
    fitted = FITTED[kind]
    inputs = pair_inputs(
        configurations, [sense] * len(configurations), size=12, with_pairs=kind == "attention"
    )
    return fitted.logarithms(inputs, double=True)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 500), tx=st.floats(-30, 30), ty=st.floats(-30, 30))
def test_operations_that_preserve_the_load_change_nothing(
    kind: str, seed: int, tx: float, ty: float
) -> None:
    x, y, sign = state(seed)
    order = np.random.default_rng(seed).permutation(len(x))
    told = said(
        kind,
        planar(x, y, sign, SIDE),
        planar(x + tx, y + ty, sign, SIDE),
        planar(x, -y, sign, SIDE),
        planar(-x, y, -sign, SIDE),
        planar(x[order], y[order], sign[order], SIDE),
    )
    scale = np.abs(told).max()
    assert np.abs(told - told[0]).max() <= 1e-9 * scale


@pytest.mark.parametrize("kind", KINDS)
def test_reversing_the_load_changes_the_answer(kind: str) -> None:
    for seed in range(3):
        x, y, sign = state(seed)
        forward = said(kind, planar(x, y, sign, SIDE))
        back = said(kind, planar(x, y, sign, SIDE), sense=-1.0)
        assert np.abs(forward - back).max() > 1e-4 * np.abs(forward).max()
        # The mirror x -> -x at fixed signs equals a reversed load.
        mirrored = said(kind, planar(-x, y, sign, SIDE))
        np.testing.assert_allclose(mirrored, back, rtol=1e-9, atol=1e-9 * np.abs(back).max())


@pytest.mark.parametrize("kind", KINDS)
def test_padding_changes_nothing(kind: str) -> None:
    fitted = FITTED[kind]
    states = [configuration(1), configuration(2)]
    with_pairs = kind == "attention"
    short, long = (
        fitted.logarithms(
            pair_inputs(states, [1.0, 1.0], size=size, with_pairs=with_pairs), double=True
        )
        for size in (8, 12)
    )
    np.testing.assert_allclose(short, long, rtol=1e-9, atol=1e-9)
    assert np.abs(short[0] - short[1]).max() > 1e-3


def test_linear_response_is_learnt_from_few_samples() -> None:
    states, targets = population(160)
    model = PairModel(**SMALL)
    inputs = model.inputs(states, senses=[1.0] * 160)
    learnt, tested = np.arange(120), np.arange(120, 160)
    fitted = fit_pairs(model, take(inputs, learnt), targets[learnt], learnt // 2, seed=1)
    prediction = fitted.predict(take(inputs, tested))
    logs = np.log(targets[tested])
    explained = 1 - ((np.log(prediction) - logs) ** 2).mean(axis=0) / logs.var(axis=0)
    assert explained.min() > 0.7
    again = fit_pairs(model, take(inputs, learnt), targets[learnt], learnt // 2, seed=1)
    np.testing.assert_array_equal(again.predict(take(inputs, tested)), prediction)
    # Shuffled targets cannot be learnt, and shrinkage keeps predictions near their mean.
    shuffled = np.random.default_rng(0).permutation(targets[learnt])
    blind = fit_pairs(model, take(inputs, learnt), shuffled, learnt, seed=1)
    spread = blind.logarithms(take(inputs, tested)).std(axis=0)
    assert (spread < 0.5 * logs.std(axis=0)).all()


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="kind = 'magic'"):
        PairModel(kind="magic")
    with pytest.raises(ValueError, match="not a multiple of the 3 heads"):
        PairModel(kind="attention", width=16, channels=3)
    with pytest.raises(ValueError, match="8 particles, of which 0 are pins; expected 1 to 6"):
        pair_inputs([configuration(1)], [1.0], size=6)
    x, y, sign = state(1)
    sign[0] = 0
    with pytest.raises(ValueError, match="of which 1 are pins"):
        pair_inputs([planar(x, y, sign, SIDE)], [1.0], size=8)
    model, inputs = PairModel(**SMALL), pair_inputs([configuration(1)], [1.0], size=8)
    with pytest.raises(ValueError, match="1 targets are not positive"):
        fit_pairs(model, inputs, np.array([[0.0, 1.0]]), np.zeros(1, np.int64), seed=0)


def test_networks_are_trained_and_scored_by_the_common_scripts(tmp_path: Path) -> None:
    files, truth = systems(tmp_path)
    out, elsewhere = tmp_path / "a/predictions/p.parquet", tmp_path / "transfer.parquet"
    samples = [path for one in files.values() for path in one.samples]
    others = other_systems(samples, [files["b"].targets])
    assert others == {"b": files["b"]}
    models_train_states.main(
        files["a"], out, elsewhere, study=STUDY, model=MODEL, seed=1, system="a", others=others
    )
    table = read_predictions(out)
    assert len(table) == 40
    assert set(table["fold"]) == {0, 1}
    second = table[table["target"] == "stress@0.002"].set_index("sample")["truth"]
    assert second["a-00003"] == pytest.approx(truth[3, 1])
    transfer = pd.read_parquet(elsewhere)
    assert set(transfer["sample"]) == {f"b-{k:05d}" for k in range(20, 24)}
    assert set(transfer["train"]) == {"a"}
    assert set(transfer["test"]) == {"b"}
    scores = tmp_path / "scores.parquet"
    scoring = {"subject": SAMPLES, "level": 0.9, "resamples": 10, "seed": 0}
    models_transfer.main(
        {}, scores, name="net", study=replace(STUDY, strains=[0.002]), model=MODEL, seed=1,
        scoring=scoring, stored=(out, elsewhere),
    )  # fmt: skip
    found = pd.read_parquet(scores)
    assert set(zip(found["train"], found["test"], strict=True)) == {("a", "a"), ("a", "b")}
    assert set(found["target"]) == {"stress@0.002"}


def test_networks_have_a_learning_curve_that_ends_at_their_scores(tmp_path: Path) -> None:
    files, _ = systems(tmp_path, 32)
    out, curve = tmp_path / "a/predictions/p.parquet", tmp_path / "curve.parquet"
    frames, scores = tmp_path / "frames.parquet", tmp_path / "scores.json"
    scoring = {"subject": SAMPLES, "level": 0.9}
    models_curve.main(
        files["a"], curve, name="net", study=STUDY, model=MODEL, sizes=[12, 400], draws=1,
        scoring=scoring, seed=1, shown=["stress@0.002"],
    )  # fmt: skip
    found = pd.read_parquet(curve)
    assert sorted(found["n_train"].unique()) == [12, 16]
    assert set(found["target"]) == {"stress@0.002"}
    models_train_states.main(
        files["a"], out, tmp_path / "none.parquet", study=STUDY, model=MODEL, seed=1, system="a",
        others={},
    )  # fmt: skip
    score_predictions(out, files["a"].splits, frames, scores, scoring=scoring)
    r2 = {(r["target"], r["metric"]): r["value"] for r in json.loads(scores.read_text())}
    ends = found[found["n_train"] == 16].set_index("metric")["value"]
    assert ends["r2"] == pytest.approx(r2["stress@0.002", "r2"], rel=1e-6)
    assert ends["r2"] != found[found["n_train"] == 12].set_index("metric")["value"]["r2"]


def test_one_fold_has_the_network_that_it_has_among_all(tmp_path: Path) -> None:
    files, _ = systems(tmp_path)
    learner = open_study(STUDY, MODEL, files["a"])
    assert isinstance(learner, FromStates)
    whole, one = learner.fit(seed=1), learner.fit(seed=1, only=[1])
    assert list(one.fitted) == [1]
    test = whole.folds == 1
    np.testing.assert_array_equal(one.prediction[test], whole.prediction[test])
    assert np.isnan(one.prediction[~test]).all()


def test_networks_learn_from_chosen_samples_of_their_own_system(tmp_path: Path) -> None:
    files, _ = systems(tmp_path, 32)
    learner = open_study(STUDY, MODEL, files["a"])
    whole = learner.train(seed=1)
    few = learner.train(seed=1, train_samples=learner.splits.samples[:24])
    assert len(few) == len(whole)
    assert not np.allclose(few["prediction"], whole["prediction"])
    write_splits(files["a"].splits, make_splits(["x", "y"], folds=2, seed=0))
    with pytest.raises(ValueError, match="no row belongs"):
        open_study(STUDY, MODEL, files["a"])
    with pytest.raises(ValueError, match=r"has no parameters \['breadth'\]"):
        open_study(STUDY, {**MODEL, "parameters": {"breadth": 1}}, files["b"])
