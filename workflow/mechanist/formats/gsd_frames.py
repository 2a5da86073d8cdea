"""Read HOOMD-blue trajectories, GSD files: https://gsd.readthedocs.io/en/stable/schema-hoomd.html.

GSD stores complete frames only, so a killed job leaves no partial frame. Positions are stored in
single precision, relative to the centre of the box. Particles have no ids: order numbers them.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.gsd_structure import check_structure
from mechanist.formats.particle_matching import check_same_particles
from mechanist.formats.trajectory import TrajectoryFrame

if TYPE_CHECKING:
    from gsd.hoomd import Frame, HOOMDTrajectory

_PARTICLES: Final = "particles/"
_DIAMETERS: Final = "particles/diameter"
_COUNT: Final = "particles/N"
_BYTES: Final = 12  # of a position in single precision
_BOX: Final = 6  # lengths and tilt factors
_LARGEST: Final = 2.0**63
_AGAIN: Final = "Write the file again, as the schema hoomd asks."


def read_gsd(path: Path) -> list[TrajectoryFrame]:
    """Read every frame of a GSD file.

    Parameters
    ----------
    path : Path
        File of the schema ``hoomd``.

    Returns
    -------
    list of TrajectoryFrame
        Images are those of the file. Logged per-particle quantities are extra columns, named by
        the last part of their name; so are diameters, if the file states them.

    Raises
    ------
    FormatError
        If the file is absent or damaged, an array has another shape than the schema asks, a number is
        not finite, the box is empty, or frames hold different particles.
    """
    import gsd.hoomd

    if not path.is_file():
        raise FormatError(
            path, "there is no such file", remedy="Give a path from the folder in which you run."
        )
    try:
        check_structure(path)
        with gsd.hoomd.open(str(path), "r") as file:
            _check_counts(path, file)
            snapshots = list(file)
            sized = [
                any(file.file.chunk_exists(k, _DIAMETERS) for k in {0, i}) for i in range(len(file))
            ]
    except FormatError:
        raise
    except (RuntimeError, OSError, LookupError, ValueError, TypeError, MemoryError) as error:
        remedy = "Fetch the whole file again, and check that it is a GSD file of schema hoomd."
        raise FormatError(path, f"not a readable GSD file ({error})", remedy=remedy) from error
    if not snapshots:
        raise FormatError(path, "the file holds no frame", remedy="Write it again.")
    frames = [
        _frame(path, index, snapshot, has_sizes)
        for index, (snapshot, has_sizes) in enumerate(zip(snapshots, sized, strict=True))
    ]
    check_same_particles(frames)
    return frames


def _check_counts(path: Path, file: "HOOMDTrajectory") -> None:
    """Refuse a frame of more particles than the file can hold, before memory is taken for them."""
    for index in range(len(file)):
        if not file.file.chunk_exists(index, _COUNT):
            continue
        count = int(file.file.read_chunk(index, _COUNT).ravel()[0])
        if count * _BYTES > path.stat().st_size:
            raise FormatError(
                path,
                f"frame {index} states {count} particles, more than the file can hold",
                remedy="Fetch the whole file again.",
                column=_COUNT,
            )


def _frame(path: Path, index: int, snapshot: "Frame", has_sizes: bool) -> TrajectoryFrame:
    particles = snapshot.particles
    count = int(particles.N)
    if count < 1:
        remedy = "Leave the frame out."
        raise FormatError(path, f"frame {index} holds no particles", remedy=remedy)
    cell = _cell(path, index, snapshot.configuration.box)
    corner = -cell.sum(axis=0) / 2
    labels = tuple(str(label) for label in particles.types)
    codes = _whole(path, index, "particles/typeid", particles.typeid, (count,))
    if codes.min() < 0 or codes.max() >= len(labels):
        wrong = codes.min() if codes.min() < 0 else codes.max()
        raise FormatError(
            path,
            f"frame {index}: typeid {wrong}, but there are {len(labels)} types {labels}",
            remedy="Write the file again.",
            column="particles/typeid",
        )
    extra = {
        name.removeprefix(_PARTICLES).split("/")[-1]: np.asarray(values)
        for name, values in snapshot.log.items()
        if name.startswith(_PARTICLES) and len(values) == count
    }
    if has_sizes:  # otherwise the library returns its default of 1
        extra["diameter"] = particles.diameter
    stated = snapshot.configuration
    flat = _whole(path, index, "configuration/dimensions", stated.dimensions, ()) == 2
    places = _finite(path, index, "particles/position", particles.position)
    _check_shape(path, index, "particles/position", places, (count, 3))
    return TrajectoryFrame(
        timestep=int(_whole(path, index, "configuration/step", stated.step, ())),
        ids=np.arange(1, count + 1),
        species=codes,
        labels=labels,
        positions=places - corner,
        cell=cell,
        origin=corner,
        periodic=(True, True, not (flat or stated.box[2] == 0)),
        images=_whole(path, index, "particles/image", particles.image, (count, 3)),
        extra={name: _finite(path, index, name, values) for name, values in extra.items()},
        path=path,
    )


def _cell(path: Path, index: int, box: FloatArray | None) -> FloatArray:
    """Return cell vectors as rows from HOOMD's lengths and tilt factors.

    Since HOOMD-blue 3 a length of zero along z marks a two-dimensional system; its cell gets a
    thickness of 1, as older versions wrote it.
    """
    numbers = _finite(path, index, "configuration/box", np.zeros(0) if box is None else box).copy()
    flat = numbers.shape == (_BOX,) and numbers[2] == 0 and not numbers[4:].any()
    if flat:
        numbers[2] = 1.0
    if numbers.shape != (_BOX,) or not (numbers[:3] > 0).all():
        raise FormatError(
            path,
            f"frame {index}: box {numbers.tolist()}, expected three positive lengths and three"
            " tilt factors",
            remedy="Write the box. In two dimensions the length along z may be 0, without tilts xz, yz.",
            column="configuration/box",
        )
    x, y, z, xy, xz, yz = numbers
    return np.array([[x, 0.0, 0.0], [xy * y, y, 0.0], [xz * z, yz * z, z]])


def _check_shape(
    path: Path, index: int, name: str, values: NDArray[np.generic], shape: tuple[int, ...]
) -> None:
    if values.shape != shape:
        raise FormatError(
            path,
            f"frame {index}: shape {values.shape}, expected {shape}",
            remedy=_AGAIN,
            column=name,
        )


def _whole(path: Path, index: int, name: str, values: object, shape: tuple[int, ...]) -> IntArray:
    """Return integers, which may be stored as real numbers."""
    numbers = np.asarray(values)
    _check_shape(path, index, name, numbers, shape)
    broken = (numbers != np.round(numbers)) | (np.abs(numbers.astype(float)) >= _LARGEST)
    if broken.any():
        problem = f"frame {index}: {numbers[broken].ravel()[0]}, expected a whole number below 2^63"
        raise FormatError(path, problem, remedy=_AGAIN, column=name)
    return numbers.astype(np.int64)


def _finite(path: Path, index: int, name: str, values: object) -> FloatArray:
    numbers = np.asarray(values, dtype=np.float64)
    if not np.isfinite(numbers).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(numbers))[0])
        raise FormatError(
            path,
            f"frame {index}: {numbers[place]} at {place}, expected a finite number",
            remedy="Find out why the simulation failed there, or leave the frame out of the file.",
            column=name,
        )
    return numbers
