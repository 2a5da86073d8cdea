"""Kept classifiers and boosted trees: the library's own predictions re-derived, and hostile files."""

import hashlib
import io
import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_keeping import KEEPING, samples, table

from glasses import glass
from kept_models import SHEAR, STRAINS, kept_model
from learning_inputs import Files, write_inputs
from mechanist.core.errors import FormatError
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.within_samples import WithinSamples, open_within_samples
from mechanist.mechanics.loads import uniaxial
from mechanist.predict.block_predictions import predicted_values
from mechanist.predict.boosted_trees import trees_of
from mechanist.predict.keeping import keep
from mechanist.predict.kept_files import read_kept, write_kept
from mechanist.predict.kept_model import KeptModel
from mechanist.predict.load_scan import scan_loads
from mechanist.predict.model_card import card_text
from mechanist.predict.particle_predictions import predict_particles
from mechanist.predict.trees import Trees
from mechanist.settings.entry_types.block_entries import ModelEntry

NAMES = [*(f"b{i}" for i in range(4)), "a0", "a1"]
N = 24


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("inputs")
    return write_inputs(folder, n_samples=N, n_objects=40, signal=1.5)


def learner(files: Files, estimator: str, task: str, **parameters: object) -> WithinSamples:
    entry: ModelEntry = {
        "label": "One", "role": "data", "estimator": estimator, "features": ["blind", "aware"],
        "parameters": parameters,
    }  # fmt: skip
    classes = {"class_strains": [0.02, 0.04], "class_definitions": [[0.1, 0.5]]}
    if task == "classification":
        entry["task"] = "classification"
    study = Study(
        subject="objects", quantity="log10_d2min", strains=(0.02, 0.04),
        **(classes if task == "classification" else {}),  # type: ignore[arg-type]
    )  # fmt: skip
    inputs = StudyFiles(targets=files.targets, splits=files.splits, features=files.features)
    return open_within_samples(study, entry, inputs)


def kept_by(files: Files, estimator: str, task: str, **parameters: object) -> KeptModel:
    one = learner(files, estimator, task, **parameters)
    said = one.train(seed=1) if task == "regression" else table(files).iloc[:0]
    return keep(one, said, samples(), KEEPING, seed=1, facts={"code": "abc"})


@pytest.fixture(scope="module")
def boosted(files: Files) -> KeptModel:
    return kept_by(files, "xgboost", "regression", iterations=20, depth=3)


def test_trees_predict_as_xgboost_does(files: Files) -> None:
    from xgboost import XGBClassifier, XGBRegressor

    rows = table(files)
    X = rows[NAMES].to_numpy(np.float32)
    y = rows["log10_d2min@0.020"].to_numpy()
    options = {"n_estimators": 8, "max_depth": 3, "n_jobs": 1, "random_state": 0}
    numbers = XGBRegressor(**options).fit(X, y)
    classes = XGBClassifier(**options).fit(X, y > np.quantile(y, 0.9))
    trees, starts = trees_of([numbers.get_booster(), classes.get_booster()])
    trees.check(len(NAMES), 2)
    found = trees.predict(X, 2) + starts
    np.testing.assert_allclose(found[:, 0], numbers.predict(X), atol=2e-5)
    np.testing.assert_allclose(found[:, 1], classes.predict(X, output_margin=True), atol=2e-5)
    assert np.abs(found[:, 1] - starts[1]).max() > 0.5


def test_kept_trees_predict_new_samples_with_intervals(
    files: Files, boosted: KeptModel, tmp_path: Path
) -> None:
    assert boosted.trees is not None
    assert len(boosted.trees.roots) == 40
    assert not boosted.slopes.any()
    new = table(write_inputs(tmp_path, n_samples=40, n_objects=40, signal=1.5, seed=9))
    said = boosted.of_features(new[NAMES].to_numpy(float))[:, 0]
    truth = new["log10_d2min@0.020"]
    assert np.corrcoef(said, truth)[0, 1] > 0.6
    interval = boosted.intervals[0]
    assert interval is not None
    residual = truth - said
    assert 0.72 < np.mean((residual >= interval.lower) & (residual <= interval.upper)) < 0.9


