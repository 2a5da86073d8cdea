"""Joint invariants of the neighbour density's moment tensors and the load tensor.

A target under load is not invariant when the structure alone is rotated or reflected, only when
structure and load are rotated or reflected together. For each species and shell ``c``, with weights
``g``, unit vectors ``n`` to the neighbours in ``d`` dimensions and the load ``E``, the moments::

    V = sum g n      Q = sum g (n n - I/d)      B = sum g n (n.E.n)

give these terms, odd or even under reversal of the load:

======  ====  =========================================================================
term    sign  definition
======  ====  =========================================================================
qe      odd   Q : E, neighbours along extension less those along compression
vev     odd   V . E . V
qqe     odd   tr(Q Q E); vanishes identically in 2D
bv      odd   B . V
s       even  sum g [(n.E.n)^2 - 2 |E|^2 / (d (d + 2))], less its isotropic mean
b2      even  B . B
qe2     even  tr(Q E E Q); does not depend on the load in 2D
======  ====  =========================================================================

The squares of the odd terms, which are even, can be added for linear models. The load is scaled to
unit equivalent shear strain, so that only its direction and type enter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

import numba
import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.columns import (
    check_averaged,
    load_direction,
    shell_columns,
    shell_names,
    with_averages,
)
from mechanist.describe.shared.feature_rows import feature_rows
from mechanist.describe.shared.moments import Shells, shell_moments
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import NOT_NEGATIVE, PURE, Column
from mechanist.formats.value_ranges import ANY
from mechanist.mechanics.materials.material import material_of
from mechanist.mechanics.neighbours import Neighbours, neighbours_by_part

PARITY: Final = {"qe": -1, "vev": -1, "qqe": -1, "bv": -1, "s": 1, "b2": 1, "qe2": 1}
LOAD_BLIND_IN_2D: Final = ("qqe", "qe2")
# Terms that need the moments V, B and Q, respectively.
_VECTOR_TERMS: Final = ("vev", "bv")
_PRODUCT_TERMS: Final = ("bv", "b2")
_TENSOR_TERMS: Final = ("qqe", "qe2")
#: Unit of forces.
FORCE: Final = "energy over length"


def _told(what: str, allowed: str = ANY) -> Column:
    where = "of the species and near the distance in the name"
    return Column(PURE, f"{what}, {where}; squared if the name has _sq.", allowed)


#: What the columns mean.
COLUMNS: Final = {
    "mismatch": Column(
        FORCE,
        "Size of the force on the particle under an affine unit strain along the load.",
        NOT_NEGATIVE,
    ),
    "mismatch_along": Column(
        FORCE, "Stretch along the load of the force on the particle under that strain."
    ),
    "qe_*": _told("Neighbours along the extension by the load, less those along the compression"),
    "vev_*": _told("Stretch along the load of the vector sum of the directions to neighbours"),
    "qqe_*": _told("Trace of Q Q E for the second moments Q of neighbours and the load E"),
    "bv_*": _told("Product of the moments V and B of the neighbours under the load"),
    "s_*": _told("Neighbours along the axes of the load, less their isotropic mean"),
    "b2_*": _told("Squared length of the moment B of the neighbours under the load", NOT_NEGATIVE),
    "qe2_*": _told("Trace of Q E E Q for the moments Q of neighbours and the load E", NOT_NEGATIVE),
}


@dataclass(frozen=True)
class JointInvariants:
    """Joint invariants of neighbour density and load, and their neighbour averages.

    Parameters
    ----------
    first_shell, last_shell : float
        Centres of the first and the last shell, in the unit of the positions.
    shells : int
        Number of shells.
    terms : tuple of str
        Invariants to compute; see the table in the module docstring.
    squares : bool
        Whether to add the squares of the odd terms.
    by_centre : bool
        Whether each species of the centre gets columns of its own.
    averaging : tuple of float or None
        Averaging radii; None takes those of the dimension (:data:`columns.AVERAGING_RADII`).
    force_mismatch : bool
        Whether to add the affine force mismatch ``Xi : E`` of the material's potential: ``B``
        with the weight ``r phi'' - phi'``. The features then need pair derivatives.

    Raises
    ------
    ValueError
        If a term is unknown.
    """

    card: ClassVar[Card] = Card(
        name="Joint invariants of neighbour density and load",
        reference="the table in describe/joint_invariants.py",
        units="1",
        symmetry="translations, permutations of like particles, and rotations and reflections of"
        " structure and load together",
        load_aware=True,
        subject=SubjectName.PARTICLE,
        columns=COLUMNS,
    )
    first_shell: float = 0.8
    last_shell: float = 2.2
    shells: int = 8
    terms: tuple[str, ...] = ("qe", "s")
    squares: bool = False
    by_centre: bool = True
    averaging: tuple[float, ...] | None = None
    force_mismatch: bool = False

    def __post_init__(self) -> None:
        """Validate the terms."""
        unknown = sorted(set(self.terms) - set(PARITY))
        if unknown:
            raise ValueError(f"terms {unknown} are unknown; expected some of {sorted(PARITY)}")

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe every particle; see :class:`mechanist.describe.descriptor.Descriptor`.

        Raises
        ------
        ValueError
            If the load is missing or illegal, or a term does not depend on it in 2D.
        """
        check_averaged(self.averaging, configuration, len(self._names(configuration)[0]))
        found = self.columns(configuration, load=load)
        return with_averages(configuration, found, radii=self.averaging)

    def columns(self, configuration: Configuration, *, load: FloatArray | None = None) -> Features:
        """Describe every particle by itself; see :mod:`mechanist.describe.shared.columns`.

        Raises
        ------
        ValueError
            As for the call of the descriptor.
        """
        tensor = load_direction(load, configuration.dimension, descriptor="joint_invariants")
        blind = sorted(set(self.terms) & set(LOAD_BLIND_IN_2D))
        if configuration.dimension == 2 and blind:
            raise ValueError(f"terms {blind} do not depend on the load in 2D; leave them out")
        names, parity = self._names(configuration)
        values = feature_rows(len(configuration), len(names))
        width = len(names) - (2 if self.force_mismatch else 0)
        for part, pairs in neighbours_by_part(configuration, self._shells.cutoff):
            values[part, :width] = shell_columns(
                configuration.species[part],
                len(configuration.species_names),
                self._blocks(configuration, pairs, tensor),
                by_centre=self.by_centre,
            )
        if self.force_mismatch:
            values[:, width:] = np.column_stack([*force_mismatch(configuration, tensor).values()])
        return Features(values, names, parity)

    def _names(self, configuration: Configuration) -> tuple[list[str], dict[str, int]]:
        """Return the names of the columns, and their signs under reversal of the load."""
        signs = {term: PARITY[term] for term in self.terms}
        if self.squares:
            signs |= {f"{term}_sq": 1 for term in self.terms if PARITY[term] < 0}
        parity: dict[str, int] = {}
        for block, sign in signs.items():
            names = shell_names(
                configuration.species_names, [block], self._shells, by_centre=self.by_centre
            )
            parity |= dict.fromkeys(names, sign)
        if self.force_mismatch:
            parity |= {"mismatch": 1, "mismatch_along": -1}
        return list(parity), parity

    def reach(self) -> float:
        """Return the distance beyond which no neighbour counts for a particle by itself.

        It is infinite for the force mismatch, whose potential only a configuration can name.
        """
        return np.inf if self.force_mismatch else self._shells.cutoff

    @property
    def _shells(self) -> Shells:
        return Shells(self.first_shell, self.last_shell, self.shells)

    def _blocks(
        self, configuration: Configuration, pairs: Neighbours, tensor: FloatArray
    ) -> list[FloatArray]:
        """Return each term, shape (n, n_species, n_shells), the squares last."""
        moments = load_moments(configuration, pairs, self._shells, tensor, self.terms)
        blocks = [_TERMS[term](moments, tensor) for term in self.terms]
        if self.squares:
            odd = [b for b, term in zip(blocks, self.terms, strict=True) if PARITY[term] < 0]
            blocks += [block**2 for block in odd]
        return blocks


