"""Score records: the single form in which scores are written, checked against a schema first.

A score must state its subset, unit, interval and number of samples. The schema is
``workflow/schemas/scores.schema.yaml``; comparisons of two models have their own schema next to it.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypedDict

import numpy as np
import yaml

from mechanist.assess.resampling import Interval
from mechanist.core.atomic import write_text
from mechanist.core.beside_library import beside_library
from mechanist.core.errors import FormatError
from mechanist.settings.schema_errors import SettingsError, check_settings

SCHEMAS: Final = beside_library("schemas")
SCORES: Final = "scores"
COMPARISONS: Final = "comparisons"


class Bounds(TypedDict):
    """The interval of a value; bounds are None if there is no interval."""

    low: float | None
    high: float | None
    level: float
    method: str
    n_samples: int


class ScoreRecord(Bounds):
    """One score of a model; ``workflow/schemas/scores.schema.yaml`` says what the fields mean."""

    metric: str
    target: str
    subset: str
    unit: str
    value: float
    n_objects: int
    base_rate: float | None


class FrameScoreRecord(ScoreRecord):
    """A score that is computed frame by frame, with the number of frames behind it."""

    n_frames: int


class DifferenceRecord(Bounds):
    """One difference between two models."""

    metric: str
    target: str
    subset: str
    unit: str
    difference: float
    p_value: float
    wins: float


class PairRecord(DifferenceRecord):
    """A difference with the names of its models; see ``workflow/schemas/comparisons.schema.yaml``."""

    first: str
    second: str


def score_record(
    metric: str,
    target: str,
    subset: str,
    unit: str,
    interval: Interval,
    *,
    n_objects: int,
    base_rate: float | None = None,
) -> ScoreRecord:
    """Return the record of one score.

    Parameters
    ----------
    metric, target, subset, unit : str
        Metric, scored target, part of the data, and unit of the value.
    interval : Interval
        Value with its interval over independent samples.
    n_objects : int
        Total number of objects in the samples.
    base_rate : float, optional
        Value that an average precision has to exceed.
    """
    return {
        "metric": metric,
        "target": target,
        "subset": subset,
        "unit": unit,
        "value": interval.value,
        **_bounds(interval),
        "n_objects": n_objects,
        "base_rate": base_rate,
    }


def _bounds(interval: Interval) -> Bounds:
    """Return the bounds of an interval, with None for those that JSON cannot represent."""
    bounded = bool(np.isfinite([interval.low, interval.high]).all())
    return {
        "low": interval.low if bounded else None,
        "high": interval.high if bounded else None,
        "level": interval.level,
        "method": interval.method if bounded else "none",
        "n_samples": interval.n,
    }


def difference_record(
    metric: str,
    target: str,
    subset: str,
    unit: str,
    interval: Interval,
    *,
    p_value: float,
    wins: float,
) -> DifferenceRecord:
    """Return the record of a paired comparison, first model minus second.

    Parameters
    ----------
    metric, target, subset, unit : str
        Metric, compared target, part of the data, and unit of the difference.
    interval : Interval
        Difference with its interval over samples.
    p_value : float
        From :mod:`mechanist.assess.permutation`, not corrected for multiple comparisons.
    wins : float
        Share of samples on which the first model is better.
    """
    return {
        "metric": metric,
        "target": target,
        "subset": subset,
        "unit": unit,
        "difference": interval.value,
        **_bounds(interval),
        "p_value": p_value,
        "wins": wins,
    }


def write_records(
    path: Path, records: Sequence[ScoreRecord] | Sequence[PairRecord], *, kind: str = SCORES
) -> None:
    """Write records as JSON.

    Parameters
    ----------
    path : Path
    records : sequence of dict
        Scores, or differences with the names of their models.
    kind : {"scores", "comparisons"}
        Which schema they follow.

    Raises
    ------
    FormatError
        If a record does not fit its schema, or two records score the same quantity.
    """
    check_records(path, records, kind=kind)
    write_text(path, json.dumps(list(records), indent=1, allow_nan=False) + "\n")


def check_records(
    path: Path, records: Sequence[Mapping[str, object]], *, kind: str = SCORES
) -> None:
    """Check that records fit their schema; parameters as in :func:`write_records`."""
    remedy = f"workflow/schemas/{kind}.schema.yaml lists all fields; correct the writing code."
    try:
        check_settings([dict(record) for record in records], _schema(kind))
    except SettingsError as error:
        problems = [line.strip() for line in str(error).splitlines()[1:]]
        raise FormatError(path, "; ".join(problems), remedy=remedy) from error
    keys = ("first", "second", "metric", "target", "subset")
    named = [tuple(record.get(key) for key in keys) for record in records]
    if len(set(named)) < len(named):
        twice = next(name for name in named if named.count(name) > 1)
        said = " ".join(str(part) for part in twice if part is not None)
        raise FormatError(path, f"{said!r} is stated more than once", remedy=remedy)


@cache
def _schema(kind: str) -> dict[str, object]:
    path = SCHEMAS / f"{kind}.schema.yaml"
    schema: dict[str, object] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return schema
