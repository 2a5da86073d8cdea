"""What errors of localisation add to D2min, measured from two exposures of a sample at rest.

Between two exposures nothing moves, so all motion that is measured is error. Its D2min is the *floor*:
errors of the same size add as much, on average, to the D2min of particles that did move.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.shared.nonaffine import d2min
from mechanist.pictures.open_view import OpenView

#: Least of what remains of D2min after the floor is subtracted, in floors.
REMAINS: Final = 0.25


@dataclass(frozen=True)
class NoiseFloor:
    """Errors of a view.

    Parameters
    ----------
    error : float
        Standard deviation of the error of each coordinate.
    d2min : float
        Mean D2min per neighbour, in squared length, that such errors make.
    particles : int
        Number of particles far enough from the edge that it was measured on.
    """

    error: float
    d2min: float
    particles: int


def measured_d2min(before: OpenView, after: OpenView, cutoff: float) -> FloatArray:
    """Return D2min per neighbour of the same particles in two views with edges, shape (n,).

    NaN for particles with too few neighbours; near the edge it misses neighbours that are not seen.
    """
    far = before.configuration(2 * cutoff)
    low = np.minimum(before.low, before.positions.min(axis=0, initial=np.inf)) - 2 * cutoff
    places = np.column_stack([after.positions - low, np.zeros(len(after))])
    return d2min(far, far.moved(places, far.cell), cutoff).per_neighbour


def noise_floor(before: OpenView, after: OpenView, cutoff: float) -> NoiseFloor:
    """Return the errors that two exposures of a sample at rest show.

    Parameters
    ----------
    before, after : OpenView
        The same particles in both exposures.
    cutoff : float
        Radius of the neighbourhood of D2min.

    Raises
    ------
    ValueError
        If no particle is farther from the edge than the cutoff.
    """
    inside = ~before.censored(cutoff)
    values = measured_d2min(before, after, cutoff)
    inside &= np.isfinite(values)
    if not inside.any():
        raise ValueError(
            f"no particle is farther than {cutoff:g} from the edge of the view; use a larger view or a"
            " smaller cutoff"
        )
    moved = (after.positions - before.positions)[inside]
    moved = moved - moved.mean(axis=0)  # the whole sample may drift
    error = float(np.sqrt((moved**2).mean() / 2))
    return NoiseFloor(error, float(values[inside].mean()), int(inside.sum()))


def above_floor(values: FloatArray, floor: float | FloatArray) -> FloatArray:
    """Return D2min without what errors add: never below a quarter of the floor, so that it has a logarithm."""
    return np.asarray(np.maximum(values - floor, REMAINS * floor))
