"""Match the particles of different frames, and refuse frames where that leaves a doubt."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from mechanist.formats.trajectory import TrajectoryFrame

_SEPARATE: Final = (
    "Frames of one sample hold the same particles: import others as separate samples."
)


def check_same_particles(frames: Sequence[TrajectoryFrame]) -> None:
    """Refuse frames whose particles cannot be matched with those of the first without doubt.

    Frames must have the same ids. Where particles are matched by order although files state ids,
    those ids must be the same in the same order. Frames with ids and frames without may be mixed
    only if the order of the file and the order of its ids agree.

    Raises
    ------
    FormatError
        If one differs; the message names the first such particle and its line.
    """
    first = frames[0]
    place = first.place
    for frame in frames[1:]:
        if len(frame) != len(first):
            problem = f"{len(frame)} particles, but {len(first)} in the frame at {place}"
            raise frame.error(problem, remedy=_SEPARATE)
        _check_stated_ids(first, frame)
        if not np.array_equal(frame.ids, first.ids):
            i = int(np.argmax(~np.isin(frame.ids, first.ids)))
            problem = f"id {frame.ids[i]} is not in the frame at {place}"
            raise frame.error(problem, remedy=_SEPARATE, particle=i, column="id")


def _check_stated_ids(first: TrajectoryFrame, frame: TrajectoryFrame) -> None:
    """Refuse a frame whose stated ids contradict the way in which particles are matched."""
    one, other = first.own_ids, frame.own_ids
    if one is None and other is None:
        return
    if one is None or other is None:
        stating, silent, stated = (first, frame, one) if one is not None else (frame, first, other)
        if stating.sorted_rows or (stated is not None and np.any(np.diff(stated) < 0)):
            raise stating.error(
                f"this frame states ids, which are not in ascending order, but the frame at"
                f" {silent.place} states none, so that particles can be matched in two ways",
                remedy="Write ids in both files, or sort the particles by id in both before they"
                " are written (LAMMPS: `dump_modify sort id`).",
                column="id",
            )
        return
    if np.array_equal(one, other) or not (_by_order(first) or _by_order(frame)):
        return
    i = int(np.argmax(one != other))
    same = np.array_equal(np.sort(one), np.sort(other)) and len(np.unique(one)) == len(one)
    remedy = (
        "Leave `ids: order` out: ids match the particles, in whatever order they stand."
        if same
        else "Write both frames with the same ids of the same particles."
    )
    raise frame.error(
        f"id {other[i]}, but id {one[i]} stands in its place in the frame at {first.place}:"
        " `ids: order` contradicts the column of ids",
        remedy=remedy,
        particle=i,
        column="id",
    )


def _by_order(frame: TrajectoryFrame) -> bool:
    """Return whether particles are numbered by order although the file states ids."""
    return frame.own_ids is not None and not np.array_equal(frame.own_ids, frame.ids)


def check_same_species(frames: Sequence[TrajectoryFrame], names: Mapping[str, str]) -> None:
    """Refuse frames in which a particle has another species than in the first.

    Parameters
    ----------
    frames : sequence of TrajectoryFrame
        Of the same particles.
    names : mapping of str to str
        Name of each label; a label without a name stands for itself. Names count, not labels, so
        that files may label one species differently.

    Raises
    ------
    FormatError
        If one differs; the message names the first such particle, its line and former species.
    """
    first = frames[0]
    for frame in frames[1:]:
        if frame.labels == first.labels and np.array_equal(frame.species, first.species):
            continue
        old, new = (
            np.array([names.get(label, label) for label in f.labels], dtype=object)[f.species]
            for f in (first, frame)
        )
        if np.array_equal(old, new):
            continue
        i = int(np.argmax(old != new))
        label = frame.labels[frame.species[i]]
        said = repr(new[i]) if new[i] == label else f"{new[i]!r} (labelled {label!r})"
        problem = (
            f"species {said} of id {frame.ids[i]} was {old[i]!r} in the frame at {first.place}"
        )
        raise frame.error(problem, remedy=_SEPARATE, particle=i)
