"""Averages over neighbours of a few columns, without the matrix that averages many."""

import numba
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import pairs_within


def neighbour_averages(
    configuration: Configuration, radius: float, values: FloatArray
) -> FloatArray:
    """Average columns over every particle and its neighbours within a radius.

    Parameters
    ----------
    configuration : Configuration
    radius : float
    values : ndarray of shape (n, n_columns)

    Returns
    -------
    ndarray of shape (n, n_columns)
        The product with :func:`mechanist.mechanics.neighbours.averaging_matrix`, up to the order of
        the sums.
    """
    pairs = pairs_within(configuration, radius)
    sums, counts = values.copy(), np.ones(len(values))
    _add_neighbours(pairs.first, pairs.second, pairs.distances, radius, values, sums, counts)
    sums /= counts[:, None]
    return sums


def averaging_weights(
    configuration: Configuration, radius: float, particles: IntArray
) -> FloatArray:
    """Return how often particles count in the sum of the averages of some of them, shape (n,).

    Parameters
    ----------
    configuration : Configuration
    radius : float
    particles : ndarray of shape (n_chosen,)
        Particles over whose averages the sum runs.
    """
    pairs = pairs_within(configuration, radius)
    chosen = np.zeros(len(configuration), bool)
    chosen[particles] = True
    weights = np.zeros(len(configuration))
    _add_weights(pairs.first, pairs.second, pairs.distances, radius, chosen, weights)
    return weights


@numba.njit(cache=True)
def _add_neighbours(
    first: NDArray[np.unsignedinteger],
    second: NDArray[np.unsignedinteger],
    distances: FloatArray,
    radius: float,
    values: FloatArray,
    sums: FloatArray,
    counts: FloatArray,
) -> None:
    for pair in range(len(first)):
        if distances[pair] < radius:
            i, j = first[pair], second[pair]
            counts[i] += 1
            for column in range(values.shape[1]):
                sums[i, column] += values[j, column]


@numba.njit(cache=True)
def _add_weights(
    first: NDArray[np.unsignedinteger],
    second: NDArray[np.unsignedinteger],
    distances: FloatArray,
    radius: float,
    chosen: NDArray[np.bool_],
    weights: FloatArray,
) -> None:
    counts = np.ones(len(chosen))
    for pair in range(len(first)):
        if distances[pair] < radius:
            counts[first[pair]] += 1
    for i in range(len(chosen)):
        if chosen[i]:
            weights[i] += 1 / counts[i]
    for pair in range(len(first)):
        if distances[pair] < radius and chosen[first[pair]]:
            weights[second[pair]] += 1 / counts[first[pair]]
