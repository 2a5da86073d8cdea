"""Descriptors of particles with one known virtue or vice each, to audit the auditor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.audit.glass_subject import Scale, subject_of
from mechanist.audit.power_spectrum import power_spectrum
from mechanist.audit.subject import Subject
from mechanist.audit.view import View, viewed
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features
from mechanist.describe.shared.moments import Shells
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.neighbours import find_neighbours

CUTOFF: Final = 1.8
#: Large enough for every criterion, small enough for a test.
SMALL: Final = Scale(
    small=25, glass=36, samples=3, sizes=(25, 49, 100, 196), relaxed_sizes=(25, 36, 49)
)
NEAREST: Final = 8

Columns = Callable[[Configuration, FloatArray], FloatArray]


@dataclass(frozen=True)
class Toy:
    """A descriptor of chosen columns."""

    columns: Columns
    card: ClassVar[Card] = Card(
        name="toy", reference="none", units="1", symmetry="none", load_aware=False
    )

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        values = self.columns(configuration, np.zeros((3, 3)) if load is None else load)
        values = np.asarray(values, dtype=float).reshape(len(configuration), -1)
        return Features(values, [f"toy_{k}" for k in range(values.shape[1])])


@dataclass(frozen=True)
class AwareToy(Toy):
    """The same, said to know the load."""

    card: ClassVar[Card] = Card(
        name="toy", reference="none", units="1", symmetry="none", load_aware=True
    )


def subject(columns: Columns, *, dimension: int = 2, aware: bool = False) -> Subject:
    toy = (AwareToy if aware else Toy)(columns)
    return subject_of(toy, kind="toy", dimension=dimension, scale=SMALL)


def view(columns: Columns, *, dimension: int = 2, aware: bool = False) -> View:
    return viewed(subject(columns, dimension=dimension, aware=aware), np.random.default_rng(7))


def weighted(c: Configuration, weights: Callable[[FloatArray], FloatArray]) -> FloatArray:
    pairs = find_neighbours(c, CUTOFF)
    return np.bincount(pairs.first, weights(pairs.distances), minlength=len(c))


def hard_count(c: Configuration, _: FloatArray) -> FloatArray:
    """Jumps as a neighbour crosses the cutoff."""
    return weighted(c, np.ones_like)


def smooth_count(c: Configuration, _: FloatArray) -> FloatArray:
    """Differentiable everywhere, blind for directions."""
    return weighted(c, lambda r: (1 - (r / CUTOFF) ** 2) ** 3)


def tent_count(c: Configuration, _: FloatArray) -> FloatArray:
    """Continuous, with a kink at the cutoff."""
    return weighted(c, lambda r: 1 - r / CUTOFF)


def small_jump(c: Configuration, _: FloatArray) -> FloatArray:
    """A hundred times as steep as the jump is high."""
    return smooth_count(c, _) + 0.01 * hard_count(c, _)


def nearest(c: Configuration, _: FloatArray) -> FloatArray:
    """Distances of the nearest neighbours: kinks where two change places, and no angles."""
    pairs = find_neighbours(c, 4.0)
    rows = np.full((len(c), NEAREST), 4.0)
    for i in range(len(c)):
        found = np.sort(pairs.distances[pairs.starts[i] : pairs.starts[i + 1]])[:NEAREST]
        rows[i, : len(found)] = found
    return rows


def pixels(c: Configuration, _: FloatArray) -> FloatArray:
    """Density around each particle on a grid that never turns."""
    pairs = find_neighbours(c, CUTOFF)
    grid = np.stack(np.meshgrid([-1.0, 0, 1], [-1.0, 0, 1], indexing="ij"), -1).reshape(-1, 2)
    apart = pairs.vectors[:, None, :2] - grid
    weight = (1 - (pairs.distances / CUTOFF) ** 2) ** 3
    blobs = np.exp(-2 * (apart**2).sum(axis=-1)) * weight[:, None]
    values = np.zeros((len(c), len(grid)))
    np.add.at(values, pairs.first, blobs)
    return values


def coulomb(c: Configuration, _: FloatArray) -> FloatArray:
    """Eigenvalues of the matrix of inverse distances: as many as there are particles."""
    apart = c.positions[:, None] - c.positions
    fractional = apart @ np.linalg.inv(c.cell)
    shift = np.round(fractional) * np.array(c.periodic)
    distances = np.linalg.norm((fractional - shift) @ c.cell, axis=-1) + np.eye(len(c))
    values = np.linalg.eigvalsh(1 / np.maximum(distances, 1e-3))
    return np.tile(np.sort(values), (len(c), 1))


def stretch(c: Configuration, load: FloatArray) -> FloatArray:
    """A joint invariant of structure and load, odd in the load."""
    pairs = find_neighbours(c, CUTOFF)
    weight = (1 - (pairs.distances / CUTOFF) ** 2) ** 3
    along = np.einsum("pa,ab,pb->p", pairs.vectors, load, pairs.vectors)
    return np.bincount(pairs.first, weight * along, minlength=len(c))


def stretch_squared(c: Configuration, load: FloatArray) -> FloatArray:
    """Knows the load, but not its sense."""
    return stretch(c, load) ** 2


def handed(c: Configuration, _: FloatArray) -> FloatArray:
    """Invariant under rotations, odd under reflections."""
    pairs = find_neighbours(c, CUTOFF)
    pulls = []
    for power in (0, 3):
        weight = (1 - (pairs.distances / CUTOFF) ** 2) ** 3 * pairs.distances**power
        pull = np.zeros((len(c), 3))
        np.add.at(pull, pairs.first, weight[:, None] * pairs.vectors)
        pulls.append(pull)
    return np.cross(*pulls)[:, 2]


def spectrum(c: Configuration, _: FloatArray) -> FloatArray:
    """A power spectrum with many shells and orders, of full rank."""
    return power_spectrum(c, shells=Shells(0.8, 2.0, 4), order=4).values


def sample_mean(c: Configuration, _: FloatArray) -> FloatArray:
    """Smooth counts summed over the sample: grows with it."""
    count = smooth_count(c, _)
    return np.column_stack([count, np.full(len(c), count.sum())])


class Counter:
    """A clock that counts operations instead of seconds."""

    def __init__(self, cost: Callable[[int], int]) -> None:
        self.cost = cost
        self.operations = 0

    def columns(self, c: Configuration, _: FloatArray) -> FloatArray:
        self.operations += self.cost(len(c))
        return np.arange(len(c)) % 3

    def __call__(self) -> float:
        return self.operations * 1e-9
