"""Stress of a slipping crystal: the local problem of crystal plasticity at many voxels.

Rate-dependent slip, ``dgamma_s/dt = rate |tau_s / resistance_s|^n sign(tau_s)``, with
``tau_s = stress : (b n^T)``, adds to the elastic strain. Each voxel solves

    ``(M0 + S) stress + dt sum_s dgamma_s/dt P_s = M0 polarisation + strain - plastic strain``

where ``S`` is its elastic compliance and ``M0`` the compliance of an isotropic reference medium;
without a reference medium (``M0 = 0``) this is an implicit step at given strain. The left side is
the gradient of a convex function of the stress, so the solution is unique and Newton's method with
bounded steps finds it. The equation is solved in the crystal frame, where ``S`` and the systems are
the same for all voxels and the isotropic ``M0`` is unchanged.

Fields have shape (6, n_voxels), Mandel components first.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.mechanics.crystal_elasticity import crystal_stiffness, to_mandel
from mechanist.mechanics.slip_systems import SlipSystems
from mechanist.simulate.crystal_law_newton import solve_voxels, to_crystal


@dataclass(frozen=True, eq=False)
class Crystal:
    """Elasticity and slip of a crystal, without its hardening.

    Parameters
    ----------
    systems : SlipSystems
        Planes and directions.
    constants : dict of str to float
        Elastic constants in MPa, see :func:`mechanist.mechanics.crystal_elasticity.crystal_stiffness`.
    rate : float
        Slip rate at a resolved stress equal to the resistance, 1/s.
    exponent : float
        Inverse rate sensitivity ``n``, at least 1.

    Raises
    ------
    ValueError
        If a number is out of range or the elastic constants do not fit the lattice.
    """

    systems: SlipSystems
    constants: dict[str, float]
    rate: float = 1e-3
    exponent: float = 20.0
    stiffness: FloatArray = field(init=False)
    compliance: FloatArray = field(init=False)
    schmid: FloatArray = field(init=False)
    axes: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        """Derive matrices in the crystal frame."""
        if not 0 < self.rate < np.inf or not 1 <= self.exponent < np.inf:
            raise ValueError(
                f"rate = {self.rate}, exponent = {self.exponent}; expected a positive rate and an"
                " exponent of at least 1"
            )
        stiffness = crystal_stiffness(self.systems.lattice, self.constants)
        tensors = self.systems.schmid()
        axes = 0.5 * np.cross(self.systems.normals, self.systems.directions)
        for name, value in (
            ("stiffness", stiffness),
            ("compliance", np.linalg.inv(stiffness)),
            ("schmid", to_mandel(tensors)),
            ("axes", axes),
        ):
            object.__setattr__(self, name, np.ascontiguousarray(value))

    @property
    def label(self) -> str:
        """Name of the table of slip systems."""
        return self.systems.name

    @property
    def width(self) -> int:
        """Number of slip systems."""
        return len(self.systems)

    def flow(self, slip: FloatArray) -> FloatArray:
        """Return the plastic strain (n, 6) of slips (n, n_systems), Mandel, crystal frames."""
        return np.asarray(np.einsum("vs,sa->va", slip, self.schmid))

    def spin(self, slip: FloatArray) -> FloatArray:
        """Return the plastic rotation vectors (n, 3) of slips, crystal frames."""
        return np.asarray(slip @ self.axes)

    def voxels(self, n: int, *, threads: int = 1) -> "Voxels":
        """Return the solver of ``n`` voxels of this crystal."""
        return Voxels(self, n, threads=threads)


@dataclass(frozen=True, eq=False)
class Solution:
    """Convergence of a time step.

    Parameters
    ----------
    worst : int
        Voxel with the largest residual; -1 if all converged.
    residual : float
        Its residual, as a strain.
    steps : int
        Newton steps, summed over voxels.
    """

    worst: int
    residual: float
    steps: int


class Voxels:
    """Stress and slip of many voxels of one crystal, with their work arrays.

    Parameters
    ----------
    crystal : Crystal
        Crystal of all voxels.
    n : int
        Number of voxels.
    threads : int
        Number of threads; results do not depend on it, because voxels are independent.
    """

    def __init__(self, crystal: Crystal, n: int, *, threads: int = 1) -> None:
        self.crystal = crystal
        self.stress = np.zeros((6, n))
        self.slip = np.zeros((n, len(crystal.systems)))
        self._crystal_stress = np.zeros((n, 6))
        self._softness = np.zeros(n)
        self._products = _packed_products(crystal.schmid)
        edges = np.linspace(0, n, threads + 1).astype(int)
        self._chunks = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def turn(self, rotations: FloatArray) -> None:
        """Rotate the initial guess of the stress into the current crystal frames."""
        to_crystal(self.stress, rotations, self._crystal_stress)

    def solve(
        self,
        drive: FloatArray,
        rotations: FloatArray,
        resistance: FloatArray,
        *,
        dt: float,
        reference: tuple[float, float],
        tolerance: float,
    ) -> Solution:
        """Solve a time step for the stress and the slip; store them in ``stress`` and ``slip``.

        Parameters
        ----------
        drive : ndarray of shape (6, n)
            ``M0 polarisation + strain - plastic strain`` before the step, sample frame.
        rotations : ndarray of shape (n, 3, 3)
            Rotations from crystal to sample frame.
        resistance : ndarray of shape (n, n_systems)
            In MPa, at the end of the step.
        dt : float
            Length of the step, s.
        reference : tuple of float
            Compliance of the reference medium to pressure, ``1 / (3 K0)``, and to shear,
            ``1 / (2 mu0)``; zeros for none.
        tolerance : float
            Largest accepted residual, as a strain.
        """
        crystal = self.crystal
        base = crystal.compliance + reference[1] * np.eye(6)
        base[:3, :3] += (reference[0] - reference[1]) / 3.0
        exponent = float(crystal.exponent)
        whole = int(exponent) if exponent == int(exponent) else 0

        def work(chunk: tuple[int, int]) -> tuple[int, float, int]:
            return solve_voxels(
                chunk[0], chunk[1], drive, rotations, resistance, crystal.schmid, self._products,
                base, dt * crystal.rate, exponent, whole, tolerance,
                self._crystal_stress, self.stress, self.slip, self._softness,
            )  # fmt: skip

        done = list(self._pool.map(work, self._chunks) if self._pool else map(work, self._chunks))
        worst, residual, _ = max(done, key=lambda part: part[1])
        return Solution(worst, residual, sum(part[2] for part in done))

    def softness(self) -> float:
        """Return the trace of the slip compliance of the last step, mean over voxels, 1/MPa."""
        return float(self._softness.mean())


def _packed_products(schmid: FloatArray) -> FloatArray:
    """Return the lower triangles of ``P P^T`` of every system, shape (n_systems, 21)."""
    rows, columns = np.tril_indices(6)
    return np.ascontiguousarray(schmid[:, rows] * schmid[:, columns])
