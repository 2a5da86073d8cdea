"""Read named arrays of a pickled dictionary, such as the glasses of Bapst et al. 2020.

https://doi.org/10.1038/s41567-020-0842-8: ``positions`` (n, 3), ``box`` (3,) and ``types`` (n,), beside
what is not read here. Lists of numbers or of arrays of one shape count as arrays.
"""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.formats.named_arrays import guarded, missing
from mechanist.formats.safe_pickle import unpickled
from mechanist.formats.text import unpacked

_SAVE: Final = "Save arrays with np.savez, or pickle a dictionary of arrays of NumPy."
#: Names of one group for what trajectories call otherwise.
_ALIASES: Final = {"cell": "box", "species": "types"}
_SPACE: Final = 3


class PickledArrays:
    """Arrays of a pickled dictionary, by their keys; inner dictionaries as in ``run/u``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        data, _ = unpacked(path)
        try:
            with guarded(path, remedy="It is damaged or no pickle: fetch or write it again."):
                held = unpickled(data)
        except FormatError as error:
            if isinstance(error.__cause__, pickle.UnpicklingError):
                raise FormatError(
                    path,
                    error.problem,
                    remedy=f"Nothing of it was run, since pickles can hold any program. {_SAVE}",
                ) from error
            raise
        if not isinstance(held, dict):
            kind = "one array" if isinstance(held, np.ndarray) else f"a {type(held).__name__}"
            raise FormatError(path, f"holds {kind}, expected a dictionary of arrays", remedy=_SAVE)
        self._values = dict(_leaves("", held))
        for name, other in _ALIASES.items():
            if name not in self._values and other in self._values:
                self._values[name] = self._values.pop(other)
                self.notes.append(f"`{other}` is read as `{name}`")
        self._as_cell("cell")

    def _as_cell(self, name: str) -> None:
        """Turn lengths of edges into cell vectors."""
        edges = _array(self._values.get(name))
        if edges is not None and edges.shape == (_SPACE,) and edges.dtype.kind in "fiu":
            self._values[name] = np.diag(edges)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every array."""
        arrays = {name: _array(value) for name, value in self._values.items()}
        return {name: values.shape for name, values in arrays.items() if values is not None}

    def array(self, name: str) -> NDArray[np.generic]:
        """Return an array."""
        name = name.strip("/")
        if name not in self._values:
            raise missing(self.path, name, self.shapes())
        values = _array(self._values[name])
        if values is None:
            raise FormatError(
                self.path,
                f"{name!r} is no array of numbers or texts",
                remedy="Name another, or pickle np.stack(...) of its parts.",
            )
        return values


def _leaves(before: str, held: dict[object, object]) -> Iterator[tuple[str, object]]:
    for key, value in held.items():
        name = before + (key.decode("latin-1") if isinstance(key, bytes) else str(key))
        if isinstance(value, dict):
            yield from _leaves(f"{name}/", value)
        else:
            yield name, value


def _array(value: object) -> NDArray[np.generic] | None:
    """Return a value as an array, None if it is none."""
    if isinstance(value, np.ndarray):
        return value
    if not isinstance(value, list | float | int):
        return None
    try:
        made = np.asarray(value)
    except (ValueError, OverflowError, RecursionError):  # parts of different shapes
        return None
    return made if made.dtype.kind in "biufcSU" else None
