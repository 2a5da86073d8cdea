"""Tests for leakage of the prediction target into models and features.

There are three kinds of leakage, each with a test that fails if it occurs: a sample on both sides
of a split; a scaler, a selector or a fit that used test rows; a feature that is computed from the
answer, the deformed state.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import Branch, DislocationSample, planar, signs
from mechanist.formats.pileup_batches import PileupSample
from mechanist.formats.sample import Frame, LoadPath, Sample
from mechanist.formats.tables import SAMPLE
from mechanist.learn.models import Problem
from mechanist.learn.splits import Splits

#: Offset of garbage values, in standard deviations.
GARBAGE: Final = 30.0
#: Largest change of a prediction due to rounding in single precision, in spreads of the
#: predictions.
ROUNDING: Final = 1e-3
State = TypeVar("State")


class LeakError(ValueError):
    """Test data were seen in training."""


@dataclass(frozen=True)
class Leak:
    """Changes in predictions of a fold when data that they must not use are replaced by garbage.

    Parameters
    ----------
    truth : float
        Largest change, in spreads of the predictions, when the truth of the tested rows is replaced.
    features : float
        The same for tested rows, when the features of other tested rows are replaced.
    """

    truth: float
    features: float

    @property
    def tight(self) -> bool:
        """Whether rounding explains both changes."""
        return max(self.truth, self.features) <= ROUNDING


def check_folds(predictions: pd.DataFrame, splits: Splits) -> None:
    """Check that predictions were made fold by fold on whole samples, as the splits say.

    Parameters
    ----------
    predictions : DataFrame
        As :mod:`mechanist.formats.predictions` describes.
    splits : Splits

    Raises
    ------
    LeakError
        If a sample was tested in several folds or in a fold other than its own, or was excluded.
    """
    pairs = predictions[[SAMPLE, "fold"]].astype({SAMPLE: str}).drop_duplicates()
    twice = sorted(pairs.loc[pairs[SAMPLE].duplicated(), SAMPLE].unique())
    if twice:
        raise LeakError(
            f"{len(twice)} samples were tested in more than one fold, the first {twice[0]!r}: some"
            " objects of a sample were used to train for others of it; split by sample"
        )
    lost = sorted(set(pairs[SAMPLE]) - set(splits.samples))
    if lost:
        raise LeakError(f"{len(lost)} samples are in no fold of the splits, the first {lost[0]!r}")
    right = pairs[SAMPLE].map(splits.fold_of) == pairs["fold"]
    if not right.all():
        sample, fold = pairs[~right].iloc[0]
        raise LeakError(
            f"{int((~right).sum())} samples were tested in a fold other than the splits say, the"
            f" first {sample!r} in {fold} instead of {splits.fold_of[sample]}; train again"
        )


def check_problem(problem: Problem) -> None:
    """Check that no sample has both training rows and test rows.

    Raises
    ------
    LeakError
        If a sample has both, naming fold and sample.
    """
    for fold, training, test in problem.outer():
        both = np.intersect1d(problem.samples[training], problem.samples[test])
        if len(both):
            raise LeakError(
                f"fold {fold} trains on {len(both)} of the samples that it tests, the first number"
                f" {both[0]}; expected all rows of a sample in one fold"
            )


def leak(answers: Callable[[Problem], FloatArray], problem: Problem, *, seed: int = 0) -> Leak:
    """Measure the influence of test data on a model that should use only the training rows.

    Parameters
    ----------
    answers : callable
        Maps a problem to predictions of all its rows, shape (n_rows, n_targets), NaN where a row has
        none of a target; only rows of the fold ``problem.only`` are used.
    problem : Problem
        A problem with at least two rows in its first fold.
    seed : int
        Seed of the garbage.

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
    # at random: every second row could be all rows under one of two loads
    kept = rng.permutation(len(tested)) >= len(tested) // 2
    X[tested[~kept]] = _garbage(X, tested[~kept], rng)
    features = answers(replace(alone, X=X))[tested]
    return Leak(truth=change(before, truth), features=change(before, features, kept))


def change(before: FloatArray, after: FloatArray, rows: BoolArray | None = None) -> float:
    """Return the largest change of predictions, in the spread of each target.

    Parameters
    ----------
    before, after : ndarray of shape (n_rows, n_targets)
        NaN where a row has no prediction of a target.
    rows : ndarray of shape (n_rows,), bool, optional
        Rows that count.
    """
    spread = np.maximum(np.nanstd(before, axis=0), np.finfo(np.float32).tiny)
    relative = np.abs(after - before) / spread
    return float(np.nanmax(relative if rows is None else relative[rows]))


def _garbage(
    values: NDArray[np.float32] | FloatArray, rows: IntArray, rng: np.random.Generator
) -> FloatArray:
    """Return numbers so far from all known ones that they change a mean or a largest value."""
    shape = (len(rows), *values.shape[1:])
    return np.asarray(GARBAGE * values.std(axis=0) * (1 + rng.standard_normal(shape)))


def response_change(describe: Callable[[State], FloatArray], before: State, after: State) -> float:
    """Return the largest change of features, in their spread, between two responses of a sample.

    Parameters
    ----------
    describe : callable
        Maps a sample to features of shape (n_objects, n_features).
    before, after
        A sample, and the same sample with another response (from :func:`other_loading` or similar).
    """
    first, second = describe(before), describe(after)
    if first.shape != second.shape:
        return float("inf")
    spread = max(float(first.std()), float(np.finfo(np.float32).tiny))
    return float(np.abs(second - first).max()) / spread


def other_loading(sample: Sample, rng: np.random.Generator, *, kept: float | None = None) -> Sample:
    """Return a glass with the same initial state and another response.

    Parameters
    ----------
    sample : Sample
    rng : numpy.random.Generator
    kept : float, optional
        Strain of the one frame that is kept: the probe, for descriptors that are allowed to read
        it.
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
    """Return dislocations with the same initial state and another glide motion."""

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
    """Return a pileup with the same initial state and another motion."""
    states = np.sort(sample.length * rng.random(sample.states.shape), axis=1)
    stress = np.cumsum(rng.random(len(sample.stress)))
    return replace(sample, states=states, stress=stress, flow_stress=float(stress[-1] + 1))


def _elsewhere(c: Configuration, rng: np.random.Generator) -> Configuration:
    """Return particles at random positions in the cell."""
    within = rng.random((len(c), 3)) * (np.ptp(c.positions, axis=0) > 0)
    return replace(c, positions=within @ c.cell)


def _glided(c: Configuration, rng: np.random.Generator) -> Configuration:
    side = float(c.cell[0, 0])
    return planar(side * rng.random(len(c)), c.positions[:, 1], signs(c), side)


def _shuffled(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    return np.asarray(rng.permutation(values))
