"""T1 events: four particles that change neighbours, and grids that do not."""

import numpy as np
import pytest
from scipy.spatial import Voronoi

from mechanist.pictures.neighbour_swaps import neighbour_edges, neighbour_swaps


def triangular(side: int = 8) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side]
    return np.column_stack([(columns + 0.5 * (rows % 2)).ravel(), (np.sqrt(0.75) * rows).ravel()])


def test_edges_are_those_of_the_voronoi_diagram() -> None:
    places = np.random.default_rng(1).random((60, 2))
    edges = neighbour_edges(places)
    diagram = Voronoi(places)
    known = {
        tuple(sorted(pair)): np.linalg.norm(np.diff(diagram.vertices[ends], axis=0))
        for pair, ends in zip(diagram.ridge_points.tolist(), diagram.ridge_vertices, strict=True)
        if -1 not in ends
    }
    assert set(edges) == set(known)
    np.testing.assert_allclose([edges[pair][1] for pair in known], list(known.values()), rtol=1e-6)


def test_equal_radii_change_nothing_and_a_large_particle_pushes_its_edges_away() -> None:
    places = triangular()
    plain, equal = neighbour_edges(places), neighbour_edges(places, np.full(64, 0.4))
    assert set(plain) == set(equal)
    radii = np.full(64, 0.4)
    radii[27] = 0.6
    larger = neighbour_edges(places, radii)
    around = [pair for pair in plain if 27 in pair]
    assert len(around) == 6
    assert all(larger[pair][1] > 1.1 * plain[pair][1] for pair in around)


def test_a_swap_of_four_is_one_event_and_a_smooth_shear_none() -> None:
    before = triangular()
    after = before.copy()
    # 27 and 28 are neighbours in a row; between them stand one above and one below
    (above, below), _ = neighbour_edges(before)[(27, 28)]
    middle = before[[27, 28]].mean(axis=0)
    for one, inwards in ((27, -0.3), (28, -0.3), (above, 0.28), (below, 0.28)):
        towards = middle - before[one]
        after[one] += inwards * towards / np.linalg.norm(towards)
    assert neighbour_swaps(before, after) == [(27, 28, above, below)]
    assert neighbour_swaps(before, before @ np.array([[1.0, 0.0], [0.03, 1.0]])) == []
    errors = 0.004 * np.random.default_rng(2).standard_normal(before.shape)
    assert neighbour_swaps(before, before + errors, np.full(64, np.nan)) == []


@pytest.mark.parametrize(("part", "counts"), [(0.24, False), (0.26, True)])
def test_lost_and_gained_edges_count_from_a_quarter_of_the_median_edge_on(
    part: float, counts: bool
) -> None:
    """Two triangles over a base of 1 have their centres (h^2 - 1/4) / 2 h above and below it."""
    grid = triangular()
    (above, below), median = neighbour_edges(grid)[(27, 28)]
    middle = grid[[27, 28]].mean(axis=0)
    centre = 0.5 * part * median
    height = centre + np.sqrt(centre**2 + 0.25)
    short, swapped = grid.copy(), grid.copy()
    for one in (above, below):
        side = np.sign(grid[one, 1] - middle[1])
        short[one] = middle[0], middle[1] + side * height
        swapped[one] -= [0.0, 0.28 * side]
    swapped[27] -= [0.3, 0.0]
    swapped[28] += [0.3, 0.0]
    assert neighbour_edges(short)[(27, 28)][1] == pytest.approx(part * median)
    assert neighbour_swaps(short, swapped) == [(27, 28, above, below)] * counts
    # backwards, the short edge is the one that is gained
    assert len(neighbour_swaps(swapped, short)) == counts
