"""Shear stress of periodic edge dislocations in closed form, in plain numpy.

The sum over images along x is exact; the sum over images along y converges like exp(-2 pi n). The
compiled sums of :mod:`mechanist.mechanics.edge_glide` use the same form; this version needs no
compilation and serves as a reference for them.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import signs

#: Images on either side along y.
IMAGES: Final = 4


def edge_stress(x: FloatArray, y: FloatArray, *, images: int = IMAGES) -> FloatArray:
    """Return the stress at ``x``, ``y`` from a positive dislocation at the origin.

    Parameters
    ----------
    x, y : ndarray of equal shapes
        In units of the side of the periodic square.
    images : int
        Images on either side along y; each reduces the error by a factor of exp(2 pi).

    Returns
    -------
    ndarray
        In D b per side, D = mu b / (2 pi (1 - nu)); infinite at the dislocation.
    """
    y = y - np.round(y)
    c = np.cos(2 * np.pi * x)
    total = np.zeros(np.broadcast(x, y).shape)
    for n in range(-images, images + 1):
        height = 2 * np.pi * (y + n)
        difference = np.cosh(height) - c
        total += 1 / difference - height * np.sinh(height) / difference**2
    return np.pi * np.sin(2 * np.pi * x) * total


def stress_on_grid(configuration: Configuration, points: int) -> FloatArray:
    """Return the internal shear stress at the centres of a square grid of cells.

    Parameters
    ----------
    configuration : Configuration
        Dislocations in a square cell; pins cause no stress.
    points : int
        Number of grid cells along a side.

    Returns
    -------
    ndarray of shape (points, points)
        In D/b; rows along y, columns along x.
    """
    length, sign = configuration.cell[0, 0], signs(configuration)
    centres = (np.arange(points) + 0.5) / points
    total = np.zeros((points, points))
    for (x, y, _), s in zip(configuration.positions / length, sign, strict=True):
        if s != 0:
            total += s * edge_stress((centres - x)[None, :], (centres - y)[:, None])
    return total / length
