"""Control parameter at which a quantity is half way between its values at small and large ones."""

from typing import Final

import numpy as np

from mechanist.assess.resampling import Interval
from mechanist.core.typing import FloatArray

#: Number of trial midpoints, and trial widths in units of the range of the axis.
_CENTRES: Final = 161
_WIDTHS: Final = np.geomspace(0.01, 0.5, 16)


def midpoint(
    parameter: FloatArray,
    value: FloatArray,
    *,
    level: float = 0.95,
    resamples: int = 500,
    seed: int = 0,
) -> Interval:
    """Fit a smooth step to ``value`` over the logarithm of ``parameter`` and return its midpoint.

    The step is ``a + b / (1 + exp(-(log p - m) / w))``, fitted to level means by least squares with
    ``m`` and ``w`` on a grid; the interval is from percentiles over draws of samples within levels.

    Parameters
    ----------
    parameter : ndarray of shape (n,)
        Positive, on few distinct levels.
    value : ndarray of shape (n,)
    level : float
        Nominal coverage.
    resamples : int
        Number of bootstrap draws.
    seed : int
        Root of the draws.

    Raises
    ------
    ValueError
        If a parameter is not positive, a number is not finite or there are fewer than 4 levels.
    """
    levels, which = np.unique(parameter, return_inverse=True)
    if len(levels) < 4 or not levels[0] > 0 or not np.isfinite(value).all():
        raise ValueError(
            f"{len(levels)} levels from {levels[0]:g}, values finite: {np.isfinite(value).all()};"
            " expected at least 4 positive levels and finite values"
        )
    axis = np.log(levels)
    centres = np.linspace(axis[0], axis[-1], _CENTRES)
    width = _WIDTHS * np.ptp(axis)
    z = (axis - centres[:, None, None]) / width[None, :, None]
    steps = (0.5 * (1 + np.tanh(0.5 * z))).reshape(-1, len(axis))
    steps -= steps.mean(axis=1, keepdims=True)
    steps /= np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-12)

    def middle(means: FloatArray) -> float:
        best = int(np.abs(steps @ (means - means.mean())).argmax())
        return float(np.exp(centres[best // len(width)]))

    groups = [value[which == k] for k in range(len(levels))]
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    drawn = [
        middle(np.array([rng.choice(group, size=len(group)).mean() for group in groups]))
        for _ in range(resamples)
    ]
    low, high = np.quantile(drawn, [0.5 * (1 - level), 0.5 * (1 + level)])
    value_there = middle(np.array([group.mean() for group in groups]))
    return Interval(value_there, float(low), float(high), level, len(value), "percentile")
