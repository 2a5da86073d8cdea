"""Requirements on the use of an estimator, tested on small data with and without a signal.

All tests use the same small problem: two descriptors of equal width, several samples with two
loads, and a target that depends on the mean of the first descriptor's columns and on the object
itself. The test rows of a fold must influence neither the fit nor the predictions of other rows.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mechanist.assess.metric_functions import auc, correlation, ranks
from mechanist.contract.requirements import Broken, NotApplicable
from mechanist.core.typing import BoolArray, FloatArray
from mechanist.learn.estimator import CLASSIFICATION, REGRESSION, Kind, Setting, Task
from mechanist.learn.models import Classifier, CrossFit, Problem, Regressor
from mechanist.learn.plastic_classes import LEFT_OUT, PLASTIC, class_labels

SAMPLES: Final = 9
LOADS: Final = 2
OBJECTS: Final = 24
FOLDS: Final = 3
WIDTH: Final = 8
SEED: Final = 20_260_101
#: Weights in the target: mean of columns, a pattern that the loads of a sample share, and noise.
TOLD: Final = 1.5
SHARED: Final = 1.2
NOISE: Final = 0.3
#: Plastic and rigid fractions of the classes.
FRACTIONS: Final = (0.25, 0.5)
#: Standard deviation of garbage values.
GARBAGE: Final = 10.0
#: Largest change of predictions, in their spread, that rounding in single precision explains.
ROUNDING: Final = 1e-3
#: Smallest agreement required with a strong signal, and largest allowed with noise: the correlation
#: or, for classes, twice the area under the curve minus 1, so that chance is 0.
LEARNT: Final = 0.25
NOTHING: Final = 0.2
#: Estimators that are meant to learn nothing.
IGNORANT: Final = frozenset({"dummy"})
Test = Callable[[], None]


def small_problem(*, signal: float = 1.0, seed: int = SEED) -> Problem:
    """Return the problem on which every estimator is tested.

    Parameters
    ----------
    signal : float
        Strength with which the target depends on features and objects; 0 leaves only noise.
    seed : int
        Seed of all draws.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    n = SAMPLES * LOADS * OBJECTS
    samples = np.repeat(np.arange(SAMPLES), LOADS * OBJECTS)
    objects = np.tile(np.arange(OBJECTS), SAMPLES * LOADS)
    X = rng.normal(size=(n, 2 * WIDTH)).astype(np.float32)
    told = X[:, :WIDTH].sum(axis=1) / np.sqrt(WIDTH)
    shared = rng.normal(size=(SAMPLES, OBJECTS))[samples, objects]
    y = signal * (TOLD * told + SHARED * shared) + (NOISE if signal else 1.0) * rng.normal(size=n)
    return Problem(
        X=X,
        Y=y[:, np.newaxis],
        folds=samples % FOLDS,
        samples=samples,
        frames=np.repeat(np.arange(SAMPLES * LOADS), OBJECTS),
        objects=objects,
        blocks={"first": slice(0, WIDTH), "second": slice(WIDTH, 2 * WIDTH)},
        train=np.ones(n, bool),
        seed=SEED,
    )


def classes_of(problem: Problem) -> NDArray[np.int8]:
    """Label the objects of every frame by the target."""
    labels = np.empty(len(problem.Y), np.int8)
    for frame in np.unique(problem.frames):
        rows = problem.frames == frame
        labels[rows] = class_labels(problem.Y[rows, 0], *FRACTIONS)
    return labels


