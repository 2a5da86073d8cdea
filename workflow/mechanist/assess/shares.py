"""Shares of successes among independent runs, with their intervals.

They are Wilson's intervals (https://doi.org/10.1080/01621459.1927.10502953), which stay between 0
and 1 and do not shrink to a point if all runs succeed.
"""

from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

LEVEL: Final = 0.95


def with_intervals(table: pd.DataFrame, *, runs: str, level: float = LEVEL) -> pd.DataFrame:
    """Add the interval of each share and the number of independent runs behind it.

    Parameters
    ----------
    table : DataFrame
        Columns ``share``, between 0 and 1, and ``runs``.
    runs : str
        Name of the column with the number of runs behind each share.
    level : float
        Nominal coverage.

    Returns
    -------
    DataFrame
        With the additional columns ``share_low``, ``share_high``, ``level`` and ``n_samples``.

    Raises
    ------
    ValueError
        If a share does not correspond to a whole number of runs.
    """
    n = table[runs].to_numpy(int)
    successes = table["share"].to_numpy(float) * n
    whole = np.rint(successes).astype(int)
    off = np.abs(successes - whole) > 1e-6
    if off.any():
        at = int(np.argmax(off))
        raise ValueError(
            f"row {at}: share {table['share'].iloc[at]:g} of {n[at]} runs is not a whole number;"
            " expected the mean of that many zeros and ones"
        )
    ends = [
        stats.binomtest(k, m).proportion_ci(level, method="wilson")
        for k, m in zip(whole.tolist(), n.tolist(), strict=True)
    ]
    return table.assign(
        share_low=[end.low for end in ends],
        share_high=[end.high for end in ends],
        level=level,
        n_samples=n,
    )
