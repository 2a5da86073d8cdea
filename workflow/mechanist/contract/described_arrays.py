"""Say what files of arrays hold: names, shapes, and the units that they state."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import h5py
import numpy as np

import mechanist.formats
from mechanist.contract.text_table import text_table
from mechanist.core.errors import FormatError

_REMEDY: Final = "Delete the file and run the workflow again."
#: Attributes that state a unit.
_UNITS: Final = ("unit", "units")
#: Most characters of an attribute that are shown.
_LONGEST: Final = 60

#: Shape, type and unit of an array.
Array = tuple[str, str, str]


def describe_arrays(path: Path) -> str:
    """Return names, shapes, types and stated units of the arrays of a file.

    Arrays whose names differ in numbers only are listed once. If the file names its schema, the
    description of that format, with its units, is added.

    Raises
    ------
    FormatError
        If the file cannot be read.
    """
    attributes: dict[str, str] = {}
    arrays: dict[str, list[tuple[str, Array]]] = {}
    try:
        listed = list(_npz(path) if path.suffix == ".npz" else _hdf5(path, attributes))
    except (OSError, ValueError) as error:
        raise FormatError(path, f"not a readable file ({error})", remedy=_REMEDY) from error
    for name, array in listed:
        arrays.setdefault(re.sub(r"\d+", "#", name), []).append((name, array))
    rows = [(group[0][0], f"{len(group)}", *group[0][1]) for group in arrays.values()]
    lines = [f"{path}: {len(listed)} arrays", ""]
    lines += [f"{name}: {value[:_LONGEST]}" for name, value in attributes.items()]
    lines += ["", *text_table(("array", "alike", "shape", "type", "unit"), rows)]
    about = _formats().get(attributes.get("schema", ""))
    lines += ["", f"The format {attributes['schema']}:", "", about] if about else []
    return "\n".join(lines) + "\n"


def _npz(path: Path) -> Iterator[tuple[str, Array]]:
    with np.load(path, allow_pickle=False) as arrays:
        for name in arrays.files:
            yield name, (_shape(arrays[name].shape), str(arrays[name].dtype), "")


def _hdf5(path: Path, attributes: dict[str, str]) -> Iterator[tuple[str, Array]]:
    with h5py.File(path) as file:
        attributes |= {name: str(value) for name, value in file.attrs.items()}
        names: list[str] = []
        file.visit(names.append)
        for name in names:
            item = file[name]
            if isinstance(item, h5py.Dataset):
                yield name, (_shape(item.shape), str(item.dtype), _unit(item))


def _unit(item: h5py.Dataset) -> str:
    """Return the unit that an array states, or the first group around it that states one."""
    name, place = str(item.name).rpartition("/")[2], item
    while True:
        for key in _UNITS:
            stated = str(place.attrs.get(key, ""))
            if stated.startswith("{"):
                stated = str(json.loads(stated).get(name, ""))
            elif stated and place is not item:
                stated = f"{stated} units"
            if stated:
                return stated
        if place.name == "/":
            return ""
        place = place.parent


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "1"


@cache
def _formats() -> dict[str, str]:
    """Return the description of every format by its schema, as its module gives it."""
    found: dict[str, str] = {}
    for file in sorted(Path(mechanist.formats.__path__[0]).glob("*.py")):
        source = file.read_text(encoding="utf-8")
        about = ast.get_docstring(ast.parse(source)) or ""
        found |= dict.fromkeys(re.findall(r'"(mechanist\.\w+/\d+)"', source), about)
    return found