class Behaviour:
    """The requirements on one estimator in one task; its predictions are computed once.

    Parameters
    ----------
    name : str
    kind : Kind
    task : {"regression", "classification"}
    parameters : mapping
    """

    def __init__(self, name: str, kind: Kind, task: Task, parameters: Mapping[str, object]) -> None:
        self.name, self.kind, self.task, self.parameters = name, kind, task, parameters

    def requirements(self) -> Iterator[tuple[str, str, Test]]:
        """Yield name, expectation and test of each requirement."""
        yield "defaults", "a default for every parameter", self._defaults
        yield "predictions", "a finite number for every row", self._predictions
        yield "repeatable", "the same problem gives the same bytes", self._repeatable
        yield "hands off", "the problem is not changed", self._hands_off
        yield (
            "blind to the tested truth",
            "predictions of a fold do not depend on its truth",
            self._truth,
        )
        yield "blind to the other tested rows", "rows are predicted independently", self._rows
        yield "blind to rows not to be trained on", "problem.train is respected", self._mask
        yield "constant columns", "constant columns cause no failure", self._constant
        yield "signal", "the signal in the features is learnt", self._signal
        yield "noise", "pure noise is not predicted", self._noise

    def _made(self) -> Regressor | Classifier:
        return self.kind.make(self.parameters, Setting(self.task))

    def _said(self, problem: Problem) -> FloatArray:
        """Return a prediction for every row."""
        if self.task == CLASSIFICATION:
            classifier = self._made()
            assert isinstance(classifier, Classifier)  # as the tasks of its kind say
            return np.asarray(classifier.cross_classify(problem, classes_of(problem)))
        return np.asarray(self._fitted(problem).prediction[:, 0])

    def _fitted(self, problem: Problem) -> CrossFit:
        regressor = self._made()
        assert isinstance(regressor, Regressor)  # as the tasks of its kind say
        found: object = regressor.cross_fit(problem)
        if not isinstance(found, CrossFit):
            raise Broken(
                f"cross_fit returns a {type(found).__name__}",
                expected="mechanist.learn.models.CrossFit",
                remedy="return CrossFit(prediction, calibration)",
            )
        return found

    @cached_property
    def _problem(self) -> Problem:
        return small_problem()

    @cached_property
    def _first(self) -> FloatArray:
        return self._said(self._problem)

    @property
    def _tested(self) -> BoolArray:
        """Rows of the first fold."""
        return np.asarray(self._problem.folds == 0)

    def _defaults(self) -> None:
        missing = [name for name in self.kind.required if name not in self.parameters]
        if missing:
            raise Broken(
                f"{missing} without a default",
                expected="a default for every parameter, or its value given here",
                remedy="give each a default, or pass parameters to the check",
            )
        self._made()

    def _predictions(self) -> None:
        n = len(self._problem.Y)
        if self._first.shape != (n,) or not np.isfinite(self._first).all():
            bad = int((~np.isfinite(self._first)).sum())
            raise Broken(
                f"predictions of shape {self._first.shape}, {bad} of them not finite",
                expected=f"finite numbers of shape ({n},)",
                remedy="predict every row of every fold",
            )
        if self.task != REGRESSION:
            return
        known = self._fitted(self._problem).calibration
        own = [bool((self._problem.folds[c.rows] == k).any()) for k, c in enumerate(known)]
        if len(known) != FOLDS or any(own):
            raise Broken(
                f"{len(known)} calibrations, {sum(own)} of which hold rows of their own fold",
                expected=f"{FOLDS}, one for each fold in order, on its training rows",
                remedy="calibrate on the rows that the fold was trained on",
            )

    def _repeatable(self) -> None:
        again = self._said(small_problem())
        if again.tobytes() != self._first.tobytes():
            raise Broken(
                f"a second fit differs by up to {float(np.abs(again - self._first).max()):.3g}",
                expected="the same bytes",
                remedy="take all randomness from problem.random() or from random_state",
            )

    def _hands_off(self) -> None:
        problem, fresh = small_problem(), small_problem()
        self._said(problem)
        for field in ("X", "Y", "folds", "samples", "frames", "objects", "train"):
            if not np.array_equal(getattr(problem, field), getattr(fresh, field)):
                raise Broken(
                    f"problem.{field} was changed by the fit",
                    expected="the problem is read-only",
                    remedy="copy an array before writing to it",
                )

    def _truth(self) -> None:
        if getattr(self._made(), "reads_truth", False):
            raise NotApplicable("it declares that it reads the truth: a ceiling, not a rival")
        rng, tested = np.random.default_rng(SEED), self._tested
        Y = self._problem.Y.copy()
        Y[tested] = GARBAGE * rng.normal(size=(int(tested.sum()), 1))
        self._same(
            dataclasses.replace(self._problem, Y=Y), tested,
            what="the truth of the tested fold is replaced by garbage",
            remedy="fit, select and scale only on the training rows of problem.outer()",
        )  # fmt: skip

    def _rows(self) -> None:
        rng, X = np.random.default_rng(SEED), self._problem.X.copy()
        spoilt = self._tested & (np.arange(len(X)) % 2 == 0)
        X[spoilt] = GARBAGE * (1 + rng.normal(size=(int(spoilt.sum()), X.shape[1])))
        self._same(
            dataclasses.replace(self._problem, X=X), self._tested & ~spoilt,
            what="features of other rows of the tested fold are replaced by garbage",
            remedy="fit scalers and selectors only on training rows, and predict row by row",
        )  # fmt: skip

    def _mask(self) -> None:
        if getattr(self._made(), "reads_truth", False):
            raise NotApplicable("it declares that it reads the truth: a ceiling, not a rival")
        rng, problem = np.random.default_rng(SEED), self._problem
        unused = problem.samples >= SAMPLES - FOLDS
        masked = dataclasses.replace(problem, train=~unused)
        Y = problem.Y.copy()
        Y[unused] = GARBAGE * rng.normal(size=(int(unused.sum()), 1))
        self._same(
            dataclasses.replace(masked, Y=Y), self._tested,
            what="the truth of rows with problem.train = False is replaced by garbage",
            remedy="train on the rows that problem.outer() yields",
            before=self._said(dataclasses.replace(masked, only=0)),
        )  # fmt: skip

    def _constant(self) -> None:
        X = self._problem.X.copy()
        X[:, [1, WIDTH + 1]] = [0.0, 3.0]
        said = self._said(dataclasses.replace(self._problem, X=X, only=0))[self._tested]
        if not np.isfinite(said).all():
            raise Broken(
                f"{int((~np.isfinite(said)).sum())} predictions that are not finite",
                expected="finite predictions although two columns are constant",
                remedy="do not divide by a spread that may be zero",
            )

    def _signal(self) -> None:
        if self.name in IGNORANT:
            raise NotApplicable("it is meant to learn nothing")
        found = self._agreement(self._first, self._problem)
        if found < LEARNT:
            raise Broken(
                f"{found:.2f} agreement with the truth of held-out samples",
                expected=f"at least {LEARNT}, because a linear signal explains most of the target",
                remedy="check that fit uses y, and that predict uses the result of fit",
            )

    def _noise(self) -> None:
        problem = small_problem(signal=0.0)
        found = self._agreement(self._said(problem), problem)
        if found > NOTHING:  # less than chance is not a leak: folds of few samples are biased so
            raise Broken(
                f"{found:.2f} agreement with the noise of held-out samples",
                expected=f"at most {NOTHING}, because noise cannot be predicted",
                remedy="find how the tested rows influence the fit",
            )

    def _agreement(self, said: FloatArray, problem: Problem) -> float:
        """Return 1 for perfect agreement and 0 for chance."""
        if self.task == REGRESSION:
            return correlation(said, problem.Y[:, 0])
        labels = classes_of(problem)
        known = labels != LEFT_OUT
        return 2 * auc(labels[known] == PLASTIC, ranks(said[known])) - 1

    def _same(
        self, spoilt: Problem, rows: BoolArray, *, what: str, remedy: str,
        before: FloatArray | None = None,
    ) -> None:  # fmt: skip
        """Check that predictions of ``rows``, of the first fold, are the same as before."""
        first = (self._first if before is None else before)[rows]
        changed = np.abs(self._said(dataclasses.replace(spoilt, only=0))[rows] - first).max()
        scale = max(float(first.std()), float(np.finfo(np.float32).eps))
        if not changed / scale <= ROUNDING:
            raise Broken(
                f"when {what}, predictions change by {changed / scale:.3g} of their spread",
                expected=f"at most {ROUNDING:g}, which is rounding",
                remedy=remedy,
            )
