"""Search for the neighbours of some particles at a time, on a grid of cells.

A search takes the memory of the pairs that it is asked for, so that a descriptor can read the
neighbours of a million particles part by part. Vectors, distances and their order are, bit for bit,
those of a list of all pairs that is sorted by the first particle, the second one and the distance;
images at the same distance follow each other by the number of cell vectors.
"""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from mechanist.core.memory import check_room
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration

_FEWEST: Final = (
    1.0  # particles of a cell of half the cutoff; below, cells are as wide as the cutoff
)
_MOST: Final = 4  # cells a particle, on average: a box with much empty space has larger cells
_ROOM: Final = 1.2  # places for pairs, over the number that is expected from the density
_BYTES: Final = 48  # of a pair
_SMALL: Final = 2**21  # pairs for which spare room does not matter
_FEW: Final = 24  # candidates that are sorted faster by comparing than by counting
_BLOCK: Final = 512  # candidates whose distances are computed at a time


class _Arrays(NamedTuple):
    """What compiled functions read of a grid; slots are particles in the order of the cells.

    Axes of the grid are cell vectors in the order ``axes``; cells along the last one are contiguous.
    """

    positions: FloatArray  # (n, 3), as the configuration has them
    cell: FloatArray  # (3, 3)
    axes: IntArray  # (3,)
    counts: IntArray  # (3,), cells along each axis of the grid
    inverse: FloatArray  # (3, 3), maps positions to coordinates in cells along each axis
    reach: FloatArray  # (3,), the cutoff in such coordinates
    starts: IntArray  # (n_cells + 1,), slots of each cell
    members: NDArray[np.int32]  # (n,), particle of each slot
    along: FloatArray  # (3, n), positions of slots, wrapped into the cell
    turns: NDArray[np.int32]  # (n, 3), cell vectors by which each particle was wrapped
    turned: bool  # whether any was
    cutoff: float
    limit: float  # squared distance of candidates, which exceeds all rounding


@dataclass(frozen=True, eq=False)
class FoundPairs:
    """Pairs of consecutive particles; see :class:`mechanist.mechanics.neighbours.Neighbours`.

    Parameters
    ----------
    second : ndarray of shape (n_pairs,)
    vectors : ndarray of shape (n_pairs, 3)
    distances : ndarray of shape (n_pairs,)
    shifts : ndarray of shape (n_pairs, 3)
    starts : ndarray of shape (n_particles + 1,)
    """

    second: NDArray[np.int32]
    vectors: FloatArray
    distances: FloatArray
    shifts: NDArray[np.int32]
    starts: IntArray

    def of_first(self, particles: int) -> "FoundPairs":
        """Return the pairs of the first ones of the particles."""
        m = int(self.starts[particles])
        return FoundPairs(
            self.second[:m],
            self.vectors[:m],
            self.distances[:m],
            self.shifts[:m],
            self.starts[: particles + 1],
        )


