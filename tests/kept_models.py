"""Kept models with known weights, and the glasses that they have seen."""

from functools import lru_cache

import numpy as np

from glasses import glass
from mechanist.describe.descriptor import load_descriptor
from mechanist.mechanics.loads import simple_shear, strain_of, uniaxial
from mechanist.predict.kept_model import Interval, KeptDescriptor, KeptModel
from mechanist.predict.known_range import KnownRange, feature_range, principal_strains
from mechanist.predict.plastic_odds import PlasticOdds

SHEAR = strain_of(simple_shear("xy"))
STRAINS = (0.02, 0.04)


@lru_cache
def kept_model(*kinds: str, dimension: int = 2) -> KeptModel:
    """Return a model with random weights on the features of some descriptors of particles."""
    rng = np.random.default_rng(3)
    c = glass(dimension)[0]
    parts, descriptors = [], []
    for kind in kinds:
        features = load_descriptor(kind)(c, load=SHEAR)
        parts.append(features.values)
        descriptors.append(KeptDescriptor(kind, {}, tuple(features.names)))
    X = np.hstack(parts).astype(np.float32)
    copies = np.vstack([X, X + 0.01, X - 0.01])
    frames = [slice(k * len(X), (k + 1) * len(X)) for k in range(3)]
    seen = feature_range(copies, frames, [0, 1, 2])
    fraction = float(np.mean(c.species == 0))
    return KeptModel(
        system="flat",
        name="joint",
        label="Joint (ridge)",
        quantity="log10_d2min",
        unit="log10(sigma^2)",
        strains=STRAINS,
        descriptors=tuple(descriptors),
        slopes=rng.normal(size=(X.shape[1], len(STRAINS)))
        / np.maximum(X.std(axis=0), 0.1)[:, None],
        constant=np.array([-1.0, 0.5]),
        intervals=(Interval(-0.5, 0.75, 0.9), None),
        odds=(PlasticOdds(0.1, -2.0, 0.8), PlasticOdds(0.1, -2.5, 1.5)),
        known=KnownRange(
            species=c.species_names,
            dimension=dimension,
            units="lj",
            length=1.0,
            particles=len(c),
            density=(1.2, 1.2),
            composition={
                c.species_names[0]: (fraction, fraction),
                c.species_names[1]: (1 - fraction, 1 - fraction),
            },
            loads={
                "shear": principal_strains(SHEAR),
                "tension": principal_strains(uniaxial("x", dimension)),
            },
            mean=seen.mean,
            deviation=seen.deviation,
            limit=5.0,
        ),
        facts={"code": "abc", "samples": 3},
    )
