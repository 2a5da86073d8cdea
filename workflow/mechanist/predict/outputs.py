"""Predictions for one sample as tables, as columns beside its particles, and as a summary."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mechanist.core.typing import FloatArray
from mechanist.formats.tables import LOAD, OBJECT
from mechanist.predict.asked import Asked
from mechanist.predict.kept_model import KeptModel
from mechanist.predict.load_scan import LoadScan, scan_loads
from mechanist.predict.particle_predictions import predict_particles
from mechanist.predict.prediction_summary import ANY_LOAD, Summary
from mechanist.settings.target_names import at_strain


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is predicted for one sample.

    Parameters
    ----------
    table : DataFrame
        A row for each particle under each load.
    tensors : dict of str to ndarray of shape (3, 3)
        The loads by name; of a scan, the directions.
    distance, limit : float
    reasons : list of str
        As in :class:`mechanist.predict.particle_predictions.Predicted`.
    scan : LoadScan or None
        The scan, if one was asked for.
    """

    table: pd.DataFrame
    tensors: dict[str, FloatArray]
    distance: float
    limit: float
    reasons: list[str]
    scan: LoadScan | None = None

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
    """Predict all that was asked for."""
    if not asked.scan:
        found = predict_particles(model, asked.configuration, asked.loads)
        return Prediction(found.table, asked.loads, found.distance, found.limit, found.reasons)
    scan = scan_loads(model, asked.configuration)
    names = direction_names(scan.tensors)
    one = predict_particles(model, asked.configuration, {names[0]: scan.tensors[0]})
    tensors = dict(zip(names, scan.tensors, strict=True))
    return Prediction(
        _scan_table(model, scan, names), tensors, one.distance, one.limit, one.reasons, scan
    )


def direction_names(tensors: FloatArray) -> list[str]:
    """Return a name for each direction of a scan: in 2D the angle of the axis of tension."""
    if not tensors[:, 2].any():
        return [f"tension_{round(180 * k / len(tensors)):03d}_degrees" for k in range(len(tensors))]
    return [f"direction_{k:03d}" for k in range(len(tensors))]


def _scan_table(model: KeptModel, scan: LoadScan, names: list[str]) -> pd.DataFrame:
    n_particles, n_directions, _ = scan.predictions.shape
    table = pd.DataFrame(
        {
            LOAD: pd.Categorical.from_codes(np.repeat(np.arange(n_directions), n_particles), names),
            OBJECT: np.tile(np.arange(n_particles, dtype=np.int64), n_directions),
        }
    )
    for k, target in enumerate(model.targets):
        table[target] = scan.predictions[:, :, k].T.reshape(-1).astype(np.float32)
    return table


def prediction_metadata(model: KeptModel) -> dict[str, dict[str, str]]:
    """Return unit and meaning of every column of the table of predictions."""
    found: dict[str, dict[str, str]] = {}
    for target, strain, interval in zip(model.targets, model.strains, model.intervals, strict=True):
        at = f"at an equivalent shear strain of {strain:g}"
        found[target] = {"unit": model.unit, "description": f"predicted {model.quantity} {at}"}
        if interval is not None:
            share = f"of the interval that holds the truth of {interval.level:.0%} of the particles"
            for end in ("lower", "upper"):
                found[f"{target}|{end}"] = {
                    "unit": model.unit,
                    "description": f"{end} end {share} {at}",
                }
        found[at_strain("plastic", strain)] = {
            "unit": "1",
            "description": f"probability of being among the most plastic particles {at}",
        }
    return found


def columns_of(model: KeptModel, found: Prediction) -> dict[str, FloatArray]:
    """Return predictions as columns of particles, with names that OVITO and LAMMPS accept.

    Returns
    -------
    dict of str to ndarray of shape (n_particles,)
        For each load and strain ``<quantity>_<load>_<strain>`` and ``plastic_<load>_<strain>``, the
        probability; of a scan the largest prediction, the anisotropy, and the direction of tension
        in which a particle of a 2D sample is weakest, in degrees. The strain 0.02 is written ``0p02``.
    """
    columns: dict[str, FloatArray] = {}
    if found.scan is not None:
        for k, strain in enumerate(model.strains):
            end = _written(strain)
            columns[f"largest_{model.quantity}_{end}"] = found.scan.predictions[:, :, k].max(axis=1)
            columns[f"anisotropy_{end}"] = found.scan.anisotropy[:, k]
            if not found.scan.tensors[:, 2].any():
                step = 180 / len(found.scan.tensors)
                columns[f"weakest_degrees_{end}"] = step * found.scan.weakest[:, k]
        return columns
    for load, table in found.table.groupby(LOAD, sort=False, observed=True):
        between = "" if load == ANY_LOAD else f"_{load}"
        for target, strain in zip(model.targets, model.strains, strict=True):
            end = f"{between}_{_written(strain)}"
            columns[f"{model.quantity}{end}"] = table[target].to_numpy(float)
            columns[f"plastic{end}"] = table[at_strain("plastic", strain)].to_numpy(float)
    return columns


def _written(strain: float) -> str:
    return f"{strain:g}".replace(".", "p")
