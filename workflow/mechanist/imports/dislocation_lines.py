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

#: Share of the line length with Burgers vectors of no slip system, above which the table of slip
#: systems is that of another lattice; junctions stay far below.
FOREIGN: Final = 0.5


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
        ``systems``, and optionally ``c_over_a``, ``rotation`` (degrees times axis, crystal to box),
        ``tolerance`` in degrees, ``periodic`` and ``fold``.

    Raises
    ------
    FormatError
        If the file is invalid, segments could also run to the image of their end and ``periodic``
        is not stated, or most lines have a Burgers vector that no slip system has.
    """
    network = read_paradis(path, fold=entry.get("fold", False))
    stated = _repeats(entry.get("periodic"))
    if stated is None and (problem := undecided(network)):
        raise FormatError(path, problem, remedy=STATE_PERIODIC)
    segments = segments_of(network, periodic=stated)
    options = {"c_over_a": entry["c_over_a"]} if "c_over_a" in entry else {}
    systems = slip_systems(entry["systems"], **options)
    turn = np.radians(np.array(entry.get("rotation", (0.0, 0.0, 0.0)), dtype=float))
    rotation = quaternion_to_matrix(from_rotation_vector(turn))
    options = {"tolerance": entry["tolerance"]} if "tolerance" in entry else {}
    assigned = assign_systems(segments, systems, rotation=rotation, **options)
    densities = system_densities(segments, assigned, len(systems))
    shares = densities[len(systems) :, 0] / max(densities[:, 0].sum(), np.finfo(float).tiny)
    foreign = UNASSIGNED.index(OTHER_BURGERS)
    if shares[foreign] > FOREIGN:
        first = int(np.flatnonzero(assigned == len(systems) + foreign)[0])
        vector = [round(float(b), 6) for b in segments.burgers[first]]
        raise FormatError(
            path,
            f"{100 * shares[foreign]:.3g} % of the line length has Burgers vectors of no slip system"
            f" of {systems.name!r}, the first {vector}",
            remedy="Name the `systems` of the crystal's lattice, or its `rotation` in the box.",
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
