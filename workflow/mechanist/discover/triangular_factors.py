"""Upper triangular factors of many rows: all that least squares needs of them."""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Rows of a tile that stays in the cache, and the most columns for which tiles save time.
TILE: Final = 512


NARROW: Final = 64


def triangular(rows: FloatArray) -> FloatArray:
    """Return the square upper triangular factor of rows of shape (n, k), zeros below if n < k.

    Columns are scaled to unit norm first, so that columns of very different size keep precision.
    """
    n, k = rows.shape
    norms = np.sqrt(np.einsum("ij,ij->j", rows, rows))
    norms[norms == 0] = 1.0
    scaled = rows / norms
    if k <= NARROW and n > 2 * TILE:
        # a tall and narrow matrix is factorised in tiles that stay in the cache
        whole = n // TILE * TILE
        tiles = np.asarray(np.linalg.qr(scaled[:whole].reshape(-1, TILE, k), mode="r"))
        scaled = np.concatenate([tiles.reshape(-1, k), scaled[whole:]])
    upper = np.linalg.qr(scaled, mode="r") * norms
    factor = np.zeros((k, k))
    factor[: len(upper)] = upper
    return factor


def stack_factor(factor: FloatArray | None, rows: FloatArray) -> FloatArray:
    """Return the factor of the rows of ``factor`` and further rows below them."""
    return triangular(rows if factor is None else np.concatenate([factor, rows]))
