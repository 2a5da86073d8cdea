"""Conversion of an external trajectory to a sample with one reference, one load and its frames."""

import hashlib
from collections.abc import Mapping

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.fill_codes import fill_code
from mechanist.formats.sample import UNKNOWN_SEED, Frame, LoadPath, Sample
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.imports.empty_space import empty_slabs
from mechanist.imports.kept_order import order_changed
from mechanist.imports.loading_path import LoadingPath, Step, read_loading_path
from mechanist.imports.rest_target import rest_path
from mechanist.imports.trajectory_entry import ImportEntry
from mechanist.mechanics.loads import strain_of
from mechanist.settings.target_names import NO_LOAD


def import_sample(entry: Mapping[str, object], *, name: str, system: str) -> Sample:
    """Return the sample that an entry of the configuration describes.

    Parameters
    ----------
    entry : mapping
        See :class:`~mechanist.imports.trajectory_entry.ImportEntry`.
    name, system : str
        Names of the sample and of its system.

    Returns
    -------
    Sample
        Energies and stresses are unknown: the energy is NaN and the curve has strains only. If the
        entry chooses no frames, there are no loads, or only the path of a target that belongs to none.

    Raises
    ------
    FormatError
        If a file is damaged, holds something other than declared, or its cells do not follow the
        load.
    ValueError
        If the entry is not valid.
    """
    checked = ImportEntry.from_mapping(entry)
    path = read_loading_path(checked)
    reference = reference_of(checked, path)
    loads = {checked.load_name: _load_path(checked, reference, path)} if path.steps else {}
    if checked.at_rest:
        loads = {NO_LOAD: rest_path(checked, path.reference, reference)}
    return Sample(
        name=name,
        system=system,
        seed=UNKNOWN_SEED,
        reference=reference,
        loads=loads,
        units=checked.units,
        provenance={"import": _provenance(checked, path, name)},
    )


def reference_of(entry: ImportEntry, path: LoadingPath) -> Configuration:
    """Return the state before loading, once it is known to fill its box as the entry declares.

    Raises
    ------
    FormatError
        If its species have no names, its units are others, or its box is partly empty.
    """
    reference = _configuration(entry, path.reference)
    _check_empty_space(entry, path.reference, reference)
    return reference


def _load_path(entry: ImportEntry, reference: Configuration, path: LoadingPath) -> LoadPath:
    strains = [step.strain for step in path.steps]
    return LoadPath(
        gradient=path.gradient,
        tensor=strain_of(path.gradient),
        curve={"strain": np.array([0.0, *strains])},
        frames=tuple(_stored(entry, reference, step) for step in path.steps),
    )


def _stored(entry: ImportEntry, reference: Configuration, step: Step) -> Frame:
    """Return a frame rotated to the lab frame, in which the load is defined."""
    configuration, rotation = _configuration(entry, step.frame), step.progress.rotation
    unsure = step.frame.own_ids is None and entry.formats[step.frame.path] != "gsd"
    if unsure and order_changed(reference, configuration):
        raise step.frame.error(
            "most places are those of the reference, but hardly any particle is at its own: particles"
            " are listed in another order",
            remedy="Write ids, or write the particles of every frame in the same order.",
        )
    if not np.array_equal(rotation, np.eye(3)):
        configuration = configuration.rotated(rotation)
    return Frame(step.strain, configuration, rotation, _targets(entry, step.frame))


def _targets(entry: ImportEntry, frame: TrajectoryFrame) -> dict[str, FloatArray]:
    """Return the declared target of every particle under load, if one is declared."""
    if entry.target is None or entry.quantity is None:
        return {}
    values = frame.extra.get(entry.target, np.empty(0))
    if values.shape != (len(frame),) or values.dtype.kind not in "fiu":
        numbers = [n for n, v in frame.extra.items() if v.ndim == 1 and v.dtype.kind in "fiu"]
        raise frame.error(
            f"no numeric column {entry.target!r}; numeric columns: {numbers}",
            remedy="Correct `target`, or write the column in every frame under load.",
            column=entry.target,
        )
    target = values.astype(float)
    strange = ~np.isfinite(target)
    if strange.any():
        i = int(np.argmax(strange))
        raise frame.error(
            f"{values[i]} for id {frame.ids[i]}, expected a finite number, since it is the target",
            remedy="Find out why there is no value, or leave the frame out.",
            particle=i,
            column=entry.target,
        )
    _refuse_codes(entry, frame, entry.target, target)
    return {entry.quantity: target}


