"""Stresses of homogeneous tests are derivatives of the energy along the test."""

from collections.abc import Callable

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.mechanics.rubber_energies import TERMS, energy_stress
from mechanist.mechanics.rubber_tests import Test, kinematics, unstretched

#: Deformation gradient of each test, written down independently, and the work per unit of stress
#: and stretch: an equibiaxial test works along two axes.
GRADIENTS: dict[Test, tuple[Callable[[float], FloatArray], float]] = {
    "uniaxial": (lambda s: np.diag([s, s**-0.5, s**-0.5]), 1.0),
    "equibiaxial": (lambda s: np.diag([s, s, s**-2.0]), 2.0),
    "pure_shear": (lambda s: np.diag([s, 1.0, 1 / s]), 1.0),
    "simple_shear": (lambda s: np.array([[1.0, s, 0], [0, 1, 0], [0, 0, 1]]), 1.0),
}
#: Energies written down independently of the terms' derivatives.
ENERGIES: dict[str, Callable[[float, float], float]] = {
    "I1": lambda a, _: a,
    "(I1-3)^2": lambda a, _: (a - 3) ** 2,
    "(I1-3)^3": lambda a, _: (a - 3) ** 3,
    "(I1-3)^4": lambda a, _: (a - 3) ** 4,
    "(I1-3)^5": lambda a, _: (a - 3) ** 5,
    "sqrt(I1)": lambda a, _: a**0.5,
    "I2": lambda _, b: b,
    "sqrt(I2)": lambda _, b: b**0.5,
    "ln(I2)": lambda _, b: float(np.log(b)),
    "(I1-3)(I2-3)": lambda a, b: (a - 3) * (b - 3),
}
STRETCHES = (1.2, 1.9, 3.1)


def invariants(gradient: FloatArray) -> tuple[float, float]:
    right = gradient.T @ gradient
    first = float(np.trace(right))
    return first, 0.5 * (first**2 - float(np.trace(right @ right)))


def test_every_term_has_an_energy_here() -> None:
    assert set(ENERGIES) == set(TERMS)


@pytest.mark.parametrize("test", list(GRADIENTS))
def test_invariants_are_those_of_the_deformation_gradient(test: Test) -> None:
    gradient, _ = GRADIENTS[test]
    k = kinematics(test, np.array(STRETCHES))
    expected = np.array([invariants(gradient(s)) for s in STRETCHES])
    np.testing.assert_allclose(k.first, expected[:, 0], rtol=1e-12)
    np.testing.assert_allclose(k.second, expected[:, 1], rtol=1e-12)
    assert np.linalg.det(gradient(STRETCHES[0])) == pytest.approx(1.0)


@pytest.mark.parametrize("term", list(ENERGIES))
@pytest.mark.parametrize("test", list(GRADIENTS))
def test_the_stress_is_the_derivative_of_the_energy(test: Test, term: str) -> None:
    gradient, axes = GRADIENTS[test]
    step = 1e-5
    energy = [
        [ENERGIES[term](*invariants(gradient(s + d))) for d in (-step, step)] for s in STRETCHES
    ]
    expected = np.diff(energy, axis=1)[:, 0] / (2 * step) / axes
    stress = energy_stress({term: 1.0}, kinematics(test, np.array(STRETCHES)))
    np.testing.assert_allclose(stress, expected, rtol=2e-6)


@pytest.mark.parametrize("test", list(GRADIENTS))
def test_small_strains_obey_linear_elasticity_with_the_modulus_of_the_energy(test: Test) -> None:
    k = kinematics(test, np.array([unstretched(test) + 1e-6]))
    # The shear modulus is 2 (dW/dI1 + dW/dI2) at I1 = I2 = 3: 2 * (0.2 + 0.05).
    stress = energy_stress({"I1": 0.2, "I2": 0.05}, k)
    np.testing.assert_allclose(stress, 0.5 * k.linear, rtol=1e-5)


def test_terms_add_with_their_coefficients() -> None:
    k = kinematics("uniaxial", np.array([2.0]))
    # 2 (L - L^-2) (c1 + c2 / L) at L = 2: 3.5 * (0.3 + 0.1 / 2).
    assert energy_stress({"I1": 0.3, "I2": 0.1}, k)[0] == pytest.approx(1.225)
