"""Models with one interface for training: they predict every fold from the other folds.

Each kind does this in its cheapest way; a fitted model never sees the fold that it predicts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol, Self, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.learn.linear_moments import LinearFit
from mechanist.learn.penalties import PENALTIES
from mechanist.learn.plastic_classes import LEFT_OUT, PLASTIC
from mechanist.learn.ridge_folds import cross_fit, fit_all, predict
from mechanist.learn.row_sampling import draw_balanced, draw_evenly

CALIBRATION_ROWS: Final = 20_000
#: Probabilities are clipped at this distance from 0 and 1, so that log odds are finite.
CERTAIN: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Problem:
    """Features, targets and folds of a prediction problem.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features), float32
    Y : ndarray of shape (n_rows, n_targets)
        Regression targets.
    folds, samples, frames, objects : ndarray of shape (n_rows,), int
        Outer fold, independent sample (or group of samples), frame and object of every row.
    blocks : dict of str to slice
        Columns of each descriptor.
    train : ndarray of shape (n_rows,), bool
        Rows available for training.
    seed : int
        Seed of the draws of rows and of the estimators' own randomness.
    only : int, optional
        Predict this fold only; all by default.
    """

    X: NDArray[np.float32]
    Y: FloatArray
    folds: IntArray
    samples: IntArray
    frames: IntArray
    objects: IntArray
    blocks: dict[str, slice]
    train: BoolArray
    seed: int
    only: int | None = None

    @property
    def predicted(self) -> BoolArray:
        """Mask of the rows that are to be predicted."""
        if self.only is None:
            return np.ones(len(self.folds), bool)
        return self.folds == self.only

    def outer(self) -> Iterator[tuple[int, IntArray, IntArray]]:
        """Yield every fold with its training rows and its test rows.

        Raises
        ------
        ValueError
            If a fold has no training rows.
        """
        folds = range(int(self.folds.max()) + 1) if self.only is None else [self.only]
        for fold in folds:
            training = np.flatnonzero(self.train & (self.folds != fold))
            if not len(training):
                raise ValueError(f"no rows to train on for fold {fold}; give more samples or loads")
            yield fold, training, np.flatnonzero(self.folds == fold)

    def random(self, *spawn_key: int) -> np.random.Generator:
        """Return a random generator for a spawn key, such as a fold."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=spawn_key))


@dataclass(frozen=True, eq=False)
class Calibration:
    """Predictions of a fold's model on some of its own training rows."""

    rows: IntArray
    prediction: FloatArray


@dataclass(frozen=True, eq=False)
class CrossFit:
    """Out-of-fold predictions.

    Parameters
    ----------
    prediction : ndarray of shape (n_rows, n_targets)
    calibration : list of Calibration
        One per fold, for thresholds that must not depend on the test fold.
    """

    prediction: FloatArray
    calibration: list[Calibration]


class TableEstimator(Protocol):
    """What scikit-learn calls an estimator; a classifier also scores its rows."""

    def fit(self, X: NDArray[np.float32], y: NDArray[np.float64 | np.int64], /) -> Self:
        """Fit to rows of features."""
        ...

    def predict(self, X: NDArray[np.float32], /) -> NDArray[np.float64 | np.int64]:
        """Return numbers or classes of rows."""
        ...


#: Maps a seed to an unfitted estimator.
Make: TypeAlias = Callable[[int], TableEstimator]


@runtime_checkable
class Regressor(Protocol):
    """A model that predicts numbers."""

    def cross_fit(self, problem: Problem) -> CrossFit:
        """Predict every row by a model that was not trained on its fold."""
        ...


@runtime_checkable
class Classifier(Protocol):
    """A model that distinguishes plastic from rigid objects."""

    def cross_classify(self, problem: Problem, labels: NDArray[np.int8]) -> FloatArray:
        """Return a score for every row, positive for plastic, by a model not trained on its fold.

        Parameters
        ----------
        problem : Problem
        labels : ndarray of shape (n_rows,), int8
            1 plastic, 0 rigid, -1 left out.
        """
        ...


