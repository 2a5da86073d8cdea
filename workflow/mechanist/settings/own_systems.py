"""Users' glasses as systems of the glass wing: what can and cannot be learnt from them.

A system is all samples to which the sheet, or ``glass/imports``, gives one system name. No further
settings are required; ``glass/own/<system>`` chooses strains, models and the unit of length. A target
that belongs to no load is learnt at a strain of zero, without what depends on a load. All
checks here need no data files, so that impossible requests are refused before anything is computed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mechanist.settings.availability import Availability, unknown_potential
from mechanist.settings.entry_types.glass_imports_entries import GlassImportEntry
from mechanist.settings.names import unknown_names
from mechanist.settings.target_names import AT_REST, NO_LOAD

#: Fewest independent groups: one for training, one for testing.
MIN_GROUPS: Final = 2
#: Fewest samples with one number each: fewer say next to nothing about a score.
MIN_WHOLE: Final = 10
#: Keys in which all samples of a system agree.
_COMMON: Final = ("target", "target_name", "target_unit", "dimension", "units")
#: Largest deviation of the nearest frame from a strain, relative to the strain.
TOLERANCE: Final = 0.1
#: Particles per sample for memory requests, before any file is read.
_ASSUMED_PARTICLES: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class OwnSystem(Availability):
    """A system of the user, with the usable models or those of them that ``glass/own`` names.

    Parameters
    ----------
    name : str
    entry : dict
        Entry as under ``glass/systems``, with the keys that rules read; ``own`` holds what
        simulated systems lack.
    """

    name: str
    entry: dict[str, object]


def own_system(name: str, settings: Mapping[str, Any], library: Path) -> OwnSystem:
    """Return the system that the imports of one name form.

    Parameters
    ----------
    name : str
        Name of the system.
    settings : mapping
        A configuration whose ``glass/imports`` also holds the rows of the sheet.
    library : Path
        Folder of the library.
    """
    glass = settings["glass"]
    said = glass.get("own", {}).get(name, {})
    rows = _learnt(glass["imports"][name])
    at_rest = any(_is_at_rest(row) for row in rows.values())
    whole = any("target_value" in row for row in rows.values())
    can = unknown_potential(glass, library, at_rest=at_rest, whole=whole)
    figures = glass["figures"]
    strains = [AT_REST] if at_rest else sorted(said.get("strains", [figures["strain"]]))
    shown = figures["strain"] if figures["strain"] in strains else strains[-1]
    groups = {row.get("group", sample) for sample, row in rows.items()}
    loads = _groups_by_load(rows)
    species = sorted({str(s) for row in rows.values() for s in row["species"].values()})
    targets = sorted({_quantity(row) for row in rows.values()} - {""})
    entry: dict[str, object] = {
        "own": {
            "samples": sorted(rows),
            "groups": len(groups),
            "groups_by_load": loads,
            "shown": shown,
            "species": species,
            "whole": whole,
            "quantity": targets[0] if targets else None,
            "tolerance": said.get("tolerance", TOLERANCE),
            "length": said.get("length"),
        },
        "dimension": max((row["dimension"] for row in rows.values()), default=3),
        "samples": len(rows),
        "particles": _ASSUMED_PARTICLES,
        "deformation": {"frames": strains, "probe": 0.0},
        "loads": {load: {} for load in loads},
    }
    chosen = tuple(m for m in said.get("models", can.models) if m in can.models)
    return OwnSystem(
        name=name, entry=entry, descriptors=can.descriptors, models=chosen, left_out=can.left_out
    )


def own_problems(name: str, settings: Mapping[str, Any], library: Path) -> Iterator[str]:
    """Yield the reasons why the imports of one name, or their settings, cannot be used."""
    glass = settings["glass"]
    said, place = glass.get("own", {}).get(name, {}), f"glass/imports/{name}"
    imports = glass.get("imports", {})
    if name not in imports:
        yield from unknown_names("glass/own", [name], imports)
        return
    if name in glass["systems"]:
        yield f"{place}: a simulated system of glass/systems also has this name; rename one of them"
    rows = _learnt(imports[name])
    at_rest = [sample for sample, row in rows.items() if _is_at_rest(row)]
    groups = sorted({row.get("group", sample) for sample, row in rows.items()})
    if len(groups) < MIN_GROUPS:
        alone = len(imports[name]) - len(rows)
        lack = "without a target" if at_rest else "without a frame under load"
        beside = f" ({alone} more {lack})" if alone else ""
        what = "with a target" if at_rest else "under load"
        yield (
            f"{place}: {len(rows)} samples {what}{beside} in {len(groups)} independent groups"
            f" {groups}, expected at least {MIN_GROUPS}: models are tested on groups that they"
            " never saw. Add samples that are independent of these"
        )
    if 0 < len(at_rest) < len(rows):
        yield (
            f"{place}: the target of {at_rest} belongs to no load, but the others"
            f" {sorted(set(rows) - set(at_rest))} are under load, expected one kind of samples."
            " Correct the sheet, or give them two system names"
        )
    yield from _whole_problems(place, rows)
    unused = [key for key in ("strains", "tolerance") if at_rest and key in said]
    if unused:
        yield f"glass/own/{name}/{unused[0]}: the target belongs to no load, so it has no strain; leave it out"
    for key in _COMMON:
        values = sorted({str(row.get(key)) for row in rows.values()})
        if len(values) > 1:
            yield (
                f"{place}: its samples have different values of {key!r}: {values}, expected one."
                " Correct the sheet, or give them two system names"
            )
    chosen = f"glass/own/{name}/models"
    yield from unknown_names(chosen, said.get("models", []), glass["models"])
    left_out = own_system(name, settings, library).left_out
    for model in said.get("models", []):
        if f"models/{model}" in left_out:
            yield f"{chosen}: {model!r} cannot be used: it {left_out[f'models/{model}']}"


def _whole_problems(place: str, rows: Mapping[str, GlassImportEntry]) -> Iterator[str]:
    """Yield why models cannot learn one number for each sample; nothing where it is not the target."""
    values = [row["target_value"] for row in rows.values() if "target_value" in row]
    if not values:
        return
    others = sorted(sample for sample, row in rows.items() if "target_value" not in row)
    if others:
        yield (
            f"{place}: some samples have one number as target, but {others} have none, expected one for"
            " each. Correct the sheet, or give them two system names"
        )
    if len(values) < MIN_WHOLE:
        yield (
            f"{place}: {len(values)} samples with one number each, expected at least {MIN_WHOLE}: they"
            " are compared with each other. Add samples"
        )
    elif len(set(values)) == 1:
        yield f"{place}: the target of every sample is {values[0]:g}, expected numbers that vary. Correct them"
    groups = [row.get("group", sample) for sample, row in rows.items()]
    shared = sorted({group for group in groups if groups.count(group) > 1})
    if shared:
        yield (
            f"{place}: several samples share the group {shared[0]!r}, expected one sample a group, because"
            " intervals of one number for each sample count samples. Keep one sample of each group"
        )


def _learnt(rows: Mapping[str, GlassImportEntry]) -> dict[str, GlassImportEntry]:
    """Return the samples that have a frame under load, or a target that belongs to no load."""
    return {
        sample: row
        for sample, row in rows.items()
        if row.get("frames", "all") or row.get("target") is not None
    }


def _is_at_rest(row: GlassImportEntry) -> bool:
    """Return whether the target of a sample belongs to no load."""
    return row.get("target") is not None and not row.get("frames", "all")


def _quantity(row: GlassImportEntry) -> str:
    """Return what tables call the target of a sample; empty if the sample states none."""
    return row.get("target_name") or row.get("target") or ""


def _groups_by_load(rows: Mapping[str, GlassImportEntry]) -> dict[str, int]:
    """Return the number of independent groups under each load."""
    groups: dict[str, set[str]] = {}
    for sample, row in rows.items():
        load = NO_LOAD if _is_at_rest(row) else row.get("load_name", "imported")
        groups.setdefault(load, set()).add(row.get("group", sample))
    return {load: len(groups[load]) for load in sorted(groups)}
