"""Import networks of discrete dislocation dynamics: segments, and what their lines are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.rotations import from_rotation_vector, quaternion_to_matrix
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.paradis import read_paradis
from mechanist.mechanics.line_segments import (
    ALIGNED,
    OTHER_BURGERS,
    STATE_PERIODIC,
    UNASSIGNED,
    Segments,
    assign_systems,
    segments_of,
    system_densities,
    undecided,
)
from mechanist.mechanics.slip_systems import SlipSystems, slip_systems
from mechanist.settings.burgers_vectors import burgers_problem

#: Largest share of the line length with Burgers vectors of no slip system, unless an entry states
#: another. Junctions have such vectors; if most lines do, they belong to another lattice.
FOREIGN: Final = 0.5
#: Tables that stand for their lattices in the error message.
_LATTICES: Final = ("fcc12", "bcc24", "hcp39")
_FOREIGN_CLASS: Final = UNASSIGNED.index(OTHER_BURGERS)


@dataclass(frozen=True, eq=False)
class ImportedNetwork:
    """Lines of one node file.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    segments : Segments
        Straight lines, lengths in units of b.
    systems : SlipSystems
        Table of slip systems.
    assigned : ndarray of shape (m,), int
        Slip system of each segment, see :func:`assign_systems`.
    densities : ndarray of shape (n_systems + 2, 3)
        See :func:`system_densities`, in 1/b^2.
    said : str
        How the ends of segments were found, and which share of the lines has no slip system.
    """

    nodes: int
    segments: Segments
    systems: SlipSystems
    assigned: IntArray
    densities: FloatArray
    said: str


def import_network(path: Path, entry: Mapping[str, Any]) -> ImportedNetwork:
    """Read a node file as an entry describes it.

    Parameters
    ----------
    path : Path
        Node file.
    entry : mapping
        ``systems``, ``burgers``, and optionally ``c_over_a``, ``rotation`` (degrees times axis, crystal to box),
        ``tolerance`` in degrees, ``periodic``, ``fold`` and ``unassigned``, the largest share of the
        line length whose Burgers vector may be that of no slip system.

    Raises
    ------
    FormatError
        If the file is invalid, segments could also run to the image of their end and ``periodic``
        is not stated, or a larger share of the lines has a Burgers vector that no slip system has.
    ValueError
        If ``burgers`` cannot be a length of a Burgers vector in m.
    """
    if problem := burgers_problem(entry["burgers"]):
        raise ValueError(f"burgers: {problem}")
    network = read_paradis(path, fold=entry.get("fold", False))
    stated = _repeats(entry.get("periodic"))
    if stated is None and (problem := undecided(network)):
        raise FormatError(path, problem, remedy=STATE_PERIODIC)
    segments = segments_of(network, periodic=stated)
    systems, assigned, densities, shares = _assigned(segments, entry["systems"], entry)
    foreign, allowed = shares[_FOREIGN_CLASS], float(entry.get("unassigned", FOREIGN))
    if foreign > allowed:
        fits = {name: 1 - _assigned(segments, name, entry)[3][_FOREIGN_CLASS] for name in _LATTICES}
        others = ", ".join(f"{name} for {100 * fit:.0f} %" for name, fit in fits.items())
        raise FormatError(
            path,
            f"{100 * foreign:.1f} % of the line length has a Burgers vector of no slip system of"
            f" {systems.name!r}, expected at most {100 * allowed:g} %; Burgers vectors would be those"
            f" of {others}",
            remedy="Correct systems (and c_over_a), or state how the crystal is turned in the box as"
            " rotation. If these lines are junctions, raise unassigned.",
        )
    stored = network.positions[network.segments[:, 1]] - network.positions[network.segments[:, 0]]
    wrapped = int((np.abs(segments.vectors - stored) > 0).any(axis=1).sum())
    return ImportedNetwork(
        nodes=len(network.tags),
        segments=segments,
        systems=systems,
        assigned=assigned,
        densities=densities,
        said=_said(stated, wrapped, shares),
    )


def _repeats(stated: Sequence[bool | str] | None) -> tuple[bool, bool, bool] | None:
    """Return whether the box repeats along each axis, from axes or from a truth value for each."""
    if stated is None:
        return None
    x, y, z = ("xyz"[k] in stated or list(stated[k : k + 1]) == [True] for k in range(3))
    return x, y, z


def _assigned(
    segments: Segments, name: str, entry: Mapping[str, Any]
) -> tuple[SlipSystems, IntArray, FloatArray, FloatArray]:
    """Return a table, the system of each segment, densities, and shares of lines without a system."""
    options = {"c_over_a": entry["c_over_a"]} if "c_over_a" in entry else {}
    systems = slip_systems(name, **options)
    turn = np.radians(np.array(entry.get("rotation", (0.0, 0.0, 0.0)), dtype=float))
    rotation = quaternion_to_matrix(from_rotation_vector(turn))
    tolerance = float(entry.get("tolerance", ALIGNED))
    assigned = assign_systems(segments, systems, rotation=rotation, tolerance=tolerance)
    densities = system_densities(segments, assigned, len(systems))
    shares = densities[len(systems) :, 0] / max(densities[:, 0].sum(), np.finfo(float).tiny)
    return systems, assigned, densities, shares


def _said(stated: Sequence[bool] | None, wrapped: int, shares: FloatArray) -> str:
    lost = ", ".join(
        f"{100 * share:.2f} % {name}" for share, name in zip(shares, UNASSIGNED, strict=True)
    )
    if stated is None:
        how = "no segment reaches half the box, so that all are the same in a periodic box and in another"
    else:
        along = [axis for axis, one in zip("xyz", stated, strict=True) if one]
        how = f"periodic along {', '.join(along) or 'no axis'}, as stated: {wrapped} segments run to an image of their end"
    return f"{how}; of the line length, {lost}"