class Dummy:
    """A baseline that predicts the mean of the training rows, and no plastic object."""

    def cross_fit(self, problem: Problem) -> CrossFit:
        """Predict the mean."""
        prediction, calibration = np.empty_like(problem.Y), []
        for _, training, test in problem.outer():
            mean = problem.Y[training].mean(axis=0)
            prediction[test] = mean
            calibration.append(Calibration(training, np.tile(mean, (len(training), 1))))
        return CrossFit(prediction, calibration)


class OtherLoads:
    """The mean of the target over the other loads of the same sample: a ceiling, not a competitor.

    It reads the truth of the test sample under other loads, but never under the predicted load. It
    therefore bounds the accuracy of any model that does not know the load.
    """

    #: Exempts this model from the contract that models must not read the truth.
    reads_truth: Final = True

    def cross_fit(self, problem: Problem) -> CrossFit:
        """Average over other loads.

        Raises
        ------
        ValueError
            If an object has data under one load only.
        """
        key = (problem.samples << 32) + problem.objects
        _, item = np.unique(key, return_inverse=True)
        others = np.bincount(item[problem.train], minlength=item.max() + 1)[item] - problem.train
        if not others.all():
            raise ValueError(
                "some objects have no other load to average over; this ceiling needs at least two"
                " loads per sample"
            )
        prediction = np.empty_like(problem.Y)
        for k, y in enumerate(problem.Y.T):
            known = np.where(problem.train, y, 0.0)
            prediction[:, k] = (np.bincount(item, known)[item] - known) / others
        calibration = [Calibration(rows, prediction[rows]) for _, rows, _ in problem.outer()]
        return CrossFit(prediction, calibration)


@dataclass(frozen=True)
class Ridge:
    """Ridge regression with a penalty for each descriptor (:mod:`mechanist.learn.ridge_folds`)."""

    penalties: tuple[float, ...] = PENALTIES
    rounds: int = 2

    def cross_fit(self, problem: Problem) -> CrossFit:
        """Fit all folds from one pass over the data."""
        folds = cross_fit(
            problem.X,
            problem.Y,
            folds=problem.folds,
            groups=problem.samples,
            blocks=list(problem.blocks.values()),
            train=problem.train,
            penalties=self.penalties,
            rounds=self.rounds,
        )
        everywhere = predict(problem.X, folds.fits)
        calibration = [
            Calibration(rows, everywhere[fold, rows]) for fold, rows, _ in problem.outer()
        ]
        return CrossFit(everywhere[problem.folds, np.arange(len(problem.Y))], calibration)

    def fit_all(self, problem: Problem) -> LinearFit:
        """Fit one model to all rows of a problem."""
        return fit_all(
            problem.X,
            problem.Y,
            folds=problem.folds,
            groups=problem.samples,
            blocks=list(problem.blocks.values()),
            penalties=self.penalties,
            rounds=self.rounds,
        )


