"""Convert the box of a LAMMPS dump: bounds and tilts to cell vectors and corner, and back.

The format is described in https://docs.lammps.org/dump.html and Howto_triclinic there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.text import TextFile
from mechanist.formats.text_columns import parse_reals

Bounds = Literal["standard", "unextended"]

_BOUNDARIES: Final = frozenset("pfsm")
_TILTS: Final = ("xy", "xz", "yz")
_GENERAL: Final = ("abc", "origin")
_PERIODIC: Final = ("pp", "pp", "pp")
#: Numbers on each of the three lines, by the words before the boundaries.
_WIDTHS: Final[dict[tuple[str, ...], int]] = {(): 2, _TILTS: 3, _GENERAL: 4}


@dataclass(frozen=True, eq=False)
class Box:
    """Cell vectors as rows (3, 3), corner (3,), and whether each vector is periodic."""

    cell: FloatArray
    origin: FloatArray
    periodic: tuple[bool, bool, bool]


def read_box(text: TextFile, words: Sequence[str], line: int, bounds: Bounds) -> Box:
    """Return the box that three lines of numbers describe.

    Parameters
    ----------
    text : TextFile
        The dump.
    words : sequence of str
        Words after ``ITEM: BOX BOUNDS``. A general triclinic box without boundaries is periodic.
    line : int
        First of the three lines.
    bounds : {"standard", "unextended"}
        Whether the bounds of a restricted triclinic box enclose the tilted box, as the format
        states, or are the edges of the untilted box.

    Raises
    ------
    FormatError
        If words or numbers are missing or superfluous, or the box is empty or left-handed.
    """
    if tuple(words) == _GENERAL:  # which LAMMPS documents without boundaries
        words = (*_GENERAL, *_PERIODIC)
    style, flags = tuple(words[:-3]), words[-3:]
    good = all(len(f) == 2 and set(f) <= _BOUNDARIES and f.count("p") != 1 for f in flags)
    if len(flags) != 3 or not good or style not in _WIDTHS:
        raise text.error(
            f"BOX BOUNDS {' '.join(words)!r}, expected nothing, 'xy xz yz' or 'abc origin', and"
            " then three boundaries such as 'pp pp pp'",
            remedy="State tilts and boundaries in the header; without them the cell is unknown.",
            line=line - 1,
        )
    numbers = np.array([_numbers(text, line + k, _WIDTHS[style], words) for k in range(3)])
    if style == _GENERAL:
        cell, origin = numbers[:, :3], numbers[:, 3]
    else:
        cell, origin = _restricted(numbers, bounds)
        _check_edges(text, line, numbers, cell)
    if not np.linalg.det(cell) > 0:
        problem = f"the cell has volume {np.linalg.det(cell):g}, expected a positive one"
        raise text.error(problem, remedy="Give right-handed cell vectors.", line=line)
    return Box(cell, origin, (flags[0] == "pp", flags[1] == "pp", flags[2] == "pp"))


def _numbers(text: TextFile, line: int, width: int, words: Sequence[str]) -> FloatArray:
    fields = text.line(line).split()
    if len(fields) != width:
        raise text.error(
            f"{len(fields)} fields, expected {width} numbers under BOX BOUNDS {' '.join(words)!r}",
            remedy="A tilted box has 'xy xz yz' in its header and three numbers per line.",
            line=line,
        )
    return parse_reals(text, line, fields, "BOX BOUNDS")


def _restricted(numbers: FloatArray, bounds: Bounds) -> tuple[FloatArray, FloatArray]:
    """Return cell and corner from bounds (3, 2), or from bounds and tilts (3, 3)."""
    tilts = numbers[:, 2] if numbers.shape[1] == len(_TILTS) else np.zeros(3)
    below, above = _extension(tilts, bounds)
    low, high = numbers[:, 0] - below, numbers[:, 1] - above
    cell = np.diag(high - low)
    cell[1, 0], cell[2, 0], cell[2, 1] = tilts
    return cell, low


def _extension(tilts: FloatArray, bounds: Bounds) -> tuple[FloatArray, FloatArray]:
    """Return the offsets of lower and upper bounds from the edges of the untilted box."""
    if bounds == "unextended":
        return np.zeros(3), np.zeros(3)
    xy, xz, yz = tilts
    along_x, along_y = (0.0, xy, xz, xy + xz), (0.0, yz)
    return (
        np.array([min(along_x), min(along_y), 0.0]),
        np.array([max(along_x), max(along_y), 0.0]),
    )


def _check_edges(text: TextFile, line: int, numbers: FloatArray, cell: FloatArray) -> None:
    for k, axis in enumerate("xyz"):
        if not cell[k, k] > 0:
            raise text.error(
                f"the box is {cell[k, k]:g} long along {axis} (bounds {numbers[k, 0]:g} to"
                f" {numbers[k, 1]:g}), expected a positive length",
                remedy="Give the lower bound first. Bounds of a tilted box enclose it; if they"
                " do not, declare `bounds: unextended`.",
                line=line + k,
            )


def box_lines(box: Box, bounds: Bounds) -> list[str]:
    """Return header and numbers of a box, in the simplest form that represents it."""
    flags = " ".join("pp" if periodic else "ff" for periodic in box.periodic)
    edges, tilts = np.diag(box.cell), box.cell[[1, 2, 2], [0, 0, 1]]
    if np.any(np.triu(box.cell, 1)) or not np.all(edges > 0):
        return _lines(" ".join((*_GENERAL, flags)), np.column_stack([box.cell, box.origin]))
    below, above = _extension(tilts, bounds)
    low, high = box.origin + below, box.origin + edges + above
    if np.any(tilts):
        return _lines(" ".join((*_TILTS, flags)), np.column_stack([low, high, tilts]))
    return _lines(flags, np.column_stack([low, high]))


def _lines(words: str, numbers: FloatArray) -> list[str]:
    rows = [" ".join(map(repr, row)) for row in numbers.tolist()]
    return [f"ITEM: BOX BOUNDS {words}", *rows]
