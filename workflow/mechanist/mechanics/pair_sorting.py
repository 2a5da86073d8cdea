"""Sort pairs of particles by counting, which takes far less time than comparing them."""

import numba
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray


@numba.njit(cache=True)
def stable_order(
    codes: NDArray[np.unsignedinteger], order: IntArray, n: int
) -> tuple[IntArray, IntArray]:
    """Sort some pairs by whole numbers below ``n``, and keep the order of pairs of one number.

    Parameters
    ----------
    codes : ndarray of shape (n_pairs,)
        Number of every pair.
    order : ndarray of shape (n_sorted,)
        Pairs to sort, in the order in which they are.
    n : int

    Returns
    -------
    order : ndarray of shape (n_sorted,)
    starts : ndarray of shape (n + 1,)
        Where the pairs of each number begin.
    """
    starts = np.zeros(n + 1, np.int64)
    for pair in order:
        starts[codes[pair] + 1] += 1
    for k in range(n):
        starts[k + 1] += starts[k]
    filled = starts.copy()
    result = np.empty(len(order), np.int64)
    for pair in order:
        code = codes[pair]
        result[filled[code]] = pair
        filled[code] += 1
    return result, starts


@numba.njit(cache=True)
def sort_images(
    i: NDArray[np.unsignedinteger],
    j: NDArray[np.unsignedinteger],
    distances: FloatArray,
    order: IntArray,
) -> None:
    """Sort the images of one particle, of which a small box has several, by their distance."""
    for k in range(1, len(order)):
        pair, place = order[k], k
        while place > 0:
            before = order[place - 1]
            alike = i[before] == i[pair] and j[before] == j[pair]
            if not alike or distances[before] <= distances[pair]:
                break
            order[place] = before
            place -= 1
        order[place] = pair


@numba.njit(cache=True)
def take_pairs(
    order: IntArray,
    i: NDArray[np.unsignedinteger],
    j: NDArray[np.unsignedinteger],
    vectors: FloatArray,
    distances: FloatArray,
    shifts: NDArray[np.signedinteger],
) -> tuple[IntArray, IntArray, FloatArray, FloatArray, FloatArray]:
    """Return the pairs in an order, each array copied once."""
    count = len(order)
    first, second = np.empty(count, np.int64), np.empty(count, np.int64)
    taken, lengths, moved = np.empty((count, 3)), np.empty(count), np.empty((count, 3))
    for k in range(count):
        pair = order[k]
        first[k], second[k], lengths[k] = i[pair], j[pair], distances[pair]
        for axis in range(3):
            taken[k, axis] = vectors[pair, axis]
            moved[k, axis] = shifts[pair, axis]
    return first, second, taken, lengths, moved
