"""The scores that coarse simulations reach at a given cost: what a model has to clear."""

from collections.abc import Mapping

import numpy as np

from mechanist.core.typing import FloatArray


def at_cost(paths: Mapping[float, FloatArray], seconds: float) -> FloatArray | None:
    """Return the score of every glass that the frontier of the paths reaches at a cost.

    The frontier runs through the paths that no cheaper path equals in the mean; between two of them,
    the scores of each glass are interpolated linearly: a random choice between the two paths reaches
    that in the mean.

    Parameters
    ----------
    paths : mapping of float to ndarray of shape (n_glasses,)
        Scores of each path by its cost.
    seconds : float
        Cost at which the frontier is asked for.

    Returns
    -------
    ndarray of shape (n_glasses,) or None
        None if every path costs more; the scores of the best path if the frontier ends below.
    """
    best: list[tuple[float, FloatArray]] = []
    for cost in sorted(paths):
        scores = np.asarray(paths[cost], float)
        if not best or scores.mean() > best[-1][1].mean():
            best.append((cost, scores))
    below = [one for one in best if one[0] <= seconds]
    if not below:
        return None
    if len(below) == len(best):
        return below[-1][1]
    (cheap, low), (dear, high) = below[-1], best[len(below)]
    share = (seconds - cheap) / (dear - cheap)
    return np.asarray((1 - share) * low + share * high)
