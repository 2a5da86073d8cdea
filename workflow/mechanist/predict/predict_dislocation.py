"""Predict the stress-strain curve of one relaxed dislocation configuration of a user's."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mechanist.core.atomic import write_text
from mechanist.core.progress import LOGGER
from mechanist.formats.dislocation_batches import Branch, DislocationSample, write_batch
from mechanist.formats.sample import UNKNOWN_SEED
from mechanist.formats.tables import write_table
from mechanist.imports.entry_errors import entry_errors
from mechanist.predict.curve_asked import read_asked_curve
from mechanist.predict.curve_files import read_curve_model
from mechanist.predict.curve_outputs import curve_metadata, curve_summary, curve_table
from mechanist.predict.curve_prediction import curve_of
from mechanist.predict.outside_column import MEANING, with_outside
from mechanist.settings.entry_types.dislocation_predictions_entries import (
    DislocationPredictionEntry,
)


def predict_dislocation(
    kept: Path,
    rivals: Sequence[Path],
    table: Path,
    summary: Path,
    state: Path,
    *,
    entry: DislocationPredictionEntry,
    place: str,
) -> None:
    """Write the predicted curve, what a reader must know of it, and the configuration.

    Parameters
    ----------
    kept : Path
        Folder of the kept model.
    rivals : sequence of Path
        Folders of the models whose curves stand beside.
    table : Path
        Parquet, a row for each strain.
    summary : Path
        JSON: the model, the configuration, and whether it is like those that the model has seen.
    state : Path
        The configuration at rest, in the form that figures read.
    entry : mapping
        The configuration's entry: file, how it is read, and what is asked.
    place : str
        Where that entry is given.
    """
    model = read_curve_model(kept)
    others = [read_curve_model(folder) for folder in rivals]
    with entry_errors(place, entry):
        asked = read_asked_curve(model, entry)
    beside = {one.name: one for one in others if asked.branch in one.branches}
    found = curve_of(model, asked.configuration, branch=asked.branch, reverse=asked.reverse)
    rows = curve_table(found, beside, asked)
    columns = curve_metadata(model, beside) | MEANING
    write_table(table, with_outside(rows, found.reasons), columns=columns, check=False)
    start = Branch(asked.configuration, np.empty(0), np.empty(0))
    sample = DislocationSample("asked", model.system, UNKNOWN_SEED, {asked.branch: start})
    write_batch(state, [sample])
    said = curve_summary(model, beside, asked, found)
    write_text(summary, json.dumps(said, indent=1) + "\n")
    for reason in found.reasons:
        LOGGER.warning("outside the range that the model has seen: %s", reason)
    LOGGER.info("%d dislocations, %d strains", len(asked.configuration), len(rows))
