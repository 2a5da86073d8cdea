"""Names of targets and axes, and the rows of scores that figures show."""

from pathlib import Path

import pandas as pd
import pytest

from mechanist.assess import evaluate
from mechanist.core.errors import FormatError
from mechanist.draw.labels import metric_label, percent, quantity_label, strain_of, target_label
from mechanist.draw.score_tables import ALL, read_scores, rows
from mechanist.settings.target_names import class_target, is_class


def test_names_of_targets_and_axes() -> None:
    assert strain_of("plastic@0.020|0.05|0.50") == 0.02
    assert strain_of("log10_d2min@0.040") == 0.04
    with pytest.raises(ValueError, match="contains no strain"):
        strain_of("d2min")
    assert percent(0.035) == "3.5 %"
    assert quantity_label("log10_d2min@0.02", "log10(sigma^2)").endswith(r" / \sigma^2)$")
    assert quantity_label("nonaffine", "angstrom").endswith(r" / \mathrm{\AA}$")
    assert quantity_label("d2min", "length^2") == r"$D^2_\mathrm{min}$"
    assert quantity_label("c_told@0.020", "") == "c told"
    assert quantity_label("barrier", "k T$") == r"barrier (k T\$)"
    assert metric_label("auc_top10") == "AUC (top 10 %)"
    assert metric_label("r2_within") == "$R^2$ within frame"
    assert ALL == evaluate.ALL


def test_labels_name_a_target_that_belongs_to_no_load() -> None:
    told = {
        "plastic@0.040|0.10|0.50": "top 10 % vs bottom 50 %, 4 % strain",
        "log10_d2min@0.040": "log10 d2min, 4 % strain",
        "propensity_a|0.10|0.50": "propensity a, top 10 % vs bottom 50 %",
        "propensity_a": "propensity a",
    }
    assert {name: target_label(name) for name in told} == told
    assert [is_class(name) for name in told] == [True, False, True, False]
    assert class_target(0.0, 0.1, 0.5, "propensity_a") == "propensity_a|0.10|0.50"
    assert class_target(0.04, 0.1, 0.5) == "plastic@0.040|0.10|0.50"


def test_rows_refuse_to_be_none() -> None:
    table = pd.DataFrame({"model": ["a", "b"], "value": [1.0, 2.0]})
    assert rows(table, model="b")["value"].tolist() == [2.0]
    with pytest.raises(ValueError, match=r"no rows with .*'c'.*\['a', 'b'\]"):
        rows(table, model="c")
    many = pd.DataFrame({"metric": [f"metric_{k:02d}" for k in range(20)]})
    with pytest.raises(ValueError, match=r"\['metric_00', .*, 'metric_19'\]"):
        rows(many, metric="absent")


def test_scores_of_few_samples_have_no_bars(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(
        '[{"metric": "auc", "target": "t", "subset": "all", "value": 0.7, "low": null, "high": null,'
        ' "unit": "1", "level": 0.95, "n_samples": 1}]'
    )
    table = read_scores([path])
    assert table["low"].isna().all()
    assert table["low"].dtype == float


def test_scores_without_intervals_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('[{"metric": "auc", "target": "t", "subset": "all", "value": 0.7}]')
    with pytest.raises(FormatError, match="no unit, level, n_samples, low, high"):
        read_scores([path])
