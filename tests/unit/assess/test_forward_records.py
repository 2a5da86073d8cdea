"""Scores of laws that were followed: held-out ensembles alone, and none if a solution blows up."""

import pandas as pd
import pytest

from mechanist.assess.forward_records import forward_records

TABLE = pd.DataFrame({
    "law": ["good"] * 3 + ["bad"] * 2,
    "held": [True, True, False, True, True],
    "stable": [True, True, True, True, False],
    "mode_error": [0.1, 0.3, 9.0, 0.2, float("nan")],
})  # fmt: skip


def test_held_out_ensembles_are_scored() -> None:
    (record,) = forward_records(TABLE, "good", level=0.95, resamples=100)
    # the mean of 0.01 and 0.09
    assert record["value"] == pytest.approx(0.05)


@pytest.mark.parametrize("law", ["bad", "absent"])
def test_a_law_that_blows_up_or_is_absent_has_no_score(law: str) -> None:
    assert forward_records(TABLE, law, level=0.95, resamples=100) == []
