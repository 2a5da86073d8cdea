"""Estimators whose fitted form consists of numbers alone: a linear function of features or their scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.learn.estimators.catalogue import make_regressor
from mechanist.learn.models import Fitted, Problem, Ridge
from mechanist.learn.score_map import ScoreMap, thinned
from mechanist.settings.linear_estimators import LINEAR_FORMS

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True, eq=False)
class LinearForm:
    """A prediction ``constant + scores(X) @ slopes``.

    Parameters
    ----------
    scores : ScoreMap or None
        Map of the features; None if the prediction is linear in them.
    slopes : ndarray of shape (n_features, n_targets)
    constant : ndarray of shape (n_targets,)
    """

    scores: ScoreMap | None
    slopes: FloatArray
    constant: FloatArray


def linear_form(
    estimator: str, parameters: Mapping[str, object] | None, problem: Problem
) -> LinearForm:
    """Fit an estimator to all rows of a problem.

    Parameters
    ----------
    estimator : str
        One of :data:`LINEAR_FORMS`.
    parameters : mapping, optional
        Arguments of its factory.
    problem : Problem
        Rows of one load, one for each sample.

    Raises
    ------
    ValueError
        If the fitted form of the estimator does not consist of numbers alone.

    Notes
    -----
    Normal scores keep few knots of their training values, and the slopes are fitted to scores by
    these knots, so that what is stored is the model itself and no approximation of it.
    """
    if estimator not in LINEAR_FORMS:
        raise ValueError(
            f"estimator {estimator!r}; expected one of {list(LINEAR_FORMS)}: other estimators have no form"
            " that consists of numbers alone"
        )
    regressor = make_regressor(estimator, parameters)
    if isinstance(regressor, Ridge):
        fit = regressor.fit_all(problem)
        return LinearForm(None, fit.slopes, fit.constant)
    assert isinstance(regressor, Fitted)  # the others of `LINEAR_FORMS` are pipelines
    if estimator == "linear":
        return _least_squares(regressor, problem)
    return _on_scores(regressor, problem)


def _pipeline(regressor: Fitted, seed: int) -> "Pipeline":
    """Return the unfitted estimator: a map of features, and a linear regression."""
    return cast("Pipeline", regressor.candidates[0](seed))


def _least_squares(regressor: Fitted, problem: Problem) -> LinearForm:
    """Return the fit to standardised features, written for the features themselves."""
    slopes, constant = [], []
    for y in problem.Y.T:
        scaler, last = _pipeline(regressor, problem.seed).fit(problem.X, y)
        slope = last.coef_ / scaler.scale_
        slopes.append(slope)
        constant.append(float(last.intercept_ - slope @ scaler.mean_))
    return LinearForm(None, np.array(slopes).T, np.array(constant))


def _on_scores(regressor: Fitted, problem: Problem) -> LinearForm:
    """Return the fit to normal scores by few knots."""
    slopes, constant = [], []
    gauss, _ = _pipeline(regressor, problem.seed)
    scores = thinned(gauss.fit(problem.X).known_)
    seen = scores(problem.X.astype(np.float64))
    for y in problem.Y.T:
        _, last = _pipeline(regressor, problem.seed)
        last.fit(seen, y)
        slopes.append(last.coef_)
        constant.append(float(last.intercept_))
    return LinearForm(scores, np.array(slopes).T, np.array(constant))
