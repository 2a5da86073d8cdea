"""Phases of an orientation map that a run uses, each with its slip systems."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from mechanist.core.typing import Lattice
from mechanist.formats.orientation_field import OrientationMap, phase_number
from mechanist.mechanics.slip_systems import slip_systems


class UsedPhase(NamedTuple):
    """A phase: its number in the map, what the entry calls it, its slip systems and their lattice."""

    number: int
    name: str
    systems: str
    lattice: Lattice


def chosen_phases(
    mapped: OrientationMap, systems: str | Mapping[str, str], phase: str | int | None = None
) -> list[UsedPhase]:
    """Return the phases whose points are used.

    Parameters
    ----------
    mapped : OrientationMap
        Map.
    systems : str or mapping
        Table of slip systems of the only phase, or tables by name or number of the phase.
    phase : str or int, optional
        Name or number of the only phase to use.

    Raises
    ------
    ValueError
        If a name is unknown or stands for two phases, a phase has no points or no slip systems, or
        its lattice differs from that of its slip systems.
    """
    present = sorted(set(np.unique(mapped.phases[mapped.indexed]).tolist()))
    if phase is not None:
        number = _number(mapped, phase)
        if number not in present:
            raise ValueError(
                f"no point is of phase {phase!r}; points are of {_listed(mapped, present)}"
            )
        present = [number]
    if isinstance(systems, str):
        if len(present) > 1:
            example = ", ".join(f"{mapped.names[k].name}: ..." for k in present)
            raise ValueError(
                f"points are of phases {_listed(mapped, present)}, but one table of slip systems is"
                f" given, {systems!r}; give one to each, systems: {{{example}}}, or choose a phase by"
                f" its name or number, phase: {mapped.names[present[0]].name}"
            )
        tables, called = {present[0]: systems}, {}
    else:
        called = {_number(mapped, key): key for key in systems}
        tables = {number: systems[key] for number, key in called.items()}
    missing = [number for number in present if number not in tables]
    if missing:
        raise ValueError(f"no slip systems for phases {_listed(mapped, missing)}; add them to systems, or"
                         " choose another phase by 'phase'")  # fmt: skip
    return [
        _used(mapped, number, tables[number], called.get(number, mapped.names[number].name))
        for number in present
    ]


def _used(mapped: OrientationMap, number: int, systems: str, name: str) -> UsedPhase:
    phase, lattice = mapped.names[number], slip_systems(systems).lattice
    if phase.lattice != lattice:
        raise ValueError(
            f"phase {phase.name!r} is {phase.lattice}, slip systems {systems!r} are of a {lattice}"
            " crystal; expected the same lattice. Name others, or, if the header is wrong, state"
            f" lattices: {{{phase.name}: {lattice}}}"
        )
    return UsedPhase(number, name, systems, lattice)


def _number(mapped: OrientationMap, key: str | int) -> int:
    """Return the number of a phase that is named, or numbered as in the header."""
    try:
        return phase_number({n: one.name for n, one in mapped.names.items()}, key)
    except ValueError as error:
        raise ValueError(f"{error}; give one of {_listed(mapped, list(mapped.names))}") from error


def _listed(mapped: OrientationMap, numbers: list[int]) -> str:
    return ", ".join(f"{number} {mapped.names[number].name!r}" for number in numbers)
