"""Serial sections as one voxel grid: layers between known sections are filled, grains are numbered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt

from mechanist.core.typing import FloatArray, IntArray, Lattice
from mechanist.imports.orientation_grains import LEAST_POINTS, connected_grains
from mechanist.mechanics.serial_sections import Rule, filled


@dataclass(frozen=True, eq=False)
class FilledStack:
    """A grid that was rebuilt from sections.

    Parameters
    ----------
    grains : ndarray of shape (nx, ny, nz), int
        Grain of each voxel, from 0.
    orientations : ndarray of shape (nx, ny, nz, 4)
        Quaternions, crystal to sample.
    phases : ndarray of shape (nx, ny, nz), int
        Index of the phase of each voxel.
    """

    grains: IntArray
    orientations: FloatArray
    phases: IntArray


def filled_stack(
    orientations: FloatArray,
    phases: IntArray,
    lattices: Sequence[Lattice],
    known: Sequence[int],
    layers: int,
    *,
    rule: Rule,
    threshold: float = 5.0,
    smallest: int = LEAST_POINTS,
    periodic: bool = False,
) -> FilledStack:
    """Rebuild a grid from its known layers.

    A grain is followed from a known layer to the next where points of both that lie above each other
    have nearly the same orientation. A grain that moved by more than its size is taken for two.

    Parameters
    ----------
    orientations : ndarray of shape (nx, ny, n_known, 4)
        Quaternions of the known layers.
    phases : ndarray of shape (nx, ny, n_known), int
        Index of the lattice of each of their points.
    lattices : sequence of {"cubic", "hexagonal"}
    known : sequence of int
        Numbers of the known layers in the grid.
    layers : int
        Number of layers of the grid.
    rule : {"nearest", "boundary", "vote"}
        How layers between the known ones are filled.
    threshold : float
        Misorientation in degrees from which neighbouring points belong to different grains.
    smallest : int
        Grains of fewer voxels are merged into their neighbours.
    periodic : bool
        Whether the grid goes on periodically.

    Raises
    ------
    ValueError
        If the numbers of the layers do not fit, or no grain is large enough.
    """
    cut = connected_grains(orientations, phases, lattices, threshold, periodic=periodic)
    source = tuple(filled(cut, known, layers, rule=rule, periodic=periodic))
    turned, of_phase = orientations[source], phases[source]
    grains = connected_grains(turned, of_phase, lattices, threshold, periodic=periodic)
    large = np.bincount(grains.ravel())[grains] >= smallest
    if not large.any():
        raise ValueError(
            f"no grain of the filled stack has {smallest} voxels. Lower 'stride' or 'smallest', or raise"
            " 'threshold'"
        )
    nearest = tuple(distance_transform_edt(~large, return_distances=False, return_indices=True))
    numbers = np.unique(grains[nearest], return_inverse=True)[1].reshape(grains.shape)
    return FilledStack(numbers.astype(np.int64), turned[nearest], of_phase[nearest])


def even_layers(count: int, layers: int) -> tuple[int, ...]:
    """Return the numbers of ``count`` layers that are spread as evenly as whole numbers allow."""
    return tuple(int(k * layers // count) for k in range(count))
