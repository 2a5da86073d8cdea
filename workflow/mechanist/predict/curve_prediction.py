"""The stress-strain curve that a kept model predicts for one relaxed dislocation configuration."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from mechanist.core.typing import FloatArray
from mechanist.describe.shared.glide import ROUND_OFF, Glide, read_glide
from mechanist.describe.shared.glide_balance import Balance
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import PRESTRAINED
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.predict.curve_model import BranchFit, CurveModel
from mechanist.predict.kept_model import KeptDescriptor

#: Mean residual stress above which a state is not at rest, in D/b times the root of the density:
#: positions with five digits stay below it.
REST: Final = 5e-4
#: Largest deviation of side and density, as fractions, from those seen.
SIDE_TOLERANCE: Final = 0.01
DENSITY_TOLERANCE: Final = 0.005


@dataclass(frozen=True, eq=False)
class PredictedCurve:
    """A predicted curve, and how far the configuration is from those that the model has seen.

    Parameters
    ----------
    table : DataFrame
        A row for each strain: ``strain``, ``stress``; ``lower`` and ``upper``, the interval at this
        strain by itself; ``curve_lower`` and ``curve_upper``, the wider one that holds the whole
        curve. Intervals are NaN if the model had too few samples. Stresses in D/b.
    distance, limit : float
        Distance of the features of the configuration from those seen, and what one of these stays
        within in 19 cases out of 20.
    reasons : list of str
        What puts the configuration outside the range seen; empty if it is inside.
    """

    table: pd.DataFrame
    distance: float
    limit: float
    reasons: list[str]

    @property
    def outside(self) -> bool:
        """Whether the configuration is unlike those that the model has seen."""
        return bool(self.reasons)


def curve_of(
    model: CurveModel, configuration: Configuration, *, branch: str, reverse: bool = False
) -> PredictedCurve:
    """Predict the curve of one configuration at rest.

    Parameters
    ----------
    model : CurveModel
    configuration : Configuration
        Dislocations of one slip system in a periodic square, relaxed at zero stress.
    branch : str
        What it has been through: one of the model's branches.
    reverse : bool
        Whether the load pushes positive dislocations along -x.

    Raises
    ------
    ValueError
        If the model does not know the branch or the load, or the configuration is not of this
        kind or not at rest.
    """
    check_branch(model, branch, reverse=reverse)
    load = strain_of(simple_shear("xy")) * (-1.0 if reverse else 1.0)
    glide = check_state(configuration)
    fit = model.branches[branch]
    features = np.concatenate([_features(d, configuration, load) for d in model.descriptors])
    stress, distance = fit.stress(features), fit.distance(features)
    table = pd.DataFrame({"strain": model.strains, "stress": stress})
    for ends, wider in ((("lower", "upper"), False), (("curve_lower", "curve_upper"), True)):
        for end, residuals in zip(ends, _residuals(fit, wider=wider), strict=True):
            table[end] = stress + residuals
    return PredictedCurve(table, distance, fit.limit, _outside(model, glide, distance, fit.limit))


def check_branch(model: CurveModel, branch: str, *, reverse: bool) -> None:
    """Refuse a history or a load that the model does not know, before anything is computed.

    Raises
    ------
    ValueError
        If there is no fit of the branch, or a pre-strained state is to be loaded in reverse.
    """
    if branch not in model.branches:
        raise ValueError(
            f"state {branch!r}; model {model.name!r} of system {model.system!r} knows"
            f" {list(model.branches)}"
        )
    if reverse and branch == PRESTRAINED:
        raise ValueError(
            "a pre-strained state is to be loaded against its pre-strain; the model has seen loading in"
            " the same direction only"
        )


def speed(glide: Glide) -> float:
    """Return the mean absolute residual stress on the dislocations at zero load, in D/b."""
    forces, _ = Balance(glide).linearised(glide.x)
    return float(np.abs(forces).mean() / glide.length)


def check_state(configuration: Configuration, *, moving: bool = False) -> Glide:
    """Return the dislocations of a configuration, once it is of the kind that models of curves know.

    Parameters
    ----------
    configuration : Configuration
    moving : bool
        Whether its dislocations need not be at rest.

    Raises
    ------
    ValueError
        If it is no neutral set of distinct edge dislocations in a periodic square, or not at rest:
        features of another state would be described.
    """
    x, y = (float(np.linalg.norm(vector)) for vector in configuration.cell[:2])
    if configuration.dimension == 2 and not np.isclose(x, y, rtol=ROUND_OFF, atol=0):
        raise ValueError(f"the box is {x:g} x {y:g} b; the models have seen square boxes only")
    glide = read_glide(configuration, strain_of(simple_shear("xy")))
    if not len(glide):
        raise ValueError("the configuration holds no dislocations; expected at least two")
    found, expected = speed(glide), REST * float(np.sqrt(glide.density))
    if not moving and not found <= expected:
        raise ValueError(
            f"the dislocations are not at rest: the mean residual stress on them is {found:.3g} D/b,"
            f" expected at most {expected:.3g}. Write positions with more digits, or relax the"
            " configuration first: `relax: true`"
        )
    return glide


def _residuals(fit: BranchFit, *, wider: bool) -> tuple[FloatArray, FloatArray]:
    """Return the lowest and the highest residual at each strain; NaN if unknown."""
    if fit.band is None or (wider and not np.isfinite(fit.band.factor)):
        unknown = np.full(len(fit.constant), np.nan)
        return unknown, unknown
    return fit.band.ends(fit.band.factor if wider else 1.0)


def _features(one: KeptDescriptor, configuration: Configuration, load: FloatArray) -> FloatArray:
    """Return the features of one descriptor, shape (n_features,)."""
    features = one.load()(configuration, load=load)
    if tuple(features.names) != one.features:
        odd = sorted(set(features.names) ^ set(one.features))[:4]
        raise ValueError(
            f"descriptor {one.kind!r} returns {len(features.names)} features where the model was fitted"
            f" to {len(one.features)}; the first that differ are {odd}. The library has changed"
            " since the model was made: make it anew"
        )
    # Models are fitted to features in single precision.
    return np.asarray(features.values, np.float32)[0].astype(np.float64)


def _outside(model: CurveModel, glide: Glide, distance: float, limit: float) -> list[str]:
    """Return what puts a configuration outside the range that is known, in plain words."""
    known, found = model.known, []
    for name, value, (low, high), margin, unit in (
        ("side of the box", glide.length, known.side, SIDE_TOLERANCE, " b"),
        ("density", glide.density, known.density, DENSITY_TOLERANCE, " per b^2"),
    ):
        if not (1 - margin) * low <= value <= (1 + margin) * high:
            found.append(f"its {name} is {value:.4g}{unit}, those seen are {low:.4g} to {high:.4g}")
    if distance > limit:
        found.append(
            f"its features are {distance:.3g} standard deviations from those of the samples seen,"
            f" which stay within {limit:.3g}"
        )
    return found
