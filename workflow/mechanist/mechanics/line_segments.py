"""Densities and Nye tensors of dislocation networks, in the cell as a whole and voxel by voxel.

The Nye tensor here is ``alpha_ij = sum b_i dl_j / V``: Burgers vector first, line second; see Nye
(1953), https://doi.org/10.1016/0001-6160(53)90054-6. With lengths in units of b, densities are in
1/b^2 and Nye tensors in 1/b.
"""

from typing import Final, NamedTuple

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.paradis import DislocationNetwork
from mechanist.mechanics.slip_systems import SlipSystems

#: Largest angle in degrees between a Burgers vector or plane and those of its slip system.
ALIGNED: Final = 2.0
#: Classes that follow the slip systems: lines of another Burgers vector, such as junctions, and
#: lines with the Burgers vector of a system on a plane that belongs to no such system.
OTHER_BURGERS: Final = "other Burgers vector"
OTHER_PLANE: Final = "other plane"
UNASSIGNED: Final = (OTHER_BURGERS, OTHER_PLANE)
#: Share of the box along an axis from which on a segment and its image cannot be told apart.
HALF: Final = 0.5 - 1e-9
STATE_PERIODIC: Final = (
    "State `periodic` as in the control file of the simulation: [x, y, z] for a box that is periodic"
    " along all axes, or [] for one with free surfaces or pinned ends."
)


class Segments(NamedTuple):
    """Straight segments, each with its start, its vector, Burgers vector and plane, shape (m, 3).

    ``origin`` and ``lengths``, shape (3,), are those of the box; ``periodic``, shape (3,), states
    along which axes it repeats.
    """

    starts: FloatArray
    vectors: FloatArray
    burgers: FloatArray
    planes: FloatArray
    origin: FloatArray
    lengths: FloatArray
    periodic: BoolArray


class Pieces(NamedTuple):
    """Parts of segments, each within one voxel.

    ``owners``, shape (k,), are indices of segments; ``voxels``, shape (k,), are flat indices in C
    order; ``vectors``, shape (k, 3), add up to those of the owners; ``shape`` is that of the grid.
    """

    owners: IntArray
    voxels: IntArray
    vectors: FloatArray
    shape: tuple[int, int, int]


def segments_of(
    network: DislocationNetwork, *, periodic: tuple[bool, bool, bool] | None = None
) -> Segments:
    """Return the segments of a network.

    Parameters
    ----------
    network : DislocationNetwork
        Nodes and segments.
    periodic : tuple of bool, optional
        Whether the box repeats along each axis. Along periodic axes, a segment runs to the nearest
        image of its end node. Node files do not say it; if it is not stated, the box counts as
        periodic as long as that changes no segment.

    Raises
    ------
    ValueError
        If it is not stated and segments are half the box or longer, as they lie in the file.
    """
    first, second = network.segments.T
    vectors = network.positions[second] - network.positions[first]
    if periodic is None and (problem := undecided(network)):
        raise ValueError(f"{problem}. {STATE_PERIODIC}")
    repeats = np.array((True, True, True) if periodic is None else periodic)
    images = np.round(vectors / network.lengths) * repeats
    return Segments(
        starts=network.positions[first],
        vectors=vectors - images * network.lengths,
        burgers=network.burgers,
        planes=network.planes,
        origin=network.low,
        lengths=network.lengths,
        periodic=repeats,
    )


def undecided(network: DislocationNetwork) -> str:
    """Return which segments could also run to an image of their end; empty if none could."""
    first, second = network.segments.T
    sides = np.abs(network.positions[second] - network.positions[first])
    shares = sides / network.lengths
    long = np.flatnonzero((shares >= HALF).any(axis=1))
    if not len(long):
        return ""
    axis = int(shares[long[0]].argmax())
    start, end = (",".join(map(str, network.tags[k])) for k in network.segments[long[0]])
    return (
        f"{len(long)} of {len(shares)} segments are half the box or longer, the first from node"
        f" {start} to node {end}: {sides[long[0], axis]:g} along {'xyz'[axis]} in a box of"
        f" {network.lengths[axis]:g}; in a periodic box each would run to the nearest image of its"
        " end instead, and node files do not say whether the box is periodic"
    )


def split(segments: Segments, shape: tuple[int, int, int]) -> Pieces:
    """Cut segments where they cross faces of voxels.

    A voxel holds its lower faces but not its upper ones, so that a line in a face counts once.

    Parameters
    ----------
    segments : Segments
        Segments in a periodic or a finite box.
    shape : tuple of int
        Number of voxels along each axis.

    Raises
    ------
    ValueError
        If a number of voxels is not positive.
    """
    if min(shape) < 1:
        raise ValueError(f"shape = {shape}; expected at least one voxel along each axis")
    side = segments.lengths / shape
    begin = (segments.starts - segments.origin) / side
    step = segments.vectors / side
    owners, parts = _crossings(begin, step)
    order = np.lexsort((parts, owners))
    owners, parts = owners[order], parts[order]
    real = (np.diff(owners) == 0) & (np.diff(parts) > 0)
    owner, left, right = owners[:-1][real], parts[:-1][real], parts[1:][real]
    middle = np.floor(begin[owner] + 0.5 * (left + right)[:, None] * step[owner]).astype(np.int64)
    wrapped = np.where(segments.periodic, middle % shape, np.clip(middle, 0, np.array(shape) - 1))
    voxels = np.ravel_multi_index(tuple(wrapped.T), shape).astype(np.int64)
    return Pieces(owner, voxels, (right - left)[:, None] * segments.vectors[owner], shape)


