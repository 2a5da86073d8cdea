"""Several phases on one grid: each voxel has the elasticity, the slip and the hardening of its phase.

A mixture is both a medium and a hardening law. Arrays of slip and of internal state have as many
columns as the phase with most of them needs; the columns that a phase does not use hold zeros, or
ones where they are resistances.
"""

from collections.abc import Sequence

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.simulate.crystal_law import HardeningLaw
from mechanist.simulate.crystal_law_flow import Crystal, Solution, Voxels


class Mixture:
    """Crystals and hardening laws of several phases.

    Parameters
    ----------
    materials : sequence of (Crystal, HardeningLaw)
        Material of each phase.
    of_voxel : ndarray of shape (n,), int
        Index of the phase of each voxel, in the order in which voxels are numbered.

    Raises
    ------
    ValueError
        If an index is out of range.
    """

    def __init__(
        self, materials: Sequence[tuple[Crystal, HardeningLaw]], of_voxel: IntArray
    ) -> None:
        used = np.unique(of_voxel)
        if not np.isin(used, np.arange(len(materials))).all():
            raise ValueError(
                f"voxels are of phases {used.tolist()}; expected indices of {len(materials)} materials"
            )
        self.crystals = [crystal for crystal, _ in materials]
        self.laws = [law for _, law in materials]
        self.places = [np.flatnonzero(of_voxel == k) for k in range(len(materials))]
        self.n = len(of_voxel)

    @property
    def label(self) -> str:
        """Names of the tables of slip systems, joined by plus signs."""
        return "+".join(crystal.label for crystal in self.crystals)

    @property
    def width(self) -> int:
        """Number of slip systems of the phase that has most."""
        return max(crystal.width for crystal in self.crystals)

    @property
    def stiffness(self) -> FloatArray:
        """Stiffness in crystal frames, mean over voxels, shape (6, 6), MPa."""
        parts = [
            crystal.stiffness * len(at) / self.n
            for crystal, at in zip(self.crystals, self.places, strict=True)
        ]
        return np.sum(parts, axis=0)

    def flow(self, slip: FloatArray) -> FloatArray:
        """Return the plastic strain (n, 6) of slips (n, width), Mandel, crystal frames."""
        out = np.empty((self.n, 6))
        for crystal, at in zip(self.crystals, self.places, strict=True):
            out[at] = crystal.flow(slip[at, : crystal.width])
        return out

    def spin(self, slip: FloatArray) -> FloatArray:
        """Return the plastic rotation vectors (n, 3) of slips, crystal frames."""
        out = np.empty((self.n, 3))
        for crystal, at in zip(self.crystals, self.places, strict=True):
            out[at] = crystal.spin(slip[at, : crystal.width])
        return out

    def voxels(self, n: int, *, threads: int = 1) -> "MixedVoxels":
        """Return the solver of the voxels, ``n`` of which there must be as many as have a phase."""
        if n != self.n:
            raise ValueError(f"{n} voxels, of which {self.n} have a phase; expected equal numbers")
        return MixedVoxels(self, threads=threads)

    def initial(self, n: int) -> FloatArray:
        """Return the state of the undeformed voxels, shape (n, n_states)."""
        parts = [law.initial(len(at)) for law, at in zip(self.laws, self.places, strict=True)]
        out = np.zeros((n, max(part.shape[1] for part in parts)))
        for part, at in zip(parts, self.places, strict=True):
            out[at, : part.shape[1]] = part
        return out

    def resistance(self, state: FloatArray) -> FloatArray:
        """Return the resistance of every system in MPa, shape (n, width)."""
        out = np.ones((self.n, self.width))
        for k, at in enumerate(self.places):
            out[at, : self.crystals[k].width] = self.laws[k].resistance(self._own(state, k))
        return out

    def advance(self, state: FloatArray, slip: FloatArray) -> FloatArray:
        """Return the state after slip increments, shape (n, width), of either sign."""
        out = np.zeros_like(state)
        for k, at in enumerate(self.places):
            own = np.ascontiguousarray(slip[at, : self.crystals[k].width])
            new = self.laws[k].advance(self._own(state, k), own)
            out[at, : new.shape[1]] = new
        return out

    def _own(self, state: FloatArray, phase: int) -> FloatArray:
        """Return the states of the voxels of a phase, without the columns that it does not use."""
        width = self.laws[phase].initial(1).shape[1]
        return np.ascontiguousarray(state[self.places[phase], :width])


class MixedVoxels:
    """Stress and slip of the voxels of a mixture, solved phase by phase.

    Parameters
    ----------
    mixture : Mixture
        Phases.
    threads : int
        Number of threads; results do not depend on it.
    """

    def __init__(self, mixture: Mixture, *, threads: int = 1) -> None:
        self.stress = np.zeros((6, mixture.n))
        self.slip = np.zeros((mixture.n, mixture.width))
        self._parts = [
            (at, crystal.width, Voxels(crystal, len(at), threads=threads))
            for crystal, at in zip(mixture.crystals, mixture.places, strict=True)
        ]

    def turn(self, rotations: FloatArray) -> None:
        """Rotate the initial guess of the stress into the current crystal frames."""
        for at, width, part in self._parts:
            part.stress[:] = self.stress[:, at]
            part.slip[:] = self.slip[at, :width]
            part.turn(rotations[at])

    def solve(
        self, drive: FloatArray, rotations: FloatArray, resistance: FloatArray, *,
        dt: float, reference: tuple[float, float], tolerance: float,
    ) -> Solution:  # fmt: skip
        """Solve a time step for the stress and the slip; store them in ``stress`` and ``slip``."""
        worst, residual, steps = -1, 0.0, 0
        for at, width, part in self._parts:
            found = part.solve(
                np.ascontiguousarray(drive[:, at]),
                rotations[at],
                np.ascontiguousarray(resistance[at, :width]),
                dt=dt, reference=reference, tolerance=tolerance,
            )  # fmt: skip
            self.stress[:, at] = part.stress
            self.slip[at, :width] = part.slip
            steps += found.steps
            if found.worst >= 0 and not found.residual <= residual:
                worst, residual = int(at[found.worst]), found.residual
        return Solution(worst, residual, steps)

    def softness(self) -> float:
        """Return the trace of the slip compliance of the last step, mean over voxels, 1/MPa."""
        total = sum(part.softness() * len(at) for at, _, part in self._parts if len(at))
        return total / self.stress.shape[1]
