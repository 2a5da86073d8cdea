"""Read and write extended XYZ, strictly: https://github.com/libAtoms/extxyz.

A frame is a line with the number of particles, a line of ``key=value`` pairs, and a row per
particle, whose columns ``Properties`` lists. ``Lattice`` and ``Properties`` are required here.
"""

import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.formats.text import TextFile, open_text, write_lines
from mechanist.formats.text_columns import Column, Kind, parse_integer, parse_reals, parse_rows
from mechanist.formats.trajectory import (
    IdPolicy,
    TrajectoryFrame,
    collect_frames,
    label_codes,
    order_by_id,
)

_KINDS: Final[dict[str, Kind]] = {"S": "text", "R": "real", "I": "integer", "L": "text"}
_LOGICAL: Final = {**dict.fromkeys(("T", "True", "TRUE", "true"), True),
                   **dict.fromkeys(("F", "False", "FALSE", "false"), False)}  # fmt: skip
_PAIR: Final = re.compile(
    r"""\s*(?P<key>"(?:[^"\\]|\\.)*"|[^\s="]+)
        (?:\s*=\s*(?P<value>"(?:[^"\\]|\\.)*"|\{[^{}]*\}|\[[^\n]*?\](?=\s|$)|[^\s"=]+))?
        (?=\s|$)""",
    re.VERBOSE,
)
_SPECIES: Final = ("species", "type")
_POSITIONS: Final = ("R", 3)
_IDS: Final = ("I", 1)
#: Lines of a frame before its particles.
_HEADER_LINES: Final = 2

#: Name, letter and number of columns of each property.
Properties = list[tuple[str, str, int]]


def read_extxyz(
    path: Path, *, ids: IdPolicy = "file", lenient: bool = False
) -> list[TrajectoryFrame]:
    """Read every frame of an extended XYZ file.

    A frame's timestep is its ``timestep`` (in any case), else its index. Positions are
    relative to ``Origin`` if it is given. Without ``pbc`` the cell is periodic in all three
    directions, as the format states.

    Parameters
    ----------
    path : Path
        Text, plain or packed by gzip or zstd.
    ids : {"file", "order"}
        Whether particles of different frames are matched by the property ``id`` or by order.
    lenient : bool
        As for LAMMPS dumps.

    Returns
    -------
    list of TrajectoryFrame
        In the order of the file, with equal ids and species.

    Raises
    ------
    FormatError
        If the file violates the format, or its frames hold different particles.
    """
    text = open_text(path, lenient=lenient)
    indices = count()

    def read(line: int) -> tuple[TrajectoryFrame, int]:
        frame = _read_frame(text, line, next(indices), ids)
        return frame, line + _HEADER_LINES + len(frame)

    return collect_frames(text, read)


def _read_frame(text: TextFile, line: int, index: int, ids: IdPolicy) -> TrajectoryFrame:
    stated = text.line(line)
    if not (stated.isascii() and stated.isdecimal() and int(stated) > 0):
        raise text.error(
            f"{stated[:60]!r}, expected a positive number of particles",
            remedy="Check that the frame before has as many rows as it states, and that there are"
            " no blank lines and no empty frames.",
            line=line,
        )
    particles = int(stated)
    comment, first = line + 1, line + _HEADER_LINES
    info = _parse_comment(text, comment)
    properties = _parse_properties(text, comment, info)
    label = _label_of(text, comment, properties)
    cell, origin, periodic = _parse_cell(text, comment, info)
    data = _read_columns(text, first, particles, properties)
    own_ids = data.get("id")
    ordered, order = order_by_id(text, first, own_ids, particles, policy=ids)
    if ids == "file":
        del data["id"]
    labels, codes = label_codes(data.pop(label))
    steps = [value for key, value in info.items() if key.lower() == "timestep"]
    return TrajectoryFrame(
        timestep=parse_integer(text, comment, steps[0], "timestep") if steps else index,
        ids=ordered,
        species=codes[order],
        labels=labels,
        positions=(data.pop("pos") - origin)[order],
        cell=cell,
        origin=origin,
        periodic=periodic,
        extra={name: values[order] for name, values in data.items()},
        path=text.path,
        line=line,
        rows=first + order,
    )


def _parse_comment(text: TextFile, line: int) -> dict[str, str]:
    """Return the pairs of a comment line, without quotes; bare keys mean true."""
    content = text.line(line)
    info: dict[str, str] = {}
    position = 0
    while position < len(content):
        match = _PAIR.match(content, position)
        if match is None:
            raise text.error(
                f"{content[position : position + 40].strip()!r} is not a key=value pair",
                remedy='Quote values that hold blanks, as in Lattice="...", and close quotes.',
                line=line,
            )
        key, value = (_unquoted(match[name] or "T") for name in ("key", "value"))
        if key in info:
            remedy = "State it once."
            raise text.error(f"{key!r} is stated twice", remedy=remedy, line=line)
        info[key] = value
        position = match.end()
    for key in ("Lattice", "Properties"):
        if key not in info:
            raise text.error(
                f"no {key} among {list(info)}",
                remedy=f"Write extended XYZ, whose second line states {key}=...; plain XYZ"
                " lacks it.",
                line=line,
            )
    return info


def _unquoted(token: str) -> str:
    if token[0] == '"':
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    return token[1:-1].replace(",", " ") if token[0] in "{[" else token