class CellGrid:
    """Particles of a configuration in the order of cells.

    Parameters
    ----------
    configuration : Configuration
    cutoff : float
        Distance below which particles are neighbours.
    """

    def __init__(self, configuration: Configuration, cutoff: float) -> None:
        n, d = len(configuration), configuration.dimension
        self.size = n
        cell = configuration.cell.copy()
        if d == 2:  # the third vector has no meaning, and cells need no walls along it
            normal = np.cross(cell[0], cell[1])
            cell[2] = normal / np.linalg.norm(normal)
        inverse = np.linalg.inv(cell)
        heights = 1 / np.linalg.norm(inverse, axis=0)
        longest = with_rounding(configuration.positions, cell, cutoff)
        axes = np.array([2, 0, 1] if d == 2 else [0, 1, 2])
        counts = _counts(heights[:d], cutoff, n)[axes]
        self.expected = n / configuration.measure * _ball(cutoff, d)
        scaled = inverse[:, axes] * counts
        reach = longest * counts / heights[axes]
        if d == 2:
            scaled[:, 0] = reach[0] = 0.0
        cells, wrapped, turns = _places(
            configuration.positions, cell, np.asarray(inverse[:, axes], float), axes, counts, d
        )
        starts, members = _sorted_cells(cells, int(counts.prod()))
        self._arrays = _Arrays(
            configuration.positions,
            cell,
            axes,
            counts,
            scaled,
            reach,
            starts,
            members,
            np.ascontiguousarray(wrapped[members].T),
            turns,
            bool(turns.any()),
            float(cutoff),
            float(longest**2),
        )

    def everyone(self) -> FoundPairs:
        """Return the pairs of all particles.

        Raises
        ------
        ValueError
            If they do not fit into memory.
        """
        room = int(_ROOM * self.size * self.expected) + 64
        if room < _SMALL:
            found, stop = self._search(0, self.size, room)
            if stop == self.size:
                return found
        # Counting first takes time, but no memory for places that stay empty.
        room = int(_count(self._arrays, self.size))
        check_room(
            _BYTES * room,
            f"{room} pairs of neighbours of {self.size} particles, within {self._arrays.cutoff:g},",
            "Use a shorter cutoff, or a part of the sample",
        )
        return self._search(0, self.size, room)[0]

    def pairs_from(self, start: int, pairs: int) -> tuple[FoundPairs, int]:
        """Return the pairs of consecutive particles, as many as there is room for.

        Parameters
        ----------
        start : int
            First particle.
        pairs : int
            Number of pairs to find; a particle that has more by itself is found all the same.

        Returns
        -------
        found : FoundPairs
        stop : int
            The first particle whose pairs are not among them.
        """
        # What is expected is that of a box of even density, which an open window has not.
        room = int(min(pairs, _ROOM * (self.size - start) * self.expected + 64))
        while True:
            found, stop = self._search(start, self.size, room)
            if stop == self.size or room >= pairs:
                return found, stop
            room = min(2 * room, pairs)

    def _search(self, start: int, end: int, room: int) -> tuple[FoundPairs, int]:
        while True:
            second, vectors = np.empty(room, np.int32), np.empty((room, 3))
            distances, shifts = np.empty(room), np.empty((room, 3), np.int32)
            starts = np.zeros(end - start + 1, np.int64)
            stop = _fill(self._arrays, start, end, second, vectors, distances, shifts, starts)
            if stop > start or start == end:
                break
            room *= 2
        found = FoundPairs(second, vectors, distances, shifts, starts)
        return found.of_first(stop - start), int(stop)


def with_rounding(positions: FloatArray, cell: FloatArray, cutoff: float) -> float:
    """Return a distance that exceeds a cutoff by more than wrapping and rounding can."""
    farthest = max(float(np.abs(positions).max(initial=0.0)), float(np.abs(cell).max()))
    return cutoff * (1 + 1e-9) + 64 * float(np.finfo(float).eps) * farthest


def _ball(radius: float, dimension: int) -> float:
    return math.pi * radius**2 if dimension == 2 else 4 / 3 * math.pi * radius**3


