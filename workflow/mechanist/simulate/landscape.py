"""The potential energy landscape of a glass: energy, forces, stress, and the Hessian by pairs.

The values agree with those of LAMMPS to rounding. In addition there are the second derivatives that
a Newton method needs, and no run is set up for each evaluation.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import vesin
from numba import njit

from mechanist.core.typing import FloatArray, IntArray
from mechanist.mechanics.materials.material import Material

#: Neighbour-list skin, in length units: particles may move by half of it before the list is
#: rebuilt. Of 0.1, 0.2 and 0.3 the cheapest in deformation, by 10 %.
SKIN: Final = 0.2


@dataclass(frozen=True, eq=False)
class State:
    """Energy and its derivatives at one configuration of particles.

    Parameters
    ----------
    positions : ndarray of shape (n, 3)
    energy : float
        Energy of all particles.
    forces : ndarray of shape (n, d)
    starts : ndarray of shape (n + 1,)
        Interacting pairs of particle ``i`` are ``starts[i]:starts[i + 1]``, each pair once.
    second : ndarray of shape (n_pairs,)
        Second particle of each pair.
    vectors : ndarray of shape (n_pairs, d)
        From the first particle to the image of the second.
    tension, radial : ndarray of shape (n_pairs,)
        ``phi' / r`` and ``(phi'' - phi' / r) / r^2``: the pair's Hessian block is ``tension I +
        radial v v^T``.
    """

    positions: FloatArray
    energy: float
    forces: FloatArray
    starts: IntArray
    second: IntArray
    vectors: FloatArray
    tension: FloatArray
    radial: FloatArray

    @property
    def force_norm(self) -> float:
        """Euclidean norm of the force on all particles."""
        return float(np.linalg.norm(self.forces))

    def stress(self, measure: float) -> FloatArray:
        """Return the stress (3, 3), tension positive, for a cell of volume or area ``measure``."""
        d = self.vectors.shape[1]
        stress = np.zeros((3, 3))
        stress[:d, :d] = (self.tension[:, None] * self.vectors).T @ self.vectors / measure
        return stress


class Landscape:
    """Energy landscape of particles of a material; its neighbour list is reused while valid.

    Parameters
    ----------
    species : ndarray of shape (n,)
        Indices into the species of the material.
    dimension : int
        2 or 3.
    material : Material

    Raises
    ------
    ValueError
        If the potential has no pair derivatives.
    """

    def __init__(self, species: IntArray, dimension: int, material: Material) -> None:
        self.species = np.ascontiguousarray(species, dtype=np.int64)
        self.dimension = dimension
        self._pair_derivatives = material.pairs("an energy landscape")
        self._cutoffs = material.cutoffs
        reach = material.cutoff + SKIN
        self._finder = vesin.NeighborList(cutoff=reach, full_list=False, sorted=False)
        self._made_for: tuple[FloatArray, FloatArray] | None = None
        self._starts: IntArray
        self._second: IntArray
        self._offsets: FloatArray

    def evaluate(self, positions: FloatArray, cell: FloatArray) -> State:
        """Return the state at ``positions`` (n, 3), which need not be wrapped, in ``cell`` (3, 3)."""
        if not self._list_holds(positions, cell):
            self._list_pairs(positions, cell)
        starts, first, second, vectors, distances = _interacting(
            np.ascontiguousarray(positions[:, : self.dimension]),
            self.species,
            self._starts,
            self._second,
            self._offsets,
            self._cutoffs,
        )
        species = self.species
        phi, dphi, ddphi = self._pair_derivatives(species[first], species[second], distances)
        with np.errstate(divide="ignore", invalid="ignore"):  # a step may make particles coincide
            tension = dphi / distances
            radial = (ddphi - tension) / distances**2
        forces = _forces(starts, second, vectors, tension)
        return State(positions, float(phi.sum()), forces, starts, second, vectors, tension, radial)

    def _list_holds(self, positions: FloatArray, cell: FloatArray) -> bool:
        if self._made_for is None or not np.array_equal(self._made_for[1], cell):
            return False
        moved = positions - self._made_for[0]
        return float(np.einsum("ip,ip->i", moved, moved).max()) < (SKIN / 2) ** 2

    def _list_pairs(self, positions: FloatArray, cell: FloatArray) -> None:
        periodic = [True, True, self.dimension == 3]
        first, second, shifts = self._finder.compute(
            positions, cell, periodic=periodic, quantities="ijS"
        )
        offsets = (shifts @ cell)[:, : self.dimension]
        # Sort by first, then second particle, so that close indices are close in memory.
        order = np.argsort(first * len(positions) + second, kind="stable")
        self._second = second[order].astype(np.int64)
        self._offsets = np.ascontiguousarray(offsets[order])
        self._starts = np.searchsorted(first[order], np.arange(len(positions) + 1))
        self._made_for = (positions.copy(), cell.copy())


@njit(cache=True)
def _interacting(
    x: FloatArray,
    species: IntArray,
    list_starts: IntArray,
    list_second: IntArray,
    offsets: FloatArray,
    cutoff: FloatArray,
) -> tuple[IntArray, IntArray, IntArray, FloatArray, FloatArray]:
    """Return starts, first, second, vectors and distances of listed pairs within their cutoff."""
    n, d = x.shape
    room = len(list_second)
    starts = np.zeros(n + 1, np.int64)
    first, second = np.empty(room, np.int64), np.empty(room, np.int64)
    vectors, distances = np.empty((room, d)), np.empty(room)
    m = 0
    for i in range(n):
        for p in range(list_starts[i], list_starts[i + 1]):
            j = list_second[p]
            square = 0.0
            for q in range(d):
                vectors[m, q] = x[j, q] - x[i, q] + offsets[p, q]
                square += vectors[m, q] * vectors[m, q]
            r = math.sqrt(square)
            if r < cutoff[species[i], species[j]]:
                first[m], second[m], distances[m] = i, j, r
                m += 1
        starts[i + 1] = m
    return starts, first[:m], second[:m], vectors[:m], distances[:m]


@njit(cache=True)
def _forces(
    starts: IntArray, second: IntArray, vectors: FloatArray, tension: FloatArray
) -> FloatArray:
    """Sum the forces (n, d) of all pairs."""
    n, d = len(starts) - 1, vectors.shape[1]
    forces = np.zeros((n, d))
    for i in range(n):
        for p in range(starts[i], starts[i + 1]):
            for q in range(d):
                pull = tension[p] * vectors[p, q]
                forces[i, q] += pull
                forces[second[p], q] -= pull
    return forces
