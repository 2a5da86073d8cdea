"""Non-affine strain between two states of the same particles.

``d2min`` is the minimum squared non-affine displacement of Falk & Langer,
https://doi.org/10.1103/PhysRevE.57.7192: how badly the motion of a particle's neighbours is
described by the best local affine map. Neighbours are those of the reference frame, and each keeps
its own periodic image: the minimum image of the deformed frame would swap neighbours once the cell
is sheared far, and a list made in the deformed frame would lose those that left.
"""

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np

from mechanist.describe.neighbours import Neighbours, find_neighbours
from mechanist.formats.configuration import Configuration
from mechanist.typing import FloatArray, IntArray

#: Below this ratio of det V to (tr V / d)^d the neighbours span no volume and the fit is undefined.
SINGULAR: Final = 1e-12


@dataclass(frozen=True, eq=False)
class NonaffineStrain:
    """Best local affine maps and what they leave unexplained.

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

    Positions of the two states may be wrapped differently, and the whole may have drifted, as
    long as no neighbour moved by half a cell relative to its centre.

    Parameters
    ----------
    reference, deformed : Configuration
        The same particles in the same order, each with its own cell.
    cutoff : float
        Radius of the neighbourhood in the reference frame.
    neighbours : Neighbours, optional
        Those of ``reference`` within ``cutoff``, where they are known already.

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
    pairs = find_neighbours(reference, cutoff) if neighbours is None else neighbours
    if len(pairs.starts) != len(reference) + 1:
        raise ValueError(
            f"neighbours are those of {len(pairs.starts) - 1} particles; expected the list of the"
            f" reference with its {len(reference)}"
        )
    total, deformation = _fit(
        pairs.starts,
        pairs.second,
        pairs.vectors,
        _fractional(reference),
        pairs.shifts,
        deformed.positions,
        _fractional(deformed),
        deformed.cell,
        reference.dimension,
    )
    return NonaffineStrain(total, deformation, pairs.counts)


def nonaffine_displacement(reference: Configuration, deformed: Configuration) -> FloatArray:
    """Return each particle's displacement minus the affine map of the cell, the mean removed.

    This is the simpler measure that Bapst et al., https://doi.org/10.1038/s41567-020-0842-8, use
    in place of D2min for sheared systems, in this definition: ``u = x' - F x`` with ``F`` taking
    the reference cell to the deformed cell, each component unwrapped to within half a cell of the
    mean, minus the mean of ``u``. The published target is the length of such a vector.

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
def _fit(
    starts: IntArray,
    second: IntArray,
    vectors: FloatArray,
    fractional: FloatArray,
    shifts: FloatArray,
    positions: FloatArray,
    fractional_deformed: FloatArray,
    cell_deformed: FloatArray,
    dimension: int,
) -> tuple[FloatArray, FloatArray]:
    """Fit a map to the neighbours of each particle and sum the squared residuals."""
    n = len(starts) - 1
    total = np.full(n, np.nan)
    deformation = np.full((n, 3, 3), np.nan)
    moved = np.zeros((np.diff(starts).max() if n else 0, 3))
    v, w, f = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3))
    for i in range(n):
        v[:], w[:] = 0.0, 0.0
        for a in range(starts[i], starts[i + 1]):
            j, e = second[a], moved[a - starts[i]]
            e[:] = positions[j] - positions[i]
            for c in range(dimension):
                now = fractional_deformed[j, c] - fractional_deformed[i, c]
                then = fractional[j, c] - fractional[i, c] + shifts[a, c]
                e -= np.rint(now - then) * cell_deformed[c]
            for p in range(dimension):
                for q in range(dimension):
                    v[p, q] += vectors[a, p] * vectors[a, q]
                    w[p, q] += e[p] * vectors[a, q]
        if dimension == 2:  # an unstretched third axis makes the plane's fit a 3x3 one
            v[2, 2] = w[2, 2] = 1.0
        if not _solve(w, v, f, dimension):
            continue
        residual = 0.0
        for a in range(starts[i], starts[i + 1]):
            for p in range(dimension):
                d = moved[a - starts[i], p]
                for q in range(dimension):
                    d -= f[p, q] * vectors[a, q]
                residual += d * d
        total[i] = residual
        deformation[i] = f
    return total, deformation


@numba.njit(cache=True)
def _solve(w: FloatArray, v: FloatArray, f: FloatArray, dimension: int) -> bool:
    """Set ``f = w @ inv(v)`` for symmetric 3x3 ``v``; False if ``v`` is singular."""
    a = v[1, 1] * v[2, 2] - v[1, 2] * v[2, 1]
    b = v[1, 2] * v[2, 0] - v[1, 0] * v[2, 2]
    c = v[1, 0] * v[2, 1] - v[1, 1] * v[2, 0]
    determinant = v[0, 0] * a + v[0, 1] * b + v[0, 2] * c
    scale = v[0, 0] + v[1, 1] + (v[2, 2] if dimension == 3 else 0.0)
    if not determinant > SINGULAR * (scale / dimension) ** dimension:
        return False
    inverse = np.empty((3, 3))
    inverse[0, 0], inverse[0, 1], inverse[0, 2] = a, b, c
    inverse[1, 0] = b
    inverse[1, 1] = v[0, 0] * v[2, 2] - v[0, 2] * v[2, 0]
    inverse[1, 2] = v[0, 1] * v[2, 0] - v[0, 0] * v[2, 1]
    inverse[2, 0] = c
    inverse[2, 1] = inverse[1, 2]
    inverse[2, 2] = v[0, 0] * v[1, 1] - v[0, 1] * v[1, 0]
    for p in range(3):
        for q in range(3):
            s = 0.0
            for r in range(3):
                s += w[p, r] * inverse[r, q]
            f[p, q] = s / determinant
    return True
