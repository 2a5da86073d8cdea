"""Dislocation networks of other programs, their lines assigned to the slip systems of a crystal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.rotations import from_rotation_vector, quaternion_to_matrix
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.paradis import DislocationNetwork, read_paradis
from mechanist.mechanics.line_segments import ALIGNED, Segments, assign_systems, segments_of
from mechanist.mechanics.slip_systems import SlipSystems, slip_systems

#: Largest share of the line length with a Burgers vector of no slip system, unless an entry states
#: another. Junctions have such vectors; if most lines do, they belong to another crystal.
UNASSIGNED_SHARE: Final = 0.5
#: Tables that stand for their lattices in the error message.
_LATTICES: Final = ("fcc12", "bcc24", "hcp39")


class AssignedNetwork(NamedTuple):
    """A network, its segments, and for each segment the slip system or a class without a system."""

    network: DislocationNetwork
    segments: Segments
    systems: SlipSystems
    assigned: IntArray

    def lost(self) -> tuple[float, float]:
        """Return the shares of the line length of another Burgers vector, and on another plane."""
        length = np.linalg.norm(self.segments.vectors, axis=1)
        total = max(float(length.sum()), float(np.finfo(float).tiny))
        other = [float(length[self.assigned == len(self.systems) + k].sum()) for k in (0, 1)]
        return other[0] / total, other[1] / total


def read_assigned(path: Path, entry: Mapping[str, Any]) -> AssignedNetwork:
    """Read a network and assign its lines to slip systems.

    Parameters
    ----------
    path : Path
        Node file.
    entry : mapping
        ``systems``, and optionally ``c_over_a``, ``rotation`` (degrees times axis, crystal to box),
        ``tolerance`` in degrees, ``periodic``, ``fold`` and ``unassigned``, the largest share of the
        line length whose Burgers vector may be that of no slip system.

    Raises
    ------
    FormatError
        If the file is not valid, or a larger share of its lines has another Burgers vector.
    """
    network = read_paradis(path, fold=entry.get("fold", False))
    x, y, z = entry.get("periodic", (True, True, True))
    segments = segments_of(network, periodic=(x, y, z))
    found = AssignedNetwork(network, segments, *_assigned(segments, entry["systems"], entry))
    share, allowed = found.lost()[0], float(entry.get("unassigned", UNASSIGNED_SHARE))
    if share > allowed:
        fits = {name: 1 - _share(network, segments, name, entry) for name in _LATTICES}
        others = ", ".join(f"{name} for {100 * fit:.0f} %" for name, fit in fits.items())
        raise FormatError(
            path,
            f"{100 * share:.1f} % of the line length has a Burgers vector of no slip system of"
            f" {found.systems.name!r}, expected at most {100 * allowed:g} %; Burgers vectors would be"
            f" those of {others}",
            remedy="Correct systems (and c_over_a), or state how the crystal is turned in the box as"
            " rotation. If these lines are junctions, raise unassigned.",
        )
    return found


def _assigned(
    segments: Segments, name: str, entry: Mapping[str, Any]
) -> tuple[SlipSystems, IntArray]:
    options = {"c_over_a": entry["c_over_a"]} if "c_over_a" in entry else {}
    systems = slip_systems(name, **options)
    tolerance = float(entry.get("tolerance", ALIGNED))
    return systems, assign_systems(
        segments, systems, rotation=_rotation(entry), tolerance=tolerance
    )


def _rotation(entry: Mapping[str, Any]) -> FloatArray:
    """Return the rotation from the crystal axes to the box axes."""
    turn = np.radians(np.array(entry.get("rotation", (0.0, 0.0, 0.0)), dtype=float))
    return quaternion_to_matrix(from_rotation_vector(turn))


def _share(
    network: DislocationNetwork, segments: Segments, name: str, entry: Mapping[str, Any]
) -> float:
    """Return the share of the line length that has a Burgers vector of no system of a table."""
    return AssignedNetwork(network, segments, *_assigned(segments, name, entry)).lost()[0]
