"""Neighbours that are read part by part."""

import numpy as np

from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import neighbours_by_part


def test_parts_of_a_cluster_in_a_far_larger_box_come_to_an_end() -> None:
    """A box of even density would have hardly any pairs; here each particle is a neighbour of all others."""
    positions = np.zeros((40, 3))
    positions[:, :2] = np.random.default_rng(0).random((40, 2))
    cluster = Configuration(
        positions=positions, cell=np.diag([1000.0, 1000.0, 1.0]), species=np.zeros(40, int),
        species_names=("A",), dimension=2,
    )  # fmt: skip
    parts = [
        (part, len(near.second))
        for part, near in neighbours_by_part(cluster, 5.0, pairs=100, multiple=8)
    ]
    assert [part.start for part, _ in parts] == [0, 8, 16, 24, 32]
    assert [pairs for _, pairs in parts] == [8 * 39] * 5
