"""The twin of a view: its particles relaxed in the potential that is known, and their elastic response."""

from dataclasses import dataclass, replace

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray
from mechanist.describe.shared.affine_fits import LocalFit
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import LinearResponse
from mechanist.simulate.minimisation import MinimisationError
from mechanist.simulate.newton import NewtonRelaxer

#: A particle is home if it relaxes to within this distance of its true place.
HOME = 0.05
#: Norm of the force on all particles at which they count as relaxed.
TOLERANCE = 1e-7


@dataclass(frozen=True, eq=False)
class Twin:
    """A relaxed view; its response to several loads shares one factorisation."""

    configuration: Configuration
    response: LinearResponse
    fit: LocalFit

    def d2min(self, load: FloatArray) -> FloatArray:
        """Return D2min per unit strain and neighbour of the elastic response, shape (n,)."""
        return self.fit.d2min(self.response.displacement(load)[None])[0]


def twin_of(glass: Configuration, cutoff: float) -> Twin | None:
    """Return the twin of a periodic view, or None if it has no stable minimum.

    Parameters
    ----------
    glass : Configuration
        Particles as they are known, in a periodic cell, of a material with pair derivatives.
    cutoff : float
        Radius of the neighbourhood of D2min.
    """
    try:
        relaxed = NewtonRelaxer(glass).relax(glass.positions, glass.cell, tolerance=TOLERANCE)
        minimum = replace(glass, positions=relaxed.positions)
        return Twin(minimum, LinearResponse(PairStiffness.of(minimum)), LocalFit(minimum, cutoff))
    except (MinimisationError, ValueError):  # a hole or a mistaken particle left it unstable
        return None


def home(twin: Configuration, truth: FloatArray) -> BoolArray:
    """Return which particles of a periodic twin are where they truly are, shape (n,).

    Parameters
    ----------
    twin : Configuration
    truth : ndarray of shape (n, 3)
        True places of the same particles; a common drift does not count.
    """
    inverse = np.linalg.inv(twin.cell)
    away = (twin.positions - truth) @ inverse
    away = (away - np.rint(away)) @ twin.cell
    away -= np.median(away, axis=0)
    return np.asarray(np.linalg.norm(away[:, :2], axis=1) < HOME)
