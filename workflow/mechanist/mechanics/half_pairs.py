"""Pairs within a cutoff, each once, part by part, in the order in which the engine vesin finds them.

Sums over pairs depend in their last bits on the order of the pairs. The engine lists all pairs at
once; here they come in its order for the memory of a part. It goes through cells of the box, x
fastest, through the cells around each, z fastest, and through the particles of both by their number.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.cell_grid import with_rounding
from mechanist.mechanics.neighbours import check_cutoff

_CELLS: Final = 1e5  # the engine makes no more cells, roughly
_THIN: Final = 1e-6  # extent below which the engine takes particles to lie in a plane
_MARGIN: Final = 1.01  # room that the engine leaves along axes that are not periodic
_WHOLE: Final = 2**20  # pairs that are held at once, if they are all
_PART: Final = 2**17  # pairs of a part otherwise
_ROOM: Final = 1.2
_LEAST: Final = 512  # places for particles around a cell, to begin with


@dataclass(frozen=True, eq=False)
class PairPart:
    """Some pairs, each once.

    Parameters
    ----------
    first, second : ndarray of shape (n_pairs,)
    vectors : ndarray of shape (n_pairs, 3)
        From the first particle to the second's image.
    shifts : ndarray of shape (n_pairs, 3)
        Cell vectors to add: ``vectors = x[second] - x[first] + shifts @ cell``.
    """

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    vectors: FloatArray
    shifts: NDArray[np.int32]


class _Cells(NamedTuple):
    """What the compiled search reads: particles sorted into the cells of the engine."""

    positions: FloatArray
    cell: FloatArray
    periodic: BoolArray
    counts: IntArray
    search: IntArray  # cells to look through on either side
    starts: IntArray  # slots of each cell
    members: NDArray[np.int32]  # particle of each slot
    along: FloatArray  # (3, n), positions of slots, wrapped into the box
    turns: NDArray[np.int32]  # cell vectors by which each particle was wrapped
    square: float  # of the cutoff
    limit: float  # squared distance of candidates, which exceeds all rounding


class HalfPairs:
    """All pairs of a configuration within a cutoff, each once.

    Parameters
    ----------
    configuration : Configuration
    cutoff : float

    Raises
    ------
    ValueError
        If the cutoff is not positive.
    """

    def __init__(self, configuration: Configuration, cutoff: float) -> None:
        check_cutoff(configuration, cutoff)
        d, n = configuration.dimension, len(configuration)
        volume = math.pi * cutoff**2 if d == 2 else 4 / 3 * math.pi * cutoff**3
        self._expected = 0.5 * _ROOM * n * (n / configuration.measure) * volume + 64
        self._cells = _cells_of(configuration, cutoff)

    @property
    def few(self) -> bool:
        """Whether there are so few pairs that they come in one part."""
        return self._expected <= _WHOLE

    def parts(self, pairs: int = _PART) -> Iterator[PairPart]:
        """Yield the pairs in the order of the engine.

        Parameters
        ----------
        pairs : int
            Pairs of a part, unless they are :attr:`few`, or one cell has more.
        """
        cell, end = 0, int(self._cells.counts.prod())
        room = int(self._expected if self.few else pairs)
        while cell < end:
            first, second = np.empty((2, room), np.int32)
            vectors, shifts = np.empty((room, 3)), np.empty((room, 3), np.int32)
            found, stop = _fill(self._cells, cell, first, second, vectors, shifts)
            if stop == cell or (stop < end and self.few):
                room *= 2
                continue
            cell = stop
            yield PairPart(first[:found], second[:found], vectors[:found], shifts[:found])


def _cells_of(configuration: Configuration, cutoff: float) -> _Cells:
    """Sort particles into the cells of the engine, with its roundings."""
    positions, periodic = configuration.positions, np.array(configuration.periodic)
    a, b, c = (vector.tolist() for vector in configuration.cell)
    if configuration.dimension == 2:
        c = _unit(_cross(a, b))
    faces = [
        abs(_dot(_unit(_cross(b, c)), a)),
        abs(_dot(_unit(_cross(c, a)), b)),
        abs(_dot(_unit(_cross(a, b)), c)),
    ]
    lowest = positions.min(axis=0, initial=np.inf)
    for axis in np.flatnonzero(~periodic):
        extent = float(positions[:, axis].max(initial=-np.inf) - lowest[axis])
        faces[axis] = max((1.0 if not extent >= _THIN else extent) * _MARGIN, 1.0)
    counts = _counts(faces, cutoff)
    search = [max(math.ceil(cutoff * k / face), 1) for k, face in zip(counts, faces, strict=True)]
    for axis in np.flatnonzero(~periodic):
        search[axis] = max(search[axis], int(counts[axis]) - 1)
    cell = np.array([a, b, c])
    cells, turns = _places(
        positions,
        np.array(_inverse(a, b, c)),
        periodic,
        lowest,
        np.array(faces),
        np.array(counts, np.int64),
    )
    order = np.argsort(cells, kind="stable")
    number = math.prod(int(k) for k in counts)
    starts = np.concatenate([[0], np.cumsum(np.bincount(cells, minlength=number))])
    wrapped = positions - turns @ cell if turns.any() else positions
    return _Cells(
        positions,
        cell,
        periodic,
        np.array(counts, np.int64),
        np.array(search, np.int64),
        starts.astype(np.int64),
        order.astype(np.int32),
        np.ascontiguousarray(wrapped[order].T),
        turns,
        float(cutoff) * float(cutoff),
        with_rounding(positions, cell, cutoff) ** 2,
    )


def _cross(u: list[float], v: list[float]) -> list[float]:
    return [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    ]


def _dot(u: list[float], v: list[float]) -> float:
    return u[0] * v[0] + u[1] * v[1] + u[2] * v[2]


def _unit(u: list[float]) -> list[float]:
    scale = 1.0 / math.sqrt(_dot(u, u))
    return [part * scale for part in u]


def _inverse(a: list[float], b: list[float], c: list[float]) -> list[list[float]]:
    """Return the inverse of the matrix with these rows, by cofactors."""
    det = (
        a[0] * (b[1] * c[2] - c[1] * b[2])
        - a[1] * (b[0] * c[2] - b[2] * c[0])
        + a[2] * (b[0] * c[1] - b[1] * c[0])
    )
    return [
        [
            (b[1] * c[2] - c[1] * b[2]) / det,
            (a[2] * c[1] - a[1] * c[2]) / det,
            (a[1] * b[2] - a[2] * b[1]) / det,
        ],
        [
            (b[2] * c[0] - b[0] * c[2]) / det,
            (a[0] * c[2] - a[2] * c[0]) / det,
            (b[0] * a[2] - a[0] * b[2]) / det,
        ],
        [
            (b[0] * c[1] - c[0] * b[1]) / det,
            (c[0] * a[1] - a[0] * c[1]) / det,
            (a[0] * b[1] - b[0] * a[1]) / det,
        ],
    ]


def _counts(faces: list[float], cutoff: float) -> list[float]:
    """Return the number of cells along each axis."""
    counts = [max(float(math.trunc(face / cutoff)), 1.0) for face in faces]
    if counts[0] * counts[1] * counts[2] > _CELLS:
        x_y, y_z = counts[0] / counts[1], counts[1] / counts[2]
        counts[2] = float(math.trunc(math.cbrt(_CELLS / (x_y * y_z * y_z))))
        counts[1] = float(math.trunc(y_z * counts[2]))
        counts[0] = float(math.trunc(x_y * counts[1]))
    return counts


@numba.njit(cache=True)
def _places(
    positions: FloatArray,
    inverse: FloatArray,
    periodic: BoolArray,
    lowest: FloatArray,
    faces: FloatArray,
    counts: IntArray,
) -> tuple[IntArray, NDArray[np.int32]]:
    """Return the cell of every particle, and the cell vectors by which it was wrapped."""
    n = len(positions)
    cells, turns = np.empty(n, np.int64), np.empty((n, 3), np.int32)
    place = np.empty(3, np.int64)
    for i in range(n):
        for k in range(3):
            f = positions[i, 0] * inverse[0, k] + positions[i, 1] * inverse[1, k]
            f += positions[i, 2] * inverse[2, k]
            if not periodic[k]:
                f = (positions[i, k] - lowest[k]) / faces[k]
            at = int(np.floor(f * counts[k]))
            turns[i, k] = at // counts[k]
            place[k] = at - turns[i, k] * counts[k]
        cells[i] = (place[0] * counts[1] + place[1]) * counts[2] + place[2]
    return cells, turns


@numba.njit(cache=True)
def _fill(
    cells: _Cells,
    begin: int,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    vectors: FloatArray,
    shifts: NDArray[np.int32],
) -> tuple[int, int]:
    """Fill in pairs of cells from ``begin`` on; return their number, and the first cell without room."""
    counts = cells.counts
    end = counts[0] * counts[1] * counts[2]
    around, places = np.empty((5, _LEAST), np.int32), np.empty((3, _LEAST))
    squares = np.empty(_LEAST)
    owners, others = np.empty(_LEAST, np.int32), np.empty(_LEAST, np.int32)
    found = 0
    for home in range(begin, end):
        x, y = home % counts[0], home // counts[0] % counts[1]
        z = home // (counts[0] * counts[1])
        row = (x * counts[1] + y) * counts[2] + z
        own = range(cells.starts[row], cells.starts[row + 1])
        if len(own) == 0:
            continue
        count = _gather(cells, x, y, z, around, places)
        while count < 0:
            size = 2 * around.shape[1]
            around, places, squares = (
                np.empty((5, size), np.int32),
                np.empty((3, size)),
                np.empty(size),
            )
            count = _gather(cells, x, y, z, around, places)
        if len(owners) < len(own) * count:
            owners = np.empty(len(own) * count, np.int32)
            others = np.empty(len(own) * count, np.int32)
        pairs = 0
        for a in own:
            close = others[pairs:]
            new = _close(cells.along, a, places, count, cells.limit, squares, close)
            kept = 0
            for k in range(new):
                close[kept] = close[k]
                kept += cells.members[around[1, close[k]]] >= cells.members[a]
            owners[pairs : pairs + kept] = a
            pairs += kept
        if found + pairs > len(first):
            return found, home
        order = _by_cell(around[0], others[:pairs], (2 * cells.search + 1).prod())
        found = _add(cells, around, owners, others, order, found, first, second, vectors, shifts)
    return found, end


@numba.njit(cache=True)
def _gather(
    cells: _Cells, x: int, y: int, z: int, around: NDArray[np.int32], places: FloatArray
) -> int:
    """Gather the particles in and around a cell; return their number, or -1 without room.

    Rows of ``around``: the number of the other cell in the order of the engine, the slot of the
    particle, and the image of the cell along each axis. ``places`` are the positions.
    """
    counts, search, cell = cells.counts, cells.search, cells.cell
    found, number = 0, -1
    for u in range(x - search[0], x + search[0] + 1):
        for v in range(y - search[1], y + search[1] + 1):
            for w in range(z - search[2], z + search[2] + 1):
                number += 1
                if not cells.periodic[2] and (w < 0 or w >= counts[2]):
                    continue
                q0, q1, q2 = u // counts[0], v // counts[1], w // counts[2]
                row = (u - q0 * counts[0]) * counts[1] + v - q1 * counts[1]
                row = row * counts[2] + w - q2 * counts[2]
                t0 = q0 * cell[0, 0] + q1 * cell[1, 0] + q2 * cell[2, 0]
                t1 = q0 * cell[0, 1] + q1 * cell[1, 1] + q2 * cell[2, 1]
                t2 = q0 * cell[0, 2] + q1 * cell[1, 2] + q2 * cell[2, 2]
                for b in range(cells.starts[row], cells.starts[row + 1]):
                    if found == around.shape[1]:
                        return -1
                    around[0, found], around[1, found] = number, b
                    around[2, found], around[3, found], around[4, found] = q0, q1, q2
                    places[0, found] = cells.along[0, b] + t0
                    places[1, found] = cells.along[1, b] + t1
                    places[2, found] = cells.along[2, b] + t2
                    found += 1
    return found


@numba.njit(cache=True)
def _close(
    along: FloatArray,
    a: int,
    places: FloatArray,
    count: int,
    limit: float,
    squares: FloatArray,
    close: NDArray[np.int32],
) -> int:
    """Fill in the gathered particles that are close to a slot; return their number."""
    x, y, z = along[0, a], along[1, a], along[2, a]
    # Slices let the compiler see that no index is negative, and use vector instructions.
    xs, ys, zs = places[0, :count], places[1, :count], places[2, :count]
    for k in range(len(xs)):
        dx, dy, dz = xs[k] - x, ys[k] - y, zs[k] - z
        squares[k] = dx * dx + dy * dy + dz * dz
    found = 0
    for k in range(len(xs)):
        close[found] = k
        found += squares[k] < limit
    return found


@numba.njit(cache=True)
def _by_cell(numbers: NDArray[np.int32], close: NDArray[np.int32], cells: int) -> IntArray:
    """Return the order of candidates by the number of their cell; those of one keep their order."""
    heads = np.zeros(cells + 1, np.int64)
    for k in close:
        heads[numbers[k] + 1] += 1
    for k in range(cells):
        heads[k + 1] += heads[k]
    order = np.empty(len(close), np.int64)
    for k in range(len(close)):
        number = numbers[close[k]]
        order[heads[number]] = k
        heads[number] += 1
    return order


@numba.njit(cache=True)
def _add(
    cells: _Cells,
    around: NDArray[np.int32],
    owners: NDArray[np.int32],
    others: NDArray[np.int32],
    order: IntArray,
    found: int,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    vectors: FloatArray,
    shifts: NDArray[np.int32],
) -> int:
    """Add candidates that are pairs; return the number of pairs."""
    cell, positions, turns = cells.cell, cells.positions, cells.turns
    for k in order:
        a, other = owners[k], others[k]
        i, j = cells.members[a], cells.members[around[1, other]]
        s0 = np.int64(around[2, other]) + turns[i, 0] - turns[j, 0]
        s1 = np.int64(around[3, other]) + turns[i, 1] - turns[j, 1]
        s2 = np.int64(around[4, other]) + turns[i, 2] - turns[j, 2]
        if i == j:  # of the two images on either side of a particle, one
            total = s0 + s1 + s2
            if total < 0 or (total == 0 and (s2 < 0 or (s2 == 0 and s1 <= 0))):
                continue
        # The order of these operations fixes the last bits of vectors.
        u = (
            positions[j, 0]
            - positions[i, 0]
            + (s0 * cell[0, 0] + s1 * cell[1, 0] + s2 * cell[2, 0])
        )
        v = (
            positions[j, 1]
            - positions[i, 1]
            + (s0 * cell[0, 1] + s1 * cell[1, 1] + s2 * cell[2, 1])
        )
        w = (
            positions[j, 2]
            - positions[i, 2]
            + (s0 * cell[0, 2] + s1 * cell[1, 2] + s2 * cell[2, 2])
        )
        if u * u + v * v + w * w < cells.square:
            first[found], second[found] = i, j
            vectors[found, 0], vectors[found, 1], vectors[found, 2] = u, v, w
            shifts[found, 0], shifts[found, 1], shifts[found, 2] = s0, s1, s2
            found += 1
    return found
