"""Tell two species apart by one number of each particle: a mixture of two normal distributions."""

from typing import Final

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray

_ROUNDS: Final = 200
_CLOSE: Final = 1e-6


def smaller_species(size: FloatArray, whole: BoolArray) -> FloatArray:
    """Return the probability of each particle to be of the smaller species.

    Parameters
    ----------
    size : ndarray of shape (n,)
        Area or brightness; its spread may differ between species.
    whole : ndarray of shape (n,)
        Particles that the edge does not cut: the two distributions are fitted to these.

    Returns
    -------
    ndarray of shape (n,)
        All zero if there are fewer than ten whole particles or all their sizes are equal.
    """
    fitted = size[whole]
    low, high = np.quantile(fitted, [0.1, 0.9]) if len(fitted) else (0.0, 0.0)
    if len(fitted) < 10 or not high > low:
        return np.zeros(len(size))
    means = np.array([low, high])
    spread = np.full(2, 0.3 * (high - low))
    share = np.array([0.5, 0.5])
    least = 1e-3 * (high - low)
    for _ in range(_ROUNDS):
        weight = _chances(fitted, means, spread, share)
        count = weight.sum(axis=0) + 1e-9
        new = (weight * fitted[:, None]).sum(axis=0) / count
        spread = np.sqrt((weight * (fitted[:, None] - new) ** 2).sum(axis=0) / count)
        spread, share = np.maximum(spread, least), count / count.sum()
        moved, means = np.abs(new - means).max(), new
        if moved < _CLOSE * (high - low):
            break
    smaller = _chances(size, means, spread, share)[:, int(np.argmin(means))]
    # Far out in a tail, the wider of two distributions is the likelier one on either side.
    return np.where(size <= means.min(), 1.0, np.where(size >= means.max(), 0.0, smaller))


def _chances(
    size: FloatArray, means: FloatArray, spread: FloatArray, share: FloatArray
) -> FloatArray:
    """Return the probability of each of two classes, shape (n, 2)."""
    log = np.log(share) - np.log(spread) - 0.5 * ((size[:, None] - means) / spread) ** 2
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))
