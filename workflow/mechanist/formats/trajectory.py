"""Frames of a trajectory as the readers return them, before species are named.

A frame keeps all data of its file, with particles sorted by id, and the line of each particle, so
that errors found later can still be traced to a line.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import CutError, FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.text import TextFile

IdPolicy = Literal["file", "order"]

_SEPARATE: Final = (
    "Frames of one sample hold the same particles: import others as separate samples."
)
#: Columns of the sizes of particles, and what makes them radii.
SIZES: Final = {"radius": 1.0, "radii": 1.0, "diameter": 0.5, "diameters": 0.5}
#: Largest extent along z, relative to the thickness, that counts as two-dimensional.
FLAT: Final = 1e-9


@dataclass(frozen=True, eq=False, kw_only=True)
class TrajectoryFrame:
    """All particles at one time.

    Parameters
    ----------
    timestep : int
        As the file states it, else the frame's index.
    ids : ndarray of shape (n,), int64
        Unique and ascending; by them particles of different frames are matched.
    species : ndarray of shape (n,), int64
        Index of each particle's label.
    labels : tuple of str
        Species as the file writes them: numbers, elements or any names.
    positions : ndarray of shape (n, 3)
        Cartesian, relative to ``origin``, wrapped or not; z is zero where ``axes`` lacks it.
    cell : ndarray of shape (3, 3)
        Cell vectors as rows, right-handed.
    origin : ndarray of shape (3,)
        Corner of the cell in the file's coordinates.
    periodic : tuple of bool
        Whether each cell vector is periodic.
    axes : str
        Coordinates that the file holds: ``"xyz"`` or ``"xy"``.
    images : ndarray of shape (n, 3), int64, optional
        Number of cell vectors that each particle has crossed.
    extra : dict of str to ndarray
        Every other column, by name; the first axis runs over particles.
    units : str, optional
        Unit system, if the file states one.
    path : Path
        File of the frame.
    line : int
        Line at which the frame begins; 0 if the file has no lines.
    rows : ndarray of shape (n,), int64, optional
        Line of each particle.
    own_ids : ndarray of shape (n,), int64, optional
        Ids that the file states, whether they match particles or not; None if it states none.
    sorted_rows : bool
        Whether sorting by id changed the order of the file.
    dropped : str
        Why lenient reading dropped the frame after this one; empty if none was dropped.
    notes : tuple of str
        What a user should know of how the file was read, in whole sentences.
    """

    timestep: int
    ids: IntArray
    species: IntArray
    labels: tuple[str, ...]
    positions: FloatArray
    cell: FloatArray
    origin: FloatArray = field(default_factory=lambda: np.zeros(3))
    periodic: tuple[bool, bool, bool] = (True, True, True)
    axes: str = "xyz"
    images: IntArray | None = None
    extra: dict[str, NDArray[Any]] = field(default_factory=dict)
    units: str | None = None
    path: Path = Path("frame")
    line: int = 0
    rows: IntArray | None = None
    own_ids: IntArray | None = None
    sorted_rows: bool = False
    dropped: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of particles."""
        return len(self.ids)

    def error(
        self, problem: str, *, remedy: str, particle: int | None = None, column: str | None = None
    ) -> FormatError:
        """Return an error at the line of ``particle`` (an index), or at the start of the frame."""
        if not self.line:
            problem = f"timestep {self.timestep}: {problem}"
            return FormatError(self.path, problem, remedy=remedy, column=column)
        line = self.line if particle is None or self.rows is None else int(self.rows[particle])
        return FormatError(self.path, problem, remedy=remedy, line=line, column=column)

    @property
    def place(self) -> str:
        """Location of the frame, for messages."""
        return f"{self.path}:{self.line}" if self.line else f"{self.path}, timestep {self.timestep}"

    def configuration(
        self,
        species: Mapping[str, str],
        dimension: int,
        periodic: tuple[bool, bool, bool] = (True, True, True),
    ) -> Configuration:
        """Return the frame as a configuration of named species.

        Parameters
        ----------
        species : mapping of str to str
            Name of each label that may occur; labels can share a name. Names are numbered in the
            order in which they first appear here.
        dimension : int
            2 or 3. In two dimensions all particles must lie at one z, which is dropped.
        periodic : tuple of bool
            Directions in which the sample repeats; a frame may be open in the others.

        Raises
        ------
        FormatError
            If a label has no name, the cell is not periodic, or the particles do not have the
            declared dimension.
        """
        names = tuple(dict.fromkeys(species.values()))
        codes = np.array([self._name_index(i, species, names) for i in range(len(self.labels))])
        flat = self._check_dimension(dimension)
        if any(p and not own for p, own in zip(periodic[:dimension], self.periodic, strict=False)):
            flags = " ".join("T" if p else "F" for p in self.periodic)
            raise self.error(
                f"periodic along the cell vectors: {flags}, expected T for the first {dimension}",
                remedy="A film with free surfaces along z needs `periodic: [x, y]` and empty space"
                " there; other samples must be periodic throughout.",
            )
        positions, cell = self.positions.copy(), self.cell.copy()
        if flat:
            positions[:, 2] = 0.0
            cell[2, :2] = cell[:2, 2] = 0.0
        return Configuration(
            positions, cell, codes[self.species], names, dimension, radii=self._radii()
        )

    def _radii(self) -> FloatArray | None:
        """Return radii from the first column of radii or diameters, if there is one."""
        name = next((name for name in SIZES if name in self.extra), None)
        values = np.zeros(0) if name is None else self.extra[name]
        if name is None or values.shape != (len(self),) or values.dtype.kind not in "fiu":
            return None
        radii = values * SIZES[name]
        if radii.min() < 0:
            i = int(radii.argmin())
            problem = f"{values[i]:g}, expected no negative size of a particle"
            raise self.error(problem, remedy="Write the file again.", particle=i, column=name)
        return np.asarray(radii, dtype=float) if radii.any() else None  # all 0: points

    def _name_index(self, label: int, species: Mapping[str, str], names: tuple[str, ...]) -> int:
        if self.labels[label] in species:
            return names.index(species[self.labels[label]])
        raise self.error(
            f"species {self.labels[label]!r} has no name; names are given to {list(species)}",
            remedy=f'Add "{self.labels[label]}": <name> to `species` if it belongs there.',
            particle=int(np.argmax(self.species == label)),
        )

    def _check_dimension(self, dimension: int) -> bool:
        """Refuse a frame that is not of the declared dimension; return whether it is flat."""
        z, thickness = self.positions[:, 2], float(self.cell[2, 2])
        if dimension == 3:
            if "z" not in self.axes or (len(self) > 1 and np.ptp(z) == 0):
                seen = "at one z" if "z" in self.axes else "without z"
                remedy = "Declare `dimension: 2`, or write z."
                raise self.error(f"all particles are {seen} in `dimension: 3`", remedy=remedy)
            return False
        remedy = "Declare `dimension: 3`, or project the frame before importing it."
        outlier = int(np.argmax(np.abs(z - z[0])))
        if abs(z[outlier] - z[0]) > FLAT * thickness:
            problem = f"z is {z[outlier]:g} here but {z[0]:g} for id {self.ids[0]}"
            raise self.error(
                f"{problem}, relative to the cell's corner; expected equal in `dimension: 2`",
                remedy=remedy,
                particle=outlier,
            )
        lean = max(float(np.abs(self.cell[:2, 2]).max()), float(np.abs(self.cell[2, :2]).max()))
        if lean > FLAT * thickness:
            problem = f"the cell is tilted by {lean:g} out of the plane in `dimension: 2`"
            raise self.error(problem, remedy=remedy)
        return True


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
    text: TextFile, first: int, ids: NDArray[Any] | None, count: int, *, policy: IdPolicy
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
    FormatError
        If the file's ids are requested but absent, or not unique.
    """
    if policy == "order":
        return np.arange(1, count + 1), np.arange(count)
    if ids is None:
        remedy = "If particles have the same order in every frame, declare `ids: order`."
        raise text.error("no column of ids matches particles of different frames", remedy=remedy,
                         line=first - 1, column="id")  # fmt: skip
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


def label_codes(values: NDArray[Any]) -> tuple[tuple[str, ...], IntArray]:
    """Return sorted distinct labels, and the index of each value into them."""
    labels, codes = np.unique(values, return_inverse=True)
    return tuple(str(label) for label in labels), codes.astype(np.int64)


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
