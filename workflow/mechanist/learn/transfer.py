"""Predictions of models under loads, or at system sizes, on which they were not trained."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

from mechanist.formats.predictions import TARGET, read_predictions, read_units
from mechanist.formats.tables import read_table
from mechanist.learn.learner import Learner
from mechanist.learn.whole_samples import WholeSamples
from mechanist.learn.within_samples import WithinSamples

#: Name of the training set that contains all loads.
ALL: Final = "all"


@dataclass(frozen=True, eq=False)
class Transferred:
    """Predictions of a model that was trained on part of what it predicts, or elsewhere.

    Parameters
    ----------
    named : dict of str to str
        What it was trained on (``train``) and, where this is one system, tested on (``test``).
    predictions : DataFrame
    units : dict of str to str
        Units of the targets.
    groups : dict of str to str
        Group of each sample that shares one with others.
    """

    named: dict[str, str]
    predictions: pd.DataFrame
    units: Mapping[str, str]
    groups: Mapping[str, str] = field(default_factory=dict)


def transfers(
    systems: Mapping[str, Learner], *, seed: int, threads: int = 1
) -> Iterator[Transferred]:
    """Train a model on each training set and predict each test set.

    Parameters
    ----------
    systems : mapping of str to Learner
        The model with the data of each system. Within samples, training sets are the loads of the
        one system; of whole samples, they are the systems.
    seed, threads
        As in :meth:`mechanist.learn.learner.Learner.train`.

    Raises
    ------
    TypeError
        If models of such a study are not trained again for other loads or systems.
    """
    within = [one for one in systems.values() if isinstance(one, WithinSamples)]
    whole = {name: one for name, one in systems.items() if isinstance(one, WholeSamples)}
    if len(within) + len(whole) != len(systems):
        kinds = sorted({type(one).__name__ for one in systems.values()})
        raise TypeError(f"no transfer is defined for {kinds}; expected models that read tables")
    for learner in within:
        yield from _between_loads(learner, seed=seed, threads=threads)
    for train, learnt in whole.items():
        for test, tested in whole.items():
            table = (
                learnt.train(seed=seed, threads=threads)
                if train == test
                else learnt.transfer(tested, seed=seed, threads=threads)
            )
            yield Transferred({"train": train, "test": test}, table, tested.units)


def _between_loads(learner: WithinSamples, *, seed: int, threads: int) -> Iterator[Transferred]:
    """Train on each load alone, then on all, and predict every load of samples not trained on."""
    loads = learner.dataset.keys.loads
    for train, chosen in {**{load: [load] for load in loads}, ALL: list(loads)}.items():
        table = learner.train(seed=seed, threads=threads, train_loads=chosen)
        yield Transferred({"train": train}, table, learner.units, learner.splits.groups)


def stored_transfers(
    predictions: Path, elsewhere: Path, *, columns: Sequence[str]
) -> Iterator[Transferred]:
    """Return what training wrote for an estimator that reads states.

    Parameters
    ----------
    predictions : Path
        Out-of-fold predictions, ``<system>/predictions/<model>.parquet``.
    elsewhere : Path
        Its predictions for other systems.
    columns : sequence of str
        Targets to keep.
    """
    units, system = read_units(predictions), predictions.parents[1].name
    tested = {system: read_predictions(predictions)}
    for test, part in read_table(elsewhere).groupby("test", observed=True, sort=True):
        tested[str(test)] = part
    for test, table in tested.items():
        kept = table[table[TARGET].isin(list(columns))]
        yield Transferred({"train": system, "test": test}, kept, units)