@pytest.mark.parametrize(
    ("estimator", "parameters"), [("logistic", {}), ("xgboost", {"iterations": 12, "depth": 2})]
)
def test_a_kept_classifier_tells_how_probable_the_most_plastic_are(
    files: Files, tmp_path: Path, estimator: str, parameters: dict[str, object]
) -> None:
    model = kept_by(files, estimator, "classification", **parameters)
    assert (model.quantity, model.targets[0]) == ("log_odds", "log_odds@0.020")
    assert model.classifies
    assert model.intervals == (None, None)
    rows = table(write_inputs(tmp_path, n_samples=40, n_objects=40, signal=1.5, seed=9))
    frames = rows.groupby(["sample", "load"], observed=True)
    rows["p"] = np.nan
    for index in frames.indices.values():
        said = model.of_features(rows[NAMES].to_numpy(float)[index])[:, 0]
        rows.loc[index, "p"] = model.odds[0].probability(said)
    assert rows["p"].mean() == pytest.approx(0.1, abs=0.02)
    top = frames["log10_d2min@0.020"].rank(ascending=False) <= 4
    assert rows["p"][top].mean() > 3 * rows["p"][~top].mean()
    if estimator == "logistic":  # the signal is b0 + a0, alike
        assert model.slopes[0, 0] == pytest.approx(model.slopes[4, 0], rel=0.2)
        assert np.abs(model.slopes[1, 0]) < 0.2 * model.slopes[0, 0]
    held = model.facts["held_out"]
    assert isinstance(held, dict)
    one = held["strain@0.020"]
    assert isinstance(one, dict)
    assert one["coverage"] is None
    assert one["probability_error"] < 0.03  # type: ignore[operator]


@pytest.mark.parametrize(
    ("estimator", "task", "parameters"),
    [
        ("hist_boosting", "regression", {"iterations": 2}),
        ("xgboost", "regression", {"iterations": 2, "components": 2}),
        ("linear_svm", "classification", {}),
    ],
)
def test_other_estimators_are_refused(
    files: Files, estimator: str, task: str, parameters: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="only 'ridge', 'logistic' and 'xgboost'"):
        kept_by(files, estimator, task, **parameters)


def forest() -> KeptModel:
    """Return a model of two trees on features of a glass, whose predictions are known."""
    base = kept_model("rotation_invariants", "joint_invariants")
    middle = base.known.mean
    last = len(middle) - 1
    nodes = [
        [0, middle[0], 1, 2], [-1, 10.0, 0, 0], [last, middle[last], 3, 4],
        [-1, 20.0, 0, 0], [-1, 30.0, 0, 0], [-1, 5.0, 0, 0],
    ]  # fmt: skip
    trees = Trees(np.array(nodes, np.float64), np.array([[0, 0], [5, 1]], np.float64))
    nodes_array = trees.nodes
    nodes_array[[0, 2], 1] = nodes_array[[0, 2], 1].astype(np.float32)
    return replace(base, slopes=np.zeros_like(base.slopes), trees=trees)


def test_particles_are_predicted_by_all_their_features() -> None:
    model, c = forest(), glass(2)[0]
    loads = {"shear": SHEAR, "pull": uniaxial("x", 2)}
    values, _ = predicted_values(model, c, list(loads.values()))
    assert model.trees is not None
    for k, load in enumerate(loads.values()):
        found = [one.load()(c, load=load) for one in model.descriptors]
        X = np.hstack([features.values for features in found]).astype(np.float32)
        first = np.where(
            X[:, 0] < model.trees.nodes[0, 1],
            10.0,
            np.where(X[:, -1] < model.trees.nodes[2, 1], 20.0, 30.0),
        )
        np.testing.assert_array_equal(values[k, :, 0], first - 1.0)
        np.testing.assert_array_equal(values[k, :, 1], 5.5)
        assert len(set(first.tolist())) == 3
    predicted = predict_particles(model, c, loads)
    np.testing.assert_array_equal(predicted.predictions["pull"], values[1])
    assert not scan_loads(model, c).interpolated


@pytest.mark.parametrize(
    ("changes", "said", "interval"),
    [
        ({}, "a sum of 2 boosted trees on", "too few samples: 9"),
        (
            {"quantity": "log_odds"},
            "a classifier of 2 boosted trees on",
            "none: the truth is a class",
        ),
        ({"quantity": "log_odds", "trees": None}, "a logistic regression on", "none: the truth"),
        ({"trees": None}, "a ridge regression on", "too few samples: 9"),
    ],
)
def test_the_card_says_what_kind_of_model_it_is(
    changes: dict[str, object], said: str, interval: str
) -> None:
    held = {f"strain@{s:.3f}": {"coverage": None, "probability_error": 0.0} for s in STRAINS}
    facts = {"held_out": held, "fewest_samples_for_intervals": 9}
    model = replace(forest(), intervals=(None, None), facts=facts, **changes)  # type: ignore[arg-type]
    text = card_text(model)
    assert said in text
    assert interval in text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_kept(tmp_path / "kept", forest())
    return tmp_path / "kept"


