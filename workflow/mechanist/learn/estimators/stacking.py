"""Two-stage models: ridge on structure, whose prediction joins indicators in a second model."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.learn.models import Calibration, CrossFit, Problem, Regressor, Ridge
from mechanist.learn.ridge_folds import cross_fit, predict


@dataclass(frozen=True)
class Stacked:
    """Ridge on structure, whose prediction joins the indicators in a second model.

    For the training rows of an outer fold, the first stage's predictions come from models trained
    on neither that fold nor the row's own sample; otherwise the second stage would overweight them.

    Parameters
    ----------
    structure : tuple of str
        Descriptors of the first stage; all others are indicators.
    final : Regressor
        The second stage.
    first : Ridge
        The first stage.
    """

    structure: tuple[str, ...]
    final: Regressor
    first: Ridge = field(default_factory=Ridge)

    def cross_fit(self, problem: Problem) -> CrossFit:
        """Fit both stages for every fold, and the second for every target.

        Raises
        ------
        ValueError
            If a structural descriptor is not among the features, or there is no indicator.
        """
        first, indicators = self._split(problem)
        folds = cross_fit(
            first.X,
            problem.Y,
            folds=problem.folds,
            groups=problem.samples,
            blocks=list(first.blocks.values()),
            train=problem.train,
            penalties=self.first.penalties,
            rounds=self.first.rounds,
            inner=True,
        )
        prediction, calibration = np.empty_like(problem.Y), []
        for fold, _, test in problem.outer():
            staged = predict(first.X, [folds.fits[fold]])[0]
            for cell, fit in folds.inner[fold].items():
                rows = np.flatnonzero(folds.cell == cell)
                staged[rows] = predict(first.X[rows], [fit])[0]
            said = []
            for k in range(problem.Y.shape[1]):
                second = _with_first_stage(problem, indicators, staged, k, fold)
                result = self.final.cross_fit(second)
                prediction[test, k] = result.prediction[test, 0]
                said.append(result.calibration[0])
            joined = np.hstack([part.prediction for part in said])
            calibration.append(Calibration(said[0].rows, joined))
        return CrossFit(prediction, calibration)

    def _split(self, problem: Problem) -> tuple[Problem, Problem]:
        """Separate structural columns from the others."""
        unknown = sorted(set(self.structure) - set(problem.blocks))
        others = [name for name in problem.blocks if name not in self.structure]
        if unknown or not others:
            raise ValueError(
                f"structure = {list(self.structure)} with features {list(problem.blocks)}; expected"
                " some of the features, and at least one other feature as an indicator"
            )
        return _columns(problem, self.structure), _columns(problem, others)


def _with_first_stage(
    problem: Problem, indicators: Problem, staged: FloatArray, k: int, fold: int
) -> Problem:
    """Return the second stage's problem for one target and fold."""
    width = indicators.X.shape[1]
    return replace(
        indicators,
        X=np.hstack([indicators.X, staged[:, [k]].astype(np.float32)]),
        Y=problem.Y[:, [k]],
        blocks={**indicators.blocks, "first stage": slice(width, width + 1)},
        only=fold,
    )


def _columns(problem: Problem, names: Sequence[str]) -> Problem:
    """Return the problem with the columns of the named descriptors only."""
    parts = [problem.X[:, problem.blocks[name]] for name in names]
    ends = np.cumsum([0, *(part.shape[1] for part in parts)])
    blocks = {name: slice(int(ends[k]), int(ends[k + 1])) for k, name in enumerate(names)}
    X = parts[0] if len(parts) == 1 else np.hstack(parts)
    return replace(problem, X=X, blocks=blocks)
