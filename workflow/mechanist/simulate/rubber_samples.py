"""Elastic tests of rubbers whose energy is known, with errors of measurement."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.mechanics.rubber_energies import energy_stress
from mechanist.mechanics.rubber_tests import Test, kinematics

#: Energies in MPa, by term. Magnitudes are typical of soft natural rubber and are not fitted.
ENERGIES: Final[Mapping[str, Mapping[str, float]]] = {
    "neo_hooke": {"I1": 0.2},
    "mooney_rivlin": {"I1": 0.16, "I2": 0.015},
    "gent_thomas": {"I1": 0.15, "ln(I2)": 0.15},
    "yeoh": {"I1": 0.18, "(I1-3)^2": -1.5e-3, "(I1-3)^3": 4e-5},
}
#: Largest stretch of each kind of test.
LARGEST: Final[Mapping[Test, float]] = {"uniaxial": 7.0, "equibiaxial": 4.5, "pure_shear": 5.0}
POINTS: Final = 20


def rubber_curves(
    energy: str, *, noise: float, rng: np.random.Generator
) -> dict[Test, tuple[FloatArray, FloatArray]]:
    """Return stretches and nominal stresses (MPa) of one rubber in three kinds of tests.

    Parameters
    ----------
    energy : str
        Name in :data:`ENERGIES`.
    noise : float
        Standard deviation of each stress, relative to its exact value.
    rng : numpy.random.Generator
    """
    curves: dict[Test, tuple[FloatArray, FloatArray]] = {}
    for test, largest in LARGEST.items():
        stretch = np.linspace(1.0, largest, POINTS + 1)[1:]
        exact = energy_stress(ENERGIES[energy], kinematics(test, stretch))
        curves[test] = stretch, exact * (1 + noise * rng.standard_normal(POINTS))
    return curves
