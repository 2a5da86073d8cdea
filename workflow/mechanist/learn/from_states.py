"""Training on states: one estimator learns from all loads, since the state reflects its history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from mechanist.core.progress import LOGGER
from mechanist.core.typing import FloatArray
from mechanist.formats.meanings.of_scores import ABOUT
from mechanist.formats.predictions import COLUMNS as PREDICTED
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE, column_metadata
from mechanist.learn.learner import Learner
from mechanist.learn.out_of_fold import StatesFit, fit_states
from mechanist.learn.splits import Splits, read_splits
from mechanist.learn.state_estimator import StateEstimator, StateInputs, make_state_estimator
from mechanist.learn.study import Study, StudyFiles
from mechanist.settings.entry_types.block_entries import ModelEntry

#: Columns of predictions for other systems.
ELSEWHERE: Final = [SAMPLE, LOAD, OBJECT, TARGET, "truth", "prediction", "train", "test"]
#: What they mean.
ELSEWHERE_COLUMNS: Final = {**PREDICTED, **{name: ABOUT[name] for name in ("train", "test")}}


@dataclass(frozen=True, eq=False)
class FromStates(Learner):
    """An estimator of states with the states of one system.

    Parameters
    ----------
    estimator : StateEstimator
    states : StateInputs
    names : list of str
        Targets, all predicted by the same estimator.
    splits : Splits
    units : dict of str to str
        Units of the targets.
    """

    estimator: StateEstimator[object]
    states: StateInputs[object]
    names: list[str]
    splits: Splits
    units: dict[str, str]

    def train(
        self, *, seed: int, threads: int = 1, train_samples: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Predict every state by an estimator that was trained on no state of its sample."""
        del threads
        return self.train_and_apply({}, seed=seed, train_samples=train_samples)[0]

    def train_and_apply(
        self,
        others: Mapping[str, StudyFiles],
        *,
        system: str = "",
        seed: int,
        train_samples: Sequence[str] | None = None,
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Train, and apply the estimators of all folds unchanged to other systems.

        Parameters
        ----------
        others : mapping of str to StudyFiles
            Sample files and target table of each other system.
        system : str
            Name of the system on which the estimators are trained, for the column ``train``.
        seed, train_samples
            As in :meth:`train`.

        Returns
        -------
        table : DataFrame
            Out-of-fold predictions.
        elsewhere : DataFrame
            Mean predictions of the estimators of all folds, with the columns :data:`ELSEWHERE`.
        """
        found = self.fit(seed=seed, train_samples=train_samples)
        table = self._long(self.states, found.prediction)
        table.insert(3, "fold", np.tile(found.folds, len(self.names)).astype(np.int8))
        LOGGER.info("%d states predicted out of fold", len(found.folds))
        tables = []
        for name, files in others.items():
            tested = self.estimator.read(files.samples, files.targets, self.names)
            mean = np.mean([one.predict(tested.inputs) for one in found.fitted.values()], axis=0)
            tables.append(self._long(tested, mean).assign(train=system, test=name))
            LOGGER.info("%s: %d states predicted", name, len(mean))
        elsewhere = (
            pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=ELSEWHERE)
        )
        return table, elsewhere[ELSEWHERE]

    def fit(
        self,
        *,
        seed: int,
        train_samples: Sequence[str] | None = None,
        only: Iterable[int] | None = None,
    ) -> StatesFit:
        """Train out of fold; see :func:`mechanist.learn.out_of_fold.fit_states`."""
        return fit_states(
            self.estimator,
            self.states,
            self.splits,
            seed=seed,
            train_samples=train_samples,
            only=only,
        )

    def _long(self, states: StateInputs[object], prediction: FloatArray) -> pd.DataFrame:
        """Return one row per target and state, ordered by target."""
        table = pd.concat([states.keys] * len(self.names), ignore_index=True)
        table[TARGET] = pd.Categorical(np.repeat(self.names, len(states.keys)))
        table["truth"] = states.truth.T.ravel()
        table["prediction"] = prediction.T.ravel()
        return table


def open_states(study: Study, model: ModelEntry, files: StudyFiles) -> FromStates:
    """Validate a model's entry, then read its states.

    Parameters
    ----------
    study : Study
    model : mapping
        Entry of the configuration: ``estimator`` and optionally ``parameters``.
    files : StudyFiles

    Raises
    ------
    ValueError
        If the estimator does not read states, a parameter is unknown, or no state has a target.
    FormatError
        If a file has the wrong content.
    """
    estimator = make_state_estimator(model["estimator"], model.get("parameters"))
    splits, names = read_splits(files.splits), study.columns
    states = estimator.read(files.samples, files.targets, names, samples=set(splits.samples))
    metadata = column_metadata(files.targets)
    units = {name: metadata.get(name, {}).get("unit", "") for name in names}
    return FromStates(estimator, states, names, splits, units)


def other_systems(samples: Sequence[Path], targets: Sequence[Path]) -> dict[str, StudyFiles]:
    """Return the files of other systems by name, each system in a folder of its own.

    Parameters
    ----------
    samples : sequence of Path
        ``<system>/samples/<file>`` of all systems.
    targets : sequence of Path
        ``<system>/targets.parquet`` of each system.
    """
    return {
        table.parent.name: StudyFiles(
            targets=table,
            splits=table.parent / "splits.json",
            samples=[path for path in samples if path.parent.parent == table.parent],
        )
        for table in targets
    }
