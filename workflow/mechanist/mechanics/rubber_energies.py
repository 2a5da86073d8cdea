"""Terms of the elastic energy of incompressible isotropic solids in the invariants I1 and I2."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.mechanics.rubber_tests import Kinematics

Slope = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class EnergyTerm:
    """A term of the energy by its derivatives with respect to the invariants I1 and I2."""

    by_first: Slope
    by_second: Slope

    def stress(self, k: Kinematics) -> FloatArray:
        """Return the nominal stress of the term with a coefficient of 1."""
        by_first, by_second = self.by_first(k.first, k.second), self.by_second(k.first, k.second)
        return np.asarray(k.drive * (by_first + k.weight * by_second), float)


def _zero(first: FloatArray, second: FloatArray) -> FloatArray:
    del second
    return np.zeros_like(first)


def _power(exponent: int) -> EnergyTerm:
    return EnergyTerm(lambda a, _: exponent * (a - 3) ** (exponent - 1), _zero)


#: Candidate terms. A constant that makes an energy vanish without strain is left out of its name.
TERMS: Final[Mapping[str, EnergyTerm]] = {
    "I1": _power(1),
    "(I1-3)^2": _power(2),
    "(I1-3)^3": _power(3),
    "(I1-3)^4": _power(4),
    "(I1-3)^5": _power(5),
    "sqrt(I1)": EnergyTerm(lambda a, _: 0.5 / np.sqrt(a), _zero),
    "I2": EnergyTerm(_zero, lambda _, b: np.ones_like(b)),
    "sqrt(I2)": EnergyTerm(_zero, lambda _, b: 0.5 / np.sqrt(b)),
    "ln(I2)": EnergyTerm(_zero, lambda _, b: 1 / b),
    "(I1-3)(I2-3)": EnergyTerm(lambda _, b: b - 3, lambda a, _: a - 3),
}


def energy_stress(coefficients: Mapping[str, float], k: Kinematics) -> FloatArray:
    """Return the nominal stress of a sum of terms, shape (n,).

    Parameters
    ----------
    coefficients : mapping of str to float
        Coefficient of each term of :data:`TERMS`, in units of stress.
    k : Kinematics
    """
    parts = [value * TERMS[term].stress(k) for term, value in coefficients.items()]
    return np.asarray(np.sum(parts, axis=0), float)
