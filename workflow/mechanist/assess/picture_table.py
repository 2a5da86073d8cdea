"""Scores of pictures over samples, each with its interval and its null."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.picture_scores import SCORES
from mechanist.assess.resampling import IntervalOptions, mean_interval

#: What tells one camera, with what it sees and who looks, from another.
CONDITION: Final = ("renderer", "detector", "sweep", "setting")
#: Smallest and largest value of a score, where there are any.
_BOUNDS: Final = {"1": (0.0, 1.0), "length": (0.0, np.inf)}
#: Units of what is changed in the camera.
SWEEP_UNITS: Final = {"": "1", "snr": "1", "pixels": "1/length", "blur": "pixels", "spread": "1"}
_UNBOUNDED: Final = ("d2min_r2", "d2min_r2_above_floor", "floor")


def picture_table(rows: pd.DataFrame, *, length: str, interval: IntervalOptions) -> pd.DataFrame:
    """Return the mean over samples of every score under every condition.

    Parameters
    ----------
    rows : DataFrame
        Scores and nulls of every sample.
    length : str
        Unit of length of the samples.
    interval : mapping
        Level, resamples and seed of the intervals.

    Returns
    -------
    DataFrame
        A row for each condition and score; ``n_samples`` is 0, and the value missing, where no sample
        could be followed.
    """
    return pd.DataFrame(list(_rows(rows, length, interval)))


def _rows(
    rows: pd.DataFrame, length: str, interval: IntervalOptions
) -> Iterator[dict[str, object]]:
    for condition, group in rows.groupby(list(CONDITION), sort=False):
        ours, null = group[~group["null"]], group[group["null"]]
        for metric, (unit, said) in SCORES.items():
            values = ours[metric].dropna().to_numpy(float)
            nulls = null[metric].dropna().to_numpy(float)
            bounds = (-np.inf, np.inf) if metric in _UNBOUNDED else _BOUNDS[unit]
            known = mean_interval(values, bounds=bounds, **interval) if len(values) else None
            yield {
                **dict(zip(CONDITION, condition, strict=True)),
                "setting_unit": SWEEP_UNITS[str(condition[2])].replace("length", length),
                "metric": metric,
                "subset": "farther from the edge than the picture cuts",
                "value": known.value if known else np.nan,
                "low": known.low if known else np.nan,
                "high": known.high if known else np.nan,
                "level": interval["level"],
                "null": float(nulls.mean()) if len(nulls) else np.nan,
                "n_samples": len(values),
                "unit": length if unit == "length" else unit,
                "description": said,
            }
