"""Orientations of crystals as smooth tensor components, invariant under crystal symmetry.

A quaternion in the fundamental zone jumps at the faces of the zone: two crystals with nearly the
same orientation can have very different quaternions. The lowest-rank tensors with the symmetry of
the lattice have no such jumps. For a cubic crystal with edges ``a`` in the sample frame the tensor
is

``T_ijkl = sum_a a_i a_j a_k a_l``, of which ``T_iiij - (3/5) delta_ij`` holds all nine free numbers,

those of the traceless part of a symmetric fourth-rank tensor. A hexagonal crystal needs its c axis,
as ``c_i c_j - delta_ij / 3``, and the sixth-rank tensor of its a axes, as ``sum_a a_i^5 a_j``. A
signed permutation Q of the sample axes takes each of these matrices M to ``Q M Q^T`` to the last
digit, since the third and fifth powers are odd and keep signs.
"""

from typing import Final

import numpy as np

from mechanist.core.rotations import quaternion_to_matrix
from mechanist.core.typing import FloatArray, Lattice

#: Mean of ``T_iiii`` over all orientations of a cubic crystal.
_CUBIC_MEAN: Final = 3.0 / 5.0
#: Mean of ``sum_a a_i^6``: three times the sixth moment of one component of a random unit vector.
_HEXAGONAL_MEAN: Final = 3.0 / 7.0
#: The three a axes of a hexagonal crystal in its own frame, as columns.
_A_AXES: Final = np.array([[np.cos(k * np.pi / 3), np.sin(k * np.pi / 3), 0.0] for k in range(3)]).T


def orientation_harmonics(quaternions: FloatArray, lattice: Lattice) -> FloatArray:
    """Return matrices that are equal for equivalent orientations and only for those.

    Parameters
    ----------
    quaternions : ndarray of shape (..., 4)
        Unit quaternions, scalar first, active from crystal to sample.
    lattice : {"cubic", "hexagonal"}
        Crystal symmetry.

    Returns
    -------
    ndarray of shape (..., k, 3, 3)
        One matrix (cubic) or two (hexagonal), dimensionless, of zero mean over all orientations.
    """
    axes = quaternion_to_matrix(quaternions)
    identity = np.eye(3)
    if lattice == "cubic":
        fourth = axes**3 @ np.swapaxes(axes, -1, -2) - _CUBIC_MEAN * identity
        return np.asarray(fourth[..., np.newaxis, :, :])
    c = axes[..., :, 2]
    second = c[..., :, np.newaxis] * c[..., np.newaxis, :] - identity / 3
    basal = axes @ _A_AXES
    sixth = basal**5 @ np.swapaxes(basal, -1, -2) - _HEXAGONAL_MEAN * identity
    return np.stack([second, sixth], axis=-3)
