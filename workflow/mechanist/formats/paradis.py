"""Dislocation networks of ParaDiS, OpenDiS and ExaDiS: node files of versions 4 and 5.

Each node lists its arms, so every segment is in the file twice; both must agree. A Burgers
vector belongs to the line from the listing node outwards, so those of a node add up to zero unless
it is held or lies on a surface. Lengths are in units of the Burgers vector's magnitude, which the
file does not state. See :mod:`mechanist.formats.paradis_text` for the text itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.paradis_text import RawArm, RawNode, Tag, parse_nodes
from mechanist.formats.text import TextFile, open_text, write_lines

VERSIONS: Final = (4, 5)
#: Constraint of a node that is free to move, where Burgers vectors must add up to zero.
FREE: Final = 0
#: Largest error of a sum of Burgers vectors; files carry at least six digits.
CONSERVED: Final = 1e-5
#: Largest distance of a node outside the box, relative to the box, as files are rounded.
BOUND: Final = 1e-6
#: Smallest and largest plausible length of Burgers vectors, in units of b.
MAGNITUDES: Final = (0.1, 10.0)
_WRITTEN_VERSION: Final = 4
_AGAIN: Final = "Write the file again; a simulation that restarts from it would fail as well."


@dataclass(frozen=True, eq=False)
class DislocationNetwork:
    """Nodes and straight segments in a box.

    Parameters
    ----------
    tags : ndarray of shape (n, 2), int
        Domain and index of each node.
    positions : ndarray of shape (n, 3)
        Positions in units of b.
    constraints : ndarray of shape (n,), int
        0 where a node is free to move.
    segments : ndarray of shape (m, 2), int
        Start and end node of each segment, by row.
    burgers : ndarray of shape (m, 3)
        Burgers vector of the line in this direction, in units of b.
    planes : ndarray of shape (m, 3)
        Unit normals of glide planes, zero where the file gives none.
    low, high : ndarray of shape (3,)
        Corners of the box.
    """

    tags: IntArray
    positions: FloatArray
    constraints: IntArray
    segments: IntArray
    burgers: FloatArray
    planes: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def lengths(self) -> FloatArray:
        """Edges of the box, in units of b."""
        return np.asarray(self.high - self.low)


def read_paradis(path: Path, *, fold: bool = False) -> DislocationNetwork:
    """Read a node file.

    Parameters
    ----------
    path : Path
        Plain or gzipped text.
    fold : bool
        Whether nodes outside the box are folded back into it instead of refused.

    Raises
    ------
    FormatError
        If the text is damaged, its version is unsupported, the box is empty, the number of nodes
        is not ``nodeCount``, a tag occurs twice or refers to no node, an arm is not listed at its
        other end with the opposite Burgers vector, Burgers vectors do not add up to zero at a free
        node, a node is outside the box, or Burgers vectors are not in units of their magnitude.
    """
    # The last line repeats what the node at the other end of its arm lists: no digit can be lost there.
    text = open_text(path, exported=True)
    parameters, nodes = parse_nodes(text)
    low, high = _box(text, parameters)
    announced = parameters["nodeCount"][0]
    if len(nodes) != announced:
        problem = f"{len(nodes)} nodes, but nodeCount = {announced:g}"
        raise text.error(problem, remedy="The file is cut short or was edited: fetch it again.")
    rows = _rows(text, nodes)
    _check_arms(text, nodes, rows)
    for node in nodes:
        _check_node(text, node)
    positions = np.array([node.position for node in nodes]).reshape(-1, 3)
    if fold:
        positions = low + (positions - low) % (high - low)
    _check_inside(text, nodes, positions, low, high)
    kept = [(row, rows[arm.other], arm) for row, node in enumerate(nodes)
            for arm in node.arms if row < rows[arm.other]]  # fmt: skip
    return DislocationNetwork(
        tags=np.array([node.tag for node in nodes], dtype=np.int64),
        positions=positions,
        constraints=np.array([node.constraint for node in nodes], dtype=np.int64),
        segments=np.array([(i, j) for i, j, _ in kept], dtype=np.int64).reshape(-1, 2),
        burgers=np.array([arm.burgers for *_, arm in kept]).reshape(-1, 3),
        planes=_unit(np.array([arm.plane for *_, arm in kept]).reshape(-1, 3)),
        low=low,
        high=high,
    )


def write_paradis(path: Path, network: DislocationNetwork) -> None:
    """Write a node file of version 4 with every digit; gzipped if the name ends in ``.gz``."""
    arms: list[list[tuple[int, FloatArray, FloatArray]]] = [[] for _ in network.tags]
    for (i, j), b, n in zip(network.segments, network.burgers, network.planes, strict=True):
        arms[i].append((int(j), b, n))
        arms[j].append((int(i), -b, n))
    lines = [f"dataFileVersion = {_WRITTEN_VERSION}", "numFileSegments = 1"]
    for name, corner in (("minCoordinates", network.low), ("maxCoordinates", network.high)):
        lines += [f"{name} = [", *(f"  {x!r}" for x in corner.tolist()), "  ]"]
    lines += [f"nodeCount = {len(arms)}", "nodalData ="]
    for row, own in enumerate(arms):
        tag = _tag(network.tags[row])
        place = _spaced(network.positions[row])
        lines.append(f" {tag} {place} {len(own)} {network.constraints[row]}")
        for other, b, n in own:
            lines += [f"   {_tag(network.tags[other])} {_spaced(b)}", f"       {_spaced(n)}"]
    write_lines(path, lines)


def _tag(tag: IntArray | Tag) -> str:
    return f"{tag[0]},{tag[1]}"


def _spaced(values: FloatArray) -> str:
    return " ".join(repr(x) for x in values.tolist())


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0))


def _box(text: TextFile, parameters: dict[str, list[float]]) -> tuple[FloatArray, FloatArray]:
    """Return the corners of the box after checking all required parameters."""
    expected = {
        "dataFileVersion": 1,
        "numFileSegments": 1,
        "minCoordinates": 3,
        "maxCoordinates": 3,
        "nodeCount": 1,
    }
    for name, count in expected.items():
        seen = parameters.get(name)
        if seen is None or len(seen) != count:
            problem = f"{name} is {seen}, expected {count} numbers" if seen else f"no {name!r}"
            raise text.error(problem, remedy="Give a node file of version 4 or 5.")
    version, parts = parameters["dataFileVersion"][0], parameters["numFileSegments"][0]
    if version not in VERSIONS:
        remedy = "Read it with the simulation code, which writes a newer version."
        raise text.error(f"version {version:g}, expected one of {VERSIONS}", remedy=remedy)
    if parts != 1:
        remedy = "Let the simulation code write one file: numIOGroups = 1."
        raise text.error(
            f"one of {parts:g} parts of a file, expected the whole file", remedy=remedy
        )
    low, high = np.array(parameters["minCoordinates"]), np.array(parameters["maxCoordinates"])
    if not (high > low).all():
        problem = (
            f"the box reaches from {low.tolist()} to {high.tolist()}; expected a positive volume"
        )
        raise text.error(problem, remedy=_AGAIN)
    return low, high


def _rows(text: TextFile, nodes: Sequence[RawNode]) -> dict[Tag, int]:
    """Return the row of each tag."""
    rows: dict[Tag, int] = {}
    for row, node in enumerate(nodes):
        if node.tag in rows:
            problem = f"node {_tag(node.tag)} is already on line {nodes[rows[node.tag]].line}"
            raise text.error(problem, remedy=_AGAIN, line=node.line)
        rows[node.tag] = row
    return rows


def _check_arms(text: TextFile, nodes: Sequence[RawNode], rows: dict[Tag, int]) -> None:
    """Refuse arms that lead to no node or their own, occur twice, or lack a counterpart."""
    for node in nodes:
        seen: set[Tag] = set()
        for arm in node.arms:
            where = f"the arm of node {_tag(node.tag)} to {_tag(arm.other)}"
            if arm.other not in rows:
                raise text.error(f"{where} leads to no node", remedy=_AGAIN, line=arm.line)
            if arm.other == node.tag or arm.other in seen:
                how = "leads back to it" if arm.other == node.tag else "is given twice"
                raise text.error(f"{where} {how}", remedy=_AGAIN, line=arm.line)
            seen.add(arm.other)
            back = _back(nodes[rows[arm.other]].arms, node.tag)
            if back is None:
                raise text.error(
                    f"{where} is not listed at its other end", remedy=_AGAIN, line=arm.line
                )
            error = np.abs(np.add(arm.burgers, back.burgers)).max()
            if error > CONSERVED:
                problem = (f"{where} has Burgers vector {list(arm.burgers)}, but"
                           f" {list(back.burgers)} at its other end; expected the opposite")  # fmt: skip
                raise text.error(problem, remedy=_AGAIN, line=arm.line)


def _back(arms: Sequence[RawArm], tag: Tag) -> RawArm | None:
    return next((arm for arm in arms if arm.other == tag), None)


def _check_node(text: TextFile, node: RawNode) -> None:
    """Refuse Burgers vectors of implausible length, or with a nonzero sum at a free node."""
    for arm in node.arms:
        length = float(np.linalg.norm(arm.burgers))
        if not MAGNITUDES[0] <= length <= MAGNITUDES[1]:
            raise text.error(
                f"a Burgers vector of length {length:g}, expected {MAGNITUDES[0]:g} to"
                f" {MAGNITUDES[1]:g} in units of b",
                remedy="Divide lengths and Burgers vectors by the magnitude b (burgMag).",
                line=arm.line,
            )
    if node.constraint == FREE:
        total = np.sum([arm.burgers for arm in node.arms], axis=0) if node.arms else np.zeros(3)
        if np.abs(total).max() > CONSERVED:
            raise text.error(
                f"Burgers vectors at the free node {_tag(node.tag)} add up to {total.tolist()},"
                " expected zero",
                remedy="Lines end only at nodes that are pinned or on a surface: correct the node"
                " or its constraint.",
                line=node.line,
            )


def _check_inside(
    text: TextFile,
    nodes: Sequence[RawNode],
    positions: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> None:
    slack = BOUND * (high - low)
    outside = np.flatnonzero(((positions < low - slack) | (positions > high + slack)).any(axis=1))
    if len(outside):
        node = nodes[outside[0]]
        raise FormatError(
            text.path,
            f"{len(outside)} nodes are outside the box, the first at {list(node.position)}; expected"
            f" {low.tolist()} to {high.tolist()}",
            remedy="If the box is periodic, read the file with fold: true.",
            line=node.line,
        )
