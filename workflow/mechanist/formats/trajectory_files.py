"""Read trajectories in any supported format, by its name in the configuration."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from mechanist.core.boundary import reading
from mechanist.formats.array_frames import read_array_frames
from mechanist.formats.extxyz import read_extxyz
from mechanist.formats.gsd_frames import read_gsd
from mechanist.formats.lammps_box import Bounds
from mechanist.formats.lammps_data import read_lammps_data
from mechanist.formats.lammps_dump import read_lammps_dump
from mechanist.formats.trajectory import IdPolicy, TrajectoryFrame
from mechanist.formats.trajectory_text import Wanted

#: Formats whose ids may be ignored, and formats that a killed job can leave truncated.
WITH_IDS: Final = ("lammps_dump", "lammps_data", "extxyz")
STREAMED: Final = ("lammps_dump", "extxyz")
FORMATS: Final = (*WITH_IDS, "gsd", "hdf5", "npz", "pickle")


def read_frames(
    path: Path,
    form: str,
    *,
    bounds: Bounds = "standard",
    ids: IdPolicy = "file",
    lenient: bool = False,
    atom_style: str | None = None,
    wanted: Wanted | None = None,
    columns: Collection[str] | None = None,
) -> list[TrajectoryFrame]:
    """Read every frame of a trajectory.

    Parameters
    ----------
    path : Path
        The file.
    form : str
        One of ``FORMATS``.
    bounds, ids, lenient, atom_style
        Options of the readers, for the formats to which they apply.
    wanted : callable, optional
        Maps the index of a frame and its timestep to whether it is needed. A LAMMPS dump returns the
        others without their particles; files of other formats are returned whole.
    columns : collection of str, optional
        Columns besides those of places, species, ids and sizes that are needed, in LAMMPS dumps.
        Default: all.

    Raises
    ------
    FormatError
        If the file violates its format.
    """
    readers: dict[str, Callable[[], list[TrajectoryFrame]]] = {
        "lammps_dump": lambda: read_lammps_dump(
            path, bounds=bounds, ids=ids, lenient=lenient, wanted=wanted, columns=columns
        ),
        "lammps_data": lambda: read_lammps_data(path, ids=ids, atom_style=atom_style),
        "extxyz": lambda: read_extxyz(path, ids=ids, lenient=lenient),
        "gsd": lambda: read_gsd(path),
        "hdf5": lambda: read_array_frames(path, "hdf5"),
        "npz": lambda: read_array_frames(path, "npz"),
        "pickle": lambda: read_array_frames(path, "pickle"),
    }
    with reading(path):
        return readers[form]()
