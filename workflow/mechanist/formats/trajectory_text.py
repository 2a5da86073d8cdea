"""Common parts of readers of text trajectories: frames one after the other, ids, and ends of files."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import CutError, FormatError, NoIdsError
from mechanist.core.typing import IntArray
from mechanist.formats.particle_matching import check_same_particles
from mechanist.formats.text import TextFile, row_slices
from mechanist.formats.trajectory import IdPolicy, TrajectoryFrame

#: Maps the index of a frame in its file, and its timestep, to whether it is needed.
Wanted = Callable[[int, int], bool]


class FrameCollection:
    """Frames of a file in order, of which those that are not needed lose their particles.

    Parameters
    ----------
    wanted : callable, optional
        Maps the index of a frame and its timestep to whether it is needed. Default: all are.
    """

    def __init__(self, wanted: Wanted | None = None) -> None:
        self._wanted = wanted
        self._frames: list[TrajectoryFrame] = []
        self._first: TrajectoryFrame | None = None
        self._other: FormatError | None = None

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self._frames)

    def add(self, frame: TrajectoryFrame) -> None:
        """Add a frame, and compare its particles with those of the first."""
        if self._first is None:
            self._first = frame
        if self._other is None:
            try:
                check_same_particles([self._first, frame])
            except FormatError as error:  # which is told once all frames could be read
                self._other = error
        if self._wanted and not self._wanted(len(self._frames), frame.timestep):
            frame = frame.without_particles()
        self._frames.append(frame)

    def finished(self) -> list[TrajectoryFrame]:
        """Return the frames.

        Raises
        ------
        FormatError
            If one holds other particles than the first.
        """
        if self._other is not None:
            raise self._other
        return self._frames


def collect_frames(
    text: TextFile,
    read: Callable[[int], tuple[TrajectoryFrame, int]],
    wanted: Wanted | None = None,
) -> list[TrajectoryFrame]:
    """Read frames to the end of a file, and check that they hold the same particles.

    Parameters
    ----------
    text : TextFile
        The file. If it is lenient, a truncated last frame is dropped, which the frame before it
        records.
    read : callable
        Maps the line at which a frame begins to the frame and the line after it.
    wanted : callable, optional
        As of :class:`FrameCollection`.

    Raises
    ------
    FormatError
        As raised by ``read``; also if dropping the last frame would leave none.
    """
    collection = FrameCollection(wanted)
    line, reason = 1, text.cut
    while line <= len(text):
        try:
            frame, line = read(line)
        except CutError as error:
            if not (text.lenient and collection):
                raise
            reason = reason or error.problem
            break
        collection.add(frame)
    frames = collection.finished()
    if reason:
        dropped = f"{text.path}:{line}: the frame that begins here is cut short: {reason}"
        frames[-1] = replace(frames[-1], dropped=dropped)
    return with_end_note(text, frames)


def with_end_note(text: TextFile, frames: list[TrajectoryFrame]) -> list[TrajectoryFrame]:
    """Return the frames of a file; the last one notes a last line without a newline."""
    if text.open_end:
        last = text.block(len(text), 1).decode().split()[-1]
        note = (
            f"{text.path}:{len(text)}: the last line ends without a newline; its last field is read"
            f" as it stands, {last!r}, although digits may be missing"
        )
        frames[-1] = replace(frames[-1], notes=(*frames[-1].notes, note))
    return frames


def order_by_id(
    text: TextFile, first: int, ids: NDArray[np.generic] | None, count: int, *, policy: IdPolicy
) -> tuple[IntArray, IntArray]:
    """Return ascending ids, and the rows that sort particles into that order.

    Parameters
    ----------
    text : TextFile
        Named in error messages.
    first : int
        Line of the first particle.
    ids : ndarray of shape (count,), int64, or None
        In the order of the file, if it has them. They may begin at any number.
    count : int
        Number of particles.
    policy : {"file", "order"}
        Whether to take the file's ids, or to number particles from 1 in file order.

    Raises
    ------
    NoIdsError
        If the file's ids are requested but absent.
    FormatError
        If they are not unique.
    """
    if policy == "order":
        return np.arange(1, count + 1), np.arange(count)
    if ids is None:
        raise NoIdsError(
            text.path,
            "there is no column of ids, by which particles are matched from frame to frame",
            remedy="If particles have the same order in every frame, declare `ids: order`.",
            line=text.line_in_file(first - 1),
            column="id",
        )
    if (order := _dense_order(ids)) is not None:
        return np.arange(ids.min(), ids.min() + count), order
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    repeated = order[1:][ordered[1:] == ordered[:-1]]
    if len(repeated):
        row = int(repeated.min())
        raise text.error(
            f"id {ids[row]} is already on line {first + int(np.argmax(ids == ids[row]))}",
            remedy="Ids must be unique: write the file again. If the column does not number the"
            " particles, and they have the same order in every frame, declare `ids: order`.",
            line=first + row,
            column="id",
        )
    return ordered.astype(np.int64, copy=False), order


def _dense_order(ids: NDArray[np.generic]) -> IntArray | None:
    """Return the rows by ascending id if each of as many consecutive ids occurs once, else None."""
    if ids.dtype != np.int64:
        return None
    low, count = int(ids.min()), len(ids)
    if int(ids.max()) - low != count - 1:
        return None
    order = np.full(count, -1)
    for rows in row_slices(count):
        order[ids[rows] - low] = np.arange(rows.start, min(rows.stop, count))
    return None if order.min() < 0 else order
