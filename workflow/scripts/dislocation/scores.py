"""Convert the results of the confusion scheme and the classification into score records."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from mechanist.assess.classification_summary import ClassificationSummary, read_classification
from mechanist.assess.confusion_summary import ConfusionSummary, read_confusion
from mechanist.assess.evaluate import ALL
from mechanist.assess.records import ScoreRecord, score_record, write_records
from mechanist.assess.resampling import Interval
from mechanist.core.progress import log_to
from mechanist.formats.tables import read_table
from mechanist.settings.target_names import field_set

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

LOCATION: Final = "location"
ACCURACY: Final = "accuracy"
TRANSITION: Final = "pin density of the transition"
CLASSES: Final = "classes"
#: Voxels along a side of the rival, which sees only the mean densities of the cell.
WHOLE: Final = 1
DUMMY: Final = "class_dummy"


def main(
    summary: Path, table: Path | None, out: Path, *, model: str, voxels: Sequence[int], level: float
) -> None:
    """Write the records of one model.

    Parameters
    ----------
    summary : Path
        JSON of the confusion scheme or of the classification.
    table : Path or None
        Accuracies of the classification; None for the confusion scheme.
    out : Path
        Records, JSON, in the format of ``models/evaluate.py``.
    model : str
        A feature set, an order parameter, a field set such as ``rho_kappa``, ``scalars`` or
        ``class_dummy``.
    voxels : sequence of int
        Resolutions of the classification to include.
    level : float
        Level of the intervals.

    Raises
    ------
    ValueError
        If there is no result for ``model``.
    """
    records = (
        transition_records(read_confusion(summary), model, level)
        if table is None
        else class_records(read_classification(summary), read_table(table), model, voxels, level)
    )
    write_records(out, records)


def transition_records(found: ConfusionSummary, model: str, level: float) -> list[ScoreRecord]:
    """Return the location of the transition from one feature set or one order parameter."""
    entry = {**found["features"], **found["midpoints"]}.get(model)
    if entry is None:
        known = [*found["features"], *found["midpoints"]]
        raise ValueError(f"no transition result for {model!r}; known are {known}")
    if entry["location"] is None:
        return []
    n = next(iter(found["features"].values()))["n"]
    ends = (entry["location_low"], entry["location_high"])
    low, high = (math.nan if end is None else end for end in ends)
    interval = Interval(entry["location"], low, high, level, n, "percentile")
    return [score_record(LOCATION, TRANSITION, ALL, found["unit"], interval, n_objects=n)]


def class_records(
    found: ClassificationSummary,
    table: pd.DataFrame,
    model: str,
    voxels: Sequence[int],
    level: float,
) -> list[ScoreRecord]:
    """Return the classification accuracy of one field set for each problem."""
    records = []
    for problem, entry in found["problems"].items():
        for count in voxels:
            target = f"{CLASSES} ({problem}), {count} voxels per side"
            if model == DUMMY:
                n = entry["samples"]
                dummy = Interval(entry["dummy"], math.nan, math.nan, level, n, "none")
                records.append(score_record(ACCURACY, target, ALL, "1", dummy, n_objects=n))
                continue
            alone = model == "scalars"
            fields = entry["scalars"]["fields"] if alone else field_set(model)
            known = table["problem"].eq(problem) & table["fields"].eq(fields)
            row = table[known & table["voxels"].eq(WHOLE if alone else count)]
            if len(row):
                first = row.iloc[0]
                value, low, high = (float(first[name]) for name in (ACCURACY, "low", "high"))
                n = int(first["n"])
                interval = Interval(value, low, high, level, n, str(first["method"]))
                records.append(score_record(ACCURACY, target, ALL, "1", interval, n_objects=n))
    if not records:
        raise ValueError(f"no accuracy result for {model!r} at {list(voxels)} voxels per side")
    return records


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        tables = snakemake.input.get("table")
        main(
            Path(snakemake.input.summary),
            Path(tables) if tables else None,
            Path(snakemake.output[0]),
            model=snakemake.wildcards.model,
            voxels=snakemake.params.voxels,
            level=snakemake.params.level,
        )
