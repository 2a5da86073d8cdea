"""Training on the states of samples with many objects: the network reads particles instead of features.

Targets, classes, folds and tables are those of models that read features, because training is the same
function; only the regressor differs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE, column_metadata
from mechanist.learn.dataset import Dataset, load_dataset
from mechanist.learn.from_states import ELSEWHERE
from mechanist.learn.learner import Learner
from mechanist.learn.models import Calibration, CrossFit, Problem
from mechanist.learn.out_of_fold import NOT_PREDICTED
from mechanist.learn.splits import Splits, read_splits
from mechanist.learn.state_estimator import StateEstimator, StateInputs, make_state_estimator
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.training import problem_of, train_regressor
from mechanist.learn.training_task import Task, make_task
from mechanist.settings.entry_types.block_entries import ModelEntry


@runtime_checkable
class KeepsBack(Protocol):
    """A fitted estimator that kept back rows of the training folds, and predicts them.

    Attributes
    ----------
    held : ndarray of int
    held_prediction : ndarray of shape (len(held), n_targets)
    """

    held: IntArray
    held_prediction: FloatArray


@dataclass(frozen=True, eq=False)
class StateRegressor:
    """An estimator of states as a regressor of tables: rows of both are the same.

    Parameters
    ----------
    estimator : StateEstimator
    states : StateInputs
        Of all rows of the problem, in their order.
    """

    estimator: StateEstimator[object]
    states: StateInputs[object]

    def cross_fit(self, problem: Problem) -> CrossFit:
        """Predict every row by an estimator that was trained on no row of its fold.

        Boundaries of classes are calibrated on rows of the training folds that the estimator kept back,
        or on all of them if it kept none back.

        Raises
        ------
        ValueError
            If the estimator returns another number of fitted instances than there are folds.
        """
        outer = list(problem.outer())
        prediction, fitted = self.estimator.cross_fit(
            self.states.inputs,
            problem.Y,
            samples=problem.samples,
            folds=np.where(problem.predicted, problem.folds, NOT_PREDICTED),
            train=problem.train,
            seed=problem.seed,
        )
        if len(fitted) != len(outer):
            raise ValueError(
                f"{type(self.estimator).__name__}.cross_fit returned {len(fitted)} fitted estimators"
                f" for {len(outer)} folds; expected one per fold"
            )
        calibration = [
            Calibration(one.held, one.held_prediction)
            if isinstance(one, KeepsBack)
            else Calibration(training, one.predict(self.states.inputs)[training])
            for (_, training, _), one in zip(outer, fitted, strict=True)
        ]
        return CrossFit(prediction, calibration)


@dataclass(frozen=True, eq=False)
class WithinStates(Learner):
    """An estimator of states with the states of one system, of many objects in each sample.

    Parameters
    ----------
    regressor : StateRegressor
    task : Task
    splits : Splits
    dataset : Dataset
        Targets of the task, without features.
    units : dict of str to str
        Units of the targets.
    """

    regressor: StateRegressor
    task: Task
    splits: Splits
    dataset: Dataset
    units: dict[str, str]

    def train(
        self,
        *,
        seed: int,
        threads: int = 1,
        train_samples: Sequence[str] | None = None,
        only: int | None = None,
    ) -> pd.DataFrame:
        """Predict every object; see :func:`mechanist.learn.training.train`."""
        del threads
        problem = problem_of(self.dataset, self.splits, seed=seed, train_samples=train_samples)
        problem = replace(problem, only=only)
        return train_regressor(self.regressor, self.dataset, problem, self.task)

    def train_and_apply(
        self, others: Mapping[str, StudyFiles], *, system: str = "", seed: int
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Train; there are no other systems to which estimators of objects are applied.

        Returns
        -------
        table, elsewhere : DataFrame
            As in :meth:`mechanist.learn.from_states.FromStates.train_and_apply`; the second is empty.

        Raises
        ------
        ValueError
            If other systems are given.
        """
        if others:
            raise ValueError(
                f"the systems {sorted(others)} would be predicted by a model of {system!r}; expected"
                " none, because estimators of objects are tested on their own system alone"
            )
        return self.train(seed=seed), pd.DataFrame(columns=ELSEWHERE)


def open_within_states(study: Study, model: ModelEntry, files: StudyFiles) -> WithinStates:
    """Validate a model's entry, then read its states and targets.

    Parameters
    ----------
    study : Study
    model : mapping
        Entry of the configuration: ``estimator`` and optionally ``parameters``.
    files : StudyFiles

    Raises
    ------
    ValueError
        If the estimator does not read states, a parameter is unknown, or its rows are not those of the
        target table.
    FormatError
        If a file has the wrong content.
    """
    estimator = make_state_estimator(model["estimator"], model.get("parameters"))
    task = make_task(study.quantity, study.strains, study.class_strains, study.class_definitions)
    splits = read_splits(files.splits)
    states = estimator.read(files.samples, files.targets, task.columns, samples=set(splits.samples))
    dataset = load_dataset({}, files.targets, columns=task.columns, samples=splits.samples)
    _refuse_other_rows(states, dataset, str(model["estimator"]))
    metadata = column_metadata(files.targets)
    units = {column: metadata.get(column, {}).get("unit", "") for column in task.columns}
    return WithinStates(StateRegressor(estimator, states), task, splits, dataset, units)


def _refuse_other_rows(states: StateInputs[object], dataset: Dataset, name: str) -> None:
    keys = dataset.keys
    wanted = {
        SAMPLE: np.array(keys.samples)[keys.sample],
        LOAD: np.array(keys.loads)[keys.load],
        OBJECT: keys.object,
    }
    for key, values in wanted.items():
        own = states.keys[key].to_numpy()
        if len(own) != len(values) or (own.astype(values.dtype) != values).any():
            raise ValueError(
                f"estimator {name!r} read other rows than the target table has ({len(own)} for"
                f" {len(values)}), or in another order; expected them sorted by sample, load and object"
            )
