"""Whether a map is like the polycrystals that a surrogate has seen, and why not."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.learn.voxel_samples import DIGITS
from mechanist.predict.kept_surrogate import SeenCells

#: Relative difference below which edges of voxels, and diameters of grains, count as equal.
_ALIKE: Final = 0.1


def grain_diameter(grains: IntArray | FloatArray) -> float:
    """Return the mean diameter of a grain in voxels: of the ball, or in a layer the disc, of its size.

    Parameters
    ----------
    grains : ndarray of shape (nx, ny, nz) or (nx, ny, nz, 4)
        Numbers of grains, or orientations, of which each is a grain.
    """
    if grains.ndim == 4:
        rows = np.asarray(grains, float).reshape(-1, 4).round(DIGITS)
        number = len(np.unique(rows, axis=0))
    else:
        number = len(np.unique(grains))
    shape = grains.shape[:3]
    size = float(np.prod(shape)) / number
    if 1 in shape:
        return float(2 * np.sqrt(size / np.pi))
    return float((6 * size / np.pi) ** (1 / 3))


def outside_reasons(
    seen: SeenCells, shape: Sequence[int], edges: FloatArray, diameter: float
) -> list[str]:
    """Return what puts a map outside of what a surrogate has seen, in plain words.

    Parameters
    ----------
    seen : SeenCells
    shape : sequence of int
        Voxels along each axis.
    edges : ndarray of shape (3,)
        Edges of a voxel.
    diameter : float
        Mean diameter of a grain in voxels.

    Returns
    -------
    list of str
        Empty if the map is like those seen.
    """
    found = []
    if min(shape) == 1:
        found.append(
            "it is one voxel deep and taken for columnar grains; those seen are polycrystals in three"
            " dimensions"
        )
    if edges.max() > (1 + _ALIKE) * edges.min():
        found.append(f"its voxels have edges of {_listed(edges)}; those seen are cubes")
    low, high = min(seen.grain_diameters.values()), max(seen.grain_diameters.values())
    if not (1 - _ALIKE) * low <= diameter <= (1 + _ALIKE) * high:
        found.append(
            f"its grains have a mean diameter of {diameter:.3g} voxels, those seen {low:.3g} to"
            f" {high:.3g}"
        )
    return found


def _listed(values: FloatArray) -> str:
    return ", ".join(f"{value:.4g}" for value in values)