@dataclass(frozen=True)
class Fitted:
    """Any scikit-learn estimator, fitted anew for every fold and target.

    Parameters
    ----------
    candidates : tuple of callable
        Each maps a seed to an unfitted estimator; candidates differ in their penalty. For every
        fold, a classifier is chosen by its balanced accuracy on one held-out training fold; a
        regressor has a single candidate.
    max_rows : int or None
        Maximum number of rows of a fit, drawn evenly from the frames of the training folds.
    """

    candidates: tuple[Make, ...]
    max_rows: int | None

    @property
    def tells_odds(self) -> bool:
        """Whether a classifier's margins are log odds, for equally frequent classes.

        In scikit-learn, the decision function of a classifier is its log odds if the classifier
        also gives probabilities; support vector machines give none.
        """
        return hasattr(self.candidates[0](0), "predict_proba")

    def cross_fit(self, problem: Problem) -> CrossFit:
        """Fit every fold and target."""
        prediction, calibration = np.full_like(problem.Y, np.nan), []
        for fold, training, test in problem.outer():
            rng = problem.random(fold)
            rows = draw_evenly(training, problem.frames, self.max_rows, rng)
            check = draw_evenly(training, problem.frames, CALIBRATION_ROWS, rng)
            fitted, tested, checked = problem.X[rows], problem.X[test], problem.X[check]
            said = np.empty((len(check), problem.Y.shape[1]))
            for k in range(problem.Y.shape[1]):
                estimator = self.candidates[0](int(rng.integers(2**31)))
                estimator.fit(fitted, problem.Y[rows, k])
                prediction[test, k] = estimator.predict(tested)
                said[:, k] = estimator.predict(checked)
            calibration.append(Calibration(check, said))
        return CrossFit(prediction, calibration)

    def fit_all(self, problem: Problem, target: int) -> TableEstimator:
        """Fit one target to rows of all folds."""
        rng = problem.random(int(problem.folds.max()) + 1)
        rows = draw_evenly(np.flatnonzero(problem.train), problem.frames, self.max_rows, rng)
        estimator = self.candidates[0](int(rng.integers(2**31)))
        return estimator.fit(problem.X[rows], problem.Y[rows, target])

    def fit_all_classes(
        self, problem: Problem, labels: NDArray[np.int8]
    ) -> tuple[TableEstimator, "Fitted"]:
        """Fit on balanced classes of all folds; return also a model that fits single folds alike.

        Log odds of models with other penalties, or of as strong penalties on fewer rows, are on
        another scale. So both take the candidate that all rows choose, and as many rows as the fold
        with the fewest has.
        """
        rng = problem.random(int(problem.folds.max()) + 1)
        rows = np.flatnonzero(problem.train)
        make = self._chosen(problem, labels, rows, rng)
        found = [
            np.bincount(labels[training] + 1, minlength=3) for _, training, _ in problem.outer()
        ]
        fewest = 2 * min(int(counts[1:].min()) for counts in found)
        alike = Fitted((make,), fewest if self.max_rows is None else min(fewest, self.max_rows))
        return alike._classifier(make, problem, labels, rows, rng), alike

    def cross_classify(self, problem: Problem, labels: NDArray[np.int8]) -> FloatArray:
        """Fit every fold on balanced classes."""
        margin = np.empty(len(labels))
        for fold, training, test in problem.outer():
            rng = problem.random(fold)
            make = self._chosen(problem, labels, training, rng)
            fitted = self._classifier(make, problem, labels, training, rng)
            margin[test] = _margin(fitted, problem.X[test])
        return margin

    def _classifier(
        self,
        make: Make,
        problem: Problem,
        labels: NDArray[np.int8],
        training: IntArray,
        rng: np.random.Generator,
    ) -> TableEstimator:
        """Fit on balanced classes of training rows."""
        rows = draw_balanced(training, labels, problem.frames, self.max_rows, rng)
        estimator = make(int(rng.integers(2**31)))
        return estimator.fit(problem.X[rows], (labels[rows] == PLASTIC).astype(np.int64))

    def _chosen(
        self,
        problem: Problem,
        labels: NDArray[np.int8],
        training: IntArray,
        rng: np.random.Generator,
    ) -> Make:
        """Return the candidate with the best accuracy on one held-out training fold.

        With a single training fold, no fold can be held out, and the middle candidate is taken.
        """
        folds = problem.folds[training]
        held = folds == folds.max()
        if len(self.candidates) == 1 or held.all():
            return self.candidates[len(self.candidates) // 2]
        check = training[held & (labels[training] != LEFT_OUT)]
        check = draw_balanced(check, labels, problem.frames, CALIBRATION_ROWS, rng)
        plastic, known = labels[check] == PLASTIC, problem.X[check]
        right = []
        for make in self.candidates:
            fitted = self._classifier(make, problem, labels, training[~held], rng)
            right.append(float(((_margin(fitted, known) > 0) == plastic).mean()))
        return self.candidates[int(np.argmax(right))]


def _margin(estimator: TableEstimator, X: NDArray[np.float32]) -> FloatArray:
    """Return the decision function, positive for plastic, or else the log odds."""
    if hasattr(estimator, "decision_function"):
        return np.asarray(estimator.decision_function(X))
    if not hasattr(estimator, "predict_proba"):
        raise TypeError(
            f"{type(estimator).__name__} has neither decision_function nor predict_proba; a"
            " classifier needs one of them"
        )
    from scipy.special import logit

    return np.asarray(logit(np.clip(estimator.predict_proba(X)[:, 1], CERTAIN, 1 - CERTAIN)))
