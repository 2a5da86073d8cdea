"""Calibrated probabilities are distinguished from overconfident ones."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.metrics import brier_score_loss

from mechanist.assess.calibration import brier, calibration_records, ece, reliability
from mechanist.assess.records import check_records
from mechanist.formats.predictions import read_log_odds, write_predictions
from mechanist.learn.estimators.catalogue import make_classifier
from mechanist.learn.splits import make_splits, write_splits
from mechanist.learn.study import OBJECTS
from mechanist.learn.training_task import ModelSpec, make_task
from mechanist.learn.within_samples import predicted_odds
from scripts.models import evaluate as models_evaluate

CLASS = "plastic@0.040|0.20|0.80"


def _predictions(
    *, sharpened: float = 1.0, n_samples: int = 20, n: int = 100, prior: float = 0.5, seed: int = 0
) -> pd.DataFrame:
    """Return log odds of equally frequent classes, calibrated for ``sharpened = 1``."""
    rng = np.random.default_rng(seed)
    tables = []
    for sample in range(n_samples):
        labels = rng.random(n) < prior
        # For a normal score with means -1 and 1 and variance s^2, the log odds are 2 score / s^2.
        score = np.where(labels, 1.0, -1.0) + 1.5 * rng.normal(size=n)
        odds = sharpened * 2 * score / 1.5**2
        tables.append(pd.DataFrame({
            "sample": f"g{sample:02d}", "load": np.where(np.arange(n) < n // 2, "pull", "push"),
            "object": np.arange(n, dtype=np.int32), "fold": np.int8(0), "target": CLASS,
            "truth": labels.astype(float), "prediction": odds,
        }))  # fmt: skip
    table = pd.concat(tables, ignore_index=True)
    return table.astype(dict.fromkeys(("sample", "load", "target"), "category"))


def _scores(table: pd.DataFrame) -> dict[str, dict[str, object]]:
    records = calibration_records(table, {CLASS}, level=0.95)
    check_records(Path("scores.json"), records)
    return {r["metric"]: r for r in records if r["subset"] == "all"}


def test_brier_scores_equal_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    labels, said = (rng.random(300) < 0.2).astype(np.int64), rng.random(300)
    mean = reliability(labels, said, rng.integers(0, 10, 300)).mean(axis=0)
    weight = np.where(labels == 1, 0.5 / labels.sum(), 0.5 / (1 - labels).sum())
    assert brier(mean) == pytest.approx(brier_score_loss(labels, said, sample_weight=weight))


def test_calibration_errors_are_those_of_bins() -> None:
    said = np.repeat([0.05, 0.95], 20)
    labels = np.concatenate([np.repeat([1, 0], [4, 16]), np.repeat([1, 0], [16, 4])])
    mean = reliability(labels, said, np.arange(40) % 4).mean(axis=0)
    assert ece(mean) == pytest.approx(0.15)


@pytest.mark.parametrize("prior", [0.5, 0.1])
def test_right_probabilities_have_little_error_and_sharpened_ones_much(prior: float) -> None:
    right, sure = (_scores(_predictions(sharpened=s, prior=prior)) for s in (1.0, 4.0))
    assert right["ece"]["value"] < 0.05
    assert sure["ece"]["value"] > 0.10
    assert sure["ece"]["low"] > right["ece"]["high"]
    assert right["brier"]["value"] < sure["brier"]["value"]
    assert right["brier"]["n_samples"] == 20
    assert right["brier"]["n_objects"] == 2000


def test_one_half_of_everything_is_calibrated_and_useless() -> None:
    table = _predictions().assign(prediction=0.0)
    mean = reliability(
        table["truth"].to_numpy(np.int64), expit(table["prediction"].to_numpy()),
        table["sample"].cat.codes.to_numpy(np.int64),
    ).mean(axis=0)  # fmt: skip
    assert ece(mean) == pytest.approx(0.0)
    assert brier(mean) == pytest.approx(0.25)


def test_a_class_that_is_empty_is_refused() -> None:
    with pytest.raises(ValueError, match="0 of 5 objects are positive"):
        reliability(np.zeros(5, np.int64), np.full(5, 0.5), np.arange(5))


def test_only_where_a_probability_exists(tmp_path: Path) -> None:
    table = _predictions(n_samples=6)
    splits = tmp_path / "splits.json"
    write_splits(splits, make_splits(sorted(table["sample"].unique()), folds=2, seed=0))
    for name, odds in (("told", [CLASS]), ("not_told", [])):
        path = tmp_path / f"{name}.parquet"
        write_predictions(path, table, log_odds=odds)
        assert read_log_odds(path) == set(odds)
        out = tmp_path / f"{name}.json"
        models_evaluate.main(
            path,
            splits,
            tmp_path / "frames.parquet",
            out,
            scoring={"subject": OBJECTS, "level": 0.9, "resamples": 50, "seed": 0},
        )
        assert ('"brier"' in out.read_text()) == bool(odds)


@pytest.mark.parametrize(
    ("name", "tells"),
    [("logistic", True), ("hist_boosting", True), ("xgboost", True), ("linear_svm", False),
     ("rbf_svm", False)],
)  # fmt: skip
def test_estimators_say_whether_they_tell_log_odds(name: str, tells: bool) -> None:
    task = make_task("d2min", [0.04], [0.04], [[0.2, 0.8]])
    spec = ModelSpec(name, task="classification")
    assert predicted_odds(spec, task) == ([task.classes[0].name] if tells else [])
    assert predicted_odds(ModelSpec("ridge"), task) == []


@pytest.mark.parametrize("name", ["logistic", "hist_boosting", "xgboost"])
def test_margins_are_the_log_odds_of_the_probabilities(name: str) -> None:
    from mechanist.learn.models import _margin

    rng = np.random.default_rng(2)
    X = rng.normal(size=(300, 3)).astype(np.float32)
    y = (X[:, 0] + rng.normal(size=300) > 0).astype(np.int64)
    fitted = make_classifier(name).candidates[0](0).fit(X, y)  # type: ignore[attr-defined]
    odds = logit(fitted.predict_proba(X)[:, 1].astype(float))
    np.testing.assert_allclose(_margin(fitted, X), odds, atol=1e-4)


def test_sums_of_each_sample_by_hand() -> None:
    """Of two positive objects each weighs 1/4, of three negative ones each 1/6."""
    labels, said = np.array([1, 0, 1, 0, 0]), np.array([0.95, 0.05, 1.0, 0.1, 0.0])
    samples = np.array([0, 0, 2, 2, 2])
    found = reliability(labels, said, samples)
    expected = np.zeros((3, 3, 10))
    expected[0, :, 9] = 1 / 4, 0.95 / 4, 1 / 4
    expected[0, :, 0] = 1 / 6, 0.05 / 6, 0
    expected[2, :, 9] = 1 / 4, 1 / 4, 1 / 4  # a probability of one is in the last bin
    expected[2, :, 1] = 1 / 6, 0.1 / 6, 0
    expected[2, :, 0] = 1 / 6, 0, 0
    squares = [0.05**2 / 4 + 0.05**2 / 6, 0.0, 0.1**2 / 6]
    np.testing.assert_allclose(found[:, :30], expected.reshape(3, 30), atol=1e-15)
    np.testing.assert_allclose(found[:, 30], squares, atol=1e-15)
    assert brier(found.sum(axis=0)) == pytest.approx(sum(squares))
    # a bin counts by how far its probability is from its share of positive objects
    assert ece(found.sum(axis=0)) == pytest.approx(0.05 / 4 + 0.05 / 6 + 0.1 / 6)
    for one_class in (np.ones(5, np.int64), np.zeros(5, np.int64)):
        with pytest.raises(ValueError, match="of 5 objects are positive; expected some of both"):
            reliability(one_class, said, samples)


def test_records_of_a_load_are_those_of_its_rows_and_errors_have_an_interval_of_errors() -> None:
    table = _predictions(n_samples=5)
    other = table.assign(target=CLASS.replace("0.80", "0.90")).astype({"target": "category"})
    both = pd.concat([table, other], ignore_index=True)
    records = calibration_records(both, {CLASS, CLASS.replace("0.80", "0.90")}, level=0.9)
    assert [(r["target"][-4:], r["subset"], r["metric"]) for r in records] == [
        (t, s, m) for t in ("0.80", "0.90") for s in ("all", "pull", "push")
        for m in ("brier", "ece")
    ]  # fmt: skip
    alone = calibration_records(table[table["load"] == "push"], {CLASS}, level=0.9)
    assert alone[0]["value"] == records[4]["value"]
    assert [r["n_objects"] for r in records[:6]] == [500, 500, 250, 250, 250, 250]
    assert {(r["level"], r["method"], r["n_samples"]) for r in records} == {(0.9, "t_log", 5)}
    assert calibration_records(both, [], level=0.9) == []
