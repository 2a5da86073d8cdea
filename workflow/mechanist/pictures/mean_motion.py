"""The mean deformation between two frames, found from places of particles whose partners are unknown."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from mechanist.core.typing import FloatArray, IntArray

#: Partners that an affine map is fitted to, at the least.
FEWEST: Final = 8
_ROUNDS: Final = 12
#: Neighbours whose median motion a particle is expected to follow.
_NEAR: Final = 9


@dataclass(frozen=True, eq=False)
class MeanMotion:
    """The map ``x -> F x + shift`` from one frame to a later one.

    Parameters
    ----------
    gradient : ndarray of shape (2, 2)
        Deformation gradient ``F``.
    shift : ndarray of shape (2,)
    found : float
        Part of the particles of the first frame that have a partner under the map.
    """

    gradient: FloatArray
    shift: FloatArray
    found: float

    def forward(self, positions: FloatArray) -> FloatArray:
        """Return where places of the first frame are in the later one."""
        return np.asarray(positions @ self.gradient.T + self.shift)

    def back(self, positions: FloatArray) -> FloatArray:
        """Return where places of the later frame were in the first one."""
        return np.asarray((positions - self.shift) @ np.linalg.inv(self.gradient).T)


def partners(first: FloatArray, second: FloatArray, reach: float) -> tuple[IntArray, IntArray]:
    """Return indices of those that are nearest to each other, and closer than a distance."""
    there, back = cKDTree(second).query(first), cKDTree(first).query(second)
    i = np.arange(len(first))
    good = (there[0] < reach) & (back[1][there[1]] == i)
    return i[good], np.asarray(there[1][good], np.int64)


def mean_motion(
    first: FloatArray,
    second: FloatArray,
    *,
    gradient: FloatArray | None = None,
    centre: FloatArray | None = None,
) -> MeanMotion:
    """Return the mean deformation between two frames.

    Parameters
    ----------
    first, second : ndarray of shape (n, 2)
    gradient : ndarray of shape (2, 2), optional
        Deformation gradient that the sample was loaded with; by default none is known.
    centre : ndarray of shape (2,), optional
        Place that does not move under the known load; the mean of the first frame by default.

    Notes
    -----
    Partners are the nearest under the map so far, to which the next map is fitted. Without a known
    gradient the search starts about the place where particles move least, and widens as the map
    becomes known, so that particles at the edge may move by more than half a spacing.
    """
    middle = first.mean(axis=0) if centre is None else centre
    start = np.eye(2) if gradient is None else np.asarray(gradient, float)
    motion = MeanMotion(start, middle - start @ middle, 0.0)
    spacing = float(np.median(cKDTree(first).query(first, 2)[0][:, 1]))
    size = float(np.ptp(first, axis=0).max())
    for k in range(_ROUNDS):
        near = np.abs(first - middle).max(axis=1) <= 0.5 * size * min(1.0, 0.4 + 0.1 * k)
        if gradient is not None:
            near[:] = True
        i, j = partners(motion.forward(first[near]), second, 0.45 * spacing)
        if len(i) < FEWEST:
            break
        motion = _fitted(first[near][i], second[j], len(i) / max(1, int(near.sum())))
    return motion


def local_motion(first: FloatArray, second: FloatArray, motion: MeanMotion) -> FloatArray:
    """Return where the particles of the first frame are expected, if they move as their neighbours do.

    Parameters
    ----------
    first, second : ndarray of shape (n, 2)
    motion : MeanMotion
        The mean deformation between them, to which the median motion of neighbours is added.
    """
    expected = motion.forward(first)
    spacing = float(np.median(cKDTree(first).query(first, 2)[0][:, 1]))
    moved = np.zeros_like(expected)
    for _ in range(2):
        i, j = partners(expected + moved, second, 0.45 * spacing)
        if len(i) < FEWEST:
            break
        nearest = cKDTree(expected[i]).query(expected, min(_NEAR, len(i)))[1]
        moved = np.median((second[j] - expected[i])[nearest], axis=1)
    return np.asarray(expected + moved)


def _fitted(first: FloatArray, second: FloatArray, found: float) -> MeanMotion:
    """Return the affine map of least squares, pairs that fit badly left out once."""
    kept = np.ones(len(first), bool)
    solution: FloatArray = np.zeros((3, 2))
    for _ in range(2):
        columns = np.column_stack([first, np.ones(len(first))])
        solution = np.asarray(np.linalg.lstsq(columns[kept], second[kept], rcond=None)[0], float)
        wrong = np.linalg.norm(columns @ solution - second, axis=1)
        kept = wrong <= 3 * max(float(np.median(wrong)), 1e-12)
    return MeanMotion(np.ascontiguousarray(solution[:2].T), solution[2], found)
