"""Lennard-Jones pair potentials that end smoothly, with derivatives for forces and Hessians.

The terms end by the GROMACS force shift (``lj/gromacs`` in LAMMPS): between an inner and an outer
cutoff a cubic in ``r`` is added to the force of each power-law term, such that force and stiffness
are continuous at both cutoffs and the energy vanishes at the outer one. Elastic moduli and soft
modes need this continuity up to the second derivative.
"""

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray, IntArray


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


class SmoothLennardJones:
    """Lennard-Jones potential of a mixture; a :class:`PairPotential` of a material.

    Parameters
    ----------
    epsilon, sigma : ndarray of shape (k, k)
        Depth and length of the potential of each pair of species.
    inner, outer : ndarray of shape (k, k)
        Distances between which the potential ends.

    Raises
    ------
    ValueError
        If shapes differ, a parameter is not symmetric and positive, or a cutoff does not follow
        the inner one.
    """

    def __init__(
        self, epsilon: FloatArray, sigma: FloatArray, *, inner: FloatArray, outer: FloatArray
    ) -> None:
        k = len(epsilon)
        for name, values in {
            "epsilon": epsilon,
            "sigma": sigma,
            "inner": inner,
            "outer - inner": outer - inner,
        }.items():
            if values.shape != (k, k) or not (values > 0).all() or (values != values.T).any():
                raise ValueError(
                    f"{name} = {values.tolist()}; expected a positive symmetric ({k}, {k}) array"
                )
        self.epsilon, self.sigma = epsilon, sigma
        self.inner, self.outer = inner, outer
        self._coefficients = self._table()

    def _term(self, sign: int, power: int) -> FloatArray:
        """Return strength ``k`` and cutoff terms ``a, b, c`` of one power law, shape (4, k, k).

        With ``t = r - inner`` beyond the inner cutoff, the force ``k power r**-(power + 1) + a t**2
        + b t**3`` and its derivative vanish at the outer cutoff; ``c`` shifts the energy to zero
        there.
        """
        inner, outer = self.inner, self.outer
        k = sign * 4 * self.epsilon * self.sigma**power
        width = outer - inner
        scale = k * power / outer ** (power + 2)
        a = -scale * ((power + 4) * outer - (power + 1) * inner) / width**2
        b = scale * ((power + 3) * outer - (power + 1) * inner) / width**3
        c = k * outer**-power - a / 3 * width**3 - b / 4 * width**4
        return np.stack([k, a, b, c])

    def _table(self) -> FloatArray:
        """Return strengths, summed cutoff terms and cutoffs of all pairs, shape (k, k, 7)."""
        repulsion, attraction = self._term(1, 12), self._term(-1, 6)
        ending = repulsion[1:] + attraction[1:]
        columns = [repulsion[0], attraction[0], *ending, self.inner, self.outer]
        return np.ascontiguousarray(np.stack(columns, axis=-1))

    def __call__(
        self, species_i: IntArray, species_j: IntArray, r: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the pair energy and its first two derivatives with respect to the distance.

        Parameters
        ----------
        species_i, species_j : ndarray of int, shape (n_pairs,)
            Indices of the species.
        r : ndarray of shape (n_pairs,)
            Distances; where particles coincide the results are infinite or NaN.

        Returns
        -------
        phi, dphi, ddphi : ndarray of shape (n_pairs,)
            Energy, its derivative (minus the force) and its second derivative; all zero at and
            beyond the outer cutoff of the pair.
        """
        distances = np.ascontiguousarray(r, dtype=float)
        out = np.zeros((3, len(distances)))
        first = np.ascontiguousarray(species_i, dtype=np.int64)
        second = np.ascontiguousarray(species_j, dtype=np.int64)
        _evaluate(first, second, distances, self._coefficients, out)
        return out[0], out[1], out[2]

    def lammps_commands(self) -> tuple[str, ...]:
        """Return the LAMMPS commands of the potential, numbers exact to the last bit."""
        commands = [f"pair_style lj/gromacs {self.inner.max()} {self.outer.max()}"]
        for i in range(len(self.epsilon)):
            for j in range(i, len(self.epsilon)):
                pair = (self.epsilon, self.sigma, self.inner, self.outer)
                values = " ".join(f"{float(p[i, j]):.17g}" for p in pair)
                commands.append(f"pair_coeff {i + 1} {j + 1} {values}")
        return tuple(commands)
