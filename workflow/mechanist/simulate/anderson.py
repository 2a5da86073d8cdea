"""Anderson acceleration of a fixed-point iteration.

The next iterate is the combination of the last few images whose residual is smallest; Walker & Ni
(2011), https://doi.org/10.1137/10078356X.
"""

from typing import Final

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray

#: Keeps the small system solvable when residuals are nearly parallel.
_REGULARISATION: Final = 1e-12


class Anderson:
    """Memory of the last iterates.

    Parameters
    ----------
    size : int
        Number of unknowns.
    depth : int
        Number of earlier iterates that are combined; 0 gives the plain iteration.
    """

    def __init__(self, size: int, *, depth: int) -> None:
        self._images = np.empty((depth + 1, size))
        self._residuals = np.empty((depth + 1, size))
        self._products = np.zeros((depth + 1, depth + 1))
        self._seen = 0

    def clear(self) -> None:
        """Discard all iterates, for example after the map has changed."""
        self._seen = 0

    def mix(self, iterate: FloatArray, image: FloatArray) -> FloatArray:
        """Return the next iterate.

        Parameters
        ----------
        iterate, image : ndarray of shape (size,)
            A point and its image under the map.
        """
        rows = len(self._images)
        row, self._seen = self._seen % rows, self._seen + 1
        self._images[row] = image
        np.subtract(image, iterate, out=self._residuals[row])
        known = min(self._seen, rows)
        products = self._products
        products[row, :known] = products[:known, row] = _dots(self._residuals[:known], row)
        lengths = np.sqrt(np.diag(products)[:known])
        if known == 1 or not (lengths > 0).all():
            return image
        cosines = products[:known, :known] / np.outer(lengths, lengths)
        weights = np.linalg.solve(cosines + _REGULARISATION * np.eye(known), 1 / lengths) / lengths
        return _combine(self._images[:known], weights / weights.sum())


# Compiled loops rather than BLAS: the sums are the same for any number of threads.
@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _dots(rows: FloatArray, one: int) -> FloatArray:
    out = np.empty(len(rows))
    for i in range(len(rows)):
        total = 0.0
        for j in range(rows.shape[1]):
            total += rows[i, j] * rows[one, j]
        out[i] = total
    return out


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _combine(rows: FloatArray, weights: FloatArray) -> FloatArray:
    out = weights[0] * rows[0]
    for i in range(1, len(rows)):
        for j in range(rows.shape[1]):
            out[j] += weights[i] * rows[i, j]
    return out
