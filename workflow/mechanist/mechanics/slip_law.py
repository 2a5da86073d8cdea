"""Hardening law of interacting slip systems, whose coefficients are to be found.

The slip resistance of a system and the evolution of its density, with the dislocation densities
``rho`` and the slip rates ``gdot``, are::

    (tau_i / (mu b_i))^2 = sum_j H_ij rho_j
    d rho_i / dt = sum_jk K_ijk sqrt(rho_j) |gdot_k| - y_i rho_i |gdot_i|
    |gdot_i| = rate (|tau applied on i| / tau_i)^exponent

``K`` describes storage (Kocks and Mecking's mean free path, one coefficient for each obstacle ``j``
and moving system ``k``) and ``y`` describes recovery.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray

#: Power of the densities in the storage term.
STORAGE_POWER: Final = 0.5


@dataclass(frozen=True)
class Flow:
    """Known quantities besides the coefficients: elasticity and the rate law.

    Parameters
    ----------
    shear_modulus : float
        Shear modulus, MPa.
    burgers : float
        Length of the shortest Burgers vector, m.
    exponent : float
        Stress exponent of the slip rate.
    rate : float
        Slip rate where the resolved stress equals the resistance, 1/s.

    Raises
    ------
    ValueError
        If one of them is not positive.
    """

    shear_modulus: float = 42000.0
    burgers: float = 2.56e-10
    exponent: float = 20.0
    rate: float = 1e-3

    def __post_init__(self) -> None:
        """Check that all numbers are positive and finite."""
        for name in ("shear_modulus", "burgers", "exponent", "rate"):
            if not 0.0 < getattr(self, name) < np.inf:
                raise ValueError(f"{name} = {getattr(self, name)}; expected a positive number")

    def resistance(self, stresses: FloatArray, rates: FloatArray) -> FloatArray:
        """Return the resistance at which these resolved stresses cause these slip rates.

        Parameters
        ----------
        stresses : ndarray
            Resolved stresses, MPa, the unit of the resistance.
        rates : ndarray
            Slip rates, nonzero, 1/s.
        """
        return np.asarray(np.abs(stresses) * (self.rate / np.abs(rates)) ** (1.0 / self.exponent))


@dataclass(frozen=True, eq=False)
class SlipLaw:
    """Coefficients of all pairs and triples of slip systems.

    Parameters
    ----------
    interactions : ndarray of shape (n, n)
        ``H``, dimensionless.
    storage : ndarray of shape (n, n, n)
        ``K``, 1/m.
    recovery : ndarray of shape (n,)
        ``y``, dimensionless.
    lengths : ndarray of shape (n,)
        Length of each system's Burgers vector, relative to the shortest.

    Raises
    ------
    ValueError
        If shapes do not agree or a coefficient is not finite.
    """

    interactions: FloatArray
    storage: FloatArray
    recovery: FloatArray
    lengths: FloatArray

    def __post_init__(self) -> None:
        """Check shapes and values."""
        n = len(self.lengths)
        for name, order in (("interactions", 2), ("storage", 3), ("recovery", 1)):
            values = getattr(self, name)
            if values.shape != (n,) * order:
                raise ValueError(f"{name} has shape {values.shape}; expected {(n,) * order}")
            if not np.isfinite(values).all():
                place = np.argwhere(~np.isfinite(values))[0].tolist()
                raise ValueError(f"{name}{place} is not finite; expected finite coefficients")

    def __len__(self) -> int:
        return len(self.lengths)

    def resistances(self, densities: FloatArray, flow: Flow) -> FloatArray:
        """Return the resistance of each system, MPa, from densities of shape (..., n), 1/m^2.

        Where negative coefficients would give the root of a negative number, the result is zero.
        """
        squares = np.maximum(densities @ self.interactions.T, 0.0)
        return np.asarray(flow.shear_modulus * flow.burgers * self.lengths * np.sqrt(squares))

    def density_rates(self, densities: FloatArray, rates: FloatArray) -> FloatArray:
        """Return ``d rho / dt``, 1/(m^2 s), from densities and slip rates of shape (..., n)."""
        n, speeds = len(self), np.abs(rates)
        pairs = densities[..., :, None] ** STORAGE_POWER * speeds[..., None, :]
        stored = pairs.reshape(*speeds.shape[:-1], n * n) @ self.storage.reshape(n, n * n).T
        return np.asarray(stored - self.recovery * densities * speeds)
