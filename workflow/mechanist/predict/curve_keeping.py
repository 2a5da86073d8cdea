"""Fit a model of curves to all samples, and measure on held-out samples how far it can be relied on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from mechanist.core.narrowing import Json
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.predictions import TARGET
from mechanist.formats.tables import LOAD, SAMPLE
from mechanist.learn.whole_samples import WholeSamples
from mechanist.predict.conformal import fewest_samples
from mechanist.predict.curve_intervals import CurveBand, band_of, held_curves
from mechanist.predict.curve_model import BranchFit, CurveModel, KnownStates
from mechanist.predict.keeping import with_features
from mechanist.predict.kept_model import KeptDescriptor
from mechanist.predict.known_range import feature_range


@dataclass(frozen=True, kw_only=True)
class CurveKeeping:
    """How a model of curves is kept.

    Parameters
    ----------
    system, name, label : str
        System, name and label of the model.
    descriptors : mapping of str to KeptDescriptor
        Kind and parameters of each descriptor by its name in the configuration, without features.
    quantity : str
        Quantity that is predicted.
    strains : sequence of float
        Strains at which it is predicted.
    level : float
        Probability that the truth lies in the interval of a prediction.
    """

    system: str
    name: str
    label: str
    descriptors: Mapping[str, KeptDescriptor]
    quantity: str
    strains: Sequence[float]
    level: float


def keep_curves(
    learner: WholeSamples,
    predictions: pd.DataFrame,
    states: Sequence[Configuration],
    keeping: CurveKeeping,
    *,
    seed: int,
    facts: Mapping[str, Json],
) -> CurveModel:
    """Return the model fitted to all samples.

    Parameters
    ----------
    learner : WholeSamples
        Model with its training data, at the strains of ``keeping``.
    predictions : DataFrame
        Its out-of-fold predictions, which calibrate intervals.
    states : sequence of Configuration
        The states at rest that it has seen, of all branches.
    keeping : CurveKeeping
    seed : int
        Seed of the model.
    facts : mapping
        What the card says besides.

    Raises
    ------
    ValueError
        If the fitted form of the model does not consist of numbers alone, or a descriptor needs a
        state under load.
    """
    data = learner.dataset
    groups = data.keys.groups(learner.splits.group_of)
    branches: dict[str, BranchFit] = {}
    held: dict[str, Json] = {}
    for code, (branch, form) in enumerate(learner.fit_all(seed=seed).items()):
        rows = np.flatnonzero(data.keys.load == code)
        single = [slice(row, row + 1) for row in rows]
        seen = feature_range(data.X, single, [int(groups[row]) for row in rows])
        table = predictions[predictions[LOAD] == branch]
        band, held[branch] = _band(table, data.targets, learner, keeping.level)
        branches[branch] = BranchFit(
            scores=form.scores,
            slopes=form.slopes,
            constant=form.constant,
            band=band,
            mean=seen.mean,
            deviation=seen.deviation,
            limit=seen.limit,
        )
    return CurveModel(
        system=keeping.system,
        name=keeping.name,
        label=keeping.label,
        quantity=keeping.quantity,
        unit=learner.units[data.targets[0]],
        strains=tuple(keeping.strains),
        descriptors=tuple(
            with_features(keeping.descriptors[name], data.names[block])
            for name, block in data.blocks.items()
        ),
        branches=branches,
        level=keeping.level,
        known=_known(states),
        facts={
            **facts,
            "samples": len({learner.splits.group_of(name) for name in learner.splits.samples}),
            "fewest_samples_for_intervals": fewest_samples(keeping.level),
            "held_out": held,
        },
    )


def _band(
    table: pd.DataFrame, targets: Sequence[str], learner: WholeSamples, level: float
) -> tuple[CurveBand | None, Json]:
    """Return the band of one branch, and what held-out samples say of it."""
    residuals: list[FloatArray] = []
    for target in targets:
        rows = table[table[TARGET] == target].sort_values(SAMPLE)
        residuals.append((rows["truth"] - rows["prediction"]).to_numpy(np.float64))
    found = np.stack(residuals, axis=1)
    groups = rows[SAMPLE].astype(str).map(learner.splits.group_of)
    samples: IntArray = pd.factorize(groups)[0].astype(np.int64)
    folds: IntArray = rows["fold"].to_numpy(np.int64)
    held = held_curves(found, samples, folds, level=level)
    facts: dict[str, Json] = {} if held is None else {**asdict(held)}
    return band_of(found, samples, level=level), facts


def _known(states: Sequence[Configuration]) -> KnownStates:
    counts = [float(len(one)) for one in states]
    densities = [len(one) / one.measure for one in states]
    sides = [float(one.cell[0, 0]) for one in states]
    return KnownStates(
        (min(counts), max(counts)), (min(densities), max(densities)), (min(sides), max(sides))
    )
