"""Scores of laws of slip: which errors count, and which are left out."""

import json
from pathlib import Path

import pandas as pd
import pytest

from scripts.crystal import slip_law_scores
from scripts.crystal.figure_flow_law import over_realisations

HELD = "difference of the stress of a held-out cell"


def _table(errors: dict[str, list[float]]) -> pd.DataFrame:
    """Return rows of one method by quantity, at two noises with two realisations."""
    return pd.DataFrame([
        {"noise": noise, "realisation": k, "method": "hidden", "quantity": quantity,
         "error_percent": error * noise / 0.05}
        for noise in (0.01, 0.05) for quantity, values in errors.items()
        for k, error in enumerate(values)
    ])  # fmt: skip


def _values(path: Path, table: pd.DataFrame) -> dict[str, float]:
    table.to_csv(path / "laws.csv", index=False)
    slip_law_scores.main(path / "laws.csv", [path / "hidden.json"], level=0.95, resamples=50)
    return {one["target"]: one["value"] for one in json.loads((path / "hidden.json").read_text())}


ERRORS = {
    "exponent": [1.0, 3.0],
    "slope, self": [1.0, 9.0],
    "slope, Hirth": [5.0, 2.0],
    HELD: [0.1, 0.3],
}


def test_the_worst_slope_of_each_realisation_counts_at_the_largest_noise(tmp_path: Path) -> None:
    values = _values(tmp_path, _table(ERRORS))
    assert values == {
        "exponent": pytest.approx(2.0),
        "worst slope": pytest.approx(7.0),  # of 5 and 9; the means of the slopes are 5 and 3.5
        "stress of a held-out cell": pytest.approx(0.2),
    }


def test_a_curve_that_ended_early_in_one_realisation_leaves_no_score(tmp_path: Path) -> None:
    values = _values(tmp_path, _table(ERRORS | {HELD: [0.1, float("nan")]}))
    assert set(values) == {"exponent", "worst slope"}


def test_the_figure_shows_ranges_over_realisations_and_the_worst_latent_slope() -> None:
    table = _table(ERRORS | {"slope, Lomer": [6.0, 1.0]})
    found = over_realisations(table)
    now = found[found["noise"] == 0.05].set_index("quantity")
    columns = ["error_percent", "smallest", "largest"]
    assert now.loc["latent, worst", columns].tolist() == pytest.approx([4.0, 2.0, 6.0])
    assert now.loc["self hardening", columns].tolist() == pytest.approx([5.0, 1.0, 9.0])
    assert "slope, Lomer" not in now.index
