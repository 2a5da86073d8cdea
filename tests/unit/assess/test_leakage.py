"""Leakage is detected, and no shipped estimator or descriptor leaks."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.linear_model import Ridge

from glides import relaxed as relaxed_dislocations
from mechanist.assess.leakage import (
    Leak,
    LeakError,
    check_folds,
    check_problem,
    leak,
    other_glide,
    other_loading,
    other_ramp,
    response_change,
)
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import described, load_descriptor
from mechanist.formats.dislocation_batches import Branch, DislocationSample, planar, write_batch
from mechanist.formats.dislocation_batches import Frame as GlideFrame
from mechanist.formats.pileup_batches import PileupSample
from mechanist.formats.predictions import write_predictions
from mechanist.formats.sample import Frame, LoadPath, Sample, write_sample
from mechanist.formats.tables import KEYS, read_table
from mechanist.learn.estimators.catalogue import (
    ESTIMATORS,
    make_classifier,
    make_regressor,
)
from mechanist.learn.estimators.pair_network import PairModel
from mechanist.learn.models import Problem
from mechanist.learn.splits import make_splits, read_splits, write_splits
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.simulate.pileup_ramps import PileupProtocol, simulate
from relaxed import glass, strained
from scripts.dislocation import describe as dislocation_describe
from scripts.glass import describe as glass_describe
from scripts.trust import leakage as trust_leakage

N, FOLDS, EACH = 8, 4, 30
NAMES = [f"g-{k:04d}" for k in range(N)]
SPLITS = make_splits(NAMES, folds=FOLDS, seed=1)
PROBE = 0.002


def problem() -> Problem:
    """Return eight samples under two loads; target = feature + pattern of the object + noise."""
    rng = np.random.default_rng(0)
    n = N * EACH
    samples, objects = np.repeat(np.arange(N), EACH), np.tile(np.arange(EACH // 2), 2 * N)
    X = rng.normal(size=(n, 8)).astype(np.float32)
    y = X[:, 0] + rng.normal(size=(N, EACH // 2))[samples, objects] + 0.5 * rng.normal(size=n)
    return Problem(
        X=X, Y=y[:, None], folds=samples % FOLDS, samples=samples,
        frames=np.repeat(np.arange(2 * N), EACH // 2), objects=objects,
        blocks={"a": slice(0, 4), "b": slice(4, 8)}, train=np.ones(n, bool), seed=3,
    )  # fmt: skip


#: Parameters that make an estimator fast here; all others use their defaults.
PARAMETERS: dict[str, dict[str, Any]] = {
    "perceptron": {"epochs": 2, "width": 4},
    "line_network": {"epochs": 2, "filters": [4], "width": 4},
    "stacked": {"structure": ["a"], "final": "linear"},
    "hist_boosting": {"iterations": 5, "leaves": 4},
    "xgboost": {"iterations": 10},
    "mlp": {"iterations": 10},
    "svr": {"C": [1.0], "widths": [0.1]},
}


def answers(name: str, task: str) -> Callable[[Problem], FloatArray]:
    parameters = PARAMETERS.get(name, {})

    def regress(asked: Problem) -> FloatArray:
        return make_regressor(name, parameters).cross_fit(asked).prediction

    def classify(asked: Problem) -> FloatArray:
        labels = (asked.Y[:, 0] > 0).astype(np.int8)
        return make_classifier(name, parameters).cross_classify(asked, labels)

    return regress if task == "regression" else classify


@pytest.mark.parametrize(
    ("name", "task"), [(name, task) for name, kind in ESTIMATORS.items() for task in kind.tasks]
)
def test_estimators_know_their_training_rows_alone(name: str, task: str) -> None:
    found = leak(answers(name, task), problem())
    if name == "ceiling_other_loads":  # control: reads the truth and declares it
        assert found.truth > 1
        return
    assert found.tight, found


def _fold(asked: Problem) -> tuple[np.ndarray, np.ndarray]:
    _, training, test = next(asked.outer())
    return training, test


def _scaled_by_all(asked: Problem) -> FloatArray:
    training, _ = _fold(asked)
    scaled = (asked.X - asked.X.mean(axis=0)) / asked.X.std(axis=0)
    return Ridge(alpha=10.0).fit(scaled[training], asked.Y[training]).predict(scaled)


def _selected_by_all(asked: Problem) -> FloatArray:
    training, _ = _fold(asked)
    chosen = SelectKBest(f_regression, k=1).fit(asked.X, asked.Y[:, 0]).get_support()
    return Ridge().fit(asked.X[training][:, chosen], asked.Y[training]).predict(asked.X[:, chosen])


def _centred_by_all(asked: Problem) -> FloatArray:
    training, _ = _fold(asked)
    fitted = Ridge().fit(asked.X[training], asked.Y[training])
    return fitted.predict(asked.X).reshape(-1, 1) + asked.Y.mean()


def _clean(asked: Problem) -> FloatArray:
    training, _ = _fold(asked)
    middle, spread = asked.X[training].mean(axis=0), asked.X[training].std(axis=0)
    scaled = (asked.X - middle) / spread
    return Ridge(alpha=10.0).fit(scaled[training], asked.Y[training]).predict(scaled)


def test_leaky_toys_are_caught_and_a_clean_one_passes() -> None:
    assert leak(_clean, problem()).tight
    scaler, selector = leak(_scaled_by_all, problem()), leak(_selected_by_all, problem())
    centred = leak(_centred_by_all, problem())
    assert not any(found.tight for found in (scaler, selector, centred))
    assert scaler.features > 0.1
    assert scaler.truth == 0.0
    assert selector.truth > 0.1  # which feature is chosen depends on the truth of the test fold
    assert centred.truth > 0.1
    assert centred.features < 1e-3


@pytest.mark.parametrize(
    ("truth", "features", "tight"),
    [
        (0.0, 0.0, True),
        (0.9e-3, 0.9e-3, True),
        (1e-3, 1e-3, True),
        (1.1e-3, 0.0, False),
        (0.0, 1.1e-3, False),
    ],
)
def test_a_thousandth_of_the_spread_is_rounding(truth: float, features: float, tight: bool) -> None:
    assert Leak(truth, features).tight is tight


SIDE, LINES = 20.0, 8


def states() -> Problem:
    """Return two states each of twenty dislocation systems; the target is the log of a stress."""
    rng = np.random.default_rng(0)
    samples = np.repeat(np.arange(20), 2)
    places = SIDE * rng.random((40, LINES))
    y = 0.1 * (np.cos(2 * np.pi * places / SIDE).sum(axis=1) + rng.normal(size=40))
    return Problem(
        X=places.astype(np.float32), Y=y[:, None], folds=samples % 2, samples=samples,
        frames=np.arange(40), objects=np.zeros(40, np.int64), blocks={},
        train=np.ones(40, bool), seed=3,
    )  # fmt: skip


def _over_pairs(*, by_state: bool = False) -> Callable[[Problem], FloatArray]:
    """Predict with a pair network, with folds by system as in the workflow, or by state (leaks)."""
    model = PairModel(width=4, channels=2, epochs=2, batch=8)
    lanes = (np.arange(LINES) + 0.5) * SIDE / LINES
    sign = np.where(np.arange(LINES) % 2, 1.0, -1.0)

    def answers(asked: Problem) -> FloatArray:
        read = [planar(row, lanes, sign, SIDE) for row in asked.X.astype(float)]
        prediction, _ = model.cross_fit(
            model.inputs(read, senses=[1.0] * len(read)), np.exp(asked.Y),
            samples=asked.samples, folds=asked.frames % 2 if by_state else asked.folds,
            train=asked.train, seed=asked.seed,
        )  # fmt: skip
        return np.log(prediction)

    return answers


def test_networks_over_pairs_know_their_training_states_alone() -> None:
    check_problem(states())
    found = leak(_over_pairs(), states())
    assert found.tight, found
    assert leak(_over_pairs(by_state=True), states()).truth > 0.1


def predictions() -> pd.DataFrame:
    rows = [
        {"sample": name, "load": "a", "object": k, "fold": SPLITS.fold_of[name], "target": "t@0.010",
         "truth": float(k), "prediction": 0.0}
        for name in NAMES for k in range(3)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_samples_on_both_sides_of_a_split_are_caught() -> None:
    table = predictions()
    check_folds(table, SPLITS)
    by_object = table.assign(fold=table["object"] % FOLDS)
    with pytest.raises(LeakError, match=r"8 samples were tested in more than one fold.*by sample"):
        check_folds(by_object, SPLITS)
    other = (SPLITS.fold_of["g-0000"] + 1) % FOLDS
    moved = rf"8 samples .* a fold other.* first 'g-0000' in {other} instead of .*train again"
    with pytest.raises(LeakError, match=moved):
        check_folds(table.assign(fold=(table["fold"] + 1) % FOLDS), SPLITS)
    left_out = make_splits(NAMES[1:], folds=FOLDS, seed=1, excluded={NAMES[0]: "melted"})
    with pytest.raises(LeakError, match=r"1 samples are in no fold.*'g-0000'"):
        check_folds(table, left_out)


def test_a_split_by_object_is_no_problem_to_be_solved() -> None:
    check_problem(problem())
    with pytest.raises(LeakError, match=r"fold 0 trains on 8 of the samples that it tests"):
        check_problem(replace(problem(), folds=problem().objects % FOLDS))


def test_frozen_splits_are_verified_when_read(tmp_path: Path) -> None:
    path = tmp_path / "splits.json"
    write_splits(path, SPLITS)
    assert read_splits(path).sha256 == SPLITS.sha256
    content = json.loads(path.read_text())
    assert content["sha256"] == SPLITS.sha256
    content["folds"]["0"], content["folds"]["1"] = content["folds"]["1"], content["folds"]["0"]
    path.write_text(json.dumps(content))
    with pytest.raises(FormatError, match="sha256"):
        read_splits(path)


def _kinds(subject: str) -> list[str]:
    return [kind for kind, one in described().items() if one.subject == subject]


def glass_sample() -> Sample:
    start, gradient = glass(2), simple_shear("xy")
    load = strain_of(gradient)
    frames = tuple(
        Frame(strain, strained(start, load, strain), np.eye(3)) for strain in (PROBE, 0.02, 0.04)
    )
    curve = {name: np.linspace(0, 1, 8) for name in ("strain", "stress")}
    return Sample("g-0000", "g", 0, start, {"shear": LoadPath(gradient, load, curve, frames)})


def _features(path: Path) -> FloatArray:
    table = read_table(path)
    return table.drop(columns=[key for key in KEYS if key in table]).to_numpy(float)


def _glass_features(folder: Path, kind: str) -> Callable[[Sample], FloatArray]:
    def describe(sample: Sample) -> FloatArray:
        write_sample(folder / "s.h5", sample)
        out = folder / "f.parquet"
        glass_describe.main([folder / "s.h5"], out, descriptor={"kind": kind}, probe=PROBE, seed=0)
        return _features(out)

    return describe


@pytest.mark.parametrize("kind", _kinds("particle"))
def test_features_of_particles_are_of_the_state_before_loading(kind: str, tmp_path: Path) -> None:
    """Run descriptors by the describing script; only those with a matching card read the probe."""
    sample, rng = glass_sample(), np.random.default_rng(0)
    describe, card = _glass_features(tmp_path, kind), load_descriptor(kind).card
    assert response_change(describe, sample, other_loading(sample, rng, kept=PROBE)) == 0.0
    probed = response_change(describe, sample, other_loading(sample, rng))
    assert (probed > 1e-6) == card.needs_probe


def test_a_feature_made_of_the_answer_is_caught() -> None:
    sample, rng = glass_sample(), np.random.default_rng(0)

    def cheats(one: Sample) -> FloatArray:
        last = one.loads["shear"].frames[-1].configuration
        return last.positions - one.reference.positions

    assert response_change(cheats, sample, other_loading(sample, rng, kept=PROBE)) > 0.1

    def hardens(one: DislocationSample) -> FloatArray:
        return one.branches["undeformed"].stress[:, None]

    assert response_change(hardens, glide_sample(), other_glide(glide_sample(), rng)) > 0.1


def glide_sample() -> DislocationSample:
    start = relaxed_dislocations(4, n=24)
    strain = np.linspace(0, 0.02, 6)
    frames = (GlideFrame(0.01, 0.3, start),)
    branch = Branch(start, strain, 3 * strain, frames)
    return DislocationSample("g-0000", "g", 0, {"undeformed": branch})


@pytest.mark.parametrize(
    "kind", [k for k in _kinds("dislocation_sample") if k.startswith("dislocation")]
)
def test_features_of_dislocations_are_of_the_state_before_loading(
    kind: str, tmp_path: Path
) -> None:
    def describe(sample: DislocationSample) -> FloatArray:
        write_batch(tmp_path / "b.h5", [sample])
        out = tmp_path / "f.parquet"
        dislocation_describe.main([tmp_path / "b.h5"], out, descriptor={"kind": kind})
        return _features(out)

    sample = glide_sample()
    assert response_change(describe, sample, other_glide(sample, np.random.default_rng(0))) == 0.0


@pytest.mark.parametrize("kind", _kinds("pileup"))
def test_features_of_pileups_are_of_the_state_before_loading(kind: str) -> None:
    sample = simulate(PileupProtocol(dislocations=8), name="p-0000", system="p", seed=1)
    other = other_ramp(sample, np.random.default_rng(0))
    assert other.flow_stress != sample.flow_stress

    def describe(one: PileupSample) -> FloatArray:
        return load_descriptor(kind)(one).values  # noqa: PD011

    assert response_change(describe, sample, other) == 0.0


def test_the_table_lists_every_model_and_refuses_a_leak(tmp_path: Path) -> None:
    folder = tmp_path / "glass" / "toy"
    write_splits(folder / "splits.json", SPLITS)
    for model, table in (("good", predictions()), ("also", predictions())):
        keyed = table.astype({"sample": "category", "load": "category", "object": "int32"})
        write_predictions(folder / "predictions" / f"{model}.parquet", keyed)
    files = sorted(folder.glob("predictions/*.parquet"))
    out = tmp_path / "leakage.csv"
    trust_leakage.main(files, [folder / "splits.json"], out, out.with_suffix(".md"))
    listed = pd.read_csv(out)
    assert listed["model"].tolist() == ["also", "good"]
    assert set(listed["n_samples"]) == {N}
    assert set(listed["splits_sha256"]) == {SPLITS.sha256}
    leaky = predictions().assign(fold=lambda t: t["object"] % FOLDS)
    keyed = leaky.astype({"sample": "category", "load": "category", "object": "int32"})
    write_predictions(folder / "predictions" / "leaky.parquet", keyed)
    with pytest.raises(LeakError, match=r"leaky\.parquet.*more than one fold"):
        trust_leakage.main(
            [*files, folder / "predictions/leaky.parquet"], [folder / "splits.json"], out,
            out.with_suffix(".md"),
        )  # fmt: skip
