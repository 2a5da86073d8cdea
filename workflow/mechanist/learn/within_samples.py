"""Training on objects within samples: one model for all loads, which predicts where, not when."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mechanist.formats.tables import column_metadata
from mechanist.learn.dataset import Dataset, load_dataset
from mechanist.learn.estimators.catalogue import CLASSIFICATION, make_classifier
from mechanist.learn.learner import Learner
from mechanist.learn.splits import Splits, read_splits
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.training import train
from mechanist.learn.training_task import ModelSpec, Task, given_features, make_task
from mechanist.settings.entry_types.block_entries import ModelEntry


@dataclass(frozen=True, eq=False)
class WithinSamples(Learner):
    """A model with its training data, of many objects in each sample.

    Parameters
    ----------
    model : ModelSpec
    task : Task
    splits : Splits
    dataset : Dataset
        Features of the model and targets of the task.
    units : dict of str to str
        Units of the targets; empty where the target table states none.
    """

    model: ModelSpec
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
        train_loads: Sequence[str] | None = None,
        only: int | None = None,
    ) -> pd.DataFrame:
        """Predict every object; see :func:`mechanist.learn.training.train`."""
        return train(
            self.dataset,
            self.splits,
            self.model,
            self.task,
            seed=seed,
            threads=threads,
            train_samples=train_samples,
            train_loads=train_loads,
            only=only,
        )

    @property
    def log_odds(self) -> list[str]:
        """Names of the class targets for which the model predicts log odds."""
        return predicted_odds(self.model, self.task)


def open_within_samples(study: Study, model: ModelEntry, files: StudyFiles) -> WithinSamples:
    """Validate a model's entry, then read its data.

    Parameters
    ----------
    study : Study
    model : mapping
        Entry of the configuration: ``estimator`` and optionally ``features``, ``task``,
        ``parameters``; other keys are for figures.
    files : StudyFiles

    Raises
    ------
    ValueError
        If the estimator, a parameter or the task is unknown, a feature table was not given, or a
        classifier has no class definitions.
    FormatError
        If a file has the wrong content.
    """
    spec = ModelSpec.of(model)
    spec.check()
    features = given_features(spec, files.features or {})
    strains = study.strains
    task = make_task(study.quantity, strains, study.class_strains, study.class_definitions)
    if spec.task == CLASSIFICATION and not task.classes:
        raise ValueError(
            f"estimator {spec.estimator!r} is a classifier, but no class definitions were given;"
            " use a model of task 'regression' (required for transfer and learning curves), or give"
            f" class_definitions, with class_strains among the stored {list(strains)}"
        )
    splits = read_splits(files.splits)
    dataset = load_dataset(features, files.targets, columns=task.columns, samples=splits.samples)
    metadata = column_metadata(files.targets)
    units = {column: metadata.get(column, {}).get("unit", "") for column in task.columns}
    return WithinSamples(spec, task, splits, dataset, units)


def predicted_odds(model: ModelSpec, task: Task) -> list[str]:
    """Return the names of the class targets for which a model predicts log odds."""
    if model.task != CLASSIFICATION:
        return []
    classifier = make_classifier(model.estimator, model.parameters)
    return [c.name for c in task.classes] if getattr(classifier, "tells_odds", False) else []
