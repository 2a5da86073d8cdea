"""Predictions for one sample as tables, as columns beside its particles, and as a summary."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mechanist.core.typing import FloatArray
from mechanist.formats.described_columns import PURE, SHARE, Column
from mechanist.formats.tables import LOAD, OBJECT
from mechanist.predict.asked import Asked
from mechanist.predict.kept_model import KeptModel
from mechanist.predict.load_scan import LoadScan, scan_with_mean
from mechanist.predict.particle_predictions import Predicted, judged, predict_particles
from mechanist.predict.prediction_summary import ANY_LOAD, Summary
from mechanist.settings.target_names import at_strain


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is predicted for one sample.

    Parameters
    ----------
    tables : iterator of DataFrame
        A row for each particle under one load, load by load.
    columns : dict of str to ndarray of shape (n_particles,)
        What to write beside the particles; see :func:`prediction_of`.
    tensors : dict of str to ndarray of shape (3, 3)
        The loads by name; of a scan, the directions.
    distance, limit : float
    reasons : list of str
        As in :class:`mechanist.predict.particle_predictions.Predicted`.
    """

    tables: Iterator[pd.DataFrame]
    columns: dict[str, FloatArray]
    tensors: dict[str, FloatArray]
    distance: float
    limit: float
    reasons: list[str]

    def summary(self, model: KeptModel, asked: Asked) -> Summary:
        """Return what a reader must know of these predictions."""
        return {
            "model": f"{model.system}/{model.name}",
            "quantity": model.quantity,
            "unit": model.unit,
            "strains": list(model.strains),
            "length": model.known.length,
            "scan": asked.scan,
            "plastic_fraction": model.odds[0].fraction,
            "particles": len(asked.as_read),
            "loads": {
                name: [[float(v) for v in row] for row in tensor]
                for name, tensor in self.tensors.items()
            },
            "distance": self.distance,
            "limit": self.limit if np.isfinite(self.limit) else None,
            "outside": list(self.reasons),
        }


def prediction_of(model: KeptModel, asked: Asked) -> Prediction:
    """Predict all that was asked for.

    Columns have names that OVITO and LAMMPS accept: for each load and strain
    ``<quantity>_<load>_<strain>`` and ``plastic_<load>_<strain>``, the probability; of a scan the
    largest prediction, the anisotropy, and the direction of tension in which a particle of a 2D sample
    is weakest, in degrees. The strain 0.02 is written ``0p02``.
    """
    if not asked.scan:
        found = predict_particles(model, asked.configuration, asked.loads)
        judgement = found.distance, found.limit, found.reasons
        return Prediction(found.tables(), columns_of_loads(found), asked.loads, *judgement)
    scan, mean = scan_with_mean(model, asked.configuration)
    names = direction_names(scan.tensors)
    distance, reasons = judged(model, asked.configuration, mean[None], {names[0]: scan.tensors[0]})
    tensors = dict(zip(names, scan.tensors, strict=True))
    return Prediction(
        _scan_tables(model, scan, names),
        columns_of_scan(model, scan),
        tensors,
        distance,
        model.known.limit,
        reasons,
    )


def direction_names(tensors: FloatArray) -> list[str]:
    """Return a name for each direction of a scan: in 2D the angle of the axis of tension."""
    if not tensors[:, 2].any():
        return [f"tension_{round(180 * k / len(tensors)):03d}_degrees" for k in range(len(tensors))]
    return [f"direction_{k:03d}" for k in range(len(tensors))]


def _scan_tables(model: KeptModel, scan: LoadScan, names: list[str]) -> Iterator[pd.DataFrame]:
    for k in range(len(names)):
        values = scan.along(k).astype(np.float32)
        codes = np.full(len(values), k)
        table = pd.DataFrame(
            {
                LOAD: pd.Categorical.from_codes(codes, names),
                OBJECT: np.arange(len(values), dtype=np.int64),
            }
        )
        for s, target in enumerate(model.targets):
            table[target] = values[:, s]
        yield table


def prediction_metadata(model: KeptModel) -> dict[str, Column]:
    """Return unit, meaning and allowed values of every column of the table of predictions."""
    found: dict[str, Column] = {
        "id": Column(PURE, "Number of the particle in the file that was given.", "whole numbers")
    }
    none = (
        "the truth is a class"
        if model.classifies
        else "the model was kept from too few samples to calibrate it"
    )
    for target, strain, interval in zip(model.targets, model.strains, model.intervals, strict=True):
        at = f"at an equivalent shear strain of {strain:g}"
        found[target] = Column(model.unit, f"Predicted {model.quantity} {at}.")
        if interval is not None:
            which = f"of the interval that holds the truth of {interval.level:.0%} of the particles {at}."
        else:
            which = f"of the interval {at}, which is missing: {none}."
        for end in ("lower", "upper"):
            found[f"{target}|{end}"] = Column(model.unit, f"{end.capitalize()} end {which}")
        found[at_strain("plastic", strain)] = Column(
            PURE, f"Probability of being among the most plastic particles {at}.", SHARE
        )
    return found


def columns_of_scan(model: KeptModel, scan: LoadScan) -> dict[str, FloatArray]:
    """Return extremes over all directions as columns of particles."""
    columns: dict[str, FloatArray] = {}
    for k, strain in enumerate(model.strains):
        end = _written(strain)
        columns[f"largest_{model.quantity}_{end}"] = scan.largest[:, k]
        columns[f"anisotropy_{end}"] = scan.anisotropy[:, k]
        if not scan.tensors[:, 2].any():
            step = 180 / len(scan.tensors)
            columns[f"weakest_degrees_{end}"] = np.float64(step) * scan.weakest[:, k]
    return columns


def columns_of_loads(found: Predicted) -> dict[str, FloatArray]:
    """Return predictions under each load as columns of particles."""
    columns: dict[str, FloatArray] = {}
    model = found.model
    for load, values in found.predictions.items():
        between = "" if load == ANY_LOAD else f"_{load}"
        for k, strain in enumerate(model.strains):
            end = f"{between}_{_written(strain)}"
            columns[f"{model.quantity}{end}"] = values[:, k]
            columns[f"plastic{end}"] = model.odds[k].probability(values[:, k])
    return columns


def _written(strain: float) -> str:
    return f"{strain:g}".replace(".", "p")
