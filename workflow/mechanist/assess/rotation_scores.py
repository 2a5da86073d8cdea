"""Errors of predicted lattice rotations, in degrees and relative to the true rotations.

An error is the misorientation between the predicted and the true orientation of a voxel, the
smallest angle between equivalents. Angles are averaged over the voxels of a sample; the sample is
the unit. A model that predicts no rotation has an error of 1 relative to the mean rotation.
"""

from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.evaluate import ALL
from mechanist.assess.permutation import sign_flip_p
from mechanist.assess.records import DifferenceRecord, ScoreRecord, difference_record, score_record
from mechanist.assess.resampling import mean_interval, moment_intervals
from mechanist.core.rotations import compose, from_rotation_vector, rotation_angle
from mechanist.core.typing import FloatArray
from mechanist.formats.tables import SAMPLE
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.mechanics.misorientations import misorientation
from mechanist.settings.target_names import at_strain

ABSOLUTE: Final = "misorientation"
RELATIVE: Final = "relative_misorientation"
ROTATION: Final = "rotation"
QUANTITY: Final = "orientation"
#: Below this angle in degrees, half the smallest of a point group, no equivalent is closer.
NEAR: Final = 30.0


def sample_errors(sample: VoxelPaths, predicted: FloatArray) -> pd.DataFrame:
    """Average errors and rotations over the voxels of a sample.

    Parameters
    ----------
    sample : VoxelPaths
        A sample with the field ``quaternion``.
    predicted : ndarray of shape (n_voxels, n_steps, 3)
        Rotation vectors since the start, radians.

    Returns
    -------
    DataFrame
        One row per strain: ``sample``, ``system``, ``strain``, ``misorientation`` and ``rotation``
        in degrees, ``voxels``.

    Raises
    ------
    ValueError
        If predictions do not have this sample's shape, or are not finite.
    """
    true = sample.paths()
    if predicted.shape != true.shape or not np.isfinite(predicted).all():
        raise ValueError(
            f"{sample.name}: predictions of shape {predicted.shape}, finite:"
            f" {np.isfinite(predicted).all()}; expected finite numbers of shape {true.shape}"
        )
    error = voxel_misorientation(sample, predicted, true)
    turned = voxel_misorientation(sample, np.zeros_like(true), true)
    return pd.DataFrame(
        {
            SAMPLE: sample.name,
            "system": sample.system,
            "strain": sample.strains,
            ABSOLUTE: error.mean(axis=0),
            ROTATION: turned.mean(axis=0),
            "voxels": sample.n_voxels,
        }
    )


def voxel_misorientation(sample: VoxelPaths, first: FloatArray, second: FloatArray) -> FloatArray:
    """Return angles in degrees between two rotations of each voxel, shape (n_voxels, n_steps)."""
    start = sample.field("quaternion")[1].astype(float)[:, np.newaxis]
    turned = [compose(from_rotation_vector(path), start) for path in (first, second)]
    angle = rotation_angle(*turned)
    far = angle > NEAR
    if far.any():
        angle[far] = misorientation(turned[0][far], turned[1][far], sample.lattice)
    return angle


def rotation_scores(errors: pd.DataFrame, *, system: str, level: float) -> list[ScoreRecord]:
    """Score one model at every strain and on every system.

    Parameters
    ----------
    errors : DataFrame
        Errors from :func:`sample_errors`, for all samples of one model.
    system : str
        The system used for training, scored out of fold: its subset is called ``all``.
    level : float
        Level of the intervals over samples.
    """
    records = []
    for (name, strain), part in errors.groupby(["system", "strain"], sort=True):
        target, subset = at_strain(QUANTITY, float(strain)), ALL if name == system else str(name)
        moments = part[[ABSOLUTE, ROTATION]].to_numpy(float)
        found = moment_intervals(
            moments,
            {ABSOLUTE: lambda m: m[..., 0], RELATIVE: lambda m: m[..., 0] / m[..., 1]},
            level=level,
        )
        n = int(part["voxels"].sum())
        records += [
            score_record(ABSOLUTE, target, subset, "degree", found[ABSOLUTE], n_objects=n),
            score_record(RELATIVE, target, subset, "1", found[RELATIVE], n_objects=n),
        ]
    return records


def compare_rotations(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    system: str,
    level: float,
    resamples: int,
    seed: int,
) -> list[DifferenceRecord]:
    """Compare two models sample by sample at the last strain, first minus second.

    Parameters
    ----------
    first, second : DataFrame
        Errors of two models on the same samples.
    system, level
        As in :func:`rotation_scores`.
    resamples, seed
        Number of permutations in the test, and the root of their draws.

    Raises
    ------
    ValueError
        If the models were not scored on the same samples.
    """
    keys = [SAMPLE, "system", "strain"]
    both = first.merge(second, on=keys, suffixes=("", "_second"), validate="1:1")
    if len(both) != len(first) or len(both) != len(second):
        raise ValueError(
            f"{len(first)} and {len(second)} scores of samples and strains, {len(both)} in common;"
            " expected the same samples and strains. Train both models on the same samples"
        )
    records = []
    for name, part in both.groupby("system", sort=True):
        last = part[part["strain"] == part["strain"].max()]
        ratio, ratio_second = (
            (last[f"{ABSOLUTE}{end}"] / last[ROTATION]).to_numpy(float) for end in ("", "_second")
        )
        change = ratio - ratio_second
        records.append(
            difference_record(
                RELATIVE, at_strain(QUANTITY, float(last["strain"].iloc[0])),
                ALL if name == system else str(name), "1",
                mean_interval(change, level=level, resamples=resamples, seed=seed),
                p_value=sign_flip_p(change, permutations=resamples, seed=seed),
                wins=float((change < 0).mean()),
            )
        )  # fmt: skip
    return records
