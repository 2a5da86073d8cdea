"""Names of targets and axes, and the rows of scores that figures show."""

from pathlib import Path

import pandas as pd
import pytest

from mechanist.assess import evaluate
from mechanist.core.errors import FormatError
from mechanist.draw.labels import metric_label, percent, quantity_label, strain_of
from mechanist.draw.score_tables import ALL, read_scores, rows


def test_names_of_targets_and_axes() -> None:
    assert strain_of("plastic@0.020|0.05|0.50") == 0.02
    assert strain_of("log10_d2min@0.040") == 0.04
    with pytest.raises(ValueError, match="contains no strain"):
        strain_of("d2min")
    assert percent(0.035) == "3.5 %"
    assert quantity_label("log10_d2min@0.02", "log10(sigma^2)").endswith(r" / \sigma^2)$")
    assert quantity_label("nonaffine", "angstrom").endswith(r" / \mathrm{\AA}$")
    assert quantity_label("d2min", "length^2") == r"$D^2_\mathrm{min}$"
    assert metric_label("auc_top10") == "AUC (top 10 %)"
    assert metric_label("r2_within") == "$R^2$ within frame"
    assert ALL == evaluate.ALL


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
