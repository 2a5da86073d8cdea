"""Scores are averaged over frames, then over samples, and compared in pairs."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from scipy.stats import t as t_distribution
from sklearn.metrics import balanced_accuracy_score

from mechanist.assess.evaluate import compare, frame_scores, summarise
from mechanist.formats.described_columns import Column
from mechanist.formats.predictions import write_predictions
from mechanist.formats.tables import read_table, write_table
from mechanist.learn.splits import make_splits, write_splits
from mechanist.learn.study import OBJECTS
from scripts.models import compare as models_compare
from scripts.models import evaluate as models_evaluate

#: Name of the subset of all loads.
ALL = "all"

NUMBER, CLASS = "log10_d2min@0.040", "plastic@0.040|0.20|0.80"
OPTIONS = {"level": 0.9, "resamples": 200, "seed": 1}
SCORING = {"subject": OBJECTS, "top_fractions": [0.1], **OPTIONS}


def _predictions(*, noise: float = 1.0, n_samples: int = 12, seed: int = 0) -> pd.DataFrame:
    """Return predictions of two targets for two loads and thirty objects; sample two is harder."""
    rng = np.random.default_rng(seed)
    rows = []
    for target in (NUMBER, CLASS):
        for sample in range(n_samples):
            for load in ("pull", "push"):
                truth = rng.normal(size=30)
                prediction = truth + noise * (3 if sample == 1 else 1) * rng.normal(size=30)
                if target == CLASS:
                    truth = (truth > np.quantile(truth, 0.8)).astype(float)
                    prediction -= 0.8
                rows.append(pd.DataFrame({
                    "sample": f"g{sample:02d}", "load": load, "object": np.arange(30, dtype=np.int32),
                    "fold": np.int8(sample % 2), "target": target,
                    "truth": truth.astype(np.float32),
                    "prediction": prediction.astype(np.float32),
                }))  # fmt: skip
    table = pd.concat(rows, ignore_index=True)
    return table.astype(dict.fromkeys(("sample", "load", "target"), "category"))


def test_every_frame_is_scored_by_itself() -> None:
    table = _predictions()
    scores = frame_scores(table, top_fractions=[0.1])
    assert len(scores) == 12 * 2 * (10 + 7)
    frame = table[
        (table["target"] == NUMBER) & (table["sample"] == "g03") & (table["load"] == "push")
    ]
    row = scores[(scores["target"] == NUMBER) & (scores["sample"] == "g03")
                 & (scores["load"] == "push") & (scores["metric"] == "spearman")]  # fmt: skip
    assert row["value"].item() == pytest.approx(spearmanr(frame["truth"], frame["prediction"])[0])
    assert row["n_objects"].item() == 30
    frame = table[
        (table["target"] == CLASS) & (table["sample"] == "g00") & (table["load"] == "pull")
    ]
    row = scores[(scores["target"] == CLASS) & (scores["sample"] == "g00")
                 & (scores["load"] == "pull") & (scores["metric"] == "balanced_accuracy")]  # fmt: skip
    expected = balanced_accuracy_score(frame["truth"], frame["prediction"] > 0)
    assert row["value"].item() == pytest.approx(expected)


def test_frames_in_pieces_are_refused() -> None:
    table = _predictions().sample(frac=1, random_state=0)
    with pytest.raises(ValueError, match="rows of a frame to be contiguous"):
        frame_scores(table, top_fractions=[0.1])


def test_the_summary_averages_loads_within_samples_first() -> None:
    scores = frame_scores(_predictions(), top_fractions=[0.1])
    lopsided = scores[(scores["sample"] != "g01") | (scores["load"] == "pull")]
    records = summarise(lopsided, units={NUMBER: "u"}, **OPTIONS)
    record = next(r for r in records if (r["metric"], r["subset"]) == ("mae", ALL))
    part = lopsided[lopsided["metric"] == "mae"]
    by_sample = part.groupby("sample", observed=True)["value"].mean()
    assert record["value"] == pytest.approx(by_sample.mean())
    assert record["value"] != pytest.approx(part["value"].mean())
    assert record["low"] < record["value"] < record["high"]
    assert (record["n_samples"], record["n_frames"], record["n_objects"]) == (12, 23, 690)
    assert record["unit"] == "u"
    loads = {r["subset"] for r in records}
    assert loads == {ALL, "pull", "push"}


def test_ranking_metrics_carry_their_base_rate_and_others_have_no_unit() -> None:
    records = summarise(frame_scores(_predictions(), top_fractions=[0.1]), units={}, **OPTIONS)
    found = {(r["target"], r["metric"]): r for r in records if r["subset"] == ALL}
    assert found[NUMBER, "ap_top10"]["base_rate"] == pytest.approx(0.1)
    assert found[CLASS, "ap"]["base_rate"] == pytest.approx(0.2)
    assert found[CLASS, "mcc"]["base_rate"] == pytest.approx(0.2)
    assert found[NUMBER, "pearson"]["base_rate"] is None
    assert found[NUMBER, "pearson"]["unit"] == "1"
    assert not any(r["metric"].startswith("base_rate") for r in records)


def test_a_better_model_gains_and_an_equal_one_does_not() -> None:
    good, bad = (frame_scores(_predictions(noise=n), top_fractions=[0.1]) for n in (0.5, 1.5))
    records = compare(good, bad, units={}, **OPTIONS)
    spearman = next(r for r in records if (r["metric"], r["subset"]) == ("spearman", ALL))
    means = [
        t[t["metric"] == "spearman"].groupby("sample", observed=True)["value"].mean().mean()
        for t in (good, bad)
    ]
    assert spearman["difference"] == pytest.approx(means[0] - means[1])
    assert spearman["low"] > 0
    assert spearman["wins"] > 0.9
    assert spearman["p_value"] < 0.05
    same = compare(good, good, units={}, **OPTIONS)
    assert all(r["difference"] == r["low"] == r["high"] == 0.0 for r in same)
    assert all(r["p_value"] == 1.0 for r in same)


def test_models_on_different_samples_are_not_compared() -> None:
    good = frame_scores(_predictions(), top_fractions=[0.1])
    with pytest.raises(ValueError, match="28 frame scores of one model have no counterpart"):
        compare(good, good[good["sample"] != "g02"], units={}, **OPTIONS)
    with pytest.raises(ValueError, match=r"shared targets are \[\]"):
        compare(good[good["target"] == CLASS], good[good["target"] == NUMBER], units={}, **OPTIONS)


def test_samples_of_a_group_count_as_one() -> None:
    table = frame_scores(_predictions(n_samples=4), top_fractions=[0.1])
    other = frame_scores(_predictions(n_samples=4, noise=2.0), top_fractions=[0.1])
    options = {"units": {}, **OPTIONS}
    alone = summarise(table, **options)
    assert {r["n_samples"] for r in alone} == {4}
    joined = summarise(table, groups={"g01": "g00"}, **options)
    assert {r["n_samples"] for r in joined} == {3}
    by_sample = _spearman_by_sample(table)
    (value,) = (r["value"] for r in joined if (r["metric"], r["subset"]) == ("spearman", ALL))
    expected = np.mean([by_sample[:2].mean(), *by_sample[2:]])
    assert value == pytest.approx(expected)
    assert value != pytest.approx(by_sample.mean())
    paired = compare(table, other, groups={"g01": "g00"}, **options)
    assert {r["n_samples"] for r in paired} == {3}


def _spearman_by_sample(table: pd.DataFrame) -> np.ndarray:
    rows = table[table["metric"] == "spearman"]
    return rows.groupby("sample", observed=True)["value"].mean().to_numpy()


def test_only_targets_that_both_have_are_compared() -> None:
    both = frame_scores(_predictions(), top_fractions=[0.1])
    records = compare(both, both[both["target"] == CLASS], units={}, **OPTIONS)
    assert {r["target"] for r in records} == {CLASS}


def test_scripts_write_scores_and_comparisons(tmp_path: Path) -> None:
    frames, splits = {}, tmp_path / "splits.json"
    write_splits(splits, make_splits([f"g{k:02d}" for k in range(12)], folds=2, seed=0))
    for name, noise in (("good", 0.5), ("bad", 2.0)):
        source, frames[name] = tmp_path / f"{name}.parquet", tmp_path / "frames" / f"{name}.parquet"
        write_predictions(source, _predictions(noise=noise), units={NUMBER: "log10(length^2)"})
        models_evaluate.main(
            source, splits, frames[name], tmp_path / f"{name}.json", scoring=SCORING
        )
    records = json.loads((tmp_path / "good.json").read_text())
    units = {r["unit"] for r in records if r["metric"] == "rmse"}
    assert units == {"log10(length^2)"}
    assert set(read_table(frames["good"]).columns) >= {
        "sample",
        "load",
        "target",
        "metric",
        "value",
    }
    out = tmp_path / "comparisons.json"
    targets = tmp_path / "targets.parquet"
    known = pd.DataFrame(
        {"sample": ["g00"], "load": ["pull"], "object": np.int32([0]), NUMBER: 1.0}
    )
    write_table(
        targets, known, columns={NUMBER: Column("log10(length^2)", "A target.")}, check=False
    )
    paths = (targets, splits, out, out.with_suffix(".csv"))
    models_compare.main(frames, *paths, pairs=[["good", "bad"]], scoring=SCORING)
    table = pd.read_csv(out.with_suffix(".csv"))
    assert len(table) == len(json.loads(out.read_text()))
    assert (table["first"] == "good").all()
    assert set(table.loc[table["metric"] == "mse", "unit"]) == {"(log10(length^2))^2"}
    assert (table.loc[table["metric"] == "spearman", "p_value"] < 0.05).all()
    assert (table.loc[table["metric"].isin(["spearman", "auc"]), "difference"] > 0).all()
    with pytest.raises(ValueError, match=r"models \['absent'\]; scored models: \['bad', 'good'\]"):
        models_compare.main(frames, *paths, pairs=[["good", "absent"]], scoring=SCORING)


def test_equal_scores_win_for_neither_model() -> None:
    table = frame_scores(_predictions(n_samples=4), top_fractions=[0.1])
    lower = table.assign(value=table["value"] - (table["sample"].astype(str) == "g02"))
    records = compare(table, lower, units={}, **OPTIONS)
    assert {r["wins"] for r in records} == {0.25}  # one of four is higher, and three are equal
    assert {r["wins"] for r in compare(lower, table, units={}, **OPTIONS)} == {0.0}


def _scored(values: dict[str, list[float]], metric: str = "mae") -> pd.DataFrame:
    """Return scores of samples a, b, ... under one load, of one metric for each target."""
    rows = [
        {"sample": name, "load": "pull", "target": target, "metric": metric, "value": value,
         "n_objects": 10}
        for target, listed in values.items()
        for name, value in zip("abcdefgh", listed, strict=False)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_intervals_of_errors_are_those_of_their_logarithms_and_shares_stay_below_one() -> None:
    errors, shares = [0.1, 0.2, 0.4, 1.0], [0.9, 1.0, 1.0, 1.0]
    (record, _) = summarise(_scored({NUMBER: errors}), units={}, **OPTIONS)
    # Student's interval of the mean, whose logarithm has the jackknife's error
    left = np.log([np.mean(errors[:k] + errors[k + 1 :]) for k in range(4)])
    error = np.sqrt(3 / 4 * ((left - left.mean()) ** 2).sum())
    reach = t_distribution(3).ppf(0.95) * error
    mean = np.log(np.mean(errors))
    assert (record["low"], record["high"]) == pytest.approx(
        (np.exp(mean - reach), np.exp(mean + reach))
    )
    assert (record["method"], record["level"]) == ("t_log", 0.9)
    (record, _) = summarise(_scored({CLASS: shares}, "accuracy"), units={}, **OPTIONS)
    assert record["high"] == 1.0
    assert record["low"] < 0.95


def test_records_stand_in_the_order_of_targets_and_metrics() -> None:
    table = pd.concat(
        [_scored({"z": [1.0, 2.0], "b": [1.0, 2.0]}, metric) for metric in ("rmse", "mae")]
    )
    for records in (
        summarise(table, units={}, **OPTIONS),
        compare(table, table, units={}, **OPTIONS),
    ):
        named = [(r["subset"], r["target"], r["metric"]) for r in records]
        assert named == [
            (s, t, m) for s in (ALL, "pull") for t in ("b", "z") for m in ("mae", "rmse")
        ]


def test_the_p_value_of_four_samples_by_hand() -> None:
    """All differences agree, in two of sixteen arrangements; a single one disagrees, in more."""
    better = _scored({NUMBER: [1.0, 2.0, 3.0, 4.0]})
    worse = _scored({NUMBER: [2.0, 4.0, 6.0, 8.0]})
    (record, _) = compare(worse, better, units={}, **{**OPTIONS, "resamples": 16})
    assert record["p_value"] == 2 / 16
    assert (record["difference"], record["wins"]) == (2.5, 1.0)
    mixed = _scored({NUMBER: [1.0, 2.0, 3.0, 5.0]})
    (record, _) = compare(mixed, worse, units={}, **{**OPTIONS, "resamples": 16})
    # differences -1, -2, -3 and -3 all agree; with +1 in place of -1 the sum of 7 is reached by 4
    assert record["p_value"] == 2 / 16
    other = _scored({NUMBER: [3.0, 2.0, 3.0, 5.0]})
    (record, _) = compare(other, worse, units={}, **{**OPTIONS, "resamples": 16})
    assert record["p_value"] == 4 / 16


def test_what_does_not_depend_on_a_model_is_not_compared() -> None:
    both = frame_scores(_predictions(n_samples=4), top_fractions=[0.1])
    found = {record["metric"] for record in compare(both, both, units={}, **OPTIONS)}
    assert {"auc", "auc_top10", "mae"} <= found
    assert not {name for name in found if name.startswith(("base_rate", "prevalence"))}
