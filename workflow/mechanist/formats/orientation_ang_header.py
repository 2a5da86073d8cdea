"""Header of an ``.ang`` map, and the phases of its points as the header numbers them."""

import re
from typing import Final, NamedTuple

import numpy as np

from mechanist.core.typing import BoolArray, IntArray
from mechanist.formats.orientation_points import (
    EXPORT,
    MOST_PHASES,
    NOT_INDEXED,
    OTHER,
    TSL_LATTICES,
)
from mechanist.formats.text import TextFile

_HEADER: Final = re.compile(r"#\s*([A-Za-z_]+)\s*:?\s+(.+)")
_BLOCKS: Final = re.compile(r"#\s*(?:COLUMN_)?NOTES\s*:\s*(Start|End)", re.IGNORECASE)


class Header(NamedTuple):
    """Entries of the header, phases by number, and the line of the first point."""

    entries: dict[str, str]
    names: dict[int, tuple[str, str]]
    first: int


def read_header(text: TextFile) -> Header:
    """Return header entries and phases; notes, which explain columns in free text, are skipped.

    Raises
    ------
    FormatError
        If there are no points, no phases, or a phase is declared twice.
    """
    found: list[tuple[int, str, str]] = []
    notes = False
    for number in range(1, len(text) + 1):
        line = text.line(number)
        if line and not line.startswith("#"):
            return Header(*_sorted(text, found, number), number)
        if (edge := _BLOCKS.match(line)) is not None:
            notes = edge.group(1).lower() == "start"
        if not notes and (match := _HEADER.match(line)) is not None:
            found.append((number, match.group(1), match.group(2).strip()))
    raise text.error("the file ends before the first point", remedy=EXPORT, line=len(text))


def _sorted(
    text: TextFile, found: list[tuple[int, str, str]], first: int
) -> tuple[dict[str, str], dict[int, tuple[str, str]]]:
    """Return entries other than phases, and phases; ASTAR names its phases without a number."""
    entries: dict[str, str] = {}
    names: dict[int, tuple[str, str]] = {}
    phase = 0
    numbered = any(key == "Phase" and value.isdecimal() for _, key, value in found)
    for line, key, value in found:
        if key == "Phase" and value.isdecimal():  # else a sentence, as version 7 has it
            phase = int(value)
            if phase in names or phase > MOST_PHASES:
                problem = f"phase {phase} is declared twice, or too large a number"
                raise text.error(problem, remedy="Number phases differently.", line=line)
            names[phase] = (f"phase {value}", OTHER)
        elif key == "MaterialName" and (names or not numbered):
            phase = phase if numbered else len(names) + 1
            names[phase] = (value, OTHER)
        elif key == "Symmetry" and phase in names:
            names[phase] = (names[phase][0], TSL_LATTICES.get(value, OTHER))
        else:
            entries[key] = value
    if not names:
        raise text.error("no '# Phase' before the points", remedy=EXPORT, line=first)
    return entries, names


def header_phases(
    text: TextFile, header: Header, numbers: IntArray, lost: BoolArray, first_phase: int | None
) -> tuple[IntArray, tuple[str, ...]]:
    """Return the header's number of the phase of each point, and sentences on how it was found.

    Parameters
    ----------
    text : TextFile
        Named in error messages.
    header : Header
        Phases that are declared.
    numbers : ndarray of shape (n,), int
        Column of phases.
    lost : ndarray of shape (n,), bool
        Which points have no orientation, whatever their phase.
    first_phase : int, optional
        Number, 0 or 1, of the header's first phase in the column.

    Raises
    ------
    FormatError
        If a phase 0 may be the first phase or stand for points without an orientation.
    """
    declared = sorted(header.names)
    lost = lost | (numbers < 0)
    seen = sorted(set(np.unique(numbers[~lost]).tolist()))
    if 0 in declared or 0 not in seen:
        return np.where(lost, NOT_INDEXED, numbers), ()
    if first_phase is None and len(declared) == 1 and seen == [0]:
        first_phase = 0  # EDAX numbers a single phase 0
    if first_phase == 0:
        return _counted_from_zero(header, numbers, lost)
    zeros = int((numbers[~lost] == 0).sum())
    if first_phase is None and seen[-1] < declared[-1]:
        raise text.error(
            f"{zeros} points are of phase 0 and have an orientation; the header declares phases"
            f" {declared}, and no point is of phase {declared[-1]}",
            remedy="If points count phases from 0, set first_phase: 0; if phase 0 means that a point"
            " was not indexed, set first_phase: 1.",
            line=header.first + int(np.flatnonzero(~lost & (numbers == 0))[0]),
            column="Phase",
        )
    note = f"{zeros} points of phase 0 count as not indexed"
    return np.where(lost | (numbers == 0), NOT_INDEXED, numbers), (note,)


def _counted_from_zero(
    header: Header, numbers: IntArray, lost: BoolArray
) -> tuple[IntArray, tuple[str, ...]]:
    """Return phases where the points' phase 0 is the first of the header, and a sentence on it."""
    declared = sorted(header.names)
    inside = np.clip(numbers, 0, len(declared) - 1)
    beyond = declared[-1] + 1 + numbers - len(declared)  # declared nowhere, which is refused
    phases = np.where(numbers < len(declared), np.array(declared)[inside], beyond)
    name = header.names[declared[0]][0]
    note = f"points count phases from 0: phase 0 is {name!r}"
    return np.where(lost, NOT_INDEXED, phases), (note,) if len(declared) > 1 else ()
