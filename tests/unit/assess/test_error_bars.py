"""Coverage of error bars is counted over runs with the right terms."""

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.error_bars import coverage


def bars(runs: int, *, spread: float, wrong: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = []
    for seed in range(runs):
        for term, truth in (("u", 2.0), ("u_x", -1.0)):
            rows.append({
                "case": "waves", "noise": 0.05, "seed": seed, "target": "u_t",
                "right": seed >= wrong, "term": term, "truth": truth,
                "value": truth + spread * rng.normal() if seed >= wrong else np.nan,
                "error": 1.0, "plain_value": truth + 3.0, "plain_error": 1.0,
            })  # fmt: skip
    return pd.DataFrame(rows)


def test_right_error_bars_cover_and_biased_ones_do_not() -> None:
    table = coverage(bars(400, spread=1.0)).set_index("kind")
    assert table.loc["corrected", "share"] == pytest.approx(0.95, abs=0.02)
    assert table.loc["least squares", "share"] == 0.0
    assert coverage(bars(400, spread=3.0))["share"].iloc[0] == pytest.approx(0.487, abs=0.04)


def test_the_interval_counts_runs_and_not_coefficients() -> None:
    table = coverage(bars(40, spread=0.0)).set_index("kind")
    row = table.loc["corrected"]
    assert (row["share"], row["n_samples"]) == (1.0, 40)
    # Wilson's interval of 40 of 40 begins at n / (n + z^2)
    assert row["share_low"] == pytest.approx(40 / (40 + 1.959964**2))
    assert row["share_high"] == pytest.approx(1.0)


def test_runs_with_other_terms_are_counted_but_not_covered() -> None:
    row = coverage(bars(10, spread=0.1, wrong=4)).iloc[0]
    assert (row["right"], row["n_samples"], row["share"]) == (0.6, 6, 1.0)
    none = coverage(bars(3, spread=0.1, wrong=3)).iloc[0]
    assert none["n_samples"] == 0
    assert np.isnan(none["share"])


def test_shares_and_their_ends_by_hand() -> None:
    """Three of four coefficients are covered; Wilson's ends solve (p - s)^2 = z^2 p (1 - p) / n."""
    table = bars(2, spread=0.0)
    table["value"] += [0.0, 1.9, -1.95, 1.97]
    row = coverage(table.assign(error=1.0)).iloc[0]
    assert (row["share"], row["level"], row["n_samples"], row["right"]) == (0.75, 0.95, 2, 1.0)
    assert row["share_low"] < 0.75 < row["share_high"]
    for p in (row["share_low"], row["share_high"]):
        assert (p - 0.75) ** 2 == pytest.approx(1.959964**2 * p * (1 - p) / 2, rel=1e-5)


def test_an_exact_value_is_covered_even_without_an_error() -> None:
    table = bars(2, spread=0.0).assign(error=0.0)
    assert coverage(table).iloc[0]["share"] == 1.0


def test_one_wrong_equation_makes_a_run_wrong_and_cases_keep_their_order() -> None:
    table = bars(4, spread=0.0)
    table.loc[0, "right"] = False  # one of the two rows of the first run
    row = coverage(table).iloc[0]
    assert (row["n_samples"], row["right"]) == (3, 0.75)
    found = coverage(pd.concat([table.assign(case=name) for name in "bac"]))
    assert found["case"].drop_duplicates().tolist() == ["b", "a", "c"]
