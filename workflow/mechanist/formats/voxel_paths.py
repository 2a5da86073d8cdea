"""Training data of surrogates: fields of each voxel before loading, and its lattice rotations.

Layout (``mechanist.voxel_paths/1``)::

    /             attribute: schema
    /samples/<k>  attributes: name, system, lattice
        grains        grain of each voxel, shape (nx, ny, nz), in which loading is along z
        strains       macroscopic strain of each step, positive, shape (n_steps,)
        rotations     rotation vector in radians of each voxel's lattice since the start, in the
                      sample frame, shape (nx, ny, nz, n_steps, 3), single precision
        stress        macroscopic axial stress at each step in MPa, shape (n_steps,)
        fields/<name> known before loading, shape (nx, ny, nz, ...), single precision

Names of fields state after a colon how they rotate with the sample: ``orientation:matrix`` holds
matrices (..., k, 3, 3), ``elastic_rotation:axial`` axial vectors (..., 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast, get_args

import h5py
import numpy as np
from numpy.typing import NDArray

from mechanist.core.atomic import replacing
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray, Lattice

SCHEMA: Final = "mechanist.voxel_paths/1"
#: How a field rotates with the sample: matrices ``P M P^T``, axial vectors ``P v``, or not at all.
Kind = Literal["matrix", "axial", "scalar"]
Single = NDArray[np.float32]
_REMEDY: Final = "Delete it and run the workflow again."


@dataclass(frozen=True, eq=False)
class VoxelPaths:
    """One microstructure under tension or compression along z.

    Parameters
    ----------
    name, system : str
        Unique name of the sample, and name of its system.
    lattice : {"cubic", "hexagonal"}
    grains : ndarray of shape (nx, ny, nz), int
    strains : ndarray of shape (n_steps,)
        Absolute value of the macroscopic strain at each step.
    rotations : ndarray of shape (nx, ny, nz, n_steps, 3)
        Rotation vectors since the start, radians.
    stress : ndarray of shape (n_steps,)
        Macroscopic axial stress, MPa.
    fields : dict of str to ndarray
        By ``<name>:<kind>``, each of shape (nx, ny, nz, ...).

    Raises
    ------
    ValueError
        If shapes do not agree, a number is not finite or a field's kind is unknown.
    """

    name: str
    system: str
    lattice: Lattice
    grains: IntArray
    strains: FloatArray
    rotations: Single
    stress: FloatArray
    fields: dict[str, Single]

    def __post_init__(self) -> None:
        """Validate shapes, kinds and values."""
        shape, steps = self.grains.shape, len(self.strains)
        expected = {"rotations": (*shape, steps, 3), "stress": (steps,)}
        arrays: dict[str, FloatArray | Single] = {
            "rotations": self.rotations,
            "stress": self.stress,
            "strains": self.strains,
        }
        for key, wanted in expected.items():
            if arrays[key].shape != wanted:
                raise ValueError(f"{self.name}, {key}: shape is {arrays[key].shape}, expected"
                                 f" {wanted} for {shape} voxels and {steps} steps")  # fmt: skip
        for key, values in self.fields.items():
            kind = key.partition(":")[2]
            if kind not in get_args(Kind):
                raise ValueError(f"{self.name}, field {key!r}: kind is {kind!r}, expected one of"
                                 f" {list(get_args(Kind))} after a colon")  # fmt: skip
            if values.shape[:3] != shape:
                raise ValueError(f"{self.name}, field {key!r}: shape is {values.shape}, expected"
                                 f" {shape} first, one value per voxel")  # fmt: skip
        for key, numbers in {**arrays, **self.fields}.items():
            if not np.isfinite(numbers).all():
                raise ValueError(f"{self.name}, {key}: {int((~np.isfinite(numbers)).sum())} numbers"
                                 " are not finite; expected finite ones")  # fmt: skip

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of voxels along each axis."""
        nx, ny, nz = self.grains.shape
        return nx, ny, nz

    @property
    def n_voxels(self) -> int:
        """Number of voxels."""
        return self.grains.size

    def field(self, name: str) -> tuple[Kind, Single]:
        """Return kind and values, shape (n_voxels, ...) in C order, of a field.

        Raises
        ------
        ValueError
            If there is no field of that name.
        """
        for key, values in self.fields.items():
            bare, _, kind = key.partition(":")
            if bare == name:
                return cast("Kind", kind), values.reshape(self.n_voxels, *values.shape[3:])
        known = sorted(key.partition(":")[0] for key in self.fields)
        raise ValueError(f"{self.name} has no field {name!r}; known are {known}")

    def paths(self) -> FloatArray:
        """Return the rotation vectors of each voxel, shape (n_voxels, n_steps, 3)."""
        return self.rotations.reshape(self.n_voxels, -1, 3).astype(np.float64)


def write_voxel_paths(path: Path, samples: Sequence[VoxelPaths]) -> None:
    """Write samples to ``path`` in one step; equal samples give equal bytes.

    Raises
    ------
    ValueError
        If there is no sample, or two share a name.
    """
    names = [sample.name for sample in samples]
    if not names or len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"{path}: {len(names)} samples, names that occur twice: {twice}; expected"
                         " at least one, and unique names")  # fmt: skip
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["schema"] = SCHEMA
        for k, sample in enumerate(samples):
            group = file.create_group(f"samples/{k}")
            for key in ("name", "system", "lattice"):
                group.attrs[key] = getattr(sample, key)
            group["grains"] = sample.grains.astype(np.int32)
            group["strains"], group["stress"] = sample.strains, sample.stress
            group["rotations"] = sample.rotations.astype(np.float32)
            for name, values in sorted(sample.fields.items()):
                group[f"fields/{name}"] = values.astype(np.float32)


def read_voxel_paths(path: Path) -> list[VoxelPaths]:
    """Read all samples of a file, in the order in which they were written.

    Raises
    ------
    FormatError
        If the file is not of this schema or is damaged.
    """
    try:
        with h5py.File(path, "r") as file:
            schema = file.attrs.get("schema")
            if schema != SCHEMA:
                problem = f"schema is {schema!r}, expected {SCHEMA!r}"
                raise FormatError(path, problem, remedy=_REMEDY)
            return [_sample(file["samples"][str(k)]) for k in range(len(file["samples"]))]
    except FormatError:
        raise
    except (OSError, KeyError, ValueError) as error:
        problem = f"not a readable file of voxel paths ({error})"
        raise FormatError(path, problem, remedy=_REMEDY) from error


def _sample(group: h5py.Group) -> VoxelPaths:
    return VoxelPaths(
        name=str(group.attrs["name"]),
        system=str(group.attrs["system"]),
        lattice=group.attrs["lattice"],
        grains=group["grains"][()].astype(np.int64),
        strains=group["strains"][()],
        rotations=group["rotations"][()],
        stress=group["stress"][()],
        fields={name: values[()] for name, values in group["fields"].items()},
    )
