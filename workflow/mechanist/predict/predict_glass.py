"""Predict every particle of one sample of a user's, under the loads that the user asks for."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from mechanist.core.atomic import write_text
from mechanist.core.progress import LOGGER
from mechanist.core.typing import IntArray
from mechanist.formats.extxyz import write_extxyz
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.sample import UNKNOWN_SEED, Sample, write_sample
from mechanist.formats.tables import write_tables
from mechanist.imports.entry_errors import entry_errors
from mechanist.predict.asked import read_asked
from mechanist.predict.kept_files import read_kept
from mechanist.predict.outputs import Prediction, prediction_metadata, prediction_of
from mechanist.predict.outside_column import MEANING, with_outside
from mechanist.settings.entry_types.glass_imports_entries import GlassPredictionEntry


def predict_glass(
    kept: Path,
    table: Path,
    summary: Path,
    state: Path,
    xyz: Path,
    dump: Path,
    *,
    entry: GlassPredictionEntry,
    place: str,
) -> None:
    """Write predictions as a table, and beside the particles as extended XYZ and LAMMPS dump.

    Parameters
    ----------
    kept : Path
        Folder of the kept model.
    table : Path
        Parquet, a row for each particle under each load.
    summary : Path
        JSON: the model, the loads, and whether the sample is like those that the model has seen.
    state : Path
        The sample as it was read, in the form that figures read.
    xyz, dump : Path
        The particles as in the user's file, with columns of predictions.
    entry : mapping
        The configuration's entry: file, loads, and how the file is to be read.
    place : str
        Where that entry is given.
    """
    model = read_kept(kept)
    with entry_errors(place, entry):
        asked = read_asked(model, entry)
    found = prediction_of(model, asked)
    columns = prediction_metadata(model) | MEANING
    write_tables(table, _as_asked(found, asked.frame.ids), columns=columns)
    frame = replace(asked.frame, extra=asked.frame.extra | found.columns)
    write_lammps_dump(dump, [frame])
    named = {str(label): name for label, name in entry["species"].items()}
    names = tuple(named[label] for label in frame.labels)
    write_extxyz(xyz, [replace(frame, labels=names, axes="xyz", images=None)])
    # The user may name species in another order, or only some; figures look up the model's material.
    drawn = replace(
        asked.as_read,
        species=asked.configuration.species,
        species_names=asked.configuration.species_names,
    )
    write_sample(
        state, Sample("asked", model.system, UNKNOWN_SEED, drawn, loads={}, units=entry["units"])
    )
    write_text(summary, json.dumps(found.summary(model, asked), indent=1) + "\n")
    for reason in found.reasons:
        LOGGER.warning("outside the range that the model has seen: %s", reason)
    LOGGER.info("%d particles, %d loads", len(asked.as_read), len(found.tensors))


def _as_asked(found: Prediction, ids: IntArray) -> Iterator[pd.DataFrame]:
    """Yield the tables of predictions with the ids of the user's file, and with the warning."""
    for rows in found.tables:
        rows.insert(2, "id", ids[rows["object"]])
        yield with_outside(rows, found.reasons)
