"""Predictions of a kept model for the particles of one configuration under some loads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.tables import LOAD, OBJECT
from mechanist.imports.own_glasses import scaled
from mechanist.mechanics.loads import normalised, strain_of
from mechanist.predict.block_predictions import predicted_values
from mechanist.predict.kept_model import KeptModel
from mechanist.predict.known_range import fraction_of, outside_reasons
from mechanist.predict.prediction_summary import ANY_LOAD
from mechanist.settings.target_names import at_strain


@dataclass(frozen=True, eq=False)
class Predicted:
    """Predictions for one configuration.

    Parameters
    ----------
    model : KeptModel
    predictions : dict of str to ndarray of shape (n_particles, n_strains)
        By the name of the load.
    distance, limit : float
        Distance of the configuration from the samples that the model has seen, and what one of those
        stays within in 19 cases out of 20.
    reasons : list of str
        What puts the configuration outside that range; empty if it is inside.
    """

    model: KeptModel
    predictions: Mapping[str, FloatArray]
    distance: float
    limit: float
    reasons: list[str]

    @property
    def outside(self) -> bool:
        """Whether the configuration is unlike those that the model has seen."""
        return bool(self.reasons)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each particle under each load; see :func:`predict_particles`."""
        return pd.concat(self.tables(), ignore_index=True)

    def tables(self) -> Iterator[pd.DataFrame]:
        """Yield the table of one load after the other."""
        for name, values in self.predictions.items():
            yield _table(self.model, values, name)


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
    values, means = predicted_values(model, configuration, list(asked.values()))
    distance, reasons = judged(model, configuration, means, asked)
    return Predicted(
        model, dict(zip(asked, values, strict=True)), distance, model.known.limit, reasons
    )


def judged(
    model: KeptModel,
    configuration: Configuration,
    means: FloatArray,
    loads: Mapping[str, FloatArray | None],
) -> tuple[float, list[str]]:
    """Return the distance of a configuration from those seen, and what puts it outside their range.

    Parameters
    ----------
    model : KeptModel
    configuration : Configuration
    means : ndarray of shape (n_loads, n_features)
        Its mean features.
    loads : mapping of str to ndarray of shape (3, 3), or None
        Normalised loads.
    """
    distance = max(model.known.distance(mean, len(configuration)) for mean in means)
    reasons = outside_reasons(
        model.known,
        density=len(configuration) / configuration.measure,
        composition={s: fraction_of(configuration, s) for s in configuration.species_names},
        distance=distance,
    )
    reasons += [
        f"no load seen has the principal strains of {name!r}"
        for name, tensor in loads.items()
        if tensor is not None and not model.known.knows_load(tensor)
    ]
    return distance, reasons


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
    found = misfits(model, configuration, units=units)
    if found:
        raise ValueError("; ".join(found))
    index = np.array([known.species.index(name) for name in configuration.species_names])
    return replace(
        scaled(configuration, known.length),
        species=index[configuration.species],
        species_names=known.species,
    )


def misfits(model: KeptModel, configuration: Configuration, *, units: str) -> list[str]:
    """Return why a model cannot predict a configuration: each a problem and its remedy."""
    known, found = model.known, []
    seen = f"model {model.name!r} of system {model.system!r}"
    if configuration.dimension != known.dimension:
        found.append(
            f"dimension {configuration.dimension}; {seen} has seen samples in {known.dimension}"
            " dimensions: name another system"
        )
    if units != known.units:
        found.append(
            f"units {units!r}; {seen} has seen samples in {known.units!r} units: convert the file"
            " (divide positions and cell by the unit of length of the model, and write its units into the"
            " sheet), or keep a model of your own system"
        )
    strange = [name for name in configuration.species_names if name not in known.species]
    if strange:
        found.append(
            f"species {strange}; {seen} knows {list(known.species)}: give the particles these names if"
            " they are these species, or keep a model of your own system"
        )
    return found
