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
    transition: Path,
    classification: Path,
    accuracies: Path,
    *,
    transition_out: Sequence[Path],
    classification_out: Sequence[Path],
    voxels: Sequence[int],
    level: float,
) -> None:
    """Write the records of all models, each to the file of its name.

    Parameters
    ----------
    transition, classification : Path
        JSON of the confusion scheme and of the classification.
    accuracies : Path
        Accuracies of the classification, parquet.
    transition_out : sequence of Path
        Records, JSON, in the format of ``models/evaluate.py``; the names are those of feature sets
        and of order parameters.
    classification_out : sequence of Path
        The same for the classification; the names are those of field sets such as ``rho_kappa``,
        ``scalars`` or ``class_dummy``.
    voxels : sequence of int
        Resolutions of the classification to include.
    level : float
        Level of the intervals.

    Raises
    ------
    ValueError
        If there is no result for one of the names.
    """
    found = read_confusion(transition)
    for out in transition_out:
        write_records(out, transition_records(found, out.stem, level))
    classes, table = read_classification(classification), read_table(accuracies)
    for out in classification_out:
        write_records(out, class_records(classes, table, out.stem, voxels, level))


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
        outs = [Path(path) for path in snakemake.output]
        main(
            Path(snakemake.input.pinned),
            Path(snakemake.input.microstructures),
            Path(snakemake.input.accuracies),
            transition_out=[path for path in outs if path.parents[1].name == "pinned"],
            classification_out=[path for path in outs if path.parents[1].name != "pinned"],
            voxels=snakemake.params.voxels,
            level=snakemake.params.level,
        )
