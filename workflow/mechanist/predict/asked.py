"""What a user asks to be predicted: a configuration, and loads or a scan of all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mechanist.core.errors import NoIdsError
from mechanist.core.narrowing import sequence, text, whole
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.imports.loading_path import read_loading_path
from mechanist.imports.trajectory_entry import ImportEntry
from mechanist.imports.trajectory_samples import reference_of
from mechanist.mechanics.loads import gradient_of, strain_of
from mechanist.predict.kept_model import KeptModel
from mechanist.predict.particle_predictions import as_seen_by, check_loads
from mechanist.settings.entry_types.glass_imports_entries import GlassPredictionEntry

#: What stands for all directions of load.
SCAN: Final = "scan"
#: Keys of an entry that say what to predict; all others say how its file is read.
_OWN_KEYS: Final = ("model", "released", "loads")
#: Names that read as a direction, for loads without a name of their own.
_SENSES: Final = {
    "simple_shear": {1: "shear", -1: "shear_minus"},
    "uniaxial": {1: "tension", -1: "compression"},
}


@dataclass(frozen=True, eq=False)
class Asked:
    """One sample to predict.

    Parameters
    ----------
    frame : TrajectoryFrame
        The state before loading as the user's file holds it.
    as_read : Configuration
        The same as a configuration, in the unit of length of the file.
    configuration : Configuration
        The same in the unit of length and with the species of the model.
    loads : dict of str to ndarray of shape (3, 3)
        Strain tensors by name; empty if all directions are asked for.
    scan : bool
        Whether all directions are asked for.
    """

    frame: TrajectoryFrame
    as_read: Configuration
    configuration: Configuration
    loads: dict[str, FloatArray]
    scan: bool


def read_asked(model: KeptModel, entry: GlassPredictionEntry) -> Asked:
    """Read the sample of an entry, and check that the model can predict it.

    Parameters
    ----------
    model : KeptModel
    entry : mapping
        ``loads`` is ``scan`` or a list of loads as in the configuration of systems; the other keys are
        those of an imported trajectory, of which only the state before loading is read.

    Raises
    ------
    FormatError
        If the file is damaged or contradicts the entry.
    ValueError
        If species, dimension, units or loads do not fit the model.
    """
    loads = asked_loads(model, entry)
    frame, reference, units = read_reference(entry)
    seen = as_seen_by(model, reference, units=units)
    return Asked(frame, reference, seen, loads, entry.get("loads") == SCAN)


def asked_loads(model: KeptModel, entry: GlassPredictionEntry) -> dict[str, FloatArray]:
    """Return the strain tensors that an entry asks for by name; none if it asks for all directions.

    Raises
    ------
    ValueError
        If loads do not fit the model.
    """
    loads = entry.get("loads") or []
    if loads != SCAN:
        found = named_loads(sequence(loads), model.known.dimension)
        check_loads(model, found)
        return found
    if not model.load_aware:
        raise ValueError(
            f"`{SCAN}` is asked for, but model {model.name!r} does not read the load; choose a load-aware"
            " model, or leave the load out"
        )
    return {}


def read_reference(
    entry: GlassPredictionEntry,
) -> tuple[TrajectoryFrame, Configuration, str]:
    """Read the state before loading; return it also as a configuration, and its unit system.

    A file without ids needs none, since no particle is matched with one of another frame; particles are
    then numbered from 1 in the order of the file.

    Raises
    ------
    FormatError
        If the file is damaged or contradicts the entry.
    """
    reading: dict[str, object] = {k: v for k, v in entry.items() if k not in _OWN_KEYS}
    checked = ImportEntry.from_mapping({**reading, "frames": []})
    try:
        path = read_loading_path(checked, every_column=True)
    except NoIdsError:
        if "ids" in entry:
            raise  # The entry says that there are ids.
        path = read_loading_path(replace(checked, ids="order"), every_column=True)
    return path.reference, reference_of(checked, path), checked.units


def named_loads(entries: Sequence[object], dimension: int) -> dict[str, FloatArray]:
    """Return the strain tensors of loads by names such as ``shear_xy`` and ``compression_x``.

    Parameters
    ----------
    entries : sequence of mapping
        As in :func:`mechanist.mechanics.loads.gradient_of`; ``random`` is no load to ask for.
    dimension : int
        2 or 3.

    Raises
    ------
    ValueError
        If a load is random, has a trace, or leaves the plane of a two-dimensional system.
    """
    found: dict[str, FloatArray] = {}
    for entry in entries:
        if not isinstance(entry, Mapping) or entry.get("type") == "random":
            raise ValueError(f"load {entry!r}; expected a load of known direction")
        tensor = strain_of(gradient_of(entry, dimension, np.random.default_rng(0)))
        stem, k = load_name(entry), 2
        name = stem
        while name in found:
            name, k = f"{stem}_{k}", k + 1
        found[name] = tensor
    return found


def load_name(entry: Mapping[str, object]) -> str:
    """Return a name for a load that consists of letters, digits and underscores."""
    kind = text(entry["type"])
    if kind not in _SENSES:
        return "load"
    direction = text(entry["plane"] if kind == "simple_shear" else entry["axis"])
    return f"{_SENSES[kind][whole(entry.get('sense') or 1)]}_{direction}"
