"""The overview of models shows every model, whatever it predicts."""

import json
from pathlib import Path

import pandas as pd
import pytest

from mechanist.draw.style import SUFFIXES
from scripts.models import figure_overview

REGRESSED = {"metric": "auc_top10", "target": "log10_d2min@0.040", "subset": "all"}
CLASSES = {"metric": "balanced_accuracy", "target": "plastic@0.040|0.10|0.90", "subset": "all"}
MODELS = {
    "dummy": {"label": "Dummy", "role": "baseline", "estimator": "dummy"},
    "mine": {"label": "My model", "role": "data", "estimator": "ridge", "features": ["a", "b"]},
    "svm": {"label": "Classes", "role": "data", "estimator": "linear_svm", "features": ["a"]},
}
VALUES = {"dummy": 0.5, "mine": 0.7, "svm": 0.6}


def write_scores(folder: Path) -> list[Path]:
    """Write scores of models, the last of which predicts only classes."""
    paths = []
    for name, value in VALUES.items():
        views = [CLASSES] if name == "svm" else [REGRESSED, CLASSES]
        numbers = {"unit": "1", "value": value, "low": value - 0.1, "high": value + 0.1,
                   "level": 0.9, "method": "bca", "n_samples": 30, "n_objects": 300}  # fmt: skip
        paths.append(folder / f"{name}.json")
        paths[-1].write_text(json.dumps([{**view, **numbers} for view in views]))
    return paths


def test_every_model_is_drawn_and_listed_best_first(tmp_path: Path) -> None:
    stem, table = tmp_path / "models", tmp_path / "models.md"
    figure_overview.main(
        scores=write_scores(tmp_path), stem=stem, table=table, models=MODELS,
        views=[REGRESSED, CLASSES], system="toy",
    )  # fmt: skip
    assert all(stem.with_suffix(suffix).is_file() for suffix in SUFFIXES)
    drawn = pd.read_csv(stem.with_suffix(".csv"))
    assert set(drawn["model"]) == set(MODELS)
    assert len(drawn) == 5
    assert drawn.loc[drawn["model"] == "mine", "features"].tolist() == ["a b", "a b"]
    lines = table.read_text().splitlines()
    assert [line.split(" | ")[0].strip("| ") for line in lines[6:]] == [
        "My model", "Dummy", "Classes",
    ]  # fmt: skip
    assert "0.700 [0.600, 0.800], 30 samples" in lines[6]
    assert "90 % intervals" in lines[2]


def test_a_model_that_no_view_shows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"models \['svm'\] of toy have no score"):
        figure_overview.main(
            scores=write_scores(tmp_path), stem=tmp_path / "m", table=tmp_path / "m.md",
            models=MODELS, views=[REGRESSED], system="toy",
        )  # fmt: skip
    assert not list(tmp_path.glob("m.*"))
