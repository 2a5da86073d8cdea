"""Names of arrays inside structs and cells, as MATLAB writes them: ``run.u``, ``U{1}``, ``run(2).x``.

A slash may stand for the point, as in HDF5. Elements of cells and of arrays of structs are counted
from 1, along the first dimension first, or by row and column as in ``U{1,2}``.
"""

import math
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_FIRST: Final = re.compile(r"/?([^./{}()]+)")
_NEXT: Final = re.compile(r"[./]([^./{}()]+)|\{\s*(\d[\d\s,]*)\}|\(\s*(\d[\d\s,]*)\)")
_SUBSCRIPTS: Final = re.compile(r"\d+(\s*,\s*\d+)*\s*", re.ASCII)


class Step(NamedTuple):
    """A step to an array: the name of a field, or the subscripts of an element from 1."""

    name: str | None
    subscripts: tuple[int, ...] = ()

    def text(self) -> str:
        """Return the step as it is written."""
        said = ",".join(map(str, self.subscripts))
        return f"{{{said}}}" if self.name is None else self.name

    def number(self, shape: Sequence[int]) -> int:
        """Return the number of the element, from 1, in an array; 0 if it lies outside."""
        if len(self.subscripts) == 1:
            return self.subscripts[0] if self.subscripts[0] <= math.prod(shape) else 0
        lengths = [*shape, *(1 for _ in self.subscripts[len(shape) :])]
        if len(lengths) != len(self.subscripts) or not all(
            1 <= k <= length for k, length in zip(self.subscripts, lengths, strict=True)
        ):
            return 0
        strides = [math.prod(lengths[:axis]) for axis in range(len(lengths))]
        return 1 + sum((k - 1) * s for k, s in zip(self.subscripts, strides, strict=True))


def steps_of(name: str) -> list[Step]:
    """Return the steps that a name describes; a name of another form is one step."""
    match = _FIRST.match(name)
    steps = []
    while match is not None:
        said = match[match.lastindex or 1]
        if match.lastindex == 1:
            steps.append(Step(said))
        elif _SUBSCRIPTS.fullmatch(said):
            steps.append(Step(None, tuple(int(part) for part in said.split(","))))
        else:
            break
        if match.end() == len(name):
            return steps
        match = _NEXT.match(name, match.end())
    return [Step(name)]


def plain_name(steps: Sequence[Step], last: Step) -> str:
    """Return the name that leads to the value before a step."""
    return ".".join(step.text() for step in steps[: steps.index(last)]).replace(".{", "{")
