"""Neighbour lists in double precision for any cell, and averages over neighbours."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import vesin

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration

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


@dataclass(eq=False)
class _Kept:
    """Lists and averages of one configuration, by their radius."""

    configuration: Configuration
    lists: dict[float, Neighbours] = field(default_factory=dict)
    averages: dict[float, "csr_array"] = field(default_factory=dict)


_KEPT: Final[ContextVar[_Kept | None]] = ContextVar("kept_neighbours", default=None)


@contextmanager
def kept_neighbours(configuration: Configuration) -> Iterator[None]:
    """Keep the neighbour lists of a configuration, so that all descriptors of it share them.

    They take most of the time of a descriptor, and memory for as long as the context lasts.
    """
    token = _KEPT.set(_Kept(configuration))
    try:
        yield
    finally:
        _KEPT.reset(token)


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
    kept = _KEPT.get()
    if kept is None or kept.configuration is not configuration:
        return _neighbours(configuration, cutoff)
    if cutoff not in kept.lists:
        kept.lists[cutoff] = _neighbours(configuration, cutoff)
    return kept.lists[cutoff]


def _neighbours(configuration: Configuration, cutoff: float) -> Neighbours:
    engine = vesin.NeighborList(cutoff=cutoff, full_list=True, sorted=False)
    i, j, vectors, distances, shifts = engine.compute(
        configuration.positions,
        configuration.cell,
        periodic=list(configuration.periodic),
        quantities="ijDdS",
    )
    key = i.astype(np.int64) * len(configuration) + j.astype(np.int64)
    order = np.argsort(key, kind="stable")
    if np.any(np.diff(key[order]) == 0):  # several images of one particle: a small box
        order = np.lexsort((distances, key))
    first = i[order].astype(np.int64)
    return Neighbours(
        first=first,
        second=j[order].astype(np.int64),
        vectors=np.ascontiguousarray(vectors[order]),
        distances=distances[order],
        shifts=shifts[order].astype(float),
        starts=np.searchsorted(first, np.arange(len(configuration) + 1)),
    )


def averaging_matrix(configuration: Configuration, radius: float) -> "csr_array":
    """Return the (n, n) matrix that averages over a particle and its neighbours in ``radius``.

    Features are averaged over neighbours as in Boattini et al.,
    https://doi.org/10.1103/PhysRevLett.127.088007.
    """
    kept = _KEPT.get()
    if kept is None or kept.configuration is not configuration:
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
