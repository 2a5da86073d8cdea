"""Neighbour lists in double precision for any cell, whole or by parts, and averages over neighbours."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numba
import numpy as np
import vesin
from numpy.typing import NDArray

from mechanist.core.progress import LOGGER
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.cell_grid import CellGrid, FoundPairs

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: Pairs of a part of a list: more take memory without saving time.
PART: Final = 2**16


@dataclass(frozen=True, eq=False)
class Neighbours(FoundPairs):
    """All ordered pairs within a cutoff, sorted by their first particle.

    Parameters
    ----------
    second : ndarray of shape (n_pairs,), int32
        Index of the second particle; a particle can neighbour its own images.
    vectors : ndarray of shape (n_pairs, 3)
        From the first particle to the second's image.
    distances : ndarray of shape (n_pairs,)
    shifts : ndarray of shape (n_pairs, 3), int32
        Cell vectors to add: ``vectors = x[second] - x[first] + shifts @ cell``.
    starts : ndarray of shape (n + 1,)
        Pairs of particle ``i`` are ``starts[i]:starts[i + 1]``. In a part of a list, particles count
        from the first one of the part.
    """

    def __len__(self) -> int:
        """Return the number of particles whose pairs these are."""
        return len(self.starts) - 1

    @cached_property
    def first(self) -> NDArray[np.int32]:
        """First particle of every pair, shape (n_pairs,)."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.counts)

    @property
    def counts(self) -> IntArray:
        """Number of neighbours of each particle, shape (n,)."""
        return np.diff(self.starts)

    def parts(self, pairs: int, multiple: int = 1) -> Iterator[tuple[slice, "Neighbours"]]:
        """Yield parts of the list without a copy; see :func:`neighbours_by_part`."""
        start = 0
        while start < len(self):
            last = int(np.searchsorted(self.starts, self.starts[start] + pairs, side="right")) - 1
            count = max((last - start) // multiple * multiple, multiple)
            stop = min(start + count, len(self)) if last < len(self) else len(self)
            own = slice(self.starts[start], self.starts[stop])
            yield (
                slice(start, stop),
                Neighbours(
                    self.second[own],
                    self.vectors[own],
                    self.distances[own],
                    self.shifts[own],
                    self.starts[start : stop + 1] - self.starts[start],
                ),
            )
            start = stop

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
    check_cutoff(configuration, cutoff)
    kept = _kept_of(configuration)
    if kept is None:
        return _neighbours(configuration, cutoff)
    if cutoff not in kept.lists:
        kept.lists[cutoff] = _neighbours(configuration, cutoff)
    return kept.lists[cutoff]


def check_cutoff(configuration: Configuration, cutoff: float) -> None:
    """Refuse a cutoff that is no length, and say once if it is more than half of a box.

    Raises
    ------
    ValueError
        If it is not positive.
    """
    if not cutoff > 0:
        raise ValueError(f"cutoff = {cutoff}; expected a positive length")
    height = float(heights_of(configuration).min())
    if 2 * cutoff > height:
        _say_images(f"{cutoff:.4g}", f"{height:.4g}")


@lru_cache(maxsize=256)
def _say_images(cutoff: str, height: str) -> None:
    LOGGER.warning(
        "the cutoff %s is more than half of a box that repeats after %s: several images of a particle"
        " count as neighbours of another, and values depend on the size of the box; use a shorter"
        " cutoff or a larger sample where that matters",
        cutoff,
        height,
    )


def heights_of(configuration: Configuration) -> FloatArray:
    """Return the distance between opposite faces of the box along each periodic vector, shape (d,)."""
    inverse = np.linalg.inv(configuration.cell)
    return np.asarray(1 / np.linalg.norm(inverse, axis=0)[: configuration.dimension])


def neighbours_by_part(
    configuration: Configuration, cutoff: float, *, pairs: int = PART, multiple: int = 1
) -> Iterator[tuple[slice, Neighbours]]:
    """Yield the list of :func:`find_neighbours` part by part, for the memory of one part.

    Parameters
    ----------
    configuration : Configuration
    cutoff : float
    pairs : int
        Pairs of a part, at most, unless the fewest particles that it may have have more.
    multiple : int
        Of which the number of particles of every part but the last is one.

    Yields
    ------
    particles : slice
        Consecutive particles; those of all parts are all particles.
    neighbours : Neighbours
        Their pairs. First particles count from the start of the slice, second particles are those of
        the configuration.

    Raises
    ------
    ValueError
        If ``cutoff`` is not positive.
    """
    check_cutoff(configuration, cutoff)
    if _kept_of(configuration) is not None:
        yield from find_neighbours(configuration, cutoff).parts(pairs, multiple)
        return
    grid, start = CellGrid(configuration, cutoff), 0
    while start < len(configuration):
        found, stop = grid.pairs_from(start, pairs)
        kept = stop - start if stop == len(configuration) else (stop - start) // multiple * multiple
        if kept == 0:
            pairs *= 2
            continue
        yield slice(start, start + kept), _listed(found.of_first(kept))
        start += kept


def _neighbours(configuration: Configuration, cutoff: float) -> Neighbours:
    return _listed(CellGrid(configuration, cutoff).everyone())


def _listed(found: FoundPairs) -> Neighbours:
    return Neighbours(found.second, found.vectors, found.distances, found.shifts, found.starts)


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
        return _averages(_neighbours(configuration, radius), 0, len(configuration))
    if radius not in kept.averages:
        pairs = find_neighbours(configuration, radius)
        kept.averages[radius] = _averages(pairs, 0, len(configuration))
    return kept.averages[radius]


def add_averages(
    configuration: Configuration, radius: float, values: FloatArray, out: FloatArray
) -> None:
    """Write averages over particles and their neighbours, for the memory of a part of the matrix.

    Parameters
    ----------
    configuration : Configuration
    radius : float
    values : ndarray of shape (n, n_columns)
    out : ndarray of shape (n, n_columns)
        Filled in with ``averaging_matrix(configuration, radius) @ values``; it may be some columns of
        another array.
    """
    if _kept_of(configuration) is not None:
        out[:] = averaging_matrix(configuration, radius) @ values
        return
    for part, pairs in neighbours_by_part(configuration, radius):
        out[part] = _averages(pairs, part.start, len(configuration)) @ values


def _averages(pairs: Neighbours, start: int, n: int) -> "csr_array":
    """Return rows of the matrix of averages, of particles from ``start`` on."""
    from scipy import sparse  # takes longer than most jobs search for neighbours

    weights, columns, starts = _weights(pairs.second, pairs.starts, start)
    return sparse.csr_array((weights, columns, starts), shape=(len(pairs), n))


@numba.njit(cache=True)
def _weights(
    second: NDArray[np.int32], starts: IntArray, start: int
) -> tuple[FloatArray, NDArray[np.int32], IntArray]:
    """Return weights and columns of rows; each row counts its own particle and every image.

    Columns descend, in which order products sum, as they did when the matrix was a product itself.
    """
    n = len(starts) - 1
    weights, columns = np.empty(len(second) + n), np.empty(len(second) + n, np.int32)
    ends = np.zeros(n + 1, np.int64)
    filled = 0
    for i in range(n):
        share = 1 / (starts[i + 1] - starts[i] + 1.0)
        own, begin = False, filled
        for pair in range(starts[i + 1] - 1, starts[i] - 2, -1):
            j = second[pair] if pair >= starts[i] else -1
            if not own and j <= start + i:
                own = True
                columns[filled], weights[filled] = start + i, 1.0
                filled += 1
            if j < 0:
                continue
            if filled > begin and columns[filled - 1] == j:
                weights[filled - 1] += 1.0
            else:
                columns[filled], weights[filled] = j, 1.0
                filled += 1
        for k in range(begin, filled):
            weights[k] *= share
        ends[i + 1] = filled
    return weights[:filled], columns[:filled], ends
