"""Ranges that tables state in words: which values they allow."""

import numpy as np
import pandas as pd
import pytest

from mechanist.formats.described_columns import Column
from mechanist.formats.value_ranges import Limits, limits_of, n_outside


@pytest.mark.parametrize(
    ("written", "limits"),
    [("any", Limits()), (">= 0", Limits(low=0)), ("> 0", Limits(low=0, above=True)),
     ("<= 0", Limits(high=0)), ("0 to 1", Limits(0, 1)), ("-1 to 1", Limits(-1, 1)),
     ("whole numbers", Limits(whole=True)), ("whole numbers >= -1", Limits(-1, whole=True)),
     ("0 to 2.5", Limits(0, 2.5))],
)  # fmt: skip
def test_a_range_is_read_as_it_is_written(written: str, limits: Limits) -> None:
    assert limits_of(written) == limits


@pytest.mark.parametrize("written", ["", "positive", "0 .. 1", ">=", "1 to", ">= 0 to 1", "< 0"])
def test_a_range_in_other_words_is_refused_where_a_column_is_described(written: str) -> None:
    with pytest.raises(ValueError, match="expected any, text, true or false, or a range such as"):
        Column("1", "A number.", written)


@pytest.mark.parametrize(
    ("values", "written", "wrong"),
    [([-0.1, 0, 0.5, 1, 1.1, np.nan], "0 to 1", 2), ([0.0, -1e-3, 2], ">= 0", 1),
     ([0.0, 1.0], "> 0", 1), ([0.0, 1.0], "<= 0", 1), ([0, 1, 2.5], "whole numbers >= 1", 2),
     ([np.float32(6.0000001), -6.1], "-6 to 6", 1), ([-5.0, 7.0], "any", 0),
     ([True, False], "true or false", 0), ([1, 0], "true or false", 2),
     (["True", "False", "maybe"], "true or false", 1), (["a", "b"], "text", 0),
     ([1.0, 2.0], "text", 2), (["a", None], "any", 1), ([np.inf], "0 to 1", 1)],
)  # fmt: skip
def test_values_that_a_range_does_not_allow_are_counted(
    values: list[object], written: str, wrong: int
) -> None:
    assert n_outside(pd.Series(values), written) == wrong
