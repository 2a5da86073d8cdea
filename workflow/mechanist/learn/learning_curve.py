"""Learning curves of any model: train it on nested subsets of samples, and predict all samples."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from mechanist.core.progress import progress
from mechanist.core.typing import FloatArray
from mechanist.learn.models import Problem, Regressor
from mechanist.learn.out_of_fold import regress
from mechanist.learn.splits import Splits, nested_subsets

Predicted = TypeVar("Predicted")


@dataclass(frozen=True, kw_only=True)
class CurveSizes:
    """Numbers of samples that a model is trained on.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of training samples in each fold, at most all samples of the training folds.
    draws : int
        Number of independent nested sequences of samples.
    seed : int
        Seed of the order of the samples.
    """

    sizes: Sequence[int]
    draws: int
    seed: int


@dataclass(frozen=True, eq=False)
class CurvePoint(Generic[Predicted]):
    """Out-of-fold predictions of a model that was trained on some of the samples.

    Parameters
    ----------
    draw, n_train : int
        Number of the draw, and number of training samples in each fold.
    predicted
        What the training function returned.
    """

    draw: int
    n_train: int
    predicted: Predicted


def learning_curve(
    train: Callable[[tuple[str, ...]], Predicted],
    splits: Splits,
    curve: CurveSizes,
    *,
    label: str,
) -> Iterator[CurvePoint[Predicted]]:
    """Train a model on every subset of the samples, whatever it reads.

    Parameters
    ----------
    train : callable
        Maps the names of training samples to predictions, such as
        :meth:`mechanist.learn.learner.Learner.train`.
    splits : Splits
    curve : CurveSizes
    label : str
        Name of the model, for the log.
    """
    subsets = [
        (draw, size, chosen)
        for draw in range(curve.draws)
        for size, chosen in nested_subsets(splits, curve.sizes, seed=curve.seed, draw=draw).items()
    ]
    for draw, size, chosen in progress(subsets, f"{label}: trained"):
        yield CurvePoint(draw, size, train(chosen))


def problem_curve(
    make: Callable[[], Regressor],
    problem: Problem,
    splits: Splits,
    curve: CurveSizes,
    *,
    label: str,
) -> Iterator[CurvePoint[FloatArray]]:
    """Return the learning curve of a regressor on a problem whose features are in no table.

    Parameters
    ----------
    make : callable
        Returns an unfitted regressor.
    problem : Problem
        Its ``samples`` are positions in ``splits.samples``.
    splits, curve, label
        As in :func:`learning_curve`.

    Returns
    -------
    iterator of CurvePoint
        With predictions of shape (n_rows, n_targets).
    """

    def train(chosen: tuple[str, ...]) -> FloatArray:
        codes = [splits.samples.index(name) for name in chosen]
        some = replace(problem, train=np.isin(problem.samples, codes))
        return regress(make(), some).prediction

    return learning_curve(train, splits, curve, label=label)


def augmented(problem: Problem, copies: Sequence[NDArray[np.floating]]) -> Problem:
    """Append transformed copies of all rows, which share target, fold, sample and frame.

    Parameters
    ----------
    problem : Problem
    copies : sequence of ndarray of shape (n_rows, n_features)
        Features of each copy. The original rows come first, so that their predictions are the first
        ``n_rows``.
    """
    times = len(copies) + 1
    return replace(
        problem,
        X=np.concatenate([problem.X, *copies]).astype(problem.X.dtype, copy=False),
        Y=np.tile(problem.Y, (times, 1)),
        folds=np.tile(problem.folds, times),
        samples=np.tile(problem.samples, times),
        frames=np.tile(problem.frames, times),
        objects=np.tile(problem.objects, times),
        train=np.tile(problem.train, times),
    )
