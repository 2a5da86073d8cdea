"""Hardening laws of crystal plasticity, solved exactly for several states and reversed loads.

The terms along one monotonic curve are nearly collinear; several starting densities, or cycles of
several amplitudes, separate them. Solutions are in closed form, so data without noise are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import FieldData


@dataclass(frozen=True)
class KocksMecking:
    """Storage and recovery of dislocations: ``d rho / d gamma = k1 sqrt(rho) - k2 rho``.

    Kocks, U. F., Mecking, H. (2003), Prog. Mater. Sci. 48, 171, 10.1016/S0079-6425(02)00003-8.
    Densities are in units of a reference density. The axis ``t`` is the shear strain gamma.

    Parameters
    ----------
    storage, recovery : float
        ``k1`` and ``k2``.
    starts : tuple of float
        Starting density of each test.
    strain : float
        Final shear strain.
    points : int
        Points of each curve.
    """

    storage: float = 12.0
    recovery: float = 8.0
    starts: tuple[float, ...] = (0.05, 0.1, 0.3, 1.0, 3.0, 5.0)
    strain: float = 0.5
    points: int = 201

    @property
    def truth(self) -> dict[str, dict[str, float]]:
        """True coefficients by target and term."""
        return {"rho_t": {"rho^0.5": self.storage, "rho": -self.recovery}}

    def tests(self) -> list[FieldData]:
        """Return density versus strain for every test."""
        gamma = np.linspace(0.0, self.strain, self.points)
        limit = self.storage / self.recovery
        decay = np.exp(-self.recovery * gamma / 2)
        return [
            FieldData(f"start {start:g}", {"t": gamma},
                      {"rho": (limit + (np.sqrt(start) - limit) * decay) ** 2})
            for start in self.starts
        ]  # fmt: skip


@dataclass(frozen=True)
class Voce:
    """Saturating flow stress: ``d tau / d gamma = theta (1 - tau / tau_s)``.

    Voce, E. (1948), J. Inst. Met. 74, 537. The axis ``t`` is the shear strain gamma.

    Parameters
    ----------
    hardening, saturation : float
        ``theta`` and ``tau_s``, in units of a reference stress.
    starts : tuple of float
        Initial flow stress of each test; above saturation the material softens.
    strain : float
        Final shear strain.
    points : int
        Points of each curve.
    """

    hardening: float = 5.0
    saturation: float = 1.2
    starts: tuple[float, ...] = (0.2, 0.4, 0.6, 0.9, 1.6)
    strain: float = 1.0
    points: int = 201

    @property
    def truth(self) -> dict[str, dict[str, float]]:
        """True coefficients by target and term."""
        return {"tau_t": {"1": self.hardening, "tau": -self.hardening / self.saturation}}

    def tests(self) -> list[FieldData]:
        """Return flow stress versus strain for every test."""
        gamma = np.linspace(0.0, self.strain, self.points)
        decay = np.exp(-self.hardening * gamma / self.saturation)
        return [
            FieldData(f"start {start:g}", {"t": gamma},
                      {"tau": self.saturation + (start - self.saturation) * decay})
            for start in self.starts
        ]  # fmt: skip


@dataclass(frozen=True)
class ArmstrongFrederick:
    """Back stress under cyclic strain: ``dX = C de - D X |de|``.

    Armstrong, P. J., Frederick, C. O. (1966), reprinted in Mater. High Temp. 24, 1 (2007),
    10.3184/096034007X207589. The plastic strain is ``a sin(2 pi t)``; its rate and its speed (the
    absolute rate) are known inputs.

    Parameters
    ----------
    hardening, recall : float
        ``C`` and ``D``, in units of a reference stress.
    amplitudes : tuple of float
        Strain amplitude ``a`` of each test.
    cycles : int
        Cycles of each test.
    points : int
        Points of each test.
    """

    hardening: float = 10.0
    recall: float = 6.0
    amplitudes: tuple[float, ...] = (0.05, 0.15, 0.4)
    cycles: int = 3
    points: int = 401

    @property
    def truth(self) -> dict[str, dict[str, float]]:
        """True coefficients by target and term."""
        return {"X_t": {"rate": self.hardening, "X speed": -self.recall}}

    def tests(self) -> list[FieldData]:
        """Return back stress versus time for every test."""
        return [self._test(amplitude) for amplitude in self.amplitudes]

    def _test(self, amplitude: float) -> FieldData:
        time = np.linspace(0.0, self.cycles, self.points)
        strain = amplitude * np.sin(2 * np.pi * time)
        rate = 2 * np.pi * amplitude * np.cos(2 * np.pi * time)
        stress = self._back_stress(time, strain, amplitude)
        inputs = {"rate": rate, "speed": np.abs(rate)}
        return FieldData(f"amplitude {amplitude:g}", {"t": time}, {"X": stress}, inputs)

    def _back_stress(self, time: FloatArray, strain: FloatArray, amplitude: float) -> FloatArray:
        """Follow the exponential approach to saturation from one reversal to the next."""
        stress = np.empty_like(time)
        limit = self.hardening / self.recall
        began, at, sense = 0.0, 0.0, 1.0
        # Reversals are at t = 1/4, 3/4, 5/4, ...
        arcs = np.floor(2 * time + 0.5).astype(int)
        for arc in range(arcs.max() + 1):
            inside = arcs == arc
            path = np.abs(strain[inside] - at)
            stress[inside] = sense * limit + (began - sense * limit) * np.exp(-self.recall * path)
            turned = sense * amplitude
            decay = np.exp(-self.recall * abs(turned - at))
            began, at, sense = sense * limit + (began - sense * limit) * decay, turned, -sense
        return stress


Law = KocksMecking | Voce | ArmstrongFrederick
LAWS: Final[Mapping[str, Law]] = {
    "kocks_mecking": KocksMecking(),
    "voce": Voce(),
    "armstrong_frederick": ArmstrongFrederick(),
}


def noisy_tests(law: Law, *, noise: float, rng: np.random.Generator) -> list[FieldData]:
    """Return the tests of a law with white noise on the measured fields; inputs stay exact.

    Parameters
    ----------
    law : KocksMecking, Voce or ArmstrongFrederick
    noise : float
        Standard deviation relative to that of each test's field.
    rng : numpy.random.Generator
    """
    return [
        replace(
            test,
            fields={
                name: values + noise * values.std() * rng.standard_normal(values.shape)
                for name, values in test.fields.items()
            },
        )
        for test in law.tests()
    ]
