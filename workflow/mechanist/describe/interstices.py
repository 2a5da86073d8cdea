"""Interstices between an atom and its neighbours: Wang and Jain, https://doi.org/10.48550/arXiv.1904.03780.

The shell of an atom is its Voronoi neighbours. Distance interstices are gaps ``r / (R_i + R_j) - 1``
to these and to all neighbours within a cutoff; area interstices are the uncovered shares of the
triangles of the shell's hull; volume interstices are those of the tetrahedra of each triangle with
the atom. Mean, standard deviation, minimum and maximum of the four are the short range (16
features); the same four statistics of these over the shell are the medium range (64 features). This
is the form of the authors' public code (github.com/Qi-max/amlearn). In two dimensions there is no
volume, and triangles are those of the atom with successive neighbours: 12 and 48 features.
"""

import itertools
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from scipy.spatial import ConvexHull

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.group_statistics import STATISTICS, group_statistics
from mechanist.describe.shared.radii import particle_radii
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.covered_space import tetrahedron_interstices, triangle_interstices
from mechanist.mechanics.neighbours import find_neighbours
from mechanist.mechanics.tessellation import tessellate

_SMALLEST_FACE: Final = 1e-6  # share of a cell's surface; smaller faces are round-off of lattices


@dataclass(frozen=True)
class Interstices:
    """Distance, area and volume interstices in short and medium range.

    Parameters
    ----------
    cutoff : float
        Distance within which neighbours count for the second kind of distance interstice; the
        published 4 Angstrom are 1.5 diameters of the atoms of Cu-Zr.

    Raises
    ------
    ValueError
        If the cutoff is not positive.
    """

    card: ClassVar[Card] = Card(
        name="Interstices",
        reference="https://doi.org/10.48550/arXiv.1904.03780",
        units="1",
        symmetry="translations, rotations, reflections, permutations of like particles",
        load_aware=False,
        subject=SubjectName.PARTICLE,
    )
    cutoff: float = 1.5

    def __post_init__(self) -> None:
        """Validate the cutoff."""
        if not self.cutoff > 0:
            raise ValueError(f"cutoff = {self.cutoff}; expected a positive length")

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe every particle; see :class:`mechanist.describe.descriptor.Descriptor`."""
        n, radii = len(configuration), particle_radii(configuration)
        first, second, vectors = _shells(configuration)
        near = find_neighbours(configuration, self.cutoff)
        gaps = np.linalg.norm(vectors, axis=1) / (radii[first] + radii[second]) - 1
        close = near.distances / (radii[near.first] + radii[near.second]) - 1
        kinds = {
            "voronoi_distance": (first, gaps),
            "distance": (near.first.astype(np.int64), close),
        }
        simplices = _rings if configuration.dimension == 2 else _hulls
        centres, one, two, three = simplices(first, vectors, n)
        outer = np.stack([vectors[k] for k in (one, two, three) if k is not None], axis=1)
        sizes = np.stack([radii[second[k]] for k in (one, two, three) if k is not None], axis=1)
        whole = np.concatenate([np.zeros_like(outer[:, :1]), outer], axis=1)
        sizes_whole = np.column_stack([radii[centres], sizes])
        if configuration.dimension == 2:
            kinds["area"] = (centres, triangle_interstices(whole, sizes_whole))
        else:
            kinds["area"] = (centres, triangle_interstices(outer, sizes))
            kinds["volume"] = (centres, tetrahedron_interstices(whole, sizes_whole))
        short = np.hstack([group_statistics(i, v[:, None], n) for i, v in kinds.values()])
        names = [f"{kind}_{statistic}" for kind in kinds for statistic in STATISTICS]
        medium = group_statistics(first, short[second], n)
        names += [f"{name}_of_{statistic}" for statistic in STATISTICS for name in names]
        return Features(np.hstack([short, medium]), names)


def _shells(configuration: Configuration) -> tuple[IntArray, IntArray, FloatArray]:
    """Return pairs of Voronoi neighbours, by their first particle, and their vectors."""
    cells = tessellate(configuration)
    surface = np.bincount(cells.first, cells.areas, minlength=len(configuration))
    kept = cells.areas > _SMALLEST_FACE * surface[cells.first]
    vectors = cells.units[kept] * cells.distances[kept, None]
    return cells.first[kept], cells.second[kept], vectors


Simplices = tuple[IntArray, IntArray, IntArray, IntArray | None]


def _rings(first: IntArray, vectors: FloatArray, n: int) -> Simplices:
    """Return particles with pairs of neighbours that follow each other around them."""
    order = np.lexsort((np.arctan2(vectors[:, 1], vectors[:, 0]), first))
    starts = np.searchsorted(first, np.arange(n + 1))
    following = np.arange(1, len(first) + 1)
    following[starts[1:] - 1] = starts[:-1]
    return first, order, order[following], None


def _hulls(first: IntArray, vectors: FloatArray, n: int) -> Simplices:
    """Return particles with triples of neighbours that are triangles of their shell's hull."""
    starts = np.searchsorted(first, np.arange(n + 1))
    triangles = [_hull(vectors[a:b]) + a for a, b in itertools.pairwise(starts)]
    centres = np.repeat(np.arange(n), [len(one) for one in triangles])
    one, two, three = np.concatenate(triangles).T
    return centres, one, two, three


def _hull(vectors: FloatArray) -> IntArray:
    """Return the triangles of the hull of one shell, shape (n_triangles, 3).

    Faces with more than three corners, as between periodic images, are cut from their corner that is
    nearest to the atom: the cut of the library depends on the orientation.
    """
    hull = ConvexHull(vectors)
    _, face, counts = np.unique(hull.equations, axis=0, return_inverse=True, return_counts=True)
    triangles = [hull.simplices[counts[face.ravel()] == 1]]
    for k in np.flatnonzero(counts > 1):
        corners = np.unique(hull.simplices[face.ravel() == k])
        triangles.append(_fan(vectors, corners))
    return np.concatenate(triangles).astype(np.int64)


def _fan(vectors: FloatArray, corners: IntArray) -> IntArray:
    """Cut a plane polygon from its corner that is nearest to the origin."""
    apex = corners[np.argmin(np.linalg.norm(vectors[corners], axis=1))]
    spokes = vectors[corners] - vectors[corners].mean(axis=0)
    plane = np.linalg.svd(spokes)[2][:2] @ spokes.T
    order = corners[np.argsort(np.arctan2(plane[1], plane[0]))]
    order = np.roll(order, -int(np.flatnonzero(order == apex)[0]))
    return np.column_stack([np.full(len(order) - 2, apex), order[1:-1], order[2:]])


DESCRIPTOR = Interstices
