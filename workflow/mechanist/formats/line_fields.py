"""Dislocation densities and Nye tensors per voxel, in one HDF5 file for all snapshots of a run.

Layout (``mechanist.line_fields/1``)::

    /                  attributes: schema, names (JSON: a name for each density), lengths in m, about (JSON)
    /snapshots/<k>     attribute: time in s, NaN where unknown
        density        shape (nx, ny, nz, n_names), 1/m^2
        nye            shape (nx, ny, nz, 3, 3), 1/m; Burgers vector first, line second
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import h5py
import numpy as np

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray

SCHEMA: Final = "mechanist.line_fields/1"
_REMEDY: Final = "Delete it and run the workflow again."


@dataclass(frozen=True, eq=False)
class LineFields:
    """Fields of all snapshots.

    Parameters
    ----------
    names : tuple of str
        Name of each density: slip systems, then lines without a slip system.
    lengths : ndarray of shape (3,)
        Edges of the box in m.
    times : ndarray of shape (n,)
        Time of each snapshot in s, NaN where unknown.
    density : ndarray of shape (n, nx, ny, nz, n_names)
        Line length per volume, 1/m^2.
    nye : ndarray of shape (n, nx, ny, nz, 3, 3)
        Nye tensor, 1/m.
    about : dict
        Where the fields come from; anything JSON can hold.

    Raises
    ------
    ValueError
        If shapes do not agree, a field is not finite or a density is negative.
    """

    names: tuple[str, ...]
    lengths: FloatArray
    times: FloatArray
    density: FloatArray
    nye: FloatArray
    about: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Validate that all fields are finite and on one grid."""
        grid = self.density.shape[:4]
        expected = {"density": (*grid, len(self.names)), "nye": (*grid, 3, 3)}
        for key, shape in expected.items():
            values: FloatArray = getattr(self, key)
            if values.shape != shape or len(values) != len(self.times):
                raise ValueError(f"{key} has shape {values.shape}, expected {shape} with"
                                 f" {len(self.times)} snapshots")  # fmt: skip
            if not np.isfinite(values).all():
                raise ValueError(f"{key} holds values that are not finite")
        if self.density.min(initial=0.0) < 0:
            raise ValueError(
                f"smallest density is {self.density.min():g}, expected no negative density"
            )


def write_line_fields(path: Path, fields: LineFields) -> None:
    """Write fields in one step; equal fields give equal bytes."""
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["schema"] = SCHEMA
        file.attrs["names"] = json.dumps(fields.names)
        file.attrs["lengths"] = fields.lengths
        file.attrs["about"] = json.dumps(fields.about, sort_keys=True)
        for k, time in enumerate(fields.times):
            group = file.create_group(f"snapshots/{k}")
            group.attrs["time"] = time
            group["density"] = fields.density[k]
            group["nye"] = fields.nye[k]


def read_line_fields(path: Path) -> LineFields:
    """Read fields.

    Raises
    ------
    FormatError
        If the file is not of this schema, is damaged or its data fail :class:`LineFields`.
    """
    try:
        with h5py.File(path, "r") as file:
            schema = file.attrs.get("schema")
            if schema != SCHEMA:
                problem = f"schema is {schema!r}, expected {SCHEMA!r}"
                raise FormatError(path, problem, remedy=_REMEDY)
            groups = [file[f"snapshots/{k}"] for k in range(len(file["snapshots"]))]
            return LineFields(
                names=tuple(json.loads(file.attrs["names"])),
                lengths=file.attrs["lengths"][()],
                times=np.array([float(group.attrs["time"]) for group in groups]),
                density=np.array([group["density"][()] for group in groups]),
                nye=np.array([group["nye"][()] for group in groups]),
                about=json.loads(file.attrs["about"]),
            )
    except FormatError:
        raise
    except (OSError, KeyError, ValueError) as error:
        raise FormatError(path, f"not readable line fields ({error})", remedy=_REMEDY) from error
