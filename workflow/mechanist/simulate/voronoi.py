"""Periodic Voronoi microstructures on a voxel grid."""

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from mechanist.core.rotations import random_rotations
from mechanist.core.typing import FloatArray, IntArray

#: A grain of fewer voxels has no interior: its fields would be those of its neighbours.
LEAST_VOXELS: Final = 2
#: Number of draws of the seeds after which the number of grains is rejected.
_DRAWS: Final = 100


class MicrostructureError(ValueError):
    """A microstructure that a grid cannot resolve."""


def check_grains(grains: IntArray) -> None:
    """Raise an error if a grain has fewer than two voxels, or a grain number is unused.

    Parameters
    ----------
    grains : ndarray of shape (nx, ny, nz), int
        Grain of each voxel, from 0.

    Raises
    ------
    MicrostructureError
        If a grain is too small; the message names the smallest one.
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
        Number of points. All of them are redrawn as long as a cell has fewer than two voxels, so
        that a fine microstructure is a little more regular than a random one.
    rng : numpy.random.Generator
        Source of the points.
    lengths : ndarray of shape (3,), optional
        Sides of the box; by default voxels are cubes.

    Returns
    -------
    ndarray of shape (nx, ny, nz), int
        Grain numbers from 0 to ``n_grains - 1``, all of them used.

    Raises
    ------
    MicrostructureError
        If grains have fewer than two voxels on average, or some grain has in each of 100 draws.
    """
    voxels = int(np.prod(shape))
    if n_grains < 1 or min(shape) < 1 or voxels < LEAST_VOXELS * n_grains:
        raise MicrostructureError(
            f"{n_grains} grains on a grid of {shape}, {voxels} voxels; expected at least one grain"
            f" and {LEAST_VOXELS} voxels per grain. Take a finer grid or fewer grains"
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
    """Return the grain and the orientation of every voxel, uniformly random for each grain.

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
