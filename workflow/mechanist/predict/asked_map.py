"""The polycrystal that a user asks to be predicted, and whether a surrogate fits it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mechanist.core.errors import FormatError
from mechanist.core.narrowing import mapping, number, text
from mechanist.formats.polycrystal_batches import PolycrystalRun, read_runs
from mechanist.imports.polycrystals import import_crystal
from mechanist.imports.voxel_images import IMAGE_KEYS, ORIENTATIONS, import_image
from mechanist.predict.kept_surrogate import KeptSurrogate
from mechanist.predict.rotation_predictions import steps_up_to
from mechanist.settings.entry_types.crystal_predictions_entries import CrystalPredictionEntry

#: Keys of an entry that say what to predict; all others say how its file is read.
_OWN_KEYS: Final = ("load", "material", "strain", "run")
#: Relative difference below which elastic constants are equal.
_ALIKE: Final = 0.01
_PASCAL: Final = 1e6


@dataclass(frozen=True, eq=False)
class AskedMap:
    """A polycrystal to predict.

    Parameters
    ----------
    run : PolycrystalRun
        The polycrystal as it was read, of which the first frame counts.
    axis : str
        Axis of the tension.
    reasons : list of str
        What in its material the model has not seen.
    assumed : list of str
        What was taken for granted, in plain words.
    """

    run: PolycrystalRun
    axis: str
    reasons: list[str]
    assumed: list[str]


def read_asked_map(model: KeptSurrogate, entry: CrystalPredictionEntry, name: str) -> AskedMap:
    """Read the polycrystal of an entry, and check that the model can predict it.

    Parameters
    ----------
    model : KeptSurrogate
    entry : mapping
    name : str
        Name of the polycrystal.

    Raises
    ------
    FormatError
        If the file is damaged or contradicts the entry.
    ValueError
        If load, strain, phases or slip systems do not fit the model.
    """
    axis = _axis(mapping(entry["load"]))
    steps_up_to(model, entry.get("strain"))
    run = _run_of(entry, name, axis)
    systems = text(model.material["systems"])
    if run.table != systems:
        raise ValueError(
            f"slip systems {run.table!r}; model {model.name!r} of system {model.system!r} predicts"
            f" crystals with {systems!r}"
        )
    reasons, assumed = _of_material(model, entry, run)
    return AskedMap(run, axis, reasons, [*assumed, *_of_map(entry, run)])


def _axis(load: Mapping[str, object]) -> str:
    if load["type"] != "uniaxial" or load.get("sense") == -1:
        raise ValueError(
            f"load {dict(load)}; expected tension along an axis of the grid, such as uniaxial z: the"
            " surrogates have seen no other load"
        )
    return text(load["axis"])


def _run_of(entry: CrystalPredictionEntry, name: str, axis: str) -> PolycrystalRun:
    reading = {key: value for key, value in entry.items() if key not in _OWN_KEYS}
    if entry["format"] == "vti":
        return _image(entry, name, axis, reading)
    if odd := sorted({"orientations", "grains"} & set(reading)):
        raise ValueError(
            f"{', '.join(odd)}: for images (format vti) only; leave out what has no effect here"
        )
    if entry["format"] == "run":
        if odd := sorted(set(reading) - {"path", "format"}):
            raise ValueError(
                f"{', '.join(odd)}: for results of DAMASK and orientation maps only; leave out what has"
                " no effect here"
            )
        return _chosen(Path(entry["path"]), entry.get("run"))
    if "run" in entry:
        raise ValueError("run: for run files of this workflow only (format run); leave it out")
    if entry["format"] == "damask":
        return import_crystal({**reading, "increments": [0]}, name)
    return import_crystal({**reading, "axis": "xyz".index(axis)}, name)


def _image(
    entry: CrystalPredictionEntry, name: str, axis: str, reading: Mapping[str, object]
) -> PolycrystalRun:
    systems = entry.get("systems")
    if not isinstance(systems, str):
        raise ValueError(  # noqa: TRY004
            f"systems = {systems!r}; expected one table of slip systems, such as systems: fcc12, which an"
            " image does not state"
        )
    known = {"path", "format", *IMAGE_KEYS}
    if odd := sorted((set(reading) - known) | ({"run"} & set(entry))):
        raise ValueError(
            f"{', '.join(odd)}: without effect on an image, which is read by"
            f" {', '.join(IMAGE_KEYS)} alone; leave it out"
        )
    return import_image(
        Path(entry["path"]),
        name,
        systems=systems,
        axis="xyz".index(axis),
        orientations=entry.get("orientations", ORIENTATIONS),
        grains=entry.get("grains"),
        angles=entry.get("angles"),
        threshold=entry.get("threshold"),
    )


def _chosen(path: Path, name: str | None) -> PolycrystalRun:
    runs = {run.name: run for run in read_runs(path)}
    if name is None and len(runs) == 1:
        return next(iter(runs.values()))
    if name not in runs:
        raise FormatError(
            path,
            f"run {name!r}, expected one of {list(runs)}",
            remedy="Name one of them by the option `run`.",
        )
    return runs[name]


def _of_material(
    model: KeptSurrogate, entry: CrystalPredictionEntry, run: PolycrystalRun
) -> tuple[list[str], list[str]]:
    """Return what the model has not seen in the material, and what is taken for granted."""
    seen, stated = model.seen.material, entry.get("material")
    reasons = []
    if stated is not None and stated != seen:
        reasons.append(f"its material is {stated!r}, the model has seen {seen!r}")
    constants = _constants(run.material.get("elastic"))
    known = {name: number(c) for name, c in model.material["elastic"].items() if c is not None}
    reasons += [
        (
            f"its elastic constant {name} is {constants[name]:.6g} MPa, that of the model"
            f" {known[name]:.6g} MPa"
        )
        for name in sorted(set(constants) & set(known))
        if abs(constants[name] - known[name]) > _ALIKE * abs(known[name])
    ]
    if stated is None and not constants:
        return reasons, [
            f"the file states no material: it is taken for {seen!r}, that of the model"
        ]
    return reasons, []


def _constants(elastic: object) -> dict[str, float]:
    """Return elastic constants in MPa, of a run of this workflow or of DAMASK, which has Pa."""
    if not isinstance(elastic, Mapping):
        return {}
    found = {}
    for name, value in elastic.items():
        if isinstance(value, float | int):
            damask = str(name).startswith("C_")
            key = str(name).replace("C_", "c") if damask else str(name)
            found[key] = float(value) / (_PASCAL if damask else 1.0)
    return found


def _of_map(entry: CrystalPredictionEntry, run: PolycrystalRun) -> list[str]:
    if entry["format"] == "vti":
        return [
            (
                "the image repeats along x, y and z, so that voxels at its faces have neighbours at the"
                " opposite face"
            )
        ]
    if entry["format"] != "map":
        return []
    found = [
        "the map repeats along x and y, so that voxels at its edges have neighbours at the opposite edge",
        "grains are columns along z: the map says nothing about what lies below it",
    ]
    if filled := int(number(run.material["filled"])):
        found.append(
            f"{filled} of {run.grains.size} points without an orientation of their own, or in grains that"
            " are too small, have that of the nearest grain"
        )
    return found
