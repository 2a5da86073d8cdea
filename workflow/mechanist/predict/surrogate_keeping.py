"""Fit a surrogate to all samples, and measure on held-out samples how far it can be relied on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mechanist.assess.rotation_scores import voxel_misorientation
from mechanist.core.narrowing import Json
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.tables import OBJECT, SAMPLE
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_forward import CubeArrays
from mechanist.learn.cube_models import CubeModel, fit_model
from mechanist.learn.fitted_cubes import FittedCubeModel
from mechanist.predict.conformal import (
    fewest_samples,
    held_coverage,
    largest_error,
    residual_interval,
)
from mechanist.predict.kept_model import Interval
from mechanist.predict.kept_surrogate import KEPT_KINDS, KeptSurrogate, SeenCells
from mechanist.predict.seen_cells import grain_diameter
from mechanist.predict.voxel_fields import KINDS
from mechanist.settings.entry_types.crystal_systems_entries import CrystalMaterialEntry
from mechanist.settings.target_names import at_strain


@dataclass(frozen=True, kw_only=True)
class SurrogateKeeping:
    """How a surrogate is kept.

    Parameters
    ----------
    system, name, label : str
        System and name of the model, and its label.
    material_name : str
        Name of the material.
    material : mapping
        Crystal and hardening law, as in the configuration.
    axis : str
        Axis of the tension.
    passes : int
        Maximum number of applications of the Green operator.
    level : float
        Probability that the truth lies in the interval of a prediction.
    """

    system: str
    name: str
    label: str
    material_name: str
    material: CrystalMaterialEntry
    axis: str
    passes: int
    level: float


def keep_surrogate(
    model: CubeModel,
    samples: Sequence[VoxelPaths],
    predictions: pd.DataFrame,
    keeping: SurrogateKeeping,
    *,
    seed: int,
    facts: Mapping[str, Json],
) -> KeptSurrogate:
    """Return a surrogate fitted to all samples of its system.

    Parameters
    ----------
    model : CubeModel
    samples : sequence of VoxelPaths
        Samples of all systems that were predicted.
    predictions : DataFrame
        Predictions of the model, which are out of fold for its own system.
    keeping : SurrogateKeeping
    seed : int
        Seed of the model.
    facts : mapping
        What the card says besides.

    Raises
    ------
    ValueError
        If the fitted form of the model does not consist of numbers, or reads fields of a descriptor.
    """
    check_kind(keeping.name, model)
    own = [sample for sample in samples if sample.system == keeping.system]
    most = max(len(sample.strains) for sample in own)
    own = [sample for sample in own if len(sample.strains) == most]
    fitted = _as_numbers(model.kind, fit_model(model, own, seed=seed))
    held = _held_out(own, predictions)
    strains = [float(strain) for strain in fitted.strains]
    checks = [_check(held, k, keeping.level) for k in range(len(strains))]
    return KeptSurrogate(
        system=keeping.system,
        name=keeping.name,
        label=keeping.label,
        kind=model.kind,
        material=keeping.material,
        passes=keeping.passes,
        fitted=fitted,
        intervals=tuple(check[0] for check in checks),
        errors=tuple(check[1] for check in checks),
        seen=SeenCells(keeping.material_name, _diameters(samples, predictions), keeping.axis),
        facts={
            **facts,
            "samples": len(own),
            "voxels": own[0].n_voxels,
            "fewest_samples_for_intervals": fewest_samples(keeping.level),
            "level": keeping.level,
            "held_out": {
                at_strain("strain", strain): check[2]
                for strain, check in zip(strains, checks, strict=True)
            },
        },
    )


def check_kind(name: str, model: CubeModel) -> None:
    """Refuse a model whose fitted form does not consist of numbers that can be kept.

    Raises
    ------
    ValueError
        With the reason.
    """
    if model.kind not in KEPT_KINDS:
        raise ValueError(
            f"kind {model.kind!r} of model {name!r}; only {', '.join(KEPT_KINDS)} can be kept: other"
            " kinds have no fitted form that consists of numbers alone"
        )
    read = {*model.guess, *model.fields, *model.central}
    if unknown := sorted(read - set(KINDS)):
        raise ValueError(
            f"model {name!r} reads {unknown}; only models of {sorted(KINDS)} can be kept, which are"
            " computed for any map"
        )


def _as_numbers(kind: str, fitted: FittedCubeModel) -> FittedCubeModel:
    """Return a fitted model whose network consists of plain arrays."""
    if kind != "recurrent":
        return fitted
    # Only networks need the library that trains them.
    from mechanist.learn.cube_training import FittedCubeNetwork
    from mechanist.learn.network_arrays import network_arrays

    learnt = fitted.learnt
    assert isinstance(learnt, FittedCubeNetwork)
    plain = CubeArrays(network_arrays(learnt), learnt.layout, learnt.sizes)
    return FittedCubeModel(fitted.guess, fitted.strains, plain)


def _diameters(samples: Sequence[VoxelPaths], predictions: pd.DataFrame) -> dict[str, float]:
    """Return the mean diameter of grains in voxels of each system that the model was scored on."""
    scored = set(predictions[SAMPLE].astype(str))
    found: dict[str, list[float]] = {}
    for sample in samples:
        if sample.name in scored:
            found.setdefault(sample.system, []).append(grain_diameter(sample.grains))
    return {system: float(np.mean(each)) for system, each in found.items()}


@dataclass(frozen=True, eq=False)
class _Held:
    """What is known of voxels out of fold, rows of all samples one after the other."""

    error: FloatArray
    residual: FloatArray
    samples: IntArray
    folds: IntArray


def _held_out(own: Sequence[VoxelPaths], predictions: pd.DataFrame) -> _Held:
    """Return misorientations, and true minus predicted angles, in degrees at each strain."""
    errors, residuals, codes, folds = [], [], [], []
    rows = dict(list(predictions.groupby(SAMPLE, observed=True, sort=False)))
    for code, sample in enumerate(own):
        table = rows[sample.name].sort_values(OBJECT)
        values = table.drop(columns=[SAMPLE, OBJECT, "fold"]).to_numpy(np.float64)
        said = values.reshape(len(values), -1, 3)[:, : len(sample.strains)]
        true = sample.paths()
        none = np.zeros_like(true)
        errors.append(voxel_misorientation(sample, said, true))
        residuals.append(
            voxel_misorientation(sample, none, true) - voxel_misorientation(sample, none, said)
        )
        codes.append(np.full(len(values), code))
        folds.append(table["fold"].to_numpy(np.int64))
    return _Held(*(np.concatenate(each) for each in (errors, residuals, codes, folds)))


def _check(
    held: _Held, k: int, level: float
) -> tuple[Interval | None, float | None, dict[str, Json]]:
    """Return interval and largest error at one strain, with what held-out folds say of them."""
    residual, error = held.residual[:, k], held.error[:, k]
    found = residual_interval(residual, held.samples, level=level)
    covered = held_coverage(residual, held.samples, held.folds, level=level)
    facts: dict[str, Json] = {
        "coverage": float(np.mean(covered)) if covered else None,
        "mean_misorientation": float(error.mean()),
        "mean_rotation_error": float(np.abs(residual).mean()),
    }
    interval = None if found is None else Interval(found[0], found[1], level)
    return interval, largest_error(error, held.samples, level=level), facts
