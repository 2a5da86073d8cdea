"""The 166 structure functions of Cubuk et al., https://doi.org/10.1103/PhysRevLett.114.108001.

Radial functions ``sum_j exp(-(r_ij - mu)^2 / (2 width^2))`` for each species of ``j``, and angular
functions ``sum_{j<k} exp(-(r_ij^2 + r_ik^2 + r_jk^2) / xi^2) (1 + lambda cos)^zeta`` for each pair
of species of ``j`` and ``k``; lengths in units of ``sigma_AA``. The grid of ``xi, lambda, zeta`` is
that of two public codes (github.com/Qi-max/amlearn, github.com/tomidiy/SoftnessML_api).

Those codes truncate the sums at a distance, where values jump as a neighbour crosses it, or not at
all. Here the truncated form is ``smooth_cutoff=False``. With ``smooth_cutoff=True`` every distance
carries a factor ``(1 + cos(pi r / cutoff)) / 2``, and the angular functions carry the prefactor
``2^(1 - zeta)``; they are then Behler's G2 and G4, https://doi.org/10.1063/1.3553717, which do not
jump. The public form counts pairs of neighbours at any distance from each other; the smooth form
counts only pairs closer than the cutoff.
"""

import itertools
from dataclasses import dataclass
from typing import ClassVar, Final

import numba
import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.feature_rows import feature_rows
from mechanist.describe.shared.moments import gaussian_sums
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import NOT_NEGATIVE, PURE, Column
from mechanist.mechanics.neighbours import Neighbours, neighbours_by_part

# (xi, lambda, zeta), in units of sigma_AA
ANGULAR_GRID: Final[tuple[tuple[float, int, int], ...]] = (
    *((14.633, sign, 1) for sign in (-1, 1)),
    *((14.638, sign, 2) for sign in (-1, 1)),
    *((2.554, sign, zeta) for zeta in (1, 2) for sign in (-1, 1)),
    *((1.648, 1, zeta) for zeta in (1, 2)),
    *((xi, 1, zeta) for xi in (1.204, 0.933, 0.695) for zeta in (1, 2, 4, 16)),
)
_ZETAS: Final = (1, 2, 4, 16)  # the kernel computes these powers by squaring
# Compiled into the kernel as constants: the indices of xi and of the power of each function.
_XIS, _WHICH_XI = np.unique([xi for xi, _, _ in ANGULAR_GRID], return_inverse=True)
_WHICH_POWER = np.array(
    [_ZETAS.index(zeta) + (0 if sign > 0 else len(_ZETAS)) for _, sign, zeta in ANGULAR_GRID]
)


#: What the columns mean.
COLUMNS: Final = {
    "radial_*": Column(
        PURE,
        "Number of neighbours of the species in the name, weighted by a Gaussian around the distance"
        " in the name.",
        NOT_NEGATIVE,
    ),
    "angular_*": Column(
        PURE,
        "Sum over pairs of neighbours of the two species in the name, weighted by their distances"
        " (range xi) and by the angle between them (sign lambda, sharpness zeta).",
        NOT_NEGATIVE,
    ),
}