def load_moments(
    configuration: Configuration,
    pairs: Neighbours,
    shells: Shells,
    tensor: FloatArray,
    terms: tuple[str, ...],
) -> dict[str, FloatArray]:
    """Return the moments that ``terms`` need, each of shape (n, n_species, n_shells, ...).

    Keys are ``qe`` and ``s`` (scalars), ``v`` and ``b`` (vectors) and ``q`` (tensor).
    """
    units = pairs.directions
    d = configuration.dimension
    along = stretches(units, tensor)
    isotropic = 2 * np.sum(tensor**2) / (d * (d + 2))
    parts = {"qe": along[:, None], "s": (along**2 - isotropic)[:, None]}
    if set(terms) & set(_VECTOR_TERMS):
        parts["v"] = units
    if set(terms) & set(_PRODUCT_TERMS):
        parts["b"] = units * along[:, None]
    if set(terms) & set(_TENSOR_TERMS):
        identity = np.diag([1.0, 1.0, 1.0 if d == 3 else 0.0]) / d
        outer = units[:, :, None] * units[:, None, :] - identity
        parts["q"] = outer.reshape(-1, 9)
    sums = shell_moments(configuration, pairs, shells, np.hstack(list(parts.values())))
    ends = np.cumsum([part.shape[1] for part in parts.values()])
    split = dict(zip(parts, np.split(sums, ends[:-1], axis=-1), strict=True))
    if "q" in split:
        split["q"] = split["q"].reshape(*sums.shape[:-1], 3, 3)
    return split | {"qe": split["qe"][..., 0], "s": split["s"][..., 0]}


