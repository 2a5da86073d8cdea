"""How well a linear map rebuilds one description of the same objects from another.

The global feature space reconstruction error of Goscinski et al.,
https://doi.org/10.1088/2632-2153/abdaf7, cross-fitted: the error is of samples that were left out of
the map, the penalty chosen on yet others.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Penalties tried, relative to the mean square of the features' singular values.
PENALTIES: Final = np.logspace(-12, 0, 13)


def rebuilding_error(source: list[FloatArray], target: list[FloatArray]) -> float:
    """Return the root of the share of the target's variance that a linear map misses.

    Parameters
    ----------
    source : list of ndarray of shape (n_objects, n_source)
        A description, one array a sample; at least three samples.
    target : list of ndarray of shape (n_objects, n_target)
        What to rebuild, of the same objects. Each column counts by its own variance, so that units
        do not matter; constant ones are left out.

    Returns
    -------
    float
        0 where all is rebuilt; 1 where the mean does as well.
    """
    spread = np.vstack(target).std(axis=0)
    varies = spread > 1e-12 * np.abs(np.vstack(target)).max(axis=0)
    scaled = [t[:, varies] / spread[varies] for t in target]
    missed, total = 0.0, 0.0
    for k in range(len(source)):
        rest = [i for i in range(len(source)) if i != k]
        inner = sum(
            _losses([source[i] for i in rest if i != j], [scaled[i] for i in rest if i != j],
                    source[j], scaled[j])
            for j in rest
        )  # fmt: skip
        best = int(np.argmin(inner))
        train = [source[i] for i in rest], [scaled[i] for i in rest]
        missed += float(_losses(*train, source[k], scaled[k])[best])
        total += float(((scaled[k] - np.vstack(train[1]).mean(axis=0)) ** 2).sum())
    return float(np.sqrt(missed / total))


def _losses(
    x: list[FloatArray], y: list[FloatArray], x_test: FloatArray, y_test: FloatArray
) -> FloatArray:
    """Return squared errors on a sample left out, for every penalty."""
    features, targets = np.vstack(x), np.vstack(y)
    centre, scale, mean = features.mean(axis=0), features.std(axis=0), targets.mean(axis=0)
    scale = np.where(scale > 1e-12 * np.abs(features).max(axis=0), scale, np.inf)
    z = (features - centre) / scale
    u, s, vt = np.linalg.svd(z, full_matrices=False)
    weights = u.T @ (targets - mean)
    shown = ((x_test - centre) / scale) @ vt.T
    penalties = PENALTIES * max(float((s**2).mean()), np.finfo(float).tiny)
    guesses = (mean + (shown * (s / (s**2 + p))) @ weights for p in penalties)
    return np.array([((y_test - guess) ** 2).sum() for guess in guesses])
