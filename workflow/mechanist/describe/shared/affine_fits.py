"""Local affine fits to displacement fields on a configuration: gradients and D2min.

This is the small-displacement counterpart of :mod:`mechanist.describe.shared.nonaffine`, which compares
two states. It takes fields of displacement per unit strain, such as a linear response or an
eigenvector, many at once and without a finite step. ``d2min`` is quadratic in the field.
"""

from functools import lru_cache

import numba
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import Neighbours, find_neighbours


class LocalFit:
    """Neighbourhoods of a configuration, ready to fit affine maps to fields.

    Parameters
    ----------
    configuration : Configuration
        Configuration on which the fields are defined.
    cutoff : float
        Radius of the neighbourhood.

    Raises
    ------
    ValueError
        If the neighbours of a particle do not determine a fit.
    """

    def __init__(self, configuration: Configuration, cutoff: float) -> None:
        self.pairs: Neighbours = find_neighbours(configuration, cutoff)
        self.dimension = configuration.dimension
        self.vectors = np.ascontiguousarray(self.pairs.vectors[:, : self.dimension])
        moments = np.zeros((len(configuration), self.dimension, self.dimension))
        outer = self.vectors[:, :, None] * self.vectors[:, None]
        np.add.at(moments, self.pairs.first, outer)
        condition = np.linalg.cond(moments)
        if not (condition < 1e12).all():
            worst = int(np.argmax(~(condition < 1e12)))
            raise ValueError(
                f"particle {worst} has {self.pairs.counts[worst]} neighbours within {cutoff:g}, too"
                " few or in one line; enlarge the cutoff"
            )
        self.inverse = np.ascontiguousarray(np.linalg.inv(moments))

    def gradient(self, field: FloatArray) -> FloatArray:
        """Return the best-fit displacement gradient around every particle.

        Parameters
        ----------
        field : ndarray of shape (n, d)

        Returns
        -------
        ndarray of shape (n, d, d)
            ``G`` with ``u_j - u_i`` fitted by ``G @ (x_j - x_i)``.
        """
        first, second = self.pairs.first, self.pairs.second
        moments = np.zeros_like(self.inverse)
        relative = field[second] - field[first]
        np.add.at(moments, first, relative[:, :, None] * self.vectors[:, None])
        return np.asarray(moments @ self.inverse)

    def d2min(self, fields: FloatArray) -> FloatArray:
        """Return D2min per neighbour of fields of shape (m, n, d) as an array of shape (m, n)."""
        # Fields last in memory: the innermost loop then runs over them and is vectorised.
        laid_out = np.ascontiguousarray(np.moveaxis(fields, 0, -1), dtype=float)
        return _d2min(self.pairs.starts, self.pairs.second, self.vectors, self.inverse, laid_out).T

    def d2min_product(self, u: FloatArray, v: FloatArray) -> FloatArray:
        """Return the bilinear form of D2min for two fields of shape (n, d), shape (n,).

        The D2min of ``u + s v`` is ``d2min(u) + 2 s d2min_product(u, v) + s^2 d2min(v)``.
        """
        above, below = self.d2min(np.stack([u + v, u - v]))
        return np.asarray((above - below) / 4)


@lru_cache(maxsize=1)
def local_fit(configuration: Configuration, cutoff: float) -> LocalFit:
    """Return the local fit of a configuration, cached for its other loads."""
    return LocalFit(configuration, cutoff)


@numba.njit(cache=True)
def _d2min(
    starts: IntArray,
    second: NDArray[np.int32],
    vectors: FloatArray,
    inverse: FloatArray,
    fields: FloatArray,
) -> FloatArray:
    """Return D2min per neighbour, shape (n, m), of fields of shape (n, d, m)."""
    n, d, m = fields.shape
    found = np.empty((n, m))
    w, total = np.empty((d, d, m)), np.empty(m)
    for i in range(n):
        w[:] = 0.0
        total[:] = 0.0
        for a in range(starts[i], starts[i + 1]):
            _add_pair(w, total, fields, i, second[a], vectors[a])
        _subtract_fit(total, w, inverse[i])
        for k in range(m):
            found[i, k] = max(total[k], 0.0) / (starts[i + 1] - starts[i])
    return found


@numba.njit(cache=True)
def _add_pair(
    w: FloatArray, total: FloatArray, fields: FloatArray, i: int, j: int, vector: FloatArray
) -> None:
    """Add ``e e`` to ``total`` and ``e d`` to ``w``, for the relative displacement ``e``.

    Plain loops over fields: whole-array expressions make temporaries and take four times as long.
    """
    d, m = fields.shape[1:]
    for p in range(d):
        for k in range(m):
            e = fields[j, p, k] - fields[i, p, k]
            total[k] += e * e
            for q in range(d):
                w[p, q, k] += e * vector[q]


@numba.njit(cache=True)
def _subtract_fit(total: FloatArray, w: FloatArray, inverse: FloatArray) -> None:
    """Subtract the part that the best affine map explains, ``W V^-1 : W``."""
    d, _, m = w.shape
    for p in range(d):
        for q in range(d):
            for r in range(d):
                for k in range(m):
                    total[k] -= w[p, q, k] * inverse[q, r] * w[p, r, k]
