"""Parse the text of ParaDiS node files: parameters, then one block of lines per node.

ParaDiS, OpenDiS and ExaDiS share the format. Comments begin with ``#``, blank lines are
ignored, and a parameter is a number or a list in brackets. After ``nodalData =``, for each node::

    domain,index  x y z  arms constraint
      domain,index  bx by bz          one such pair of lines per arm
          nx ny nz
"""

import re
from dataclasses import dataclass
from typing import Final

from mechanist.formats.text import TextFile

Tag = tuple[int, int]
#: Fields of the three kinds of line of a node.
NODE_FIELDS: Final = ("domain", "index", "x", "y", "z", "arms", "constraint")
ARM_FIELDS: Final = ("domain", "index", "bx", "by", "bz")
PLANE_FIELDS: Final = ("nx", "ny", "nz")
_INTEGERS: Final = frozenset({"domain", "index", "arms", "constraint"})
_DATA: Final = "nodalData"
_SKIPPED: Final = "domainDecomposition"
_PARAMETER: Final = re.compile(r"\s*([A-Za-z]\w*)\s*=\s*(.*)")
_BREAKS: Final = re.compile(r"[\s,]+")
#: Largest whole number: up to it, floating-point numbers hold every whole number exactly.
_LARGEST: Final = 2**53
_REMEDY: Final = "Give the unmodified node file of the simulation."


@dataclass(frozen=True)
class RawArm:
    """An arm as its node lists it: other node, Burgers vector, plane, and line in the file."""

    other: Tag
    burgers: tuple[float, float, float]
    plane: tuple[float, float, float]
    line: int


@dataclass(frozen=True)
class RawNode:
    """A node as in the file, and the line on which it begins."""

    tag: Tag
    position: tuple[float, float, float]
    constraint: int
    arms: tuple[RawArm, ...]
    line: int


class _Lines:
    """Sequence of the lines that hold more than a comment."""

    def __init__(self, text: TextFile) -> None:
        self.text = text
        self.number = 0

    def next(self) -> str | None:
        """Return the next line without its comment, or None at the end of the file."""
        while self.number < len(self.text):
            self.number += 1
            line = self.text.line(self.number).split("#", 1)[0].strip()
            if line:
                return line
        return None


def parse_nodes(text: TextFile) -> tuple[dict[str, list[float]], list[RawNode]]:
    """Return parameters and nodes of a file.

    Parameters
    ----------
    text : TextFile
        Plain or gzipped.

    Returns
    -------
    parameters : dict of str to list of float
        Every parameter before the nodes, a single number as a list of one.
    nodes : list of RawNode
        In the order of the file.

    Raises
    ------
    FormatError
        If a line does not fit its place, or the file ends within a node.
    """
    lines = _Lines(text)
    parameters = _parameters(lines)
    nodes = []
    while (line := lines.next()) is not None:
        nodes.append(_node(lines, line))
    return parameters, nodes


def _parameters(lines: _Lines) -> dict[str, list[float]]:
    parameters: dict[str, list[float]] = {}
    skipping = False
    while (line := lines.next()) is not None:
        match = _PARAMETER.fullmatch(line)
        if match is None:
            if skipping:  # bounds of the domains of a parallel run
                continue
            problem = f"{line[:60]!r}, expected 'name = value'"
            raise lines.text.error(problem, remedy=_REMEDY, line=lines.number)
        name, value = match.groups()
        if name == _DATA:
            return parameters
        skipping = name == _SKIPPED
        if not skipping:
            parameters[name] = _values(lines, name, value)
    raise lines.text.error(
        f"no {_DATA!r}", remedy="A control file (.ctrl) holds no nodes: give the .data file."
    )


def _values(lines: _Lines, name: str, value: str) -> list[float]:
    """Return the numbers of one parameter, over as many lines as its brackets span."""
    begun = lines.number
    if value.startswith("["):
        while "]" not in value:
            line = lines.next()
            if line is None or "=" in line:
                problem = f"the list {name!r} is not closed"
                raise lines.text.error(problem, remedy=_REMEDY, line=begun)
            value = f"{value} {line}"
    fields = [field for field in _BREAKS.split(value.strip("[] ")) if field]
    return [_number(lines, field, name, integer=False) for field in fields]


def _node(lines: _Lines, line: str) -> RawNode:
    begun = lines.number
    domain, index, x, y, z, count, constraint = _fields(lines, line, NODE_FIELDS)
    arms = tuple(_arm(lines, (int(domain), int(index))) for _ in range(int(count)))
    return RawNode((int(domain), int(index)), (x, y, z), int(constraint), arms, begun)


def _arm(lines: _Lines, tag: Tag) -> RawArm:
    first = _fields(lines, _inside(lines, tag), ARM_FIELDS)
    number = lines.number
    nx, ny, nz = _fields(lines, _inside(lines, tag), PLANE_FIELDS)
    domain, index, bx, by, bz = first
    return RawArm((int(domain), int(index)), (bx, by, bz), (nx, ny, nz), number)


def _inside(lines: _Lines, tag: Tag) -> str:
    line = lines.next()
    if line is None:
        raise lines.text.error(
            f"the file ends within the arms of node {tag[0]},{tag[1]}",
            remedy="It looks cut short: fetch the whole file again.",
            line=lines.number,
        )
    return line


def _fields(lines: _Lines, line: str, names: tuple[str, ...]) -> list[float]:
    fields = [field for field in _BREAKS.split(line) if field]
    if len(fields) != len(names):
        raise lines.text.error(
            f"{len(fields)} fields where {len(names)} are expected ({' '.join(names)}):"
            f" {line[:60]!r}",
            remedy="A line is missing, superfluous or damaged, or a number of arms is wrong.",
            line=lines.number,
        )
    return [
        _number(lines, field, name, integer=name in _INTEGERS)
        for field, name in zip(fields, names, strict=True)
    ]


def _number(lines: _Lines, field: str, name: str, *, integer: bool) -> float:
    try:
        value = float(field)
    except ValueError:
        value = float("nan")
    broken = integer and not (0 <= value <= _LARGEST and value == int(value))
    if not abs(value) < float("inf") or broken:
        expected = f"a whole number from 0 to {_LARGEST}" if integer else "a finite number"
        raise lines.text.error(
            f"{field!r}, expected {expected}", remedy=_REMEDY, line=lines.number, column=name
        )
    return value
