"""Orientations and phases of the points of a map, on a square grid."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.orientation_points import NOT_INDEXED


@dataclass(frozen=True)
class Phase:
    """A phase of a map and its lattice, such as ``"cubic"``, or ``"other"`` if it is not known."""

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
        Number of the phase, ``NOT_INDEXED`` where the point has no orientation.
    names : dict of int to Phase
        Phases by number.
    steps : ndarray of shape (2,)
        Distance between neighbouring points along x and y, in micrometres.
    notes : tuple of str
        Sentences on what was converted, and on conventions that the file does not state.
    """

    orientations: FloatArray
    phases: IntArray
    names: dict[int, Phase]
    steps: FloatArray
    notes: tuple[str, ...] = field(default=())

    @property
    def indexed(self) -> BoolArray:
        """Where an orientation was found, shape (nx, ny)."""
        return self.phases != NOT_INDEXED


def phase_number(names: Mapping[int, str], key: str | int) -> int:
    """Return the number of a phase that is given by its name, or by its number in the header.

    Raises
    ------
    ValueError
        If there is no such phase, or if several have that name.
    """
    found = [number for number, name in names.items() if name == str(key)]
    if not found and str(key).isdecimal() and int(key) in names:
        found = [int(key)]
    if len(found) != 1:
        problem = "is the name of several phases" if found else "is no phase of the map"
        raise ValueError(f"{key!r} {problem}, which has {dict(names)}")
    return found[0]
