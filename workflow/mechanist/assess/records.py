"""Score records: the one form in which a score leaves the project, checked before it is written.

A number without its subset, unit, interval and number of samples is no score. The form is
``workflow/schemas/scores.schema.yaml``; comparisons of two models have a schema beside it.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from mechanist.assess.resampling import Interval
from mechanist.core.atomic import write_text
from mechanist.core.errors import FormatError
from mechanist.settings.schema_errors import SettingsError, check_settings

Record = dict[str, Any]
SCHEMAS: Final = Path(__file__).parents[2] / "schemas"
SCORES: Final = "scores"
COMPARISONS: Final = "comparisons"


def score_record(
    metric: str,
    target: str,
    subset: str,
    unit: str,
    interval: Interval,
    *,
    n_objects: int,
    base_rate: float | None = None,
) -> Record:
    """Return the record of one score.

    Parameters
    ----------
    metric, target, subset, unit : str
        What was scored, by what, on which part of the data, and in which unit the value is.
    interval : Interval
        Over independent samples.
    n_objects : int
        How many objects the samples hold in all.
    base_rate : float, optional
        What an average precision has to beat.
    """
    about = {"metric": metric, "target": target, "subset": subset, "unit": unit}
    return {**about, **numbers(interval), "n_objects": n_objects, "base_rate": base_rate}


def numbers(interval: Interval) -> Record:
    """Return the parts of an interval, None for what JSON cannot hold."""
    bounded = bool(np.isfinite([interval.low, interval.high]).all())
    return {
        "value": interval.value,
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
) -> Record:
    """Return the record of a paired comparison, first model minus second.

    Parameters
    ----------
    metric, target, subset, unit : str
        What is compared, on which part of the data, and in which unit the difference is.
    interval : Interval
        Of the difference, over samples.
    p_value : float
        Of :mod:`mechanist.assess.permutation`; one of many comparisons, not corrected for that.
    wins : float
        Share of samples on which the first is ahead.
    """
    parts = numbers(interval)
    about = {"metric": metric, "target": target, "subset": subset, "unit": unit}
    return {**about, "difference": parts.pop("value"), **parts, "p_value": p_value, "wins": wins}


def write_records(path: Path, records: Sequence[Record], *, kind: str = SCORES) -> None:
    """Write records as JSON.

    Parameters
    ----------
    path : Path
    records : sequence of dict
        Of :func:`score_record` or :func:`difference_record`, perhaps with further fields that the
        schema knows.
    kind : {"scores", "comparisons"}
        Which schema they follow.

    Raises
    ------
    FormatError
        If a record does not fit its schema, or two say the same of the same.
    """
    check_records(path, records, kind=kind)
    write_text(path, json.dumps(list(records), indent=1, allow_nan=False) + "\n")


def check_records(path: Path, records: Sequence[Mapping[str, Any]], *, kind: str = SCORES) -> None:
    """Refuse records that do not fit their schema; parameters as of :func:`write_records`."""
    remedy = (
        f"Every field stands in workflow/schemas/{kind}.schema.yaml; mend what writes the file."
    )
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
def _schema(kind: str) -> Any:
    path = SCHEMAS / f"{kind}.schema.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))
