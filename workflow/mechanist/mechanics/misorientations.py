"""Orientations up to crystal symmetry: equivalents, the fundamental zone, misorientations."""

from functools import cache
from typing import Final

import numpy as np

from mechanist.core.rotations import compose, conjugate, matrix_to_quaternion, positive
from mechanist.core.typing import FloatArray, Lattice
from mechanist.mechanics.point_groups import proper_rotations

#: Equivalent rotations are tied if the cosines of their half angles differ by less than this.
TIE: Final = 1e-9


@cache
def point_group(lattice: Lattice) -> FloatArray:
    """Return the proper rotations of a lattice as quaternions; the array is read-only."""
    group = matrix_to_quaternion(proper_rotations(lattice))
    group.flags.writeable = False
    return group


def fundamental_zone(quaternions: FloatArray, lattice: Lattice) -> FloatArray:
    """Return the equivalent orientation with the smallest rotation angle.

    Parameters
    ----------
    quaternions : ndarray of shape (..., 4)
        Orientations.
    lattice : {"cubic", "hexagonal"}
        Lattice whose point group is used.

    Returns
    -------
    ndarray of shape (..., 4)
        Orientations with a positive scalar part; on the boundary of the zone the first of the tied
        operations is used.
    """
    q = np.asarray(quaternions, dtype=float)
    group = point_group(lattice)
    scalars = np.abs(q @ conjugate(group).T)  # scalar part of compose(q, s) for every s
    chosen = np.argmax(scalars > scalars.max(axis=-1, keepdims=True) - TIE, axis=-1)
    return positive(compose(q, group[chosen]))


def misorientation(left: FloatArray, right: FloatArray, lattice: Lattice) -> FloatArray:
    """Return the smallest angle in degrees between equivalents of two orientations, broadcasting.

    Parameters
    ----------
    left, right : ndarray of shape (..., 4)
        Orientations of crystals of the same lattice.
    lattice : {"cubic", "hexagonal"}
        Lattice whose point group is used.
    """
    difference = compose(conjugate(left), right)
    nearest = fundamental_zone(difference, lattice)
    sine = np.linalg.norm(nearest[..., 1:], axis=-1)
    return np.degrees(2.0 * np.arctan2(sine, np.abs(nearest[..., 0])))
