"""Scores of whole samples: one object per sample, samples compared with each other.

Here a score belongs to all samples together (how well a model separates strong from weak samples),
so its interval comes from leaving out each sample in turn.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.metrics import metric_unit, sample_metrics
from mechanist.assess.permutation import exchange_p
from mechanist.assess.records import DifferenceRecord, ScoreRecord, difference_record, score_record
from mechanist.assess.resampling import moment_intervals
from mechanist.assess.sample_moments import ABSOLUTE, MOMENTS, sample_moments
from mechanist.assess.scales import Scale
from mechanist.core.typing import FloatArray
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE
from mechanist.settings.target_names import NO_LOAD

Statistic = Callable[[FloatArray], FloatArray]
#: With fewer samples there is no spread to explain.
MIN_SAMPLES: Final = 3


def statistics() -> dict[str, Statistic]:
    """Return the function of mean moments of every metric over whole samples."""
    return {metric.name: metric.moments for metric in sample_metrics() if metric.moments}


def scales() -> dict[str, Scale]:
    """Return the scale on which the interval of each of these metrics is computed."""
    return {metric.name: metric.scale for metric in sample_metrics()}


def sample_scores(
    predictions: pd.DataFrame, *, units: Mapping[str, str], level: float
) -> list[ScoreRecord]:
    """Score every target under every load over all samples.

    Parameters
    ----------
    predictions : DataFrame
        As :mod:`mechanist.formats.predictions` describes, with one object per sample.
    units, level
        As in :func:`summarise_samples`.

    Raises
    ------
    ValueError
        If a sample has several objects, or there are fewer than three samples.
    """
    return summarise_samples(moment_table(predictions), units=units, level=level)


def moment_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """Return what each sample contributes to the scores of every target under every load.

    Parameters
    ----------
    predictions : DataFrame
        As :mod:`mechanist.formats.predictions` describes, with one object per sample.

    Returns
    -------
    DataFrame
        ``sample``, ``load``, ``target`` and the moments of :func:`sample_moments` under the names
        :data:`mechanist.assess.sample_moments.MOMENTS`; sorted by load, target and sample.

    Raises
    ------
    ValueError
        If a sample has several objects, or there are fewer than three samples.
    """
    tables = []
    for load, target, part in _populations(predictions):
        truth, said = (part[c].to_numpy(np.float64) for c in ("truth", "prediction"))
        keys = {SAMPLE: part[SAMPLE].to_numpy(), LOAD: load, TARGET: target}
        moments = pd.DataFrame(sample_moments(truth, said), columns=list(MOMENTS))
        tables.append(pd.concat([pd.DataFrame(keys), moments], axis=1))
    table = pd.concat(tables, ignore_index=True)
    for key in (LOAD, TARGET):  # which keep the order of the predictions
        order = predictions[key].astype("category").cat.categories
        table[key] = pd.Categorical(table[key], categories=order)
    return table


def summarise_samples(
    table: pd.DataFrame, *, units: Mapping[str, str], level: float
) -> list[ScoreRecord]:
    """Score every target under every load from the contributions of its samples.

    Parameters
    ----------
    table : DataFrame
        What :func:`moment_table` returns.
    units : mapping of str to str
        Units of targets.
    level : float
        Level of the intervals, by :func:`mechanist.assess.resampling.moment_intervals`.

    Returns
    -------
    list of dict
        For each target, metric and load (``subset``, ``all`` for a target without one), a record from
        :func:`mechanist.assess.records.score_record`.
    """
    records = []
    for (load, target), part in table.groupby([LOAD, TARGET], observed=True, sort=True):
        found = moment_intervals(_moments(part), statistics(), scales=scales(), level=level)
        for metric, interval in found.items():
            unit = metric_unit(metric, units.get(target))
            about = (metric, target, _subset(load), unit, interval)
            records.append(score_record(*about, n_objects=len(part)))
    return records


def compare_samples(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    units: Mapping[str, str],
    level: float,
    permutations: int,
    seed: int,
) -> list[DifferenceRecord]:
    """Compare two models on the same samples, first minus second.

    Parameters
    ----------
    first, second : DataFrame
        What :func:`moment_table` returns for two models; targets that both have are compared.
    units, level
        As in :func:`summarise_samples`.
    permutations, seed
        As in :func:`mechanist.assess.permutation.exchange_p`.

    Returns
    -------
    list of dict
        Records from :func:`mechanist.assess.records.difference_record`; ``wins`` is the share of
        samples on which the first model has the smaller error.

    Raises
    ------
    ValueError
        If the models share no target, or were scored on different samples.
    """
    parts = dict(iter(second.groupby([LOAD, TARGET], observed=True, sort=True)))
    differences = {name: _difference(metric) for name, metric in statistics().items()}
    records = []
    for (load, target), a in first.groupby([LOAD, TARGET], observed=True, sort=True):
        b = parts.get((load, target))
        if b is None:
            continue
        if a[SAMPLE].tolist() != b[SAMPLE].tolist():
            raise ValueError(
                f"{target} under {load}: {len(a)} and {len(b)} samples, which are not the same;"
                " train both models on the same splits"
            )
        one, other = _moments(a), _moments(b)
        found = moment_intervals(np.hstack([one, other]), differences, level=level)
        p = exchange_p(one, other, statistics(), permutations=permutations, seed=seed)
        wins = float((one[:, ABSOLUTE] < other[:, ABSOLUTE]).mean())
        for metric, interval in found.items():
            unit = metric_unit(metric, units.get(target))
            about = (metric, target, _subset(load), unit, interval)
            records.append(difference_record(*about, p_value=p[metric], wins=wins))
    if not records:
        raise ValueError("the two models share no target; nothing to compare")
    return records


def _subset(load: str) -> str:
    """Return the name of the subset of a load; targets that belong to none have all samples."""
    return ALL if load == NO_LOAD else load


def _moments(part: pd.DataFrame) -> FloatArray:
    """Return moments with a sample's in one place in memory, on which rounding of sums depends."""
    return np.ascontiguousarray(part[list(MOMENTS)].to_numpy(np.float64))


def _difference(metric: Statistic) -> Statistic:
    """Return a metric of the first half of the moments minus that of the second."""

    def difference(m: FloatArray) -> FloatArray:
        first, second = np.split(m, 2, axis=-1)
        return metric(first) - metric(second)

    return difference


def _populations(predictions: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield load, target and rows sorted by sample."""
    grouped = predictions.groupby([LOAD, TARGET], observed=True, sort=True)
    for (load, target), part in grouped:
        if part[SAMPLE].duplicated().any():
            raise ValueError(
                f"{target} under {load}: {int(part[OBJECT].nunique())} objects per sample; scores"
                " over a population need one (see mechanist.assess.evaluate for many)"
            )
        if len(part) < MIN_SAMPLES:
            raise ValueError(
                f"{target} under {load}: {len(part)} samples; expected at least {MIN_SAMPLES}"
            )
        ordered = part.assign(**{SAMPLE: part[SAMPLE].astype(str)})
        yield str(load), str(target), ordered.sort_values(SAMPLE, kind="stable")
