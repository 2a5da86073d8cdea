"""Which descriptors and models a glass can have, and why it lacks the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mechanist.core.material_choice import MaterialChoice
from mechanist.core.narrowing import mapping, text, texts
from mechanist.settings.descriptor_cards import POTENTIAL_NEEDED, reads_load, without_potential
from mechanist.settings.estimator_names import reads_states
from mechanist.settings.material_names import has_pair_derivatives

_OTHER_LOADS: Final = "ceiling_other_loads"
_ONE_LOAD: Final = "needs the same sample under other loads, but each sample here has one load"
_SIMULATED: Final = "reads the states of simulated glasses, each of which has every load"
_NO_CLASSES: Final = "predicts classes, but the target is one number for each sample"
#: Why a system whose target belongs to no load lacks what depends on one.
LOAD_NEEDED: Final = "depends on a load, but the target belongs to none"


@dataclass(frozen=True, kw_only=True)
class Availability:
    """Descriptors and models of a system that lacks some.

    Parameters
    ----------
    descriptors : dict of str to dict
        Entries of the usable descriptors.
    models : tuple of str
        Usable models.
    left_out : dict of str to str
        Reasons why other descriptors and models are unusable, by ``descriptors/<name>`` and
        ``models/<name>``.
    """

    descriptors: dict[str, dict[str, object]]
    models: tuple[str, ...]
    left_out: dict[str, str]


def unknown_potential(
    glass: Mapping[str, object], library: Path, *, at_rest: bool = False, whole: bool = False
) -> Availability:
    """Return what a user's glass can have: its potential is unknown, and no engine runs on it.

    Parameters
    ----------
    glass : mapping
        Block ``glass`` of the configuration.
    library : Path
        Folder of the library.
    at_rest : bool
        Whether the target belongs to no load, so that nothing that depends on one can be had.
    whole : bool
        Whether the target is one number for each sample, so that there are no classes.
    """
    can = _available(glass, library, POTENTIAL_NEEDED, simulated=False, at_rest=at_rest)
    if not whole:
        return can
    tasks = {name: model.get("task") for name, model in _named(glass["models"])}
    classifiers = [name for name in can.models if tasks[name] == "classification"]
    lost = {f"models/{name}": _NO_CLASSES for name in classifiers}
    kept = tuple(name for name in can.models if name not in classifiers)
    return replace(can, models=kept, left_out=can.left_out | lost)


def without_pair_derivatives(glass: Mapping[str, object], library: Path) -> dict[str, Availability]:
    """Return what simulated systems can have whose material has no pair derivatives, by name.

    Parameters
    ----------
    glass : mapping
        Block ``glass`` of the configuration.
    library : Path
        Folder of the library.
    """
    return {
        system: _available(
            glass,
            library,
            "needs the pair derivatives of the potential, which the material"
            f" {MaterialChoice.from_entry(entry).name!r} does not have",
            simulated=True,
        )
        for system, entry in _named(glass.get("systems", {}))
        if not has_pair_derivatives(entry, library)
    }


def _available(
    glass: Mapping[str, object],
    library: Path,
    reason: str,
    *,
    simulated: bool,
    at_rest: bool = False,
) -> Availability:
    """Return the descriptors that need nothing unknown and the models that read only these."""
    usable, left_out = {}, {}
    for name, entry in _named(glass["descriptors"]):
        found: dict[str, object] | str = LOAD_NEEDED
        if not (at_rest and reads_load(entry, library)):
            found = without_potential(entry, library, reason=reason, simulated=simulated)
        if isinstance(found, str):
            left_out[f"descriptors/{name}"] = found
        else:
            usable[name] = found
    models = []
    lost = {}
    for name, model in _named(glass["models"]):
        missing = [d for d in texts(model.get("features", [])) if f"descriptors/{d}" in left_out]
        if model["estimator"] == _OTHER_LOADS and not simulated:
            lost[f"models/{name}"] = LOAD_NEEDED if at_rest else _ONE_LOAD
        elif not simulated and reads_states(text(model["estimator"]), library):
            lost[f"models/{name}"] = _SIMULATED
        elif missing:
            why = left_out[f"descriptors/{missing[0]}"]
            lost[f"models/{name}"] = f"reads {', '.join(missing)}: {missing[0]} {why}"
        else:
            models.append(name)
    return Availability(descriptors=usable, models=tuple(models), left_out=left_out | lost)


def _named(entries: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the entries of a part of the block, by name."""
    for name, entry in mapping(entries).items():
        yield name, mapping(entry)
