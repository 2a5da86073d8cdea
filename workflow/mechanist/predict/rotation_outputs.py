"""Predicted rotations of one polycrystal as a table of voxels and as a summary."""

import numpy as np
import pandas as pd

from mechanist.core.typing import IntArray
from mechanist.formats.described_columns import COUNT, PURE, Column
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
