"""Folds that tear samples apart, to measure how much a score gains by them.

Publications that assign atoms to folds at random train on the neighbours of the atoms that they
test. This module makes such folds on purpose, for one study only; every other score of this
package is from folds of whole samples (:mod:`mechanist.learn.splits`).
"""

from dataclasses import replace
from enum import StrEnum, auto

import numpy as np

from mechanist.learn.models import Problem


class Unit(StrEnum):
    """What is assigned to folds as a whole."""

    SAMPLE = auto()
    """A sample, as the frozen splits say."""
    OBJECT = auto()
    """An object of a sample, such as an atom, under all of its loads."""
    ROW = auto()
    """An object under one load: other loads of the same object may be trained on."""


def torn(problem: Problem, unit: Unit) -> Problem:
    """Return the same problem with as many folds, of whole samples, whole objects or rows.

    Parameters
    ----------
    problem : Problem
        With folds of whole samples.
    unit : Unit
    """
    if unit is Unit.SAMPLE:
        return problem
    if unit is Unit.OBJECT:
        code = problem.samples * (int(problem.objects.max()) + 1) + problem.objects
        _, owner = np.unique(code, return_inverse=True)
    else:
        owner = np.arange(len(problem.folds))
    n, n_folds = int(owner.max()) + 1, int(problem.folds.max()) + 1
    rng = np.random.default_rng(np.random.SeedSequence(problem.seed))
    fold = rng.permutation(np.arange(n) % n_folds)
    return replace(problem, folds=fold[owner], samples=owner.astype(np.int64))
