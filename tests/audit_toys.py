"""Toy particle descriptors, each with one known merit or flaw, to test the audit itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.audit.glass_subject import Scale, subject_of
from mechanist.audit.power_spectrum import power_spectrum
from mechanist.audit.subject import Subject
from mechanist.audit.view import View, viewed
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
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
    """Descriptor whose columns are a given function."""

    columns: Columns
    card: ClassVar[Card] = Card(
        name="toy",
        reference="none",
        units="1",
        symmetry="none",
        load_aware=False,
        subject=SubjectName.PARTICLE,
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
    """Toy whose card claims load awareness."""

    card: ClassVar[Card] = Card(
        name="toy",
        reference="none",
        units="1",
        symmetry="none",
        load_aware=True,
        subject=SubjectName.PARTICLE,
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
    """Count neighbours; the count jumps when a neighbour crosses the cutoff."""
    return weighted(c, np.ones_like)


def smooth_count(c: Configuration, _: FloatArray) -> FloatArray:
    """Count neighbours smoothly; differentiable everywhere, blind to directions."""
    return weighted(c, lambda r: (1 - (r / CUTOFF) ** 2) ** 3)


def tent_count(c: Configuration, _: FloatArray) -> FloatArray:
    """Count neighbours with linear weights; continuous, with a kink at the cutoff."""
    return weighted(c, lambda r: 1 - r / CUTOFF)


def small_jump(c: Configuration, _: FloatArray) -> FloatArray:
    """Add a hundredth of the hard count to the smooth count."""
    return smooth_count(c, _) + 0.01 * hard_count(c, _)


def nearest(c: Configuration, _: FloatArray) -> FloatArray:
    """Return sorted neighbour distances, with kinks where two swap ranks, and without angles."""
    pairs = find_neighbours(c, 4.0)
    rows = np.full((len(c), NEAREST), 4.0)
    for i in range(len(c)):
        found = np.sort(pairs.distances[pairs.starts[i] : pairs.starts[i + 1]])[:NEAREST]
        rows[i, : len(found)] = found
    return rows


def pixels(c: Configuration, _: FloatArray) -> FloatArray:
    """Return the density around each particle on a grid with fixed orientation."""
    pairs = find_neighbours(c, CUTOFF)
    grid = np.stack(np.meshgrid([-1.0, 0, 1], [-1.0, 0, 1], indexing="ij"), -1).reshape(-1, 2)
    apart = pairs.vectors[:, None, :2] - grid
    weight = (1 - (pairs.distances / CUTOFF) ** 2) ** 3
    blobs = np.exp(-2 * (apart**2).sum(axis=-1)) * weight[:, None]
    values = np.zeros((len(c), len(grid)))
    np.add.at(values, pairs.first, blobs)
    return values


def coulomb(c: Configuration, _: FloatArray) -> FloatArray:
    """Return the eigenvalues of the inverse-distance matrix, one per particle."""
    apart = c.positions[:, None] - c.positions
    fractional = apart @ np.linalg.inv(c.cell)
    shift = np.round(fractional) * np.array(c.periodic)
    distances = np.linalg.norm((fractional - shift) @ c.cell, axis=-1) + np.eye(len(c))
    values = np.linalg.eigvalsh(1 / np.maximum(distances, 1e-3))
    return np.tile(np.sort(values), (len(c), 1))


def stretch(c: Configuration, load: FloatArray) -> FloatArray:
    """Return a joint invariant of structure and load, odd in the load."""
    pairs = find_neighbours(c, CUTOFF)
    weight = (1 - (pairs.distances / CUTOFF) ** 2) ** 3
    along = np.einsum("pa,ab,pb->p", pairs.vectors, load, pairs.vectors)
    return np.bincount(pairs.first, weight * along, minlength=len(c))


def stretch_squared(c: Configuration, load: FloatArray) -> FloatArray:
    """Return a joint invariant that is even in the load."""
    return stretch(c, load) ** 2


def handed(c: Configuration, _: FloatArray) -> FloatArray:
    """Return a feature that is invariant under rotations and odd under reflections."""
    pairs = find_neighbours(c, CUTOFF)
    pulls = []
    for power in (0, 3):
        weight = (1 - (pairs.distances / CUTOFF) ** 2) ** 3 * pairs.distances**power
        pull = np.zeros((len(c), 3))
        np.add.at(pull, pairs.first, weight[:, None] * pairs.vectors)
        pulls.append(pull)
    return np.cross(*pulls)[:, 2]


def spectrum(c: Configuration, _: FloatArray) -> FloatArray:
    """Return a full-rank power spectrum with several shells and orders."""
    return power_spectrum(c, shells=Shells(0.8, 2.0, 4), order=4).values


def sample_mean(c: Configuration, _: FloatArray) -> FloatArray:
    """Add the sum of the smooth counts, which grows with the sample."""
    count = smooth_count(c, _)
    return np.column_stack([count, np.full(len(c), count.sum())])


class Counter:
    """Clock that counts operations instead of seconds."""

    def __init__(self, cost: Callable[[int], int]) -> None:
        self.cost = cost
        self.operations = 0

    def columns(self, c: Configuration, _: FloatArray) -> FloatArray:
        self.operations += self.cost(len(c))
        return np.arange(len(c)) % 3

    def __call__(self) -> float:
        return self.operations * 1e-9
