"""Score records from the results of the confusion scheme and the classification."""

import json
from collections.abc import Sequence
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


#: A table without a row: no field set was classified.
NOTHING = pd.DataFrame(
    columns=["problem", "fields", "voxels", "accuracy", "low", "high", "n", "method"]
)


def records(
    folder: Path,
    *,
    transition: Sequence[str] = (),
    classes: Sequence[str] = (),
    table: pd.DataFrame = NOTHING,
) -> dict[str, list[dict[str, object]]]:
    """Return what the script writes for models of the transition and of the classification."""
    (folder / "confusion.json").write_text(json.dumps(FOUND))
    (folder / "accuracy.json").write_text(json.dumps(CLASSES))
    write_table(folder / "accuracy.parquet", table, check=False)
    outs = [[folder / f"{name}.json" for name in names] for names in (transition, classes)]
    dislocation_scores.main(
        folder / "confusion.json", folder / "accuracy.json", folder / "accuracy.parquet",
        transition_out=outs[0], classification_out=outs[1], voxels=[4], level=0.95,
    )  # fmt: skip
    return {out.stem: json.loads(out.read_text()) for out in [*outs[0], *outs[1]]}


def test_a_transition_is_a_location_with_its_interval(tmp_path: Path) -> None:
    found = records(tmp_path, transition=["dipoles", "exponent"])
    for model, value in {"dipoles": 0.06, "exponent": 0.05}.items():
        (record,) = found[model]
        assert (record["metric"], record["value"], record["unit"]) == ("location", value, "1/b^2")
        assert record["low"] < value < record["high"]  # type: ignore[operator]
        assert record["n_samples"] == 40


def test_a_curve_without_peak_locates_nothing(tmp_path: Path) -> None:
    assert records(tmp_path, transition=["waves"]) == {"waves": []}


def test_unknown_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="known are"):
        records(tmp_path, transition=["junctions"])


def test_accuracies_are_those_of_the_resolution_asked_for(tmp_path: Path) -> None:
    rows = [
        {"problem": "curved", "voxels": v, "fields": f, "accuracy": a, "low": a - 0.1, "high": a + 0.1, "n": 12, "method": "t"}
        for v, f, a in ((1, "rho+kappa", 0.4), (4, "rho", 0.5), (4, "rho+kappa", 0.8))
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    wanted = {"rho": 0.5, "rho_kappa": 0.8, "scalars": 0.4, "class_dummy": 0.25}
    found = records(tmp_path, classes=list(wanted), table=table)
    for model, value in wanted.items():
        (record,) = found[model]
        assert record["value"] == value
        assert record["target"] == "classes (curved), 4 voxels per side"
    with pytest.raises(ValueError, match="no accuracy"):
        records(tmp_path, classes=["rho_q"], table=table)
