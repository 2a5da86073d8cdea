"""Predict how the lattice of every voxel of a user's polycrystal turns in tension."""

import json
import time
from pathlib import Path

import numpy as np

from mechanist.core.atomic import write_text
from mechanist.core.progress import LOGGER
from mechanist.formats.predicted_orientations import (
    PredictedOrientations,
    write_predicted_orientations,
)
from mechanist.formats.tables import write_table
from mechanist.formats.vti import write_vti
from mechanist.imports.entry_errors import entry_errors
from mechanist.predict.asked_map import read_asked_map
from mechanist.predict.outside_column import MEANING, with_outside
from mechanist.predict.rotation_outputs import grain_table, rotation_summary, voxel_table
from mechanist.predict.rotation_predictions import predict_rotations
from mechanist.predict.surrogate_files import read_surrogate
from mechanist.settings.entry_types.crystal_predictions_entries import CrystalPredictionEntry
from mechanist.settings.target_names import at_strain


def predict_crystal(
    kept: Path,
    table: Path,
    grains: Path,
    orientations: Path,
    image: Path,
    summary: Path,
    *,
    entry: CrystalPredictionEntry,
    place: str,
    name: str,
) -> None:
    """Write predictions as a table, as orientations of every step, and as an image for ParaView.

    Parameters
    ----------
    kept : Path
        Folder of the kept surrogate.
    table : Path
        Parquet, a row for each voxel, z fastest: ``x``, ``y``, ``z``, ``grain`` and, for each strain,
        the angle of rotation in degrees with its interval.
    grains : Path
        Parquet, a row for each grain: number of voxels, mean orientations before loading and at the last
        strain, and means of the angles and of their intervals.
    orientations : Path
        HDF5, see :mod:`mechanist.formats.predicted_orientations`.
    image : Path
        VTK image: grains, angles at all strains, quaternions before loading and at the last strain.
    summary : Path
        JSON: the model, what was assumed, and whether the map is like those that the model has seen.
    entry : mapping
        The configuration's entry: file, load, and how the file is to be read.
    place : str
        Where that entry is given.
    name : str
        Name of the polycrystal.
    """
    model = read_surrogate(kept)
    with entry_errors(place, entry):
        asked = read_asked_map(model, entry, name)
    run = asked.run
    steps = run.lengths / np.array(run.shape)
    began = time.process_time()
    found = predict_rotations(
        model,
        run.orientations[0],
        axis=asked.axis,
        steps=tuple(steps),
        grains=run.grains,
        strain=entry.get("strain"),
    )
    LOGGER.info(
        "%d voxels in %.3g s of processor time", run.grains.size, time.process_time() - began
    )
    last = len(found.strains) - 1
    reasons = [*asked.reasons, *found.reasons]
    rows, units = voxel_table(found, run.grains)
    write_table(table, with_outside(rows, reasons), columns=units | MEANING, check=False)
    frames = [found.start, *(found.orientations(k) for k in range(last + 1))]
    lattice = model.matter().crystal.systems.lattice
    rows, units = grain_table(found, run.grains, lattice)
    write_table(grains, with_outside(rows, reasons), columns=units | MEANING, check=False)
    write_predicted_orientations(
        orientations,
        PredictedOrientations(
            name=name,
            lattice=lattice,
            axis="xyz".index(asked.axis),
            strains=np.array([0.0, *found.strains]),
            orientations=np.array(frames, np.float32),
            grains=run.grains,
            lengths=run.lengths,
        ),
    )
    angles = found.angles.astype(np.float32)
    named = {at_strain("rotation", float(s)): angles[..., k] for k, s in enumerate(found.strains)}
    ends = {
        "orientation": frames[0],
        at_strain("orientation", float(found.strains[-1])): frames[-1],
    }
    write_vti(
        image,
        {
            "grain": run.grains.astype(np.int32),
            **named,
            **{key: values.astype(np.float32) for key, values in ends.items()},
        },
        steps,
    )
    said = rotation_summary(model, found, asked)
    write_text(summary, json.dumps(said, indent=1) + "\n")
    for reason in said["outside"]:
        LOGGER.warning("outside the range that the model has seen: %s", reason)
