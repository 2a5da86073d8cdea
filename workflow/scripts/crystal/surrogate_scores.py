"""Score every model of voxel rotations, and compare pairs of models by microstructure."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.records import COMPARISONS, PairRecord, write_records
from mechanist.assess.rotation_scores import compare_rotations, rotation_scores, sample_errors
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.meanings.of_crystals import ROTATION_ERRORS
from mechanist.formats.tables import SAMPLE, read_table, write_table
from mechanist.formats.voxel_paths import VoxelPaths, read_voxel_paths

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    samples: Path,
    predictions: Mapping[str, Path],
    *,
    scores: Mapping[str, Path],
    errors: Path,
    comparisons: Path,
    pairs: Sequence[Sequence[str]],
    system: str,
    level: float,
    resamples: int,
    seed: int,
) -> None:
    """Write scores of each model, errors of each sample, and comparisons.

    Parameters
    ----------
    samples : Path
        Voxel paths.
    predictions : mapping of str to Path
        Predictions of each model.
    scores : mapping of str to Path
        Output file of records for each model.
    errors : Path
        Mean errors of samples, parquet: ``model``, and the columns of
        :func:`mechanist.assess.rotation_scores.sample_errors`.
    comparisons : Path
        Records of all pairs.
    pairs : sequence of (str, str)
        Models to compare, first minus second.
    system : str
        Training system.
    level, resamples, seed
        Options of intervals and tests.
    """
    truth = {sample.name: sample for sample in read_voxel_paths(samples)}
    found = {name: model_errors(truth, read_table(path)) for name, path in predictions.items()}
    for name, path in scores.items():
        write_records(path, rotation_scores(found[name], system=system, level=level))
        LOGGER.info("scored %s", name)
    compared: list[PairRecord] = [
        {"first": first, "second": second, **record}
        for first, second in pairs
        for record in compare_rotations(
            found[first], found[second], system=system, level=level, resamples=resamples, seed=seed
        )
    ]
    write_records(comparisons, compared, kind=COMPARISONS)
    tables = [table.assign(model=name) for name, table in found.items()]
    table = pd.concat(tables, ignore_index=True)
    write_table(errors, table, columns=ROTATION_ERRORS, check=False)


def model_errors(truth: Mapping[str, VoxelPaths], table: pd.DataFrame) -> pd.DataFrame:
    """Return the mean errors of all samples in a table of predictions."""
    parts = []
    for name, rows in table.groupby(SAMPLE, observed=True, sort=True):
        sample = truth[str(name)]
        values = rows.sort_values("object").drop(columns=[SAMPLE, "object", "fold"])
        paths = values.to_numpy(np.float64).reshape(len(values), -1, 3)
        parts.append(sample_errors(sample, paths[:, : len(sample.strains)]))
    return pd.concat(parts, ignore_index=True)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        names = snakemake.params.models
        main(
            Path(snakemake.input.samples),
            dict(zip(names, map(Path, snakemake.input.predictions), strict=True)),
            scores=dict(zip(names, map(Path, snakemake.output.scores), strict=True)),
            errors=Path(snakemake.output.errors),
            comparisons=Path(snakemake.output.comparisons),
            pairs=snakemake.params.pairs,
            system=snakemake.params.system,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
        )
