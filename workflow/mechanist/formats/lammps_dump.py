"""Read and write LAMMPS text dumps, strictly: https://docs.lammps.org/dump.html.

Supported are orthogonal, restricted triclinic and general triclinic boxes; absolute, scaled,
unwrapped and scaled unwrapped coordinates; plain text, gzip and zstd. Every field that is used is
checked, and one that violates the format is refused with its line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.lammps_box import Bounds, Box, box_lines, read_box
from mechanist.formats.text import TextFile, open_text, row_slices, write_lines
from mechanist.formats.text_columns import Column, Kind, parse_integer, parse_reals, parse_rows
from mechanist.formats.trajectory import SIZES, IdPolicy, TrajectoryFrame, label_codes
from mechanist.formats.trajectory_text import collect_frames, order_by_id

Coordinates = Literal["x", "xu", "xs", "xsu"]

#: Sets of coordinates in order of preference: absolute before scaled, wrapped before unwrapped.
STYLES: Final[tuple[Coordinates, ...]] = ("x", "xu", "xs", "xsu")
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("id", "mol", "proc", "procp1", "ix", "iy", "iz"), "integer"),
    **dict.fromkeys(("type", "typelabel", "element"), "text"),
}
_SPECIES: Final = ("type", "typelabel", "element")
_IMAGES: Final = ("ix", "iy", "iz")
_REQUIRED: Final = ("TIMESTEP", "NUMBER OF ATOMS", "BOX BOUNDS")
_ITEMS: Final = ("UNITS", "TIME", *_REQUIRED, "ATOMS")
_OTHER_ITEM: Final = re.compile(r"ITEM: (?!ATOM|NUMBER|BOX|TIME|UNIT)[A-Z ]+")
_LINES: Final = {"BOX BOUNDS": 3}  # below the header; one for other items


@dataclass
class _Header:
    """Items before the particles of a frame, and the line of each value."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    first: int = 0  # line of the first particle


def read_lammps_dump(
    path: Path, *, bounds: Bounds = "standard", ids: IdPolicy = "file", lenient: bool = False
) -> list[TrajectoryFrame]:
    """Read every frame of a LAMMPS text dump.

    Parameters
    ----------
    path : Path
        Text, plain or packed by gzip or zstd.
    bounds : {"standard", "unextended"}
        Meaning of the bounds of a restricted triclinic box. In the format they enclose the tilted
        box; some programs write the edges of the untilted box instead.
    ids : {"file", "order"}
        Whether particles of different frames are matched by the column ``id`` or by order.
    lenient : bool
        Whether to drop a truncated last frame instead of refusing the file; the last remaining
        frame records this.

    Returns
    -------
    list of TrajectoryFrame
        In the order of the file, with equal ids and species.

    Raises
    ------
    FormatError
        If the file violates the format, or its frames hold different particles.
    """
    text = open_text(path, lenient=lenient, any_end=True)
    units: str | None = None

    def read(line: int) -> tuple[TrajectoryFrame, int]:
        nonlocal units
        header = _read_header(text, line)
        units = header.values.get("UNITS", units)
        box = read_box(text, header.values["BOX BOUNDS"], header.lines["BOX BOUNDS"], bounds)
        frame = _read_particles(text, header, box, ids, units)
        return frame, header.first + len(frame)

    return collect_frames(text, read)


def _read_header(text: TextFile, line: int) -> _Header:
    header = _Header(line)
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


def _read_particles(
    text: TextFile, header: _Header, box: Box, ids: IdPolicy, units: str | None
) -> TrajectoryFrame:
    count, first = header.values["NUMBER OF ATOMS"], header.first
    style, axes, label = _roles(text, first - 1, header.columns)
    used = {"id", label, *_IMAGES, *SIZES, *(axis + style[1:] for axis in axes)}
    columns = [Column(name, _KINDS.get(name, "real"), used=name in used) for name in header.columns]
    announced = header.lines["NUMBER OF ATOMS"]
    values = parse_rows(text, first, count, columns, announced=announced)
    data = _by_name(text, first, header.columns, values, style, label)
    ordered, order = order_by_id(text, first, data.get("id"), count, policy=ids)
    own_ids = data.pop("id", None)
    labels, codes = label_codes(data.pop(label))
    check_labels(text, first, label, labels, codes)
    positions = np.zeros((count, 3))
    for k, axis in enumerate(axes):
        positions[:, k] = data.pop(axis + style[1:])
    if style == "xs":
        _check_fractions(text, first, positions[:, : len(axes)], axes)
    positions = positions @ box.cell if style in ("xs", "xsu") else positions - box.origin
    positions[:, len(axes) :] = 0.0
    images = None
    if all(name in data for name in _IMAGES):
        images = np.stack([data.pop(name) for name in _IMAGES], axis=1)[order]
    return TrajectoryFrame(
        timestep=header.values["TIMESTEP"],
        ids=ordered,
        species=codes[order],
        labels=labels,
        positions=positions[order],
        cell=box.cell,
        origin=box.origin,
        periodic=box.periodic,
        axes=axes,
        images=images,
        extra={name: column[order] for name, column in data.items()},
        units=units,
        path=text.path,
        line=header.line,
        rows=first + order,
        own_ids=None if own_ids is None else own_ids[order].astype(np.int64, copy=False),
        sorted_rows=bool(np.any(np.diff(order) < 0)),
    )


