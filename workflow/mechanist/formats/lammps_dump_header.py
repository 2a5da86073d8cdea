"""Items and columns of a frame of a LAMMPS dump: https://docs.lammps.org/dump.html."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from mechanist.formats.text import TextFile
from mechanist.formats.text_columns import Column, Kind, parse_integer, parse_reals
from mechanist.formats.trajectory import SIZES

Coordinates = Literal["x", "xu", "xs", "xsu"]

#: Sets of coordinates in order of preference: absolute before scaled, wrapped before unwrapped.
STYLES: Final[tuple[Coordinates, ...]] = ("x", "xu", "xs", "xsu")
#: Columns of image flags.
IMAGES: Final = ("ix", "iy", "iz")
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("id", "mol", "proc", "procp1", *IMAGES), "integer"),
    **dict.fromkeys(("type", "typelabel", "element"), "text"),
}
_SPECIES: Final = ("type", "typelabel", "element")
_REQUIRED: Final = ("TIMESTEP", "NUMBER OF ATOMS", "BOX BOUNDS")
_ITEMS: Final = ("UNITS", "TIME", *_REQUIRED, "ATOMS")
_OTHER_ITEM: Final = re.compile(r"ITEM: (?!ATOM|NUMBER|BOX|TIME|UNIT)[A-Z ]+")
_LINES: Final = {"BOX BOUNDS": 3}  # below the header; one for other items


@dataclass
class Header:
    """Items before the particles of a frame.

    Parameters
    ----------
    line : int
        Line at which the frame begins.
    values : dict of str
        What each item states.
    lines : dict of str to int
        Line of each value.
    columns : list of str
        Names of the columns of particles.
    first : int
        Line of the first particle.
    """

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    first: int = 0


@dataclass(frozen=True)
class Roles:
    """What the columns of particles are.

    Parameters
    ----------
    style : {"x", "xu", "xs", "xsu"}
        Kind of the coordinates to read.
    axes : {"xyz", "xy"}
        Their axes.
    label : str
        Column of species.
    """

    style: Coordinates
    axes: str
    label: str

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Columns of the coordinates to read."""
        return tuple(axis + self.style[1:] for axis in self.axes)

    @property
    def used(self) -> set[str]:
        """Columns that must hold what they should."""
        return {"id", self.label, *IMAGES, *SIZES, *self.coordinates}

    def others(self, names: list[str], wanted: Collection[str] | None) -> list[str]:
        """Return the columns that a frame keeps besides those with a role.

        Those are all if ``wanted`` is None, or names one that is not there, so that a message can list
        what there is; else ``wanted``, and sizes of particles.
        """
        own = {"id", self.label, *self.coordinates}
        own |= set(IMAGES) if set(IMAGES) <= set(names) else set()
        free = [name for name in names if name not in own]
        if wanted is None or not set(wanted) <= set(free):
            return free
        return [name for name in free if name in wanted or name in SIZES]


def columns_of(names: list[str], roles: Roles) -> list[Column]:
    """Return the kinds of columns by their names."""
    used = roles.used
    return [Column(name, _KINDS.get(name, "real"), used=name in used) for name in names]


def read_header(text: TextFile, line: int) -> Header:
    """Return the items of the frame that begins at ``line``.

    Raises
    ------
    FormatError
        If one is missing, occurs twice, or states what it cannot.
    """
    header = Header(line)
    while True:
        content = text.line(line)
        name = next((n for n in _ITEMS if f"{content} ".startswith(f"ITEM: {n} ")), "")
        if not name and line > header.line and _OTHER_ITEM.fullmatch(content):
            line += 2  # such as LABEL, which LIGGGHTS writes
            continue
        words = content[len(f"ITEM: {name}") :].split()
        takes_words = name in ("BOX BOUNDS", "ATOMS")
        if not name or name in header.values or (words and not takes_words):
            raise text.error(
                f"{content[:60]!r}, expected one of {', '.join('ITEM: ' + n for n in _ITEMS)}, each"
                " once per frame",
                remedy="Check that this is a LAMMPS text dump, and that the frame before has as"
                " many rows as its NUMBER OF ATOMS states; leave no blank lines.",
                line=line,
            )
        if name == "ATOMS":
            missing = [n for n in _REQUIRED if n not in header.values]
            if missing:
                problem, remedy = f"no ITEM: {missing[0]} before ITEM: ATOMS", "Write it again."
                raise text.error(problem, remedy=remedy, line=line)
            header.columns, header.first = words, line + 1
            return header
        header.lines[name] = line + 1
        header.values[name] = words if takes_words else _read_value(text, name, line + 1)
        line += 1 + _LINES.get(name, 1)


def _read_value(text: TextFile, name: str, line: int) -> str | float:
    content = text.line(line)
    if name == "UNITS":
        return content
    if name == "TIME":
        return float(parse_reals(text, line, [content], name)[0])
    value = parse_integer(text, line, content, name)
    if name == "NUMBER OF ATOMS" and value < 1:
        remedy = "Leave the frame out."
        raise text.error(f"{name} is {value}, expected at least 1", remedy=remedy, line=line)
    return value


def roles_of(text: TextFile, line: int, names: list[str]) -> Roles:
    """Return what the columns that ``line`` names are.

    Raises
    ------
    FormatError
        If there are no species or no coordinates among them.
    """
    label = next((name for name in _SPECIES if name in names), None)
    if label is None:
        remedy = f"Write one of {', '.join(_SPECIES)}."
        raise text.error(f"no species among the columns {names}", remedy=remedy, line=line)
    for axes in ("xyz", "xy"):
        for style in STYLES:
            if all(axis + style[1:] in names for axis in axes):
                return Roles(style, axes, label)
    remedy = "Write x y z, or the same with the endings u, s or su."
    raise text.error(f"no set of coordinates among the columns {names}", remedy=remedy, line=line)
