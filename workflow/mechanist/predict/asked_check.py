"""Check samples to predict before anything is computed: what is read, or all that is wrong."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mechanist.core.apart import CrashError, apart
from mechanist.core.narrowing import sequence
from mechanist.imports.entry_errors import EntryError, entry_errors
from mechanist.predict.asked import SCAN, asked_loads, named_loads, read_reference
from mechanist.predict.asked_sample import AskedSample
from mechanist.predict.kept_files import read_kept
from mechanist.predict.kept_model import KeptModel
from mechanist.predict.particle_predictions import misfits


def check_asked(one: AskedSample) -> tuple[list[str], list[str]]:
    """Read a sample to predict; return what it is understood as, and all problems.

    The file is read in a process of its own: one that crashes a library has a problem too. A model that
    is not made yet can only be asked for its dimension.
    """
    if one["problems"]:
        return [], one["problems"]
    try:
        return apart(lambda: _checked(one))
    except CrashError as error:
        remedy = "It looks damaged: fetch or export it again."
        return [], [f"{one['place']}: cannot be read: it crashed a library ({error.how}). {remedy}"]


def _checked(one: AskedSample) -> tuple[list[str], list[str]]:
    entry, place = one["entry"], one["place"]
    lines: list[str] = []
    problems: list[str] = []
    model = read_kept(Path(one["model"])) if one["model"] else None
    for read in (_loads, _sample):
        try:
            with entry_errors(place, entry):
                lines += read(one, model)
        except EntryError as error:
            problems.append(str(error))
    return lines, problems


def _loads(one: AskedSample, model: KeptModel | None) -> list[str]:
    loads = one["entry"].get("loads") or []
    if model is not None:
        found: Mapping[str, object] = asked_loads(model, one["entry"])
    else:
        found = {} if loads == SCAN else named_loads(sequence(loads), one["dimension"])
    if loads == SCAN:
        return ["loads: all directions"]
    return [f"loads: {', '.join(found)}" if found else "no load"]


def _sample(one: AskedSample, model: KeptModel | None) -> list[str]:
    _, reference, units = read_reference(one["entry"])
    odd = [] if model is None else misfits(model, reference, units=units)
    if model is None and reference.dimension != one["dimension"]:
        odd = [
            f"dimension {reference.dimension}; the system has {one['dimension']}: name another system"
        ]
    if odd:
        raise ValueError("; ".join(odd))
    counts = np.bincount(reference.species, minlength=len(reference.species_names))
    named = ", ".join(
        f"{count} {name}" for count, name in zip(counts, reference.species_names, strict=True)
    )
    said = (
        "its model is not made yet, which may know other species or units"
        if model is None
        else f"model {model.system}/{model.name} knows its species and units"
    )
    return [
        f"{len(reference)} particles: {named}; dimension {reference.dimension}; units {units}",
        said,
    ]