def _crossings(begin: FloatArray, step: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the segment of each cut and its fraction of the length; both ends count as cuts."""
    rows = np.arange(len(begin))
    owners, parts = [rows, rows], [np.zeros(len(rows)), np.ones(len(rows))]
    for axis in range(begin.shape[1]):
        start, change = begin[:, axis], step[:, axis]
        low, high = np.minimum(start, start + change), np.maximum(start, start + change)
        first = np.floor(low) + 1
        count = np.maximum(np.ceil(high) - first, 0).astype(np.int64)
        owner = np.repeat(rows, count)
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        share = (first[owner] + within - start[owner]) / change[owner]
        owners.append(owner)
        parts.append(np.clip(share, 0.0, 1.0))
    return np.concatenate(owners), np.concatenate(parts)


def assign_systems(
    segments: Segments,
    systems: SlipSystems,
    *,
    rotation: FloatArray | None = None,
    tolerance: float = ALIGNED,
) -> IntArray:
    """Return the slip system of each segment, or a class of ``UNASSIGNED`` if it has none.

    Parameters
    ----------
    segments : Segments
        Lines with their Burgers vectors and planes. Where a plane is zero, the plane of line and
        Burgers vector is used.
    systems : SlipSystems
        Slip systems of the crystal.
    rotation : ndarray of shape (3, 3), optional
        Rotation from the crystal axes to the box axes; by default they coincide.
    tolerance : float
        Largest angle in degrees.

    Returns
    -------
    ndarray of shape (m,)
        Index of the slip system, or ``len(systems)`` plus the index in ``UNASSIGNED``.
    """
    turn = np.eye(3) if rotation is None else rotation
    same = np.cos(np.radians(tolerance))
    crossed = np.cross(segments.burgers, segments.vectors)
    given = np.linalg.norm(segments.planes, axis=1) > 0
    planes = _unit(np.where(given[:, None], segments.planes, crossed)) @ turn
    along = np.abs(_unit(segments.burgers) @ turn @ systems.directions.T) >= same
    on = np.where(along, np.abs(planes @ systems.normals.T), -1.0)
    best = on.argmax(axis=1) if len(on) else np.zeros(0, np.int64)
    fits = on.max(axis=1, initial=-1.0) >= same
    other = len(systems) + np.where(along.any(axis=1), 1, 0)
    return np.where(fits, best, other)


def system_densities(segments: Segments, assigned: IntArray, n_systems: int) -> FloatArray:
    """Return line length per volume of each system, then of the two classes without a system.

    Returns
    -------
    ndarray of shape (n_systems + 2, 3)
        Total, screw and edge density; a line at an angle theta to its Burgers vector counts with
        ``cos^2 theta`` as screw and ``sin^2 theta`` as edge, so that these two add up to the total.
    """
    length = np.linalg.norm(segments.vectors, axis=1)
    cosine = (_unit(segments.vectors) * _unit(segments.burgers)).sum(axis=1)
    rows = n_systems + len(UNASSIGNED)
    total, screw = (
        np.bincount(assigned, weights, rows) for weights in (length, length * cosine**2)
    )
    return np.column_stack([total, screw, total - screw]) / np.prod(segments.lengths)


def density_fields(
    segments: Segments, pieces: Pieces, assigned: IntArray, n_systems: int
) -> FloatArray:
    """Return line length per volume in each voxel, shape (nx, ny, nz, n_systems + 2)."""
    columns = n_systems + len(UNASSIGNED)
    cells = int(np.prod(pieces.shape))
    at = pieces.voxels * columns + assigned[pieces.owners]
    length = np.bincount(at, np.linalg.norm(pieces.vectors, axis=1), cells * columns)
    return (length * cells / np.prod(segments.lengths)).reshape(*pieces.shape, columns)


def nye_field(segments: Segments, pieces: Pieces) -> FloatArray:
    """Return the Nye tensor of each voxel, shape (nx, ny, nz, 3, 3)."""
    cells = int(np.prod(pieces.shape))
    products = segments.burgers[pieces.owners][:, :, None] * pieces.vectors[:, None, :]
    total = np.stack(
        [np.bincount(pieces.voxels, products[:, i, j], cells) for i in range(3) for j in range(3)],
        axis=-1,
    )
    return (total * cells / np.prod(segments.lengths)).reshape(*pieces.shape, 3, 3)


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0))
