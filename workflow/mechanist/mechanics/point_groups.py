"""Proper rotations of the crystal point groups, as matrices in the crystal frame.

Slip systems are planes and directions without sign, which inversion leaves unchanged; the proper
rotations therefore act on them like the whole Laue group.
"""

import itertools
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, get_args

import numpy as np

from mechanist.core.typing import FloatArray, Lattice

#: Rotation by 60 degrees about the c axis, accurate to the last digit.
_SIXTH: Final = np.array(
    [[0.5, -np.sqrt(3.0) / 2.0, 0.0], [np.sqrt(3.0) / 2.0, 0.5, 0.0], [0.0, 0.0, 1.0]]
)
_HALF_ABOUT_A: Final = np.diag([1.0, -1.0, -1.0])


def proper_rotations(lattice: Lattice) -> FloatArray:
    """Return the proper rotations of a lattice, the identity first.

    Parameters
    ----------
    lattice : {"cubic", "hexagonal"}
        Laue group m-3m with the axes along the cube's edges, or 6/mmm with c along z and an a axis
        along x.

    Returns
    -------
    ndarray of shape (24, 3, 3) or (12, 3, 3)
        Matrices that rotate crystal vectors.

    Raises
    ------
    ValueError
        If the lattice is unknown.
    """
    if lattice not in get_args(Lattice):
        raise ValueError(f"lattice is {lattice!r}; expected one of {list(get_args(Lattice))}")
    return np.array(_rotations(lattice))


@lru_cache
def _rotations(lattice: Lattice) -> Sequence[FloatArray]:
    if lattice == "cubic":
        signed = [
            np.diag(signs)[list(axes)]
            for axes in itertools.permutations(range(3))
            for signs in itertools.product((1.0, -1.0), repeat=3)
        ]
        return tuple(matrix for matrix in signed if np.linalg.det(matrix) > 0)
    turns = [np.eye(3)]
    for _ in range(5):
        turns.append(_SIXTH @ turns[-1])
    return tuple(turns + [turn @ _HALF_ABOUT_A for turn in turns])
