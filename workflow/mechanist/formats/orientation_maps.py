"""Read orientation maps of electron diffraction: EDAX ``.ang`` and Oxford ``.ctf`` text files.

Both give Bunge's Euler angles, ``.ang`` in radians and ``.ctf`` in degrees, which are turned into
active rotations from the crystal to the sample. The sample's axes are those of the map: x along
rows, y from row to row, z into the surface. Some microscopes give angles in a frame that is rotated
relative to the map's. Files do not state this rotation: it is given as ``turn``.

In a hexagonal or trigonal crystal, x of the crystal frame of the angles is an a axis for EDAX and an
a* axis, 30 degrees from it, for Oxford, whose y is the b axis. Orientations here refer to the frame
with x along a and z along c, as :mod:`mechanist.mechanics.slip_systems` does. Both conventions:
Britton et al. (2016), https://doi.org/10.1016/j.matchar.2016.04.008.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.rotations import compose, from_bunge_euler, from_rotation_vector
from mechanist.core.typing import FloatArray
from mechanist.formats.orientation_ang import read_ang
from mechanist.formats.orientation_ctf import read_ctf
from mechanist.formats.orientation_field import OrientationMap, Phase, phase_number
from mechanist.formats.orientation_grid import is_square, resampled, square_grid
from mechanist.formats.orientation_points import NOT_INDEXED, Points
from mechanist.formats.text import open_text

Angles = Literal["degrees", "radians"]
CrystalX = Literal["a", "a*"]
#: Unit of the angles in each format.
UNITS: Final[dict[str, Angles]] = {".ang": "radians", ".ctf": "degrees"}
#: Crystal axis along x of the crystal frame in each format, for lattices with a c axis of order 3 or 6.
CRYSTAL_X: Final[dict[str, CrystalX]] = {".ang": "a", ".ctf": "a*"}
#: Lattices for which both differ.
TURNED: Final = ("hexagonal", "trigonal")
#: Angle in degrees of a in the frame whose x is along a* and whose y is along b.
A_FROM_A_STAR: Final = -30.0
_FULL_TURN: Final = 2 * np.pi
_MOST_TURNS: Final = 2
_ROUNDING: Final = 1e-3


def read_orientation_map(
    path: Path,
    *,
    angles: Angles | None = None,
    confidence: float | None = None,
    resample: bool | None = None,
    turn: Sequence[float] = (0.0, 0.0, 0.0),
    crystal_x: CrystalX | None = None,
    first_phase: int | None = None,
    step: float | Sequence[float] | None = None,
    lattices: Mapping[str, str] | None = None,
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
    resample : bool, optional
        Whether a hexagonal grid is resampled to a square grid, with the nearest orientation at each
        point: by default if the header says that the grid is hexagonal.
    turn : sequence of float
        Rotation vector, in degrees, from the frame of the angles to that of the map, such as
        ``[0, 180, 0]``.
    crystal_x : {"a", "a*"}, optional
        Axis of hexagonal and trigonal crystals along x of the crystal frame, if it is not that of
        the format.
    first_phase : int, optional
        Number, 0 or 1, of the header's first phase in the points of an ``.ang`` map.
    step : float or sequence of float, optional
        Distance of points, or distances along x and y, if the header states others than the points
        have.
    lattices : mapping, optional
        Lattice of a phase, by its name or number, if the header states another.

    Raises
    ------
    FormatError
        If the file is damaged or of another format, its points do not fill a rectangle, its grid is
        hexagonal and ``resample`` is false, a phase is not declared or it is not clear from which
        number phases are counted, no point is indexed, or angles seem to be in the other unit.
    """
    suffix = Path(path.name.removesuffix(".gz").removesuffix(".zst")).suffix.lower()
    if suffix not in UNITS:
        problem = f"suffix is {suffix!r}, expected one of {sorted(UNITS)}"
        raise FormatError(path, problem, remedy="Export the map as .ang or .ctf.")
    for key, value in (("confidence", confidence), ("first_phase", first_phase)):
        if suffix != ".ang" and value is not None:
            problem = f"{key} is for .ang maps only, a {suffix} map has nothing of the kind"
            raise FormatError(path, problem, remedy="Leave it out.")
    text = open_text(path, exported=True)
    steps = None if step is None else np.broadcast_to(np.asarray(step, dtype=float), (2,))
    points = (
        read_ang(text, confidence=confidence, first_phase=first_phase, steps=steps)
        if suffix == ".ang"
        else read_ctf(text, steps=steps)
    )
    unit = angles or UNITS[suffix]
    points = points._replace(euler=_radians(path, points, angles, UNITS[suffix]))
    points = _on_square_grid(path, points, resample)
    shape, order = square_grid(path, points)
    names = {number: Phase(*phase) for number, phase in sorted(points.names.items())}
    for key, lattice in (lattices or {}).items():
        try:
            number = phase_number({n: one.name for n, one in names.items()}, key)
        except ValueError as error:
            remedy = "Correct the key lattices."
            raise FormatError(path, f"lattices: {error}", remedy=remedy) from error
        names[number] = Phase(names[number].name, lattice)
    along = crystal_x or CRYSTAL_X[suffix]
    turned = [number for number, phase in names.items() if phase.lattice in TURNED]
    orientations = from_bunge_euler(points.euler)
    if along == "a*":
        about_c = from_rotation_vector(np.radians([0.0, 0.0, A_FROM_A_STAR]))
        affected = np.isin(points.phases, turned)[:, None]
        orientations = np.where(affected, compose(orientations, about_c), orientations)
    frame = from_rotation_vector(np.radians(np.asarray(turn, dtype=float)))
    return OrientationMap(
        orientations=compose(frame, orientations)[order].reshape(*shape, 4),
        phases=points.phases[order].reshape(shape),
        names=names,
        steps=points.steps,
        notes=(*points.notes, *_conventions(points, names, turned, along, unit)),
    )


