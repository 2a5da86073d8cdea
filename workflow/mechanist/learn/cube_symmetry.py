"""Turns and mirrors of a cube of voxels that leave a load along z as it is.

They are the sixteen operations of the group 4/mmm: signed permutations Q of the axes that keep z up
to its sign. A voxel at offset o goes to Q o. What it holds turns by ``P = det(Q) Q``, since lattices
have a centre of inversion: matrices become ``P M P^T`` and axial vectors ``P v``. All of it only
moves numbers and changes signs, so it is exact.
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
    """Return ``det(Q) Q``, by which axial vectors turn."""
    return operations * np.rint(np.linalg.det(operations))[:, np.newaxis, np.newaxis]


def cube_offsets(radius: int) -> IntArray:
    """Return the offsets of a cube's voxels from its centre, shape ((2 radius + 1)^3, 3)."""
    line = np.arange(-radius, radius + 1)
    return np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1).reshape(-1, 3)


@dataclass(frozen=True, eq=False)
class Images:
    """What operations do to a row of numbers: a number from elsewhere in the row, with a sign.

    Parameters
    ----------
    source : ndarray of shape (n_operations, n), int
        The image's i-th number is the ``source[g, i]``-th of the row.
    sign : ndarray of shape (n_operations, n)
        Times this.
    """

    source: NDArray[np.int32]
    sign: Signs

    def inverse(self) -> "Images":
        """Return what undoes each operation."""
        source, sign = np.empty_like(self.source), np.empty_like(self.sign)
        for g, (places, signs) in enumerate(zip(self.source, self.sign, strict=True)):
            source[g, places] = np.arange(len(places), dtype=np.int32)
            sign[g, places] = signs
        return Images(source, sign)

    def apply(self, values: NDArray[np.float32], operation: int | IntArray) -> NDArray[np.float32]:
        """Return images of rows, shape (n_rows, n), by one operation or by one for each row."""
        if isinstance(operation, int):
            return values[:, self.source[operation]] * self.sign[operation]
        places = self.source[operation]
        return np.take_along_axis(values, places, axis=1) * self.sign[operation]


def images_of(matrices: FloatArray) -> Images:
    """Return signed permutation matrices, shape (g, n, n), as where numbers come from.

    Raises
    ------
    ValueError
        If a matrix is no signed permutation.
    """
    source = np.abs(matrices).argmax(axis=2)
    sign = np.take_along_axis(matrices, source[..., np.newaxis], axis=2)[..., 0]
    filled = (np.abs(matrices) == 1).sum(axis=2)
    if not ((filled == 1).all() and (np.abs(matrices).sum(axis=(1, 2)) == matrices.shape[1]).all()):
        raise ValueError("a matrix is no signed permutation; expected one entry of +-1 in each row")
    return Images(source.astype(np.int32), sign.astype(np.int8))


def value_images(kind: Kind, width: int) -> Images:
    """Return what operations do to the numbers of one voxel.

    Parameters
    ----------
    kind : {"matrix", "axial", "scalar"}
        How they turn.
    width : int
        How many numbers: matrices of nine row by row, axial vectors of three, one after the other.

    Raises
    ------
    ValueError
        If they do not divide into matrices or vectors.
    """
    turn = axial(load_operations())
    one = {
        "scalar": np.ones((len(turn), 1, 1)),
        "axial": turn,
        "matrix": np.einsum("gij,gkl->gikjl", turn, turn).reshape(len(turn), 9, 9),
    }[kind]
    size = one.shape[1]
    if width % size:
        raise ValueError(f"{width} numbers do not divide into {kind} values of {size}")
    return images_of(np.stack([np.kron(np.eye(width // size), matrix) for matrix in one]))


def joined(parts: list[Images]) -> Images:
    """Return what operations do to rows of several parts, one after the other."""
    starts = np.cumsum([0, *(part.source.shape[1] for part in parts)])
    source = [part.source + start for part, start in zip(parts, starts[:-1], strict=True)]
    return Images(
        np.concatenate(source, axis=1).astype(np.int32),
        np.concatenate([part.sign for part in parts], axis=1),
    )


def cube_images(radius: int, voxel: Images) -> Images:
    """Return what operations do to a cube: voxels in the order of offsets, numbers within them."""
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
