"""Pair potential of the Kob-Andersen mixture, with derivatives for forces and Hessians.

Parameters are those of Kob & Andersen, https://doi.org/10.1103/PhysRevE.51.4626. The Lennard-Jones
terms end smoothly, by the GROMACS force shift (``lj/gromacs`` in LAMMPS): between an inner and an
outer cutoff a cubic in ``r`` is added to the force of each power-law term, such that force and
stiffness are continuous at both cutoffs and the energy vanishes at the outer one. Elastic moduli
and soft modes need this continuity up to the second derivative.

Reduced (LJ) units throughout: energies in ``epsilon_AA``, lengths in ``sigma_AA``, masses 1.
"""

from typing import Final

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray, IntArray

SPECIES_NAMES: Final = ("A", "B")
EPSILON: Final = np.array([[1.0, 1.5], [1.5, 0.5]])
SIGMA: Final = np.array([[1.0, 0.8], [0.8, 0.88]])
INNER_CUTOFF: Final = 2.2 * SIGMA
OUTER_CUTOFF: Final = 2.5 * SIGMA
MAX_CUTOFF: Final = float(OUTER_CUTOFF.max())


def _term(sign: int, power: int) -> FloatArray:
    """Return strength ``k`` and cutoff terms ``a, b, c`` of one power law, shape (4, 2, 2).

    With ``t = r - inner`` beyond the inner cutoff, the force ``k power r**-(power + 1) + a t**2 +
    b t**3`` and its derivative vanish at the outer cutoff; ``c`` shifts the energy to zero there.
    """
    k = sign * 4 * EPSILON * SIGMA**power
    width = OUTER_CUTOFF - INNER_CUTOFF
    scale = k * power / OUTER_CUTOFF ** (power + 2)
    a = -scale * ((power + 4) * OUTER_CUTOFF - (power + 1) * INNER_CUTOFF) / width**2
    b = scale * ((power + 3) * OUTER_CUTOFF - (power + 1) * INNER_CUTOFF) / width**3
    c = k * OUTER_CUTOFF**-power - a / 3 * width**3 - b / 4 * width**4
    return np.stack([k, a, b, c])


def _coefficients() -> FloatArray:
    """Return strengths, summed cutoff terms and cutoffs of all pairs, shape (2, 2, 7)."""
    repulsion, attraction = _term(1, 12), _term(-1, 6)
    ending = repulsion[1:] + attraction[1:]
    columns = [repulsion[0], attraction[0], *ending, INNER_CUTOFF, OUTER_CUTOFF]
    return np.ascontiguousarray(np.stack(columns, axis=-1))


_COEFFICIENTS: Final = _coefficients()


@njit(cache=True, error_model="numpy")
def _evaluate(
    species_i: IntArray, species_j: IntArray, r: FloatArray, table: FloatArray, out: FloatArray
) -> None:
    """Fill ``out``, initially zeros of shape (3, n_pairs), inside the outer cutoffs."""
    for k in range(len(r)):
        # Read single elements: slicing a table row per pair costs ten times the arithmetic.
        i, j, x = species_i[k], species_j[k], r[k]
        if x >= table[i, j, 6]:
            continue
        inverse = 1.0 / (x * x)
        sixth = inverse * inverse * inverse
        repulsion = table[i, j, 0] * sixth * sixth
        attraction = table[i, j, 1] * sixth
        a, b, t = table[i, j, 2], table[i, j, 3], max(x - table[i, j, 5], 0.0)
        ending = t * t * t * (a / 3.0 + b / 4.0 * t)
        out[0, k] = repulsion + attraction - table[i, j, 4] - ending
        out[1, k] = -(12.0 * repulsion + 6.0 * attraction) * inverse * x - t * t * (a + b * t)
        out[2, k] = (156.0 * repulsion + 42.0 * attraction) * inverse - t * (2.0 * a + 3.0 * b * t)


def pair_derivatives(
    species_i: IntArray, species_j: IntArray, r: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the pair energy and its first two derivatives with respect to the distance.

    Parameters
    ----------
    species_i, species_j : ndarray of int, shape (n_pairs,)
        0 for A, 1 for B.
    r : ndarray of shape (n_pairs,)
        Distances; where particles coincide the results are infinite or NaN.

    Returns
    -------
    phi, dphi, ddphi : ndarray of shape (n_pairs,)
        Energy, its derivative (minus the force) and its second derivative; all zero at and beyond
        the outer cutoff of the pair.
    """
    distances = np.ascontiguousarray(r, dtype=float)
    out = np.zeros((3, len(distances)))
    first = np.ascontiguousarray(species_i, dtype=np.int64)
    second = np.ascontiguousarray(species_j, dtype=np.int64)
    _evaluate(first, second, distances, _COEFFICIENTS, out)
    return out[0], out[1], out[2]