def _by_name(
    text: TextFile,
    first: int,
    names: Sequence[str],
    values: Sequence[NDArray[np.generic]],
    style: Coordinates,
    label: str,
) -> dict[str, NDArray[np.generic]]:
    """Return columns by name; of two with one name, as LIGGGHTS users write, they must agree.

    Columns that nothing here reads are left out if they disagree.
    """
    data: dict[str, NDArray[np.generic]] = {}
    ambiguous: set[str] = set()
    for name, column in zip(names, values, strict=True):
        differ = np.asarray(data[name] != column) if name in data else np.zeros(1, dtype=bool)
        data.setdefault(name, column)
        if not differ.any():
            continue
        if name in {"id", label, *_IMAGES, *(axis + style[1:] for axis in "xyz")}:
            raise text.error(
                "two columns have the same name, but other values",
                remedy="Give each column its own name.",
                line=first + int(np.argmax(differ)),
                column=name,
            )
        ambiguous.add(name)
    return {name: column for name, column in data.items() if name not in ambiguous}


def _check_fractions(text: TextFile, first: int, values: FloatArray, axes: str) -> None:
    """Refuse wrapped fractions that lie more than a box length outside the box."""
    wrong = np.argwhere((values < -1.0) | (values > 2.0))
    if len(wrong):
        row, axis = wrong[0]
        raise text.error(
            f"{values[row, axis]:g}, expected a fraction of the box, from 0 to 1",
            remedy="If coordinates are absolute, name the columns x y z; if they are unwrapped"
            " fractions, xsu ysu zsu.",
            line=first + int(row),
            column=f"{axes[axis]}s",
        )


def _roles(text: TextFile, line: int, names: list[str]) -> tuple[Coordinates, str, str]:
    """Return style and axes of the coordinates to read, and the column of species."""
    label = next((name for name in _SPECIES if name in names), None)
    if label is None:
        remedy = f"Write one of {', '.join(_SPECIES)}."
        raise text.error(f"no species among the columns {names}", remedy=remedy, line=line)
    for axes in ("xyz", "xy"):
        for style in STYLES:
            if all(axis + style[1:] in names for axis in axes):
                return style, axes, label
    remedy = "Write x y z, or the same with the endings u, s or su."
    raise text.error(f"no set of coordinates among the columns {names}", remedy=remedy, line=line)


def check_labels(
    text: TextFile, first: int, column: str, labels: Sequence[str], codes: IntArray
) -> None:
    """Refuse types that are neither positive integers nor LAMMPS type labels.

    Raises
    ------
    FormatError
        If a type is neither; the message names its first particle. ``first`` is the line of
        particle 0.
    """
    for k, label in enumerate(labels):
        if label[0] in "0123456789+-.*#" and not (label.isdecimal() and int(label) > 0):
            raise text.error(
                f"type {label!r}, expected a positive integer or a label",
                remedy="Check that the columns match the header.",
                line=first + int(np.argmax(codes == k)),
                column=column,
            )


def write_lammps_dump(
    path: Path,
    frames: Sequence[TrajectoryFrame],
    *,
    coordinates: Coordinates = "x",
    bounds: Bounds = "standard",
) -> None:
    """Write frames in the format of LAMMPS, but with every digit.

    Parameters
    ----------
    path : Path
        Gzipped if the name ends in ``.gz``.
    frames : sequence of TrajectoryFrame
        Their extra columns must have one value per particle.
    coordinates, bounds : str
        Style of the coordinates, and meaning of the bounds as in reading.
    """
    write_lines(path, _lines(frames, coordinates, bounds))


def _lines(
    frames: Sequence[TrajectoryFrame], coordinates: Coordinates, bounds: Bounds
) -> Iterator[str]:
    for k, frame in enumerate(frames):
        if k == 0 and frame.units is not None:
            yield from ("ITEM: UNITS", frame.units)
        yield from ("ITEM: TIMESTEP", str(frame.timestep))
        yield from ("ITEM: NUMBER OF ATOMS", str(len(frame)))
        yield from box_lines(Box(frame.cell, frame.origin, frame.periodic), bounds)
        yield from _particle_lines(frame, coordinates)


def _particle_lines(frame: TrajectoryFrame, style: Coordinates) -> Iterator[str]:
    coordinates = frame.positions + frame.origin
    if style in ("xs", "xsu"):
        coordinates = frame.positions @ np.linalg.inv(frame.cell)
    numeric = all(label.isdecimal() for label in frame.labels)
    columns: dict[str, NDArray[np.generic]] = {
        "id": frame.ids,
        "type" if numeric else "element": np.array(frame.labels)[frame.species],
    }
    for k, axis in enumerate(frame.axes):
        columns[axis + style[1:]] = coordinates[:, k]
    if frame.images is not None:
        columns |= {name: frame.images[:, k] for k, name in enumerate(_IMAGES)}
    columns |= frame.extra
    yield f"ITEM: ATOMS {' '.join(columns)}"
    for rows in row_slices(len(frame)):
        some = zip(*(column[rows].tolist() for column in columns.values()), strict=True)
        yield from (" ".join(map(str, row)) for row in some)
