"""Predict flow stresses of cells of several sizes by estimators trained on the smaller cells."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.records import write_records
from mechanist.assess.sample_scores import MIN_SAMPLES, sample_scores
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.meanings.of_crystals import FLOW
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE, write_table
from mechanist.formats.voxel_paths import VoxelPaths, read_voxel_paths
from mechanist.learn.pooled_curves import cross_fit_curves, pool
from mechanist.learn.splits import make_splits
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

QUANTITY: Final = "stress"


def main(
    samples: Path,
    scores: Mapping[str, Path],
    predictions: Path,
    *,
    folds: int,
    level: float,
    seed: int,
) -> None:
    """Write predictions and scores of all estimators.

    Estimators are trained on all cells smaller than the largest. The smaller cells are predicted
    out of fold by sample; the largest are only predicted. The subset of a score is the system.

    Parameters
    ----------
    samples : Path
        Voxel paths.
    scores : mapping of str to Path
        Output file of records for each estimator, by the names in
        :data:`mechanist.learn.pooled_curves.CURVE_MODELS`.
    predictions : Path
        Parquet: ``model``, ``sample``, ``load`` (the system), ``object``, ``target``, ``truth``,
        ``prediction``.
    folds, level, seed
        Number of folds, level of intervals, root seed.

    Raises
    ------
    ValueError
        If fewer cells than folds are smaller than the largest.
    """
    everything = read_voxel_paths(samples)
    largest = max(sample.n_voxels for sample in everything)
    pooled = pool(_of_one_material(everything))
    sizes = {sample.name: sample.n_voxels for sample in everything}
    small = [name for name in pooled.names if sizes[name] < largest]
    if len(small) < folds:
        raise ValueError(f"{len(small)} cells are smaller than {largest} voxels; expected at least"
                         f" {folds} for training")  # fmt: skip
    splits = make_splits(small, folds=folds, seed=seed)
    tables = []
    for model, path in scores.items():
        said = cross_fit_curves(model, pooled, splits)
        table = pd.concat(
            [
                pd.DataFrame(
                    {
                        SAMPLE: pooled.names, LOAD: pooled.systems, OBJECT: np.int32(0),
                        TARGET: at_strain(QUANTITY, float(strain)),
                        "truth": pooled.stress[:, k], "prediction": said[:, k],
                    }
                )
                for k, strain in enumerate(pooled.strains)
            ],
            ignore_index=True,
        )  # fmt: skip
        counts = table.groupby([LOAD, TARGET])[SAMPLE].transform("size")
        units = dict.fromkeys(table[TARGET].unique(), "MPa")
        scored = table[counts >= MIN_SAMPLES]
        records = sample_scores(scored, units=units, level=level) if len(scored) else []
        write_records(path, records)
        tables.append(table.assign(model=model))
    write_table(predictions, pd.concat(tables, ignore_index=True), columns=FLOW, check=False)
    LOGGER.info("trained on %d cells, tested %d larger", len(small), len(pooled.names) - len(small))


def _of_one_material(samples: list[VoxelPaths]) -> list[VoxelPaths]:
    """Return samples of systems with several samples; single imported runs have other materials."""
    counts = pd.Series([sample.system for sample in samples]).value_counts()
    return [sample for sample in samples if counts[sample.system] > 1]


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            dict(zip(snakemake.params.models, map(Path, snakemake.output.scores), strict=True)),
            Path(snakemake.output.predictions),
            folds=snakemake.params.folds,
            level=snakemake.params.level,
            seed=snakemake.params.seed,
        )
