"""Read the header of a LAMMPS data file: https://docs.lammps.org/read_data.html."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.lammps_box import Box
from mechanist.formats.text import TextFile
from mechanist.formats.text_columns import parse_integer, parse_reals

#: Objects that a file may hold, each with its own types.
MEMBERS: Final = ("atom", "bond", "angle", "dihedral", "improper")
#: Keywords of counts.
COUNTS: Final = (*(f"{name}s" for name in MEMBERS), *(f"{name} types" for name in MEMBERS))
_OTHERS: Final = ("ellipsoids", "lines", "triangles", "bodies")
_OF_FIXES: Final = ("crossterms", "bitorsions", "pitorsions", "pitorsion types")
#: Keywords of counts that nothing here reads.
_UNREAD: Final = (
    *_OTHERS,
    *_OF_FIXES,
    *(f"extra {name} per atom" for name in (*MEMBERS[1:], "special")),
)
#: How many numbers precede each of the other keywords of the header.
_NUMBERS: Final = {
    **dict.fromkeys(("xlo xhi", "ylo yhi", "zlo zhi"), 2),
    **dict.fromkeys(("xy xz yz", "avec", "bvec", "cvec", "abc origin"), 3),
}
#: Keywords of the box.
BOX: Final = tuple(_NUMBERS)
#: Keywords of a general triclinic box.
GENERAL: Final = ("avec", "bvec", "cvec", "abc origin")
_COMMENT: Final = re.compile(rb"#[^\n]*")
#: Remedy for lines that are invalid in a data file.
CHECK: Final = "Check that this is a LAMMPS data file, and that none of its lines is damaged."


@dataclass
class DataHeader:
    """Counts, and the numbers before other keywords, each with the line that states it."""

    counts: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, FloatArray] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def content_of(text: TextFile, line: int) -> str:
    """Return a line without its comment and surrounding blanks."""
    return text.line(line).partition("#")[0].strip()


def without_comments(text: TextFile) -> TextFile:
    """Return a file with the same lines, but without what follows a ``#`` in each."""
    if b"#" not in text.data:
        return text
    data = _COMMENT.sub(b"", text.data)
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    return replace(text, data=data, ends=ends)


def read_header(text: TextFile) -> tuple[DataHeader, int]:
    """Return the header and the line after it; the first line of a file is a title.

    Raises
    ------
    FormatError
        If a line is not numbers followed by a keyword, or a keyword occurs twice.
    """
    header = DataHeader()
    for line in range(2, len(text) + 1):
        words = content_of(text, line).split()
        if words and words[0][0].isalpha():
            return header, line
        values = list(takewhile(lambda word: not word[0].isalpha(), words))
        name = " ".join(words[len(values) :])
        if not words or name in _UNREAD:
            continue
        if name not in (*COUNTS, *_NUMBERS):
            known = ", ".join((*COUNTS, *_NUMBERS, *_UNREAD))
            problem = f"{text.line(line)[:60]!r}, expected numbers and one of {known}"
            raise text.error(problem, remedy=CHECK, line=line)
        _note(text, header, name, values, line)
    raise text.cut_error("the file ends within its header")


def _note(text: TextFile, header: DataHeader, name: str, values: Sequence[str], line: int) -> None:
    if name in header.lines:
        problem = f"{name!r} is already stated in line {header.lines[name]}"
        raise text.error(problem, remedy="State it once.", line=line)
    expected = _NUMBERS.get(name, 1)
    if len(values) != expected:
        problem = f"{len(values)} numbers before {name!r}, expected {expected}"
        raise text.error(problem, remedy=CHECK, line=line)
    header.lines[name] = line
    if name in _NUMBERS:
        header.numbers[name] = parse_reals(text, line, values, name)
    else:
        header.counts[name] = parse_integer(text, line, values[0], name)


def read_data_box(text: TextFile, header: DataHeader) -> Box:
    """Return the box that a header states.

    Raises
    ------
    FormatError
        If the header states no box, or the box is empty or left-handed.
    """
    edges = [f"{axis}lo {axis}hi" for axis in "xyz"]
    general = any(name in header.numbers for name in GENERAL)
    missing = [n for n in (GENERAL if general else edges) if n not in header.numbers]
    if missing:
        problem = f"no line of {missing[0]!r} in the header"
        raise text.error(problem, remedy="Without it the cell is unknown; write the file again.")
    if general:
        cell, origin = (
            np.array([header.numbers[name] for name in GENERAL[:3]]),
            header.numbers["abc origin"],
        )
        line = header.lines["avec"]
    else:
        low, high = np.array([header.numbers[name] for name in edges]).T
        for k, name in enumerate(edges):
            if not high[k] > low[k]:
                problem = f"the box is {high[k] - low[k]:g} long along {'xyz'[k]}, expected a positive length"
                raise text.error(problem, remedy="Give the lower bound first.",
                                 line=header.lines[name], column=name)  # fmt: skip
        cell, origin, line = np.diag(high - low), low, header.lines[edges[0]]
        cell[[1, 2, 2], [0, 0, 1]] = header.numbers.get("xy xz yz", np.zeros(3))
    if not np.linalg.det(cell) > 0:
        problem = f"the cell has volume {np.linalg.det(cell):g}, expected a positive one"
        raise text.error(problem, remedy="Give right-handed cell vectors.", line=line)
    return Box(cell, origin, (True, True, True))
