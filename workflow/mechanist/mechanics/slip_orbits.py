"""Classes of coefficients between slip systems that are equal by symmetry.

The point group permutes the slip systems. The coefficient of a pair or triple of systems is the
same for all tuples in its orbit under these permutations, whatever the mechanism: fcc crystals have
7 pair coefficients, not 144.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.mechanics.slip_systems import PARALLEL, SlipSystems

#: Kinds of pairs of fcc systems, in the order in which DAMASK lists their coefficients.
FCC_KINDS: Final = (
    "self",
    "coplanar",
    "collinear",
    "Hirth",
    "glissile, own plane",
    "glissile, other plane",
    "Lomer",
)


@dataclass(frozen=True, eq=False)
class Orbits:
    """A partition of tuples of slip systems into classes of equal coefficient.

    Parameters
    ----------
    labels : ndarray of shape (n, n) or (n, n, n), int64
        Class of each tuple, numbered from 0 in the order in which classes first occur.
    """

    labels: IntArray

    @property
    def number(self) -> int:
        """Number of classes."""
        return int(self.labels.max()) + 1

    @property
    def sizes(self) -> IntArray:
        """Number of tuples in each class, shape (number,)."""
        return np.bincount(self.labels.ravel(), minlength=self.number).astype(np.int64)

    def expand(self, coefficients: FloatArray) -> FloatArray:
        """Return the coefficient of every tuple from those of shape (number,)."""
        return np.asarray(coefficients[self.labels], dtype=np.float64)


def pair_orbits(systems: SlipSystems, *, symmetric: bool = False) -> Orbits:
    """Return the orbits of ordered pairs of slip systems under the point group.

    Parameters
    ----------
    systems : SlipSystems
    symmetric : bool
        Whether ``(i, j)`` and ``(j, i)`` also share a class.
    """
    return _orbits(systems, 2, swap=symmetric)


def triple_orbits(systems: SlipSystems, *, symmetric: bool = False) -> Orbits:
    """Return the orbits of ordered triples of slip systems under the point group.

    Parameters
    ----------
    systems : SlipSystems
    symmetric : bool
        Whether ``(i, j, k)`` and ``(i, k, j)`` also share a class.
    """
    return _orbits(systems, 3, swap=symmetric)


def free_tuples(systems: SlipSystems, order: Literal[2, 3]) -> Orbits:
    """Return the partition without symmetry, in which every tuple is a class of its own."""
    n = len(systems)
    return Orbits(np.arange(n**order, dtype=np.int64).reshape((n,) * order))


def fcc_kinds(systems: SlipSystems) -> tuple[str, ...]:
    """Return the name in ``FCC_KINDS`` of each orbit of pairs of fcc slip systems.

    Parameters
    ----------
    systems : SlipSystems
        The set ``fcc12``.

    Raises
    ------
    ValueError
        If the systems are not ``fcc12``: pairs of other systems have no such names.
    """
    if systems.name != "fcc12":
        raise ValueError(f"pairs of {systems.name!r} have no names; expected 'fcc12'")
    labels = pair_orbits(systems).labels
    first = [np.argwhere(labels == label)[0] for label in range(int(labels.max()) + 1)]
    return tuple(_fcc_kind(systems, int(i), int(j)) for i, j in first)


def _fcc_kind(systems: SlipSystems, i: int, j: int) -> str:
    """Return the kind of interaction of dislocations of system i with a forest of system j.

    A junction with Burgers vector 1/2<110> glides on the plane of i, on that of j, or, as a Lomer
    lock, on neither.
    """
    normals, directions = systems.normals, systems.directions
    if i == j:
        return "self"
    if abs(normals[i] @ normals[j]) > PARALLEL:
        return "coplanar"
    cosine = directions[i] @ directions[j]
    if abs(cosine) > PARALLEL:
        return "collinear"
    if abs(cosine) < 1.0 - PARALLEL:
        return "Hirth"
    junction = directions[i] - np.sign(cosine) * directions[j]  # the shorter of sum and difference
    for system, name in ((i, "glissile, own plane"), (j, "glissile, other plane")):
        if abs(junction @ normals[system]) < 1.0 - PARALLEL:
            return name
    return "Lomer"


def _orbits(systems: SlipSystems, order: int, *, swap: bool) -> Orbits:
    """Label each tuple by the smallest flat index among its images."""
    shape = (len(systems),) * order
    tuples = np.indices(shape).reshape(order, -1)
    orders = [tuples, np.concatenate([tuples[:-2], tuples[-1:], tuples[-2:-1]])]
    smallest = np.arange(tuples.shape[1])
    for permutation in np.unique(systems.permutations(), axis=0):
        for arranged in orders[: 2 if swap else 1]:
            carried = np.ravel_multi_index(tuple(permutation[arranged]), shape)
            np.minimum(smallest, carried, out=smallest)
    _, labels = np.unique(smallest, return_inverse=True)
    return Orbits(labels.reshape(shape).astype(np.int64))
