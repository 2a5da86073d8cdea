"""Read and write LAMMPS text dumps, strictly: https://docs.lammps.org/dump.html.

Supported are orthogonal, restricted triclinic and general triclinic boxes; absolute, scaled,
unwrapped and scaled unwrapped coordinates; plain text, gzip and zstd. Every field that is used is
checked, and one that violates the format is refused with its line.

Files are read frame by frame, without being held. One that is not as regular as LAMMPS writes it is read
again with the whole text in memory, so that every error can name its place.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mechanist.formats.lammps_box import Bounds, Box, box_lines, read_box
from mechanist.formats.lammps_dump_frame import careful_rows, frame_of
from mechanist.formats.lammps_dump_header import IMAGES, Coordinates, read_header, roles_of
from mechanist.formats.lammps_dump_stream import stream_frames
from mechanist.formats.text import open_text, row_slices, write_lines
from mechanist.formats.trajectory import IdPolicy, TrajectoryFrame
from mechanist.formats.trajectory_text import Wanted, collect_frames


def read_lammps_dump(
    path: Path,
    *,
    bounds: Bounds = "standard",
    ids: IdPolicy = "file",
    lenient: bool = False,
    wanted: Wanted | None = None,
    columns: Collection[str] | None = None,
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
    wanted : callable, optional
        Maps the index of a frame and its timestep to whether it is needed. Others are checked all the
        same, but returned without particles. Default: all are needed.
    columns : collection of str, optional
        Columns to keep besides those of ids, species, places, image flags and sizes. If a frame lacks
        one of them, it keeps all. Default: all.

    Returns
    -------
    list of TrajectoryFrame
        In the order of the file, with equal ids and species.

    Raises
    ------
    FormatError
        If the file violates the format, or its frames hold different particles.
    """
    quick = stream_frames(path, bounds=bounds, ids=ids, wanted=wanted, columns=columns)
    if quick is not None:
        return quick
    text = open_text(path, lenient=lenient, any_end=True)
    units: str | None = None

    def read(line: int) -> tuple[TrajectoryFrame, int]:
        nonlocal units
        header = read_header(text, line)
        units = header.values.get("UNITS", units)
        box = read_box(text, header.values["BOX BOUNDS"], header.lines["BOX BOUNDS"], bounds)
        roles = roles_of(text, header.first - 1, header.columns)
        rows = careful_rows(text, header, roles, columns)
        frame = frame_of(text, header, roles, box, rows, ids=ids, units=units)
        return frame, header.first + len(frame)

    return collect_frames(text, read, wanted)


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
        columns |= {name: frame.images[:, k] for k, name in enumerate(IMAGES)}
    columns |= frame.extra
    yield f"ITEM: ATOMS {' '.join(columns)}"
    for rows in row_slices(len(frame)):
        some = zip(*(column[rows].tolist() for column in columns.values()), strict=True)
        yield from (" ".join(map(str, row)) for row in some)
