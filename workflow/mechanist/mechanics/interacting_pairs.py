"""Interacting pairs of a configuration, with the derivatives of their energy.

Energies, forces, stresses and Hessians are sums over these pairs. Sums over ordered pairs count
each pair twice, once from either side.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.materials.material import PairPotential, material_of
from mechanist.mechanics.neighbours import Neighbours, find_neighbours

#: Largest net force on a particle in mechanical equilibrium, relative to stiffness times distance
#: summed over its neighbours (mean over particles): a minimiser leaves less than 1e-6, thermal
#: motion in a solid more than 1e-3.
EQUILIBRIUM: Final = 1e-4


@dataclass(frozen=True, eq=False)
class PairStiffness:
    """All ordered pairs within the cutoff of a potential.

    Parameters
    ----------
    configuration : Configuration
    pairs : Neighbours
        Pairs of particles that interact.
    vectors : ndarray of shape (n_pairs, d)
        From the first particle to the second's image, without z in two dimensions.
    distances : ndarray of shape (n_pairs,)
    energy : ndarray of shape (n_pairs,)
        ``phi``; the configuration's energy is half its sum.
    tension : ndarray of shape (n_pairs,)
        ``phi' / r``.
    stiffness : ndarray of shape (n_pairs,)
        ``phi''``.
    potential : PairPotential
        Potential that gives these energies and derivatives.
    """

    configuration: Configuration
    pairs: Neighbours
    vectors: FloatArray
    distances: FloatArray
    energy: FloatArray
    tension: FloatArray
    stiffness: FloatArray
    potential: PairPotential

    @classmethod
    def of(cls, configuration: Configuration, *, needed_by: str = "a Hessian") -> "PairStiffness":
        """Evaluate the potential of a configuration's material on all pairs that interact.

        Parameters
        ----------
        configuration : Configuration
        needed_by : str
            What the pairs are for, in messages.

        Raises
        ------
        ValueError
            If the species are not those of the material, or its potential has no pair derivatives.
        """
        material = material_of(configuration)
        potential = material.pairs(needed_by)
        pairs = find_neighbours(configuration, material.cutoff)
        vectors = np.ascontiguousarray(pairs.vectors[:, : configuration.dimension])
        none = np.zeros(len(vectors))
        empty = cls(configuration, pairs, vectors, pairs.distances, none, none, none, potential)
        return empty.moved(np.zeros_like(vectors))

    def moved(self, change: FloatArray) -> "PairStiffness":
        """Return the same pairs with ``change`` (n_pairs, d) added to their vectors.

        Pairs that would move inside the cutoff are missed, so changes must be small; the energy and
        its derivatives vanish at the cutoff.
        """
        vectors = self.vectors + change
        distances = np.linalg.norm(vectors, axis=1)
        species = self.configuration.species
        energy, slope, stiffness = self.potential(
            species[self.pairs.first], species[self.pairs.second], distances
        )
        return replace(
            self,
            vectors=vectors,
            distances=distances,
            energy=energy,
            tension=slope / distances,
            stiffness=stiffness,
        )

    @property
    def dimension(self) -> int:
        """2 or 3."""
        return self.configuration.dimension

    @cached_property
    def blocks(self) -> FloatArray:
        """Second derivative of each pair's energy in its vector, shape (n_pairs, d, d)."""
        unit = self.vectors / self.distances[:, None]
        radial = (self.stiffness - self.tension)[:, None, None] * unit[:, :, None] * unit[:, None]
        return np.asarray(radial + self.tension[:, None, None] * np.eye(self.dimension))

    def forces(self) -> FloatArray:
        """Return the net force on every particle, shape (n, d)."""
        return self.sum_over_pairs(self.tension[:, None] * self.vectors)

    def sum_over_pairs(self, values: FloatArray) -> FloatArray:
        """Sum values of ordered pairs, shape (n_pairs, ...), over each first particle's pairs."""
        flat = values.reshape(len(values), math.prod(values.shape[1:]))  # also without pairs
        n = len(self.configuration)
        sums = [np.bincount(self.pairs.first, column, minlength=n) for column in flat.T]
        return np.asarray(np.stack(sums, axis=-1).reshape(n, *values.shape[1:]), dtype=float)

    def check_equilibrium(self) -> None:
        """Check that the configuration is in mechanical equilibrium.

        Raises
        ------
        ValueError
            If a net force exceeds ``EQUILIBRIUM`` times stiffness times distance of neighbours.
        """
        net = np.linalg.norm(self.forces(), axis=1)
        scale = float(np.abs(self.stiffness * self.distances).sum()) / len(net)
        if not net.max() <= EQUILIBRIUM * scale:
            worst = int(net.argmax())
            raise ValueError(
                f"particle {worst} feels a net force of {net[worst]:.3g}; expected less than"
                f" {EQUILIBRIUM * scale:.3g}: linear response needs an energy minimum of the same"
                " potential, so minimise the configuration first"
            )


@lru_cache(maxsize=1)
def interacting_pairs(configuration: Configuration) -> PairStiffness:
    """Return the interacting pairs of a configuration, cached for its next load.

    Raises
    ------
    ValueError
        If the species are not those of the material, or its potential has no pair derivatives.
    """
    return PairStiffness.of(configuration, needed_by="this indicator")
