"""Phases of DAMASK 3: lattice, elasticity and plasticity as configured, and their slip systems."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NotRequired, TypedDict

from mechanist.core.errors import FormatError
from mechanist.formats.damask_setup import MaterialConfiguration
from mechanist.formats.polycrystal_phases import ELASTIC

#: Tables of slip systems by lattice, the smallest first, with the number of systems of each family
#: in the order in which DAMASK lists families.
SYSTEMS: Final[dict[str, dict[str, tuple[int, ...]]]] = {
    "cF": {"fcc12": (12,)},
    "cI": {"bcc12": (12,), "bcc24": (12, 12), "bcc48": (12, 12, 24)},
    "hP": {"hcp30": (3, 3, 6, 12, 6)},
}
#: Stands for slip systems that no table holds, and for plasticity without slip systems.
OTHER: Final = "other"
_REMEDY: Final = "Give the unmodified solver result."


class PhaseDescription(TypedDict):
    """Name, lattice and laws of a phase as in the input file, in Pa."""

    phase: str
    lattice: str
    elastic: dict[str, str | float]
    plastic: dict[str, object]
    c_over_a: NotRequired[float]


def describe_phase(
    path: Path, configuration: MaterialConfiguration, phase: str
) -> tuple[str, PhaseDescription]:
    """Return the table of slip systems and the description of a phase.

    Parameters
    ----------
    path : Path
        Named in error messages.
    configuration : mapping
        The material configuration.
    phase : str
        Name of the phase.

    Returns
    -------
    systems : str
        Such as ``"fcc12"``; ``"elastic"`` of a phase without plasticity; ``"other"`` of slip systems
        that no table holds. Families may be inactive.
    description : dict
        ``phase``, ``lattice``, ``elastic`` and ``plastic`` as in the input file, in Pa, and
        ``c_over_a`` of a hexagonal phase.

    Raises
    ------
    FormatError
        If the configuration does not describe the phase.
    """
    try:
        entry = configuration["phase"][phase]
        mechanical = entry["mechanical"]
        plastic = mechanical.get("plastic") or {}
        lattice = str(entry["lattice"])
        described: PhaseDescription = {
            "phase": phase,
            "lattice": lattice,
            "elastic": dict(mechanical["elastic"]),
            "plastic": dict(plastic),
        }
        if "c/a" in entry:
            described["c_over_a"] = float(entry["c/a"])
        active = active_families(plastic)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problem = f"the material configuration does not describe phase {phase!r} ({error!r})"
        raise FormatError(path, problem, remedy=_REMEDY) from error
    return _table(lattice, plastic, active), described


def active_families(plastic: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the number of slip systems of each family, none if plasticity has no slip systems."""
    given = plastic.get("N_sl", [])
    return tuple(int(n) for n in (given if isinstance(given, list) else [given]))


def _table(lattice: str, plastic: Mapping[str, object], active: tuple[int, ...]) -> str:
    """Return the smallest table that holds all active families whole."""
    if plastic.get("type", "none") == "none":
        return ELASTIC
    if not any(active):
        return OTHER
    for name, families in SYSTEMS.get(lattice, {}).items():
        beyond = active[len(families) :]
        whole = all(n in (0, all_) for n, all_ in zip(active, families, strict=False))
        if whole and not any(beyond):
            return name
    return OTHER
