"""Read named arrays of MATLAB files before 7.3: plain, in structs and in cells."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.formats.array_names import Step, plain_name, steps_of
from mechanist.formats.matlab5 import variables
from mechanist.formats.named_arrays import guarded, missing

_DAMAGED: Final = "The file is damaged: fetch or write it again."
#: Elements of one cell or struct array whose names an error message lists.
_LISTED: Final = 20


class MatlabArrays:
    """Arrays of a MATLAB file of version 4 to 7, each parsed when it is named."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        with guarded(path):
            data = path.read_bytes()
            # a file of version 4 begins with a small whole number, others with text
            self._values = _version_4(path) if 0 in data[:4] else variables(data)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every array, by names as MATLAB writes them."""
        found: dict[str, tuple[int, ...]] = {}
        for top, parse in self._values.items():
            with contextlib.suppress(Exception):  # nobody asked for this variable
                found |= {name: value.shape for name, value in _leaves(top, parse())}
        return found

    def array(self, name: str) -> NDArray[np.generic]:
        """Return an array."""
        steps = [Step(name)] if name in self._values else steps_of(name)
        if steps[0].name not in self._values:
            raise missing(self.path, name, self.shapes())
        with guarded(self.path, f"array {name!r}", remedy=_DAMAGED):
            value = self._values[steps[0].name]()
        for step in steps[1:]:
            value = self._taken(name, value, steps, step)
        if value.dtype.kind == "O" or value.dtype.names:
            kind = "a struct" if value.dtype.names else "a cell"
            inside = [n for n, _ in _leaves(name, value)]
            raise FormatError(
                self.path,
                f"array {name!r} is {kind}, expected numbers",
                remedy=f"Name an array inside it, such as {', '.join(inside[:3])}."
                if inside
                else "It holds no array of numbers; name another.",
            )
        return value

    def _taken(
        self, name: str, value: NDArray[Any], steps: list[Step], step: Step
    ) -> NDArray[np.generic]:
        """Return the field or the element that a step leads to."""
        before = plain_name(steps, step)
        elements = value.ravel(order="F")
        if step.name is not None:
            if step.name not in (value.dtype.names or ()):
                raise missing(self.path, name, self.shapes())
            if len(elements) != 1:
                raise FormatError(
                    self.path,
                    f"{name!r}: {before!r} has {len(elements)} elements, expected one struct",
                    remedy=f"Number the element from 1: {before}(1).{step.name}.",
                )
            return np.asarray(elements[step.name][0])
        number = step.number(value.shape)
        if not number:
            raise FormatError(
                self.path,
                f"{name!r}: {before!r} has {' x '.join(map(str, value.shape))} elements",
                remedy="Elements are counted from 1, as in MATLAB.",
            )
        if value.dtype.kind == "O":
            return np.asarray(elements[number - 1])
        return elements[number - 1 : number]


def _version_4(path: Path) -> dict[str, Callable[[], NDArray[np.generic]]]:
    from scipy.io import loadmat
    from scipy.sparse import issparse

    contents = {name: value for name, value in loadmat(path).items() if name[:2] != "__"}
    plain = {n: value.toarray() if issparse(value) else value for n, value in contents.items()}
    return {name: partial(np.asarray, value) for name, value in plain.items()}


def _leaves(name: str, value: NDArray[np.generic]) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Yield the arrays inside a value with their names."""
    if not value.dtype.names and value.dtype.kind != "O":
        yield name, value
        return
    flat = value.ravel(order="F")
    for k, element in enumerate(flat[:_LISTED], start=1):
        if value.dtype.names:
            place = name if len(flat) == 1 else f"{name}({k})"
            for field in value.dtype.names:
                yield from _leaves(f"{place}.{field}", element[field])
        else:
            yield from _leaves(f"{name}{{{k}}}", element)
