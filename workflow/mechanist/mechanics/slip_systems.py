"""Slip systems of fcc, bcc and hcp crystals, computed from one representative per family.

A system is a plane and a direction in it, both without sign: ``(n, b)``, ``(-n, b)`` and ``(n, -b)``
are one system. Each family is the image of its representative under the point group.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray, Lattice
from mechanist.mechanics.point_groups import proper_rotations

#: Cosine above which two unit vectors count as parallel.
PARALLEL: Final = 1.0 - 1e-8
#: Largest ``n . b`` and largest error of length in a table of systems.
EXACT: Final = 1e-9
#: c/a of magnesium.
MAGNESIUM: Final = 1.624

Miller = tuple[int, ...]
#: Plane, direction, and length of the Burgers vector as a multiple of the direction's indices.
_CUBIC: Final[dict[str, dict[str, tuple[Miller, Miller, float]]]] = {
    "fcc12": {"{111}<110>": ((1, 1, 1), (1, -1, 0), 0.5)},
    "bcc12": {"{110}<111>": ((1, 1, 0), (1, -1, 1), 0.5)},
    "bcc24": {
        "{110}<111>": ((1, 1, 0), (1, -1, 1), 0.5),
        "{112}<111>": ((1, 1, 2), (1, 1, -1), 0.5),
    },
    "bcc48": {
        "{110}<111>": ((1, 1, 0), (1, -1, 1), 0.5),
        "{112}<111>": ((1, 1, 2), (1, 1, -1), 0.5),
        "{123}<111>": ((1, 2, 3), (1, 1, -1), 0.5),
    },
}
_HEXAGONAL: Final[dict[str, tuple[Miller, Miller, float]]] = {
    "basal<a>": ((0, 0, 0, 1), (2, -1, -1, 0), 1 / 3),
    "prismatic<a>": ((1, 0, -1, 0), (-1, 2, -1, 0), 1 / 3),
    "pyramidal I<a>": ((1, 0, -1, 1), (-1, 2, -1, 0), 1 / 3),
    "pyramidal I<c+a>": ((1, 0, -1, 1), (-2, 1, 1, 3), 1 / 3),
    "pyramidal II<c+a>": ((1, 1, -2, 2), (-1, -1, 2, 3), 1 / 3),
    "prismatic<c>": ((1, 0, -1, 0), (0, 0, 0, 1), 1.0),
    "prismatic<c+a>": ((1, 0, -1, 0), (-1, 2, -1, 3), 1 / 3),
}
_HCP30: Final = 5  # number of families without c or c+a slip on prismatic planes
NAMES: Final = (*_CUBIC, "hcp30", "hcp39")


@dataclass(frozen=True, eq=False)
class SlipSystems:
    """The slip systems of a crystal.

    Parameters
    ----------
    name : str
        Name of the set, such as ``"fcc12"``.
    lattice : {"cubic", "hexagonal"}
        Determines the point group.
    normals, directions : ndarray of shape (n, 3)
        Unit vectors in the crystal frame; see :func:`mechanist.mechanics.point_groups.proper_rotations`.
    families : tuple of str
        Family of each system.
    magnitudes : ndarray of shape (n,)
        Length of the Burgers vector, divided by the lattice parameter a.

    Raises
    ------
    ValueError
        If vectors are not of unit length, a direction is not in its plane, or a system is given twice.
    """

    name: str
    lattice: Lattice
    normals: FloatArray
    directions: FloatArray
    families: tuple[str, ...]
    magnitudes: FloatArray

    def __post_init__(self) -> None:
        """Check the geometry."""
        n = len(self.families)
        for what, vectors in (("normals", self.normals), ("directions", self.directions)):
            if vectors.shape != (n, 3):
                raise ValueError(f"{what} have shape {vectors.shape}; expected {(n, 3)}")
            wrong = np.flatnonzero(~(np.abs(np.linalg.norm(vectors, axis=1) - 1.0) < EXACT))
            if len(wrong):
                raise ValueError(
                    f"{what}[{wrong[0]}] = {vectors[wrong[0]]} is not a unit vector; normalise it"
                )
        slanted = np.flatnonzero(np.abs((self.normals * self.directions).sum(axis=1)) > EXACT)
        if len(slanted):
            raise ValueError(
                f"system {slanted[0]} slips along {self.directions[slanted[0]]}, which is not in its"
                f" plane of normal {self.normals[slanted[0]]}; expected perpendicular vectors"
            )
        for i in range(n):
            if self.find(self.normals[i], self.directions[i]) != i:
                raise ValueError(f"system {i} repeats an earlier system; give each system once")

    def __len__(self) -> int:
        return len(self.families)

    def schmid(self) -> FloatArray:
        """Return the Schmid tensors ``b n^T``, not symmetrised, shape (n, 3, 3)."""
        return np.einsum("si,sj->sij", self.directions, self.normals)

    def find(self, normal: FloatArray, direction: FloatArray) -> int:
        """Return the first system with this plane and direction, of either sign; -1 if none.

        Parameters
        ----------
        normal, direction : ndarray of shape (3,)
            Unit vectors in the crystal frame.
        """
        same = (np.abs(self.normals @ normal) > PARALLEL) & (
            np.abs(self.directions @ direction) > PARALLEL
        )
        return int(np.argmax(same)) if same.any() else -1

    def permutations(self) -> IntArray:
        """Return the image of each system under each proper rotation, shape (n_rotations, n)."""
        rotations = proper_rotations(self.lattice)
        cosines = [
            np.abs(np.einsum("rij,sj,ti->rst", rotations, vectors, vectors))
            for vectors in (self.normals, self.directions)
        ]
        same = (cosines[0] > PARALLEL) & (cosines[1] > PARALLEL)
        if not (same.sum(axis=2) == 1).all():
            raise ValueError(
                f"the systems of {self.name!r} are not mapped onto each other by the rotations of a"
                f" {self.lattice} lattice; give whole families"
            )
        return np.argmax(same, axis=2)


def slip_systems(name: str, *, c_over_a: float = MAGNESIUM) -> SlipSystems:
    """Return a set of slip systems by name.

    Parameters
    ----------
    name : str
        One of ``NAMES``: lattice and number of systems. ``hcp39`` is every choice of a basal,
        prismatic, first- or second-order pyramidal plane with an a, c, or c+a direction in it.
    c_over_a : float
        Ratio of lattice parameters of hexagonal crystals, by default that of magnesium.

    Raises
    ------
    ValueError
        If the set is unknown or the ratio is not positive.
    """
    if name not in NAMES:
        raise ValueError(f"unknown slip systems {name!r}; expected one of {list(NAMES)}")
    if not 0 < c_over_a < np.inf:
        raise ValueError(f"c_over_a = {c_over_a}; expected a positive ratio, such as {MAGNESIUM}")
    lattice: Lattice
    if name in _CUBIC:
        lattice = "cubic"
        chosen = {
            family: (np.array(plane, float), length * np.array(direction, float))
            for family, (plane, direction, length) in _CUBIC[name].items()
        }
    else:
        lattice = "hexagonal"
        families = list(_HEXAGONAL)[: _HCP30 if name == "hcp30" else None]
        chosen = {family: _four_index(family, c_over_a) for family in families}
    return _generated(name, lattice, chosen)


def _generated(
    name: str, lattice: Lattice, representatives: dict[str, tuple[FloatArray, FloatArray]]
) -> SlipSystems:
    normals: list[FloatArray] = []
    directions: list[FloatArray] = []
    families: list[str] = []
    magnitudes: list[float] = []
    for family, (plane, burgers) in representatives.items():
        start = len(families)
        for rotation in proper_rotations(lattice):
            n = _without_sign(rotation @ plane)
            b = _without_sign(rotation @ burgers)
            if not any(
                n @ normals[k] > PARALLEL and b @ directions[k] > PARALLEL
                for k in range(start, len(families))
            ):
                normals.append(n)
                directions.append(b)
                families.append(family)
                magnitudes.append(float(np.linalg.norm(burgers)))
    return SlipSystems(
        name, lattice, np.array(normals), np.array(directions), tuple(families),
        np.array(magnitudes),
    )  # fmt: skip


def _without_sign(vector: FloatArray) -> FloatArray:
    """Return the unit vector with the sign that makes its last nonzero component positive."""
    unit = vector / np.linalg.norm(vector)
    unit[np.abs(unit) < EXACT] = 0.0
    return unit * np.sign(unit[np.flatnonzero(unit)[-1]]) + 0.0


def _four_index(family: str, c_over_a: float) -> tuple[FloatArray, FloatArray]:
    """Return plane and Burgers vector (in units of a) from the Miller-Bravais indices."""
    (h, k, _, m), (u, v, _, w), length = _HEXAGONAL[family]
    axes = np.array([[1.0, 0.0, 0.0], [-0.5, np.sqrt(3.0) / 2.0, 0.0], [0.0, 0.0, c_over_a]])
    plane = (
        np.array([h, k, m]) @ np.linalg.inv(axes).T
    )  # rows of the inverse's transpose are reciprocal vectors
    return plane, length * np.array([2 * u + v, 2 * v + u, w]) @ axes