def _counts(heights: FloatArray, cutoff: float, n: int) -> IntArray:
    """Return the number of cells along every cell vector, of which only periodic ones are divided."""
    share = n * np.prod(cutoff / 2 / heights)
    width = cutoff / 2 if share >= _FEWEST else cutoff
    counts = np.maximum(np.floor(np.minimum(heights / width, 1e6)), 1.0)
    most = max(_MOST * n, 1)
    while counts.prod() > most:
        counts = np.where(counts == counts.max(), np.maximum(counts // 2, 1), counts)
    return np.concatenate([counts, np.ones(3 - len(heights))]).astype(np.int64)


@numba.njit(cache=True)
def _places(
    positions: FloatArray,
    cell: FloatArray,
    inverse: FloatArray,
    axes: IntArray,
    counts: IntArray,
    dimension: int,
) -> tuple[IntArray, FloatArray, NDArray[np.int32]]:
    """Return the cell of every particle, its wrapped position, and the cell vectors taken off."""
    n = len(positions)
    cells, wrapped = np.zeros(n, np.int64), positions.copy()
    turns = np.zeros((n, 3), np.int32)
    for i in range(n):
        for a in range(3):
            if axes[a] >= dimension:
                continue
            f = 0.0
            for p in range(3):
                f += positions[i, p] * inverse[p, a]
            turn = np.floor(f)
            place = min(int((f - turn) * counts[a]), counts[a] - 1)
            cells[i] += place * (counts[1] * counts[2] if a == 0 else counts[2] if a == 1 else 1)
            turns[i, axes[a]] = int(turn)
            if turn != 0:
                for p in range(3):
                    wrapped[i, p] -= turn * cell[axes[a], p]
    return cells, wrapped, turns


@numba.njit(cache=True)
def _sorted_cells(cells: IntArray, n_cells: int) -> tuple[IntArray, NDArray[np.int32]]:
    """Sort particles by cell, in each cell by their number."""
    starts = np.zeros(n_cells + 1, np.int64)
    for c in cells:
        starts[c + 1] += 1
    for c in range(n_cells):
        starts[c + 1] += starts[c]
    filled = starts.copy()
    members = np.empty(len(cells), np.int32)
    for i in range(len(cells)):
        members[filled[cells[i]]] = i
        filled[cells[i]] += 1
    return starts, members


@numba.njit(cache=True)
def _candidates(
    grid: _Arrays,
    i: int,
    squares: FloatArray,
    slots: NDArray[np.int32],
    images: NDArray[np.int32],
    table: NDArray[np.int32],
) -> int:
    """Fill in slots near a particle and the row of ``table`` with their image; -1 without room.

    The particle itself is one of them. A particle comes with its images in the order of their cell vectors.
    """
    lowest, highest, home = np.empty(3, np.int64), np.empty(3, np.int64), np.empty(3)
    for p in range(3):
        home[p] = grid.positions[i, p]
        for axis in range(3):
            home[p] -= grid.turns[i, axis] * grid.cell[axis, p]
    for a in range(3):
        u = home[0] * grid.inverse[0, a] + home[1] * grid.inverse[1, a]
        u += home[2] * grid.inverse[2, a]
        lowest[a] = int(np.floor(u - grid.reach[a]))
        highest[a] = int(np.floor(u + grid.reach[a]))
    found, image = 0, 0
    for c0 in range(lowest[0], highest[0] + 1):
        q0 = c0 // grid.counts[0]
        for c1 in range(lowest[1], highest[1] + 1):
            q1 = c1 // grid.counts[1]
            column = (c0 - q0 * grid.counts[0]) * grid.counts[1] + c1 - q1 * grid.counts[1]
            low = lowest[2]
            while low <= highest[2]:
                q2 = low // grid.counts[2]
                last = min(highest[2], (q2 + 1) * grid.counts[2] - 1)
                offset = (column - q2) * grid.counts[2]
                begin, end = grid.starts[low + offset], grid.starts[last + offset + 1]
                low = last + 1
                if begin == end:
                    continue
                if image == len(table) or found + end - begin > len(slots):
                    return -1
                table[image, grid.axes[0]] = q0
                table[image, grid.axes[1]] = q1
                table[image, grid.axes[2]] = q2
                x, y, z = home[0], home[1], home[2]
                for axis in range(3):
                    x -= table[image, axis] * grid.cell[axis, 0]
                    y -= table[image, axis] * grid.cell[axis, 1]
                    z -= table[image, axis] * grid.cell[axis, 2]
                near = _scan_row(
                    grid.along[:, begin:end], begin, x, y, z, grid.limit, squares, slots[found:]
                )
                images[found : found + near] = image
                found += near
                image += 1
    return found


@numba.njit(cache=True)
def _scan_row(
    along: FloatArray,
    begin: int,
    x: float,
    y: float,
    z: float,
    limit: float,
    squares: FloatArray,
    slots: NDArray[np.int32],
) -> int:
    """Fill in the slots of a row of cells that are close to a place; return their number.

    Parameters
    ----------
    along : ndarray of shape (3, m)
        Positions of the slots.
    begin : int
        The first slot.
    x, y, z, limit : float
        The place, and the squared distance from it.
    squares : ndarray of shape (k,)
        Room for distances of some slots at a time.
    slots : ndarray of shape (m or more,)
    """
    found = 0
    for part in range(0, along.shape[1], len(squares)):
        # Slices let the compiler see that no index is negative, and use vector instructions.
        xs, ys, zs = along[0, part:], along[1, part:], along[2, part:]
        count = min(len(xs), len(squares))
        for k in range(count):
            dx, dy, dz = xs[k] - x, ys[k] - y, zs[k] - z
            squares[k] = dx * dx + dy * dy + dz * dz
        for k in range(count):
            slots[found] = begin + part + k
            found += squares[k] < limit
    return found


@numba.njit(cache=True)
def _by_particle(
    members: NDArray[np.int32], slots: NDArray[np.int32], found: int, codes: IntArray
) -> IntArray:
    """Return candidates sorted by the number of their particle; those of one keep their order.

    The candidate is in the lower half of each code and the particle in the upper one. ``codes`` of
    shape (2, m) has room for all candidates twice.
    """
    for k in range(found):
        codes[0, k] = np.int64(members[slots[k]]) << 32 | k
    if found < _FEW:
        _insertion_sort(codes[0], found)
        return codes[0]
    bits = 1
    while len(members) > 1 << bits:
        bits += 1
    passes = (bits + 7) // 8
    digit = (bits + passes - 1) // passes
    mask = (1 << digit) - 1
    heads = np.empty(mask + 2, np.int64)
    for step in range(passes):
        here, there = codes[step % 2], codes[(step + 1) % 2]
        down = 32 + step * digit
        heads[:] = 0
        for k in range(found):
            heads[((here[k] >> down) & mask) + 1] += 1
        for b in range(mask + 1):
            heads[b + 1] += heads[b]
        for k in range(found):
            b = (here[k] >> down) & mask
            there[heads[b]] = here[k]
            heads[b] += 1
    return codes[passes % 2]


@numba.njit(cache=True)
def _insertion_sort(codes: IntArray, found: int) -> None:
    for k in range(1, found):
        code, place = codes[k], k
        while place > 0 and codes[place - 1] > code:
            codes[place] = codes[place - 1]
            place -= 1
        codes[place] = code


@numba.njit(cache=True)
def _count(grid: _Arrays, end: int) -> int:
    """Return the number of pairs and particles, which rounding alone can make larger."""
    room, images = 1024, 1024
    squares = np.empty(_BLOCK)
    slots, rows = np.empty(room, np.int32), np.empty(room, np.int32)
    table = np.empty((images, 3), np.int32)
    total = 0
    for i in range(end):
        found = _candidates(grid, i, squares, slots, rows, table)
        while found < 0:
            slots, rows = np.empty(2 * len(slots), np.int32), np.empty(2 * len(slots), np.int32)
            table = np.empty((2 * len(table), 3), np.int32)
            found = _candidates(grid, i, squares, slots, rows, table)
        total += found
    return total


@numba.njit(cache=True)
def _fill(
    grid: _Arrays,
    begin: int,
    end: int,
    second: NDArray[np.int32],
    vectors: FloatArray,
    distances: FloatArray,
    shifts: NDArray[np.int32],
    starts: IntArray,
) -> int:
    """Fill in the pairs of particles from ``begin`` on; return the first one without room."""
    squares = np.empty(_BLOCK)
    room = 1024
    slots, rows = np.empty(room, np.int32), np.empty(room, np.int32)
    codes, table = np.empty((2, room), np.int64), np.empty((room, 3), np.int32)
    cell, positions = grid.cell, grid.positions
    written = 0
    for i in range(begin, end):
        found = _candidates(grid, i, squares, slots, rows, table)
        while found < 0:
            room *= 2
            slots, rows = np.empty(room, np.int32), np.empty(room, np.int32)
            codes, table = np.empty((2, room), np.int64), np.empty((room, 3), np.int32)
            found = _candidates(grid, i, squares, slots, rows, table)
        if written + found > len(second):
            return i
        order = _by_particle(grid.members, slots, found, codes)
        first, row = written, -1
        s0 = s1 = s2 = np.int64(0)
        t0 = t1 = t2 = 0.0
        for k in range(found):
            j, image = order[k] >> 32, rows[order[k] & 0xFFFFFFFF]
            if image != row or grid.turned:
                row = image
                s0 = np.int64(table[image, 0]) + grid.turns[i, 0] - grid.turns[j, 0]
                s1 = np.int64(table[image, 1]) + grid.turns[i, 1] - grid.turns[j, 1]
                s2 = np.int64(table[image, 2]) + grid.turns[i, 2] - grid.turns[j, 2]
                t0 = s0 * cell[0, 0] + s1 * cell[1, 0] + s2 * cell[2, 0]
                t1 = s0 * cell[0, 1] + s1 * cell[1, 1] + s2 * cell[2, 1]
                t2 = s0 * cell[0, 2] + s1 * cell[1, 2] + s2 * cell[2, 2]
            if j == i and s0 == 0 and s1 == 0 and s2 == 0:
                continue
            # The order of these operations fixes the last bits of vectors.
            x = positions[j, 0] - positions[i, 0] + t0
            y = positions[j, 1] - positions[i, 1] + t1
            z = positions[j, 2] - positions[i, 2] + t2
            square = x * x + y * y + z * z
            distance = np.sqrt(square)
            if square >= grid.cutoff * grid.cutoff or distance >= grid.cutoff:
                continue
            place = written
            while place > first and second[place - 1] == j and distances[place - 1] > distance:
                second[place], distances[place] = second[place - 1], distances[place - 1]
                vectors[place], shifts[place] = vectors[place - 1], shifts[place - 1]
                place -= 1
            second[place], distances[place] = j, distance
            vectors[place, 0], vectors[place, 1], vectors[place, 2] = x, y, z
            shifts[place, 0], shifts[place, 1], shifts[place, 2] = s0, s1, s2
            written += 1
        starts[i - begin + 1] = written
    return end
