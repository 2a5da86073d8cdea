"""Periodic Voronoi microstructures on a voxel grid."""

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from mechanist.core.rotations import random_rotations
from mechanist.core.typing import FloatArray, IntArray

#: A grain of fewer voxels than this has no inside: its fields would be those of its neighbours.
LEAST_VOXELS: Final = 2
#: How often seeds are drawn anew before the number of grains is refused.
_DRAWS: Final = 100


class MicrostructureError(ValueError):
    """A microstructure that a grid cannot resolve."""


def check_grains(grains: IntArray) -> None:
    """Refuse a microstructure with fewer than two voxels a grain, or with numbers left out.

    Parameters
    ----------
    grains : ndarray of shape (nx, ny, nz), int
        Grain of each voxel, from 0 on.

    Raises
    ------
    MicrostructureError
        Naming the smallest grain.
    """
    counts = np.bincount(grains.ravel())
    smallest = int(counts.argmin())
    if counts[smallest] < LEAST_VOXELS:
        raise MicrostructureError(
            f"grain {smallest} of {len(counts)} has {counts[smallest]} voxels on a grid of"
            f" {grains.shape}; expected at least {LEAST_VOXELS}. Take a finer grid or fewer grains"
        )


def voronoi(
    shape: tuple[int, int, int], n_grains: int, rng: np.random.Generator,
    *, lengths: FloatArray | None = None,
) -> IntArray:  # fmt: skip
    """Return the cells of random points in a periodic box.

    Parameters
    ----------
    shape : tuple of int
        Number of voxels along each axis.
    n_grains : int
        Number of points. They are drawn anew, all together, as long as a cell has fewer than two
        voxels, so that a fine microstructure is a little more regular than chance.
    rng : numpy.random.Generator
        Source of the points.
    lengths : ndarray of shape (3,), optional
        Of the box; by default voxels are cubes.

    Returns
    -------
    ndarray of shape (nx, ny, nz), int
        From 0 to ``n_grains - 1``, every number taken.

    Raises
    ------
    MicrostructureError
        If there are fewer than two voxels a grain on average, or in every one of a hundred draws.
    """
    voxels = int(np.prod(shape))
    if n_grains < 1 or min(shape) < 1 or voxels < LEAST_VOXELS * n_grains:
        raise MicrostructureError(
            f"{n_grains} grains on a grid of {shape}, {voxels} voxels; expected at least one grain"
            f" and {LEAST_VOXELS} voxels a grain. Take a finer grid or fewer grains"
        )
    box = np.asarray(shape if lengths is None else lengths, dtype=float)
    axes = [(np.arange(n) + 0.5) * length / n for n, length in zip(shape, box, strict=True)]
    centres = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    for _ in range(_DRAWS):
        points = rng.random((n_grains, 3)) * box
        nearest = cKDTree(points, boxsize=box).query(centres)[1].astype(np.int64)
        counts = np.bincount(nearest, minlength=n_grains)
        if counts.min() >= LEAST_VOXELS:
            return nearest.reshape(shape)
    raise MicrostructureError(
        f"{n_grains} grains on a grid of {shape}: in each of {_DRAWS} draws some grain had fewer"
        f" than {LEAST_VOXELS} voxels. Take a finer grid or fewer grains"
    )


def voronoi_polycrystal(
    shape: tuple[int, int, int], n_grains: int, rng: np.random.Generator
) -> tuple[IntArray, FloatArray]:
    """Return grains and the orientation of every voxel, uniformly random from grain to grain.

    Parameters
    ----------
    shape : tuple of int
        Number of voxels along each axis.
    n_grains : int
        Number of grains.
    rng : numpy.random.Generator
        Source of points and orientations.

    Returns
    -------
    grains : ndarray of shape (nx, ny, nz), int
    orientations : ndarray of shape (nx, ny, nz, 4)
        Quaternions, crystal to sample.
    """
    grains = voronoi(shape, n_grains, rng)
    return grains, random_rotations(n_grains, rng)[grains]
