"""Non-affine strain between two states of the same particles.

``d2min`` is the minimum squared non-affine displacement of Falk & Langer,
https://doi.org/10.1103/PhysRevE.57.7192: the error of the best local affine map for the motion of a
particle's neighbours. Neighbours are those of the reference frame, and each keeps its own periodic
image: the minimum image of the deformed frame would swap neighbours once the cell is strongly
sheared, and a list made in the deformed frame would lose the neighbours that left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.half_pairs import HalfPairs, PairPart
from mechanist.mechanics.neighbours import Neighbours, neighbours_by_part

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
    if neighbours is None:
        return _each_once(reference, deformed, cutoff)
    if len(neighbours) != len(reference):
        raise ValueError(
            f"neighbours are those of {len(neighbours)} particles; expected the list of the"
            f" reference, which has {len(reference)}"
        )
    return _Motion(reference, deformed).strain(slice(0, len(reference)), neighbours)


def listed_d2min(
    reference: Configuration, states: Sequence[Configuration], cutoff: float
) -> list[NonaffineStrain]:
    """Return the non-affine strain between a reference and each of some states.

    The neighbours of the reference are found once for all states, for the memory of a part of the
    particles at a time. Sums run over them by their number, as for :func:`d2min` with a list.

    Parameters
    ----------
    reference : Configuration
    states : sequence of Configuration
        The same particles in the same order, each with its own cell.
    cutoff : float
        Radius of the neighbourhood in the reference frame.

    Raises
    ------
    ValueError
        As :func:`d2min`.
    """
    for state in states:
        _check_same_particles(reference, state)
    motions = [_Motion(reference, state) for state in states]
    found = [_empty(len(reference)) for _ in states]
    for part, pairs in neighbours_by_part(reference, cutoff):
        for motion, whole in zip(motions, found, strict=True):
            own = motion.strain(part, pairs)
            whole.total[part], whole.deformation[part] = own.total, own.deformation
            whole.counts[part] = own.counts
    return found


def _empty(n: int) -> NonaffineStrain:
    return NonaffineStrain(np.empty(n), np.empty((n, 3, 3)), np.empty(n, np.int64))


class _Motion:
    """The way from a reference to a deformed state."""

    def __init__(self, reference: Configuration, deformed: Configuration) -> None:
        self.deformed = deformed
        self.wraps = _fractional(deformed) - _fractional(reference)

    def follow(
        self,
        first: NDArray[np.int32],
        second: NDArray[np.int32],
        shifts: NDArray[np.int32],
        start: int = 0,
    ) -> FloatArray:
        """Return vectors of pairs in the deformed state; first particles count from ``start``."""
        c = self.deformed
        return _follow(first, start, second, shifts, self.wraps, c.positions, c.cell, c.dimension)

    def strain(self, part: slice, pairs: Neighbours) -> NonaffineStrain:
        """Return the strain of consecutive particles, all of whose pairs are given."""
        moved = self.follow(pairs.first, pairs.second, pairs.shifts, part.start)
        sums = _Sums(len(pairs), once=False)
        sums.add(pairs.first, pairs.second, pairs.vectors, moved)
        deformation, undetermined = sums.affine_map(self.deformed.dimension)
        total = np.zeros(len(pairs))
        _add_residuals(
            pairs.first, pairs.second, pairs.vectors, moved, deformation, total, once=False
        )
        return _strain(total, deformation, sums.counts, undetermined)


def _each_once(reference: Configuration, deformed: Configuration, cutoff: float) -> NonaffineStrain:
    """Return the strain from a list that has every pair once.

    Sorting the pairs and listing them twice would cost more than D2min itself.
    """
    pairs, motion = HalfPairs(reference, cutoff), _Motion(reference, deformed)

    def followed() -> Iterator[tuple[PairPart, FloatArray]]:
        for part in pairs.parts():
            yield part, motion.follow(part.first, part.second, part.shifts)

    # Many pairs are found twice, so that they need not be held.
    held = list(followed()) if pairs.few else None
    sums, total = _Sums(len(reference), once=True), np.zeros(len(reference))
    for part, moved in followed() if held is None else held:
        sums.add(part.first, part.second, part.vectors, moved)
    deformation, undetermined = sums.affine_map(reference.dimension)
    for part, moved in followed() if held is None else held:
        _add_residuals(part.first, part.second, part.vectors, moved, deformation, total, once=True)
    return _strain(total, deformation, sums.counts, undetermined)


class _Sums:
    """Sums over the neighbours of every particle, of which the best affine map follows.

    Parameters
    ----------
    n : int
    once : bool
        Whether each pair is given once, and counts for both particles.
    """

    def __init__(self, n: int, *, once: bool) -> None:
        self.v, self.w = np.zeros((n, 3, 3)), np.zeros((n, 3, 3))
        self.counts = np.zeros(n, np.int64)
        self.once = once

    def add(
        self,
        first: NDArray[np.int32],
        second: NDArray[np.int32],
        vectors: FloatArray,
        moved: FloatArray,
    ) -> None:
        """Add pairs."""
        _add_moments(first, second, vectors, moved, self.v, self.w, self.counts, once=self.once)

    def affine_map(self, d: int) -> tuple[FloatArray, BoolArray]:
        """Return the best affine maps, and where they are undetermined."""
        v, w = self.v, self.w
        v[:, 1, 0], v[:, 2, 0], v[:, 2, 1] = v[:, 0, 1], v[:, 0, 2], v[:, 1, 2]
        if d == 2:  # an unstretched third axis turns the fit in the plane into a 3x3 one
            v[:, 2, 2] = w[:, 2, 2] = 1.0
        scale = (np.trace(v, axis1=1, axis2=2) - (3 - d)) / d
        undetermined = ~(np.linalg.det(v) > SINGULAR * scale**d)
        v[undetermined] = np.eye(3)
        return w @ np.linalg.inv(v), undetermined


def _strain(
    total: FloatArray, deformation: FloatArray, counts: IntArray, undetermined: BoolArray
) -> NonaffineStrain:
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


@numba.njit(cache=True)
def _follow(
    first: NDArray[np.int32],
    start: int,
    second: NDArray[np.int32],
    shifts: NDArray[np.int32],
    wraps: FloatArray,
    positions: FloatArray,
    cell: FloatArray,
    dimension: int,
) -> FloatArray:
    """Return each pair's vector in the deformed frame, in the periodic image of the reference."""
    moved = np.empty((len(first), 3))
    for a in range(len(first)):
        i, j = start + first[a], second[a]
        for p in range(3):
            moved[a, p] = positions[j, p] - positions[i, p]
        for c in range(dimension):
            image = np.rint(wraps[j, c] - wraps[i, c] - shifts[a, c])
            if image != 0:
                for p in range(3):
                    moved[a, p] -= image * cell[c, p]
    return moved


@numba.njit(cache=True)
def _add_moments(
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    vectors: FloatArray,
    moved: FloatArray,
    v: FloatArray,
    w: FloatArray,
    counts: IntArray,
    once: bool,
) -> None:
    """Add sums over neighbours of d d^T (its upper half) and d' d^T, and the number of neighbours.

    Pairs that are listed once count for both particles: both products are even in the vectors.
    """
    for a in range(len(first)):
        for end in range(1 + once):
            i = second[a] if end else first[a]
            counts[i] += 1
            for p in range(3):
                for q in range(p, 3):
                    v[i, p, q] += vectors[a, p] * vectors[a, q]
                for q in range(3):
                    w[i, p, q] += moved[a, p] * vectors[a, q]


@numba.njit(cache=True)
def _add_residuals(
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    vectors: FloatArray,
    moved: FloatArray,
    deformation: FloatArray,
    total: FloatArray,
    once: bool,
) -> None:
    """Add the sum over neighbours of ``|d' - F d|^2``."""
    for a in range(len(first)):
        for end in range(1 + once):
            i = second[a] if end else first[a]
            for p in range(3):
                e = moved[a, p]
                for q in range(3):
                    e -= deformation[i, p, q] * vectors[a, q]
                total[i] += e * e
