"""Interface of all minimisers of the potential energy: arguments, result and error."""

from dataclasses import dataclass
from typing import Protocol

from mechanist.core.typing import FloatArray


@dataclass(frozen=True, eq=False)
class Relaxed:
    """An energy minimum.

    Parameters
    ----------
    positions : ndarray of shape (n, 3)
        Continuous with the starting positions (not wrapped again).
    energy : float
        Energy of all particles.
    stress : ndarray of shape (3, 3)
        Cauchy stress, tension positive; zero outside the plane in two dimensions.
    force_norm : float
        Euclidean norm of the remaining force on all particles.
    evaluations : int
        Number of evaluations of forces, or of products of the Hessian with a vector.
    """

    positions: FloatArray
    energy: float
    stress: FloatArray
    force_norm: float
    evaluations: int


class MinimisationError(RuntimeError):
    """A minimisation did not end in a minimum.

    Parameters
    ----------
    force_norm : float
        Force norm that was reached.
    tolerance : float
        Force norm that was expected.
    iterations : int
        Number of iterations.
    """

    def __init__(self, *, force_norm: float, tolerance: float, iterations: int) -> None:
        self.force_norm = force_norm
        self.tolerance = tolerance
        super().__init__(
            f"force norm {force_norm:.3g} after {iterations} iterations, expected at most"
            f" {tolerance:.3g}"
        )


class Relaxer(Protocol):
    """Minimises the energy of the particles that it was created for."""

    def relax(self, positions: FloatArray, cell: FloatArray, *, tolerance: float) -> Relaxed:
        """Return the minimum that is reached from ``positions`` at constant ``cell``.

        Parameters
        ----------
        positions : ndarray of shape (n, 3)
            In the lab frame, wrapped or not.
        cell : ndarray of shape (3, 3)
            Cell vectors as rows, in any orientation.
        tolerance : float
            Euclidean norm of the force on all particles.

        Raises
        ------
        MinimisationError
            If the tolerance is not reached.
        """
        ...
