"""What a camera sees of a simulated glass: a square of it, before and after loading.

The square follows the same material: its centre moves with the mean deformation of the cell.
"""

from dataclasses import dataclass

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration

#: Periodic images on each side of the cell that a window can show.
IMAGES = 2


@dataclass(frozen=True, eq=False)
class Seen:
    """Particles of a glass in a square from (0, 0) to (size, size), and a little beyond.

    Parameters
    ----------
    positions : ndarray of shape (n, 2)
    species : ndarray of shape (n,)
    particles : ndarray of shape (n,)
        Index of each one in the sample.
    images : ndarray of shape (n,)
        Periodic image that is seen.
    """

    positions: FloatArray
    species: IntArray
    particles: IntArray
    images: IntArray


def window_of(
    reference: Configuration,
    state: Configuration,
    size: float,
    *,
    margin: float = 1.5,
) -> Seen:
    """Return what is seen of a state, in a square about the material in the middle of the reference.

    Parameters
    ----------
    reference : Configuration
        State before loading, of two dimensions.
    state : Configuration
        The same particles later, or the reference itself.
    size : float
        Side of the square.
    margin : float
        Width of the strip beyond the edge whose particles reach into the picture.

    Raises
    ------
    ValueError
        If the glass has three dimensions, or the square is wider than the images of the cell.
    """
    if reference.dimension != 2:
        raise ValueError(f"the glass has {reference.dimension} dimensions; pictures show 2")
    widest = (2 * IMAGES + 1) * 0.5 * min(np.linalg.norm(row) for row in reference.cell[:2])
    if size > widest:
        raise ValueError(f"the window is {size:g} wide; at most {widest:g} fit this cell")
    old, new = reference.cell, state.cell
    fraction = reference.positions @ np.linalg.inv(old)
    moved = state.positions @ np.linalg.inv(new) - fraction
    positions = (fraction + moved - np.rint(moved)) @ new
    centre = reference.positions.mean(axis=0) @ np.linalg.inv(old) @ new
    steps = np.arange(-IMAGES, IMAGES + 1)
    shifts = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) @ new[:2, :2]
    every = (positions[None, :, :2] + shifts[:, None]).reshape(-1, 2) - centre[:2] + size / 2
    n = len(positions)
    near = np.all((every > -margin) & (every < size + margin), axis=1)
    particles = np.tile(np.arange(n), len(shifts))[near]
    return Seen(
        every[near],
        reference.species[particles],
        particles,
        np.repeat(np.arange(len(shifts)), n)[near],
    )
