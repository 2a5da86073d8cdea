"""Non-affine strain between two states of the same particles.

``d2min`` is the minimum squared non-affine displacement of Falk & Langer,
https://doi.org/10.1103/PhysRevE.57.7192: the error of the best local affine map for the motion of a
particle's neighbours. Neighbours are those of the reference frame, and each keeps its own periodic
image: the minimum image of the deformed frame would swap neighbours once the cell is strongly
sheared, and a list made in the deformed frame would lose the neighbours that left.
"""

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
import vesin
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import Neighbours

#: Below this ratio of det V to (tr V / d)^d the neighbours span no volume and the fit is undefined.
SINGULAR: Final = 1e-12


@dataclass(frozen=True, eq=False)
class NonaffineStrain:
    """Best local affine maps and their residuals.

    Parameters
    ----------
    total : ndarray of shape (n,)
        Sum over neighbours of the squared residual, in squared length units (what OVITO calls
        "Nonaffine Squared Displacement"). NaN where the fit is undetermined.
    deformation : ndarray of shape (n, 3, 3)
        Best-fit deformation gradient ``F``, with ``d_deformed = F @ d_reference``; in two
        dimensions ``F[2, 2] = 1``. NaN where the fit is undetermined.
    counts : ndarray of shape (n,)
        Number of neighbours in the reference frame.
    """

    total: FloatArray
    deformation: FloatArray
    counts: IntArray

    @property
    def per_neighbour(self) -> FloatArray:
        """Mean over neighbours of the squared residual, shape (n,)."""
        return np.asarray(self.total / np.maximum(self.counts, 1))

    @property
    def n_undetermined(self) -> int:
        """Number of particles whose neighbours are too few, or coplanar, to fit a map."""
        return int(np.isnan(self.total).sum())


def d2min(
    reference: Configuration,
    deformed: Configuration,
    cutoff: float,
    *,
    neighbours: Neighbours | None = None,
) -> NonaffineStrain:
    """Return the non-affine strain of every particle between two states.

    Positions of the two states may be wrapped differently, and the whole sample may have drifted or
    rotated, as long as cell vectors correspond one to one and no neighbour moved by half a cell
    relative to the central particle.

    Parameters
    ----------
    reference, deformed : Configuration
        The same particles in the same order, each with its own cell.
    cutoff : float
        Radius of the neighbourhood in the reference frame.
    neighbours : Neighbours, optional
        Neighbours in ``reference`` within ``cutoff``, if they are already known.

    Returns
    -------
    NonaffineStrain
        NaN for particles with fewer neighbours than dimensions, or whose neighbours span no
        volume; ``n_undetermined`` counts them.

    Raises
    ------
    ValueError
        If the two states are not of the same particles, or the cutoff is not positive.
    """
    _check_same_particles(reference, deformed)
    n, d = len(reference), reference.dimension
    once = neighbours is None  # otherwise the list holds each pair in both orders
    if neighbours is None:
        first, second, vectors, shifts = _pairs(reference, cutoff)
    elif len(neighbours.starts) == n + 1:
        first, second = neighbours.first, neighbours.second
        vectors, shifts = neighbours.vectors, neighbours.shifts
    else:
        raise ValueError(
            f"neighbours are those of {len(neighbours.starts) - 1} particles; expected the list of"
            f" the reference, which has {n}"
        )
    wraps = _fractional(deformed) - _fractional(reference)
    moved = _follow(first, second, shifts, wraps, deformed.positions, deformed.cell, d)
    v, w, counts = _moments(first, second, vectors, moved, n, once)
    if d == 2:  # an unstretched third axis turns the fit in the plane into a 3x3 one
        v[:, 2, 2] = w[:, 2, 2] = 1.0
    scale = (np.trace(v, axis1=1, axis2=2) - (3 - d)) / d
    undetermined = ~(np.linalg.det(v) > SINGULAR * scale**d)
    v[undetermined] = np.eye(3)
    deformation = w @ np.linalg.inv(v)
    total = _residuals(first, second, vectors, moved, deformation, once)
    total[undetermined] = np.nan
    deformation[undetermined] = np.nan
    return NonaffineStrain(total, deformation, counts)


