"""Mean orientations of grains, up to the symmetry of the crystal."""

from typing import Final

import numpy as np

from mechanist.core.rotations import compose, conjugate, positive
from mechanist.core.typing import FloatArray, IntArray, Lattice
from mechanist.mechanics.misorientations import point_group

#: Voxels whose equivalents are compared at once, so that memory stays bounded.
_CHUNK: Final = 65536


def mean_orientations(orientations: FloatArray, grains: IntArray, lattice: Lattice) -> FloatArray:
    """Return the mean orientation of each grain.

    Of each voxel, the equivalent is taken that is nearest to the first voxel of its grain. The mean of
    these minimises the sum of squared distances between rotation matrices: Markley et al. (2007),
    https://doi.org/10.2514/1.28949.

    Parameters
    ----------
    orientations : ndarray of shape (n, 4)
        Unit quaternions from crystal to sample.
    grains : ndarray of shape (n,), int
        Number of the grain of each voxel, from 0, without gaps.
    lattice : {"cubic", "hexagonal"}

    Returns
    -------
    ndarray of shape (n_grains, 4)
        Unit quaternions.
    """
    _, first = np.unique(grains, return_index=True)
    group = point_group(lattice)
    sums = np.zeros((len(first), 4, 4))
    for begin in range(0, len(grains), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        q = np.asarray(orientations[part], dtype=float)
        wanted = compose(conjugate(q), np.asarray(orientations, float)[first][grains[part]])
        nearest = np.abs(wanted @ group.T).argmax(axis=-1)
        like = compose(q, group[nearest])
        np.add.at(sums, grains[part], like[:, :, None] * like[:, None, :])
    # The largest eigenvalue is the last.
    return positive(np.linalg.eigh(sums)[1][..., -1])