def _parse_properties(text: TextFile, line: int, info: dict[str, str]) -> Properties:
    fields = info["Properties"].split(":")
    found = [
        (name, letter, int(width) if width.isdecimal() else 0)
        for name, letter, width in zip(fields[::3], fields[1::3], fields[2::3], strict=False)
    ]
    names = [name for name, _, _ in found]
    sound = all(name and letter in _KINDS and width > 0 for name, letter, width in found)
    if len(fields) % 3 or not sound or len(set(names)) != len(names):
        raise text.error(
            f"Properties={info['Properties']}, expected name:kind:columns for each property, with"
            f" different names and a kind of {', '.join(_KINDS)}",
            remedy="Write for example Properties=species:S:1:pos:R:3:id:I:1.",
            line=line,
        )
    known = {name: (letter, width) for name, letter, width in found}
    for name, expected in (("pos", _POSITIONS), ("id", _IDS)):
        seen = known.get(name, expected if name == "id" else None)
        if seen != expected:
            letter, width = expected
            problem = f"Properties={info['Properties']}, expected {name}:{letter}:{width}"
            remedy = "Write positions, and ids if any, in this form."
            raise text.error(problem, remedy=remedy, line=line, column=name)
    return found


def _label_of(text: TextFile, line: int, properties: Properties) -> str:
    for name in _SPECIES:
        if any(p[0] == name and p[1] in "SI" and p[2] == 1 for p in properties):
            return name
    remedy = "Write a property species:S:1; any names will do."
    seen = [name for name, _, _ in properties]
    raise text.error(f"no species among the properties {seen}", remedy=remedy, line=line)


def _parse_cell(
    text: TextFile, line: int, info: dict[str, str]
) -> tuple[FloatArray, FloatArray, tuple[bool, bool, bool]]:
    def numbers(key: str, expected: int) -> FloatArray:
        fields = info[key].split()
        if len(fields) != expected:
            problem = f"{key} has {len(fields)} numbers, expected {expected}"
            raise text.error(problem, remedy="Quote all of them together.", line=line)
        return parse_reals(text, line, fields, key)

    cell = numbers("Lattice", 9).reshape(3, 3)
    if not np.linalg.det(cell) > 0:
        problem = f"the cell has volume {np.linalg.det(cell):g}, expected a positive one"
        remedy = "Give right-handed cell vectors, one after the other."
        raise text.error(problem, remedy=remedy, line=line, column="Lattice")
    origin = numbers("Origin", 3) if "Origin" in info else np.zeros(3)
    flags = info.get("pbc", "T T T").split()
    if len(flags) != 3 or any(flag not in _LOGICAL for flag in flags):
        remedy = "Write three values, each T or F."
        raise text.error(f"pbc={info['pbc']!r}", remedy=remedy, line=line, column="pbc")
    return cell, origin, (_LOGICAL[flags[0]], _LOGICAL[flags[1]], _LOGICAL[flags[2]])


def _read_columns(
    text: TextFile, first: int, particles: int, properties: Properties
) -> dict[str, NDArray[Any]]:
    """Return each property, of shape (particles,) or (particles, columns)."""
    columns = [
        Column(name if width == 1 else f"{name}[{k + 1}]", _KINDS[letter])
        for name, letter, width in properties
        for k in range(width)
    ]
    values = parse_rows(text, first, particles, columns, announced=first - _HEADER_LINES)
    data: dict[str, NDArray[Any]] = {}
    start = 0
    for name, letter, width in properties:
        if letter == "L":
            for k in range(start, start + width):
                values[k] = _logical(text, first, columns[k].name, values[k])
        parts = values[start : start + width]
        data[name] = parts[0] if width == 1 else np.stack(parts, axis=1)
        start += width
    return data


def _logical(text: TextFile, first: int, name: str, tokens: NDArray[Any]) -> NDArray[np.bool_]:
    strange = ~np.isin(tokens, list(_LOGICAL))
    if strange.any():
        row = int(np.argmax(strange))
        problem, remedy = f"{str(tokens[row])!r}, expected T or F", "Check Properties."
        raise text.error(problem, remedy=remedy, line=first + row, column=name)
    return np.array([_LOGICAL[token] for token in tokens])


def write_extxyz(path: Path, frames: Sequence[TrajectoryFrame]) -> None:
    """Write frames with every digit, gzipped if the name ends in ``.gz``.

    Raises
    ------
    ValueError
        If a frame has image flags or lacks z, which the format cannot hold.
    """
    lines: list[str] = []
    for frame in frames:
        if frame.images is not None or frame.axes != "xyz":
            raise ValueError("extended XYZ holds x, y and z and no image flags; leave them out")
        properties: dict[str, NDArray[Any]] = {
            "species": np.array(frame.labels)[frame.species],
            "pos": frame.positions + frame.origin,
            "id": frame.ids,
            **frame.extra,
        }
        form = ":".join(f"{n}:{_letter(v)}:{v[0].size}" for n, v in properties.items())
        pairs = {
            "Lattice": f'"{_joined(frame.cell)}"',
            "Origin": f'"{_joined(frame.origin)}"',
            "Properties": form,
            "pbc": f'"{_joined(np.array(frame.periodic))}"',
            "timestep": str(frame.timestep),
        }
        lines += [str(len(frame)), " ".join(f"{key}={value}" for key, value in pairs.items())]
        rows = zip(*properties.values(), strict=True)
        lines += [" ".join(map(_joined, row)) for row in rows]
    write_lines(path, lines)


def _letter(values: NDArray[Any]) -> str:
    return {"U": "S", "f": "R", "i": "I", "b": "L"}[values.dtype.kind]


def _joined(values: NDArray[Any]) -> str:
    flat = np.asarray(values).ravel().tolist()
    return " ".join({True: "T", False: "F"}[v] if isinstance(v, bool) else str(v) for v in flat)
