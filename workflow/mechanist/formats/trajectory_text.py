"""Common parts of readers of text trajectories: frames one after the other, ids, and ends of files."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import CutError, NoIdsError
from mechanist.core.typing import IntArray
from mechanist.formats.particle_matching import check_same_particles
from mechanist.formats.text import TextFile
from mechanist.formats.trajectory import IdPolicy, TrajectoryFrame


def collect_frames(
    text: TextFile, read: Callable[[int], tuple[TrajectoryFrame, int]]
) -> list[TrajectoryFrame]:
    """Read frames to the end of a file, and check that they hold the same particles.

    Parameters
    ----------
    text : TextFile
        The file. If it is lenient, a truncated last frame is dropped, which the frame before it
        records.
    read : callable
        Maps the line at which a frame begins to the frame and the line after it.

    Raises
    ------
    FormatError
        As raised by ``read``; also if dropping the last frame would leave none.
    """
    frames: list[TrajectoryFrame] = []
    line, reason = 1, text.cut
    while line <= len(text):
        try:
            frame, line = read(line)
        except CutError as error:
            if not (text.lenient and frames):
                raise
            reason = reason or error.problem
            break
        frames.append(frame)
    check_same_particles(frames)
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
    return ordered.astype(np.int64), order
