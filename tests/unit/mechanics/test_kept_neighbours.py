"""Kept neighbour lists are those of the configuration for which they are kept."""

import numpy as np

from helpers import disordered
from mechanist.mechanics.neighbours import averaging_matrix, find_neighbours, kept_neighbours


def test_kept_lists_are_shared_for_one_configuration_and_no_longer_than_asked() -> None:
    rng = np.random.default_rng(5)
    c, other = disordered(rng, n=60), disordered(rng, n=60)
    plain = find_neighbours(c, 1.5)
    with kept_neighbours(c):
        first = find_neighbours(c, 1.5)
        assert find_neighbours(c, 1.5) is first
        assert averaging_matrix(c, 1.5) is averaging_matrix(c, 1.5)
        assert find_neighbours(c, 1.4) is not first
        assert len(find_neighbours(c, 1.4).first) < len(first.first)
        elsewhere = find_neighbours(other, 1.5)
        assert find_neighbours(other, 1.5) is not elsewhere
    assert find_neighbours(c, 1.5) is not first
    np.testing.assert_array_equal(first.second, plain.second)
    assert not np.array_equal(elsewhere.second, plain.second)
