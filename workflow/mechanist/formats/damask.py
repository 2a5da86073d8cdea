"""DAMASK 3 result files: tension tests of polycrystals on regular grids, read through h5py alone.

DAMASK stores orientations under ``O`` as quaternions, scalar first. As an active rotation, ``O`` is
the rotation part of ``F_e``, which rotates the crystal into the sample frame: it is used unchanged.
If the file holds ``F_e``, this is checked. Cells are ordered with x fastest. The stored stress is
the first Piola-Kirchhoff stress in Pa; the Cauchy stress is ``P F^T / det F``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import h5py
import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.rotations import RotationError, check_rotations, quaternion_to_matrix
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.damask_setup import read_material, read_steps
from mechanist.formats.polycrystal_batches import PolycrystalRun, stress_components

#: Supported major version of the layout.
VERSION: Final = 1
MEGAPASCAL: Final = 1e6
#: Largest transverse mean stress, relative to the axial stress, that counts as uniaxial.
UNIAXIAL: Final = 0.02
#: Largest difference between components of ``O`` and of the rotation part of ``F_e``.
SAME_ROTATION: Final = 1e-4
#: Largest mean shear, relative to the largest mean strain, that counts as held at zero.
HELD: Final = 1e-6
#: Decimals of the initial orientation that distinguish grains.
_DIGITS: Final = 9
_INCREMENT: Final = "increment_"
_NEEDED: Final = {"O": (4,), "F": (3, 3), "P": (3, 3)}
_RERUN: Final = "Run it again with output [F, P, O], or import another result."


class Frame(NamedTuple):
    """One increment on the grid: orientations, deformation gradients, and P in Pa."""

    orientations: FloatArray
    gradients: FloatArray
    stress: FloatArray


class _Grid(NamedTuple):
    """Grid of a result: (nx, ny, nz), lengths, the data row of each cell, and the phase."""

    shape: tuple[int, int, int]
    lengths: FloatArray
    rows: IntArray
    phase: str


def read_damask(
    path: Path,
    *,
    name: str,
    increments: Sequence[int] | None = None,
    axis: int | None = None,
) -> PolycrystalRun:
    """Read a uniaxial test of a single-phase polycrystal.

    Parameters
    ----------
    path : Path
        Result of ``DAMASK_grid``.
    name : str
        Name of the run.
    increments : sequence of int, optional
        Increments to keep as frames; by default all stored ones. Increment 0 is always kept.
    axis : int, optional
        Axis of loading; by default that of the largest mean deformation.

    Returns
    -------
    PolycrystalRun
        Strains are logarithmic; a grain is all cells of equal initial orientation. ``material``
        holds the phase as in ``material.yaml``, the strain ``rate``, and ``shears_held``: whether
        the load held the shears at zero. If the result ends before its load case does, the
        status names the last increment.

    Raises
    ------
    FormatError
        If the file is damaged, of another version or solver, lacks increments or data sets, has
        several phases or constituents, or orientations that are not rotations, or if the load is
        not uniaxial.
    """
    try:
        with h5py.File(path, "r") as file:
            return _run(path, file, name, increments, axis)
    except FormatError:
        raise
    except (OSError, KeyError, ValueError) as error:
        raise FormatError(
            path,
            f"not a readable DAMASK result ({error})",
            remedy="A solver that is running, or was killed while writing, leaves such files: wait"
            " for it, continue it from its restart file, or fetch the file again.",
        ) from error


def _run(
    path: Path, file: h5py.File, name: str, increments: Sequence[int] | None, axis: int | None
) -> PolycrystalRun:
    grid = _grid(path, file)
    stored = _increments(path, file)
    kept = _chosen(path, stored, increments)
    frames = [_frame(path, file, number, grid) for number in stored]
    gradients = np.array([frame.gradients.mean(axis=(0, 1, 2)) for frame in frames])
    stresses = np.array([frame.stress.mean(axis=(0, 1, 2)) for frame in frames]) / MEGAPASCAL
    cauchy = _cauchy(stresses, gradients)
    axis = _axis(path, gradients[-1], cauchy[-1], axis)
    strains = np.log(gradients[:, axis, axis])
    places = [stored.index(number) for number in kept]
    systems, material = read_material(path, file, grid.phase)
    planned = read_steps(file)
    ended = planned is None or stored[-1] >= planned
    material |= {
        "increments": kept,
        "creator": str(file.attrs.get("creator", "DAMASK")),
        "rate": _rate(file, stored, strains),
        "shears_held": _shears_held(gradients),
    }
    return PolycrystalRun(
        name=name,
        systems=systems,
        lengths=grid.lengths,
        grains=_grains(frames[0].orientations),
        strains=strains[places] - strains[0],
        orientations=np.array([frames[k].orientations for k in places]),
        stress=stress_components(
            np.array([_cauchy(frames[k].stress, frames[k].gradients) for k in places]) / MEGAPASCAL
        ),
        curve=np.column_stack([strains - strains[0], cauchy[:, axis, axis]]),
        axis=axis,
        status="ok" if ended else f"ended at increment {stored[-1]} of {planned}",
        material=material,
    )


def _grid(path: Path, file: h5py.File) -> _Grid:
    major = file.attrs.get("DADF5_version_major")
    if major != VERSION:
        raise FormatError(
            path,
            f"version of the layout (DADF5) is {major}, expected {VERSION}",
            remedy="Give the .hdf5 result of DAMASK 3; convert or rerun older ones.",
        )
    geometry = file["geometry"].attrs if "geometry" in file else {}
    if "cells" not in geometry:
        remedy = "Only results of DAMASK_grid can be imported, not those of DAMASK_mesh or Marc."
        raise FormatError(path, "no grid of cells under 'geometry'", remedy=remedy)
    nx, ny, nz = (int(n) for n in geometry["cells"])
    mapping = file["cell_to/phase"][()]
    if mapping.shape != (nx * ny * nz, 1):
        raise FormatError(
            path,
            f"'cell_to/phase' has shape {mapping.shape}, expected {(nx * ny * nz, 1)} for"
            f" {nx} x {ny} x {nz} cells of one constituent",
            remedy="Results with several constituents per cell (homogenisation) are not supported.",
        )
    phases = sorted({label.decode() for label in mapping["label"][:, 0]})
    if len(phases) != 1:
        remedy = "Only single-phase results are supported: one table of slip systems per run."
        raise FormatError(path, f"{len(phases)} phases {phases}, expected one", remedy=remedy)
    rows = mapping["entry"][:, 0].reshape((nx, ny, nz), order="F")
    return _Grid((nx, ny, nz), np.array(geometry["size"], dtype=float), rows, phases[0])


def _increments(path: Path, file: h5py.File) -> list[int]:
    """Return the numbers of stored increments in order, and check that they begin at 0."""
    numbers = sorted(
        int(key.removeprefix(_INCREMENT)) for key in file if key.startswith(_INCREMENT)
    )
    if not numbers or numbers[0] != 0:
        remedy = "A result cut from a restart lacks the initial state: give the whole result."
        raise FormatError(path, f"increments are {numbers}, expected 0 as the first", remedy=remedy)
    times = [float(file[f"{_INCREMENT}{number}"].attrs.get("t/s", np.nan)) for number in numbers]
    wrong = np.flatnonzero(~(np.diff(times) > 0))
    if len(wrong):
        k = int(wrong[0])
        raise FormatError(
            path,
            f"increment {numbers[k]} is at {times[k]:g} s, increment {numbers[k + 1]} at"
            f" {times[k + 1]:g} s; expected increasing times",
            remedy="Several runs seem to share this file: write each result to its own file.",
        )
    return numbers


def _chosen(path: Path, stored: list[int], increments: Sequence[int] | None) -> list[int]:
    if increments is None:
        return stored
    missing = sorted(set(increments) - set(stored))
    if missing:
        problem = f"increments {missing} are not stored; stored are {stored}"
        raise FormatError(path, problem, remedy="Name stored increments, or rerun with f_out: 1.")
    return sorted({0, *increments})


def _frame(path: Path, file: h5py.File, number: int, grid: _Grid) -> Frame:
    place = f"{_INCREMENT}{number}/phase/{grid.phase}/mechanical"
    group = file.get(place, {})
    missing = [key for key in _NEEDED if key not in group]
    if missing:
        raise FormatError(path, f"{place} lacks {missing}, has {sorted(group)}", remedy=_RERUN)
    fields = {key: _dataset(path, group[key], shape, grid) for key, shape in _NEEDED.items()}
    unit = _text(group["P"].attrs.get("unit", "Pa"))
    if unit != "Pa":
        raise FormatError(path, f"{place}/P is in {unit!r}, expected 'Pa'", remedy=_RERUN)
    try:
        fields["O"] = check_rotations(fields["O"], f"{place}/O")
    except RotationError as error:
        raise FormatError(path, str(error), remedy=_RERUN) from error
    if not (np.linalg.det(fields["F"]) > 0).all():
        at = tuple(int(i) for i in np.argwhere(~(np.linalg.det(fields["F"]) > 0))[0])
        problem = f"{place}/F at cell {at} has no positive determinant: {fields['F'][at].tolist()}"
        raise FormatError(path, problem, remedy="Leave out increments after the solver failed.")
    if "F_e" in group:
        elastic = _dataset(path, group["F_e"], (3, 3), grid)
        _check_convention(path, place, fields["O"], elastic)
    return Frame(fields["O"], fields["F"], fields["P"])


def _dataset(path: Path, dataset: Any, shape: tuple[int, ...], grid: _Grid) -> FloatArray:
    cells = grid.rows.size
    if dataset.shape != (cells, *shape):
        problem = f"{dataset.name} has shape {dataset.shape}, expected {(cells, *shape)}"
        raise FormatError(path, problem, remedy=_RERUN)
    values = dataset[()].astype(float)
    if not np.isfinite(values).all():
        row = int(np.argwhere(~np.isfinite(values))[0][0])
        remedy = "Leave out increments after the solver failed."
        raise FormatError(path, f"{dataset.name} is not finite in row {row}", remedy=remedy)
    return np.asarray(values[grid.rows])


def _check_convention(path: Path, place: str, q: FloatArray, elastic: FloatArray) -> None:
    """Refuse orientations that are not the rotation part of ``F_e``."""
    left, _, right = np.linalg.svd(elastic)
    error = np.abs(left @ right - quaternion_to_matrix(q)).max()
    if error > SAME_ROTATION:
        raise FormatError(
            path,
            f"{place}/O differs from the rotation part of F_e by {error:.3g}, expected less than"
            f" {SAME_ROTATION:g}",
            remedy="The file was changed, or its orientations follow another convention.",
        )


def _cauchy(stress: FloatArray, gradients: FloatArray) -> FloatArray:
    """Return ``P F^T / det F``."""
    volume = np.linalg.det(gradients)[..., None, None]
    return np.asarray(stress @ np.swapaxes(gradients, -1, -2) / volume)


def _axis(path: Path, gradient: FloatArray, stress: FloatArray, axis: int | None) -> int:
    """Return the axis of loading, and check that no other axis has a mean normal stress.

    Shear stresses are not checked: a load case that holds the mean shears at zero causes some.
    """
    if axis is None:
        axis = int(np.argmax(np.abs(np.diag(gradient) - 1)))
    others = [abs(stress[k, k]) for k in range(3) if k != axis]
    if not max(others) <= UNIAXIAL * abs(stress[axis, axis]):
        raise FormatError(
            path,
            f"mean normal stresses at the end are {np.round(np.diag(stress), 3).tolist()} MPa;"
            f" expected the others to be at most {100 * UNIAXIAL:g} % of that along axis {axis}",
            remedy="Only uniaxial tests can be imported; name the axis if it was not recognised.",
        )
    return axis


def _rate(file: h5py.File, stored: list[int], strains: FloatArray) -> float:
    """Return the mean strain rate along the axis of loading, 1/s."""
    first, last = (float(file[f"{_INCREMENT}{k}"].attrs["t/s"]) for k in (stored[0], stored[-1]))
    return float((strains[-1] - strains[0]) / (last - first)) if len(stored) > 1 else 0.0


def _shears_held(gradients: FloatArray) -> bool:
    """Return whether the load held the shears of the mean deformation at zero."""
    shears = gradients - gradients * np.eye(3)
    return bool(np.abs(shears).max() <= HELD * np.abs(gradients - np.eye(3)).max())


def _grains(orientations: FloatArray) -> IntArray:
    """Return the grain (equal initial orientation) of each cell, numbered by first cell."""
    flat = np.round(orientations.reshape(-1, 4), _DIGITS)
    _, first, grains = np.unique(flat, axis=0, return_index=True, return_inverse=True)
    ranks = np.argsort(np.argsort(first))
    return np.asarray(ranks[grains.ravel()].reshape(orientations.shape[:-1]))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
