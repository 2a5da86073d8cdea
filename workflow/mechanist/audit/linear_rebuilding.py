"""How well a linear map rebuilds one description of objects from another one.

The measure is the global feature space reconstruction error of Goscinski et al.,
https://doi.org/10.1088/2632-2153/abdaf7, with cross-fitting: the error is measured on samples that
were not used to fit the map, and the penalty is chosen on further samples.
"""

from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Penalties tried, relative to the mean square of the features' singular values.
PENALTIES: Final = np.logspace(-12, 0, 13)


def rebuilding_error(source: list[FloatArray], target: list[FloatArray]) -> float:
    """Return the square root of the share of the target's variance that a linear map misses.

    Parameters
    ----------
    source : list of ndarray of shape (n_objects, n_source)
        A description, one array per sample; at least three samples.
    target : list of ndarray of shape (n_objects, n_target)
        The description to rebuild, of the same objects. Each column is scaled by its own standard
        deviation, so that units do not matter; constant columns are left out.

    Returns
    -------
    float
        0 for a perfect map; 1 for a map that is no better than the mean.
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
    """Return squared errors on a held-out sample, for every penalty."""
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
