"""Read orientation maps of electron diffraction: EDAX ``.ang`` and Oxford ``.ctf`` text files.

Both give Bunge's Euler angles, ``.ang`` in radians and ``.ctf`` in degrees, which are turned into
active rotations from the crystal to the sample. The sample's axes are those of the map: x along
rows, y from row to row, z into the surface. Some microscopes give angles in a frame that is rotated
relative to the map's. Files do not state this rotation: it is given as ``turn``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from mechanist.core.errors import FormatError
from mechanist.core.rotations import compose, from_bunge_euler, from_rotation_vector
from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.orientation_text import Points, read_ang, read_ctf
from mechanist.formats.text import open_text

Angles = Literal["degrees", "radians"]
#: Unit of the angles in each format.
UNITS: Final[dict[str, Angles]] = {".ang": "radians", ".ctf": "degrees"}
#: Largest deviation of a point from its place on the grid, relative to the step.
PLACE_TOLERANCE: Final = 0.05
#: Phase of points at which no orientation was found.
NOT_INDEXED: Final = 0
_FULL_TURN: Final = 2 * np.pi
_ROUNDING: Final = 1e-3


class Phase(NamedTuple):
    """A phase of a map and its lattice: ``"cubic"``, ``"hexagonal"`` or ``"other"``."""

    name: str
    lattice: str


@dataclass(frozen=True, eq=False)
class OrientationMap:
    """Orientations on a square grid.

    Parameters
    ----------
    orientations : ndarray of shape (nx, ny, 4)
        Unit quaternions, scalar first, active from crystal to sample.
    phases : ndarray of shape (nx, ny), int
        Number of the phase, 0 where the point was not indexed.
    names : dict of int to Phase
        Phases by number.
    steps : ndarray of shape (2,)
        Distance between neighbouring points along x and y, in micrometres.
    """

    orientations: FloatArray
    phases: IntArray
    names: dict[int, Phase]
    steps: FloatArray

    @property
    def indexed(self) -> BoolArray:
        """Where an orientation was found, shape (nx, ny)."""
        return self.phases != NOT_INDEXED


def read_orientation_map(
    path: Path,
    *,
    angles: Angles | None = None,
    confidence: float | None = None,
    resample: bool = False,
    turn: Sequence[float] = (0.0, 0.0, 0.0),
) -> OrientationMap:
    """Read a map, whose format is given by its suffix.

    Parameters
    ----------
    path : Path
        ``.ang`` or ``.ctf``.
    angles : {"degrees", "radians"}, optional
        Unit of the angles, if it is not that of the format.
    confidence : float, optional
        Points of an ``.ang`` map below this confidence index count as not indexed; points with a
        negative index always do.
    resample : bool
        Whether to resample a hexagonal grid to a square grid, with the nearest orientation at each
        point.
    turn : sequence of float
        Rotation vector, in degrees, from the frame of the angles to that of the map, such as
        ``[0, 180, 0]``.

    Raises
    ------
    FormatError
        If the file is damaged or of another format, its points do not fill a rectangle, its grid is
        hexagonal and ``resample`` is false, a phase is not declared, no point is indexed, or angles
        seem to be in the other unit.
    """
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix not in UNITS:
        problem = f"suffix is {suffix!r}, expected one of {sorted(UNITS)}"
        raise FormatError(path, problem, remedy="Export the map as .ang or .ctf.")
    text = open_text(path)
    points = read_ang(text, confidence=confidence) if suffix == ".ang" else read_ctf(text)
    euler = _radians(path, points, angles, UNITS[suffix])
    if points.hexagonal and not resample:
        raise FormatError(
            path,
            "the grid is hexagonal, expected a square one",
            remedy="Export the map on a square grid, or set resample: true to take the nearest"
            " point for each point of a square grid.",
        )
    if points.hexagonal:
        points, euler = _resampled(points, euler)
    shape, order = _grid(path, points)
    frame = from_rotation_vector(np.radians(np.asarray(turn, dtype=float)))
    names = {number: Phase(*phase) for number, phase in points.names.items()}
    return OrientationMap(
        orientations=compose(frame, from_bunge_euler(euler))[order].reshape(*shape, 4),
        phases=points.phases[order].reshape(shape),
        names=names,
        steps=points.steps,
    )


def _radians(path: Path, points: Points, stated: Angles | None, promised: Angles) -> FloatArray:
    """Return Euler angles in radians; those of points that are not indexed are zero."""
    found = points.phases != NOT_INDEXED
    if not found.any():
        remedy = "Index the patterns again; this map has no orientations."
        raise FormatError(path, f"none of {len(found)} points is indexed", remedy=remedy)
    euler = np.where(found[:, None], points.euler, 0.0)
    largest = float(np.abs(euler).max())
    inside = largest <= _FULL_TURN + _ROUNDING
    if stated is None and largest > 0 and inside != (promised == "radians"):
        seen: Angles = "radians" if inside else "degrees"
        raise FormatError(
            path,
            f"Euler angles reach {largest:.6g}, which looks like {seen}; expected {promised}",
            remedy=f"If they are in {seen}, set angles: {seen}; if not, angles: {promised}.",
        )
    return np.asarray(np.radians(euler) if (stated or promised) == "degrees" else euler)


def _resampled(points: Points, euler: FloatArray) -> tuple[Points, FloatArray]:
    """Return points of a square grid of the same step, each with the data of the nearest point."""
    step = points.steps[0]
    low, high = points.places.min(axis=0), points.places.max(axis=0)
    counts = np.floor((high - low) / step + _ROUNDING).astype(int) + 1
    x, y = (low[k] + step * np.arange(counts[k]) for k in range(2))
    places = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
    _, nearest = cKDTree(points.places).query(places)
    square = points._replace(
        places=places,
        euler=points.euler[nearest],
        phases=points.phases[nearest],
        steps=np.array([step, step]),
        hexagonal=False,
    )
    return square, euler[nearest]


def _grid(path: Path, points: Points) -> tuple[tuple[int, int], IntArray]:
    """Return the numbers of points along x and y, and the order that sorts points by x, then y."""
    cells = (points.places - points.places.min(axis=0)) / points.steps
    nearest = np.round(cells).astype(np.int64)
    off = np.abs(cells - nearest).max(axis=1)
    nx, ny = (int(n) + 1 for n in nearest.max(axis=0))
    if off.max() > PLACE_TOLERANCE:
        at = points.places[off.argmax()].tolist()
        problem = f"the point at {at} is not on a grid of steps {points.steps.tolist()}"
        raise FormatError(path, problem, remedy="Export the map on a square grid.")
    flat = nearest[:, 0] * ny + nearest[:, 1]
    order = np.argsort(flat, kind="stable").astype(np.int64)
    if len(flat) != nx * ny or not np.array_equal(flat[order], np.arange(nx * ny)):
        problem = f"{len(flat)} points do not fill {nx} columns and {ny} rows once each"
        raise FormatError(path, problem, remedy="Cut the map to a rectangle, and export it whole.")
    return (nx, ny), order
