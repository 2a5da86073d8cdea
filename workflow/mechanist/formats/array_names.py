"""Names of arrays inside structs and cells, as MATLAB writes them: ``run.u``, ``U{1}``, ``run(2).x``.

A slash may stand for the point, as in HDF5. Elements of cells and of arrays of structs are counted
from 1, along the first dimension first.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_FIRST: Final = re.compile(r"/?([^./{}()]+)")
_NEXT: Final = re.compile(r"[./]([^./{}()]+)|\{\s*(\d+)\s*\}|\(\s*(\d+)\s*\)")


class Step(NamedTuple):
    """A step to an array: the name of a field, or the number of an element from 1."""

    name: str | None
    number: int = 0

    def text(self) -> str:
        """Return the step as it is written."""
        return f"{{{self.number}}}" if self.name is None else self.name


def steps_of(name: str) -> list[Step]:
    """Return the steps that a name describes; a name of another form is one step."""
    match = _FIRST.match(name)
    steps = []
    while match is not None:
        first = match.lastindex == 1
        steps.append(Step(match[1]) if first else Step(None, int(match[match.lastindex or 2])))
        if match.end() == len(name):
            return steps
        match = _NEXT.match(name, match.end())
    return [Step(name)]


def plain_name(steps: Sequence[Step], last: Step) -> str:
    """Return the name that leads to the value before a step."""
    return ".".join(step.text() for step in steps[: steps.index(last)]).replace(".{", "{")
