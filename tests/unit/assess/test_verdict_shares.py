"""Shares of verdicts are counted for each case, noise level and library."""

import pandas as pd
import pytest

from mechanist.assess.verdict_shares import LACKING, WHOLE, verdict_shares


def judged(*rows: tuple[str, str, bool, int]) -> pd.DataFrame:
    """Return verdicts of one case: verdict, missing term, whether right, number of terms."""
    columns = ["verdict", "missing", "right", "terms"]
    return pd.DataFrame(rows, columns=columns).assign(
        case="waves", noise=0.05, seed=range(len(rows))
    )


def test_shares_of_each_library_are_counted_apart() -> None:
    table = verdict_shares(
        judged(
            ("complete", "", True, 2),
            ("complete", "", True, 2),
            ("incomplete", "", False, 5),
            ("complete", "", True, 3),
            ("close", "u_xx", False, 4),
            ("nothing found", "u u_x", False, 0),
        )
    ).set_index(["library", "verdict"])
    whole, lacking = table.loc[WHOLE], table.loc[LACKING]
    assert whole["share"].to_dict() == {
        "complete": 0.75,
        "close": 0.0,
        "incomplete": 0.25,
        "nothing found": 0.0,
    }
    assert lacking["share"].to_dict() == {
        "complete": 0.0,
        "close": 0.5,
        "incomplete": 0.0,
        "nothing found": 0.5,
    }
    assert (whole["equations"].iloc[0], lacking["equations"].iloc[0]) == (4, 2)
    assert (whole["right"].iloc[0], lacking["right"].iloc[0]) == (0.75, 0.0)
    assert (whole["terms"].iloc[0], lacking["terms"].iloc[0]) == (3.0, 2.0)


def test_an_unknown_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match=r"verdicts \['fine'\]; expected some of \['complete'"):
        verdict_shares(judged(("fine", "", True, 1)))


def test_cases_stay_in_their_order() -> None:
    table = pd.concat([judged(("close", "", False, 1)).assign(case=name) for name in "bac"])
    assert verdict_shares(table)["case"].drop_duplicates().tolist() == ["b", "a", "c"]
