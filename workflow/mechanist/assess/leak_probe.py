"""Probe a model of a run for leaks: train it on a few samples, with and without garbage in the tested ones.

The whole way from tables to predictions is probed, so that also a boundary between classes, a level or
a scale that is taken from tested samples is found. A few samples are enough: what is not read cannot
change a prediction, however many rows there are.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pandas as pd

from mechanist.assess.leakage import Leak, change, check_problem, leak
from mechanist.core.typing import FloatArray
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE
from mechanist.learn.dataset import Dataset, Keys
from mechanist.learn.estimators.catalogue import REGRESSION, make_classifier, make_regressor
from mechanist.learn.from_states import FromStates
from mechanist.learn.models import Problem
from mechanist.learn.open_study import open_study
from mechanist.learn.out_of_fold import StatesFit, fit_states
from mechanist.learn.splits import Splits, read_splits, write_splits
from mechanist.learn.state_estimator import state_class
from mechanist.learn.study import OBJECTS, SAMPLES, Study, StudyFiles, Subject
from mechanist.learn.training import problem_of
from mechanist.learn.whole_samples import WholeSamples
from mechanist.learn.within_samples import WithinSamples
from mechanist.learn.within_states import WithinStates
from mechanist.settings.entry_types.block_entries import ModelEntry

#: Most samples of a fold that are read, by what a row describes.
FEW: Final[Mapping[Subject, int]] = {OBJECTS: 2, SAMPLES: 12}
#: Most objects of a sample under a load: 5 % of them still make a class.
MOST_OBJECTS: Final = 40


def probe(study: Study, model: ModelEntry, files: StudyFiles, *, seed: int) -> Leak:
    """Measure what the truth and the features of tested samples do to predictions of a model.

    Parameters
    ----------
    study, model, files
        As in :func:`mechanist.learn.open_study.open_study`.
    seed : int
        Seed of the training and of the garbage.

    Raises
    ------
    LeakError
        If a sample has both training rows and test rows.
    """
    splits = few_samples(read_splits(files.splits), FEW[study.subject])
    learner = _opened(study, model, files, splits)
    if isinstance(learner, WithinSamples | WholeSamples):
        return _of_tables(learner, seed)
    if isinstance(learner, WithinStates):
        return _of_object_states(learner, _opened(study, model, files, _half(splits)), seed)
    if isinstance(learner, FromStates):
        return _of_states(learner, _opened(study, model, files, _half(splits)), seed)
    raise TypeError(f"{type(learner).__name__} is no learner that can be probed")


def reads_truth(model: ModelEntry) -> bool:
    """Return whether an estimator declares that it reads the truth, and so is no competitor."""
    name, parameters = model["estimator"], model.get("parameters", {})
    if state_class(name) is not None:
        return False
    classifies = model.get("task", REGRESSION) != REGRESSION
    made = (make_classifier if classifies else make_regressor)(name, parameters)
    return bool(getattr(made, "reads_truth", False))


def few_samples(splits: Splits, most: int) -> Splits:
    """Return the same folds with their first samples alone."""
    folds = tuple(fold[:most] for fold in splits.folds)
    kept = {name for fold in folds for name in fold}
    groups = {name: group for name, group in splits.groups.items() if name in kept}
    return Splits(splits.seed, folds, groups=groups)


def few_objects(dataset: Dataset, most: int) -> Dataset:
    """Return a part of the rows: objects evenly spaced in each sample, the same under every load."""
    keys = dataset.keys
    rows = np.concatenate([
        np.arange(one.start, one.stop)[np.linspace(0, n - 1, min(n, most)).astype(int)]
        for one in keys.frame_slices
        for n in [one.stop - one.start]
    ])  # fmt: skip
    kept = replace(keys, sample=keys.sample[rows], load=keys.load[rows], object=keys.object[rows])
    return replace(dataset, X=dataset.X[rows], Y=dataset.Y[rows], keys=kept)


def _opened(study: Study, model: ModelEntry, files: StudyFiles, splits: Splits) -> object:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "splits.json"
        write_splits(path, splits)
        return open_study(study, model, replace(files, splits=path))


def _half(splits: Splits) -> Splits:
    first, *others = splits.folds
    return replace(splits, folds=(first[: -(-len(first) // 2)], *others))


def _of_tables(learner: WithinSamples | WholeSamples, seed: int) -> Leak:
    dataset = few_objects(learner.dataset, MOST_OBJECTS)
    # In single precision, sums over garbage leave too few digits to fit more features than rows.
    dataset = replace(dataset, X=dataset.X.astype(np.float64))
    problem = replace(problem_of(dataset, learner.splits, seed=seed), Y=dataset.Y)
    check_problem(problem)

    def answers(asked: Problem) -> FloatArray:
        given = replace(learner, dataset=replace(dataset, X=asked.X, Y=asked.Y))
        return _by_row(given.train(seed=seed, only=asked.only), dataset.keys)

    return leak(answers, problem, seed=seed)


def _by_row(table: pd.DataFrame, keys: Keys) -> FloatArray:
    """Return predictions as an array (n_rows, n_targets), NaN where a row has none of a target."""
    wide = _wide(table)
    columns = [np.array(keys.samples)[keys.sample], np.array(keys.loads)[keys.load], keys.object]
    return wide.reindex(pd.MultiIndex.from_arrays(columns)).to_numpy(float)


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    """Return predictions with a column for each target, indexed by sample, load and object."""
    return table.astype(dict.fromkeys([SAMPLE, LOAD, TARGET], str)).pivot_table(
        index=[SAMPLE, LOAD, OBJECT], columns=TARGET, values="prediction"
    )


def _of_object_states(learner: WithinStates, without: object, seed: int) -> Leak:
    """Probe an estimator of states of many objects, as :func:`_of_states` does."""
    assert isinstance(without, WithinStates)
    rng, dataset = np.random.default_rng(np.random.SeedSequence(seed)), learner.dataset
    truth = dataset.Y.copy()
    tested = dataset.keys.folds(learner.splits.fold_of) == 0
    truth[tested] += truth.std(axis=0) * (1.0 + rng.standard_normal(truth[tested].shape))
    garbage = replace(learner, dataset=replace(dataset, Y=truth))
    before, wrong, fewer = (
        _wide(one.train(seed=seed, only=0)) for one in (learner, garbage, without)
    )
    both = before.columns
    return Leak(
        truth=change(before.to_numpy(), wrong.reindex(before.index)[both].to_numpy()),
        features=change(before.loc[fewer.index].to_numpy(), fewer[both].to_numpy()),
    )


def _of_states(learner: FromStates, without: object, seed: int) -> Leak:
    """Probe an estimator of states; its inputs are its own, so that states are left out instead."""
    assert isinstance(without, FromStates)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    before = _first_fold(learner, seed)
    truth = learner.states.truth.copy()
    tested = before.folds == 0
    truth[tested] *= 2.0 + rng.random(truth[tested].shape)  # such as stresses: of the same sign
    states = replace(learner.states, truth=truth)
    wrong = _first_fold(replace(learner, states=states), seed)
    known, fewer = _by_state(learner, before), _by_state(without, _first_fold(without, seed))
    return Leak(
        truth=change(before.prediction[tested], wrong.prediction[tested]),
        features=change(known.loc[fewer.index].to_numpy(), fewer.to_numpy()),
    )


def _first_fold(learner: FromStates, seed: int) -> StatesFit:
    return fit_states(learner.estimator, learner.states, learner.splits, seed=seed, only=[0])


def _by_state(learner: FromStates, found: StatesFit) -> pd.DataFrame:
    """Return the predictions of the tested fold, indexed by sample, load and object."""
    keys = learner.states.keys[[SAMPLE, LOAD, OBJECT]].astype({SAMPLE: str, LOAD: str})
    table = pd.DataFrame(found.prediction, index=pd.MultiIndex.from_frame(keys))
    return table[found.folds == 0]
