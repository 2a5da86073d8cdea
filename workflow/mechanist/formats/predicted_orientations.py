"""Predicted orientations of a polycrystal, strain by strain, in one HDF5 file.

Layout (``mechanist.predicted_orientations/1``)::

    /  attributes: schema, name, lattice, axis (0, 1 or 2, of the tension)
        strains        the first zero, shape (n_steps + 1,)
        orientations   quaternions, scalar first, active from crystal to sample, shape
                       (n_steps + 1, nx, ny, nz, 4), single precision
        grains         grain of each voxel, shape (nx, ny, nz)
        lengths        of the cell, shape (3,)
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import h5py
import numpy as np
from numpy.typing import NDArray

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray, Lattice

SCHEMA: Final = "mechanist.predicted_orientations/1"
_REMEDY: Final = "Delete it and run the workflow again."


@dataclass(frozen=True, eq=False)
class PredictedOrientations:
    """Orientations of all voxels before loading and at each predicted strain.

    Parameters
    ----------
    name : str
    lattice : {"cubic", "hexagonal"}
    axis : int
        Axis of the tension.
    strains : ndarray of shape (n_steps + 1,)
    orientations : ndarray of shape (n_steps + 1, nx, ny, nz, 4)
    grains : ndarray of shape (nx, ny, nz), int
    lengths : ndarray of shape (3,)
    """

    name: str
    lattice: Lattice
    axis: int
    strains: FloatArray
    orientations: NDArray[np.float32]
    grains: IntArray
    lengths: FloatArray


def write_predicted_orientations(path: Path, found: PredictedOrientations) -> None:
    """Write the file; equal predictions give equal bytes."""
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["schema"] = SCHEMA
        file.attrs["name"], file.attrs["lattice"] = found.name, found.lattice
        file.attrs["axis"] = found.axis
        file["strains"], file["lengths"] = found.strains, found.lengths
        file["orientations"] = found.orientations.astype(np.float32)
        file["grains"] = found.grains.astype(np.int32)


def read_predicted_orientations(path: Path) -> PredictedOrientations:
    """Read the file.

    Raises
    ------
    FormatError
        If it is not of this schema or is damaged.
    """
    try:
        with h5py.File(path, "r") as file:
            schema = file.attrs.get("schema")
            if schema != SCHEMA:
                problem = f"schema is {schema!r}, expected {SCHEMA!r}"
                raise FormatError(path, problem, remedy=_REMEDY)
            return PredictedOrientations(
                name=str(file.attrs["name"]),
                lattice=file.attrs["lattice"],
                axis=int(file.attrs["axis"]),
                strains=file["strains"][()],
                orientations=file["orientations"][()],
                grains=file["grains"][()].astype(np.int64),
                lengths=file["lengths"][()],
            )
    except FormatError:
        raise
    except (OSError, KeyError, ValueError) as error:
        problem = f"not a readable file of predicted orientations ({error})"
        raise FormatError(path, problem, remedy=_REMEDY) from error
