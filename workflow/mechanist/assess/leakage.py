"""Whether something that is to be predicted reached what predicts it.

Three ways, each with a probe that fails where it happens: a sample on both sides of a split; a
scaler, a selector or a fit that saw the rows under test; a feature that is made of the answer,
the deformed state.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import Branch, DislocationSample, planar, signs
from mechanist.formats.pileup_batches import PileupSample
from mechanist.formats.sample import Frame, LoadPath, Sample
from mechanist.formats.tables import SAMPLE
from mechanist.learn.models import Problem
from mechanist.learn.splits import Splits

#: Standard deviations by which garbage is out of place.
GARBAGE: Final = 30.0
#: Change of a prediction, in spreads of the predictions, that rounding in single precision makes.
ROUNDING: Final = 1e-3
State = TypeVar("State")


class LeakError(ValueError):
    """What is tested was seen in training."""


@dataclass(frozen=True)
class Leak:
    """How far predictions of a fold move when what they must not know is replaced by garbage.

    Parameters
    ----------
    truth : float
        Largest change, in spreads of the predictions, when the truth of the tested rows is replaced.
    features : float
        The same of tested rows, when the features of other tested rows are replaced.
    """

    truth: float
    features: float

    @property
    def tight(self) -> bool:
        """Whether both are what rounding explains."""
        return max(self.truth, self.features) <= ROUNDING


def check_folds(predictions: pd.DataFrame, splits: Splits) -> None:
    """Refuse predictions that were not made fold by fold of whole samples, as the splits say.

    Parameters
    ----------
    predictions : DataFrame
        As :mod:`mechanist.formats.predictions` describes.
    splits : Splits

    Raises
    ------
    LeakError
        If a sample was tested in several folds or in another than its own, or was excluded.
    """
    pairs = predictions[[SAMPLE, "fold"]].astype({SAMPLE: str}).drop_duplicates()
    twice = sorted(pairs.loc[pairs[SAMPLE].duplicated(), SAMPLE].unique())
    if twice:
        raise LeakError(
            f"{len(twice)} samples were tested in more than one fold, the first {twice[0]!r}: objects"
            " of a sample were trained on to predict others of it; split by sample"
        )
    lost = sorted(set(pairs[SAMPLE]) - set(splits.samples))
    if lost:
        raise LeakError(f"{len(lost)} samples are in no fold of the splits, the first {lost[0]!r}")
    right = pairs[SAMPLE].map(splits.fold_of) == pairs["fold"]
    if not right.all():
        sample, fold = pairs[~right].iloc[0]
        raise LeakError(
            f"{int((~right).sum())} samples were tested in another fold than the splits say, the"
            f" first {sample!r} in {fold} instead of {splits.fold_of[sample]}; train again"
        )


def check_problem(problem: Problem) -> None:
    """Refuse a problem in which a sample has rows to train on and rows to test.

    Raises
    ------
    LeakError
        Naming fold and sample.
    """
    for fold, training, test in problem.outer():
        both = np.intersect1d(problem.samples[training], problem.samples[test])
        if len(both):
            raise LeakError(
                f"fold {fold} trains on {len(both)} of the samples that it tests, the first number"
                f" {both[0]}; expected all rows of a sample in one fold"
            )


def leak(answers: Callable[[Problem], FloatArray], problem: Problem, *, seed: int = 0) -> Leak:
    """Return what reaches a model that should know the training rows alone.

    Parameters
    ----------
    answers : callable
        From a problem to predictions of all its rows, shape (n_rows, ...); rows of the one fold
        ``problem.only`` are looked at.
    problem : Problem
        With at least two rows in its first fold.
    seed : int
        Of the garbage.

    Returns
    -------
    Leak
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    alone = replace(problem, only=0)
    tested = np.flatnonzero(problem.folds == 0)
    before = answers(alone)[tested]
    Y, X = problem.Y.copy(), problem.X.copy()
    Y[tested] = _garbage(Y, tested, rng)
    truth = answers(replace(alone, Y=Y))[tested]
    spoilt, kept = tested[::2], np.arange(1, len(tested), 2)
    X[spoilt] = _garbage(X, spoilt, rng)
    features = answers(replace(alone, X=X))[tested]
    spread = max(float(before.std()), float(np.finfo(np.float32).tiny))
    return Leak(
        truth=float(np.abs(truth - before).max()) / spread,
        features=float(np.abs(features - before)[kept].max()) / spread,
    )


