"""Read the input files in a DAMASK 3 result under ``setup``: material and load case.

DAMASK marks each input file by a description. The material is the ``main configuration`` until
3.0.0-alpha7 and the ``material configuration`` since alpha8; its name is chosen by the user since
then. Texts that carry neither mark are recognised by their content.
"""

from pathlib import Path
from typing import Any, Final, NotRequired, TypedDict, cast

import h5py
import yaml

from mechanist.core.errors import FormatError

MATERIAL_MARKS: Final = ("main configuration", "material configuration")
_LOAD: Final = "load case"
_REMEDY: Final = "Give the unmodified solver result."


class Mechanical(TypedDict, total=False):
    """Laws of a phase, with their parameters."""

    elastic: dict[str, str | float]
    plastic: dict[str, object]


#: A phase; a hexagonal one has ``c/a``.
Phase = TypedDict("Phase", {"lattice": str, "mechanical": Mechanical, "c/a": NotRequired[float]})


class Constituent(TypedDict):
    """A part of a material, by its volume fraction."""

    v: float


class Material(TypedDict):
    """What fills a cell."""

    constituents: list[Constituent]


class MaterialConfiguration(TypedDict):
    """The parts that are read of a material configuration, if it is complete; that is not checked."""

    phase: dict[str, Phase]
    material: list[Material]


def read_configuration(path: Path, file: h5py.File) -> MaterialConfiguration:
    """Return the material configuration: a mapping with ``phase`` and ``material``.

    Raises
    ------
    FormatError
        If the result holds no such text or several, or it is damaged.
    """
    texts = _texts(file)
    marked = {
        name: text
        for name, (what, text) in texts.items()
        if any(mark in what for mark in MATERIAL_MARKS)
    }
    if not marked:
        marked = {n: text for n, (_, text) in texts.items() if "phase" in _mapping(text)}
    if len(marked) != 1:
        listed = ", ".join(f"{name} ({what!r})" for name, (what, _) in sorted(texts.items()))
        seen = f"several material configurations, {sorted(marked)}" if marked else "none"
        raise FormatError(
            path,
            f"expected one text under 'setup' that is described as {' or '.join(MATERIAL_MARKS)};"
            f" found {seen}; setup holds {listed or 'no text'}",
            remedy=_REMEDY,
        )
    (name, text), *_ = marked.items()
    return _configuration(path, f"setup/{name}", text, remedy=_REMEDY)


def read_material_file(path: Path) -> MaterialConfiguration:
    """Return what a ``material.yaml`` of DAMASK holds: a mapping with ``phase``.

    Raises
    ------
    FormatError
        If the file cannot be read as YAML, or describes no phases.
    """
    remedy = "Give a material.yaml of DAMASK 3."
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(path, f"not readable ({error})", remedy=remedy) from error
    return _configuration(path, "the file", text, remedy=remedy)


def _configuration(path: Path, place: str, text: str, *, remedy: str) -> MaterialConfiguration:
    try:
        entry = _numbers(yaml.safe_load(text))
    except (yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())
        problem = f"{place} is not readable YAML ({said})"
        raise FormatError(path, problem, remedy=remedy) from error
    if not isinstance(entry, dict) or not isinstance(entry.get("phase"), dict):
        raise FormatError(path, f"{place} does not describe phases", remedy=remedy)
    return cast("MaterialConfiguration", entry)


def read_fractions(path: Path, configuration: MaterialConfiguration, count: int) -> list[float]:
    """Return the volume fractions of the constituents of a cell, which must be those of all cells.

    Parameters
    ----------
    path : Path
        Named in error messages.
    configuration : mapping
        The material configuration.
    count : int
        Number of constituents of each cell.

    Raises
    ------
    FormatError
        If materials have constituents of different fractions or numbers.
    """
    if count == 1:
        return [1.0]
    try:
        found = {
            tuple(float(part["v"]) for part in material["constituents"])
            for material in configuration["material"]
        }
    except (KeyError, TypeError, ValueError) as error:
        problem = f"the material configuration lacks volume fractions of constituents ({error!r})"
        raise FormatError(path, problem, remedy=_REMEDY) from error
    if len(found) != 1 or len(next(iter(found))) != count:
        shown = [list(one) for one in sorted(found)[:3]]
        raise FormatError(
            path,
            f"volume fractions of constituents are {shown}, expected the same {count} in all materials",
            remedy="Results whose materials have different fractions are not read: import results of"
            " one constituent per cell.",
        )
    return list(next(iter(found)))


def read_steps(file: h5py.File) -> int | None:
    """Return the number of increments in the load case, or None if it is not stated."""
    for what, text in _texts(file).values():
        if _LOAD in what:
            try:
                return sum(int(step["discretization"]["N"]) for step in _mapping(text)["loadstep"])
            except (KeyError, TypeError, ValueError):
                return None
    return None


def _texts(file: h5py.File) -> dict[str, tuple[str, str]]:
    """Return description and content of the texts under ``setup``, by name.

    Groups are passed over: they hold the inputs of runs that this one continues.
    """
    found = {}
    for name, stored in file.get("setup", {}).items():
        if not isinstance(stored, h5py.Dataset):
            continue
        content = stored[()]
        content = content[0] if getattr(content, "shape", ()) else content
        if isinstance(content, (bytes, str)):
            found[name] = (_text(stored.attrs.get("description", "")), _text(content))
    return found


def _mapping(text: str) -> dict[str, Any]:
    """Return a YAML text as a mapping, empty if it is none."""
    try:
        entry = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _numbers(entry: object) -> Any:
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