@numba.njit(cache=True)
def stretches(units: FloatArray, tensor: FloatArray) -> FloatArray:
    """Return ``n.E.n`` of unit vectors ``n`` and a load ``E``, shape (n_pairs,)."""
    along = np.zeros(len(units))
    for pair in range(len(units)):
        for a in range(3):
            for b in range(3):
                along[pair] += units[pair, a] * tensor[a, b] * units[pair, b]
    return along


def force_mismatch(configuration: Configuration, tensor: FloatArray) -> dict[str, FloatArray]:
    """Return the size of the affine force mismatch ``Xi : E`` and its stretch along the load.

    ``Xi : E = sum_j (r phi'' - phi') n (n.E.n)`` is the force that an affine strain exerts on a
    particle of an equilibrated configuration; relaxing it gives the non-affine displacement.

    Returns
    -------
    dict of str to ndarray of shape (n,)
        ``mismatch``, the norm, and ``mismatch_along``, ``Xi.E.Xi`` over the norm (zero where that
        vanishes).

    Raises
    ------
    ValueError
        If the species are not those of the material, or its potential has no pair derivatives.
    """
    material = material_of(configuration)
    derivatives = material.pairs("force_mismatch")
    species = configuration.species
    force = np.zeros((len(configuration), 3))
    for part, pairs in neighbours_by_part(configuration, material.cutoff):
        centres = species[part][pairs.first]
        _, slope, stiffness = derivatives(centres, species[pairs.second], pairs.distances)
        units = pairs.directions
        weight = (pairs.distances * stiffness - slope) * stretches(units, tensor)
        np.add.at(force[part], pairs.first, weight[:, None] * units)
    size = np.linalg.norm(force, axis=1)
    along = np.einsum("na,ab,nb->n", force, tensor, force) / np.where(size > 0, size, 1.0)
    return {"mismatch": size, "mismatch_along": along}


_TERMS: Final[dict[str, Callable[[dict[str, FloatArray], FloatArray], FloatArray]]] = {
    "qe": lambda m, _: m["qe"],
    "vev": lambda m, e: np.einsum("...a,ab,...b->...", m["v"], e, m["v"]),
    "qqe": lambda m, e: np.einsum("...ab,...bc,ca->...", m["q"], m["q"], e),
    "bv": lambda m, _: np.sum(m["b"] * m["v"], axis=-1),
    "s": lambda m, _: m["s"],
    "b2": lambda m, _: np.sum(m["b"] ** 2, axis=-1),
    "qe2": lambda m, e: np.sum((m["q"] @ e) ** 2, axis=(-2, -1)),
}

DESCRIPTOR = JointInvariants
