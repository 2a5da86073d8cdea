"""Scores of predictions: computed by frame, averaged within samples, with intervals over samples.

Samples that are not independent of each other, such as one glass in two states, form a group. If
there are groups, scores are averaged within groups, and groups are resampled.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.metrics import (
    BASE_RATE,
    PREVALENCE,
    classification_scores,
    metric_named,
    metric_unit,
    regression_scores,
)
from mechanist.assess.permutation import sign_flip_p
from mechanist.assess.records import (
    DifferenceRecord,
    FrameScoreRecord,
    ScoreRecord,
    difference_record,
    score_record,
)
from mechanist.assess.resampling import mean_interval, paired_interval
from mechanist.core.typing import IntArray
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, SAMPLE
from mechanist.settings.target_names import NO_LOAD, is_class

#: Name of the subset that contains all loads.
ALL: Final = "all"
METRIC, VALUE, N_OBJECTS = "metric", "value", "n_objects"
KEYS: Final = (SAMPLE, LOAD, TARGET, METRIC)


def frame_scores(predictions: pd.DataFrame, *, top_fractions: Sequence[float]) -> pd.DataFrame:
    """Score every frame.

    Parameters
    ----------
    predictions : DataFrame
        As :mod:`mechanist.formats.predictions` describes; rows of a frame are contiguous.
    top_fractions : sequence of float
        See :func:`mechanist.assess.metrics.regression_scores`.

    Returns
    -------
    DataFrame
        ``sample``, ``load``, ``target``, ``metric``, ``value``, ``n_objects``.
    """
    truth = predictions["truth"].to_numpy(np.float64)
    prediction = predictions["prediction"].to_numpy(np.float64)
    names = {key: predictions[key].astype("category").cat for key in (SAMPLE, LOAD, TARGET)}
    codes = {key: column.codes.to_numpy() for key, column in names.items()}
    records: dict[str, list[object]] = {name: [] for name in (*KEYS, VALUE, N_OBJECTS)}
    for rows in _runs(list(codes.values())):
        target = names[TARGET].categories[codes[TARGET][rows.start]]
        if is_class(target):
            scores = classification_scores(truth[rows].astype(np.int64), prediction[rows])
        else:
            scores = regression_scores(truth[rows], prediction[rows], top_fractions=top_fractions)
        for key in (SAMPLE, LOAD, TARGET):
            records[key] += [codes[key][rows.start]] * len(scores)
        records[METRIC] += scores
        records[VALUE] += scores.values()
        records[N_OBJECTS] += [rows.stop - rows.start] * len(scores)
    for key in (SAMPLE, LOAD, TARGET):
        records[key] = pd.Categorical.from_codes(records[key], names[key].categories)
    table = pd.DataFrame(records)
    table[METRIC] = table[METRIC].astype("category")
    return table.astype({N_OBJECTS: np.int32})


def summarise(
    table: pd.DataFrame,
    *,
    units: Mapping[str, str],
    level: float,
    resamples: int,
    seed: int,
    groups: Mapping[str, str] | None = None,
) -> list[ScoreRecord]:
    """Average the scores of frames over loads and samples, with intervals over samples.

    Parameters
    ----------
    table : DataFrame
        What :func:`frame_scores` returns.
    units : mapping of str to str
        Units of targets.
    level, resamples, seed
        As in :func:`mechanist.assess.resampling.mean_interval`.
    groups : mapping of str to str, optional
        Group of each sample that shares one with others; a group counts as one sample.

    Returns
    -------
    list of dict
        For each target, metric and subset (all loads together, and each alone): ``metric``,
        ``target``, ``subset``, ``unit``, ``value``, ``low``, ``high``, ``level``, ``method``,
        ``n_samples``, ``n_frames``, ``n_objects``, ``base_rate``. The base rate is the value that
        an average precision has to exceed, None for metrics without classes.
    """
    records: list[ScoreRecord] = []
    for subset, part in _subsets(independent(table, groups)):
        for (target, metric), scores in part.groupby([TARGET, METRIC], observed=True, sort=True):
            if metric.startswith(BASE_RATE):
                continue
            by_sample = scores.groupby(SAMPLE, observed=True, sort=True)[VALUE].mean()
            interval = mean_interval(
                by_sample.to_numpy(),
                level=level,
                resamples=resamples,
                seed=seed,
                scale=metric_named(metric).mean_scale,
                bounds=metric_named(metric).range,
            )
            record = score_record(
                metric,
                target,
                subset,
                metric_unit(metric, units.get(target)),
                interval,
                n_objects=int(scores[N_OBJECTS].sum()),
                base_rate=_base_rate(part, target, metric),
            )
            framed: FrameScoreRecord = {**record, "n_frames": len(scores)}
            records.append(framed)
    return records


def compare(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    units: Mapping[str, str],
    level: float,
    resamples: int,
    seed: int,
    groups: Mapping[str, str] | None = None,
) -> list[DifferenceRecord]:
    """Compare two models sample by sample, first minus second.

    Parameters
    ----------
    first, second : DataFrame
        Frame scores of two models; targets and metrics that both have are compared.
    units, level, resamples, seed, groups
        As in :func:`summarise`; the p-value uses at most ``resamples`` random permutations.

    Returns
    -------
    list of dict
        Records from :func:`mechanist.assess.records.difference_record`; ``wins`` is the share of
        samples with a higher value.

    Raises
    ------
    ValueError
        If the models share no target, or were scored on different frames.
    """
    both = independent(_matched(first, second), groups)
    records = []
    for subset, part in _subsets(both):
        for (target, metric), scores in part.groupby([TARGET, METRIC], sort=True):
            means = scores.groupby(SAMPLE, sort=True)[[VALUE, f"{VALUE}_second"]].mean()
            a, b = means.to_numpy().T
            record = difference_record(
                metric,
                target,
                subset,
                metric_unit(metric, units.get(target)),
                paired_interval(a, b, level=level, resamples=resamples, seed=seed),
                p_value=sign_flip_p(a - b, permutations=resamples, seed=seed),
                wins=float((a > b).mean()),
            )
            records.append(record)
    return records


def independent(table: pd.DataFrame, groups: Mapping[str, str] | None) -> pd.DataFrame:
    """Return the table with the samples of each group renamed to the group, as one sample."""
    if not groups:
        return table
    names = table[SAMPLE].astype(str)
    return table.assign(**{SAMPLE: names.map(groups).fillna(names)})


def _matched(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of both models, one row per frame and metric that depends on a model."""
    both = first.astype(dict.fromkeys(KEYS, str)).merge(
        second.astype(dict.fromkeys(KEYS, str)),
        on=list(KEYS),
        how="outer",
        suffixes=("", "_second"),
    )
    shared = set(first[TARGET].unique()) & set(second[TARGET].unique())
    both = both[both[TARGET].isin(shared) & ~both[METRIC].str.startswith((BASE_RATE, PREVALENCE))]
    lonely = both[[VALUE, f"{VALUE}_second"]].isna().any(axis=1)
    if both.empty or lonely.any():
        row = both.loc[lonely, list(KEYS)].head(1).to_dict("records")
        raise ValueError(
            f"{int(lonely.sum())} frame scores of one model have no counterpart, the first {row};"
            f" shared targets are {sorted(shared)}; evaluate both models on the same splits"
        )
    return both


