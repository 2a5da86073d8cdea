"""What degradation costs each model: scores over whole glasses, and their change from clean views."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.metrics import metric_named, regression_scores
from mechanist.assess.resampling import IntervalOptions, mean_interval, paired_interval
from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.settings.entry_types.block_entries import ModelEntry

#: Share of the particles that the AUC asks for.
TOP: Final = 0.1
METRICS: Final = ("auc_top10", "spearman", "r2_within")
#: Name of the view without errors, to which others are compared.
CLEAN: Final = "none"
#: Name of the view with edges, and its particles that are used.
WINDOW: Final = "window"
FREE: Final = "farther from the edge than the neighbourhood of D2min reaches"


def glass_scores(
    truth: FloatArray, prediction: FloatArray, sample: IntArray, frame: IntArray, usable: BoolArray
) -> pd.DataFrame:
    """Return the mean over frames of the scores of each glass.

    Parameters
    ----------
    truth, prediction : ndarray of shape (n_rows,)
    sample, frame : ndarray of shape (n_rows,), int
    usable : ndarray of shape (n_rows,), bool
        Rows that are scored.

    Returns
    -------
    DataFrame
        A row for each glass; columns :data:`METRICS`.
    """
    found = []
    for one in np.unique(frame):
        rows = usable & (frame == one)
        scores = regression_scores(truth[rows], prediction[rows], top_fractions=[TOP])
        found.append({"sample": int(sample[rows][0]), **{name: scores[name] for name in METRICS}})
    return pd.DataFrame(found).groupby("sample").mean()


def ladder_table(
    scores: Mapping[tuple[str, float, str, str], pd.DataFrame],
    models: Mapping[str, ModelEntry],
    *,
    interval: IntervalOptions,
) -> pd.DataFrame:
    """Return the scores of every model in every view, with intervals over glasses.

    Parameters
    ----------
    scores : mapping
        Scores of each glass by degradation, setting, model and training (``same`` or ``clean``).
    models : mapping
        Entries of the models, with labels and roles.
    interval : mapping
        Level, resamples and seed of the intervals.
    """
    return pd.DataFrame(list(_rows(scores, models, interval)))


def _rows(
    scores: Mapping[tuple[str, float, str, str], pd.DataFrame],
    models: Mapping[str, ModelEntry],
    interval: IntervalOptions,
) -> Iterator[dict[str, object]]:
    for (degradation, setting, model, training), found in scores.items():
        clean = scores[CLEAN, 0.0, model, "same"]
        for metric in METRICS:
            values = found[metric].to_numpy(float)
            known = mean_interval(values, bounds=metric_named(metric).range, **interval)
            change = paired_interval(values, clean[metric].to_numpy(float), **interval)
            yield {
                "degradation": degradation, "setting": setting, "model": model,
                "label": models[model]["label"], "role": models[model]["role"],
                "training": training, "metric": metric,
                "subset": FREE if degradation == WINDOW else "all",
                "value": known.value, "low": known.low, "high": known.high,
                "change": change.value, "change_low": change.low, "change_high": change.high,
                "level": interval["level"], "n_samples": len(values), "unit": "1",
            }  # fmt: skip
