"""Files of scores: dependent samples count once, and every option reaches the scores."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.score_predictions import score_predictions
from mechanist.assess.scoring import Scoring
from mechanist.formats.predictions import write_predictions
from mechanist.learn.splits import Splits, write_splits
from mechanist.learn.study import OBJECTS

NUMBERS, CLASSES = "log10_d2min@0.020", "plastic@0.020|0.10|0.50"
NAMES = tuple(f"s{k}" for k in range(8))
SCORING: Scoring = {
    "subject": OBJECTS, "top_fractions": [0.1], "level": 0.9, "resamples": 50, "seed": 1,
}  # fmt: skip


def predictions(path: Path) -> Path:
    """Write predictions of 20 objects in each of eight samples; margins are log odds."""
    rng, parts = np.random.default_rng(0), []
    for target in (NUMBERS, CLASSES):
        for k, name in enumerate(NAMES):
            truth = rng.normal(size=20) if target == NUMBERS else np.arange(20.0) % 2
            said = truth - truth.mean() + (0.5 + 0.2 * k) * rng.normal(size=20)
            parts.append(pd.DataFrame({
                "sample": name, "load": "pull", "object": np.arange(20, dtype=np.int32),
                "fold": np.int8(k % 2), "target": target, "truth": truth.astype(np.float32),
                "prediction": said.astype(np.float32),
            }))  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    for key in ("sample", "load", "target"):
        table[key] = table[key].astype("category")
    write_predictions(path, table, log_odds=[CLASSES])
    return path


def scores(folder: Path, *, groups: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """Return the records of all loads by target and metric."""
    folds = (NAMES[:4], NAMES[4:])
    write_splits(folder / "splits.json", Splits(0, folds, groups=groups or {}))
    score_predictions(
        predictions(folder / "p.parquet"), folder / "splits.json", folder / "frames.parquet",
        folder / "scores.json", scoring={**SCORING, **changes},  # type: ignore[typeddict-item]
    )  # fmt: skip
    records = json.loads((folder / "scores.json").read_text())
    return {f"{r['metric']} {r['target']}": r for r in records if r["subset"] == "all"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return scores(tmp_path_factory.mktemp("plain"))


def test_samples_of_a_group_count_as_one(tmp_path: Path, plain: dict[str, Any]) -> None:
    tied = scores(tmp_path, groups={"s0": "a", "s1": "a", "s4": "b", "s5": "b", "s6": "b"})
    for name in (f"pearson {NUMBERS}", f"auc {CLASSES}", f"brier {CLASSES}", f"ece {CLASSES}"):
        assert (plain[name]["n_samples"], tied[name]["n_samples"]) == (8, 5), name
        assert plain[name]["low"] != tied[name]["low"]
    # a group's score is the mean over its samples, and groups weigh the same
    frames = pd.read_parquet(tmp_path / "frames.parquet")
    rows = frames[(frames["target"] == NUMBERS) & (frames["metric"] == "pearson")]
    by = dict(zip(rows["sample"].astype(str), rows["value"], strict=True))
    a, b = np.mean([by["s0"], by["s1"]]), np.mean([by["s4"], by["s5"], by["s6"]])
    expected = np.mean([a, by["s2"], by["s3"], b, by["s7"]])
    assert tied[f"pearson {NUMBERS}"]["value"] == pytest.approx(expected, rel=1e-12)


def test_options_reach_the_scores(tmp_path: Path, plain: dict[str, Any]) -> None:
    other = scores(tmp_path, top_fractions=[0.2, 0.3], level=0.99)
    assert f"ap_top10 {NUMBERS}" in plain
    assert {f"ap_top20 {NUMBERS}", f"auc_top30 {NUMBERS}"} <= set(other)
    assert f"ap_top10 {NUMBERS}" not in other
    for name in (f"pearson {NUMBERS}", f"brier {CLASSES}"):
        assert (plain[name]["level"], other[name]["level"]) == (0.9, 0.99)
        assert other[name]["low"] < plain[name]["low"]