def _subsets(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield all loads together, then each load; a target that belongs to none has all rows only."""
    yield ALL, table
    for load in sorted({*table[LOAD].astype(str)} - {NO_LOAD}):
        yield load, table[table[LOAD] == load]


def _base_rate(table: pd.DataFrame, target: str, metric: str) -> float | None:
    """Return the share of positives that belongs to a ranking or class metric."""
    _, mark, fraction = metric.partition("_top")
    name = f"{BASE_RATE}{mark}{fraction}" if mark or is_class(target) else None
    rows = table[(table[TARGET] == target) & (table[METRIC] == name)]
    return None if rows.empty else float(rows[VALUE].mean())


def _runs(codes: Sequence[IntArray]) -> list[slice]:
    """Return slices in which all codes stay the same.

    Raises
    ------
    ValueError
        If the rows of a frame are not contiguous.
    """
    change = np.any([np.diff(code) != 0 for code in codes], axis=0)
    bounds = [0, *(np.flatnonzero(change) + 1).tolist(), len(codes[0])]
    runs = [slice(a, b) for a, b in itertools.pairwise(bounds) if b > a]
    frames = {tuple(int(code[run.start]) for code in codes) for run in runs}
    if len(frames) != len(runs):
        raise ValueError(
            f"{len(runs)} runs of rows for {len(frames)} frames; expected the rows of a frame to"
            " be contiguous, each object once"
        )
    return runs
