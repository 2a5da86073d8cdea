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

_CELLS: Final = 1e5  # the engine makes no more cells, roughly
_THIN: Final = 1e-6  # extent below which the engine takes particles to lie in a plane
_MARGIN: Final = 1.01  # room that the engine leaves along axes that are not periodic
_WHOLE: Final = 2**20  # pairs that are held at once, if they are all
_PART: Final = 2**17  # pairs of a part otherwise
_ROOM: Final = 1.2


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
    starts: IntArray
    members: NDArray[np.int32]
    turns: NDArray[np.int32]  # cell vectors by which each particle was wrapped
    square: float  # of the cutoff


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
        if not cutoff > 0:
            raise ValueError(f"cutoff = {cutoff}; expected a positive length")
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
    return _Cells(
        positions,
        np.array([a, b, c]),
        periodic,
        np.array(counts, np.int64),
        np.array(search, np.int64),
        starts.astype(np.int64),
        order.astype(np.int32),
        turns,
        float(cutoff) * float(cutoff),
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
        cells[i] = counts[0] * counts[1] * place[2] + counts[0] * place[1] + place[0]
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
    counts, search = cells.counts, cells.search
    end = counts[0] * counts[1] * counts[2]
    found = 0
    for home in range(begin, end):
        before = found
        x, y = home % counts[0], home // counts[0] % counts[1]
        z = home // (counts[0] * counts[1])
        for dx in range(-search[0], search[0] + 1):
            for dy in range(-search[1], search[1] + 1):
                for dz in range(-search[2], search[2] + 1):
                    found = _add_cells(
                        cells, home, x + dx, y + dy, z + dz, found, first, second, vectors, shifts
                    )
                    if found < 0:
                        return before, home
    return found, end


@numba.njit(cache=True)
def _add_cells(
    cells: _Cells,
    home: int,
    x: int,
    y: int,
    z: int,
    found: int,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    vectors: FloatArray,
    shifts: NDArray[np.int32],
) -> int:
    """Add the pairs of the particles of two cells; return their number, or -1 without room."""
    counts, cell, positions = cells.counts, cells.cell, cells.positions
    q0, q1, q2 = x // counts[0], y // counts[1], z // counts[2]
    if (
        (q0 != 0 and not cells.periodic[0])
        or (q1 != 0 and not cells.periodic[1])
        or (q2 != 0 and not cells.periodic[2])
    ):
        return found
    other = counts[0] * counts[1] * (z - q2 * counts[2])
    other += counts[0] * (y - q1 * counts[1]) + x - q0 * counts[0]
    for a in range(cells.starts[home], cells.starts[home + 1]):
        i = cells.members[a]
        for b in range(cells.starts[other], cells.starts[other + 1]):
            j = cells.members[b]
            if i > j:
                continue
            s0 = q0 + cells.turns[i, 0] - cells.turns[j, 0]
            s1 = q1 + cells.turns[i, 1] - cells.turns[j, 1]
            s2 = q2 + cells.turns[i, 2] - cells.turns[j, 2]
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
                if found == len(first):
                    return -1
                first[found], second[found] = i, j
                vectors[found, 0], vectors[found, 1], vectors[found, 2] = u, v, w
                shifts[found, 0], shifts[found, 1], shifts[found, 2] = s0, s1, s2
                found += 1
    return found
