"""Import of crystals simulated or measured elsewhere, each described by a configuration entry."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from mechanist.core.progress import LOGGER
from mechanist.formats.damask import read_damask
from mechanist.formats.orientation_maps import read_orientation_map
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.imports.entry_errors import files_of
from mechanist.imports.orientation_grains import Segmentation, microstructure_from_map
from mechanist.imports.section_stack import microstructure_from_stack

#: Keys of an entry that set how a result of DAMASK is read.
RESULT_KEYS: Final = ("increments", "axis", "constituent")
#: Keys of an entry that set how a map is read; other keys set how it is segmented into grains.
MAP_KEYS: Final = (
    "angles",
    "confidence",
    "resample",
    "turn",
    "crystal_x",
    "first_phase",
    "step",
    "lattices",
)
#: Keys of an entry that set what a map is used for.
MAP_USE: Final = ("systems", "phase", "system", "materials", "stack")


def import_crystal(entry: Mapping[str, Any], name: str) -> PolycrystalRun:
    """Return the run that an entry describes, or the microstructure still to be loaded.

    Parameters
    ----------
    entry : mapping
        ``format`` (``damask`` or ``map``), ``path``, and the keys that the format needs.
    name : str
        Name of the run.

    Raises
    ------
    FormatError, ValueError
        If the file or the entry is not valid.
    """
    _check_keys(entry)
    paths = files_of(entry)
    if len(paths) > 1 and "stack" not in entry:
        raise ValueError(
            f"{len(paths)} files, and no 'stack'; expected one file, or serial sections with the distance"
            " of their layers, stack: {step: ...}"
        )
    listed = entry["path"] if isinstance(entry["path"], list) else []
    twice = sorted({str(one) for one in listed if listed.count(one) > 1})
    if twice:
        raise ValueError(
            f"{twice} named more than once; expected every section once, since each is a layer"
        )
    if entry["format"] == "damask":
        chosen = {key: entry[key] for key in RESULT_KEYS if key in entry}
        return read_damask(paths[0], name=name, **chosen)
    if "systems" not in entry:
        raise ValueError("the map entry lacks 'systems', the slip systems of its phase or phases")
    reading = {key: entry[key] for key in MAP_KEYS if key in entry}
    maps = {path: read_orientation_map(path, **reading) for path in paths}
    for path, mapped in maps.items():
        LOGGER.info(
            "%s: %s points, %.1f %% indexed",
            path.name,
            mapped.phases.shape,
            100 * mapped.indexed.mean(),
        )
    options = Segmentation(
        **{f.name: entry[f.name] for f in fields(Segmentation) if f.name in entry}
    )
    systems, phase, axis = entry["systems"], entry.get("phase"), entry.get("axis", 0)
    if "stack" in entry:
        return microstructure_from_stack(
            maps,
            name=name,
            systems=systems,
            phase=phase,
            axis=axis,
            segmentation=options,
            **entry["stack"],
        )
    return microstructure_from_map(
        maps[paths[0]], name=name, systems=systems, phase=phase, axis=axis, segmentation=options
    )


def _check_keys(entry: Mapping[str, object]) -> None:
    """Refuse keys that would have no effect on the format of an entry."""
    of_maps = {*MAP_KEYS, *MAP_USE, *(f.name for f in fields(Segmentation))}
    of_results = {"increments", "constituent", "rerun", "substeps"}
    foreign = of_maps if entry["format"] == "damask" else of_results
    given = sorted(key for key in foreign & set(entry))
    if given:
        kind = "orientation maps" if entry["format"] == "damask" else "results of DAMASK"
        raise ValueError(f"{', '.join(given)}: for {kind} only; leave out what has no effect here")
