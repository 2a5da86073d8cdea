"""Users' glasses as systems of the glass wing: what can and cannot be learnt from them.

A system is all samples to which the sheet, or ``glass/imports``, gives one system name. No further
settings are required; ``glass/own/<system>`` chooses strains, models and the unit of length. All
checks here need no data files, so that impossible requests are refused before anything is computed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mechanist.settings.descriptor_cards import without_potential
from mechanist.settings.names import unknown_names

#: Fewest independent groups: one for training, one for testing.
MIN_GROUPS: Final = 2
#: Largest deviation of the nearest frame from a strain, relative to the strain.
TOLERANCE: Final = 0.1
#: Particles per sample for memory requests, before any file is read.
_ASSUMED_PARTICLES: Final = 10_000
_OTHER_LOADS: Final = "ceiling_other_loads"
_ONE_LOAD: Final = "reads the same sample under other loads, and each of these has one"


@dataclass(frozen=True)
class OwnSystem:
    """A system of the user.

    Parameters
    ----------
    name : str
    entry : dict
        Entry as under ``glass/systems``, with the keys that rules read; ``own`` holds what
        simulated systems lack.
    descriptors : dict of str to dict
        Entries of the usable descriptors.
    models : tuple of str
        Usable models, or those of them that ``glass/own`` names.
    left_out : dict of str to str
        Reasons why other descriptors and models are unusable, by ``descriptors/<name>`` and
        ``models/<name>``.
    """

    name: str
    entry: dict[str, Any]
    descriptors: dict[str, dict[str, Any]]
    models: tuple[str, ...]
    left_out: dict[str, str]


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
    rows = _loaded(glass["imports"][name])
    descriptors, left_out = _descriptors(glass, library)
    models, lost = _models(glass, left_out)
    figures = glass["figures"]
    strains = sorted(said.get("strains", [figures["strain"]]))
    shown = figures["strain"] if figures["strain"] in strains else strains[-1]
    groups = {row.get("group", sample) for sample, row in rows.items()}
    loads = _groups_by_load(rows)
    species = sorted({str(s) for row in rows.values() for s in row["species"].values()})
    targets = sorted({row["target"] for row in rows.values() if row.get("target")})
    entry: dict[str, Any] = {
        "own": {
            "samples": sorted(rows),
            "groups": len(groups),
            "groups_by_load": loads,
            "shown": shown,
            "species": species,
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
    chosen = tuple(m for m in said.get("models", models) if m in models)
    return OwnSystem(name, entry, descriptors, chosen, left_out | lost)


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
    rows = _loaded(imports[name])
    groups = sorted({row.get("group", sample) for sample, row in rows.items()})
    if len(groups) < MIN_GROUPS:
        alone = len(imports[name]) - len(rows)
        beside = f" ({alone} more without a frame under load)" if alone else ""
        yield (
            f"{place}: {len(rows)} samples under load{beside} in {len(groups)} independent groups"
            f" {groups}, expected at least {MIN_GROUPS}: models are tested on groups that they"
            " never saw. Add samples that are independent of these"
        )
    for key, missing in (("target", None), ("dimension", None), ("units", None)):
        values = sorted({str(row.get(key, missing)) for row in rows.values()})
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


def _loaded(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the samples that have a frame under load."""
    return {sample: row for sample, row in rows.items() if row.get("frames", "all")}


def _groups_by_load(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return the number of independent groups under each load."""
    groups: dict[str, set[str]] = {}
    for sample, row in rows.items():
        groups.setdefault(row.get("load_name", "imported"), set()).add(row.get("group", sample))
    return {load: len(groups[load]) for load in sorted(groups)}


def _descriptors(
    glass: Mapping[str, Any], library: Path
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Return entries of the descriptors that need no potential, and why the others are unusable."""
    usable, left_out = {}, {}
    for name, entry in glass["descriptors"].items():
        found = without_potential(entry, library)
        if isinstance(found, str):
            left_out[f"descriptors/{name}"] = found
        else:
            usable[name] = found
    return usable, left_out


def _models(
    glass: Mapping[str, Any], left_out: Mapping[str, str]
) -> tuple[list[str], dict[str, str]]:
    """Return the models whose features are all available, and why the others are unusable."""
    usable, lost = [], {}
    for name, model in glass["models"].items():
        missing = [d for d in model.get("features", []) if f"descriptors/{d}" in left_out]
        if model["estimator"] == _OTHER_LOADS:
            lost[f"models/{name}"] = _ONE_LOAD
        elif missing:
            why = left_out[f"descriptors/{missing[0]}"]
            lost[f"models/{name}"] = f"reads {', '.join(missing)}: {missing[0]} {why}"
        else:
            usable.append(name)
    return usable, lost
