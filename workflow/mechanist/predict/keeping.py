"""Fit a model to all samples, and measure on held-out samples how far it can be relied on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mechanist.core.narrowing import Json
from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.describe.descriptor import descriptor_class
from mechanist.formats.predictions import TARGET
from mechanist.formats.sample import Sample
from mechanist.formats.tables import LOAD, SAMPLE
from mechanist.learn.splits import Splits
from mechanist.learn.within_samples import WithinSamples
from mechanist.predict.conformal import fewest_samples, held_coverage, residual_interval
from mechanist.predict.fitted_forms import FittedForm, fitted_form
from mechanist.predict.kept_model import Interval, KeptDescriptor, KeptModel
from mechanist.predict.known_range import (
    KnownRange,
    feature_range,
    fraction_of,
    principal_strains,
)
from mechanist.predict.odds_fitting import calibration_error, fit_odds
from mechanist.predict.plastic_odds import PlasticOdds, most_plastic
from mechanist.settings.target_names import at_strain


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How a model is kept.

    Parameters
    ----------
    system, name, label : str
        System, name and label of the model.
    descriptors : mapping of str to KeptDescriptor
        Kind and parameters of each descriptor by its name in the configuration, without features.
    level : float
        Probability that the truth lies in the interval of a prediction.
    plastic_fraction : float
        Fraction of the particles of a sample that count as plastic.
    length : float
        Unit of length of the features, in the unit of the samples' files.
    units : str
        Unit system of the samples' files.
    probed : bool
        Whether descriptors may read a state under load, as mechanism-based rivals do that are compared
        with kept models and are not kept themselves.
    """

    system: str
    name: str
    label: str
    descriptors: Mapping[str, KeptDescriptor]
    level: float
    plastic_fraction: float
    length: float
    units: str
    probed: bool = False


def keep(
    learner: WithinSamples,
    predictions: pd.DataFrame,
    samples: Sequence[Sample],
    keeping: Keeping,
    *,
    seed: int,
    facts: Mapping[str, Json],
) -> KeptModel:
    """Return the model fitted to all samples.

    Parameters
    ----------
    learner : WithinSamples
        Model with its training data.
    predictions : DataFrame
        Its out-of-fold predictions, which calibrate intervals and probabilities.
    samples : sequence of Sample
        Samples of the system.
    keeping : Keeping
    seed : int
        Seed of the model.
    facts : mapping
        What the card says besides.

    Raises
    ------
    ValueError
        If its fitted form does not consist of numbers alone, or a descriptor needs a simulation beside the structure.
    """
    data = learner.dataset
    form = fitted_form(learner, predictions, name=keeping.name, seed=seed)
    frames = data.keys.frame_slices
    groups = data.keys.groups(learner.splits.group_of)
    seen = feature_range(data.X, frames, [int(groups[rows.start]) for rows in frames])
    checks = [
        _held_out(form, at_strain(form.quantity, strain), learner.splits, keeping)
        for strain in form.strains
    ]
    used = [sample for sample in samples if sample.name in set(learner.splits.samples)]
    return KeptModel(
        system=keeping.system,
        name=keeping.name,
        label=keeping.label,
        quantity=form.quantity,
        unit=form.unit,
        strains=form.strains,
        descriptors=tuple(
            with_features(keeping.descriptors[name], data.names[block], probed=keeping.probed)
            for name, block in data.blocks.items()
        ),
        slopes=form.slopes,
        constant=form.constant,
        trees=form.trees,
        intervals=tuple(check.interval for check in checks),
        odds=tuple(check.odds for check in checks),
        known=_known(used, keeping, seen.mean, seen.deviation, seen.limit),
        facts={
            **facts,
            "estimator": learner.model.estimator,
            "samples": len({learner.splits.group_of(name) for name in learner.splits.samples}),
            "fewest_samples_for_intervals": fewest_samples(keeping.level),
            "held_out": {
                at_strain("strain", s): c.facts for s, c in zip(form.strains, checks, strict=True)
            },
        },
    )


