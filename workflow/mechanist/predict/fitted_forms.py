"""The form of a model that is fitted to all samples: slopes, or trees; numbers, or odds of a class.

A classifier is kept as the log odds of the plastic class, for equally frequent classes. Which objects
are plastic is calibrated on held-out predictions for all objects, those between the classes too, so
it is trained once more for every fold, with the penalty that all samples together choose.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, SAMPLE
from mechanist.learn.estimator import CLASSIFICATION
from mechanist.learn.estimators.catalogue import make_classifier, make_regressor
from mechanist.learn.models import Fitted, Problem, Ridge, TableEstimator
from mechanist.learn.out_of_fold import classify
from mechanist.learn.training import frame_labels, problem_of
from mechanist.learn.within_samples import WithinSamples
from mechanist.predict.boosted_trees import trees_of
from mechanist.predict.kept_model import LOG_ODDS
from mechanist.predict.trees import Trees
from mechanist.settings.target_names import at_strain


@dataclass(frozen=True, eq=False)
class FittedForm:
    """A model fitted to all samples.

    Parameters
    ----------
    quantity, unit : str
        What it predicts.
    strains : tuple of float
    slopes : ndarray of shape (n_features, n_strains)
        Zero if it consists of trees.
    constant : ndarray of shape (n_strains,)
    trees : Trees or None
    held : DataFrame
        Truth and prediction of all objects, out of fold.
    bounded : bool
        Whether predictions and truth are the same quantity, so that residuals give intervals.
    """

    quantity: str
    unit: str
    strains: tuple[float, ...]
    slopes: FloatArray
    constant: FloatArray
    trees: Trees | None
    held: pd.DataFrame
    bounded: bool


def fitted_form(
    learner: WithinSamples, predictions: pd.DataFrame, *, name: str, seed: int
) -> FittedForm:
    """Fit a model to all samples.

    Parameters
    ----------
    learner : WithinSamples
    predictions : DataFrame
        Its out-of-fold predictions of numbers; those of a classifier are made anew.
    name : str
        Name of the model, for messages.
    seed : int

    Raises
    ------
    ValueError
        If the fitted form of the estimator does not consist of numbers alone.
    """
    problem = problem_of(learner.dataset, learner.splits, seed=seed)
    if learner.model.task == CLASSIFICATION:
        return _of_classes(learner, problem, name)
    data, strains = learner.dataset, tuple(sorted(learner.task.strains))
    columns = [data.targets.index(at_strain(learner.task.quantity, s)) for s in strains]
    regressor = make_regressor(learner.model.estimator, learner.model.parameters)
    trees = None
    if isinstance(regressor, Ridge):
        fit = regressor.fit_all(problem)
        slopes, constant = fit.slopes[:, columns], fit.constant[columns]
    elif isinstance(regressor, Fitted):
        fitted = [regressor.fit_all(problem, k) for k in columns]
        slopes, constant, trees = _numbers_of(fitted, data.X.shape[1], learner, name)
    else:
        raise _refused(learner, name)
    return FittedForm(
        learner.task.quantity,
        learner.units[data.targets[columns[0]]],
        strains,
        slopes,
        # The model is fitted to deviations from the mean of a frame; a mean over frames is added back.
        constant + data.Y[:, columns].mean(axis=0),
        trees,
        predictions,
        bounded=True,
    )


def _of_classes(learner: WithinSamples, problem: Problem, name: str) -> FittedForm:
    data = learner.dataset
    classifier = make_classifier(learner.model.estimator, learner.model.parameters)
    if not isinstance(classifier, Fitted):
        raise _refused(learner, name)
    fitted, tables = [], []
    for definition in learner.task.classes:
        labels = frame_labels(data, learner.task, definition)
        estimator, alike = classifier.fit_all_classes(problem, labels)
        fitted.append(estimator)
        column = data.targets.index(at_strain(learner.task.quantity, definition.strain))
        tables.append(
            pd.DataFrame(
                {
                    SAMPLE: np.array(data.keys.samples)[data.keys.sample],
                    LOAD: np.array(data.keys.loads)[data.keys.load],
                    "fold": problem.folds,
                    TARGET: at_strain(LOG_ODDS, definition.strain),
                    "truth": data.Y[:, column],
                    "prediction": classify(alike, problem, labels),
                }
            )
        )
    slopes, constant, trees = _numbers_of(fitted, data.X.shape[1], learner, name)
    strains = tuple(definition.strain for definition in learner.task.classes)
    held = pd.concat(tables, ignore_index=True)
    return FittedForm(LOG_ODDS, "1", strains, slopes, constant, trees, held, bounded=False)


def _numbers_of(
    fitted: list[TableEstimator], n_features: int, learner: WithinSamples, name: str
) -> tuple[FloatArray, FloatArray, Trees | None]:
    """Return slopes, constants and trees of estimators, one for each strain."""
    if all(hasattr(one, "get_booster") for one in fitted):
        trees, starts = trees_of([getattr(one, "get_booster")() for one in fitted])  # noqa: B009
        return np.zeros((n_features, len(fitted))), starts, trees
    lines = [_line(one) for one in fitted]
    if any(line is None for line in lines):
        raise _refused(learner, name)
    known = [line for line in lines if line is not None]
    return np.column_stack([s for s, _ in known]), np.array([c for _, c in known]), None


def _line(estimator: TableEstimator) -> tuple[NDArray[np.float64], float] | None:
    """Return slopes and constant of a logistic regression on standardised features."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    steps = [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else []
    match steps:
        case [StandardScaler() as scaler, LogisticRegression() as logistic]:
            slopes = np.asarray(logistic.coef_[0] / scaler.scale_, np.float64)
            return slopes, float(logistic.intercept_[0] - slopes @ scaler.mean_)
        case _:
            return None


def _refused(learner: WithinSamples, name: str) -> ValueError:
    return ValueError(
        f"estimator {learner.model.estimator!r} of model {name!r}; only 'ridge', 'logistic' and 'xgboost'"
        " without 'components' can be kept: others have no form that consists of numbers alone"
    )
