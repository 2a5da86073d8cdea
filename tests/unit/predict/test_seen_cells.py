"""Maps like the polycrystals that a surrogate has seen, and others."""

import numpy as np
import pytest

from mechanist.predict.kept_surrogate import SeenCells
from mechanist.predict.seen_cells import outside_reasons

SEEN = SeenCells("copper", {"fine": 4.0, "coarse": 8.0}, "z")


@pytest.mark.parametrize(("edge", "said"), [(1.09, []), (1.11, ["its voxels have edges of"])])
def test_edges_of_cubes_may_differ_by_a_tenth(edge: float, said: list[str]) -> None:
    found = outside_reasons(SEEN, (8, 8, 8), np.array([1.0, 1.0, edge]), 5.0)
    assert [one[:24] for one in found] == said


@pytest.mark.parametrize(
    ("diameter", "outside"), [(3.64, False), (3.56, True), (8.72, False), (8.88, True)]
)
def test_grains_may_be_smaller_and_larger_by_a_tenth(diameter: float, outside: bool) -> None:
    found = outside_reasons(SEEN, (8, 8, 8), np.ones(3), diameter)
    assert bool(found) == outside