@dataclass(frozen=True)
class _Check:
    """What held-out samples say of the predictions at one strain."""

    interval: Interval | None
    odds: PlasticOdds
    facts: dict[str, Json]


def _held_out(form: FittedForm, target: str, splits: Splits, keeping: Keeping) -> _Check:
    """Calibrate interval and probability of one target."""
    table = form.held[form.held[TARGET] == target]
    groups = pd.factorize(table[SAMPLE].astype(str).map(splits.group_of))[0].astype(np.int64)
    folds: IntArray = table["fold"].to_numpy(np.int64)
    truth: FloatArray = table["truth"].to_numpy(np.float64)
    predicted: FloatArray = table["prediction"].to_numpy(np.float64)
    residuals = truth - predicted
    found = residual_interval(residuals, groups, level=keeping.level) if form.bounded else None
    covered = held_coverage(residuals, groups, folds, level=keeping.level) if form.bounded else ()
    centred, plastic = _within_frames(table, truth, predicted, keeping.plastic_fraction)
    return _Check(
        None if found is None else Interval(*found, keeping.level),
        fit_odds(centred, plastic, fraction=keeping.plastic_fraction),
        {
            "coverage": float(np.mean(covered)) if covered else None,
            "coverage_by_fold": list(covered),
            "probability_error": calibration_error(
                centred, plastic, folds, fraction=keeping.plastic_fraction
            ),
        },
    )


def _within_frames(
    table: pd.DataFrame, truth: FloatArray, predicted: FloatArray, fraction: float
) -> tuple[FloatArray, BoolArray]:
    """Return predictions less their mean in each frame, and which objects of it are most plastic."""
    centred, plastic = np.empty_like(predicted), np.zeros(len(truth), bool)
    frames = table.groupby([SAMPLE, LOAD], observed=True, sort=False).indices
    for rows in frames.values():
        centred[rows] = predicted[rows] - predicted[rows].mean()
        plastic[rows] = most_plastic(truth[rows], fraction)
    return centred, plastic


def with_features(
    descriptor: KeptDescriptor, names: Sequence[str], *, probed: bool = False
) -> KeptDescriptor:
    """Return a descriptor with the names of its features, once it can be used without simulation."""
    card = descriptor_class(descriptor.kind).card
    if card.needs_probe and not probed:
        raise ValueError(
            f"descriptor {descriptor.kind!r} reads a state under load, which a sample to predict does not"
            " have; keep a model without it"
        )
    features = tuple(name.partition("/")[2] for name in names)
    return KeptDescriptor(descriptor.kind, descriptor.parameters, features)


def _known(
    samples: Sequence[Sample],
    keeping: Keeping,
    mean: FloatArray,
    deviation: FloatArray,
    limit: float,
) -> KnownRange:
    references = [sample.reference for sample in samples]
    names = references[0].species_names
    densities = [len(one) / one.measure for one in references]
    fractions = {name: [fraction_of(one, name) for one in references] for name in names}
    loads = {name: path.tensor for sample in samples for name, path in sample.good_loads.items()}
    return KnownRange(
        species=names,
        dimension=references[0].dimension,
        units=keeping.units,
        length=keeping.length,
        particles=float(np.mean([len(one) for one in references])),
        density=(min(densities), max(densities)),
        composition={name: (min(found), max(found)) for name, found in fractions.items()},
        loads={name: principal_strains(tensor) for name, tensor in sorted(loads.items())},
        mean=mean,
        deviation=deviation,
        limit=limit,
    )


def origin_of(sample: Sample) -> tuple[str, float]:
    """Return unit system and unit of length of the file that a sample comes from.

    A user's glass is learnt from in a unit of length of its own system; a simulated one in that of
    its material.
    """
    own = sample.provenance.get("own")
    return (str(own["units"]), float(own["length"])) if own else (sample.units, 1.0)
