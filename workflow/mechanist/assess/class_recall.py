"""How well samples are classified into several classes."""

import numpy as np

from mechanist.core.typing import FloatArray, IntArray


def accuracy_by_sample(told: IntArray, classes: IntArray, groups: IntArray) -> FloatArray:
    """Return the accuracy on each independent sample, over its states and over repeats.

    Parameters
    ----------
    told : ndarray of shape (repeats, n), int
        Predicted class of each state, in each repeat.
    classes, groups : ndarray of shape (n,), int
        True class, and independent sample, of each state.

    Returns
    -------
    ndarray of shape (n_samples,)
        In order of the samples' numbers.
    """
    _, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    return np.bincount(inverse, weights=(told == classes).mean(axis=0)) / counts


def confusion_matrix(told: IntArray, classes: IntArray) -> FloatArray:
    """Return how often each class (row) is predicted as each class (column); rows sum to 1.

    Parameters
    ----------
    told, classes
        As in :func:`accuracy_by_sample`; classes are numbered from 0, and each occurs.
    """
    n = int(classes.max()) + 1
    matrix = np.zeros((n, n))
    np.add.at(matrix, (np.broadcast_to(classes, told.shape), told), 1.0)
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


def largest_share(classes: IntArray) -> float:
    """Return the share of the largest class: the accuracy of always predicting that class."""
    return float(np.bincount(classes).max() / len(classes))
