"""Frames of a LAMMPS dump one by one, without holding the file: the quick way for regular files.

What is read here is what the careful reader of :mod:`mechanist.formats.lammps_dump` returns, bit by bit.
Wherever a file is not regular, right or wrong, this one gives up, so that the careful reader judges.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.lammps_box import Bounds, read_box
from mechanist.formats.lammps_dump_frame import Rows, far_outside, frame_of, frame_of_ids
from mechanist.formats.lammps_dump_header import (
    IMAGES,
    Header,
    Roles,
    columns_of,
    read_header,
    roles_of,
)
from mechanist.formats.text import TextFile
from mechanist.formats.text_columns import Column, RegularLines, parse_regular_lines
from mechanist.formats.text_stream import TextStream, UnusualTextError
from mechanist.formats.trajectory import IdPolicy, TrajectoryFrame
from mechanist.formats.trajectory_text import FrameCollection, Wanted

_ITEM: Final = b"ITEM:"
_ATOMS: Final = b"ITEM: ATOMS"


def stream_frames(
    path: Path,
    *,
    bounds: Bounds,
    ids: IdPolicy,
    wanted: Wanted | None,
    columns: Collection[str] | None,
) -> list[TrajectoryFrame] | None:
    """Return every frame, as :func:`~mechanist.formats.lammps_dump.read_lammps_dump` does.

    None if the file must be read carefully. Parameters are explained there.
    """
    frames = FrameCollection(wanted)
    units: str | None = None
    try:
        stream = TextStream(path)
        while not stream.at_end():
            before = stream.line - 1
            content = stream.head(_ATOMS)
            ends = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n"))
            text = TextFile(path, content, ends)
            header = read_header(text, 1)
            if header.first != len(text) + 1:
                return None
            box = read_box(text, header.values["BOX BOUNDS"], header.lines["BOX BOUNDS"], bounds)
            roles = roles_of(text, header.first - 1, header.columns)
            units = header.values.get("UNITS", units)
            header.line += before
            header.first += before
            if wanted is None or wanted(len(frames), header.values["TIMESTEP"]):
                rows = _rows(stream, header, roles, columns)
                frames.add(frame_of(text, header, roles, box, rows, ids=ids, units=units))
                continue
            rows = _rows(stream, header, roles, (), keep=False)
            frame, _ = frame_of_ids(text, header, roles, box, rows, ids=ids, units=units)
            frames.add(frame)
        return frames.finished() if frames else None
    except (UnusualTextError, FormatError, MemoryError):
        return None


def _rows(
    stream: TextStream,
    header: Header,
    roles: Roles,
    wanted: Collection[str] | None,
    *,
    keep: bool = True,
) -> Rows:
    """Return the rows of a frame, of which only the columns in use are parsed.

    Without ``keep`` they are checked, but only ids and the labels of species are kept.
    """
    names, count = header.columns, header.values["NUMBER OF ATOMS"]
    if len(set(names)) < len(names) or count > stream.most_lines:
        raise UnusualTextError
    columns = columns_of(names, roles)
    kept = roles.others(names, wanted) if keep else []
    read = (roles.used | set(kept)) & set(names)
    table = _Table(count, [c for c in columns if c.name in read], roles, keep=keep)
    done = 0
    for lines, number in stream.rows(count, _ITEM):
        found = parse_regular_lines(lines, number, columns, read)
        if found is None:
            raise UnusualTextError
        table.fill(slice(done, done + number), found)
        done += number
    return table.rows(kept)


class _Table:
    """Columns of a frame, filled some rows at a time; without ``keep``, ids alone are stored."""

    def __init__(
        self, count: int, columns: Collection[Column], roles: Roles, *, keep: bool
    ) -> None:
        self.positions: FloatArray = np.zeros((count if keep else 0, 3))
        self._roles = roles
        self._places = {name: k for k, name in enumerate(roles.coordinates)}
        names = {column.name for column in columns}
        flagged = keep and set(IMAGES) <= names
        self._images = np.empty((count, 3), np.int64) if flagged else None
        self._flags = {name: k for k, name in enumerate(IMAGES)} if flagged else {}
        self._codes: dict[str, dict[str, int]] = {}
        self._coded: dict[str, NDArray[np.int32]] = {}
        self._own: dict[str, NDArray[np.generic]] = {}
        for column in columns:
            if column.kind == "text":
                self._codes[column.name] = {}
                self._coded[column.name] = (
                    np.empty(count, np.int32) if keep else np.zeros(1, np.int32)
                )
            elif column.name == "id" or (keep and column.name not in {*self._places, *self._flags}):
                dtype = np.int64 if column.kind == "integer" else np.float64
                self._own[column.name] = np.empty(count, dtype)

    def fill(self, some: slice, found: RegularLines) -> None:
        """Take the columns of some rows."""
        for name, values in found.numbers.items():
            if name in self._places:
                if self._roles.style == "xs" and far_outside(np.asarray(values, float)).any():
                    raise UnusualTextError
                if len(self.positions):
                    self.positions[some, self._places[name]] = values
            elif self._images is not None and name in self._flags:
                self._images[some, self._flags[name]] = values
            elif name in self._own:
                self._own[name][some] = values
        for name, (labels, places) in found.texts.items():
            codes = self._codes[name]
            own = np.array([codes.setdefault(label, len(codes)) for label in labels], np.int32)
            if len(self.positions):
                self._coded[name][some] = own[places]

    def rows(self, kept: Collection[str]) -> Rows:
        """Return all rows, of the other columns those to keep."""
        texts = {name: self._sorted(name) for name in self._codes}
        labels, codes = texts[self._roles.label]
        extra: dict[str, NDArray[np.generic]] = {}
        for name in kept:
            if name in texts:
                extra[name] = np.array(texts[name][0], dtype=np.str_)[texts[name][1]]
            else:
                extra[name] = self._own[name]
        ids = self._own.pop("id", None)
        own_ids = None if ids is None else ids.astype(np.int64, copy=False)
        return Rows(self.positions, codes, labels, own_ids, self._images, extra)

    def _sorted(self, name: str) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """Return the distinct texts of a column in order, and the index of each row's into them."""
        texts = list(self._codes[name])
        order = sorted(range(len(texts)), key=texts.__getitem__)
        place = np.empty(len(texts), np.int32)
        place[order] = np.arange(len(texts), dtype=np.int32)
        return tuple(texts[k] for k in order), place[self._coded.pop(name)]
