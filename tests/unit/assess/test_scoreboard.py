"""Published results are compared with ours, and listed even without a score of ours."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from mechanist.assess.scoreboard import Scores, build, check_published
from mechanist.assess.scoreboard_text import learning_limits, markdown
from mechanist.core.errors import FormatError
from scripts.report import scoreboard

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "config" / "published.yaml"
SCHEMA = ROOT / "workflow" / "schemas" / "published.schema.yaml"
TARGET = "plastic@0.040|0.05|0.50"
MODELS = {
    "glass": {
        "svm": {"label": "Support vectors", "role": "data"},
        "dummy": {"label": "Dummy", "role": "baseline"},
        "ridge": {"label": "Ridge", "role": "baseline"},
        "step": {"label": "Elastic step", "role": "mechanism"},
        "response": {"label": "Response", "role": "mechanism"},
        "hybrid": {"label": "Hybrid", "role": "hybrid"},
        "other": {"label": "Other loads", "role": "ceiling"},
    }
}
VALUES = {"svm": 0.7, "dummy": 0.5, "ridge": 0.68, "step": 0.71, "response": 0.69, "hybrid": 0.75,
          "other": 0.9}  # fmt: skip

UNIT = "sigma"


def _row(**changes: Any) -> dict[str, Any]:
    row = {
        "id": "someone", "wing": "glass", "system": "a glass", "publication": "Someone (2020)",
        "doi": None, "task": "classify", "metric": "accuracy", "definition": "unknown",
        "value": 0.75, "bound": "<", "text": "< 0.75", "status": "read", "source": "a review",
        "ours": {"system": "ka2d", "model": "svm", "metric": "balanced_accuracy",
                 "targets": [TARGET]},
        "baselines": {"dummy": "dummy", "linear": "ridge"}, "rivals": ["step", "response"],
    }  # fmt: skip
    return {**row, **changes}


def _scores(
    folder: Path, values: dict[str, float], metric: str = "balanced_accuracy"
) -> list[Path]:
    paths = []
    for model, value in values.items():
        path = folder / "glass" / "ka2d" / "scores" / f"{model}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        record = {"metric": metric, "target": TARGET, "value": value, "low": value - 0.01,
                  "high": value + 0.01, "unit": UNIT, "level": 0.95, "method": "bca",
                  "n_samples": 40, "n_objects": 4000, "base_rate": 0.09}  # fmt: skip
        worse = {**record, "subset": "shear", "value": 0.0}
        path.write_text(json.dumps([worse, {**record, "subset": "all"}]))
        paths.append(path)
    return paths


def _schema() -> dict[str, Any]:
    return dict(yaml.safe_load(SCHEMA.read_text()))


def test_ours_baselines_rivals_and_the_best_stand_beside_a_published_value(tmp_path: Path) -> None:
    table = build([_row()], Scores.read(_scores(tmp_path, VALUES)), MODELS)
    assert table[["kind", "model"]].to_records(index=False).tolist() == [
        ("published", ""), ("ours", "svm"), ("dummy", "dummy"), ("linear", "ridge"),
        ("rival", "step"), ("rival", "response"), ("other", "hybrid"),
    ]  # fmt: skip
    assert table.loc[table["kind"] == "published", ["value", "bound"]].to_numpy().tolist() == [
        [0.75, "<"]
    ]
    ours = table[table["kind"] == "ours"].iloc[0]
    assert (ours["value"], ours["low"], ours["n_samples"]) == (0.7, 0.69, 40)
    assert table.loc[table["best"], "model"].tolist() == ["hybrid"]  # the ceiling is not ranked


def test_the_best_of_an_error_is_the_smallest(tmp_path: Path) -> None:
    row = _row(ours={**_row()["ours"], "metric": "mae"})
    table = build([row], Scores.read(_scores(tmp_path, VALUES, metric="mae")), MODELS)
    assert table.loc[table["best"], "model"].tolist() == ["dummy"]


def test_what_is_not_there_yet_is_said(tmp_path: Path) -> None:
    without = {
        k: v for k, v in _row(id="other").items() if k not in ("ours", "baselines", "rivals")
    }
    some = Scores.read(_scores(tmp_path, {"ridge": 0.6}))
    table = build([_row(), without], some, MODELS)
    text = markdown(table, level=0.95)
    lines = [line for line in text.splitlines() if line.startswith("| Someone")]
    assert len(lines) == 2
    assert all("not yet" in line for line in lines)
    assert "Ridge: 0.600 [0.590, 0.610]" in lines[0]
    assert table["value"].isna().sum() == 5


def test_the_markdown_states_what_is_needed_to_judge(tmp_path: Path) -> None:
    text = markdown(build([_row()], Scores.read(_scores(tmp_path, VALUES)), MODELS), level=0.95)
    line = next(line for line in text.splitlines() if line.startswith("| Someone"))
    for part in ("< 0.75 (read)", "Support vectors: 0.700 [0.690, 0.710]", "| 40 |", "| 0.090 |",
                 "| 0.500 |", "Elastic step: 0.710", "Hybrid: 0.750", "balanced_accuracy (sigma)",
                 "0.05\\|0.50"):  # fmt: skip
        assert part in line, part
    assert "Other loads" not in text
    unknown = _row(value=None, status="unknown")
    del unknown["bound"], unknown["text"]
    text = markdown(build([unknown], Scores({}), MODELS), level=0.95)
    assert "| unknown |" in text


def test_published_rows_fit_their_schema() -> None:
    rows = check_published(PUBLISHED, yaml.safe_load(PUBLISHED.read_text()), _schema())
    ids = {row["id"] for row in rows}
    assert {"cubuk_2015", "bapst_2020", "wang_jain_2019", "fan_ma_2021"} <= ids
    assert all(row["value"] is None for row in rows if row["status"] == "unknown")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "guessed"}, "'guessed' is not allowed. Allowed: 'read', 'recalled', 'unknown'"),
        ({"status": "unknown"}, "rows/0/value"),
        ({"value": "0.75"}, "rows/0/value: value '0.75' is of type str"),
        ({"value": None}, "rows/0/value"),
        ({"verdict": "good"}, "unknown key 'verdict'"),
        ({"doi": "prl-114"}, "rows/0/doi"),
    ],
)
def test_rows_that_do_not_fit_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError, match=r"published\.yaml") as error:
        check_published(PUBLISHED, {"rows": [_row(**change)]}, _schema())
    assert message in str(error.value)


def test_rows_need_ids_of_their_own_and_rivals_for_ours() -> None:
    with pytest.raises(FormatError, match="ids \\['someone'\\] repeat"):
        check_published(PUBLISHED, {"rows": [_row(), deepcopy(_row())]}, _schema())
    lonely = {k: v for k, v in _row().items() if k != "rivals"}
    with pytest.raises(FormatError, match="rivals"):
        check_published(PUBLISHED, {"rows": [lonely]}, _schema())


def test_damaged_scores_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "glass" / "ka2d" / "scores" / "svm.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    with pytest.raises(FormatError, match="not a list of score records"):
        Scores.read([path])


def test_the_script_writes_both_tables(tmp_path: Path) -> None:
    csv, text = tmp_path / "scoreboard.csv", tmp_path / "scoreboard.md"
    scoreboard.main(
        PUBLISHED, SCHEMA, _scores(tmp_path, VALUES), [], csv, text,
        models=MODELS, level=0.95, metric="auc_top10",
    )  # fmt: skip
    table = pd.read_csv(csv)
    assert set(table["id"]) == {row["id"] for row in yaml.safe_load(PUBLISHED.read_text())["rows"]}
    assert {"case", "metric", "model", "label", "value", "low", "high", "bound"} <= set(table)
    assert text.read_text().count("Wang et al.") == 9


def test_limits_state_the_learning_curve() -> None:
    curves = pd.DataFrame(
        {
            "model": "svm",
            "target": "log10_d2min@0.040",
            "metric": ["auc_top10"] * 3 + ["r2"],
            "n_train": [4, 4, 8, 8],
            "draw": [0, 1, 0, 0],
            "value": [0.5, 0.6, 0.7, 0.1],
        }
    )
    (line,) = learning_limits(curves, {"svm": {"label": "SVM"}}, metric="auc_top10")
    assert line.endswith("number of samples learnt from: 0.550 from 4, 0.700 from 8.")
    text = markdown(build([_row()], Scores({}), MODELS), level=0.95, limits=[line])
    assert f"- {line}" in text
