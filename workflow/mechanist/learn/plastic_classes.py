"""Plastic and rigid classes; the reported accuracy of a model depends on their definition."""

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray

PLASTIC, RIGID, LEFT_OUT = 1, 0, -1


def class_labels(
    values: FloatArray, plastic_fraction: float, rigid_fraction: float
) -> NDArray[np.int8]:
    """Label the objects of one frame by rank.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Plasticity of each object, such as D2min; ties are broken by position.
    plastic_fraction, rigid_fraction : float
        Fractions of objects with the highest and the lowest values; at least one object each.

    Returns
    -------
    ndarray of shape (n,), int8
        1 for plastic, 0 for rigid, -1 for the objects in between, which are left out.

    Raises
    ------
    ValueError
        If the fractions are not positive or overlap, or there are fewer than two objects.
    """
    n = len(values)
    fractions = (plastic_fraction, rigid_fraction)
    if min(fractions) <= 0 or sum(fractions) > 1 + 1e-9:
        raise ValueError(f"fractions (plastic, rigid) = {fractions}; expected positive, sum <= 1")
    if n < 2:
        raise ValueError(f"{n} objects in a frame; expected at least 2, one for each class")
    plastic = min(n - 1, max(1, round(plastic_fraction * n)))
    rigid = min(n - plastic, max(1, round(rigid_fraction * n)))
    order = np.argsort(values, kind="stable")
    labels = np.full(n, LEFT_OUT, np.int8)
    labels[order[:rigid]] = RIGID
    labels[order[n - plastic :]] = PLASTIC
    return labels


def best_threshold(scores: FloatArray, labels: NDArray[np.int8]) -> float:
    """Return the threshold score for plastic objects with the best balanced accuracy.

    Parameters
    ----------
    scores : ndarray of shape (n,)
    labels : ndarray of shape (n,), int8
        1 plastic, 0 rigid; others are ignored.

    Returns
    -------
    float
        Midpoint between two scores; if all scores are equal, the score itself.
    """
    known = labels != LEFT_OUT
    order = np.argsort(scores[known], kind="stable")
    ordered, plastic = scores[known][order], labels[known][order] == PLASTIC
    below_plastic = np.cumsum(plastic)[:-1] / max(1, plastic.sum())
    below_rigid = np.cumsum(~plastic)[:-1] / max(1, (~plastic).sum())
    gain = np.where(np.diff(ordered) > 0, below_rigid - below_plastic, -np.inf)
    if not len(gain) or np.isneginf(gain).all():
        return float(ordered[-1])
    k = int(np.argmax(gain))
    return float(0.5 * (ordered[k] + ordered[k + 1]))
