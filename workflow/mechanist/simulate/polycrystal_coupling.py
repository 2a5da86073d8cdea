"""Coupling between crystals: equilibrium on a grid, a common strain, or none."""

from typing import Protocol

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.mechanics.green_operator import GreenOperator
from mechanist.simulate.polycrystal_load import Loading


class Coupling(Protocol):
    """Coupling between the crystals of an aggregate."""

    def respond(self, stress: FloatArray, stiffness: FloatArray, loading: Loading) -> FloatArray:
        """Return the strain, shape (6, n), with which a medium relaxes a stress field."""

    def spin(self, strain: FloatArray) -> FloatArray:
        """Return the rotation vectors, shape (n, 3), that accompany a strain field (6, n)."""


class Grid:
    """Equilibrium on a periodic grid: the full field.

    Parameters
    ----------
    green : GreenOperator
        Green operator of the grid; its medium is set again whenever it changes.
    """

    def __init__(self, green: GreenOperator) -> None:
        self.green = green

    def respond(self, stress: FloatArray, stiffness: FloatArray, loading: Loading) -> FloatArray:
        """Return the strain fluctuation plus the change of the mean strain."""
        if stiffness is not self.green.stiffness:
            self.green.set_stiffness(stiffness)
        strain = self.green.strain_components(stress.reshape(6, *self.green.shape)).reshape(6, -1)
        strain -= (loading.relaxation(stiffness) @ stress.mean(axis=1))[:, None]
        return strain

    def spin(self, strain: FloatArray) -> FloatArray:
        """Return half the curl of the displacement field of the strain."""
        return self.green.spin(strain.reshape(6, *self.green.shape)).reshape(3, -1).T


class Taylor:
    """One strain for all crystals: an upper bound of the stress."""

    def respond(self, stress: FloatArray, stiffness: FloatArray, loading: Loading) -> FloatArray:
        """Return the change of the common strain."""
        change = -loading.relaxation(stiffness) @ stress.mean(axis=1)
        return np.repeat(change[:, None], stress.shape[1], axis=1)

    def spin(self, strain: FloatArray) -> FloatArray:
        """Return zeros: crystals rotate only by slip."""
        return np.zeros((strain.shape[1], 3))


class Apart(Taylor):
    """Independent single crystals, each under the load by itself."""

    def respond(self, stress: FloatArray, stiffness: FloatArray, loading: Loading) -> FloatArray:
        """Return the change of each crystal's strain."""
        return np.asarray(-np.einsum("ab,bn->an", loading.relaxation(stiffness), stress))
