"""What the solver asks of the matter in its voxels: one crystal everywhere, or several phases."""

from typing import Protocol

from mechanist.core.typing import FloatArray
from mechanist.simulate.crystal_law_flow import Solution


class VoxelSolver(Protocol):
    """Stress and slip of many voxels; see :class:`mechanist.simulate.crystal_law_flow.Voxels`."""

    stress: FloatArray
    slip: FloatArray

    def turn(self, rotations: FloatArray) -> None:
        """Rotate the initial guess of the stress into the current crystal frames."""

    def solve(
        self, drive: FloatArray, rotations: FloatArray, resistance: FloatArray, *,
        dt: float, reference: tuple[float, float], tolerance: float,
    ) -> Solution:  # fmt: skip
        """Solve a time step for the stress and the slip."""

    def softness(self) -> float:
        """Return the trace of the slip compliance of the last step, mean over voxels, 1/MPa."""


class Medium(Protocol):
    """Elasticity and slip of all voxels."""

    @property
    def label(self) -> str:
        """Name of the slip systems, kept in files."""

    @property
    def width(self) -> int:
        """Number of columns of an array of slip, at least that of slip systems."""

    @property
    def stiffness(self) -> FloatArray:
        """Mean Mandel stiffness in crystal frames, shape (6, 6), MPa."""

    def flow(self, slip: FloatArray) -> FloatArray:
        """Return the plastic strain (n, 6) of slips (n, width), Mandel, crystal frames."""

    def spin(self, slip: FloatArray) -> FloatArray:
        """Return the plastic rotation vectors (n, 3) of slips, crystal frames."""

    def voxels(self, n: int, *, threads: int = 1) -> VoxelSolver:
        """Return the solver of ``n`` voxels."""
