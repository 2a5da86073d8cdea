"""The Kob-Andersen mixture: its pair potential, and derivatives to build forces and Hessians from.

Parameters after Kob & Andersen, https://doi.org/10.1103/PhysRevE.51.4626. The Lennard-Jones terms
end smoothly, by the GROMACS force shift (``lj/gromacs`` in LAMMPS): between an inner and an outer
cutoff a cubic in ``r`` is added to the force of each power-law term, such that force and stiffness
are continuous at both cutoffs and the energy vanishes at the outer one. Continuity to the second
derivative is what elastic moduli and soft modes need.

Reduced (LJ) units throughout: energies in ``epsilon_AA``, lengths in ``sigma_AA``, masses 1.
"""

from typing import Final

import numpy as np

from mechanist.typing import FloatArray, IntArray

SPECIES_NAMES: Final = ("A", "B")
EPSILON: Final = np.array([[1.0, 1.5], [1.5, 0.5]])
SIGMA: Final = np.array([[1.0, 0.8], [0.8, 0.88]])
INNER_CUTOFF: Final = 2.2 * SIGMA
OUTER_CUTOFF: Final = 2.5 * SIGMA
MAX_CUTOFF: Final = float(OUTER_CUTOFF.max())


def _shift(power: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ``(a, b, c)`` that end ``r**-power`` smoothly, each of shape (2, 2).

    With ``t = r - inner`` beyond the inner cutoff, the force ``power r**-(power + 1) + a t**2 +
    b t**3`` and its derivative vanish at the outer cutoff; ``c`` shifts the energy to zero there.
    """
    width = OUTER_CUTOFF - INNER_CUTOFF
    scale = power / OUTER_CUTOFF ** (power + 2)
    a = -scale * ((power + 4) * OUTER_CUTOFF - (power + 1) * INNER_CUTOFF) / width**2
    b = scale * ((power + 3) * OUTER_CUTOFF - (power + 1) * INNER_CUTOFF) / width**3
    c = OUTER_CUTOFF**-power - a / 3 * width**3 - b / 4 * width**4
    return a, b, c


def _term(sign: int, power: int) -> tuple[int, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the power and the tables of strength and shift (2, 2) of one Lennard-Jones term."""
    strength = sign * 4 * EPSILON * SIGMA**power
    a, b, c = _shift(power)
    return power, strength, strength * a, strength * b, strength * c


_TERMS: Final = (_term(1, 12), _term(-1, 6))


def pair_derivatives(
    species_i: IntArray, species_j: IntArray, r: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the pair energy and its first two derivatives with respect to the distance.

    Parameters
    ----------
    species_i, species_j : ndarray of int, shape (n_pairs,)
        0 for A, 1 for B.
    r : ndarray of shape (n_pairs,)
        Distances, positive.

    Returns
    -------
    phi, dphi, ddphi : ndarray of shape (n_pairs,)
        Energy, its derivative (minus the force) and its second derivative; all zero at and beyond
        the outer cutoff of the pair.
    """
    r = np.asarray(r, dtype=float)
    pair = (np.asarray(species_i), np.asarray(species_j))
    inside = r < OUTER_CUTOFF[pair]
    t = np.maximum(r - INNER_CUTOFF[pair], 0.0)
    phi, dphi, ddphi = np.zeros_like(r), np.zeros_like(r), np.zeros_like(r)
    for power, *tables in _TERMS:
        strength, a, b, c = (table[pair] for table in tables)
        bare = strength * r**-power
        phi += bare - a / 3 * t**3 - b / 4 * t**4 - c
        dphi -= power * bare / r + a * t**2 + b * t**3
        ddphi += power * (power + 1) * bare / r**2 - 2 * a * t - 3 * b * t**2
    return inside * phi, inside * dphi, inside * ddphi
