"""Training and scoring of whole samples, with one object per sample."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics

from mechanist.assess.resampling import FEW, mean_interval, moment_intervals
from mechanist.assess.sample_scores import (
    compare_samples,
    moment_table,
    sample_scores,
    summarise_samples,
)
from mechanist.formats.predictions import write_predictions
from mechanist.formats.tables import keyed, read_table, stacked, write_table
from mechanist.learn.splits import make_splits, write_splits
from mechanist.learn.study import SAMPLES, Study, StudyFiles
from mechanist.learn.whole_samples import WholeSamples, open_whole_samples

LEVEL = 0.95
COMPARED = {"units": {}, "level": LEVEL, "permutations": 400, "seed": 1}
RIDGE = {"estimator": "ridge", "features": ["cause"]}
STUDY = Study(subject=SAMPLES, quantity="stress", strains=(0.0005, 0.01))


def predictions(n: int = 60, *, noise: float = 1.0, seed: int = 0, load: str = "a") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    truth = np.random.default_rng(99).normal(3.0, 2.0, n)
    return pd.DataFrame(
        {
            "sample": [f"s-{k:04d}" for k in range(n)],
            "load": load,
            "object": 0,
            "fold": 0,
            "target": "stress@0.010",
            "truth": truth,
            "prediction": truth + noise * rng.normal(size=n),
        }
    )


def system(folder: Path, name: str, n: int, *, seed: int, sign: float = 1.0) -> dict[str, Path]:
    """Return samples whose stress is a feature plus noise; the second load flips the sign."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    features, targets = [], []
    for k in range(n):
        for load, flip in (("forward", 1.0), ("reversed", -1.0)):
            cause = rng.normal(size=(1, 3))
            stress = 10 + sign * flip * cause[:, :1] + 0.3 * rng.normal(size=(1, 2))
            key = {"sample": f"{name}-{k:04d}", "load": load}
            features.append(keyed(cause.astype(np.float32), ["c0", "c1", "c2"], **key))
            targets.append(keyed(stress, STUDY.columns, **key))
    write_table(folder / "cause.parquet", stacked(features))
    write_table(folder / "targets.parquet", stacked(targets))
    write_splits(
        folder / "splits.json",
        make_splits([f"{name}-{k:04d}" for k in range(n)], folds=4, seed=0),
    )
    return {
        "cause": folder / "cause.parquet",
        "targets": folder / "targets.parquet",
        "splits": folder / "splits.json",
    }


def opened(files: dict[str, Path]) -> WholeSamples:
    return open_whole_samples(
        STUDY,
        RIDGE,
        StudyFiles(
            targets=files["targets"], splits=files["splits"], features={"cause": files["cause"]}
        ),
    )


def compared(first: pd.DataFrame, second: pd.DataFrame) -> list[dict[str, Any]]:
    return compare_samples(moment_table(first), moment_table(second), **COMPARED)


def test_values_equal_independent_implementations():
    table = predictions()
    found = {r["metric"]: r for r in sample_scores(table, units={}, level=LEVEL)}
    y, p = table["truth"], table["prediction"]
    assert found["r2"]["value"] == pytest.approx(metrics.r2_score(y, p), abs=1e-12)
    assert found["pearson"]["value"] == pytest.approx(stats.pearsonr(y, p)[0], abs=1e-12)
    assert found["spearman"]["value"] == pytest.approx(stats.spearmanr(y, p)[0], abs=1e-12)
    assert found["mae"]["value"] == pytest.approx(metrics.mean_absolute_error(y, p), abs=1e-12)
    assert found["rmse"]["value"] == pytest.approx(metrics.root_mean_squared_error(y, p), abs=1e-12)
    for record in found.values():
        assert record["low"] < record["value"] < record["high"]
        assert record["n_samples"] == record["n_objects"] == 60


def test_scores_of_stored_contributions_are_the_same_to_the_last_bit(tmp_path):
    table = pd.concat([predictions(), predictions(load="b", seed=3)])
    path = tmp_path / "frames.parquet"
    write_table(path, moment_table(table), check=False)
    options = {"units": {}, "level": LEVEL}
    assert summarise_samples(read_table(path), **options) == sample_scores(table, **options)
    order = ["stress@0.010", "flow_stress"]  # as trained, not as sorted
    both = pd.concat([table, table.assign(target="flow_stress")])
    both["target"] = pd.Categorical(both["target"], categories=order)
    write_table(path, moment_table(both), check=False)
    scores = summarise_samples(read_table(path), **options)
    assert scores == sample_scores(both, **options)
    assert list(dict.fromkeys(r["target"] for r in scores)) == order
    other = table.assign(prediction=table["prediction"] + 1e-3)
    assert sample_scores(other, **options) != sample_scores(table, **options)


def test_interval_of_a_mean_of_few_samples_is_that_of_its_moment():
    values = np.random.default_rng(3).exponential(size=FEW - 1)
    mean = mean_interval(values, level=LEVEL)
    same = moment_intervals(values[:, None], {"mean": lambda m: m[..., 0]}, level=LEVEL)["mean"]
    assert (same.low, same.high) == pytest.approx((mean.low, mean.high), rel=1e-12)
    assert same.method == mean.method == "t"


