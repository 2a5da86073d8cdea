"""Predicted rotations of one polycrystal as tables of voxels and of grains, and as a summary."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray, Lattice
from mechanist.formats.described_columns import COUNT, PURE, Column
from mechanist.mechanics.mean_orientations import mean_orientations
from mechanist.predict.asked_map import AskedMap
from mechanist.predict.kept_surrogate import KeptSurrogate
from mechanist.predict.rotation_predictions import PredictedRotations
from mechanist.predict.rotation_summary import RotationSummary
from mechanist.predict.seen_cells import grain_diameter
from mechanist.predict.voxel_fields import CORE, MARGIN, MOST_WHOLE, misfits_of
from mechanist.settings.target_names import at_strain


def rotation_summary(
    model: KeptSurrogate, found: PredictedRotations, asked: AskedMap
) -> RotationSummary:
    """Return what a reader must know of the predictions."""
    run, n = asked.run, len(found.strains)
    levels = [one.level for one in model.intervals if one is not None]
    return {
        "model": f"{model.system}/{model.name}",
        "label": model.label,
        "material": model.seen.material,
        "load": f"uniaxial {asked.axis}",
        "strains": [float(strain) for strain in found.strains],
        "voxels": list(run.shape),
        "grains": int(run.grains.max()) + 1,
        "grain_diameter": grain_diameter(run.grains),
        "mean_rotation": [float(a) for a in found.angles.mean(axis=(0, 1, 2))],
        "largest_error": list(model.errors[:n]),
        "level": levels[0] if levels else None,
        "outside": [*asked.reasons, *found.reasons],
        "assumed": [*asked.assumed, *_of_blocks(model, run.grains.size)],
    }


def _of_blocks(model: KeptSurrogate, voxels: int) -> list[str]:
    """Return what is taken for granted of a map that is too large for one piece."""
    if voxels <= MOST_WHOLE or not misfits_of(model.names):
        return []
    return [
        (
            f"the map has more than {MOST_WHOLE} voxels: the misfit is that of blocks of {CORE} voxels"
            f" a side with a margin of {MARGIN}, not of the map"
        )
    ]


def grain_table(
    found: PredictedRotations, grains: IntArray, lattice: Lattice
) -> tuple[pd.DataFrame, dict[str, Column]]:
    """Return a row for each grain, and unit and meaning of each column."""
    names, flat, counts = np.unique(grains.ravel(), return_inverse=True, return_counts=True)
    columns: dict[str, object] = {
        "grain": names.astype(np.int32),
        "voxels": counts.astype(np.int64),
    }
    meanings = {
        "grain": Column(PURE, "Number of the grain, from 0.", COUNT),
        "voxels": Column(PURE, "Number of its voxels.", "whole numbers >= 1"),
    }
    last = len(found.strains) - 1
    for state, fields, when in (
        ("before", found.start, "before loading"),
        ("after", found.orientations(last), f"predicted at a strain of {found.strains[-1]:g}"),
    ):
        means = mean_orientations(fields.reshape(-1, 4), flat, lattice)
        for k, part in enumerate("wxyz"):
            columns[f"{state}_{part}"] = means[:, k].astype(np.float32)
            meanings[f"{state}_{part}"] = Column(
                PURE,
                f"Part {part} of the mean orientation {when}: a quaternion from crystal to sample whose"
                " scalar part is w.",
                "-1 to 1",
            )
    angles = found.angles
    for k, strain in enumerate(found.strains):
        name = at_strain("rotation", float(strain))
        turned = f"angles by which the lattices of its voxels turn up to a strain of {strain:g}"
        columns[name] = _means(angles[..., k], flat, counts)
        meanings[name] = Column("degree", f"Mean of the predicted {turned}.", "0 to 180")
        for end, values in (("lower", found.lower), ("upper", found.upper)):
            columns[f"{name}|{end}"] = _means(values[..., k], flat, counts)
            meanings[f"{name}|{end}"] = Column(
                "degree",
                f"Mean of the {end} ends of the intervals of the {turned}: they are calibrated for voxels,"
                " not for means of grains.",
            )
    return pd.DataFrame(columns), meanings


def _means(
    values: FloatArray | NDArray[np.float32], flat: IntArray, counts: IntArray
) -> NDArray[np.float32]:
    """Return means over grains; NaN where there is none."""
    sums = np.bincount(flat, weights=values.ravel().astype(float))
    return np.asarray(sums / counts, np.float32)


def voxel_table(
    found: PredictedRotations, grains: IntArray
) -> tuple[pd.DataFrame, dict[str, Column]]:
    """Return a row for each voxel, and unit and meaning of each column."""
    x, y, z = (axis.ravel().astype(np.int32) for axis in np.indices(grains.shape))
    columns: dict[str, object] = {"x": x, "y": y, "z": z, "grain": grains.ravel().astype(np.int32)}
    meanings = {
        axis: Column(PURE, f"Number of the voxel along {axis}, from 0.", COUNT) for axis in "xyz"
    }
    meanings["grain"] = Column(PURE, "Number of the grain of the voxel, from 0.", COUNT)
    angles = found.angles.astype(np.float32)
    for k, strain in enumerate(found.strains):
        name = at_strain("rotation", float(strain))
        columns[name] = angles[..., k].ravel()
        turned = f"angle by which the lattice turns up to a strain of {strain:g}"
        meanings[name] = Column("degree", f"Predicted {turned}.", "0 to 180")
        for end, values in (("lower", found.lower), ("upper", found.upper)):
            columns[f"{name}|{end}"] = values[..., k].ravel()
            meanings[f"{name}|{end}"] = Column(
                "degree", f"{end.capitalize()} end of the interval of the {turned}."
            )
    return pd.DataFrame(columns), meanings
