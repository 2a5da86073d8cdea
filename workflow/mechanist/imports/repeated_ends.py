"""Tell through noise whether the last point of a periodic grid repeats the first.

Polynomials are fitted to points on both sides of the boundary, once with the distance of one grid
step between last and first point and once with none. The second fits better only where the point
is repeated: the same is tried between all other neighbours, where it is wrong, to see by how much
it fits better there by chance. Of 1536 periodic fields (solutions of five equations and a dozen other
fields with 0, 2 and 20 % noise, thinned by 1 to 8), 2 were taken for repeated, both thinned by 4 or
more.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Points on each side, and degree of the polynomial.
_FITS: Final = ((3, 2), (8, 3), (8, 5))
#: How much better than by chance between other neighbours, as logarithm of the ratio of squares.
_TIMES, _MORE = 4.0, 0.04
#: Residuals, relative to the values, below which a fit is exact.
_EXACT: Final = 1e-24
_SAMPLES: Final = 2_000


def fits_repeated(rows: FloatArray) -> bool:
    """Return whether a field is smoother if its last point is its first.

    Parameters
    ----------
    rows : ndarray of shape (n, m)
        Values at n places, m samples of each.
    """
    rows = rows[:, :: max(1, rows.shape[1] // _SAMPLES)]
    for points, degree in _FITS:
        if len(rows) < 4 * points:
            continue
        gain = _gains(rows, points, degree)
        if gain is None:
            continue
        across = len(rows) - points
        others = gain[: len(rows) - 2 * points + 1]
        if gain[across] > _TIMES * max(float(others.max()), 0.0) + _MORE:
            return True
    return False


def _gains(rows: FloatArray, points: int, degree: int) -> FloatArray | None:
    """Return for each place how much better a fit without a step in its middle is."""
    extended = np.concatenate([rows, rows[: 2 * points]])
    windows = np.lib.stride_tricks.sliding_window_view(extended, 2 * points, axis=0)
    squares = [
        np.square(windows @ _residual(points, degree, step)).sum(axis=(1, 2)) for step in (1, 0)
    ]
    least = _EXACT * np.square(rows).sum()
    if min(float(one.max()) for one in squares) <= least:
        return None
    return np.asarray(np.log(np.maximum(squares[0], least) / np.maximum(squares[1], least)))


def _residual(points: int, degree: int, step: int) -> FloatArray:
    """Return the matrix that takes values to what a polynomial leaves of them."""
    places = np.concatenate([np.arange(1 - points, 1), np.arange(points) + step]).astype(float)
    centred = (places - places.mean()) / points
    basis, _ = np.linalg.qr(np.vander(centred, degree + 1))
    return np.asarray(np.eye(2 * points) - basis @ basis.T)
