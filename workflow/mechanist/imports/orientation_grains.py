"""Orientation maps as starting microstructures: columnar grains, one voxel deep.

Neighbouring points whose orientations differ by less than a threshold belong to one grain. Points
that were not indexed, and grains of too few points, take the orientation of the nearest remaining
grain. The engine repeats the map periodically, although a map of a real surface is not periodic.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mechanist.core.typing import BoolArray, FloatArray, IntArray, Lattice
from mechanist.formats.orientation_maps import OrientationMap
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.mechanics.misorientations import misorientation
from mechanist.mechanics.slip_systems import slip_systems

#: Smallest number of points of a grain that a solver can resolve.
LEAST_POINTS: Final = 2


@dataclass(frozen=True)
class Segmentation:
    """Settings for segmenting a map into grains.

    Parameters
    ----------
    threshold : float
        Misorientation in degrees from which neighbouring points belong to different grains.
    stride : int
        Every ``stride``-th point is kept along x and y; the engine's cost rises with their number.
    smallest : int
        Grains of fewer points are merged into their neighbours.
    unindexed : float
        Largest fraction of points without an orientation.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    threshold: float = 5.0
    stride: int = 1
    smallest: int = LEAST_POINTS
    unindexed: float = 0.2

    def __post_init__(self) -> None:
        """Check ranges."""
        ranges = {
            "threshold": 0 < self.threshold < 180,
            "stride": self.stride >= 1,
            "smallest": self.smallest >= LEAST_POINTS,
            "unindexed": 0 <= self.unindexed < 1,
        }
        for key, fits in ranges.items():
            if not fits:
                raise ValueError(f"{key} = {getattr(self, key)}; expected a threshold between 0 and"
                                 f" 180 degrees, a stride of at least 1, at least {LEAST_POINTS} points"
                                 " per grain, and a fraction below 1")  # fmt: skip


def microstructure_from_map(
    mapped: OrientationMap,
    *,
    name: str,
    systems: str,
    axis: int = 0,
    segmentation: Segmentation | None = None,
) -> PolycrystalRun:
    """Return an undeformed run whose single frame is the map.

    Parameters
    ----------
    mapped : OrientationMap
        Map of a single phase.
    name : str
        Name of the run.
    systems : str
        Table of slip systems, whose lattice must be that of the phase.
    axis : int
        Loading axis.
    segmentation : Segmentation, optional
        Settings of the segmentation.

    Raises
    ------
    ValueError
        If points are of several phases, the lattice differs from that of the slip systems, too few
        points are indexed or no grain is large enough.
    """
    options = segmentation or Segmentation()
    lattice = _lattice(mapped, systems)
    kept = (slice(None, None, options.stride),) * 2
    orientations, indexed = mapped.orientations[kept], mapped.indexed[kept]
    share = 1 - float(indexed.mean())
    if share > options.unindexed:
        raise ValueError(
            f"{100 * share:.1f} % of the points have no orientation, expected at most"
            f" {100 * options.unindexed:g} %: clean the map up, cut it, or raise 'unindexed'"
        )
    grains = _components(orientations, indexed, lattice, options.threshold)
    counts = np.bincount(grains[indexed])
    large = indexed & (counts[grains] >= options.smallest)
    if not large.any():
        raise ValueError(
            f"no grain has {options.smallest} points; the largest has {counts.max()}. Lower 'stride'"
            " or 'smallest', or raise 'threshold'"
        )
    nearest = distance_transform_edt(~large, return_distances=False, return_indices=True)
    _, numbers = np.unique(grains[tuple(nearest)], return_inverse=True)
    steps = mapped.steps * options.stride
    shape = (*large.shape, 1)
    return PolycrystalRun(
        name=name,
        systems=systems,
        lengths=np.array([*(steps * large.shape), steps.min()]),
        grains=numbers.reshape(shape),
        strains=np.zeros(1),
        orientations=orientations[tuple(nearest)].reshape(1, *shape, 4),
        stress=np.zeros((1, *shape, 6)),
        curve=np.zeros((1, 2)),
        axis=axis,
        material={"filled": int((~large).sum()), "unindexed": int((~indexed).sum())},
    )


def _lattice(mapped: OrientationMap, systems: str) -> Lattice:
    """Return the lattice of the slip systems, which must be that of the map's only phase."""
    present = sorted(set(np.unique(mapped.phases[mapped.indexed]).tolist()))
    if len(present) != 1:
        names = [mapped.names[number].name for number in present]
        raise ValueError(f"points are of phases {names}; expected one. Only single-phase maps can"
                         " start a simulation: cut out one phase")  # fmt: skip
    phase, lattice = mapped.names[present[0]], slip_systems(systems).lattice
    if phase.lattice != lattice:
        raise ValueError(f"phase {phase.name!r} is {phase.lattice}, slip systems {systems!r} are of a"
                         f" {lattice} crystal; expected the same lattice")  # fmt: skip
    return lattice


def _components(
    orientations: FloatArray, indexed: BoolArray, lattice: Lattice, threshold: float
) -> IntArray:
    """Return the index of the connected region of each point, shape (nx, ny)."""
    flat = np.arange(indexed.size).reshape(indexed.shape)
    links = []
    for first, second in (((slice(None, -1), slice(None)), (slice(1, None), slice(None))),
                          ((slice(None), slice(None, -1)), (slice(None), slice(1, None)))):  # fmt: skip
        angle = misorientation(orientations[first], orientations[second], lattice)
        joined = (angle < threshold) & indexed[first] & indexed[second]
        links.append(np.stack([flat[first][joined], flat[second][joined]]))
    i, j = np.concatenate(links, axis=1)
    graph = coo_matrix((np.ones(len(i)), (i, j)), shape=(indexed.size, indexed.size))
    return connected_components(graph, directed=False)[1].reshape(indexed.shape).astype(np.int64)
