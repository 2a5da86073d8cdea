"""Polycrystals on a regular grid from images of VTK: an orientation, and perhaps a grain, of every voxel."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.core.rotations import RotationError, check_rotations, from_bunge_euler
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.formats.vti_reading import VoxelImage, read_vti
from mechanist.imports.orientation_grains import Segmentation, connected_grains
from mechanist.mechanics.slip_systems import slip_systems

#: Names of the arrays where the entry names none, as this workflow writes them.
ORIENTATIONS: Final = "orientation"
GRAINS: Final = "grain"
#: Keys of an entry that set how an image is read.
IMAGE_KEYS: Final = ("orientations", "grains", "angles", "systems", "threshold")
_QUATERNION: Final = 4
_EULER: Final = 3
#: How many numbers of a voxel an array of orientations has.
_NUMBERS: Final = (_QUATERNION, _EULER)


def import_image(
    path: Path,
    name: str,
    *,
    systems: str,
    axis: int,
    orientations: str = ORIENTATIONS,
    grains: str | None = None,
    angles: Literal["degrees", "radians"] | None = None,
    threshold: float | None = None,
) -> PolycrystalRun:
    """Return the undeformed polycrystal of an image.

    Parameters
    ----------
    path : Path
        Image of VTK, ``.vti``.
    name : str
        Name of the run.
    systems : str
        Table of slip systems.
    axis : int
        Axis of loading.
    orientations : str
        Array of four numbers a voxel, quaternions from crystal to sample, scalar first, or of three,
        Bunge's Euler angles.
    grains : str, optional
        Array of the numbers of grains; by default ``grain`` if the image has it, or else voxels that
        are connected and whose orientations differ by less than ``threshold`` are one grain.
    angles : {"degrees", "radians"}, optional
        Unit of Euler angles, which must then be stated.
    threshold : float, optional
        Misorientation in degrees from which neighbours belong to different grains; 5 by default.

    Raises
    ------
    FormatError, ValueError
        If the image is damaged, an array is missing or no array of orientations or grains, or the
        unit of angles is missing or has no effect.
    """
    image = read_vti(path)
    found = _orientations(image, orientations, angles)
    shape = image.shape
    listed = GRAINS if grains is None and GRAINS in image.components else grains
    if listed is not None and threshold is not None:
        raise ValueError(
            f"threshold: for images without an array of grains only, but {path} has {listed!r}; leave"
            " it out"
        )
    if listed is None:
        options = Segmentation() if threshold is None else Segmentation(threshold=threshold)
        lattice = slip_systems(systems).lattice
        numbers = connected_grains(
            found, np.zeros(shape, dtype=np.int64), [lattice], options.threshold
        )
    else:
        numbers = _grains(image, listed)
    return PolycrystalRun(
        name=name,
        systems=systems,
        lengths=image.steps * shape,
        grains=numbers,
        strains=np.zeros(1),
        orientations=found[None],
        stress=np.zeros((1, *shape, 6)),
        curve=np.zeros((1, 2)),
        axis=axis,
    )


def _orientations(image: VoxelImage, name: str, angles: str | None) -> FloatArray:
    """Return quaternions of all voxels, shape (nx, ny, nz, 4)."""
    sizes: Mapping[str, int] = image.components
    possible = [one for one, k in sizes.items() if k in _NUMBERS]
    if sizes.get(name) not in _NUMBERS:
        seen = (
            f"array {name!r} has {sizes[name]} numbers a voxel"
            if name in sizes
            else f"no array {name!r} of cells, only {list(sizes)}"
        )
        remedy = (
            f"If one of {possible} holds them, name it by the option `orientations`, with `angles:"
            " degrees` or `angles: radians` for Euler angles."
            if possible
            else "None of its arrays can be one of orientations. Write them into the image, or give a"
            " file that has them, in the format map, damask or run."
        )
        problem = (
            f"{seen}; expected orientations: quaternions, four numbers a voxel, scalar first, or Bunge's"
            " Euler angles, three"
        )
        raise FormatError(image.path, problem, remedy=remedy)
    if sizes[name] == _QUATERNION:
        if angles is not None:
            raise ValueError(
                f"angles: for Euler angles only, but {name!r} has four numbers a voxel, which are"
                " quaternions; leave it out"
            )
        values = np.asarray(image.field(name), dtype=float)
        try:
            return check_rotations(values, f"array {name!r}")
        except RotationError as error:
            remedy = "Fill voxels without an orientation, or name another array by `orientations`."
            raise FormatError(image.path, str(error), remedy=remedy) from error
    if angles is None:
        raise ValueError(
            f"{name!r} has three numbers a voxel, which are Bunge's Euler angles; their unit is missing:"
            " state angles: degrees or angles: radians"
        )
    values = np.asarray(image.field(name), dtype=float)
    _check_finite(image, name, values)
    radians = np.radians(values) if angles == "degrees" else values
    if np.abs(radians).max() > 4 * np.pi:
        problem = f"angles of {name!r} reach {np.abs(values).max():.6g} {angles}, expected at most two turns"
        raise FormatError(image.path, problem, remedy="Correct `angles`, or the array.")
    return from_bunge_euler(radians)


def _grains(image: VoxelImage, name: str) -> IntArray:
    """Return numbers of grains from 0, in the order of those in the file."""
    if image.components.get(name) != 1:
        seen = (
            f"array {name!r} has {image.components[name]} numbers a voxel, expected 1"
            if name in image.components
            else f"no array {name!r} of cells, expected one of {list(image.components)}"
        )
        remedy = "Name an array of grains by the option `grains`, or leave it out."
        raise FormatError(image.path, seen, remedy=remedy)
    values = image.field(name)
    _check_finite(image, name, values)
    if (values != np.rint(values)).any():
        problem = f"array {name!r} holds numbers that are not whole, expected numbers of grains"
        raise FormatError(image.path, problem, remedy="Name another array by the option `grains`.")
    _, numbers = np.unique(values, return_inverse=True)
    return numbers.reshape(image.shape).astype(np.int64)


def _check_finite(image: VoxelImage, name: str, values: NDArray[np.generic]) -> None:
    """Refuse an array with voxels that have no number."""
    bad = ~np.isfinite(values)
    if bad.any():
        at = tuple(int(k) for k in np.argwhere(bad)[0])
        problem = f"array {name!r}: {int(bad.sum())} of {bad.size} numbers are not finite, the first at {at}"
        raise FormatError(image.path, problem, remedy="Fill these voxels, or cut them off.")
