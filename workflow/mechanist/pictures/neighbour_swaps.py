"""T1 events: two neighbours part, and the two particles between which they stood become neighbours.

Neighbours share an edge of the power diagram (https://doi.org/10.1137/0216006) of places and radii, which is
the Voronoi diagram where radii are equal or not known. A short edge changes sides by errors of the places
alone. An event therefore counts only if the edge that is lost and the edge that is gained are both longer
than a part of the typical edge; what errors still do is counted on places that have errors only.
"""

from typing import Final

import numpy as np
from scipy.spatial import ConvexHull

from mechanist.core.typing import FloatArray

#: Least length of the lost and of the gained edge, in median edges.
LEAST: Final = 0.25

#: Particles on either side of an edge, and those at its two ends.
Edges = dict[tuple[int, int], tuple[tuple[int, int], float]]


def neighbour_edges(places: FloatArray, radii: FloatArray | None = None) -> Edges:
    """Return the edges between neighbours.

    Parameters
    ----------
    places : ndarray of shape (n, 2)
    radii : ndarray of shape (n,), optional
        Radius of each particle.

    Returns
    -------
    dict
        By the two particles that share the edge, the lower number first: the two particles at its ends,
        and its length. Edges without an end are left out.
    """
    power = np.zeros(len(places)) if radii is None else radii**2
    # Far from the origin, the lifted places would lose digits.
    near = places - places.mean(axis=0)
    lifted = np.column_stack([near, (near**2).sum(axis=1) - power])
    hull = ConvexHull(lifted)
    triangles = hull.simplices[hull.equations[:, 2] < -1e-12]
    corners, heights = near[triangles], lifted[triangles][..., 2]
    sides = corners[:, 1:] - corners[:, :1]
    centres = np.linalg.solve(2 * sides, (heights[:, 1:] - heights[:, :1])[..., None])[..., 0]
    met: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for number, triangle in enumerate(triangles.tolist()):
        for k in range(3):
            one, two = sorted((triangle[k], triangle[(k + 1) % 3]))
            met.setdefault((one, two), []).append((triangle[(k + 2) % 3], number))
    edges: Edges = {}
    for pair, ends in met.items():
        if len(ends) == 2:
            (third, first), (fourth, second) = ends
            length = float(np.linalg.norm(centres[first] - centres[second]))
            edges[pair] = ((min(third, fourth), max(third, fourth)), length)
    return edges


def neighbour_swaps(
    before: FloatArray, after: FloatArray, radii: FloatArray | None = None
) -> list[tuple[int, int, int, int]]:
    """Return the T1 events between two states of the same particles.

    Parameters
    ----------
    before, after : ndarray of shape (n, 2)
        Places of the same particles.
    radii : ndarray of shape (n,), optional
        Radius of each particle; NaN stands for the mean of the others.

    Returns
    -------
    list of tuple
        The two particles that parted, and the two that became neighbours.
    """
    if radii is not None:
        radii = (
            None if np.isnan(radii).all() else np.where(np.isnan(radii), np.nanmean(radii), radii)
        )
    old, new = neighbour_edges(before, radii), neighbour_edges(after, radii)
    least = LEAST * float(np.median([length for _, length in old.values()]))
    events = []
    for pair, (ends, length) in old.items():
        gained = new.get(ends)
        if pair not in new and length > least and gained is not None:
            across, grown = gained
            if across == pair and ends not in old and grown > least:
                events.append((*pair, *ends))
    return events
