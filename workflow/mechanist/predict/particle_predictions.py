"""Predictions of a kept model for the particles of one configuration under some loads."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.tables import LOAD, OBJECT
from mechanist.imports.own_glasses import scaled
from mechanist.mechanics.loads import normalised, strain_of
from mechanist.mechanics.neighbours import kept_neighbours
from mechanist.predict.kept_model import KeptDescriptor, KeptModel
from mechanist.predict.known_range import fraction_of, outside_reasons
from mechanist.predict.prediction_summary import ANY_LOAD
from mechanist.settings.target_names import at_strain


@dataclass(frozen=True, eq=False)
class Predicted:
    """Predictions for one configuration.

    Parameters
    ----------
    table : DataFrame
        A row for each particle under each load; see :func:`predict_particles`.
    distance, limit : float
        Distance of the configuration from the samples that the model has seen, and what one of those
        stays within in 19 cases out of 20.
    reasons : list of str
        What puts the configuration outside that range; empty if it is inside.
    """

    table: pd.DataFrame
    distance: float
    limit: float
    reasons: list[str]

    @property
    def outside(self) -> bool:
        """Whether the configuration is unlike those that the model has seen."""
        return bool(self.reasons)


def predict_particles(
    model: KeptModel, configuration: Configuration, loads: Mapping[str, FloatArray]
) -> Predicted:
    """Predict every particle under every load.

    Parameters
    ----------
    model : KeptModel
    configuration : Configuration
        State before loading, in the unit of length and with the species of the model: see
        :func:`as_seen_by`.
    loads : mapping of str to ndarray of shape (3, 3)
        Strain tensors or displacement gradients, of which only direction and type count. Predictions
        of a model that does not read the load are made once, whatever the loads.

    Returns
    -------
    Predicted
        Its table has the columns ``load``, ``object`` and, for each strain, ``<quantity>@<strain>``,
        the same with ``|lower`` and ``|upper`` for the interval, which is NaN if there is none, and
        ``plastic@<strain>``, the probability that the particle is among the most plastic.

    Raises
    ------
    ValueError
        If no load is given though the model reads it, or a load is not traceless.
    """
    asked = check_loads(model, loads)
    tables, distances = [], []
    with reading(model, configuration) as read:
        for name, tensor in asked.items():
            values, mean = read(tensor)
            distances.append(model.known.distance(mean, len(configuration)))
            tables.append(_table(model, values, name))
    distance = max(distances)
    reasons = outside_reasons(
        model.known,
        density=len(configuration) / configuration.measure,
        composition={s: fraction_of(configuration, s) for s in configuration.species_names},
        distance=distance,
    )
    reasons += [
        f"no load seen has the principal strains of {name!r}"
        for name, tensor in asked.items()
        if tensor is not None and not model.known.knows_load(tensor)
    ]
    return Predicted(pd.concat(tables, ignore_index=True), distance, model.known.limit, reasons)


def check_loads(model: KeptModel, loads: Mapping[str, FloatArray]) -> dict[str, FloatArray | None]:
    """Return the normalised loads to predict for, before anything is computed.

    Raises
    ------
    ValueError
        As :func:`predict_particles`.
    """
    if not model.load_aware:
        return {ANY_LOAD: None}
    if not loads:
        raise ValueError(
            f"model {model.name!r} reads the load, but none is given; name at least one, such as"
            " simple_shear xy"
        )
    return {name: normalised(strain_of(np.asarray(one, float))) for name, one in loads.items()}


#: Maps a load to predictions, shape (n, n_strains), and mean features, shape (n_features,).
Read: TypeAlias = Callable[[FloatArray | None], tuple[FloatArray, FloatArray]]


@contextmanager
def reading(model: KeptModel, configuration: Configuration) -> Iterator[Read]:
    """Yield a function that predicts a configuration under a load.

    What does not depend on the load is computed once, and neighbour lists are shared.

    Raises
    ------
    ValueError
        If a descriptor returns other features than when the model was fitted.
    """
    ends = np.cumsum([0, *(len(one.features) for one in model.descriptors)])
    known: dict[int, tuple[FloatArray, FloatArray]] = {}

    def read(tensor: FloatArray | None) -> tuple[FloatArray, FloatArray]:
        total, means = model.constant + np.zeros((len(configuration), 1)), []
        for k, one in enumerate(model.descriptors):
            if k not in known:
                features = _features(one, configuration, tensor)
                found = features @ model.slopes[ends[k] : ends[k + 1]], features.mean(axis=0)
                if not one.load().card.load_aware:
                    known[k] = found
            else:
                found = known[k]
            total = total + found[0]
            means.append(found[1])
        return total, np.concatenate(means)

    with kept_neighbours(configuration):
        yield read


def _features(
    one: KeptDescriptor, configuration: Configuration, tensor: FloatArray | None
) -> FloatArray:
    """Return the features of one descriptor, shape (n, n_features)."""
    describe = one.load()
    features = describe(configuration, load=tensor if describe.card.load_aware else None)
    if tuple(features.names) != one.features:
        odd = sorted(set(features.names) ^ set(one.features))[:4]
        raise ValueError(
            f"descriptor {one.kind!r} returns {len(features.names)} features where the model was fitted"
            f" to {len(one.features)}; the first that differ are {odd}. The library has changed"
            " since the model was made: make it anew"
        )
    # Models are fitted to features in single precision.
    return np.asarray(features.values, np.float32).astype(np.float64)


def _table(model: KeptModel, values: FloatArray, load: str) -> pd.DataFrame:
    columns: dict[str, object] = {LOAD: load, OBJECT: np.arange(len(values), dtype=np.int64)}
    for k, (target, strain) in enumerate(zip(model.targets, model.strains, strict=True)):
        interval = model.intervals[k]
        lower, upper = (np.nan, np.nan) if interval is None else (interval.lower, interval.upper)
        columns[target] = values[:, k]
        columns[f"{target}|lower"] = values[:, k] + lower
        columns[f"{target}|upper"] = values[:, k] + upper
        columns[at_strain("plastic", strain)] = model.odds[k].probability(values[:, k])
    return pd.DataFrame(columns)


def as_seen_by(model: KeptModel, configuration: Configuration, *, units: str) -> Configuration:
    """Return a configuration in the unit of length and with the order of species of a model.

    Parameters
    ----------
    model : KeptModel
    configuration : Configuration
        As it was read.
    units : str
        Unit system of its file.

    Raises
    ------
    ValueError
        If dimension, species or units are not those of the model.
    """
    known = model.known
    if configuration.dimension != known.dimension:
        raise ValueError(
            f"dimension {configuration.dimension}; model {model.name!r} of system {model.system!r} has"
            f" seen samples in {known.dimension} dimensions"
        )
    if units != known.units:
        raise ValueError(
            f"units {units!r}; model {model.name!r} of system {model.system!r} has seen samples in"
            f" {known.units!r} units: convert the file, or keep a model of your own system"
        )
    strange = [name for name in configuration.species_names if name not in known.species]
    if strange:
        raise ValueError(
            f"species {strange}; model {model.name!r} of system {model.system!r} knows"
            f" {list(known.species)}"
        )
    index = np.array([known.species.index(name) for name in configuration.species_names])
    return replace(
        scaled(configuration, known.length),
        species=index[configuration.species],
        species_names=known.species,
    )
