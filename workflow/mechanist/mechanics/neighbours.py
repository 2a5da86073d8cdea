"""Neighbour lists in double precision for any cell, and averages over neighbours."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import vesin
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.pair_sorting import sort_images, stable_order, take_pairs

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Neighbours:
    """All ordered pairs within a cutoff, sorted by their first particle.

    Parameters
    ----------
    first, second : ndarray of shape (n_pairs,)
        Indices; a particle can neighbour its own images.
    vectors : ndarray of shape (n_pairs, 3)
        From the first particle to the second's image.
    distances : ndarray of shape (n_pairs,)
    shifts : ndarray of shape (n_pairs, 3)
        Cell vectors to add: ``vectors = x[second] - x[first] + shifts @ cell``.
    starts : ndarray of shape (n + 1,)
        Pairs of particle ``i`` are ``starts[i]:starts[i + 1]``.
    """

    first: IntArray
    second: IntArray
    vectors: FloatArray
    distances: FloatArray
    shifts: FloatArray
    starts: IntArray

    @property
    def counts(self) -> IntArray:
        """Number of neighbours of each particle, shape (n,)."""
        return np.diff(self.starts)

    @cached_property
    def directions(self) -> FloatArray:
        """Unit vectors to the neighbours, zero for coincident particles, shape (n_pairs, 3)."""
        return np.asarray(self.vectors / np.where(self.distances > 0, self.distances, 1.0)[:, None])


@dataclass(frozen=True, eq=False)
class Pairs:
    """All ordered pairs within a cutoff or more, as the engine found them: in no order."""

    first: NDArray[np.unsignedinteger]
    second: NDArray[np.unsignedinteger]
    vectors: FloatArray
    distances: FloatArray
    shifts: NDArray[np.signedinteger]
    engine: vesin.NeighborList  # owns the memory of the arrays


@dataclass(eq=False)
class _Kept:
    """Lists and averages of one configuration, by their radius."""

    configuration: Configuration
    longest: float | None = None
    pairs: Pairs | None = None
    lists: dict[float, Neighbours] = field(default_factory=dict)
    averages: dict[float, "csr_array"] = field(default_factory=dict)


_KEPT: Final[ContextVar[_Kept | None]] = ContextVar("kept_neighbours", default=None)


@contextmanager
def kept_neighbours(
    configuration: Configuration, *, longest: float | None = None
) -> Iterator[None]:
    """Keep the neighbour lists of a configuration, so that all descriptors of it share them.

    They take most of the time of a descriptor, and memory for as long as the context lasts.

    Parameters
    ----------
    configuration : Configuration
    longest : float, optional
        Longest cutoff that will be asked for, if it is known: pairs are then searched once, and
        shorter lists are taken from them.
    """
    token = _KEPT.set(_Kept(configuration, longest))
    try:
        yield
    finally:
        _KEPT.reset(token)


def _kept_of(configuration: Configuration) -> _Kept | None:
    kept = _KEPT.get()
    return kept if kept is not None and kept.configuration is configuration else None


def find_neighbours(configuration: Configuration, cutoff: float) -> Neighbours:
    """Return all ordered pairs of ``configuration`` closer than ``cutoff``.

    In two dimensions only x and y are periodic. Pairs of one particle are ordered by the second
    index and then the distance, so that sums are reproducible.

    Raises
    ------
    ValueError
        If ``cutoff`` is not positive.
    """
    if not cutoff > 0:
        raise ValueError(f"cutoff = {cutoff}; expected a positive length")
    kept = _kept_of(configuration)
    if kept is None:
        return _neighbours(configuration, cutoff)
    if cutoff not in kept.lists:
        kept.lists[cutoff] = _neighbours(configuration, cutoff)
    return kept.lists[cutoff]


def _neighbours(configuration: Configuration, cutoff: float) -> Neighbours:
    pairs = pairs_within(configuration, cutoff)
    n = len(configuration)
    by_second, _ = stable_order(pairs.second, np.flatnonzero(pairs.distances < cutoff), n)
    order, starts = stable_order(pairs.first, by_second, n)
    sort_images(pairs.first, pairs.second, pairs.distances, order)
    return Neighbours(
        *take_pairs(order, pairs.first, pairs.second, pairs.vectors, pairs.distances, pairs.shifts),
        starts,
    )


def pairs_within(configuration: Configuration, cutoff: float) -> Pairs:
    """Return all pairs within a cutoff, and perhaps longer ones, without the time of sorting them."""
    kept = _kept_of(configuration)
    if kept is None or kept.longest is None or cutoff > kept.longest:
        return _search(configuration, cutoff)
    if kept.pairs is None:
        kept.pairs = _search(configuration, kept.longest)
    return kept.pairs


def _search(configuration: Configuration, cutoff: float) -> Pairs:
    engine = vesin.NeighborList(cutoff=cutoff, full_list=True, sorted=False)
    found = engine.compute(
        configuration.positions,
        configuration.cell,
        periodic=list(configuration.periodic),
        quantities="ijDdS",
        copy=False,
    )
    first, second, vectors, distances, shifts = found
    return Pairs(first, second, vectors, distances, shifts, engine)


def averaging_matrix(configuration: Configuration, radius: float) -> "csr_array":
    """Return the (n, n) matrix that averages over a particle and its neighbours in ``radius``.

    Features are averaged over neighbours as in Boattini et al.,
    https://doi.org/10.1103/PhysRevLett.127.088007.
    """
    kept = _kept_of(configuration)
    if kept is None:
        return _averages(configuration, radius)
    if radius not in kept.averages:
        kept.averages[radius] = _averages(configuration, radius)
    return kept.averages[radius]


def _averages(configuration: Configuration, radius: float) -> "csr_array":
    from scipy import sparse  # takes longer than most jobs search for neighbours

    pairs = _neighbours(configuration, radius)
    n = len(configuration)
    weights = sparse.csr_array(
        (np.ones(len(pairs.first)), (pairs.first, pairs.second)), shape=(n, n)
    ) + sparse.eye_array(n, format="csr")
    return sparse.csr_array(sparse.diags_array(1 / weights.sum(axis=1)) @ weights)
