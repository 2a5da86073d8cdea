"""What makes crystals one body: equilibrium on a grid, one strain for all, or nothing."""

from typing import Protocol

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.mechanics.green_operator import GreenOperator
from mechanist.simulate.polycrystal_load import Loading


class Coupling(Protocol):
    """What makes crystals one body."""

    def respond(self, stress: FloatArray, stiffness: FloatArray, loading: Loading) -> FloatArray:
        """Return the strain, shape (6, n), by which a medium gives way to a stress field."""

    def spin(self, strain: FloatArray) -> FloatArray:
        """Return the rotation vectors, shape (n, 3), that go with a strain field (6, n)."""


class Grid:
    """Equilibrium on a periodic grid: the full field.

    Parameters
    ----------
    green : GreenOperator
        Of the grid; its medium is set anew in every step.
    """

    def __init__(self, green: GreenOperator) -> None:
        self.green = green

    def respond(self, stress: FloatArray, stiffness: FloatArray, loading: Loading) -> FloatArray:
        """Return fluctuation and change of the mean."""
        if stiffness is not self.green.stiffness:
            self.green.set_stiffness(stiffness)
        strain = self.green.strain_components(stress.reshape(6, *self.green.shape)).reshape(6, -1)
        strain -= (loading.relaxation(stiffness) @ stress.mean(axis=1))[:, None]
        return strain

    def spin(self, strain: FloatArray) -> FloatArray:
        """Return half the curl of the displacement whose gradient the strain is part of."""
        return self.green.spin(strain.reshape(6, *self.green.shape)).reshape(3, -1).T


class Taylor:
    """One strain for all crystals: an upper bound of the stress."""

    def respond(self, stress: FloatArray, stiffness: FloatArray, loading: Loading) -> FloatArray:
        """Return the change of the common strain."""
        change = -loading.relaxation(stiffness) @ stress.mean(axis=1)
        return np.repeat(change[:, None], stress.shape[1], axis=1)

    def spin(self, strain: FloatArray) -> FloatArray:
        """Return zeros: no crystal turns but by slip."""
        return np.zeros((strain.shape[1], 3))


class Apart(Taylor):
    """Single crystals that do not know of each other, each under the load by itself."""

    def respond(self, stress: FloatArray, stiffness: FloatArray, loading: Loading) -> FloatArray:
        """Return the change of each crystal's strain."""
        return np.asarray(-np.einsum("ab,bn->an", loading.relaxation(stiffness), stress))