def _refuse_codes(
    entry: ImportEntry, frame: TrajectoryFrame, column: str, values: FloatArray
) -> None:
    """Refuse numbers that stand for missing values, of shape (particles, ...)."""
    code = fill_code(values, accepted=entry.not_missing)
    if code is None:
        return
    particle = code.place[0]
    raise frame.error(
        code.said(values.size, f"id {frame.ids[particle]}"),
        remedy="If values are missing, find them, or leave the frame out: every particle needs one. If"
        f" {code.value:.9g} is a value, declare `not_missing: [{code.written}]`.",
        particle=particle,
        column=column,
    )


def _configuration(entry: ImportEntry, frame: TrajectoryFrame) -> Configuration:
    if frame.units is not None and frame.units != entry.units:
        raise frame.error(
            f"the file is in {frame.units!r} units, but {entry.units!r} is declared",
            remedy="Correct `units`.",
        )
    _refuse_codes(entry, frame, "positions", frame.positions)
    repeats = (True, True, "z" in entry.periodic or not entry.periodic)
    return frame.configuration(entry.species, entry.dimension, repeats)


def _check_empty_space(
    entry: ImportEntry, frame: TrajectoryFrame, configuration: Configuration
) -> None:
    """Refuse empty space along a direction in which the sample is said to repeat, or none elsewhere."""
    slabs = {"xyz"[k]: width for k, width in empty_slabs(configuration).items()}
    declared = entry.periodic or tuple("xyz"[: entry.dimension])
    for axis in (axis for axis in slabs if axis in declared):
        length = np.linalg.norm(configuration.cell["xyz".index(axis)])
        remedy = "Crop the box to the sample, or import samples that fill their box."
        if axis == "z":
            remedy = (
                "If the sample has free surfaces there, declare `periodic: [x, y]`: the box along z is"
                " then no strain; state `length` for its system under `glass/own`, since the mean density"
                " is no measure. Else crop the box to the sample."
            )
        raise frame.error(
            f"the box is empty over {slabs[axis]:.4g} of its {length:.4g} along cell vector {axis},"
            " expected particles throughout",
            remedy=remedy,
        )
    if entry.strained_dimension < entry.dimension and "z" not in slabs:
        raise frame.error(
            f"`periodic: {list(entry.periodic)}` is declared, but the box is not empty anywhere along z",
            remedy="Leave `periodic` out, or write a box with empty space along z: particles at the"
            " free surfaces would be neighbours across it.",
        )


def _provenance(entry: ImportEntry, path: LoadingPath, name: str) -> dict[str, object]:
    files = (*entry.formats, *([entry.target_path] if entry.target_path else []))
    return {
        "files": {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files},
        "format": entry.format,
        "reference_format": entry.reference_format or entry.format,
        "group": entry.group or name,
        "target": entry.target,
        "target_unit": entry.target_unit,
        "target_value": entry.target_value,
        "lenient": entry.lenient,
        "dropped": list(path.dropped),
        "notes": list(path.notes),
        "bounds": entry.bounds,
        "atom_style": entry.atom_style,
        "periodic": list(entry.periodic or "xyz"[: entry.dimension]),
        "ids": entry.ids,
        "species": entry.species,
        "load": entry.load or "inferred",
        "volume_tolerance": entry.volume_tolerance,
        "reference": {"frame": path.index, "timestep": path.reference.timestep},
        "frames": [
            {
                "frame": step.index,
                "timestep": step.frame.timestep,
                "strain": step.strain,
                "volume_change": step.volume_change,
                "strain_beside_load": step.progress.mismatch,
            }
            for step in path.steps
        ],
    }
