"""How a fitted model does on glasses of a kind that it has not seen, beside held-out glasses of its own.

The truth of such glasses is known, because they were simulated for this test. A model is judged by the
scores of its wing, by how often the truth lies in the interval of a prediction, and by how often it says
that a glass is unlike those that it has seen. A model that cannot read a glass refuses it, and says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mechanist.core.typing import BoolArray, FloatArray, IntArray
from mechanist.describe.plasticity_targets import plastic_targets
from mechanist.formats.predictions import COLUMNS, TARGET
from mechanist.formats.sample import Sample, read_sample
from mechanist.formats.tables import LOAD, OBJECT, SAMPLE
from mechanist.learn.splits import Splits
from mechanist.predict.conformal import held_within
from mechanist.predict.kept_model import KeptModel
from mechanist.predict.particle_predictions import as_seen_by, predict_particles


@dataclass(frozen=True, eq=False)
class Judged:
    """Predictions for glasses of one kind, with their truth.

    Parameters
    ----------
    table : DataFrame
        As :mod:`mechanist.formats.predictions` describes.
    within : ndarray of shape (n_rows,), bool, or None
        Whether the truth of each row lies in the interval of its prediction; None without intervals.
    outside : list of bool
        Whether each glass is unlike those that the model has seen; empty if that is unknown.
    distances : list of float
        Distance of each glass, in units of the model's limit.
    """

    table: pd.DataFrame
    within: BoolArray | None
    outside: Sequence[bool] = ()
    distances: Sequence[float] = ()


@dataclass(frozen=True, eq=False)
class UnseenGlass:
    """A glass that no model has seen, and what its particles did under a load.

    Parameters
    ----------
    sample : Sample
    truth : DataFrame
        Target table under the load.
    """

    sample: Sample
    truth: pd.DataFrame


def read_unseen(
    paths: Sequence[Path], load: str, *, cutoff: float, strains: Sequence[float]
) -> list[UnseenGlass]:
    """Read the glasses of one kind, without those whose simulation failed.

    Parameters
    ----------
    paths : sequence of Path
        Sample files.
    load : str
        Name of the load.
    cutoff : float
        Radius of the neighbourhood of the targets.
    strains : sequence of float
        Strains of stored frames.
    """
    read = [sample for sample in map(read_sample, paths) if load in sample.good_loads]
    return [
        UnseenGlass(sample, table)
        for sample in read
        if sample.status == "ok"
        for table in plastic_targets(sample, cutoff=cutoff, strains=strains)
        if str(table[LOAD].iloc[0]) == load
    ]


def judged_unseen(
    model: KeptModel, glasses: Sequence[UnseenGlass], load: str, *, probe: float | None = None
) -> Judged:
    """Predict glasses of one kind.

    Parameters
    ----------
    model : KeptModel
    glasses : sequence of UnseenGlass
    load : str
        Name of the load.
    probe : float, optional
        Strain of the tiny elastic step, for a mechanism-based rival. It reads the potential and the state
        under load of a simulated glass, whatever its dimension and species, so it refuses none for
        these; a kept model sees what it would see of a user's file.

    Raises
    ------
    ValueError
        If the model cannot read such a glass, or the simulation of all of them failed.
    """
    if not glasses:
        raise ValueError("the simulation of all these glasses failed")
    tables, within, outside, distances = [], [], [], []
    for glass in glasses:
        sample, truth = glass.sample, glass.truth
        if probe is None:
            seen = as_seen_by(model, sample.reference, units=sample.units)
            found = predict_particles(model, seen, {load: sample.loads[load].tensor})
            values, distance = found.table[model.targets].to_numpy(), found.distance
            outside.append(found.outside)
        else:
            values, mean = _by_mechanism(model, sample, load, probe)
            distance = model.known.distance(mean, len(sample.reference))
            outside.append(distance > model.known.limit)
        distances.append(distance / model.known.limit)
        for k, target in enumerate(model.targets):
            if target not in truth.columns:
                continue
            tables.append(_rows(sample.name, load, target, truth[target], values[:, k]))
            within.append(_within(model, k, tables[-1]))
    known = all(one is not None for one in within)
    # A model that has seen too few glasses has no limit, and so says nothing of others.
    limited = np.isfinite(model.known.limit)
    return Judged(
        pd.concat(tables, ignore_index=True),
        np.concatenate([one for one in within if one is not None]) if known else None,
        outside if limited else (),
        distances if limited else (),
    )


def _by_mechanism(
    model: KeptModel, sample: Sample, load: str, probe: float
) -> tuple[FloatArray, FloatArray]:
    """Return predictions and mean features of a model that reads states under load."""
    path, parts = sample.loads[load], []
    for one in model.descriptors:
        describe = one.load()
        state = path.frame(probe).configuration if describe.card.needs_probe else None
        features = describe(sample.reference, load=path.tensor, probe=state)
        if tuple(features.names) != one.features:
            odd = sorted(set(features.names) ^ set(one.features))[:4]
            raise ValueError(
                f"descriptor {one.kind!r} has other features of {sample.name} than of the glasses that model"
                f" {model.name!r} was fitted to; the first that differ are {odd}"
            )
        parts.append(np.asarray(features.values, np.float32).astype(np.float64))
    X = np.hstack(parts)
    return model.of_features(X), X.mean(axis=0)


def _rows(
    sample: str, load: str, target: str, truth: "pd.Series[float]", predicted: FloatArray
) -> pd.DataFrame:
    columns: dict[str, object] = {
        SAMPLE: sample,
        LOAD: load,
        OBJECT: np.arange(len(truth)),
        "fold": 0,
        TARGET: target,
        "truth": truth.to_numpy(),
        "prediction": predicted,
    }
    return pd.DataFrame(columns)[list(COLUMNS)]


def _within(model: KeptModel, k: int, rows: pd.DataFrame) -> BoolArray | None:
    interval = model.intervals[k]
    if interval is None:
        return None
    residual = (rows["truth"] - rows["prediction"]).to_numpy()
    return np.asarray((residual >= interval.lower) & (residual <= interval.upper))


def judged_held_out(
    predictions: pd.DataFrame, splits: Splits, load: str, targets: Sequence[str], *, level: float
) -> Judged:
    """Return predictions for held-out glasses of a model's own system under one load.

    Parameters
    ----------
    predictions : DataFrame
        Out-of-fold predictions of the model, under all loads.
    splits : Splits
    load : str
        The load that is judged; the intervals are those of all loads, as of a kept model.
    targets : sequence of str
        Targets that are judged.
    level : float
        Level of the intervals.
    """
    tables, within = [], []
    for target in targets:
        table = predictions[predictions[TARGET] == target]
        residuals = (table["truth"] - table["prediction"]).to_numpy(np.float64)
        groups = table[SAMPLE].astype(str).map(splits.group_of)
        codes: IntArray = pd.factorize(groups)[0].astype(np.int64)
        found = held_within(residuals, codes, table["fold"].to_numpy(np.int64), level=level)
        chosen = (table[LOAD].astype(str) == load).to_numpy()
        # Dependent samples count as one.
        tables.append(table[chosen].assign(**{SAMPLE: groups[chosen]}))
        within.append(None if found is None else found[chosen])
    known = [one for one in within if one is not None]
    return Judged(
        pd.concat(tables, ignore_index=True),
        np.concatenate(known) if len(known) == len(within) else None,
    )
