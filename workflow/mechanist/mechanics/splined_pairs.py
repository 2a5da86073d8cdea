"""Pair potentials between tabulated forces: energies, forces and stiffnesses of one cubic spline.

The spline interpolates the force, so that the stiffness is continuous, and the energy is its integral
from the cutoff. Below the first tabulated distance the force goes on as a power of the distance.
"""

from typing import Final

import numpy as np
from numba import njit
from scipy.interpolate import CubicSpline

from mechanist.core.typing import FloatArray, IntArray

#: The force at the cutoff is at most this part of the largest one, or the potential has no Hessian there.
ENDED: Final = 1e-3
#: Powers between which the force goes on below the table.
POWERS: Final = (4.0, 40.0)
#: Entries of a table, at least.
FEWEST: Final = 8


@njit(cache=True, error_model="numpy")
def _evaluate(
    species_i: IntArray, species_j: IntArray, r: FloatArray, starts: FloatArray, step: FloatArray,
    pieces: FloatArray, power: FloatArray, out: FloatArray,
) -> None:  # fmt: skip
    """Fill ``out``, initially zeros of shape (3, n_pairs), inside the cutoff."""
    last = pieces.shape[2]
    for k in range(len(r)):
        i, j, x = species_i[k], species_j[k], r[k]
        at = (x - starts[i, j]) / step[i, j]
        if at >= last:
            continue
        if at < 0:
            # phi' = v (r / r0)^-p, and phi its integral.
            p, r0, v = power[i, j], starts[i, j], pieces[i, j, 0, 1]
            rise = (x / r0) ** -p
            out[0, k] = pieces[i, j, 0, 0] - v * (rise * x - r0) / (p - 1)
            out[1, k] = v * rise
            out[2, k] = -p * v * rise / x
            continue
        piece = int(at)
        t = x - starts[i, j] - piece * step[i, j]
        e, a, b, c, d = (
            pieces[i, j, piece, 0], pieces[i, j, piece, 1], pieces[i, j, piece, 2],
            pieces[i, j, piece, 3], pieces[i, j, piece, 4],
        )  # fmt: skip
        out[0, k] = e + t * (a + t * (b / 2 + t * (c / 3 + t * d / 4)))
        out[1, k] = a + t * (b + t * (c + t * d))
        out[2, k] = b + t * (2 * c + 3 * t * d)


class SplinedPairs:
    """Potential of a mixture from tabulated forces; a :class:`PairPotential` of a material.

    Parameters
    ----------
    starts : ndarray of shape (k, k)
        First tabulated distance of each pair of species.
    cutoff : ndarray of shape (k, k)
        Last one.
    slopes : ndarray of shape (k, k, m)
        Derivative of the energy (minus the force) at m equally spaced distances.

    Raises
    ------
    ValueError
        If the arrays do not fit each other, the table is not symmetric, a force does not end at the cutoff,
        or particles attract each other at the first distance.
    """

    def __init__(self, *, starts: FloatArray, cutoff: FloatArray, slopes: FloatArray) -> None:
        k, m = len(starts), slopes.shape[-1]
        if starts.shape != (k, k) or cutoff.shape != (k, k) or slopes.shape != (k, k, m):
            raise ValueError(
                f"shapes {starts.shape}, {cutoff.shape} and {slopes.shape}; expected (k, k) twice"
                " and (k, k, m)"
            )
        if m < FEWEST or not (starts > 0).all() or not (cutoff > starts).all():
            raise ValueError(
                f"{m} distances from {starts.tolist()} to {cutoff.tolist()}; expected at least"
                f" {FEWEST}, positive and increasing"
            )
        if (slopes != slopes.swapaxes(0, 1)).any() or not np.isfinite(slopes).all():
            raise ValueError("the forces are not finite, or differ with the order of a pair")
        end = np.abs(slopes[..., -1]) / np.abs(slopes).max(axis=-1)
        if (end > ENDED).any():
            raise ValueError(
                f"forces at the cutoff are {end.max():.2g} of the largest ones; expected at most"
                f" {ENDED:g}: let the potential end smoothly"
            )
        if (slopes[..., 0] >= 0).any():
            raise ValueError(
                "particles attract each other at the first distance of the table; begin it where"
                " they repel each other"
            )
        self.starts, self.cutoff, self.slopes = starts, cutoff, slopes
        self._step = (cutoff - starts) / (m - 1)
        self._pieces = np.zeros((k, k, m - 1, 5))
        self._power = np.zeros((k, k))
        for i in range(k):
            for j in range(k):
                self._fit(i, j)

    def _fit(self, i: int, j: int) -> None:
        """Write the pieces of one pair."""
        m = self.slopes.shape[-1]
        at = self._step[i, j] * np.arange(m)
        spline = CubicSpline(at, self.slopes[i, j])
        pieces = self._pieces[i, j]
        pieces[:, 1:] = spline.c[::-1].T
        integral = spline.antiderivative()
        pieces[:, 0] = (integral(at) - integral(at[-1]))[:-1]
        steep = -float(spline(0.0, 1)) * self.starts[i, j] / self.slopes[i, j, 0]
        self._power[i, j] = np.clip(steep, *POWERS)

    def __call__(
        self, species_i: IntArray, species_j: IntArray, r: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the pair energy and its first two derivatives with respect to the distance.

        Parameters
        ----------
        species_i, species_j : ndarray of int, shape (n_pairs,)
            Indices of the species.
        r : ndarray of shape (n_pairs,)
            Distances.

        Returns
        -------
        phi, dphi, ddphi : ndarray of shape (n_pairs,)
            Energy, its derivative (minus the force) and its second derivative; all zero at and beyond the
            cutoff of the pair.
        """
        distances = np.ascontiguousarray(r, dtype=float)
        out = np.zeros((3, len(distances)))
        first = np.ascontiguousarray(species_i, dtype=np.int64)
        second = np.ascontiguousarray(species_j, dtype=np.int64)
        _evaluate(first, second, distances, self.starts, self._step, self._pieces, self._power, out)
        return out[0], out[1], out[2]
