"""Scores of simulations that start from sections, on fields whose scores are known."""

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.section_scores import (
    ALL,
    COLUMNAR,
    SECTIONS,
    curve_error,
    field_r2,
    section_table,
    start_score,
)
from mechanist.core.rotations import from_rotation_vector


def test_scores_of_the_truth_are_perfect_and_others_are_not() -> None:
    true = np.array([1.0, 2.0, 3.0, 6.0])
    everywhere = np.ones(4, dtype=bool)
    assert field_r2(true, true, everywhere) == 1
    assert field_r2(np.full(4, 3.0), true, everywhere) == 0
    assert np.isnan(field_r2(true, true, ~everywhere))
    assert curve_error(true, true) == 0
    assert curve_error(1.1 * true, true) == pytest.approx(10)


def test_the_right_start_counts_voxels_up_to_symmetry() -> None:
    turns = np.radians([[0, 0, 90], [0, 0, 45], [0, 0, 0.5], [10, 0, 0]])
    share = start_score(from_rotation_vector(turns), np.array([1.0, 0, 0, 0]), "cubic")
    assert share == 0.5


def test_the_table_holds_means_and_the_change_from_columnar_grains() -> None:
    rows = [
        {"sample": k, "method": method, "known": known, "rule": "vote", "axis": "x",
         "metric": "stress_r2", "subset": ALL, "value": value + 0.1 * k}
        for k in range(3) for method, known, value in ((COLUMNAR, 1, -0.5), (SECTIONS, 9, 0.7))
    ]  # fmt: skip
    table = section_table(pd.DataFrame(rows), interval={"level": 0.9, "resamples": 50, "seed": 0})
    table = table.set_index("method")
    assert table["value"].to_dict() == pytest.approx({COLUMNAR: -0.4, SECTIONS: 0.8})
    assert table["change"].to_dict() == pytest.approx({COLUMNAR: 0, SECTIONS: 1.2})
    # all samples change by the same, so that only the value has a width
    assert table.loc[SECTIONS, "change_high"] == pytest.approx(1.2)
    assert table.loc[SECTIONS, "high"] <= 1
    assert (table["low"] < table["value"]).all()
    assert (table["n_samples"] == 3).all()
