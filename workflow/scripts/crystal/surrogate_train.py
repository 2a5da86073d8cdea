"""Cross-validate one model of voxel rotations, and apply it unchanged to other systems."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.prediction_times import PredictionTimes, write_times
from mechanist.core.progress import LOGGER, log_to
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import SubjectName, load_descriptor
from mechanist.describe.shared.voxel_rows import VoxelRows
from mechanist.formats.described_columns import Column
from mechanist.formats.shared_columns import FOLD
from mechanist.formats.tables import OBJECT, SAMPLE, stacked, write_table
from mechanist.formats.voxel_paths import VoxelPaths, read_voxel_paths
from mechanist.learn.cube_models import CubeModel, cross_fit
from mechanist.learn.fitted_cubes import ALL_IMAGES, FittedCubeModel
from mechanist.learn.splits import make_splits
from mechanist.settings.entry_types.surrogate_settings_entries import SurrogateModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Fold number of samples of other systems, which are in no test fold.
ELSEWHERE: Final = -1


def main(
    samples: Path,
    out: Path,
    times_out: Path,
    *,
    model: SurrogateModelEntry,
    system: str,
    folds: int,
    seed: int,
) -> None:
    """Write rotation vectors of all voxels at all strains, and CPU times.

    The training system is predicted out of fold, by whole microstructures; every other system is
    predicted by the model of the first fold, without retraining.

    Parameters
    ----------
    samples : Path
        Voxel paths of all systems.
    out : Path
        Predictions, parquet: ``sample``, ``object`` (the voxel), ``fold``, then ``x@0.010`` and so
        on, in radians; missing if a sample ended before that strain.
    times_out : Path
        CPU seconds, JSON; not reproducible.
    model : mapping
        Fields of :class:`mechanist.learn.cube_models.CubeModel`, label and role; or ``descriptor``
        instead of ``radius``, ``fields`` and ``central``.
    system : str
        Training system.
    folds : int
    seed : int
        Root seed.

    Raises
    ------
    ValueError
        If the system has too few samples.
    """
    about, settings = described(model)
    everything = [about.completed(s) if about else s for s in read_voxel_paths(samples)]
    most = max(len(sample.strains) for sample in everything if sample.system == system)
    own = [s for s in everything if s.system == system and len(s.strains) == most]
    others = [sample for sample in everything if sample.system != system]
    splits = make_splits([sample.name for sample in own], folds=folds, seed=seed)
    began = time.process_time()
    paths, fitted = cross_fit(CubeModel.of(settings), own, splits, seed=seed)
    fit_seconds = (time.process_time() - began) / folds
    first, fold_of = fitted[0], splits.fold_of
    strains = first.strains
    tables = [_table(s, path, fold_of[s.name], strains) for s, path in zip(own, paths, strict=True)]
    usable = [sample for sample in others if sample.lattice == own[0].lattice]
    shown = {sample.system: sample for sample in (own[0], *usable)}
    if "jax" in sys.modules:
        from mechanist.learn.compiled_networks import forget_compiled

        forget_compiled()
    times = {name: _times(first, sample) for name, sample in shown.items()}
    tables += [_table(s, first.predict([s])[0], ELSEWHERE, strains) for s in usable]
    columns = {"fold": FOLD} | {name: _path_column(name) for name in tables[0].columns[3:]}
    write_table(out, stacked(tables), columns=columns, allow_missing=True)
    write_times(times_out, {"fit_seconds": fit_seconds, "systems": times})
    LOGGER.info("%d samples out of fold, %d elsewhere", len(own), len(usable))


def _path_column(name: str) -> Column:
    """Return the meaning of a column of predicted rotations, such as ``x@0.010``."""
    axis, _, strain = name.partition("@")
    what = (
        f"Predicted {axis} component of the rotation vector of the voxel from the start to strain"
    )
    return Column("rad", f"{what} {strain}; missing if the sample ended before.")


def described(model: SurrogateModelEntry) -> tuple[VoxelRows | None, Mapping[str, object]]:
    """Return the descriptor of voxels that a model names, if any, and the model in its terms."""
    if "descriptor" not in model:
        return None, model
    about: VoxelRows = load_descriptor(model["descriptor"], subject=SubjectName.VOXEL)
    settings = {key: value for key, value in model.items() if key != "descriptor"}
    rows = {"radius": about.radius, "fields": about.fields, "central": about.central}
    return about, settings | rows


def _table(sample: VoxelPaths, path: FloatArray, fold: int, strains: FloatArray) -> pd.DataFrame:
    """Return one row per voxel."""
    keys = {
        SAMPLE: pd.Categorical([sample.name] * sample.n_voxels),
        OBJECT: np.arange(sample.n_voxels, dtype=np.int32),
        "fold": np.full(sample.n_voxels, fold, np.int8),
    }
    full = np.full((sample.n_voxels, len(strains), 3), np.nan, np.float32)
    full[:, : path.shape[1]] = path
    named = {
        f"{axis}@{strain:.3f}": full[:, step, k]
        for step, strain in enumerate(strains)
        for k, axis in enumerate("xyz")
    }
    return pd.DataFrame({**keys, **named})


def _times(fitted: FittedCubeModel, sample: VoxelPaths) -> PredictionTimes:
    """Return CPU seconds to predict one sample from one image of each cube and from all images."""
    first, one, every = (_seconds(fitted, sample, images) for images in (1, 1, ALL_IMAGES))
    return {
        "compilation": first - one,
        "one_image": one,
        "all_images": every,
        "voxels": sample.n_voxels,
    }


def _seconds(fitted: FittedCubeModel, sample: VoxelPaths, images: int) -> float:
    """Return CPU seconds to predict one sample."""
    began = time.process_time()
    fitted.predict([sample], images=images)
    return time.process_time() - began


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output.predictions),
            Path(snakemake.output.times),
            model=snakemake.params.model,
            system=snakemake.params.system,
            folds=snakemake.params.folds,
            seed=snakemake.params.seed,
        )