def _on_square_grid(path: Path, points: Points, resample: bool | None) -> Points:
    """Return points of a square grid, resampled if necessary."""
    if not points.hexagonal and not resample:
        return points
    if is_square(points):
        note = "the header says that the grid is hexagonal, but the points are on a square grid"
        said = (*points.notes, note) if points.hexagonal else points.notes
        return points._replace(hexagonal=False, notes=said)
    if resample is False:
        raise FormatError(
            path,
            "the grid is hexagonal, but resample is false",
            remedy="Export the map on a square grid, or leave out resample, to take the nearest"
            " point for each point of a square grid.",
        )
    square = resampled(path, points)
    if (square.phases == NOT_INDEXED).all():
        problem = f"none of {len(square.phases)} points of the square grid is indexed"
        raise FormatError(path, problem, remedy="Clean the map up, or export it on a square grid.")
    return square


def _conventions(
    points: Points, names: dict[int, Phase], turned: list[int], along: CrystalX, unit: Angles
) -> tuple[str, ...]:
    """Return sentences on phases, and on what angles mean."""
    counts = {number: int((points.phases == number).sum()) for number in names}
    phases = ", ".join(
        f"{number} {phase.name!r} ({phase.lattice}) {counts[number]}"
        for number, phase in names.items()
    )
    lost = int((points.phases == NOT_INDEXED).sum())
    said = [f"points by phase: {phases}; not indexed {lost}", f"angles in {unit}"]
    if any(counts[number] for number in turned):
        said[-1] += f"; x of hexagonal and trigonal crystals along {along} (key crystal_x)"
    return tuple(said)


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
    radians = np.asarray(np.radians(euler) if (stated or promised) == "degrees" else euler)
    if np.abs(radians).max() > _MOST_TURNS * _FULL_TURN + _ROUNDING:
        problem = (
            f"Euler angles reach {largest:.6g} {stated or promised}, expected at most two turns"
        )
        raise FormatError(path, problem, remedy="Look for damaged rows, and export the map again.")
    return radians
