"""Read and write extended XYZ, strictly: https://github.com/libAtoms/extxyz.

A frame is a line with the number of particles, a line of ``key=value`` pairs, and a row per
particle, whose columns ``Properties`` lists. ``Lattice`` and ``Properties`` are required here.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.formats.extxyz_comment import (
    KINDS,
    LOGICAL,
    Properties,
    label_of,
    read_cell,
    read_comment,
    read_properties,
    whole_timestep,
)
from mechanist.formats.text import TextFile, open_text, row_slices, write_lines
from mechanist.formats.text_columns import Column, parse_rows
from mechanist.formats.trajectory import SIZES, IdPolicy, TrajectoryFrame, label_codes
from mechanist.formats.trajectory_text import collect_frames, order_by_id

#: Lines of a frame before its particles.
_HEADER_LINES: Final = 2


def read_extxyz(
    path: Path, *, ids: IdPolicy = "file", lenient: bool = False
) -> list[TrajectoryFrame]:
    """Read every frame of an extended XYZ file.

    Timesteps are those that frames state as ``timestep`` (in any case) if all of them are whole
    numbers, else indices: programs also store the length of a step under this key. Positions are
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
        If what is used violates the format, or frames hold different particles. Of the second line
        only ``Lattice``, ``Properties``, ``pbc``, ``Origin`` and ``timestep`` are used.
    """
    text = open_text(path, lenient=lenient, any_end=True, latin=True)
    indices = count()
    whole: list[bool] = []

    def read(line: int) -> tuple[TrajectoryFrame, int]:
        frame, stated = _read_frame(text, line, next(indices), ids)
        whole.append(stated)
        return frame, line + _HEADER_LINES + len(frame)

    frames = collect_frames(text, read)
    if all(whole):
        return frames
    return [replace(frame, timestep=index) for index, frame in enumerate(frames)]


def _read_frame(
    text: TextFile, line: int, index: int, ids: IdPolicy
) -> tuple[TrajectoryFrame, bool]:
    """Return a frame, and whether it states its timestep as a whole number."""
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
    info = read_comment(text, comment)
    properties = read_properties(text, comment, info)
    label = label_of(text, comment, properties)
    box = read_cell(text, comment, info)
    data = _read_columns(text, first, particles, properties, {"id", "pos", label, *SIZES})
    own_ids = data.pop("id", None)
    ordered, order = order_by_id(text, first, own_ids, particles, policy=ids)
    labels, codes = label_codes(data.pop(label))
    step = whole_timestep(info)
    frame = TrajectoryFrame(
        timestep=index if step is None else step,
        ids=ordered,
        species=codes[order],
        labels=labels,
        positions=np.subtract(data.pop("pos"), box.origin)[order],
        cell=box.cell,
        origin=box.origin,
        periodic=box.periodic,
        extra={name: values[order] for name, values in data.items()},
        path=text.path,
        line=line,
        rows=first + order,
        own_ids=None if own_ids is None else own_ids[order].astype(np.int64, copy=False),
        sorted_rows=bool(np.any(np.diff(order) < 0)),
    )
    return frame, step is not None


def _read_columns(
    text: TextFile, first: int, particles: int, properties: Properties, used: Collection[str]
) -> dict[str, NDArray[np.generic]]:
    """Return each property, of shape (particles,) or (particles, columns).

    Properties that are not used may hold anything.
    """
    columns = [
        Column(name if width == 1 else f"{name}[{k + 1}]", KINDS[letter], used=name in used)
        for name, letter, width in properties
        for k in range(width)
    ]
    values = parse_rows(text, first, particles, columns, announced=first - _HEADER_LINES)
    data: dict[str, NDArray[np.generic]] = {}
    start = 0
    for name, letter, width in properties:
        if letter == "L":
            for k in range(start, start + width):
                values[k] = _logical(values[k])
        parts = values[start : start + width]
        if len({part.dtype.kind for part in parts}) > 1:
            parts = [part.astype(np.str_) for part in parts]
        data[name] = parts[0] if width == 1 else np.stack(parts, axis=1)
        start += width
    return data


def _logical(tokens: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return logical values, or the fields as they are if there are others among them."""
    if not np.isin(tokens, list(LOGICAL)).all():
        return tokens
    return np.array([LOGICAL[token] for token in tokens])


def write_extxyz(path: Path, frames: Sequence[TrajectoryFrame]) -> None:
    """Write frames with every digit, gzipped if the name ends in ``.gz``.

    Raises
    ------
    ValueError
        If a frame has image flags or lacks z, which the format cannot hold.
    """
    for frame in frames:
        if frame.images is not None or frame.axes != "xyz":
            raise ValueError("extended XYZ holds x, y and z and no image flags; leave them out")
    write_lines(path, (line for frame in frames for line in _lines_of(frame)))


def _lines_of(frame: TrajectoryFrame) -> Iterator[str]:
    properties: dict[str, NDArray[np.generic]] = {
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
    yield from (str(len(frame)), " ".join(f"{key}={value}" for key, value in pairs.items()))
    for rows in row_slices(len(frame)):
        columns = [_words(values[rows]) for values in properties.values()]
        yield from (" ".join(words) for words in zip(*columns, strict=True))


def _words(values: NDArray[np.generic]) -> list[str]:
    """Return the text of each row of one property."""
    flat = values.reshape(len(values), -1)
    return [" ".join(map(_word, row)) for row in flat.tolist()]


def _letter(values: NDArray[np.generic]) -> str:
    return {"U": "S", "f": "R", "i": "I", "b": "L"}[values.dtype.kind]


def _joined(values: NDArray[np.generic]) -> str:
    return " ".join(map(_word, np.asarray(values).ravel().tolist()))


def _word(value: object) -> str:
    return {True: "T", False: "F"}[value] if isinstance(value, bool) else str(value)
