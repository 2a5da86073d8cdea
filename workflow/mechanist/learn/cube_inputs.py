"""Cubes of voxels with periodic neighbours, as rows for estimators.

A cube's row holds the named fields of all its voxels. Each field is divided by one number, its root
mean square over the training voxels. Nothing is shifted and all components are scaled alike, so
that rotating a cube and scaling it commute.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_symmetry import Images, cube_images, cube_offsets, joined, value_images

Single = NDArray[np.float32]
#: Root mean square below which a field counts as zero and is not scaled.
CONSTANT = 1e-12


@dataclass(frozen=True, eq=False)
class CubeLayout:
    """Which fields of which voxels make up a row, and their scales.

    Parameters
    ----------
    radius : int
        0 for a single voxel, 1 for cubes of 3 x 3 x 3.
    fields : tuple of str
        Fields read at every voxel of the cube.
    central : tuple of str
        Fields read at the central voxel only.
    scales : dict of str to float
        Root mean square of each field.
    images : Images
        Action of the loading symmetry operations on a row.
    widths : dict of str to int
        Numbers of each field at one voxel.
    """

    radius: int
    fields: tuple[str, ...]
    central: tuple[str, ...]
    scales: dict[str, float]
    images: Images
    widths: dict[str, int]

    @property
    def width(self) -> int:
        """Length of a row."""
        return self.images.source.shape[1]

    def rows(self, sample: VoxelPaths) -> Single:
        """Return the cube about every voxel, shape (n_voxels, width), voxels in C order."""
        parts = []
        if self.fields:
            values = _values(sample, self.fields, self.scales)
            around = neighbours(sample.shape, self.radius)
            parts.append(values[around].reshape(sample.n_voxels, -1))
        if self.central:
            parts.append(_values(sample, self.central, self.scales))
        return np.concatenate(parts, axis=1)


def make_layout(
    samples: Sequence[VoxelPaths], *, radius: int, fields: Sequence[str], central: Sequence[str]
) -> CubeLayout:
    """Return the layout of rows, with scales from the training samples.

    Parameters
    ----------
    samples : sequence of VoxelPaths
        Training samples.
    radius, fields, central
        As in :class:`CubeLayout`.

    Raises
    ------
    ValueError
        If no field is named, a sample lacks a field, or a cell is smaller than the cube.
    """
    if not (fields or central):
        raise ValueError("no field is named; expected at least one under fields or central")
    for sample in samples:
        if fields and min(sample.shape) < 2 * radius + 1:
            raise ValueError(
                f"{sample.name}: {sample.shape} voxels hold no cube of {2 * radius + 1} a side"
                " without repeating; use a larger cell or a smaller cube"
            )
    scales, parts, widths = {}, {}, {}
    for name in (*fields, *central):
        squares = [float((sample.field(name)[1].astype(float) ** 2).mean()) for sample in samples]
        size = float(np.sqrt(np.mean(squares)))
        scales[name] = size if size > CONSTANT else 1.0
        kind, values = samples[0].field(name)
        widths[name] = int(values[0].size)
        parts[name] = value_images(kind, widths[name])
    images = row_images(radius, [parts[name] for name in fields], [parts[name] for name in central])
    return CubeLayout(radius, tuple(fields), tuple(central), scales, images, widths)


def row_images(radius: int, fields: Sequence[Images], central: Sequence[Images]) -> Images:
    """Return the action of the operations on a row, from those on each field of one voxel."""
    images = []
    if fields:
        images.append(cube_images(radius, joined(list(fields))))
    if central:
        images.append(joined(list(central)))
    return joined(images)


def guess_increments(guess: FloatArray, sizes: FloatArray) -> Single:
    """Return the increments of guessed rotations as recurrent networks read them.

    Parameters
    ----------
    guess : ndarray of shape (n, n_steps, 3)
        Total guessed rotations, radians.
    sizes : ndarray of shape (n_steps,)
        Root mean square of the rotation to learn at each step, radians.

    Returns
    -------
    ndarray of shape (n, n_steps, 3)
        In units of the last size over the number of steps.
    """
    steps = np.diff(guess, axis=1, prepend=0.0) * (guess.shape[1] / sizes[-1])
    return np.asarray(steps, np.float32)


def neighbours(shape: tuple[int, int, int], radius: int) -> IntArray:
    """Return the voxels of the periodic cube around each voxel, shape (n_voxels, (2r + 1)^3)."""
    at = np.indices(shape).reshape(3, -1).T[:, np.newaxis] + cube_offsets(radius)
    return np.asarray(np.ravel_multi_index(tuple(np.moveaxis(at, -1, 0)), shape, mode="wrap"))


def _values(sample: VoxelPaths, names: Sequence[str], scales: dict[str, float]) -> Single:
    """Return scaled fields side by side, shape (n_voxels, width)."""
    columns = [
        sample.field(name)[1].reshape(sample.n_voxels, -1) / np.float32(scales[name])
        for name in names
    ]
    return np.concatenate(columns, axis=1)
