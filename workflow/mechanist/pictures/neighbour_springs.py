"""A mechanism without a potential: springs between neighbours, whose sizes are read off a picture.

The stiffness of a spring falls with a power of the distance over the size of the pair of species, and
the size is the distance of the first peak of their pair distribution in the view itself. Springs are at
rest, so that the response to a load is defined although the view is no minimum of any known energy.
"""

from typing import Final

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import spsolve

from mechanist.core.typing import FloatArray
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import hessian
from mechanist.mechanics.neighbours import find_neighbours

#: Reach of springs, in the median distance of nearest neighbours.
REACH: Final = 1.8
#: Power with which the stiffness falls.
POWER: Final = 14
#: Stiffness towards the affine place, as a part of the mean one, for particles without support.
GROUND: Final = 1e-3
#: Steps of the histogram of distances, in its range.
BINS: Final = 30
#: Strain at which the linear response is measured.
TINY: Final = 1e-4


def first_peaks(glass: Configuration) -> tuple[FloatArray, float]:
    """Return the distance of the first peak of each pair of species, and the reach of springs.

    Parameters
    ----------
    glass : Configuration

    Returns
    -------
    sizes : ndarray of shape (k, k)
    reach : float
    """
    wide = find_neighbours(glass, 3.0 / np.sqrt(len(glass) / glass.measure))
    nearest = np.minimum.reduceat(wide.distances, wide.starts[:-1][wide.counts > 0])
    reach = REACH * float(np.median(nearest))
    near = find_neighbours(glass, reach)
    k = len(glass.species_names)
    kind = np.sort(np.stack([glass.species[near.first], glass.species[near.second]]), axis=0)
    sizes = np.full((k, k), float(np.median(nearest)))
    for a in range(k):
        for b in range(a, k):
            away = near.distances[(kind[0] == a) & (kind[1] == b)]
            if len(away) < BINS:
                continue
            count, edges = np.histogram(away, BINS, (0.5 * reach / REACH, reach))
            middle = 0.5 * (edges[1:] + edges[:-1])
            smooth = np.convolve(count / middle, np.ones(3) / 3, "same")
            sizes[a, b] = sizes[b, a] = middle[int(smooth.argmax())]
    return sizes, reach


def spring_response(glass: Configuration, load: FloatArray, cutoff: float) -> FloatArray:
    """Return D2min per unit strain and neighbour of springs under a load, shape (n,).

    Parameters
    ----------
    glass : Configuration
        Particles as they are seen.
    load : ndarray of shape (3, 3)
        Strain direction.
    cutoff : float
        Radius of the neighbourhood of D2min.

    Returns
    -------
    ndarray of shape (n,)
        NaN where there are too few neighbours.
    """
    sizes, reach = first_peaks(glass)
    found = find_neighbours(glass, reach)
    d = glass.dimension
    size = sizes[glass.species[found.first], glass.species[found.second]]
    stiffness = (size / np.maximum(found.distances, 0.3 * size)) ** POWER
    none = np.zeros(len(stiffness))
    pairs = PairStiffness(glass, found, np.ascontiguousarray(found.vectors[:, :d]), found.distances,
                          none, none, stiffness, _no_potential)  # fmt: skip
    matrix = hessian(pairs)
    ground = GROUND * float(np.abs(matrix.diagonal()).mean())
    stretched = np.einsum("kpq,kq->kp", pairs.blocks, pairs.vectors @ load[:d, :d])
    force = pairs.sum_over_pairs(stretched)
    held = (matrix + ground * sparse.eye_array(matrix.shape[0])).tocsc()
    moved = np.zeros_like(glass.positions)
    moved[:, :d] = spsolve(held, force.ravel()).reshape(-1, d)
    after = glass.moved(glass.positions + TINY * moved, glass.cell)
    return np.asarray(d2min(glass, after, cutoff).per_neighbour / TINY**2)


def _no_potential(
    species_i: object, species_j: object, r: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Refuse to be evaluated elsewhere: springs have no energy at other distances."""
    raise NotImplementedError("springs are known at the distances of the view only")
