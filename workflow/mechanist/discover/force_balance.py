"""Pair forces from particles at rest: the potential in which they balance on every one of them.

The derivative of the potential of each pair of species is a sum of splines of the distance. In a glass at
rest the forces on every particle sum to zero, although each of them is large and resists a displacement. The potential
is therefore the one whose mean square force is smallest in relation to its mean square stiffness: the lowest solution
of a generalised eigenvalue problem. It is found up to a factor: a structure at rest tells no energy. The
square root of the quotient is a length, the displacement of particles that would make such forces.

Errors of places make forces too, as large as the stiffness says. They add the square of the error to the quotient of
every potential alike, so that small errors leave the potential as it is, and the quotient tells their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement
from typing import Final

import numpy as np
import scipy.linalg
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.interpolate import BSpline

from mechanist.core.typing import BoolArray, FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.pair_tables import PairTable, keyword
from mechanist.mechanics.neighbours import find_neighbours
from mechanist.mechanics.splined_pairs import SplinedPairs

DEGREE: Final = 3
#: Bins of distances up to the reach.
BINS: Final = 1000
#: A spline is used if it has at least this weight of pairs: fewer do not determine it.
LEAST_WEIGHT: Final = 20.0
#: Below the distance that this part of the pairs of a shell is nearer than, the force is continued as a power.
CORE: Final = 0.01
#: Reach of that shell, in the distance of the nearest pairs.
SHELL: Final = 1.7
#: Powers between which it may be.
POWERS: Final = (8.0, 20.0)
#: Root mean square stiffness of a particle, which fixes the factor.
STIFFNESS: Final = 100.0
#: Lowest tabulated distance, as a part of that at which the continuation begins, and entries of a table.
LOWEST: Final = 0.5
TABULATED: Final = 1000
#: A potential is determined if its quotient is nearer to the squared error of places than this part of the
#: distance to the second best.
DETERMINED: Final = 0.1


@dataclass(frozen=True)
class PairBasis:
    """Splines of the distance for each pair of species; all end smoothly at the reach.

    Parameters
    ----------
    species : int
        Number of species.
    first, reach : float
        Distances between which the splines lie; hardly any particles are nearer than the first one.
    pieces : int
        Number of intervals between knots, equal in 1 / distance: finer where forces change faster.
    """

    species: int
    first: float
    reach: float
    pieces: int

    @cached_property
    def knots(self) -> FloatArray:
        """Knots with repeated ends."""
        inner = 1 / np.linspace(1 / self.first, 1 / self.reach, self.pieces + 1)
        ends = [np.full(DEGREE, self.first), inner, np.full(DEGREE, self.reach)]
        return np.concatenate(ends)

    @property
    def columns(self) -> int:
        """Number of splines of a pair: those whose value, slope and curvature vanish at the reach."""
        return len(self.knots) - 2 * DEGREE - 1

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Pairs of species, in the order of blocks of columns."""
        return list(combinations_with_replacement(range(self.species), 2))

    def values(self, distances: FloatArray) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Return the splines and their derivatives at distances, each of shape (n, columns)."""
        if not len(distances):
            return (sparse.csr_array((0, self.columns)),) * 2
        inside = np.clip(distances, self.first, np.nextafter(self.reach, 0))
        found = sparse.csr_array(BSpline.design_matrix(inside, self.knots, DEGREE))
        # The derivative of a spline is a difference of two splines of one degree less.
        lower = sparse.csr_array(BSpline.design_matrix(inside, self.knots[1:-1], DEGREE - 1))
        rate = DEGREE / (self.knots[DEGREE + 1 : -1] - self.knots[1 : -DEGREE - 1])
        count = len(rate) + 1
        above = sparse.diags_array([rate, -rate], offsets=[1, 0], shape=(len(rate), count))
        return found[:, : self.columns], (lower @ above.tocsr())[:, : self.columns]

    def spline(self, coefficients: FloatArray) -> BSpline:
        """Return the function with these coefficients of one pair, shape (columns,)."""
        return BSpline(self.knots, np.concatenate([coefficients, np.zeros(DEGREE)]), DEGREE)


@dataclass(frozen=True, eq=False)
class Balance:
    """Sums over particles from which a potential is learnt; those of several views are added.

    Parameters
    ----------
    rest, stiff : ndarray of shape (m, m)
        Products of the forces of all splines, and of their stiffnesses.
    near : ndarray of shape (pairs, BINS)
        Number of pairs by distance.
    weight : ndarray of shape (m,)
        Weight of pairs of each spline.
    particles : int
        Particles whose forces were summed.
    """

    rest: FloatArray
    stiff: FloatArray
    near: FloatArray
    weight: FloatArray
    particles: int

    def __add__(self, other: "Balance") -> "Balance":
        """Return the sums over both."""
        return Balance(
            self.rest + other.rest, self.stiff + other.stiff, self.near + other.near,
            self.weight + other.weight, self.particles + other.particles,
        )  # fmt: skip


def balance_of(
    view: Configuration, basis: PairBasis, *, inside: BoolArray | None = None
) -> Balance:
    """Return the sums of one view.

    Parameters
    ----------
    view : Configuration
        Particles at rest, as they are known.
    basis : PairBasis
    inside : ndarray of shape (n,), bool, optional
        Particles all of whose neighbours within the reach are seen; all by default.

    Raises
    ------
    ValueError
        If no particle is inside.
    """
    used = np.ones(len(view), bool) if inside is None else inside
    if not used.any():
        raise ValueError(
            f"no particle is farther than the reach, {basis.reach:g}, from the edge of the view;"
            " give larger views or a shorter reach"
        )
    pairs = _Pairs(view, basis, used)
    return Balance(pairs.forces(), pairs.stiffnesses(), *pairs.counts(), int(used.sum()))


@dataclass(frozen=True, eq=False)
class _OfPair:
    """Pairs of two species: first particles, distances, unit vectors, splines and their derivatives."""

    first: NDArray[np.int32]
    distances: FloatArray
    toward: FloatArray
    splines: sparse.csr_array
    slopes: sparse.csr_array

    @property
    def across(self) -> sparse.csr_array:
        """Stiffness of each spline against a displacement across the pair."""
        return sparse.csr_array(sparse.diags_array(1 / self.distances) @ self.splines)


class _Pairs:
    """Splines at all pairs of a view whose first particle is used."""

    def __init__(self, view: Configuration, basis: PairBasis, used: BoolArray) -> None:
        found = find_neighbours(view, basis.reach)
        kind = np.sort(np.stack([view.species[found.first], view.species[found.second]]), axis=0)
        self.dimension, self.used, self.basis = view.dimension, used, basis
        self.parts: list[_OfPair] = []
        for a, b in basis.pairs:
            mine = np.flatnonzero((kind[0] == a) & (kind[1] == b) & used[found.first])
            distances = found.distances[mine]
            toward = found.vectors[mine, : view.dimension] / distances[:, None]
            self.parts.append(
                _OfPair(found.first[mine], distances, toward, *basis.values(distances))
            )

    def _gathered(
        self, weights: Sequence[FloatArray], splines: Sequence[sparse.csr_array]
    ) -> FloatArray:
        """Return sums over neighbours of splines times weights, shape (n_used, m)."""
        n = len(self.used)
        blocks = []
        for part, weight, spline in zip(self.parts, weights, splines, strict=True):
            entries = (weight, (part.first, np.arange(len(weight))))
            gather = sparse.csr_array(entries, shape=(n, len(weight)))
            blocks.append((gather @ spline).toarray())
        return np.hstack(blocks)[self.used]

    def forces(self) -> FloatArray:
        """Return the products of the forces on particles, shape (m, m)."""
        found = np.zeros((self.basis.columns * len(self.parts),) * 2)
        for p in range(self.dimension):
            weights = [part.toward[:, p] for part in self.parts]
            force = self._gathered(weights, [part.splines for part in self.parts])
            found += force.T @ force
        return found

    def stiffnesses(self) -> FloatArray:
        """Return the products of rows of the Hessian: the blocks of pairs, and those of particles, shape (m, m)."""
        d, width = self.dimension, self.basis.columns
        found = np.zeros((width * len(self.parts),) * 2)
        for k, part in enumerate(self.parts):
            own = slice(k * width, (k + 1) * width)
            found[own, own] += (part.slopes.T @ part.slopes).toarray()
            found[own, own] += (d - 1) * (part.across.T @ part.across).toarray()
        along = [part.slopes for part in self.parts]
        across = [part.across for part in self.parts]
        for p in range(d):
            for q in range(d):
                both = [part.toward[:, p] * part.toward[:, q] for part in self.parts]
                other = [float(p == q) - one for one in both]
                block = self._gathered(both, along) + self._gathered(other, across)
                found += block.T @ block
        return found

    def counts(self) -> tuple[FloatArray, FloatArray]:
        """Return the number of pairs by distance, and the weight of each spline."""
        reach = (0.0, self.basis.reach)
        near = [np.histogram(part.distances, BINS, reach)[0].astype(float) for part in self.parts]
        weight = [np.asarray(part.splines.sum(axis=0)) for part in self.parts]
        return np.array(near), np.concatenate(weight)


@dataclass(frozen=True, eq=False)
class LearntPairs:
    """Pair forces that balance particles at rest.

    Parameters
    ----------
    basis : PairBasis
    splines : list of BSpline
        Derivative of the energy of each pair of species, up to the factor.
    factor : float
        Fixes sign and size: particles repel each other at short distances, and the root mean square
        stiffness of a particle is :data:`STIFFNESS`.
    cores : ndarray of shape (pairs,)
        Distance below which the force is continued, for each pair of species.
    ratios : ndarray of shape (2,)
        Mean square force over mean square stiffness, a squared length: of these forces, and of the second best
        ones that are independent of them.
    """

    basis: PairBasis
    splines: list[BSpline]
    factor: float
    cores: FloatArray
    ratios: FloatArray

    def slopes(self, pair: int, distances: FloatArray) -> FloatArray:
        """Return the derivative of the energy of a pair of species, shape (n,).

        Parameters
        ----------
        pair : int
            Index among the pairs of the basis.
        distances : ndarray of shape (n,)
            Up to the reach; below the core, the slope goes on as a power of the distance.
        """
        spline, core = self.splines[pair], float(self.cores[pair])
        value, steep = float(spline(core)), float(spline(core, 1))
        power = np.clip(-core * steep / value if value else 0.0, *POWERS)
        inside = value * (np.minimum(distances, core) / core) ** -power
        return np.asarray(
            self.factor * np.where(distances < core, inside, spline(np.maximum(distances, core)))
        )

    @cached_property
    def potential(self) -> SplinedPairs:
        """The potential with these forces.

        Raises
        ------
        ValueError
            If particles of a pair do not repel each other at short distances.
        """
        k = self.basis.species
        starts, slopes = np.zeros((k, k)), np.zeros((k, k, TABULATED))
        for n, (a, b) in enumerate(self.basis.pairs):
            starts[a, b] = starts[b, a] = LOWEST * self.cores[n]
            distances = np.linspace(starts[a, b], self.basis.reach, TABULATED)
            slopes[a, b] = slopes[b, a] = self.slopes(n, distances)
        reach = np.full((k, k), self.basis.reach)
        return SplinedPairs(starts=starts, cutoff=reach, slopes=slopes)


def learnt_pairs(balance: Balance, basis: PairBasis) -> LearntPairs:
    """Return the pair forces in which particles at rest balance best.

    Parameters
    ----------
    balance : Balance
        Sums over all views.
    basis : PairBasis

    Raises
    ------
    ValueError
        If a pair of species hardly occurs.
    """
    width = basis.columns
    used = balance.weight >= LEAST_WEIGHT
    for k, pair in enumerate(basis.pairs):
        if not used[k * width : (k + 1) * width].any():
            raise ValueError(
                f"species {pair[0]} and {pair[1]} have {balance.near[k].sum():.0f} pairs within"
                f" {basis.reach:g}; too few to learn their force: give more views"
            )
    some = np.ix_(used, used)
    values, vectors = scipy.linalg.eigh(
        balance.rest[some], balance.stiff[some], subset_by_index=[0, 1]
    )
    found = np.zeros(len(used))
    found[used] = vectors[:, 0]
    splines = [basis.spline(block) for block in found.reshape(len(basis.pairs), width)]
    cores = np.array([_core(counts, basis) for counts in balance.near])
    sign = -np.sign(sum(float(one(core)) for one, core in zip(splines, cores, strict=True)))
    mean = float(found @ balance.stiff @ found) / balance.particles
    return LearntPairs(basis, splines, float(sign * STIFFNESS / np.sqrt(mean)), cores, values)


def _core(near: FloatArray, basis: PairBasis) -> float:
    """Return the distance below which there are too few pairs to know their force."""
    edges = np.linspace(0.0, basis.reach, BINS + 1)
    counted = np.cumsum(near)
    nearest = edges[int(np.searchsorted(counted, LEAST_WEIGHT))]
    shell = counted[min(int(np.searchsorted(edges, SHELL * nearest)), BINS - 1)]
    return float(edges[int(np.searchsorted(counted, CORE * shell)) + 1])


def pair_tables(learnt: LearntPairs, names: Sequence[str]) -> list[PairTable]:
    """Return a learnt potential as the tables of a file, one for each pair of species."""
    potential = learnt.potential
    found = []
    for a, b in learnt.basis.pairs:
        first, last = float(potential.starts[a, b]), float(potential.cutoff[a, b])
        distances = np.linspace(first, last, TABULATED)
        energy = potential(np.full(TABULATED, a), np.full(TABULATED, b), distances)[0]
        name = keyword(names[a], names[b])
        found.append(PairTable(name, first, last, energy, -potential.slopes[a, b]))
    return found


def is_determined(learnt: LearntPairs, error: float) -> bool:
    """Return whether the particles determine one potential.

    Parameters
    ----------
    learnt : LearntPairs
    error : float
        Standard error of a coordinate.
    """
    first, second = learnt.ratios
    return bool(abs(first - error**2) <= DETERMINED * (second - first))
