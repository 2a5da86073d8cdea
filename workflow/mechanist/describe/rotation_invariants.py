"""Load-blind invariants of the neighbour density, after Behler-type and Steinhardt-type functions.

For each species and shell, the features are the norms of the density's angular moments: order 0
counts neighbours, orders 1, 2, ... measure their anisotropy (in three dimensions orders 1 and 2
are, up to a factor, ``|V|`` and ``tr(Q Q)^(1/2)`` of the moment vector and tensor). Norms are used
rather than squares, since norms scale as the density itself; they are continuous everywhere, and
differentiable except where a moment vanishes. Averages over neighbours are appended as in Boattini
et al., https://doi.org/10.1103/PhysRevLett.127.088007.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.columns import (
    check_averaged,
    shell_columns,
    shell_names,
    species_columns,
    species_names,
    with_averages,
)
from mechanist.describe.shared.feature_rows import feature_rows
from mechanist.describe.shared.moments import (
    Shells,
    harmonic_slices,
    harmonics,
    shell_moments,
)
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import NOT_NEGATIVE, PURE, SHARE, Column
from mechanist.mechanics.neighbours import Neighbours, neighbours_by_part

# Chosen in 2D by cross-validation over glasses of a thousand particles, where orders 1 to 3 added
# columns but no skill. Not tuned in 3D.
ORDERS: Final[dict[int, tuple[int, ...]]] = {2: (0, 4), 3: (0, 2, 4)}


#: What the columns mean.
COLUMNS: Final = {
    "is_*": Column(PURE, "1 for a particle of the species in the name, else 0.", SHARE),
    "moment0_*": Column(
        PURE,
        "Weighted number of neighbours of the species near the distance in the name.",
        NOT_NEGATIVE,
    ),
    "moment*": Column(
        PURE,
        "Uneven distribution over directions of neighbours of the species near the distance in the"
        " name: norm of their angular moment of the order in the name.",
        NOT_NEGATIVE,
    ),
}


@dataclass(frozen=True)
class RotationInvariants:
    """Norms of the angular moments of the neighbour density, and their neighbour averages.

    Parameters
    ----------
    first_shell, last_shell : float
        Centres of the first and the last shell, in the unit of the positions.
    shells : int
        Number of shells.
    orders : tuple of int or None
        Angular orders; None takes those of the dimension (:data:`ORDERS`).
    by_centre : bool
        Whether each species of the centre gets columns of its own.
    averaging : tuple of float or None
        Averaging radii; None takes those of the dimension (:data:`columns.AVERAGING_RADII`).
    """

    card: ClassVar[Card] = Card(
        name="Rotation invariants of the neighbour density",
        reference="https://doi.org/10.1103/PhysRevLett.127.088007",
        units="1",
        symmetry="translations, rotations, reflections, permutations of like particles",
        load_aware=False,
        subject=SubjectName.PARTICLE,
        columns=COLUMNS,
    )
    first_shell: float = 0.8
    last_shell: float = 2.2
    shells: int = 8
    orders: tuple[int, ...] | None = None
    by_centre: bool = True
    averaging: tuple[float, ...] | None = None

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe every particle; see :class:`mechanist.describe.descriptor.Descriptor`."""
        check_averaged(self.averaging, configuration, len(self._names(configuration)))
        return with_averages(configuration, self.columns(configuration), radii=self.averaging)

    def columns(self, configuration: Configuration, *, load: FloatArray | None = None) -> Features:
        """Describe every particle by itself; see :mod:`mechanist.describe.shared.columns`."""
        del load
        names, kinds = self._names(configuration), len(configuration.species_names)
        values = feature_rows(len(configuration), len(names))
        values[:, :kinds] = species_columns(configuration)[0]
        for part, pairs in neighbours_by_part(configuration, self.reach()):
            values[part, kinds:] = shell_columns(
                configuration.species[part],
                kinds,
                self._norms(configuration, pairs),
                by_centre=self.by_centre,
            )
        return Features(values, names)

    def _norms(self, configuration: Configuration, pairs: Neighbours) -> list[FloatArray]:
        """Return the norm of every order, each of shape (n, n_species, n_shells)."""
        orders, dimension = self._orders(configuration), configuration.dimension
        parts = harmonic_slices(max(orders), dimension)
        waves = harmonics(pairs.directions, max(orders), dimension)
        needed = [waves[:, parts[order]] for order in orders]
        moments = shell_moments(configuration, pairs, self._shells, np.hstack(needed))
        ends = np.cumsum([part.shape[1] for part in needed])[:-1]
        return [np.linalg.norm(part, axis=-1) for part in np.split(moments, ends, axis=-1)]

    def _orders(self, configuration: Configuration) -> tuple[int, ...]:
        return ORDERS[configuration.dimension] if self.orders is None else self.orders

    def _names(self, configuration: Configuration) -> list[str]:
        species = configuration.species_names
        blocks = [f"moment{order}" for order in self._orders(configuration)]
        shells = shell_names(species, blocks, self._shells, by_centre=self.by_centre)
        return species_names(species) + shells

    def reach(self) -> float:
        """Return the distance beyond which no neighbour counts for a particle by itself."""
        return self._shells.cutoff

    @property
    def _shells(self) -> Shells:
        return Shells(self.first_shell, self.last_shell, self.shells)


DESCRIPTOR = RotationInvariants
