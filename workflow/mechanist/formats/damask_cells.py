"""Cells of a DAMASK 3 grid result: where each phase keeps the data of which cell and constituent."""

from pathlib import Path
from typing import Final, NamedTuple

import h5py
import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.rotations import RotationError, check_rotations, quaternion_to_matrix
from mechanist.core.typing import FloatArray, IntArray

#: Supported major version of the layout.
VERSION: Final = 1
#: Largest difference between components of ``O`` and of the rotation part of ``F_e``.
SAME_ROTATION: Final = 1e-4
INCREMENT: Final = "increment_"
_NEEDED: Final = {"O": (4,), "F": (3, 3), "P": (3, 3)}
_RERUN: Final = "Run it again with output [F, P, O] for every phase, or import another result."
_AFTER: Final = "Leave out increments after the solver failed."


class Frame(NamedTuple):
    """One increment: orientations of a constituent, mean deformation gradients, and mean P in Pa."""

    orientations: FloatArray
    gradients: FloatArray
    stress: FloatArray


class Cells(NamedTuple):
    """Grid of a result.

    ``shape`` is (nx, ny, nz); ``order``, of that shape, gives the cell in the file; ``phases`` names
    the phases; ``of_cell`` and ``rows``, shape (n_cells, n_constituents), give phase and data row.
    """

    shape: tuple[int, int, int]
    lengths: FloatArray
    order: IntArray
    phases: tuple[str, ...]
    of_cell: IntArray
    rows: IntArray

    @property
    def constituents(self) -> int:
        """Number of constituents of each cell."""
        return self.of_cell.shape[1]


def read_cells(path: Path, file: h5py.File) -> Cells:
    """Return the grid of a result.

    Raises
    ------
    FormatError
        If the layout is of another version, there is no grid, or the mapping of cells is damaged.
    """
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
    if mapping.ndim != 2 or mapping.shape[0] != nx * ny * nz or not mapping.shape[1]:
        raise FormatError(
            path,
            f"'cell_to/phase' has shape {mapping.shape}, expected ({nx * ny * nz}, number of"
            f" constituents) for {nx} x {ny} x {nz} cells",
            remedy="The file is damaged: fetch it again.",
        )
    labels, of_cell = np.unique(mapping["label"], return_inverse=True)
    return Cells(
        shape=(nx, ny, nz),
        lengths=np.array(geometry["size"], dtype=float),
        order=np.arange(nx * ny * nz).reshape((nx, ny, nz), order="F"),
        phases=tuple(_text(label) for label in labels),
        of_cell=of_cell.reshape(mapping.shape).astype(np.int64),
        rows=mapping["entry"].astype(np.int64),
    )


def read_frame(
    path: Path,
    file: h5py.File,
    number: int,
    cells: Cells,
    *,
    constituent: int,
    fractions: list[float],
) -> Frame:
    """Return one increment on the grid.

    Parameters
    ----------
    path : Path
        Named in error messages.
    file : h5py.File
        The open result.
    number : int
        Number of the increment.
    cells : Cells
        Grid.
    constituent : int
        Constituent whose orientations are returned.
    fractions : list of float
        Volume fraction of each constituent, with which stress and deformation are averaged.

    Raises
    ------
    FormatError
        If a phase lacks data sets, or they are of other shapes or units, not finite, not rotations,
        or contradict each other.
    """
    parts = {key: _field(path, file, number, cells, key) for key in _NEEDED}
    where = f"{INCREMENT}{number}/F"
    determinants = np.linalg.det(parts["F"])
    if not (determinants > 0).all():
        cell, part = (int(i) for i in np.argwhere(~(determinants > 0))[0])
        at = tuple(int(i) for i in np.argwhere(cells.order == cell)[0])
        values = parts["F"][cell, part].tolist()
        problem = f"{where} at cell {at} has no positive determinant: {values}"
        raise FormatError(path, problem, remedy=_AFTER)
    weights = np.array(fractions) / sum(fractions)
    mean = {key: np.einsum("ck...,k->c...", parts[key], weights) for key in ("F", "P")}
    if cells.constituents == 1:
        mean = {key: parts[key][:, 0] for key in ("F", "P")}
    orientations = parts["O"][:, constituent]
    return Frame(orientations[cells.order], mean["F"][cells.order], mean["P"][cells.order])


def _field(path: Path, file: h5py.File, number: int, cells: Cells, key: str) -> FloatArray:
    """Return a field of all phases, shape (n_cells, n_constituents, ...)."""
    shape = _NEEDED[key]
    out = np.empty((*cells.rows.shape, *shape))
    for k, phase in enumerate(cells.phases):
        place = f"{INCREMENT}{number}/phase/{phase}/mechanical"
        group = file.get(place, {})
        missing = [name for name in _NEEDED if name not in group]
        if missing:
            raise FormatError(path, f"{place} lacks {missing}, has {sorted(group)}", remedy=_RERUN)
        here = cells.of_cell == k
        rows = cells.rows[here]
        values = _dataset(path, group[key], shape, rows)
        if key == "P":
            unit = _text(group["P"].attrs.get("unit", "Pa"))
            if unit != "Pa":
                raise FormatError(
                    path,
                    f"{place}/P is in {unit!r}, expected 'Pa'",
                    remedy="Convert it to Pa, and state that unit.",
                )
        if key == "O":
            try:
                values = check_rotations(values, f"{place}/O")
            except RotationError as error:
                raise FormatError(path, str(error), remedy=_RERUN) from error
            if "F_e" in group:
                elastic = _dataset(path, group["F_e"], (3, 3), rows)
                _check_convention(path, place, values, elastic)
        out[here] = values[rows]
    return out


def _dataset(
    path: Path, dataset: h5py.Dataset, shape: tuple[int, ...], rows: IntArray
) -> FloatArray:
    """Return a data set of one phase, in the order of the file."""
    if not isinstance(dataset, h5py.Dataset):
        problem = f"{dataset.name} is a {type(dataset).__name__}, expected a data set"
        raise FormatError(path, problem, remedy="The file is damaged: fetch it again.")
    if dataset.shape != (len(rows), *shape):
        problem = f"{dataset.name} has shape {dataset.shape}, expected {(len(rows), *shape)}"
        raise FormatError(path, problem, remedy=_RERUN)
    if not np.array_equal(np.sort(rows), np.arange(len(rows))):
        problem = f"'cell_to/phase' does not give each row of {dataset.name} to one cell"
        raise FormatError(path, problem, remedy="The file is damaged: fetch it again.")
    values = dataset[()].astype(float)
    if not np.isfinite(values).all():
        row = int(np.argwhere(~np.isfinite(values))[0][0])
        raise FormatError(path, f"{dataset.name} is not finite in row {row}", remedy=_AFTER)
    return np.asarray(values)


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


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
