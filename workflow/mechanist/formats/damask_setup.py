"""Read the input files in a DAMASK 3 result under ``setup``: material and load case."""

from pathlib import Path
from typing import Any, Final

import h5py
import yaml

from mechanist.core.errors import FormatError

#: Table of slip systems by lattice and number of active systems of each family.
SYSTEMS: Final[dict[tuple[str, tuple[int, ...]], str]] = {
    ("cF", (12,)): "fcc12",
    ("cI", (12,)): "bcc12",
    ("cI", (12, 12)): "bcc24",
    ("cI", (12, 12, 24)): "bcc48",
}
_MATERIAL: Final = "material.yaml"
_LOAD: Final = "load case"
_REMEDY: Final = "Give the unmodified solver result, for a phase with supported slip systems."


def read_material(path: Path, file: h5py.File, phase: str) -> tuple[str, dict[str, Any]]:
    """Return the table of slip systems and the description of a phase.

    Parameters
    ----------
    path : Path
        Named in error messages.
    file : h5py.File
        The open result.
    phase : str
        Name of the phase.

    Returns
    -------
    systems : str
        Such as ``"fcc12"``.
    material : dict
        ``phase``, ``lattice``, ``elastic`` and ``plastic`` as in the input file, in Pa.

    Raises
    ------
    FormatError
        If the result lacks its material, or the phase has unsupported slip systems.
    """
    text = _texts(file, "main configuration").get(_MATERIAL)
    if text is None:
        stored = sorted(file.get("setup", {}))
        raise FormatError(path, f"no setup/{_MATERIAL}, only {stored}", remedy=_REMEDY)
    try:
        entry = _numbers(yaml.safe_load(text)["phase"][phase])
        mechanical = entry["mechanical"]
        plastic = mechanical["plastic"]
        key = (str(entry["lattice"]), tuple(int(n) for n in plastic["N_sl"]))
        elastic = mechanical["elastic"]
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        problem = f"setup/{_MATERIAL} does not describe slip of phase {phase!r} ({error!r})"
        raise FormatError(path, problem, remedy=_REMEDY) from error
    while key not in SYSTEMS and key[1] and key[1][-1] == 0:
        key = (key[0], key[1][:-1])  # drop trailing families without active systems
    if key not in SYSTEMS:
        known = ", ".join(f"{lattice} {list(count)}" for lattice, count in SYSTEMS)
        problem = f"phase {phase!r} is {key[0]} with N_sl = {list(key[1])}, expected one of {known}"
        raise FormatError(path, problem, remedy="Phases with other slip systems are not supported.")
    described = {"phase": phase, "lattice": key[0], "elastic": elastic, "plastic": plastic}
    return SYSTEMS[key], described


def _numbers(entry: Any) -> Any:
    """Convert numbers such as ``75e6``, which YAML 1.1 reads as text, to floats."""
    if isinstance(entry, dict):
        return {str(key): _numbers(value) for key, value in entry.items()}
    if isinstance(entry, list):
        return [_numbers(value) for value in entry]
    if isinstance(entry, str):
        try:
            return float(entry)
        except ValueError:
            return entry
    return entry


def read_steps(file: h5py.File) -> int | None:
    """Return the number of increments in the load case, or None if it is not stated."""
    for text in _texts(file, _LOAD).values():
        try:
            return sum(
                int(step["discretization"]["N"]) for step in yaml.safe_load(text)["loadstep"]
            )
        except (yaml.YAMLError, KeyError, TypeError, ValueError):
            return None
    return None


def _texts(file: h5py.File, description: str) -> dict[str, str]:
    """Return the input files whose description contains ``description``, by name."""
    found = {}
    for name, stored in file.get("setup", {}).items():
        what = stored.attrs.get("description", b"")
        if description in (what.decode() if isinstance(what, bytes) else str(what)):
            content = stored[()]
            content = content[0] if getattr(content, "shape", ()) else content
            found[name] = content.decode() if isinstance(content, bytes) else str(content)
    return found
