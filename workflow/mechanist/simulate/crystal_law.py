"""Hardening laws of slip systems, for polycrystals and single crystals.

A law owns the internal state of a voxel and returns two things: the resistance of every system,
and the state after a slip increment. It depends on neither stress nor rate.

This module holds the phenomenological law of Peirce, Asaro & Needleman (1982),
https://doi.org/10.1016/0001-6160(82)90005-0; the law of dislocation densities is in
:mod:`mechanist.simulate.crystal_law_density`.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numba import njit

from mechanist.core.typing import FloatArray
from mechanist.mechanics.slip_systems import SlipSystems


class HardeningLaw(Protocol):
    """Interface of a hardening law to the engine."""

    def initial(self, n: int) -> FloatArray:
        """Return the state of ``n`` undeformed voxels, shape (n, n_systems)."""

    def resistance(self, state: FloatArray) -> FloatArray:
        """Return the resistance of every system in MPa, shape (n, n_systems)."""

    def advance(self, state: FloatArray, slip: FloatArray) -> FloatArray:
        """Return the state after slip increments, shape (n, n_systems), of either sign."""


@dataclass(frozen=True, eq=False)
class Voce:
    """Resistances that saturate, coupled by latent hardening.

    ``d tau_i = h0_i sum_j q_ij |1 - tau_j / tau_sat_j|^a sign(1 - tau_j / tau_sat_j) |dgamma_j|``.

    Parameters
    ----------
    tau0, tau_sat, h0 : float or ndarray of shape (n_systems,)
        Initial and final resistance and initial slope, MPa.
    a : float
        Exponent of saturation.
    latent : ndarray of shape (n_systems, n_systems)
        ``q``, see :func:`latent_matrix`.

    Raises
    ------
    ValueError
        If a number is out of range or ``latent`` is not square or not finite.
    """

    tau0: float | FloatArray
    tau_sat: float | FloatArray
    h0: float | FloatArray
    a: float
    latent: FloatArray

    def __post_init__(self) -> None:
        """Validate the parameters."""
        check_square(self.latent, "latent")
        for name in ("tau0", "tau_sat", "h0"):
            value = np.broadcast_to(np.asarray(getattr(self, name), float), len(self.latent))
            object.__setattr__(self, name, value.copy())
        tau0, tau_sat = np.asarray(self.tau0), np.asarray(self.tau_sat)
        ordered = (tau0 > 0) & (tau0 <= tau_sat) & np.isfinite(tau_sat) & (np.asarray(self.h0) >= 0)
        if not ordered.all() or not self.a >= 0:
            raise ValueError(
                f"tau0 = {tau0.tolist()}, tau_sat = {tau_sat.tolist()}, h0 = {self.h0},"
                f" a = {self.a}; expected 0 < tau0 <= tau_sat, and h0 and a not negative"
            )

    def initial(self, n: int) -> FloatArray:
        """Return ``tau0`` for every system of ``n`` voxels, MPa."""
        return np.tile(np.asarray(self.tau0), (n, 1))

    def resistance(self, state: FloatArray) -> FloatArray:
        """Return the state, which is the resistance."""
        return state

    def advance(self, state: FloatArray, slip: FloatArray) -> FloatArray:
        """Return resistances after slip, by the midpoint rule."""
        return _voce(
            state, slip, self.latent, np.asarray(self.tau_sat), np.asarray(self.h0), self.a
        )


def latent_matrix(systems: SlipSystems, *, coplanar: float = 1.0, other: float = 1.4) -> FloatArray:
    """Return a latent-hardening matrix that depends on whether two systems are coplanar.

    Parameters
    ----------
    systems : SlipSystems
        Any set of slip systems.
    coplanar, other : float
        Entries for coplanar systems, including the diagonal, and for different planes.

    Returns
    -------
    ndarray of shape (n_systems, n_systems)
    """
    parallel = np.abs(systems.normals @ systems.normals.T) > 1.0 - 1e-8
    return np.where(parallel, coplanar, other)


def check_square(matrix: FloatArray, name: str) -> None:
    """Raise ValueError unless a matrix is square and finite."""
    shape = np.shape(matrix)
    if len(shape) != 2 or shape[0] != shape[1] or not np.isfinite(matrix).all():
        raise ValueError(f"{name} has shape {shape}; expected a square matrix of finite numbers")


@njit(cache=True, nogil=True, error_model="numpy")
def _saturation(tau: float, tau_sat: float, a: float) -> float:
    distance = 1.0 - tau / tau_sat
    return abs(distance) ** a if distance >= 0.0 else -(abs(distance) ** a)


@njit(cache=True, nogil=True, error_model="numpy")
def _voce(
    state: FloatArray,
    slip: FloatArray,
    latent: FloatArray,
    tau_sat: FloatArray,
    h0: FloatArray,
    a: float,
) -> FloatArray:
    n, m = state.shape
    out = np.empty_like(state)
    effective, middle = np.empty(m), np.empty(m)
    for v in range(n):
        for stage in range(2):
            source = state[v] if stage == 0 else middle
            for j in range(m):
                effective[j] = _saturation(source[j], tau_sat[j], a) * abs(slip[v, j])
            for i in range(m):
                total = 0.0
                for j in range(m):
                    total += latent[i, j] * effective[j]
                if stage == 0:
                    middle[i] = state[v, i] + 0.5 * h0[i] * total
                else:
                    out[v, i] = state[v, i] + h0[i] * total
    return out
