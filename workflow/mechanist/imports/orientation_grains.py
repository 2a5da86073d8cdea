"""Orientation maps as starting microstructures: columnar grains, one voxel deep.

Neighbouring points of one phase whose orientations differ by less than a threshold belong to one
grain. Points that were not indexed, and grains of too few points, take phase and orientation of the
nearest remaining grain. The engine repeats the map periodically, although a map of a real surface is
not periodic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mechanist.core.typing import FloatArray, IntArray, Lattice
from mechanist.formats.orientation_field import OrientationMap
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.formats.polycrystal_phases import PhaseMap
from mechanist.imports.map_phases import chosen_phases
from mechanist.mechanics.misorientations import misorientation

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
        Largest fraction of points without an orientation, or of a phase that is not used.

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
    systems: str | Mapping[str, str],
    phase: str | int | None = None,
    axis: int = 0,
    segmentation: Segmentation | None = None,
) -> PolycrystalRun:
    """Return an undeformed run whose single frame is the map.

    Parameters
    ----------
    mapped : OrientationMap
        Map.
    name : str
        Name of the run.
    systems : str or mapping
        Table of slip systems, or tables by name or number of the phase. Their lattices must be
        those of the phases.
    phase : str or int, optional
        Name or number of the only phase to use; points of others count as not indexed.
    axis : int
        Loading axis.
    segmentation : Segmentation, optional
        Settings of the segmentation.

    Raises
    ------
    ValueError
        If a phase has no slip systems, its lattice differs from theirs, too few points are indexed
        or no grain is large enough.
    """
    options = segmentation or Segmentation()
    chosen = chosen_phases(mapped, systems, phase)
    kept = (slice(None, None, options.stride),) * 2
    orientations = mapped.orientations[kept]
    phases = np.full(mapped.phases[kept].shape, -1, dtype=np.int64)
    for k, one in enumerate(chosen):
        phases[mapped.phases[kept] == one.number] = k
    indexed = phases >= 0
    _check_share(mapped, kept, float(indexed.mean()), options.unindexed)
    grains = connected_grains(
        orientations, phases, [one.lattice for one in chosen], options.threshold
    )
    counts = np.bincount(grains[indexed], minlength=int(grains.max()) + 1)
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
    lost = int((~mapped.indexed[kept]).sum())
    material: dict[str, object] = {"filled": int((~large).sum()), "unindexed": lost}
    if int((~indexed).sum()) > lost:
        material["other_phases"] = int((~indexed).sum()) - lost
    if mapped.notes:
        material["read"] = list(mapped.notes)
    return PolycrystalRun(
        name=name,
        systems="+".join(one.systems for one in chosen),
        lengths=np.array([*(steps * large.shape), steps.min()]),
        grains=numbers.reshape(shape),
        strains=np.zeros(1),
        orientations=orientations[tuple(nearest)].reshape(1, *shape, 4),
        stress=np.zeros((1, *shape, 6)),
        curve=np.zeros((1, 2)),
        axis=axis,
        material=material,
        phases=PhaseMap(
            names=tuple(one.name for one in chosen),
            systems=tuple(one.systems for one in chosen),
            of_voxel=phases[tuple(nearest)].reshape(shape),
        )
        if len(chosen) > 1
        else None,
    )


def _check_share(
    mapped: OrientationMap, kept: tuple[slice, slice], used: float, allowed: float
) -> None:
    """Refuse a map too many of whose points would take the orientation of a neighbour."""
    share, lost = 1 - used, 1 - float(mapped.indexed[kept].mean())
    if share <= allowed:
        return
    others = f", and {100 * (share - lost):.1f} % are of other phases" if share > lost else ""
    raise ValueError(
        f"{100 * lost:.1f} % of the points have no orientation{others}; expected at most"
        f" {100 * allowed:g} % together: clean the map up, cut it, or raise 'unindexed'"
    )


def connected_grains(
    orientations: FloatArray, phases: IntArray, lattices: Sequence[Lattice], threshold: float,
    *, periodic: bool = False,
) -> IntArray:  # fmt: skip
    """Return the number of the connected region of each point, in the shape of ``phases``.

    Parameters
    ----------
    orientations : ndarray of shape (nx, ny, 4) or (nx, ny, nz, 4)
        Unit quaternions.
    phases : ndarray of shape (nx, ny) or (nx, ny, nz), int
        Index of the lattice of each point; points of a negative one are regions by themselves.
    lattices : sequence of {"cubic", "hexagonal"}
    threshold : float
        Misorientation in degrees from which neighbours belong to different regions.
    periodic : bool
        Whether the last points of each axis are neighbours of the first.
    """
    flat = np.arange(phases.size).reshape(phases.shape)
    links = [np.empty((2, 0), dtype=np.int64)]
    for axis in range(phases.ndim):
        last = None if periodic else -1
        own = (*(slice(None),) * axis, slice(None, last))
        first, second = flat[own], np.roll(flat, -1, axis=axis)[own]
        of, turns = phases.ravel(), orientations.reshape(-1, 4)
        for number, lattice in enumerate(lattices):
            both = (of[first] == number) & (of[second] == number)
            i, j = first[both], second[both]
            joined = misorientation(turns[i], turns[j], lattice) < threshold
            links.append(np.stack([i[joined], j[joined]]))
    i, j = np.concatenate(links, axis=1)
    graph = coo_matrix((np.ones(len(i)), (i, j)), shape=(phases.size, phases.size))
    return connected_components(graph, directed=False)[1].reshape(phases.shape).astype(np.int64)
