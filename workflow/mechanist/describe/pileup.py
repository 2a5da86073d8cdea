"""Descriptors of a pileup before loading: its landscape, its positions and its mechanics.

The landscape and the density share one grid with two cells per node. The grid loses no information,
since both are splines between cells. Their features have no origin: shifting the sample along its
line shifts both alike and changes no target.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.formats.described_columns import NOT_NEGATIVE, PURE, SHARE, Column
from mechanist.formats.pileup_batches import PileupSample
from mechanist.mechanics.pileup_forces import pinning_force, stiffness

#: Grid cells per node of the landscape; the force between nodes is quadratic.
CELLS_A_NODE: Final = 2
#: Points per mean spacing at which the force on one dislocation is evaluated.
PLACES: Final = 64
QUANTILES: Final = (0.1, 0.5, 0.9)


_ON_A_GRID: Final = "periodic images; equivariant under shifts by a cell"
_PLACE: Final = "describe/pileup.py"
#: What the columns of :class:`Mechanics` mean.
MECHANICS: Final = {
    "log_susceptibility": Column("ln(b^2/D)", "Logarithm of the mean displacement per stress."),
    "log_softest": Column("ln(D/b^2)", "Logarithm of the stiffness of the softest mode."),
    "softest_load": Column(PURE, "Share of a uniform stress that the softest mode takes.", SHARE),
    "force_rms": Column("D/b", "Root mean square of the pinning force.", NOT_NEGATIVE),
    "force_max": Column("D/b", "Largest pinning force against the motion."),
    "slope_rms": Column(
        "D/b^2", "Root mean square of the slope of the pinning force.", NOT_NEGATIVE
    ),
    "log_participation": Column(
        "ln", "Logarithm of the share of dislocations that the softest mode moves.", "<= 0"
    ),
    "freeing_*": Column(
        "D/b",
        "Stress that frees one dislocation while all others are fixed: the quantile in the name over"
        " the dislocations.",
    ),
}


@dataclass(frozen=True)
class Landscape:
    """Pinning force at the cells of the grid."""

    card: ClassVar[Card] = Card(
        name="Pinning force on a grid",
        reference=_PLACE,
        units="D/b",
        symmetry=_ON_A_GRID,
        load_aware=False,
        subject=SubjectName.PILEUP,
        broken=("translation",),
        columns={
            "force_*": Column(
                "D/b", "Pinning force at the cell of the line with the number in the name."
            )
        },
    )

    def __call__(self, sample: PileupSample) -> Features:
        """Return the pinning force (D/b) at the cells of the grid."""
        cells = _cells(sample)
        return Features(pinning_force(cells, sample.landscape, sample.length)[np.newaxis],
                        [f"force_{k}" for k in range(len(cells))])  # fmt: skip


@dataclass(frozen=True)
class Positions:
    """Number density of dislocations on the grid."""

    card: ClassVar[Card] = Card(
        name="Density on a grid",
        reference=_PLACE,
        units="dislocations a cell",
        symmetry=_ON_A_GRID,
        load_aware=False,
        subject=SubjectName.PILEUP,
        broken=("translation",),
        columns={
            "density_*": Column(
                "dislocations a cell",
                "Density of dislocations in the cell of the line with the number in the name.",
                NOT_NEGATIVE,
            )
        },
    )

    def __call__(self, sample: PileupSample) -> Features:
        """Return the number density of dislocations, in dislocations per cell.

        Each dislocation is spread by a cubic B-spline, so that positions between cells are
        preserved.
        """
        n_cells = len(_cells(sample))
        place = sample.start * n_cells / sample.length
        base = np.floor(place)
        w = place - base
        r = 1 - w
        weights = (r**3, 3 * w**3 - 6 * w**2 + 4, 3 * r**3 - 6 * r**2 + 4, w**3)
        density = np.zeros(n_cells)
        for offset, weight in enumerate(weights, start=-1):
            np.add.at(density, (base.astype(np.int64) + offset) % n_cells, weight / 6)
        return Features(density[np.newaxis], [f"density_{k}" for k in range(n_cells)])


@dataclass(frozen=True)
class Mechanics:
    """Features from the mechanics of the relaxed state, without any training.

    They are the logarithm of the linear susceptibility (mean displacement per stress), the
    stiffness of the softest mode and its share of a uniform stress, the strength and stiffness of
    the landscape, and quantiles of the stress that frees one dislocation while the others are
    fixed.
    """

    card: ClassVar[Card] = Card(
        name="Pileup mechanics",
        reference=_PLACE,
        units="D, b",
        symmetry="shifts of landscape and dislocations along the line, periodic images",
        load_aware=True,
        subject=SubjectName.PILEUP,
        needs_potential=True,
        columns=MECHANICS,
    )

    def __call__(self, sample: PileupSample) -> Features:
        """Describe the sample by one row."""
        n, length = len(sample.start), sample.length
        matrix = np.empty((n, n))
        stiffness(sample.start, sample.landscape, length, matrix)
        values, modes = np.linalg.eigh(matrix)
        load = modes.sum(axis=0) / np.sqrt(n)
        susceptibility = float((load**2 / values).sum())
        force = Landscape()(sample).values[0]
        slope = (np.roll(force, -1) - force) * len(force) / length
        freeing = np.quantile(_freeing_stress(sample), QUANTILES)
        numbers = {
            "log_susceptibility": np.log(susceptibility),
            "log_softest": np.log(values[0]),
            "softest_load": load[0] ** 2,
            "force_rms": force.std(),
            "force_max": -force.min(),
            "slope_rms": slope.std(),
            "log_participation": -np.log((modes[:, 0] ** 4).sum() * n),
            **{f"freeing_{q:g}": value for q, value in zip(QUANTILES, freeing, strict=True)},
        }
        return Features(np.array([list(numbers.values())], dtype=float), list(numbers))


DESCRIPTORS = (Landscape, Positions, Mechanics)


def _cells(sample: PileupSample) -> FloatArray:
    n_cells = CELLS_A_NODE * len(sample.landscape)
    return np.arange(n_cells) * sample.length / n_cells


def _freeing_stress(sample: PileupSample) -> FloatArray:
    """Return the stress that frees each dislocation while all others are fixed.

    It is the first maximum of the backward force on the way forward, shape (n,), in D/b.
    """
    x, length = sample.start, sample.length
    ahead = np.arange(PLACES + 1) / PLACES * sample.spacing
    freeing = np.empty(len(x))
    for i in range(len(x)):
        others = np.delete(x, i)
        path = x[i] + ahead
        path = path[path < others[i % len(others)] + (length if i == len(others) else 0.0)]
        angles = np.pi / length * (path[:, np.newaxis] - others)
        push = (np.pi / length / np.tan(angles)).sum(axis=1)
        back = -push - pinning_force(path, sample.landscape, length)
        falling = np.flatnonzero(np.diff(back) < 0)
        freeing[i] = back[falling[0]] if len(falling) else back[-1]
    return freeing
