"""The column of predictions that warns of a sample outside what its model has seen."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from mechanist.formats.described_columns import Column, logical

#: Name of the column.
OUTSIDE: Final = "outside"
MEANING: Final[dict[str, Column]] = {
    OUTSIDE: logical(
        "Whether the sample is outside what the model has seen, so that predictions and intervals may be"
        " wrong; summary.json gives the reasons."
    )
}


def with_outside(table: pd.DataFrame, reasons: Sequence[str]) -> pd.DataFrame:
    """Return the table with a last column that says whether there are reasons to doubt its rows."""
    return table.assign(**{OUTSIDE: np.full(len(table), bool(reasons))})
