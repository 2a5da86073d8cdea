"""Homogeneous tests of incompressible isotropic solids: invariants, and stress from an energy.

Rivlin's formulas for an energy ``W(I1, I2)`` per undeformed volume (Treloar, The Physics of Rubber
Elasticity, 3rd ed. 1975, chapter 10). The nominal stress is the force per undeformed area.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mechanist.core.typing import FloatArray

Test = Literal["uniaxial", "equibiaxial", "pure_shear", "simple_shear"]


@dataclass(frozen=True, eq=False)
class Kinematics:
    """What the stress of a test needs: ``stress = drive * (dW/dI1 + weight * dW/dI2)``.

    Parameters
    ----------
    first, second : ndarray of shape (n,)
        Invariants I1 and I2 of the right Cauchy-Green tensor.
    drive : ndarray of shape (n,)
        Common factor, zero for an undeformed sample.
    weight : ndarray of shape (n,)
        Part that I2 plays relative to I1.
    linear : ndarray of shape (n,)
        Nominal stress of linear elasticity with a shear modulus of 1.
    """

    first: FloatArray
    second: FloatArray
    drive: FloatArray
    weight: FloatArray
    linear: FloatArray


def _uniaxial(stretch: FloatArray) -> Kinematics:
    return Kinematics(
        first=stretch**2 + 2 / stretch, second=2 * stretch + stretch**-2,
        drive=2 * (stretch - stretch**-2), weight=1 / stretch, linear=3 * (stretch - 1),
    )  # fmt: skip


def _equibiaxial(stretch: FloatArray) -> Kinematics:
    return Kinematics(
        first=2 * stretch**2 + stretch**-4, second=stretch**4 + 2 * stretch**-2,
        drive=2 * (stretch - stretch**-5), weight=stretch**2, linear=6 * (stretch - 1),
    )  # fmt: skip


def _pure_shear(stretch: FloatArray) -> Kinematics:
    both = stretch**2 + 1 + stretch**-2
    return Kinematics(
        first=both, second=both, drive=2 * (stretch - stretch**-3),
        weight=np.ones_like(stretch), linear=4 * (stretch - 1),
    )  # fmt: skip


def _simple_shear(shear: FloatArray) -> Kinematics:
    both = 3 + shear**2
    return Kinematics(
        first=both, second=both, drive=2 * shear, weight=np.ones_like(shear), linear=shear
    )


KINEMATICS: Final[Mapping[Test, Callable[[FloatArray], Kinematics]]] = {
    "uniaxial": _uniaxial,
    "equibiaxial": _equibiaxial,
    "pure_shear": _pure_shear,
    "simple_shear": _simple_shear,
}


def kinematics(test: Test, stretch: FloatArray) -> Kinematics:
    """Return the kinematics of a test.

    Parameters
    ----------
    test : {"uniaxial", "equibiaxial", "pure_shear", "simple_shear"}
        Pure shear is the extension of a wide strip, also called planar tension.
    stretch : ndarray of shape (n,)
        Stretch of the pulled direction; for simple shear, the amount of shear.
    """
    return KINEMATICS[test](np.asarray(stretch, float))


def unstretched(test: Test) -> float:
    """Return the stretch (or amount of shear) of an undeformed sample."""
    return 0.0 if test == "simple_shear" else 1.0