def nonaffine_displacement(reference: Configuration, deformed: Configuration) -> FloatArray:
    """Return each particle's displacement minus the affine map of the cell, the mean removed.

    Bapst et al., https://doi.org/10.1038/s41567-020-0842-8, use this simpler measure in place of
    D2min for sheared systems. It is defined here as ``u = x' - F x``, with ``F`` taking the
    reference cell to the deformed cell, each component unwrapped to within half a cell of the mean,
    minus the mean of ``u``. The published target is the length of such a vector.

    Parameters
    ----------
    reference, deformed : Configuration
        The same particles in the same order, each with its own cell.

    Returns
    -------
    ndarray of shape (n, 3)
        In length units of the deformed frame.

    Raises
    ------
    ValueError
        If the two states are not of the same particles.
    """
    _check_same_particles(reference, deformed)
    d = reference.dimension
    moved = _fractional(deformed) - _fractional(reference)
    # The drift is a mean on a circle: a plain mean would mix particles wrapped to either side.
    drift = np.angle(np.exp(2j * np.pi * moved[:, :d]).mean(axis=0)) / (2 * np.pi)
    moved[:, :d] -= drift
    moved[:, :d] -= np.rint(moved[:, :d])
    displacement = moved @ deformed.cell
    return np.asarray(displacement - displacement.mean(axis=0))


def _check_same_particles(reference: Configuration, deformed: Configuration) -> None:
    if reference.dimension != deformed.dimension:
        raise ValueError(
            f"the deformed state is {deformed.dimension}D; the reference is {reference.dimension}D"
        )
    if len(reference) != len(deformed):
        raise ValueError(
            f"the deformed state has {len(deformed)} particles; the reference has {len(reference)}"
        )
    if not np.array_equal(reference.species, deformed.species):
        first = int(np.argmax(reference.species != deformed.species))
        raise ValueError(
            f"particle {first} changes species between the two states; sort both by particle id"
        )


def _fractional(configuration: Configuration) -> FloatArray:
    return np.asarray(configuration.positions @ np.linalg.inv(configuration.cell))


def _pairs(
    configuration: Configuration, cutoff: float
) -> tuple[IntArray, IntArray, FloatArray, FloatArray | NDArray[np.int32]]:
    """Return first, second, vectors and shifts, with every pair once.

    Sorting the pairs and listing them twice would cost more than D2min itself.
    """
    if not cutoff > 0:
        raise ValueError(f"cutoff = {cutoff}; expected a positive length")
    engine = vesin.NeighborList(cutoff=cutoff, full_list=False, sorted=False)
    i, j, vectors, shifts = engine.compute(
        configuration.positions,
        configuration.cell,
        periodic=list(configuration.periodic),
        quantities="ijDS",
    )
    return i.view(np.int64), j.view(np.int64), vectors, shifts


@numba.njit(cache=True)
def _follow(
    first: IntArray,
    second: IntArray,
    shifts: FloatArray | NDArray[np.int32],
    wraps: FloatArray,
    positions: FloatArray,
    cell: FloatArray,
    dimension: int,
) -> FloatArray:
    """Return each pair's vector in the deformed frame, in the periodic image of the reference."""
    moved = np.empty((len(first), 3))
    for a in range(len(first)):
        i, j = first[a], second[a]
        for p in range(3):
            moved[a, p] = positions[j, p] - positions[i, p]
        for c in range(dimension):
            image = np.rint(wraps[j, c] - wraps[i, c] - shifts[a, c])
            if image != 0:
                for p in range(3):
                    moved[a, p] -= image * cell[c, p]
    return moved


@numba.njit(cache=True)
def _moments(
    first: IntArray, second: IntArray, vectors: FloatArray, moved: FloatArray, n: int, once: bool
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return sums over neighbours of d d^T and d' d^T, and the number of neighbours.

    Pairs that are listed once count for both particles: both products are even in the vectors.
    """
    v, w = np.zeros((n, 3, 3)), np.zeros((n, 3, 3))
    counts = np.zeros(n, np.int64)
    for a in range(len(first)):
        for end in range(1 + once):
            i = second[a] if end else first[a]
            counts[i] += 1
            for p in range(3):
                for q in range(3):
                    v[i, p, q] += vectors[a, p] * vectors[a, q]
                    w[i, p, q] += moved[a, p] * vectors[a, q]
    return v, w, counts


@numba.njit(cache=True)
def _residuals(
    first: IntArray,
    second: IntArray,
    vectors: FloatArray,
    moved: FloatArray,
    deformation: FloatArray,
    once: bool,
) -> FloatArray:
    """Return the sum over neighbours of ``|d' - F d|^2``."""
    total = np.zeros(len(deformation))
    for a in range(len(first)):
        for end in range(1 + once):
            i = second[a] if end else first[a]
            for p in range(3):
                e = moved[a, p]
                for q in range(3):
                    e -= deformation[i, p, q] * vectors[a, q]
                total[i] += e * e
    return total
