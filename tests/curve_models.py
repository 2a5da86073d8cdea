"""Kept models of curves with known numbers, and dislocations at rest."""

from functools import lru_cache

import numpy as np

from edge_dislocations import dislocations
from mechanist.describe.descriptor import load_descriptor
from mechanist.formats.configuration import Configuration
from mechanist.learn.score_map import ScoreMap
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.predict.curve_asked import relaxed
from mechanist.predict.curve_intervals import CurveBand
from mechanist.predict.curve_model import BranchFit, CurveModel, KnownStates
from mechanist.predict.kept_model import KeptDescriptor

STRAINS = (0.001, 0.01)
#: Taylor's law with these slopes, in D/b times b, is the truth of the world of these models.
SLOPES = (0.01, 0.1)
SHEAR = strain_of(simple_shear("xy"))


@lru_cache
def at_rest(seed: int = 0, n: int = 16) -> Configuration:
    """Return a relaxed configuration of random dislocations."""
    return relaxed(dislocations(seed, n=n, apart=1.5))


def band(factor: float = 2.0) -> CurveBand:
    """Return a band that is not symmetric."""
    return CurveBand(np.array([-0.001, -0.01]), np.array([0.003, 0.02]), factor)


def fit(n_features: int = 1, **changes: object) -> BranchFit:
    """Return a fit with the same slopes for all features."""
    parts: dict[str, object] = {
        "scores": None,
        "slopes": np.tile(SLOPES, (n_features, 1)).astype(float),
        "constant": np.zeros(2),
        "band": band(),
        "mean": np.full(n_features, 0.2),
        "deviation": np.full(n_features, 0.02),
        "limit": 3.0,
    }
    return BranchFit(**{**parts, **changes})  # type: ignore[arg-type]


def curve_model(kind: str = "dislocation_density", **changes: object) -> CurveModel:
    """Return a model that reads one descriptor; of the density, it is Taylor's law."""
    names = tuple(load_descriptor(kind)(at_rest(), load=SHEAR).names)
    undeformed, loaded = fit(len(names)), fit(len(names), band=None, limit=np.inf)
    parts: dict[str, object] = {
        "system": "flat",
        "name": "taylor",
        "label": "Taylor scaling",
        "quantity": "stress",
        "unit": "D/b",
        "strains": STRAINS,
        "descriptors": (KeptDescriptor(kind, {}, names),),
        "branches": {"prestrained": loaded, "undeformed": undeformed},
        "level": 0.9,
        "known": KnownStates((8, 20), (0.02, 0.05), (20.0, 20.0)),
        "facts": {"code": "abc", "samples": 3, "held_out": {"prestrained": {}, "undeformed": {}}},
    }
    return CurveModel(**{**parts, **changes})  # type: ignore[arg-type]


def score_map(n_features: int = 1) -> ScoreMap:
    """Return a map of three knots for every feature."""
    return ScoreMap(
        np.tile([0.0, 0.1, 0.4], (n_features, 1)), np.tile([-1.0, 0.0, 2.0], (n_features, 1))
    )
