"""Local structural indicators: scalars that predict soft spots with little or no training.

They are the energy of each particle, its Voronoi cell, its density, its two-body entropy and its
bond-orientational order. The order parameters weight neighbours by the size of their Voronoi face,
so that they are continuous where neighbour counts jump: https://doi.org/10.1063/1.4774084.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.columns import averaging_radii, species_columns, with_averages
from mechanist.describe.shared.feature_rows import check_features
from mechanist.describe.shared.moments import gaussian_sums, harmonic_slices, harmonics
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import COUNT, NOT_NEGATIVE, POSITIVE, PURE, SHARE, Column
from mechanist.mechanics.materials.material import material_of
from mechanist.mechanics.neighbours import neighbours_by_part
from mechanist.mechanics.tessellation import Tessellation, tessellate

ORDERS: Final[dict[int, tuple[int, ...]]] = {2: (4, 5, 6), 3: (4, 6)}
POTENTIALS: Final = ("material", "none")
_FACE_TOLERANCE: Final = 1e-6  # share of a cell's surface; smaller faces are round-off of lattices
_ENTROPY_STEP: Final = 0.25  # step of the integral over distance, in smearing widths
_ROWS: Final = 16  # products of a matrix and a vector round rows alike from any multiple of these
_ENTROPY_REACH: Final = 6  # reach of neighbours beyond the upper limit, in smearing widths


#: What the columns mean.
COLUMNS: Final = {
    "is_*": Column(PURE, "1 for a particle of the species in the name, else 0.", SHARE),
    "energy": Column("energy", "Energy of the particle: half of the energies of its pairs."),
    "cell_size": Column(
        "length^d", "Area (in 2D) or volume (in 3D) of the Voronoi cell of the particle.", POSITIVE
    ),
    "coordination": Column(PURE, "Number of faces of the Voronoi cell.", COUNT),
    "psi*": Column(
        PURE, "Bond-orientational order in 2D; the order of the symmetry is in the name.", SHARE
    ),
    "q*": Column(
        PURE,
        "Bond-orientational order in 3D; the order of the symmetry is in the name.",
        NOT_NEGATIVE,
    ),
    "density": Column(
        "1/length^d",
        "Number of other particles per area or volume around the particle.",
        NOT_NEGATIVE,
    ),
    "two_body_entropy": Column(
        "k_B", "Entropy of the distances to neighbours, less that of an ideal gas.", "<= 0"
    ),
}


@dataclass(frozen=True)
class LocalStructure:
    """Scalar structural indicators of every particle, and their neighbour averages.

    Parameters
    ----------
    potential : str
        ``"material"``, that of the configuration, or ``"none"`` to leave the energy out.
    density_radius : float
        Radius of the sphere (smooth at its edge) in which density is counted.
    entropy_cutoff, entropy_width : float
        Upper limit of the integral of the two-body entropy, and smearing of distances in it.
    averaging : tuple of float or None
        Averaging radii; None takes those of the dimension (:data:`columns.AVERAGING_RADII`).

    Raises
    ------
    ValueError
        If the potential is unknown or a length is not positive.
    """

    card: ClassVar[Card] = Card(
        name="Local structural indicators",
        reference="https://doi.org/10.1063/1.4774084",
        units="energy: epsilon; volume, density: powers of the unit of length; else 1",
        symmetry="translations, rotations, reflections, permutations of like particles",
        load_aware=False,
        subject=SubjectName.PARTICLE,
        needs_potential=True,
        columns=COLUMNS,
    )
    potential: str = "material"
    density_radius: float = 2.0
    entropy_cutoff: float = 2.5
    entropy_width: float = 0.1
    averaging: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Validate the potential and the lengths."""
        if self.potential not in POTENTIALS:
            raise ValueError(f"potential = {self.potential!r}; expected one of {POTENTIALS}")
        for name in ("density_radius", "entropy_cutoff", "entropy_width"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} = {getattr(self, name)}; expected a positive length")

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe every particle; see :class:`mechanist.describe.descriptor.Descriptor`."""
        check_features(len(configuration), self._width(configuration))
        columns: dict[str, FloatArray] = {}
        if self.potential == "material":
            columns["energy"] = particle_energies(configuration)
        cells = tessellate(configuration)
        columns |= _cell_columns(cells, configuration.dimension)
        columns["density"] = local_density(configuration, self.density_radius)
        columns["two_body_entropy"] = two_body_entropy(
            configuration, self.entropy_cutoff, self.entropy_width
        )
        one_hot, names = species_columns(configuration)
        found = Features(np.column_stack([one_hot, *columns.values()]), names + list(columns))
        return with_averages(configuration, found, radii=self.averaging)

    def _width(self, configuration: Configuration) -> int:
        """Return the number of features."""
        radii = averaging_radii(self.averaging, configuration.dimension)
        scalars = 4 + len(ORDERS[configuration.dimension]) + (self.potential == "material")
        return (len(configuration.species_names) + scalars) * (1 + len(radii))


def particle_energies(configuration: Configuration) -> FloatArray:
    """Return the energy of each particle, half of its pair energies; shape (n,).

    Raises
    ------
    ValueError
        If the species are not those of the material, or its potential has no pair derivatives.
    """
    try:
        material = material_of(configuration)
        derivatives = material.pairs("the energy of a particle")
    except ValueError as error:
        raise ValueError(f"{error}. Set potential to 'none' to leave the energy out") from error
    species = configuration.species
    sums = np.empty(len(configuration))
    for part, pairs in neighbours_by_part(configuration, material.cutoff):
        centres = species[part][pairs.first]
        energy, _, _ = derivatives(centres, species[pairs.second], pairs.distances)
        sums[part] = _sums(pairs.first, energy, len(pairs))
    return 0.5 * sums


def _sums(first: IntArray | NDArray[np.int32], values: FloatArray, n: int) -> FloatArray:
    """Sum ``values`` of pairs or faces by first particle; particles without any get zero."""
    return np.asarray(np.bincount(first, values, minlength=n), dtype=float)


def _cell_columns(cells: Tessellation, dimension: int) -> dict[str, FloatArray]:
    """Return size, coordination and bond-orientational order of the Voronoi cells."""
    n = len(cells.measures)
    surface = _sums(cells.first, cells.areas, n)
    weights = cells.areas / surface[cells.first]
    harmonic = harmonics(cells.units, max(ORDERS[dimension]), dimension)
    parts = harmonic_slices(max(ORDERS[dimension]), dimension)
    columns = {
        "cell_size": cells.measures,
        "coordination": _sums(cells.first, (weights > _FACE_TOLERANCE).astype(float), n),
    }
    letter = "psi" if dimension == 2 else "q"
    for order in ORDERS[dimension]:
        means = [_sums(cells.first, weights * h, n) for h in harmonic[:, parts[order]].T]
        columns[f"{letter}{order}"] = np.linalg.norm(means, axis=0)
    return columns


def local_density(configuration: Configuration, radius: float) -> FloatArray:
    """Return the number density around each particle, excluding itself; shape (n,).

    Neighbours have the weight ``(1 - (r / radius)^2)^2``, normalised such that a uniform fluid
    yields its density.
    """
    # Integrals of the weight over the disc and the ball.
    full = {2: np.pi / 3 * radius**2, 3: 32 * np.pi / 105 * radius**3}[configuration.dimension]
    density = np.empty(len(configuration))
    for part, pairs in neighbours_by_part(configuration, radius):
        weights = (1 - (pairs.distances / radius) ** 2) ** 2
        density[part] = _sums(pairs.first, weights, len(pairs)) / full
    return density


def two_body_entropy(configuration: Configuration, cutoff: float, width: float) -> FloatArray:
    """Return the two-body excess entropy of each particle, in units of k_B; shape (n,).

    It is ``-1/2 sum_b rho_b integral (g_b ln g_b - g_b + 1) dr`` up to ``cutoff``, with the pair
    distributions ``g_b(r)`` around the particle smeared by Gaussians of standard deviation
    ``width``, as in Piaggi and Parrinello, https://doi.org/10.1063/1.4998408.
    """
    n_steps = int(np.ceil(cutoff / (_ENTROPY_STEP * width)))
    step = cutoff / n_steps
    r = step * np.arange(n_steps + 1)
    shell = 2 * np.pi * r if configuration.dimension == 2 else 4 * np.pi * r**2
    # Trapezoidal rule; at r = 0 the integrand vanishes.
    weights = np.full(n_steps, step)
    weights[-1] /= 2
    counts = np.bincount(configuration.species, minlength=len(configuration.species_names))
    total = np.zeros(len(configuration))
    reach = cutoff + _ENTROPY_REACH * width
    for part, pairs in neighbours_by_part(configuration, reach, multiple=_ROWS):
        smeared = gaussian_sums(
            configuration,
            pairs,
            np.full(len(pairs.second), 1 / (np.sqrt(2 * np.pi) * width)),
            count=n_steps + 1,
            spacing=step,
            width=width,
        )
        for b, count in enumerate(counts.tolist()):
            density = count / configuration.measure
            if density == 0:
                continue  # an absent species adds nothing
            g = smeared[:, b, 1:] / (density * shell[1:])
            integrand = (g * np.log(np.where(g > 0, g, 1.0)) - g + 1) * shell[1:]
            total[part] -= 0.5 * density * (integrand @ weights)
    return total


DESCRIPTOR = LocalStructure
