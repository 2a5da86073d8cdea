"""The middle peak of an accuracy curve: where it lies and how far it stands out."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mechanist.core.typing import FloatArray

Scale = Literal["linear", "log"]


@dataclass(frozen=True, eq=False)
class Peak:
    """The middle peak of a curve.

    Parameters
    ----------
    location : float
        Parameter at the peak; NaN if the curve has no interior maximum.
    prominence : float
        Smaller of the falls in accuracy before the curve rises higher on either side; 0 if there is
        no peak.
    """

    location: float
    prominence: float


def midpoints(levels: FloatArray, scale: Scale) -> FloatArray:
    """Return the trial boundaries midway between neighbouring levels, on the axis of ``scale``."""
    if scale == "log":
        return np.sqrt(levels[1:] * levels[:-1])
    return 0.5 * (levels[1:] + levels[:-1])


def middle_peak(boundaries: FloatArray, accuracy: FloatArray, scale: Scale) -> Peak:
    """Return the most prominent interior maximum, its location refined by a parabola.

    Beyond the first and the last boundary, one class is empty and accuracy is 1, so neither of
    these two boundaries can be a middle peak.

    Parameters
    ----------
    boundaries, accuracy : ndarray of shape (k,)
    scale : str
        Axis of the parabola.
    """
    curve = np.concatenate([[np.inf], accuracy, [np.inf]])  # excludes peaks at the ends
    best, place = 0.0, -1
    for i in range(1, len(curve) - 1):
        left = np.flatnonzero(curve[:i] > curve[i])[-1]
        right = i + 1 + np.flatnonzero(curve[i + 1 :] > curve[i])[0]
        valley_left = curve[left:i].min(initial=curve[i])
        valley_right = curve[i + 1 : right + 1].min(initial=curve[i])
        prominence = float(curve[i] - max(valley_left, valley_right))
        if prominence > best:
            best, place = prominence, i - 1
    if place < 0:
        return Peak(float("nan"), 0.0)
    axis = np.log(boundaries) if scale == "log" else boundaries
    at = _vertex(axis, accuracy, place)
    return Peak(float(np.exp(at)) if scale == "log" else at, best)


def _vertex(axis: FloatArray, accuracy: FloatArray, place: int) -> float:
    """Return the vertex of the parabola through a maximum and its neighbours."""
    if not 0 < place < len(axis) - 1:
        return float(axis[place])
    around = slice(place - 1, place + 2)
    a, b, _ = np.polyfit(axis[around] - axis[place], accuracy[around], 2)
    shift = -b / (2 * a) if a < 0 else 0.0
    reach = axis[around] - axis[place]
    return float(axis[place] + np.clip(shift, 0.5 * reach[0], 0.5 * reach[-1]))