def test_trees_come_back_as_they_were(folder: Path) -> None:
    model, found = forest(), read_kept(folder)
    assert model.trees is not None
    assert found.trees is not None
    np.testing.assert_array_equal(found.trees.nodes, model.trees.nodes)
    np.testing.assert_array_equal(found.trees.roots, model.trees.roots)


class Bomb:
    """Leaves a file if it is ever unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.write_text, (self.trace, "executed"))


def renew(folder: Path, **parts: object) -> None:
    """Replace arrays, and let the card state their hash, as a deceiver would."""
    with np.load(folder / "numbers.npz") as file:
        known: dict[str, object] = dict(file)
    memory = io.BytesIO()
    np.savez(memory, **{**known, **parts})  # type: ignore[arg-type]
    (folder / "numbers.npz").write_bytes(memory.getvalue())
    edit(folder, lambda c: c.update(sha256=hashlib.sha256(memory.getvalue()).hexdigest()))


def edit(folder: Path, change: Callable[[dict[str, dict[str, int]]], object]) -> None:
    card = json.loads((folder / "model.json").read_text())
    change(card)
    (folder / "model.json").write_text(json.dumps(card))


@pytest.mark.parametrize("slot", ["nodes", "roots"])
def test_nothing_in_trees_is_executed(folder: Path, tmp_path: Path, slot: str) -> None:
    trace = tmp_path / "trace"
    renew(folder, **{slot: np.array([Bomb(trace)], dtype=object)})
    with pytest.raises(FormatError, match=r"numbers\.npz"):
        read_kept(folder)
    assert not trace.exists()
    pickle.loads(pickle.dumps(Bomb(trace)))  # the bomb works
    assert trace.exists()


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ((0, 1), np.nan, "nodes of trees hold 1 numbers that are not finite"),
        ((0, 2), 0.0, "nodes below a threshold of trees hold 0.0"),
        ((2, 3), 1.0, "nodes from a threshold on of trees hold 1.0"),
        (
            (2, 3),
            6.0,
            "nodes from a threshold on of trees hold 6.0; expected whole numbers below 6",
        ),
        ((2, 2), 3.5, "hold 3.5"),
        ((0, 0), 10_000.0, "features of trees hold 10000.0"),
        ((0, 0), -2.0, "features of trees hold -2.0"),
    ],
)
def test_trees_that_lead_nowhere_are_refused(
    folder: Path, place: tuple[int, int], value: float, said: str
) -> None:
    trees = forest().trees
    assert trees is not None
    nodes = trees.nodes.copy()
    nodes[place] = value
    renew(folder, nodes=nodes)
    with pytest.raises(FormatError, match=said):
        read_kept(folder)


@pytest.mark.parametrize(
    ("roots", "said"),
    [
        ([[6.0, 0.0], [5.0, 1.0]], "first nodes of trees hold 6.0"),
        ([[0.0, 2.0], [5.0, 1.0]], "strains of trees hold 2.0"),
        ([[0.0, np.inf], [5.0, 1.0]], "roots of trees hold 1 numbers that are not finite"),
        ([[0.0, 0.0]], r"roots has type float64 and shape \(1, 2\), expected float64 and \(2, 2\)"),
    ],
)
def test_roots_that_do_not_exist_are_refused(
    folder: Path, roots: list[list[float]], said: str
) -> None:
    renew(folder, roots=np.array(roots))
    with pytest.raises(FormatError, match=said):
        read_kept(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["trees"].update(nodes=0), "expected at least one tree"),
        (lambda c: c["trees"].update(nodes=7), r"nodes has type .* expected float64 and \(7, 4\)"),
        (lambda c: c["trees"].pop("trees"), "the entry 'trees' is missing"),
        (lambda c: c.pop("trees"), r"bytes, expected at most|it holds \["),
        (lambda c: c.update(sha256="0" * 64), "sha256 .* expected 0000"),
    ],
)
def test_a_card_that_lies_about_trees_is_refused(
    folder: Path, change: Callable[[dict[str, dict[str, int]]], object], said: str
) -> None:
    edit(folder, change)
    with pytest.raises(FormatError, match=said):
        read_kept(folder)
