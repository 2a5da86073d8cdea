"""Notice that particles without ids are listed in another order from frame to frame.

Where nothing but their order matches particles, a change of order looks like motion. But then the places
of one frame, taken as a set, are those of the other, while hardly any particle kept its own.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration

#: Distance within which a place is taken, in units of the mean spacing.
_NEAR: Final = 0.25
#: The order changed if more than this share of places is taken by any particle, ...
_ANY: Final = 0.5
#: ... but at most this one by the right particle.
_OWN: Final = 0.25


def order_changed(reference: Configuration, deformed: Configuration) -> bool:
    """Return whether the particles of a frame are listed in another order than in its reference.

    Parameters
    ----------
    reference, deformed : Configuration
        States of the same number of particles. A uniform strain between them does not matter; more
        than half of the particles must be near their places in the reference, or it is not noticed.
    """
    from scipy.spatial import KDTree

    d = reference.dimension
    cell = reference.cell[:d, :d]
    spacing = (reference.measure / len(reference)) ** (1 / d)
    before, after = (
        c.positions[:, :d] @ np.linalg.inv(c.cell[:d, :d]) for c in (reference, deformed)
    )
    step = after - before
    own = np.linalg.norm((step - np.rint(step)) @ cell, axis=1) < _NEAR * spacing
    if own.mean() > _OWN:
        return False
    tree = KDTree(_with_images(before % 1.0, _NEAR * spacing, cell) @ cell)
    distances, _ = tree.query((after % 1.0) @ cell)
    return bool(np.mean(distances < _NEAR * spacing) > _ANY)


def _with_images(fractions: FloatArray, margin: float, cell: FloatArray) -> FloatArray:
    """Return fractional coordinates in the cell and near it."""
    found = fractions
    around = margin * np.linalg.norm(np.linalg.inv(cell), axis=0)
    for k in range(len(cell)):
        shift = np.zeros(len(cell))
        shift[k] = 1.0
        low, high = found[found[:, k] < around[k]], found[found[:, k] > 1 - around[k]]
        found = np.concatenate([found, low + shift, high - shift])
    return found
