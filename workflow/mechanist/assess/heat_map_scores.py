"""Whether heat maps of a network over pictures show where particles rearrange, beside maps without learning."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.metric_functions import auc, ranks
from mechanist.assess.resampling import IntervalOptions, mean_interval, paired_interval
from mechanist.core.typing import FloatArray, IntArray
from mechanist.settings.entry_types.block_entries import LabelEntry

#: Share of the particles that the AUC asks for.
TOP: Final = 0.1
METRIC: Final = "auc_top10"
#: The map that the others are compared to.
BRIGHTNESS: Final = "brightness"


def map_auc(truth: FloatArray, values: FloatArray) -> float:
    """Return how well the values of a map at particles rank the tenth that moves most."""
    return auc(truth >= np.quantile(truth, 1 - TOP), ranks(values))


def glass_means(scores: pd.DataFrame, folds: Mapping[str, int] | None) -> "pd.Series[float]":
    """Return the mean AUC of each glass over its pictures.

    Parameters
    ----------
    scores : DataFrame
        Columns ``sample`` and ``auc``, a row for each picture.
    folds : mapping of str to int, optional
        Fold of each glass, for a map that learnt nothing and does not say whether high values mean much
        motion: its sign is the one that ranks better on glasses of other folds.

    Returns
    -------
    Series
        By glass.
    """
    by_glass = scores.groupby("sample")["auc"].mean()
    if folds is None:
        return by_glass
    fold: IntArray = by_glass.index.map(folds).to_numpy(int)
    values = by_glass.to_numpy(float)
    turned = [
        value if np.mean(values[fold != own]) >= 0.5 else 1 - value
        for value, own in zip(values, fold, strict=True)
    ]
    return pd.Series(turned, index=by_glass.index)


def heat_map_table(
    found: Mapping[tuple[float, str], pd.Series],
    labels: Mapping[str, LabelEntry],
    *,
    interval: IntervalOptions,
) -> pd.DataFrame:
    """Return the AUC of every map with its interval over glasses, and its difference from brightness.

    Parameters
    ----------
    found : mapping
        AUC of each glass by noise and map.
    labels : mapping
        Label and role of each map.
    interval : mapping
        Level, resamples and seed of the intervals.
    """
    return pd.DataFrame(list(_rows(found, labels, interval)))


def _rows(
    found: Mapping[tuple[float, str], pd.Series],
    labels: Mapping[str, LabelEntry],
    interval: IntervalOptions,
) -> Iterator[dict[str, object]]:
    for (noise, name), values in found.items():
        null = found[noise, BRIGHTNESS].loc[values.index]
        known = mean_interval(values.to_numpy(float), bounds=(0.0, 1.0), **interval)
        change = paired_interval(values.to_numpy(float), null.to_numpy(float), **interval)
        yield {
            "noise": noise, "map": name, "label": labels[name]["label"], "role": labels[name]["role"],
            "metric": METRIC, "subset": "all", "unit": "1", "value": known.value, "low": known.low,
            "high": known.high, "level": interval["level"], "n_samples": len(values),
            "change": change.value, "change_low": change.low, "change_high": change.high,
        }  # fmt: skip
