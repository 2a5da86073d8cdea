"""Intervals of shares have their nominal coverage."""

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.shares import with_intervals


def test_intervals_stay_within_zero_and_one_and_do_not_vanish() -> None:
    table = with_intervals(
        pd.DataFrame({"share": [0.0, 0.5, 1.0], "draws": [4, 20, 4]}), runs="draws"
    )
    assert table["n_samples"].tolist() == [4, 20, 4]
    assert (table["level"] == 0.95).all()
    assert (table["share_low"] >= 0).all()
    assert (table["share_high"] <= 1).all()
    assert ((table["share_high"] - table["share_low"]) > 0.3).all()
    # Wilson's formula: centre and half-width for 10 of 20.
    assert table.loc[1, "share_low"] == pytest.approx(0.2993, abs=1e-4)


@pytest.mark.parametrize("truth", [0.1, 0.5, 0.9])
def test_the_truth_is_inside_nineteen_times_of_twenty(truth: float) -> None:
    hits = np.random.default_rng(0).binomial(20, truth, size=400)
    table = with_intervals(pd.DataFrame({"share": hits / 20, "n": 20}), runs="n")
    inside = ((table["share_low"] <= truth) & (truth <= table["share_high"])).mean()
    assert 0.92 <= inside <= 0.99
    # Control: a normal interval misses far more often for shares near 0 or 1.
    width = 1.96 * np.sqrt(table["share"] * (1 - table["share"]) / 20)
    plain = ((table["share"] - truth).abs() <= width).mean()
    assert plain < inside or truth == 0.5


def test_what_is_no_share_of_its_runs_is_refused() -> None:
    with pytest.raises(ValueError, match=r"row 1: share 0\.3 of 2 runs is not a whole number"):
        with_intervals(pd.DataFrame({"share": [0.5, 0.3], "n": [2, 2]}), runs="n")