def test_interval_of_r2_covers_as_often_as_it_says():
    """The nominal level is 90 %; the standard error over 200 populations is about 2 %."""
    covered = 0
    truth_r2 = 1 - 1 / 5  # the truth has variance 4, of which noise is 1
    for seed in range(200):
        rng = np.random.default_rng(seed)
        signal, noise = rng.normal(0, 2, 80), rng.normal(0, 1, 80)
        table = predictions(80).assign(truth=signal + noise, prediction=signal)
        records = sample_scores(table, units={}, level=0.9)
        r2 = next(r for r in records if r["metric"] == "r2")
        covered += r2["low"] < truth_r2 < r2["high"]
    assert 0.84 < covered / 200 < 0.96


def test_constant_predictions_explain_nothing():
    table = predictions()
    table["prediction"] = table["truth"].mean()
    found = {r["metric"]: r["value"] for r in sample_scores(table, units={}, level=LEVEL)}
    assert found["r2"] == pytest.approx(0.0, abs=1e-12)
    assert found["pearson"] == found["spearman"] == 0.0


def test_pairs_tell_a_better_model_from_an_equal_one():
    good, bad = predictions(noise=0.5, seed=1), predictions(noise=1.5, seed=2)
    gain = next(r for r in compared(good, bad) if r["metric"] == "r2")
    assert gain["low"] > 0
    assert gain["wins"] > 0.5
    assert gain["p_value"] < 0.01
    other = predictions(noise=0.5, seed=5)
    tie = next(r for r in compared(good, other) if r["metric"] == "r2")
    assert tie["low"] < 0 < tie["high"]
    assert tie["p_value"] > 0.05


def test_pairs_of_different_samples_are_refused():
    with pytest.raises(ValueError, match="not the same"):
        compared(predictions(), predictions(50))
    with pytest.raises(ValueError, match="share no target"):
        compared(predictions(), predictions(load="b"))


def test_several_objects_a_sample_are_refused():
    table = pd.concat([predictions(), predictions().assign(object=1)])
    with pytest.raises(ValueError, match="objects per sample"):
        sample_scores(table, units={}, level=LEVEL)


def r2_by_load(table):
    """Return R2 under each load."""
    records = sample_scores(table, units={}, level=LEVEL)
    return {r["subset"]: r["value"] for r in records if r["metric"] == "r2"}


def test_every_load_has_a_model_of_its_own(tmp_path):
    """With one model for both loads, the opposite signs would cancel."""
    population = opened(system(tmp_path / "a", "a", 60, seed=0))
    table = population.train(seed=0)
    write_predictions(tmp_path / "p.parquet", table)
    found = r2_by_load(table)
    assert len(found) == 2
    assert min(found.values()) > 0.7


def test_pure_noise_is_not_predicted(tmp_path):
    population = opened(system(tmp_path / "a", "a", 60, seed=0, sign=0.0))
    table = population.train(seed=0)
    found = r2_by_load(table)
    assert len(found) == 2
    assert max(found.values()) < 0.2


def test_fewer_training_samples_predict_the_same_rows(tmp_path):
    population = opened(system(tmp_path / "a", "a", 60, seed=0))
    few = population.train(seed=0, train_samples=population.splits.samples[::5])
    assert len(few) == 60 * 2 * len(STUDY.strains)
    assert np.isfinite(few["prediction"]).all()


def test_transfer_reaches_a_system_of_the_same_law_and_not_of_the_opposite(tmp_path):
    learnt = opened(system(tmp_path / "a", "a", 60, seed=0))
    same = opened(system(tmp_path / "b", "b", 40, seed=1))
    opposite = opened(system(tmp_path / "c", "c", 40, seed=1, sign=-1.0))
    for tested, reached in ((same, True), (opposite, False)):
        table = learnt.transfer(tested, seed=0)
        assert len(table) == 40 * 2 * len(STUDY.strains)
        r2 = [
            r["value"] for r in sample_scores(table, units={}, level=LEVEL) if r["metric"] == "r2"
        ]
        assert (min(r2) > 0.7) if reached else (max(r2) < 0)


def test_three_samples_have_scores_and_two_have_none():
    assert len(moment_table(predictions(3))) == 3
    with pytest.raises(ValueError, match="2 samples; expected at least 3"):
        moment_table(predictions(2))


def test_targets_of_other_tables_have_no_score():
    """Categories that name further targets, as those of a part of a table, change nothing."""
    table = predictions()
    named = table.assign(
        target=pd.Categorical(table["target"], categories=["flow_stress", "stress@0.010"])
    )
    options = {"units": {}, "level": LEVEL}
    scores = summarise_samples(moment_table(named), **options)
    assert scores == sample_scores(table, **options)
    assert {record["target"] for record in scores} == {"stress@0.010"}
