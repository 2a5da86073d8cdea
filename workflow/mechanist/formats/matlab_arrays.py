"""Read named arrays of MATLAB files before 7.3: plain, in structs and in cells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.formats.array_names import Step, plain_name, steps_of
from mechanist.formats.named_arrays import guarded, missing

#: Elements of one cell or struct array whose names an error message lists.
_LISTED: Final = 20


class MatlabArrays:
    """Arrays of a MATLAB file of version 4, 5, 6 or 7, read as a whole."""

    def __init__(self, path: Path) -> None:
        from scipy.io import loadmat

        self.path = path
        self.notes: list[str] = []
        with guarded(path):
            contents = loadmat(path)
        self._values = {name: value for name, value in contents.items() if name[:2] != "__"}

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every array, by names as MATLAB writes them."""
        return {
            name: value.shape
            for top, value in self._values.items()
            for name, value in _leaves(top, value)
        }

    def array(self, name: str) -> NDArray[Any]:
        """Return an array."""
        if name in self._values:
            steps, value = [Step(name)], self._values[name]
        else:
            steps = steps_of(name)
            if steps[0].name not in self._values:
                raise missing(self.path, name, self.shapes())
            value = self._values[steps[0].name]
        for step in steps[1:]:
            value = self._taken(name, value, steps, step)
        if hasattr(value, "toarray"):  # sparse
            value = value.toarray()
        if not isinstance(value, np.ndarray) or value.dtype.kind == "O" or value.dtype.names:
            kind = "a struct" if getattr(getattr(value, "dtype", None), "names", None) else "a cell"
            inside = [n for n, _ in _leaves(name, value)]
            raise FormatError(
                self.path,
                f"array {name!r} is {kind}, expected numbers",
                remedy=f"Name an array inside it, such as {', '.join(inside[:3])}."
                if inside
                else "It holds no array of numbers; name another.",
            )
        return value

    def _taken(self, name: str, value: Any, steps: list[Step], step: Step) -> Any:
        """Return the field or the element that a step leads to."""
        array = isinstance(value, np.ndarray)
        if step.name is not None:
            if not array or step.name not in (value.dtype.names or ()):
                raise missing(self.path, name, self.shapes())
            values = value[step.name].ravel(order="F")
            if len(values) != 1:
                raise FormatError(
                    self.path,
                    f"{name!r}: {plain_name(steps, step)!r} has {len(values)} elements, expected"
                    " one struct",
                    remedy=f"Number the element from 1: {plain_name(steps, step)}(1).{step.name}.",
                )
            return values[0]
        elements = value.ravel(order="F") if array else [value]
        if not 1 <= step.index <= len(elements):
            raise FormatError(
                self.path,
                f"{name!r}: {plain_name(steps, step)!r} has {len(elements)} elements",
                remedy="Elements are counted from 1, as in MATLAB.",
            )
        element = elements[step.index - 1]
        if array and value.dtype.names:  # one struct of an array of structs stays an array
            return elements[step.index - 1 : step.index]
        return element


def _leaves(name: str, value: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the arrays inside a value with their names."""
    if not isinstance(value, np.ndarray):
        if hasattr(value, "toarray"):
            yield name, value
        return
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