@dataclass(frozen=True)
class StructureFunctions:
    """Radial and angular structure functions.

    Parameters
    ----------
    radial_cutoff, angular_cutoff : float
        Distances within which neighbours are counted, in the unit of the positions.
    radial_functions : int
        Number of radial functions per species; centres are ``0, spacing, 2 spacing, ...``.
    radial_spacing, radial_width : float
        Distance between centres, and standard deviation of the Gaussians.
    length : float
        The unit of the angular grid, ``sigma_AA``, in the unit of the positions.
    smooth_cutoff : bool
        Whether distances carry a cosine cutoff; see the module docstring.

    Raises
    ------
    ValueError
        If a length or a number is not positive.
    """

    card: ClassVar[Card] = Card(
        name="Structure functions",
        reference="https://doi.org/10.1103/PhysRevLett.114.108001",
        units="1",
        symmetry="translations, rotations, reflections, permutations of like particles",
        load_aware=False,
        subject=SubjectName.PARTICLE,
        columns=COLUMNS,
    )
    radial_cutoff: float = 5.0
    angular_cutoff: float = 2.5
    radial_functions: int = 50
    radial_spacing: float = 0.1
    radial_width: float = 0.1
    length: float = 1.0
    smooth_cutoff: bool = True

    def __post_init__(self) -> None:
        """Validate the lengths and the number of functions."""
        for name in ("radial_cutoff", "angular_cutoff", "radial_functions", "radial_spacing",
                     "radial_width", "length"):  # fmt: skip
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} = {getattr(self, name)}; expected a positive number")

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe every particle; see :class:`mechanist.describe.descriptor.Descriptor`."""
        names = configuration.species_names
        centres = self.radial_spacing * np.arange(self.radial_functions)
        columns = [f"radial_{name}_{mu:.4g}" for name in names for mu in centres]
        for a, b in itertools.combinations_with_replacement(names, 2):
            columns += [
                f"angular_{a}-{b}_xi{xi:g}_lambda{sign:+d}_zeta{zeta}"
                for xi, sign, zeta in ANGULAR_GRID
            ]
        values = feature_rows(len(configuration), len(columns))
        n_radial = len(names) * len(centres)
        longest = max(self.radial_cutoff, self.angular_cutoff)
        for part, pairs in neighbours_by_part(configuration, longest):
            values[part, :n_radial] = self.radial(configuration, pairs).reshape(len(pairs), -1)
            values[part, n_radial:] = self.angular(configuration, pairs).reshape(len(pairs), -1)
        return Features(values, columns)

    def radial(self, configuration: Configuration, pairs: Neighbours) -> FloatArray:
        """Return radial functions of the particles of ``pairs``, shape (n, n_species, n_functions)."""
        r = pairs.distances
        weights = (r < self.radial_cutoff).astype(float)
        if self.smooth_cutoff:
            weights *= 0.5 * (1 + np.cos(np.pi / self.radial_cutoff * r))
        return gaussian_sums(
            configuration,
            pairs,
            weights,
            count=self.radial_functions,
            spacing=self.radial_spacing,
            width=self.radial_width,
        )

    def angular(self, configuration: Configuration, pairs: Neighbours) -> FloatArray:
        """Return angular functions of the particles of ``pairs``, shape (n, n_species_pairs, 22)."""
        n_species = len(configuration.species_names)
        n_pairs = n_species * (n_species + 1) // 2
        channels = np.zeros((n_species, n_species), dtype=np.int64)
        upper = np.triu_indices(n_species)
        channels[upper] = channels[upper[::-1]] = np.arange(n_pairs)
        sums = np.zeros((len(pairs), n_pairs, len(ANGULAR_GRID)))
        inside = pairs.distances < self.angular_cutoff
        kept = np.concatenate([[0], np.cumsum(inside)])
        _add_angular(
            kept[pairs.starts],
            pairs.vectors[inside],
            pairs.distances[inside],
            configuration.species[pairs.second[inside]],
            channels,
            (self.length * _XIS) ** -2.0,
            self.angular_cutoff if self.smooth_cutoff else 0.0,
            sums,
        )
        if self.smooth_cutoff:
            sums *= 2.0 ** (1 - np.array([zeta for _, _, zeta in ANGULAR_GRID]))
        return sums


@numba.njit(cache=True)
def _add_angular(
    starts: IntArray,
    vectors: FloatArray,
    distances: FloatArray,
    species: IntArray,
    channels: IntArray,
    exponents: FloatArray,
    cutoff: float,
    sums: FloatArray,
) -> None:
    """Add the contributions of all pairs of neighbours; ``cutoff`` 0 means no smooth cutoff.

    Functions of the same xi share the exponential. The law of cosines,
    ``r_ij^2 + r_ik^2 + r_jk^2 = 2 r_ij^2 + 2 r_ik^2 - 2 r_ij.r_ik``, splits it into one factor for
    each neighbour and one for the pair.
    """
    squares = distances**2
    radial = np.empty((len(distances), len(exponents)))
    for q in range(len(exponents)):
        radial[:, q] = np.exp(-2 * exponents[q] * squares)
    damping = 0.5 * (1 + np.cos(np.pi / cutoff * distances)) if cutoff > 0 else np.ones(1)
    decay = np.empty(len(exponents))
    power = np.empty(2 * len(_ZETAS))
    for i in range(len(starts) - 1):
        for a in range(starts[i], starts[i + 1]):
            for b in range(a + 1, starts[i + 1]):
                dot = np.float64(0.0)
                for axis in range(3):
                    dot += vectors[a, axis] * vectors[b, axis]
                weight = 1.0
                if cutoff > 0:
                    opposite = squares[a] + squares[b] - 2 * dot
                    if opposite >= cutoff**2:
                        continue
                    phase = np.pi / cutoff * np.sqrt(max(opposite, 0.0))
                    weight = damping[a] * damping[b] * 0.5 * (1 + np.cos(phase))
                for q in range(len(exponents)):
                    tie = np.exp(2 * exponents[q] * dot)
                    decay[q] = weight * radial[a, q] * radial[b, q] * tie
                product = distances[a] * distances[b]
                _fill_powers(dot / product if product > 0 else 0.0, power)
                target = sums[i, channels[species[a], species[b]]]
                for f in range(len(_WHICH_XI)):
                    target[f] += decay[_WHICH_XI[f]] * power[_WHICH_POWER[f]]


@numba.njit(cache=True)
def _fill_powers(cosine: float, power: FloatArray) -> None:
    """Fill in ``(1 + cos)^zeta`` for zeta of 1, 2, 4, 16, then ``(1 - cos)^zeta``."""
    for s in range(2):
        base = max(1 + cosine if s == 0 else 1 - cosine, 0.0)
        fourth = (base * base) * (base * base)
        power[4 * s] = base
        power[4 * s + 1] = base * base
        power[4 * s + 2] = fourth
        power[4 * s + 3] = (fourth * fourth) * (fourth * fourth)


DESCRIPTOR = StructureFunctions
