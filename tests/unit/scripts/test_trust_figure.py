"""The figure of R2 against Pearson's correlation, and the configuration of its panels."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from mechanist.assess.metric_functions import correlation, r_squared
from mechanist.assess.records import write_records
from mechanist.assess.sample_scores import sample_scores
from mechanist.assess.synthetic_predictions import flattered
from mechanist.draw.score_curves import spread_out
from mechanist.draw.style import SUFFIXES
from mechanist.settings.trust_references import trust_problems
from mechanist.settings.typed_settings import typed_settings
from scripts.trust import figure_pearson as trust_figure_pearson

ROOT = Path(__file__).parents[3]
MODELS = {
    "dummy": {"label": "Dummy", "role": "baseline"},
    "hand": {"label": "Hand features", "role": "data"},
    "scaled": {"label": "Hand features, doubled", "role": "data"},
}
CASE = {"pearson": 0.6, "n_samples": 20, "n_objects": 10, "shared": 0.3, "level": 0.95}


@pytest.mark.parametrize("pearson", [0.2, 0.6, 0.95])
def test_the_constructed_case_is_what_it_says(pearson: float) -> None:
    truth, said = flattered(
        pearson, n_samples=12, n_objects=9, shared=0.4, rng=np.random.default_rng(0)
    )
    assert truth.shape == said.shape == (12, 9)
    assert correlation(truth.ravel(), said.ravel()) == pytest.approx(pearson, abs=1e-12)
    assert r_squared(truth.ravel(), said.ravel()) == pytest.approx(0.0, abs=1e-12)
    halved = truth.mean() + 0.5 * (said - truth.mean())
    assert r_squared(truth.ravel(), halved.ravel()) == pytest.approx(pearson**2)


def test_no_correlation_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        flattered(0.0, n_samples=5, n_objects=5, shared=0.1, rng=np.random.default_rng(0))


def _scores(folder: Path) -> list[Path]:
    rng = np.random.default_rng(1)
    truth = rng.normal(size=40)
    hand = 0.5 * truth + 0.5 * rng.normal(size=40)
    paths = []
    for name, said in (("dummy", np.full(40, truth.mean())), ("hand", hand), ("scaled", 2 * hand)):
        table = pd.DataFrame({
            "sample": [f"s-{k:04d}" for k in range(40)], "load": "a", "object": 0, "fold": 0,
            "target": "stress@0.010", "truth": truth, "prediction": said,
        })  # fmt: skip
        paths.append(folder / f"{name}.json")
        write_records(paths[-1], sample_scores(table, units={"stress@0.010": "D/b"}, level=0.9))
    return paths


def test_a_point_a_model_with_all_that_a_score_needs(tmp_path: Path) -> None:
    panel = {"title": "Toys", "target": "stress@0.010", "subset": "a"}
    stem = tmp_path / "pearson"
    trust_figure_pearson.main(
        scores={"toy": _scores(tmp_path)}, stem=stem, panels={"toy": panel},
        models={"toy": MODELS}, constructed=CASE, seed=1,
    )  # fmt: skip
    assert all(stem.with_suffix(suffix).stat().st_size for suffix in SUFFIXES)
    drawn = pd.read_csv(stem.with_suffix(".csv")).set_index(["panel", "model"])
    toys = drawn.loc["toy"]
    assert toys.loc["hand", "pearson_value"] == pytest.approx(toys.loc["scaled", "pearson_value"])
    assert toys.loc["scaled", "r2_value"] < toys.loc["hand", "r2_value"]
    assert (toys["r2_value"] <= toys["pearson_value"] ** 2 + 1e-6).all()
    assert set(toys["n_samples"]) == {40}
    assert set(toys["subset"]) == {"a"}
    made = drawn.xs("constructed", level="panel").iloc[0]
    assert made["pearson_value"] == pytest.approx(0.6)
    assert made["r2_value"] == pytest.approx(0.0, abs=1e-6)
    assert made["r2_low"] < 0 < made["r2_high"]


def test_a_target_that_nobody_scored_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"stress@0\.020"):
        trust_figure_pearson.both_scores(_scores(tmp_path), "stress@0.020", "a")


@pytest.mark.parametrize("heights", [[0.1, 0.11, 0.12], [0.0] * 5, [0.98, 0.99, 1.0], [0.2, 0.9]])
def test_names_do_not_overlap_and_stay_beside_the_panel(heights: list[float]) -> None:
    moved = np.array(spread_out(np.array(heights), 0.07))
    assert (np.diff(moved) > 0.07 - 1e-9).all()
    assert moved.min() >= -1e-9
    assert moved.max() <= 1 + 1e-9


def test_panels_name_what_exists() -> None:
    settings: dict[str, Any] = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    assert not list(trust_problems(typed_settings(settings)))
    wrong = copy.deepcopy(settings)
    wrong["trust"]["panels"]["glass"] |= {"system": "ka4d", "models": ["hybird"]}
    wrong["trust"]["panels"]["pileup"]["models"] = ["hybrid"]
    problems = list(trust_problems(typed_settings(wrong)))
    for part in ("ka4d", "hybird", "trust/panels/pileup/models"):
        assert part in json.dumps(problems), part
    assert len(problems) == 3
    for wing, known in (("glas", "did you mean 'glass'"), ("crystal", "Known: dislocation, glass")):
        wrong["trust"]["panels"] = {"one": settings["trust"]["panels"]["glass"] | {"wing": wing}}
        (problem,) = trust_problems(typed_settings(wrong))
        assert f"trust/panels/one/wing: no such name {wing!r}" in problem
        assert known in problem
