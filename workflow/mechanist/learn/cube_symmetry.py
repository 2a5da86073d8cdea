"""Rotations and mirrors of a cube of voxels that leave a load along z unchanged.

They are the sixteen operations of the group 4/mmm: signed permutations Q of the axes that keep z up
to its sign. A voxel at offset o moves to Q o. Its fields rotate by ``P = det(Q) Q``, since lattices
have a centre of inversion: matrices become ``P M P^T`` and axial vectors ``P v``. The operations
only move numbers and change signs, so they are exact.
"""

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.voxel_paths import Kind

Signs = NDArray[np.int8]


@cache
def load_operations() -> FloatArray:
    """Return the operations Q as matrices, shape (16, 3, 3), the identity first; read-only."""
    across = [np.eye(2), np.eye(2)[::-1]]
    signs = list(itertools.product((1.0, -1.0), repeat=3))
    operations = np.zeros((len(across) * len(signs), 3, 3))
    for k, (plane, sign) in enumerate(itertools.product(across, signs)):
        operations[k, :2, :2], operations[k, 2, 2] = plane, 1.0
        operations[k] *= np.array(sign)[:, np.newaxis]
    operations.flags.writeable = False
    return operations


def axial(operations: FloatArray) -> FloatArray:
    """Return ``det(Q) Q``, the action on axial vectors."""
    return operations * np.rint(np.linalg.det(operations))[:, np.newaxis, np.newaxis]


def cube_offsets(radius: int) -> IntArray:
    """Return the offsets of a cube's voxels from its centre, shape ((2 radius + 1)^3, 3)."""
    line = np.arange(-radius, radius + 1)
    return np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1).reshape(-1, 3)


@dataclass(frozen=True, eq=False)
class Images:
    """Symmetry operations on a row of numbers, as permutations with signs.

    Parameters
    ----------
    source : ndarray of shape (n_operations, n), int
        Position in the row of each number of each image.
    sign : ndarray of shape (n_operations, n)
        Sign by which this number is multiplied.
    """

    source: NDArray[np.int32]
    sign: Signs

    def inverse(self) -> "Images":
        """Return the inverse of each operation."""
        source, sign = np.empty_like(self.source), np.empty_like(self.sign)
        for g, (places, signs) in enumerate(zip(self.source, self.sign, strict=True)):
            source[g, places] = np.arange(len(places), dtype=np.int32)
            sign[g, places] = signs
        return Images(source, sign)

    def apply(self, values: NDArray[np.float32], operation: int | IntArray) -> NDArray[np.float32]:
        """Return images of rows, shape (n_rows, n), by one operation or one for each row."""
        if isinstance(operation, int):
            return values[:, self.source[operation]] * self.sign[operation]
        places = self.source[operation]
        return np.take_along_axis(values, places, axis=1) * self.sign[operation]


def images_of(matrices: FloatArray) -> Images:
    """Convert signed permutation matrices, shape (g, n, n), to images.

    Raises
    ------
    ValueError
        If a matrix is not a signed permutation.
    """
    source = np.abs(matrices).argmax(axis=2)
    sign = np.take_along_axis(matrices, source[..., np.newaxis], axis=2)[..., 0]
    filled = (np.abs(matrices) == 1).sum(axis=2)
    if not ((filled == 1).all() and (np.abs(matrices).sum(axis=(1, 2)) == matrices.shape[1]).all()):
        raise ValueError(
            "a matrix is not a signed permutation; expected one entry of +-1 in each row"
        )
    return Images(source.astype(np.int32), sign.astype(np.int8))


def value_images(kind: Kind, width: int) -> Images:
    """Return the action of the operations on the numbers of one voxel.

    Parameters
    ----------
    kind : {"matrix", "axial", "scalar"}
        How the numbers transform.
    width : int
        How many numbers: 9 for each matrix, row by row; 3 for each axial vector.

    Raises
    ------
    ValueError
        If ``width`` is not a multiple of the size of one value.
    """
    turn = axial(load_operations())
    one = {
        "scalar": np.ones((len(turn), 1, 1)),
        "axial": turn,
        "matrix": np.einsum("gij,gkl->gikjl", turn, turn).reshape(len(turn), 9, 9),
    }[kind]
    size = one.shape[1]
    if width % size:
        raise ValueError(f"{width} numbers; expected a multiple of {size} for kind {kind!r}")
    return images_of(np.stack([np.kron(np.eye(width // size), matrix) for matrix in one]))


def joined(parts: list[Images]) -> Images:
    """Return the action of the operations on rows that concatenate several parts."""
    starts = np.cumsum([0, *(part.source.shape[1] for part in parts)])
    source = [part.source + start for part, start in zip(parts, starts[:-1], strict=True)]
    return Images(
        np.concatenate(source, axis=1).astype(np.int32),
        np.concatenate([part.sign for part in parts], axis=1),
    )


def cube_images(radius: int, voxel: Images) -> Images:
    """Return the action on a cube's row: voxels in the order of offsets, then their numbers."""
    offsets, operations = cube_offsets(radius), load_operations()
    width, size = voxel.source.shape[1], 2 * radius + 1
    # The voxel that arrives at o comes from Q^T o.
    before = np.rint(np.einsum("gji,oj->goi", operations, offsets)).astype(int) + radius
    places = (before[..., 0] * size + before[..., 1]) * size + before[..., 2]
    source = places[..., np.newaxis] * width + voxel.source[:, np.newaxis]
    sign = np.repeat(voxel.sign[:, np.newaxis], len(offsets), axis=1)
    return Images(
        source.reshape(len(operations), -1).astype(np.int32), sign.reshape(len(operations), -1)
    )
