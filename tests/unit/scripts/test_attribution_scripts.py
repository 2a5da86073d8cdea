"""The attribution and efficiency scripts write tables that the figures can draw."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from learning_inputs import LOADS, write_inputs
from mechanist.attribution.integrated_gradients import Average
from mechanist.core.typing import FloatArray
from mechanist.draw.style import SUFFIXES
from mechanist.formats.tables import read_table, write_table
from mechanist.learn.estimators.pair_network import FittedPairModel
from mechanist.learn.open_study import open_study
from mechanist.learn.pair_geometry import PairArrays
from pair_systems import MODEL, STUDY, systems
from scripts.trust import (
    attribution_network,
    attribution_tables,
    figure_attribution,
    figure_efficiency,
)
from scripts.trust.attribution_tables import Options

MODELS = {
    "linear": {"label": "Linear", "role": "data", "estimator": "ridge", "features": ["blind", "aware"]},
    "trees": {"label": "Trees", "role": "hybrid", "estimator": "xgboost",
              "features": ["blind", "aware"], "parameters": {"iterations": 20, "columns": 1.0}},
}  # fmt: skip


def test_tables_tell_the_telling_features_and_are_drawn(tmp_path: Path) -> None:
    files = write_inputs(tmp_path, n_samples=8, n_objects=40, signal=2.0)
    tables = []
    for name, model in MODELS.items():
        tables.append(tmp_path / f"{name}.parquet")
        attribution_tables.main(
            files.features, files.targets, files.splits, tables[-1], name=name, model=model,
            quantity="log10_d2min", strain=0.04, load=LOADS[0], level=0.95, resamples=100, seed=1,
            options=Options(objects=30, repeats=2, threshold=0.5),
        )  # fmt: skip
        found = read_table(tables[-1])
        assert set(found["subset"]) == {LOADS[0]}
        assert (found["n_samples"] == 8).all()
        lost = found[(found["metric"] == "r2_lost") & (found["grouping"] == "cluster")]
        ranked = lost.sort_values("value", ascending=False)["group"].tolist()
        assert set(ranked[:2]) == {"blind/b0", "aware/a0"}
        noise = lost[lost["group"] == "noise (control)"].iloc[0]
        assert abs(noise["value"]) < 0.05
    assert set(found["metric"]) == {"r2_lost", "mean_shap"}
    stem = tmp_path / "attribution"
    figure_attribution.main(tables=tables, stem=stem, models=MODELS, most=3)
    assert all(stem.with_suffix(suffix).is_file() for suffix in SUFFIXES)
    drawn = pd.read_csv(stem.with_suffix(".csv"))
    panels = drawn.groupby(["model", "metric", "grouping"])["group"].agg(list)
    assert len(panels) == 6
    assert all(groups[-1] == "noise (control)" for groups in panels)
    assert max(map(len, panels)) == 4


def test_a_network_is_explained_on_states_it_was_not_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def predicted(fitted: FittedPairModel, inputs: PairArrays, average: Average, *, output: int,
                  ranks: object) -> dict[str, FloatArray]:  # fmt: skip
        return {"density": fitted.predict(inputs)[:, output]}

    monkeypatch.setattr(attribution_network, "response_attributions", predicted)
    files = systems(tmp_path)[0]["a"]
    arguments = {"name": "net", "study": STUDY, "shown": [0.002], "branch": "undeformed",
                 "level": 0.9, "resamples": 50, "seed": 1}  # fmt: skip
    said = open_study(STUDY, MODEL, files).train(seed=1)
    said = said[said["target"] == "stress@0.002"]
    for folds, tested in ((1, said[said["fold"] == 0]), (9, said)):  # there are two
        out = tmp_path / f"{folds}.parquet"
        attribution_network.main(files, out, model=MODEL, folds=folds, **arguments)
        (row,) = read_table(out).to_dict("records")
        assert (row["model"], row["group"], row["target"]) == ("net", "density", "stress@0.002")
        assert row["n_samples"] == row["n_objects"] == len(tested)
        assert row["value"] == pytest.approx(tested["prediction"].mean(), rel=1e-6)
    attention = {**MODEL, "parameters": {**MODEL["parameters"], "kind": "attention", "width": 6}}
    with pytest.raises(ValueError, match="kind = 'attention'; only response networks"):
        attribution_network.main(files, out, model=attention, folds=1, **arguments)


def test_claims_of_efficiency_are_written_beside_the_figure(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [
        {"model": name, "n_train": n, "draw": 0, "sample": f"s{k}", "spread": 1.0,
         "error": 1 - level + 0.02 * rng.normal()}
        for name, levels in (("raw", (0.1, 0.2, 0.3)), ("kept", (0.2, 0.3, 0.4)))
        for n, level in zip((4, 8, 16), levels, strict=True) for k in range(30)
    ]  # fmt: skip
    write_table(tmp_path / "t.parquet", pd.DataFrame(rows), check=False)
    models = {"raw": {"label": "Raw", "role": "control"}, "kept": {"label": "Kept", "role": "data"}}
    stem, claims = tmp_path / "f", tmp_path / "claims.json"
    figure_efficiency.main(
        tables={"glass": tmp_path / "t.parquet"}, stem=stem, claims=claims,
        models={"glass": models}, pairs={"glass": [["kept", "raw"]]},
        level=0.95, resamples=200, seed=0,
    )  # fmt: skip
    (claim,) = pd.read_json(claims).to_dict("records")
    assert claim["low"] < 2 < claim["high"] + 1e-9
    assert 1.7 < claim["value"] < 2.3
    assert len(pd.read_csv(stem.with_suffix(".csv"))) == 6
