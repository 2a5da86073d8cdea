"""Straight edge dislocations along z in a network of lines, as points of the plane of x and y."""

from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import NEGATIVE, POSITIVE
from mechanist.formats.paradis import DislocationNetwork, read_paradis

#: Largest distance of a node from its line, and largest error of a Burgers vector.
STRAIGHT: Final = 1e-6
_REMEDY: Final = (
    "Models of curves know straight edge dislocations along z of one slip system: Burgers vectors along"
    " x, glide planes normal to y, every line through the whole periodic box."
)


def read_straight_lines(path: Path) -> Configuration:
    """Read a node file of straight edge dislocations.

    Parameters
    ----------
    path : Path
        A ParaDiS node file, lengths in b.

    Returns
    -------
    Configuration
        A point for each line, positive where a line along +z has its Burgers vector along +x.

    Raises
    ------
    FormatError
        If the file is damaged, or a line is not straight along z, is no edge dislocation with its Burgers
        vector along x, or does not pass through the whole box.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    network = read_paradis(path, fold=True)
    i, j = network.segments.T
    step = network.positions[j] - network.positions[i]
    step -= network.lengths * np.round(step / network.lengths)
    _refuse(path, network, np.abs(step[:, :2]).max(axis=1) > STRAIGHT, "it is not along z")
    along = np.abs(np.abs(network.burgers) - [1.0, 0.0, 0.0]).max(axis=1) <= STRAIGHT
    _refuse(path, network, ~along, "its Burgers vector is not 1 b along x")
    n = len(network.positions)
    graph = coo_array((np.ones(len(i)), (i, j)), shape=(n, n))
    count, line = connected_components(graph, directed=False)
    sign = network.burgers[:, 0] * np.sign(step[:, 2])
    reach = np.bincount(line[i], np.abs(step[:, 2]), count)
    content = np.bincount(line[i], sign * np.abs(step[:, 2]), count)
    whole = np.isclose(reach, network.lengths[2]) & np.isclose(np.abs(content), reach)
    if not whole.all():
        first = int(np.flatnonzero(~whole)[0])
        node = network.tags[int(np.flatnonzero(line == first)[0])]
        raise FormatError(
            path,
            f"the line of node {node[0]},{node[1]} covers {reach[first]:.6g} b of the box, expected"
            f" {network.lengths[2]:.6g} b",
            remedy=_REMEDY,
        )
    _, places = np.unique(line, return_index=True)
    positions = network.positions[places] - network.low
    positions[:, 2] = 0.0
    return Configuration(
        positions,
        np.diag([*network.lengths[:2], 1.0]),
        (content < 0).astype(np.int64),
        (POSITIVE, NEGATIVE),
        2,
    )


def _refuse(path: Path, network: DislocationNetwork, bad: np.ndarray, said: str) -> None:
    """Refuse the first segment that is not as expected."""
    if bad.any():
        i, j = network.segments[int(bad.argmax())]
        names = " to ".join(f"{a},{b}" for a, b in network.tags[[i, j]])
        raise FormatError(path, f"the segment from node {names}: {said}", remedy=_REMEDY)
