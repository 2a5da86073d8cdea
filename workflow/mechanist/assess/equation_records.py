"""Score records of equation discovery, in the form common to the scores of all wings."""

from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.metrics import metric_named, metric_unit
from mechanist.assess.records import ScoreRecord, score_record
from mechanist.assess.resampling import Interval, mean_interval, statistic_interval
from mechanist.core.typing import FloatArray

#: The share is over all runs, errors are over runs with the right terms ...
SCORED: Final = ("exact_share", "error_percent", "median_error_percent", "mse")
#: ... except this one, of all coefficients of a system as one vector, over all runs.
VECTOR: Final = "median_vector_error_percent"
#: Rule that represents a method if no rule is named: our rule; for PySINDy's systems, the rule that
#: is best in hindsight, or the published loss if rules are equal.
OWN_RULE: Final = "auto"
RIVAL_RULE: Final = "messenger_bortz"
ORACLE: Final = "oracle"
RIVAL: Final = "pysindy"


def level_target(noise: float) -> str:
    """Return the name of a noise level as scores state it, such as ``noise@0.01``."""
    return f"noise@{noise:g}"


def default_rule(runs: pd.DataFrame) -> str:
    """Return the rule that represents a method, which is its only rule if it has just one.

    Parameters
    ----------
    runs : DataFrame
        Runs of one method: ``method``, ``rule`` and ``exact``.
    """
    shares = runs.astype({"exact": float}).groupby("rule")["exact"].mean()
    if len(shares) <= 1:
        return "".join(map(str, shares.index))
    if not str(runs["method"].iloc[0]).startswith(RIVAL):
        return OWN_RULE
    known = shares.drop(ORACLE, errors="ignore")
    return str(max(known.index, key=lambda rule: (known[rule], rule == RIVAL_RULE)))


def score_records(runs: pd.DataFrame, *, level: float, resamples: int) -> list[ScoreRecord]:
    """Turn a table of runs of one method into score records.

    Parameters
    ----------
    runs : DataFrame
        Columns of :data:`mechanist.assess.equation_scores.RUN_COLUMNS`, and optionally ``mse``.
    level : float
        Level of the intervals, which are over runs: seeds, and systems if there are many.
    resamples : int
        Number of bootstrap samples if there are many runs.

    Returns
    -------
    list of dict
        ``metric``, ``target`` (the noise), ``subset`` (``"all"`` for the default rule, else the
        rule), ``unit``, ``value``, ``low``, ``high``, ``level``, ``method``, ``n_samples`` (runs),
        ``n_objects`` (equations) and ``base_rate`` (None). A system counts as exact if all of its
        equations are. If no run is exact, there is no record of an error but
        :data:`VECTOR`, ``|found - true| / |true|`` over the coefficients of all equations.
    """
    records = []
    default = default_rule(runs)
    for (rule, noise), part in runs.groupby(["rule", "noise"], sort=True):
        whole = part.assign(exact=part["exact"].astype(float)).groupby(["case", "seed"], sort=True)
        exact = whole["exact"].min() == 1
        for metric in (*SCORED, VECTOR):
            column = metric.removeprefix("median_")
            if metric == "exact_share":
                values = exact.to_numpy(float)
            elif metric == VECTOR and {"difference", "size"} <= set(runs.columns):
                squared = part.assign(difference=part["difference"] ** 2, size=part["size"] ** 2)
                sums = squared.groupby(["case", "seed"], sort=True)[["difference", "size"]].sum()
                values = 100 * np.sqrt((sums["difference"] / sums["size"]).to_numpy(float))
            elif column in runs.columns:
                values = whole[column].mean()[exact].to_numpy(float)
            else:
                continue
            if not len(values) or not np.isfinite(values).all():
                continue
            interval = _interval(metric, values, level=level, resamples=resamples)
            about = (metric, level_target(float(noise)), ALL if rule == default else str(rule))
            n_objects = int(len(part) * len(values) / len(exact))
            unit = metric_unit(metric, "1")
            records.append(score_record(*about, unit, interval, n_objects=n_objects))
    return records


def _interval(metric: str, values: FloatArray, *, level: float, resamples: int) -> Interval:
    if not metric.startswith("median_"):
        return mean_interval(
            values,
            level=level,
            resamples=resamples,
            scale=metric_named(metric).mean_scale,
            bounds=metric_named(metric).range,
        )
    return statistic_interval(
        lambda rows: float(np.median(values[rows])), len(values), level=level, resamples=resamples
    )
