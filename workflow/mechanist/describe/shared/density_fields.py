"""Continuum fields of dislocation microstructures on a grid of voxels.

The fields are those of continuum dislocation dynamics: the total density ``rho`` (length per area),
the density vector ``kappa`` of geometrically necessary dislocations (line direction integrated
along lines, per area) and the curvature density ``q`` (turning angle per area). Lines are cut at
voxel faces, which conserves length, closure and turning for any voxel size. Straight edge
dislocations that cross the plane have ``rho`` (number per area) and a single component ``kappa``
(signed number per area).
"""

from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

import numba
import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import signs
from mechanist.formats.microstructure_files import Microstructure

#: Fields of curved lines in the plane, and of straight edge dislocations that cross it.
LINE_FIELDS: Final = ("rho", "kappa_x", "kappa_y", "q")
EDGE_FIELDS: Final = ("rho", "kappa")


@dataclass(frozen=True, eq=False)
class DensityFields:
    """Fields on square voxels.

    Parameters
    ----------
    names : tuple of str
    values : ndarray of shape (n_fields, n, n)
        Values per area, indexed by field, x and y.
    side : float
        Side of the periodic cell.
    """

    names: tuple[str, ...]
    values: FloatArray
    side: float

    @property
    def voxel(self) -> float:
        """Side of a voxel."""
        return self.side / self.values.shape[1]

    def __getitem__(self, name: str) -> FloatArray:
        """Return one field, shape (n, n)."""
        return self.values[self.names.index(name)]

    def coarsened(self, count: int) -> "DensityFields":
        """Return the fields averaged onto ``count`` voxels along each side.

        Raises
        ------
        ValueError
            If ``count`` does not divide the present number of voxels along a side.
        """
        n = self.values.shape[1]
        if count < 1 or n % count:
            raise ValueError(f"cannot coarsen {n} voxels a side to {count}; expected a divisor")
        blocks = self.values.reshape(-1, count, n // count, count, n // count)
        return DensityFields(self.names, blocks.mean(axis=(2, 4)), self.side)


class FieldDescriptor(Protocol):
    """Map from the density fields of one sample to a row of features."""

    card: ClassVar[Card]

    def __call__(self, fields: DensityFields) -> Features:
        """Describe the sample; fields are those of its carriers, on any number of voxels."""
        ...


def fields_of_lines(sample: Microstructure, count: int) -> DensityFields:
    """Return the fields of curved lines on ``count`` by ``count`` voxels.

    Parameters
    ----------
    sample : Microstructure
    count : int
        Number of voxels along each side.
    """
    totals = np.zeros((len(LINE_FIELDS), count, count))
    for line in sample.lines:
        starts = line.vertices
        steps = np.diff(np.vstack([starts, starts[:1] + line.period]), axis=0)
        scale = count / sample.side
        _cut(starts * scale, steps * scale, totals)
        before = np.roll(steps, 1, axis=0)
        turning = np.arctan2(
            before[:, 0] * steps[:, 1] - before[:, 1] * steps[:, 0], (before * steps).sum(axis=1)
        )
        i, j = np.floor(starts * scale).astype(int).T % count
        np.add.at(totals[3], (i, j), turning)
    voxel = sample.side / count
    totals[:3] *= voxel
    return DensityFields(LINE_FIELDS, totals / voxel**2, sample.side)


def fields_of_edges(configuration: Configuration, count: int) -> DensityFields:
    """Return the fields of straight edge dislocations in a square cell, without pins.

    Raises
    ------
    ValueError
        If the cell is not a square along x and y.
    """
    side = float(configuration.cell[0, 0])
    if not np.allclose(configuration.cell[:2, :2], side * np.eye(2), rtol=1e-9, atol=0):
        raise ValueError(f"cell is {configuration.cell[:2, :2].tolist()}; expected a square")
    sign = signs(configuration)
    i, j = np.floor(configuration.positions[:, :2] * (count / side)).astype(int).T % count
    totals = np.zeros((len(EDGE_FIELDS), count, count))
    np.add.at(totals[0], (i, j), np.abs(sign))
    np.add.at(totals[1], (i, j), sign)
    return DensityFields(EDGE_FIELDS, totals / (side / count) ** 2, side)


@numba.njit(cache=True)
def _cut(starts: FloatArray, steps: FloatArray, totals: FloatArray) -> None:
    """Add length and line direction of segments, in voxel units, to the voxels they cross."""
    n = totals.shape[1]
    reach = np.empty(2)  # fractions of the segment at which it meets the next x face and y face
    stride = np.empty(2)  # increments of these fractions from one face to the next
    for k in range(len(starts)):
        length = np.hypot(steps[k, 0], steps[k, 1])
        for axis in range(2):
            start, step = starts[k, axis], steps[k, axis]
            if step == 0.0:
                reach[axis] = stride[axis] = np.inf
            else:
                face = np.floor(start) + 1.0 if step > 0 else np.ceil(start) - 1.0
                reach[axis] = (face - start) / step
                stride[axis] = 1.0 / abs(step)
        done = 0.0
        while done < 1.0:
            axis = 0 if reach[0] <= reach[1] else 1
            until = min(reach[axis], 1.0)
            middle = 0.5 * (done + until)
            i = int(np.floor(starts[k, 0] + middle * steps[k, 0])) % n
            j = int(np.floor(starts[k, 1] + middle * steps[k, 1])) % n
            part = until - done
            totals[0, i, j] += part * length
            totals[1, i, j] += part * steps[k, 0]
            totals[2, i, j] += part * steps[k, 1]
            done = until
            reach[axis] += stride[axis]
