"""Predict the class of each sample by models trained on neither it nor its group."""

from dataclasses import dataclass

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.learn.estimators.logistic import logistic_scores


@dataclass(frozen=True, kw_only=True)
class ClassificationOptions:
    """How classifiers are trained and tested.

    Parameters
    ----------
    folds, repeats : int
        Number of folds, and how often the groups are assigned to folds anew.
    penalty : float
        Penalty of the logistic regression, in units of one sample's loss.
    seed : int
        Seed of the fold assignment; equal seeds give equal folds for all feature sets.
    """

    folds: int = 5
    repeats: int = 4
    penalty: float = 1.0
    seed: int = 0


def predicted_classes(
    features: FloatArray,
    classes: IntArray,
    groups: IntArray | None = None,
    *,
    options: ClassificationOptions | None = None,
) -> IntArray:
    """Return the predicted class of each sample, by one-against-rest logistic regression.

    Parameters
    ----------
    features : ndarray of shape (n, d)
    classes : ndarray of shape (n,)
        Class numbers, starting from 0.
    groups : ndarray of shape (n,), optional
        Samples of one group share a fold; by default each sample is its own group.
    options : ClassificationOptions, optional

    Returns
    -------
    ndarray of shape (repeats, n)

    Raises
    ------
    ValueError
        If shapes disagree, a feature is not finite or there are fewer groups than folds.
    """
    opt = options or ClassificationOptions()
    groups = np.arange(len(features)) if groups is None else groups
    _check(features, classes, groups, opt)
    rng = np.random.default_rng(np.random.SeedSequence(opt.seed))
    labels = classes[:, None] == np.arange(classes.max() + 1)
    told = np.empty((opt.repeats, len(features)), dtype=np.int64)
    for repeat in range(opt.repeats):
        fold = grouped_folds(classes, groups, opt.folds, rng)
        for k in range(opt.folds):
            test = fold == k
            scores = logistic_scores(
                features[~test], labels[~test], features[test], penalty=opt.penalty
            )
            told[repeat, test] = scores.argmax(axis=1)
    return told


def grouped_folds(
    classes: IntArray, groups: IntArray, folds: int, rng: np.random.Generator
) -> IntArray:
    """Return the fold of each sample, stratified by the class of each group's first sample."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    fold_of_group = np.empty(len(first), dtype=np.int64)
    for value in np.unique(classes[first]):
        members = rng.permutation(np.flatnonzero(classes[first] == value))
        fold_of_group[members] = (np.arange(len(members)) + rng.integers(folds)) % folds
    return np.asarray(fold_of_group[inverse])


def _check(
    features: FloatArray, classes: IntArray, groups: IntArray, options: ClassificationOptions
) -> None:
    n = len(features)
    if features.ndim != 2 or classes.shape != (n,) or groups.shape != (n,):
        raise ValueError(
            f"features {features.shape}, classes {classes.shape}, groups {groups.shape}; expected"
            " (n, d), (n,), (n,)"
        )
    if not np.isfinite(features).all():
        raise ValueError(f"{int((~np.isfinite(features)).sum())} features are not finite")
    if len(np.unique(groups)) < options.folds:
        raise ValueError(
            f"{len(np.unique(groups))} groups for {options.folds} folds; expected at least as many"
            " groups as folds"
        )
