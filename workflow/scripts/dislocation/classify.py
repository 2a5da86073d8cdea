"""Classify microstructures from coarse-grained fields, for several field sets and resolutions.

This is the question of Steinberger, Song & Sandfeld (2019),
https://doi.org/10.3389/fmats.2019.00141, asked of our own classes of curved dislocations and of
straight edge dislocations before and after a first loading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.class_recall import accuracy_by_sample, confusion_matrix, largest_share
from mechanist.assess.classification_summary import (
    ProblemSummary,
    accuracy_of,
    write_classification,
)
from mechanist.assess.resampling import Interval, mean_interval, paired_interval
from mechanist.core.progress import log_to
from mechanist.core.typing import IntArray
from mechanist.describe.descriptor import SubjectName, load_descriptor
from mechanist.describe.shared.density_fields import (
    DensityFields,
    FieldDescriptor,
    fields_of_edges,
    fields_of_lines,
)
from mechanist.formats.dislocation_batches import PRESTRAINED, UNDEFORMED, read_batch
from mechanist.formats.meanings.of_dislocations import ACCURACY
from mechanist.formats.microstructure_files import read_microstructures
from mechanist.formats.tables import write_table
from mechanist.learn.classification import ClassificationOptions, predicted_classes
from mechanist.settings.target_names import field_set

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Names of the two classification problems in the tables.
CURVED = "curved"
EDGES = "edges"
#: Carriers of the fields of each problem.
CARRIERS = {CURVED: "lines", EDGES: "edges"}


def main(
    microstructures: Sequence[Path],
    edges: Sequence[Path],
    *,
    out_table: Path,
    out_summary: Path,
    descriptors: Sequence[str],
    nested: Sequence[str],
    voxels: Sequence[int],
    options: ClassificationOptions,
) -> None:
    """Write the accuracy by problem, voxel size and field set, with paired comparisons.

    Parameters
    ----------
    microstructures : sequence of Path
        Batches of curved microstructures with their classes.
    edges : sequence of Path
        Batches of straight edges with both branches. If empty, this problem is omitted. Both states
        of a sample share a fold.
    out_table : Path
        Parquet, one row per problem, number of voxels and field set.
    out_summary : Path
        JSON: the confusion matrix of the full field set at its best resolution, the dummy, and
        differences between field sets.
    descriptors : sequence of str
        Descriptors of density fields. Those that do not describe straight edges are left out there.
    nested : sequence of str
        Some of these, from few fields to many: each is compared with the one before it, and the
        last one gives the confusion matrix.
    voxels : sequence of int
        Numbers of voxels along a side, each a divisor of the largest. A single voxel for the whole
        cell is added, because mean densities are the rival.
    options : ClassificationOptions

    Raises
    ------
    ValueError
        If a resolution does not divide the largest, or no sample is found.
    """
    finest = max(voxels)
    uneven = [count for count in voxels if count < 1 or finest % count]
    if uneven:
        raise ValueError(f"voxels = {list(voxels)}; {uneven} do not divide {finest}")
    made = {kind: load_descriptor(kind, subject=SubjectName.DENSITY_FIELD) for kind in descriptors}
    problems = {CURVED: _curved(microstructures, finest)}
    if edges:
        problems[EDGES] = _edges(edges, finest)
    tables, found = [], {}
    for problem, (fields, labels, groups) in problems.items():
        compared = [field_set(k) for k in nested if CARRIERS[problem] in made[k].card.carriers]
        sets = {field_set(k): d for k, d in made.items() if CARRIERS[problem] in d.card.carriers}
        table, found[problem] = _studied(
            fields, labels, groups, sets, compared, sorted({1, *voxels}), options
        )
        tables.append(table.assign(problem=problem))
    table = pd.concat(tables, ignore_index=True)
    write_table(out_table, table, columns=ACCURACY, check=False)
    write_classification(out_summary, {"options": asdict(options), "problems": found})


Problem = tuple[list[DensityFields], list[str], IntArray]


def _curved(paths: Sequence[Path], count: int) -> Problem:
    samples = [sample for path in paths for sample in read_microstructures(path)]
    if not samples:
        raise ValueError(f"no sample in {[str(path) for path in paths]}")
    fields = [fields_of_lines(sample, count) for sample in samples]
    return fields, [sample.label for sample in samples], np.arange(len(samples))


def _edges(paths: Sequence[Path], count: int) -> Problem:
    """Return both relaxed states of every sample, grouped by sample."""
    fields, labels, groups = [], [], []
    samples = [sample for path in paths for sample in read_batch(path)]
    for number, sample in enumerate(samples):
        good = sample.good_branches
        if not {UNDEFORMED, PRESTRAINED} <= set(good):
            continue
        for name in (UNDEFORMED, PRESTRAINED):
            fields.append(fields_of_edges(good[name].start, count))
            labels.append(name)
            groups.append(number)
    if not fields:
        raise ValueError(f"no sample in {[str(path) for path in paths]} completed both branches")
    return fields, labels, np.array(groups)


def _studied(
    fields: list[DensityFields],
    labels: list[str],
    groups: IntArray,
    described_by: Mapping[str, FieldDescriptor],
    nested: list[str],
    voxels: list[int],
    options: ClassificationOptions,
) -> tuple[pd.DataFrame, ProblemSummary]:
    """Return the accuracies, the confusion matrix and the comparisons for one problem."""
    names, classes = np.unique(labels, return_inverse=True)
    last = nested[-1]
    rows, right = [], {}
    told: dict[tuple[int, str], IntArray] = {}
    for count in voxels:
        coarse = [field.coarsened(count) for field in fields]
        for key, describe in described_by.items():
            described = [describe(f) for f in coarse]
            values = np.vstack([features.values for features in described])  # noqa: PD011
            told[count, key] = predicted_classes(values, classes, groups, options=options)
            right[count, key] = accuracy_by_sample(told[count, key], classes, groups)
            interval = mean_interval(right[count, key], seed=options.seed)
            rows.append(_entry(fields[0].side / count, count, key, interval, values.shape[1]))
    table = pd.DataFrame(rows)
    best = max(voxels, key=lambda count: float(right[count, last].mean()))
    matrix = confusion_matrix(told[best, last], classes)
    scalars = mean_interval(right[1, last], seed=options.seed)
    return table, {
        "classes": names.tolist(),
        "samples": len(np.unique(groups)),
        "side": fields[0].side,
        "dummy": largest_share(classes),
        "scalars": {**accuracy_of(scalars), "voxels": 1, "fields": last},
        "best": {"voxels": best, "voxel": fields[0].side / best, "fields": last},
        "matrix": matrix.tolist(),
        "differences": [
            {
                "voxels": count, "more": more, "less": less,
                **accuracy_of(
                    paired_interval(right[count, more], right[count, less], seed=options.seed)
                ),
            }
            for count in voxels
            for less, more in pairwise(nested)
        ],
    }  # fmt: skip


def _entry(voxel: float, count: int, key: str, interval: Interval, width: int) -> dict[str, object]:
    about = {"voxel": voxel, "voxels": count, "fields": key, "features": width}
    return {**about, **accuracy_of(interval)}


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.microstructures],
            [Path(path) for path in snakemake.input.get("edges", [])],
            out_table=Path(snakemake.output.table),
            out_summary=Path(snakemake.output.summary),
            descriptors=snakemake.params.descriptors,
            nested=snakemake.params.nested,
            voxels=snakemake.params.voxels,
            options=ClassificationOptions(
                **snakemake.params.options,
                folds=snakemake.params.folds,
                seed=snakemake.params.seed,
            ),
        )
