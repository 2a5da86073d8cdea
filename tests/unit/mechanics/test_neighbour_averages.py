"""Averages without a matrix are those with it; lists taken from a longer search are those searched."""

import numpy as np

from helpers import disordered
from mechanist.mechanics.neighbour_averages import averaging_weights, neighbour_averages
from mechanist.mechanics.neighbours import averaging_matrix, find_neighbours, kept_neighbours

RADIUS = 1.7


def test_averages_and_weights_are_those_of_the_matrix() -> None:
    rng = np.random.default_rng(8)
    c = disordered(rng, n=80)
    values = rng.normal(size=(80, 3))
    matrix = averaging_matrix(c, RADIUS).toarray()
    assert (matrix > 0).sum() > 3 * len(c)
    np.testing.assert_allclose(neighbour_averages(c, RADIUS, values), matrix @ values, rtol=1e-12)
    some = np.array([3, 4, 50])
    np.testing.assert_allclose(
        averaging_weights(c, RADIUS, some), matrix[some].sum(axis=0), rtol=1e-12
    )
    with kept_neighbours(c, longest=2.4):
        np.testing.assert_allclose(
            neighbour_averages(c, RADIUS, values), matrix @ values, rtol=1e-12
        )


def test_a_particle_alone_is_its_own_average() -> None:
    c = disordered(np.random.default_rng(8), n=80)
    values = np.arange(80.0)[:, None]
    np.testing.assert_array_equal(neighbour_averages(c, 1e-3, values), values)
    np.testing.assert_array_equal(averaging_weights(c, 1e-3, np.array([7])), np.arange(80) == 7)


def test_lists_of_one_long_search_equal_lists_searched_alone() -> None:
    c = disordered(np.random.default_rng(9), n=70)
    # The last cutoff reaches several images of every particle.
    longest = 1.2 * float(np.linalg.norm(c.cell[0]))
    for cutoff in (1.1, 1.9, longest, 1.5 * longest):
        alone = find_neighbours(c, cutoff)
        with kept_neighbours(c, longest=longest):
            kept = find_neighbours(c, cutoff)
        for name in ("first", "second", "vectors", "distances", "shifts", "starts"):
            np.testing.assert_array_equal(getattr(kept, name), getattr(alone, name))
        key = alone.first * len(c) + alone.second
        order = np.lexsort((alone.distances, key))
        np.testing.assert_array_equal(order, np.arange(len(key)))
