"""The twin of a picture with edges: relaxed in the known potential, with a rim that stays where it is.

Beyond the edge of a picture nothing is known, so that particles near it cannot be relaxed. They form a
*rim*, as wide as the potential reaches, and hold the others. A relaxed twin also tells which species
are mistaken: a large particle that is taken for a small one lets its neighbours move away from where
the picture shows them. Doubtful species are therefore tried, and kept if they explain the picture better.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.spatial import cKDTree

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.describe.shared.affine_fits import LocalFit
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import SINGULAR, hessian
from mechanist.mechanics.materials.material import material_of
from mechanist.mechanics.stiffness_solvers import stiffness_solver
from mechanist.simulate.landscape import Landscape

#: Steps of the minimiser.
STEPS: Final = 1000
#: Largest remaining force on a coordinate, in the unit of energy per length.
FORCE: Final = 1e-5
#: The same where two species of one particle are compared.
ROUGH: Final = 1e-2
#: Particles that move when a species is tried, and those that act on them, in reaches of the potential.
MOVING: Final = 1.2
ACTING: Final = 2.2
#: Species of which the look is more certain than this are not tried.
CERTAIN: Final = 1e-3
#: First step of the minimiser, as root mean square of the displacement of a particle: larger ones jump
#: over barriers, and a right species then seems to be wrong.
FIRST: Final = 0.008


@dataclass(frozen=True, eq=False)
class RimmedTwin:
    """A view whose inner particles are relaxed.

    Parameters
    ----------
    configuration : Configuration
        Particles at their relaxed places, in a cell with an empty strip about the view.
    free : ndarray of shape (n,), bool
        Particles that were relaxed; the others are the rim.
    """

    configuration: Configuration
    free: BoolArray

    def d2min(self, loads: list[FloatArray], cutoff: float) -> list[FloatArray]:
        """Return D2min per unit strain and neighbour of the elastic response to each load, shape (n,).

        Parameters
        ----------
        loads : list of ndarray of shape (3, 3)
            Symmetric strain directions; the rim follows them affinely.
        cutoff : float
            Radius of the neighbourhood.

        Raises
        ------
        ValueError
            If the view is in no stable equilibrium under this potential, or a particle has too few
            neighbours.
        """
        pairs = PairStiffness.of(self.configuration)
        coordinates = np.flatnonzero(np.repeat(self.free, 2))
        inner = hessian(pairs)[coordinates][:, coordinates].tocsc()
        solver, lowest = stiffness_solver(inner, self.configuration.positions[self.free, :2])
        if solver is None and lowest == 0:
            raise ValueError("the view is in no stable equilibrium: a particle is free")
        if solver is None or not lowest > SINGULAR:
            raise ValueError(
                "the view is in no stable equilibrium of this potential: its stiffness has a negative"
                " eigenvalue"
            )
        fit = LocalFit(self.configuration, cutoff)
        found = []
        for load in loads:
            stretched = np.einsum("kpq,kq->kp", pairs.blocks, pairs.vectors @ load[:2, :2])
            moved = np.zeros((len(self.free), 2))
            force = pairs.sum_over_pairs(stretched)[self.free]
            moved[self.free] = solver.solve(force.ravel()).reshape(-1, 2)
            found.append(fit.d2min(moved[None])[0])
        return found


def relaxed_within_rim(glass: Configuration, free: BoolArray) -> RimmedTwin:
    """Relax the particles that are free, and hold the others.

    Parameters
    ----------
    glass : Configuration
        Particles of two dimensions, of a material with pair derivatives.
    free : ndarray of shape (n,), bool
    """
    places = _relaxed(glass, glass.species, free, FORCE)
    return RimmedTwin(replace(glass, positions=places), free)


def repaired_species(
    glass: Configuration, free: BoolArray, smaller: FloatArray, error: float, most: int
) -> IntArray:
    """Return the species of two that explain where the picture shows the particles.

    A species is changed if this makes brightness and places together likelier: places have normal
    errors about the minimum that is reached from them. Only near particles move in a trial.

    Parameters
    ----------
    glass : Configuration
        Particles where the picture shows them, species 1 being the smaller one.
    free : ndarray of shape (n,), bool
        Particles beyond the rim.
    smaller : ndarray of shape (n,)
        Probability of each to be of species 1, from its look.
    error : float
        Standard error of a coordinate.
    most : int
        Number of particles that are tried: the least certain ones.

    Returns
    -------
    ndarray of shape (n,)
    """
    reach = material_of(glass).cutoff
    flat = glass.positions[:, :2]
    tree = cKDTree(flat)
    species = glass.species.copy()
    doubt = np.where(free, np.abs(smaller - 0.5), np.inf)
    order = np.argsort(doubt, kind="stable")[:most]
    tried = [int(k) for k in order if doubt[k] < 0.5 - CERTAIN]
    chance = np.clip(np.stack([1 - smaller, smaller]), CERTAIN, 1)
    for k in tried:
        near = np.array(tree.query_ball_point(flat[k], ACTING * reach))
        moving = free[near] & (np.linalg.norm(flat[near] - flat[k], axis=1) < MOVING * reach)
        part = replace(glass, positions=glass.positions[near], species=species[near])
        own = int(np.flatnonzero(near == k)[0])
        costs = []
        for kind in (0, 1):
            told = part.species.copy()
            told[own] = kind
            away = _relaxed(part, told, moving, ROUGH) - part.positions
            costs.append(0.5 * float((away**2).sum()) / error**2 - float(np.log(chance[kind, k])))
        species[k] = int(np.argmin(costs))
    return species


def _relaxed(glass: Configuration, species: IntArray, free: BoolArray, force: float) -> FloatArray:
    """Return the places of a minimum that is reached with the others held, shape (n, 3)."""
    landscape = Landscape(species, 2, material_of(glass))
    places = glass.positions.copy()

    start = places[free, :2].ravel()
    # The first step of the minimiser has the length 1 in its own variables.
    scale = FIRST * np.sqrt(max(len(start) / 2, 1))

    def energy(y: FloatArray) -> tuple[float, FloatArray]:
        places[free, :2] = (start + scale * y).reshape(-1, 2)
        state = landscape.evaluate(places.copy(), glass.cell)
        return state.energy, -scale * state.forces[free].ravel()

    options = {"maxiter": STEPS, "maxcor": 20, "gtol": scale * force, "ftol": 0.0}
    found = minimize(energy, np.zeros_like(start), jac=True, method="L-BFGS-B", options=options)
    places[free, :2] = (start + scale * found.x).reshape(-1, 2)
    return places
