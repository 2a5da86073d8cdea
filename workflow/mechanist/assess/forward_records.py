"""Score records of laws that were followed on ensembles which they have not seen."""

from typing import Final

import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.metrics import metric_named
from mechanist.assess.records import ScoreRecord, score_record
from mechanist.assess.resampling import mean_interval

UNEXPLAINED: Final = "unexplained"
#: What is scored: modes 1 and 2 of both densities over time.
TARGET: Final = "density_modes"


def forward_records(
    table: pd.DataFrame, law: str, *, level: float, resamples: int
) -> list[ScoreRecord]:
    """Return the score of a law: the squared error of modes that it leaves, over held-out ensembles.

    Parameters
    ----------
    table : DataFrame
        Columns ``law``, ``held``, ``stable`` and ``mode_error``, one row an ensemble and law.
    law : str
    level : float
        Level of the interval, which is over ensembles.
    resamples : int
        Number of bootstrap samples if there are many.

    Returns
    -------
    list of dict
        Empty if the law was not found, or if one of its solutions blows up: a mean over the others
        would flatter it.
    """
    mine = table[(table["law"] == law) & table["held"]]
    if mine.empty or not mine["stable"].all():
        return []
    metric = metric_named(UNEXPLAINED)
    interval = mean_interval(
        mine["mode_error"].to_numpy(float) ** 2,
        level=level,
        resamples=resamples,
        scale=metric.mean_scale,
        bounds=metric.range,
    )
    return [score_record(UNEXPLAINED, TARGET, ALL, metric.unit, interval, n_objects=len(mine))]
