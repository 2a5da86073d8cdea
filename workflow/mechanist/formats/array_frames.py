"""Read trajectories from named arrays (HDF5, NumPy), for programs with no supported format.

The arrays, with ``f`` frames of ``n`` particles::

    positions  (f, n, 3)            absolute, wrapped or not; (n, 3) for one frame
    cell       (f, 3, 3) or (3, 3)  cell vectors as rows, right-handed
    species    (n,) or (f, n)       numbers or names
    ids        (n,) or (f, n)       optional: unique; by default particles keep their order
    timestep   (f,)                 optional: whole numbers; by default 0, 1, ...
    origin     (3,) or (f, 3)       optional: corner of the cell; by default 0
    periodic   (3,)                 optional: by default all true
    <other>    (n,) or (f, n)       optional: any other per-particle quantity

In HDF5 files they are at the top level. Pickled dictionaries may call ``box`` and ``types`` what is
called ``cell`` and ``species`` here, and state the lengths of an orthogonal box.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.formats.array_files import format_of, open_arrays
from mechanist.formats.named_arrays import Arrays
from mechanist.formats.particle_matching import check_same_particles
from mechanist.formats.trajectory import SIZES, TrajectoryFrame, label_codes
from mechanist.formats.transposed_cells import refuse_transposed_cells

_NEEDED: Final = ("positions", "cell", "species")
_OPTIONAL: Final = ("ids", "timestep", "origin", "periodic")
_SPACE: Final = 3


def read_array_frames(path: Path, form: str) -> list[TrajectoryFrame]:
    """Read every frame of a file of named arrays.

    Parameters
    ----------
    path : Path
        The file.
    form : str
        ``hdf5``, ``npz`` or ``pickle``.

    Returns
    -------
    list of TrajectoryFrame
        Particles in order of ascending id.

    Raises
    ------
    FormatError
        If an array is missing or has the wrong shape, a number is not finite, ids are not
        unique or change between frames, or the cell is empty, left-handed or transposed.
    """
    file = open_arrays(path, format_of(path, form))
    arrays = {name: _array(file, name) for name in _NEEDED}
    shapes = file.shapes()
    arrays |= {name: _array(file, name) for name in _OPTIONAL if name in shapes}
    positions = arrays["positions"]
    positions = positions[None] if positions.ndim == 2 else positions
    if positions.ndim != _SPACE or positions.shape[-1] != _SPACE or not positions.size:
        raise _misfit(path, "positions", arrays["positions"].shape, "(frames, particles, 3)")
    f, n = positions.shape[:2]
    cells = _fitted(path, arrays, "cell", [(f, 3, 3), (3, 3)], np.zeros((3, 3)))
    origins = _fitted(path, arrays, "origin", [(f, 3), (3,)], np.zeros(3))
    steps = _fitted(path, arrays, "timestep", [(f,)], np.arange(f))
    ids = _fitted(path, arrays, "ids", [(f, n), (n,)], np.arange(1, n + 1))
    species = _fitted(path, arrays, "species", [(f, n), (n,)], np.zeros(n))
    flags = _fitted(path, arrays, "periodic", [(3,)], np.ones(3)).astype(bool).tolist()
    for row in np.atleast_2d(ids):
        _check_ids(path, row)
    _check_cells(path, cells)
    labels, codes = label_codes(species)
    names = [name for name in shapes if name not in arrays and "/" not in name]
    others: dict[str, NDArray[np.generic]] = {}
    for name in names:  # of as many frames as particles, only sizes are known to be of particles
        if shapes[name] == (f, n) or (shapes[name] == (n,) and (f != n or name in SIZES)):
            others |= _other(file, name, (f, n))
    cells, origins = np.broadcast_to(cells, (f, 3, 3)), np.broadcast_to(origins, (f, 3))
    codes, ids = np.broadcast_to(codes, (f, n)), np.broadcast_to(ids, (f, n)).astype(np.int64)
    frames = []
    for k in range(f):
        order = np.argsort(ids[k], kind="stable")
        frames.append(
            TrajectoryFrame(
                timestep=int(steps[k]),
                ids=ids[k][order],
                species=codes[k][order],
                labels=labels,
                positions=(positions[k] - origins[k])[order].astype(float),
                cell=cells[k].astype(float),
                origin=origins[k].astype(float),
                periodic=(flags[0], flags[1], flags[2]),
                extra={name: values[k][order] for name, values in others.items()},
                path=path,
                own_ids=ids[k][order] if "ids" in arrays else None,
                sorted_rows=bool(np.any(np.diff(order) < 0)),
            )
        )
    check_same_particles(frames)
    refuse_transposed_cells(
        path, np.stack([one.positions for one in frames]), np.stack([one.cell for one in frames])
    )
    frames[-1] = replace(frames[-1], notes=tuple(file.notes))
    return frames


def _other(file: Arrays, name: str, shape: tuple[int, int]) -> dict[str, NDArray[np.generic]]:
    """Return another quantity of all particles in all frames, if it holds numbers.

    Only sizes are used without being asked for.
    """
    if name in SIZES:
        values = _array(file, name)
    else:
        try:
            values = file.array(name)
        except FormatError:
            return {}
    return {name: np.broadcast_to(values, shape)} if values.dtype.kind in "fiub" else {}


def _array(file: Arrays, name: str) -> NDArray[np.generic]:
    """Return an array of finite numbers, or of names."""
    values = file.array(name)
    if values.dtype.kind in "SO":
        names = [v.decode() if isinstance(v, bytes) else str(v) for v in values.ravel()]
        values = np.array(names).reshape(values.shape)
    if name != "species" and values.dtype.kind not in "fiub":
        raise FormatError(
            file.path,
            f"holds {values.dtype}, expected real numbers",
            remedy="Write numbers.",
            column=name,
        )
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(values))[0])
        raise FormatError(
            file.path,
            f"{values[place]} at {place}, expected a finite number",
            remedy="Find out why the simulation failed there, or leave the frame out of the file.",
            column=name,
        )
    if name == "timestep" and values.dtype.kind == "f" and (values == np.rint(values)).all():
        return values.astype(np.int64)
    if name in {"species", "ids", "timestep"} and values.dtype.kind == "f":
        raise FormatError(
            file.path,
            f"holds {values.dtype}, expected integers{' or names' * (name == 'species')}",
            remedy="Write them as integers: a fraction would be lost.",
            column=name,
        )
    return values


def _fitted(
    path: Path,
    arrays: dict[str, NDArray[np.generic]],
    name: str,
    shapes: list[tuple[int, ...]],
    default: NDArray[np.generic],
) -> NDArray[np.generic]:
    values = arrays.get(name, default)
    if values.shape not in shapes:
        raise _misfit(path, name, values.shape, " or ".join(map(str, shapes)))
    return values


def _misfit(path: Path, name: str, shape: tuple[int, ...], expected: str) -> FormatError:
    remedy = "Frames come first, particles second, components last."
    return FormatError(
        path, f"the shape is {shape}, expected {expected}", remedy=remedy, column=name
    )


def _check_ids(path: Path, ids: NDArray[np.generic]) -> None:
    distinct, first, counts = np.unique(ids, return_index=True, return_counts=True)
    wrong = counts > 1
    if wrong.any():
        k = int(np.argmax(wrong))
        raise FormatError(
            path,
            f"id {distinct[k]} occurs {counts[k]} times, first at particle {first[k]}",
            remedy="Ids must be unique. Leave them out only if particles have the same order in every"
            " frame.",
            column="ids",
        )


def _check_cells(path: Path, cells: NDArray[np.generic]) -> None:
    volumes = np.atleast_1d(np.linalg.det(cells.astype(float)))
    if not (volumes > 0).all():
        k = int(np.argmax(~(volumes > 0)))
        raise FormatError(
            path,
            f"the cell of frame {k} has volume {volumes[k]:g}, expected a positive one",
            remedy="Give right-handed cell vectors as rows.",
            column="cell",
        )
