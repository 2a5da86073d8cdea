"""Score records from the results of the confusion scheme and the classification."""

import json
from pathlib import Path

import pandas as pd
import pytest

from mechanist.formats.tables import write_table
from scripts.dislocation import scores as dislocation_scores

FOUND = {
    "unit": "1/b^2",
    "features": {
        "waves": {"location": None, "location_low": None, "location_high": None, "n": 40},
        "dipoles": {"location": 0.06, "location_low": 0.04, "location_high": 0.09, "n": 40},
    },
    "midpoints": {"exponent": {"location": 0.05, "location_low": 0.04, "location_high": 0.07}},
}
CLASSES = {
    "problems": {
        "curved": {"dummy": 0.25, "samples": 12, "scalars": {"fields": "rho+kappa"}},
    }
}


def records(
    tmp_path: Path, found: object, table: Path | None, model: str
) -> list[dict[str, object]]:
    (tmp_path / "summary.json").write_text(json.dumps(found))
    out = tmp_path / "out.json"
    dislocation_scores.main(
        tmp_path / "summary.json", table, out, model=model, voxels=[4], level=0.95
    )
    return json.loads(out.read_text())


@pytest.mark.parametrize(("model", "value"), [("dipoles", 0.06), ("exponent", 0.05)])
def test_a_transition_is_a_location_with_its_interval(
    tmp_path: Path, model: str, value: float
) -> None:
    (record,) = records(tmp_path, FOUND, None, model)
    assert (record["metric"], record["value"], record["unit"]) == ("location", value, "1/b^2")
    assert record["low"] < value < record["high"]
    assert record["n_samples"] == 40


def test_a_curve_without_peak_locates_nothing(tmp_path: Path) -> None:
    assert records(tmp_path, FOUND, None, "waves") == []


def test_unknown_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="known are"):
        records(tmp_path, FOUND, None, "junctions")


def test_accuracies_are_those_of_the_resolution_asked_for(tmp_path: Path) -> None:
    rows = [
        {"problem": "curved", "voxels": v, "fields": f, "accuracy": a, "low": a - 0.1, "high": a + 0.1, "n": 12, "method": "t"}
        for v, f, a in ((1, "rho+kappa", 0.4), (4, "rho", 0.5), (4, "rho+kappa", 0.8))
    ]  # fmt: skip
    write_table(tmp_path / "table.parquet", pd.DataFrame(rows), check=False)
    wanted = {"rho": 0.5, "rho_kappa": 0.8, "scalars": 0.4, "class_dummy": 0.25}
    for model, value in wanted.items():
        (record,) = records(tmp_path, CLASSES, tmp_path / "table.parquet", model)
        assert record["value"] == value
        assert record["target"] == "classes (curved), 4 voxels per side"
    with pytest.raises(ValueError, match="no accuracy"):
        records(tmp_path, CLASSES, tmp_path / "table.parquet", "rho_q")