def _garbage(
    values: NDArray[np.floating[Any]], rows: IntArray, rng: np.random.Generator
) -> FloatArray:
    """Return numbers far from all known ones, which a mean or a largest value would show."""
    shape = (len(rows), *values.shape[1:])
    return np.asarray(GARBAGE * values.std(axis=0) * (1 + rng.standard_normal(shape)))


def response_change(describe: Callable[[State], FloatArray], before: State, after: State) -> float:
    """Return how far features move, in their own spreads, between two states of affairs.

    Parameters
    ----------
    describe : callable
        From a sample to features of shape (n_objects, n_features).
    before, after
        A sample, and the same with another response (:func:`other_loading` and its kin).
    """
    first, second = describe(before), describe(after)
    if first.shape != second.shape:
        return float("inf")
    spread = max(float(first.std()), float(np.finfo(np.float32).tiny))
    return float(np.abs(second - first).max()) / spread


def other_loading(sample: Sample, rng: np.random.Generator, *, kept: float | None = None) -> Sample:
    """Return a glass that starts as it did and responds in another way.

    Parameters
    ----------
    sample : Sample
    rng : numpy.random.Generator
    kept : float, optional
        Strain of the one frame that stays: the probe, where a descriptor says that it reads it.
    """

    def frame(one: Frame) -> Frame:
        if kept is not None and abs(one.strain - kept) < ROUNDING * kept:
            return one
        return replace(one, configuration=_elsewhere(one.configuration, rng))

    def path(one: LoadPath) -> LoadPath:
        curve = {name: _shuffled(values, rng) for name, values in one.curve.items()}
        return replace(one, curve=curve, frames=tuple(frame(f) for f in one.frames))

    return replace(sample, loads={name: path(one) for name, one in sample.loads.items()})


def other_glide(sample: DislocationSample, rng: np.random.Generator) -> DislocationSample:
    """Return dislocations that start as they did and glide in another way."""

    def branch(one: Branch) -> Branch:
        frames = tuple(
            f._replace(stress=f.stress + rng.random(), configuration=_glided(f.configuration, rng))
            for f in one.frames
        )
        stress = np.cumsum(rng.random(len(one.stress)))
        return replace(one, stress=stress, frames=frames)

    series = {name: _shuffled(values, rng) for name, values in sample.series.items()}
    branches = {name: branch(one) for name, one in sample.branches.items()}
    return replace(sample, branches=branches, series=series)


def other_ramp(sample: PileupSample, rng: np.random.Generator) -> PileupSample:
    """Return a pileup that starts as it did and moves in another way."""
    states = np.sort(sample.length * rng.random(sample.states.shape), axis=1)
    stress = np.cumsum(rng.random(len(sample.stress)))
    return replace(sample, states=states, stress=stress, flow_stress=float(stress[-1] + 1))


def _elsewhere(c: Configuration, rng: np.random.Generator) -> Configuration:
    """Return particles anywhere in the cell."""
    within = rng.random((len(c), 3)) * (np.ptp(c.positions, axis=0) > 0)
    return replace(c, positions=within @ c.cell)


def _glided(c: Configuration, rng: np.random.Generator) -> Configuration:
    side = float(c.cell[0, 0])
    return planar(side * rng.random(len(c)), c.positions[:, 1], signs(c), side)


def _shuffled(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    return np.asarray(rng.permutation(values))
