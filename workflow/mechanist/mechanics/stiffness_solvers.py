"""Solve with the stiffness matrix of particles: by factors, or by iterations where these need too much.

SuperLU serves small systems. For larger ones, dense fronts in the order of a nested dissection take less
time and memory, and in three dimensions beyond :data:`ITERATIVE` particles even their factor is large:
conjugate gradients then need little more than the matrix.
"""

from typing import Final, Protocol

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import splu

from mechanist.core.typing import FloatArray
from mechanist.mechanics.nested_dissection import IndefiniteError, NestedFactors

#: Most particles that SuperLU serves.
SMALL: Final = 2000
#: Most particles in three dimensions whose factor is computed.
ITERATIVE: Final = 16_000
#: Norm of the residual, relative to that of the forces, at which iterations end.
TOLERANCE: Final = 1e-9
#: Most iterations.
ITERATIONS: Final = 20_000


class Solver(Protocol):
    """What solves with a matrix."""

    def solve(self, right: FloatArray) -> FloatArray:
        """Return the solution for right-hand sides of shape (n d,) or (n d, m)."""
        ...


def stiffness_solver(matrix: sparse.csc_array, places: FloatArray) -> tuple[Solver | None, float]:
    """Return what solves with a symmetric matrix of particles, and whether it is positive definite.

    Parameters
    ----------
    matrix : sparse array of shape (n d, n d)
        Degrees of freedom are particle-major.
    places : ndarray of shape (n, d)
        Positions of particles, wrapped into their box.

    Returns
    -------
    solver : Solver or None
        None if the matrix is not positive definite, as far as this shows before anything is solved.
    lowest : float
        Lowest pivot, or eigenvalue of a part that shows that there is no factor, relative to the largest:
        0 if one is exactly zero, negative if the matrix has a negative eigenvalue.
    """
    n, d = places.shape
    if n <= SMALL:
        return _small(matrix)
    if d == 3 and n > ITERATIVE:
        gradients = ConjugateGradients(matrix, d)
        return (gradients if gradients.lowest > 0 else None), gradients.lowest
    try:
        factors = NestedFactors(matrix, places)
    except IndefiniteError as error:
        return None, error.lowest
    return factors, float(factors.pivots.min() / factors.pivots.max())


def _small(matrix: sparse.csc_array) -> tuple[Solver | None, float]:
    try:
        # The matrix is symmetric: an ordering of A + A^T without pivoting halves the fill.
        factors = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0,
                       options={"SymmetricMode": True})  # fmt: skip
    except RuntimeError:  # what SuperLU raises on a pivot that is exactly zero
        return None, 0.0
    pivots = factors.U.diagonal()
    return factors, float(pivots.min() / max(np.abs(pivots).max(), np.finfo(float).tiny))


class ConjugateGradients:
    """Conjugate gradients, preconditioned by the stiffness that holds each particle in its place.

    Parameters
    ----------
    matrix : sparse array of shape (n d, n d)
        Symmetric and positive definite.
    dimension : int
        Degrees of freedom of a particle, d.

    Attributes
    ----------
    lowest : float
        Lowest eigenvalue of the stiffness of one particle, relative to the largest; the matrix is not
        positive definite if it is not positive.
    """

    def __init__(self, matrix: sparse.csc_array, dimension: int) -> None:
        d = dimension
        self._matrix = sparse.bsr_array(matrix, blocksize=(d, d))
        blocks = np.empty((matrix.shape[0] // d, d, d))
        for p in range(d):
            for q in range(d):
                diagonal = matrix.diagonal(q - p)
                blocks[:, p, q] = diagonal[min(p, q) :: d][: len(blocks)]
        values = np.linalg.eigvalsh(blocks)
        self.lowest = float(values.min() / max(np.abs(values).max(), np.finfo(float).tiny))
        self._inverse = np.linalg.inv(blocks) if self.lowest > 0 else blocks

    def solve(self, right: FloatArray) -> FloatArray:
        """Return the solution for right-hand sides of shape (n d,) or (n d, m).

        The norm of each residual is at most :data:`TOLERANCE` times that of its right-hand side.

        Raises
        ------
        ValueError
            If the matrix turns out not to be positive definite, or iterations do not converge.
        """
        columns = right.reshape(len(right), -1).T
        return np.stack([self._solve(column) for column in columns], axis=1).reshape(right.shape)

    def _solve(self, right: FloatArray) -> FloatArray:
        x, rest = np.zeros_like(right), right.copy()
        goal = TOLERANCE * float(np.linalg.norm(right))
        step = self._preconditioned(rest)
        product = float(rest @ step)
        for _ in range(ITERATIONS):
            if np.linalg.norm(rest) <= goal:
                return x
            stretched = self._matrix @ step
            curvature = float(step @ stretched)
            if not curvature > 0:
                raise ValueError(
                    "the Hessian has negative eigenvalues or zero modes besides the translations:"
                    f" the curvature along a displacement is {curvature:.3g}; minimise the energy to a"
                    " smaller force tolerance, and remove particles that touch nothing"
                )
            length = product / curvature
            x += length * step
            rest -= length * stretched
            ahead = self._preconditioned(rest)
            before, product = product, float(rest @ ahead)
            step = ahead + (product / before) * step
        raise ValueError(
            f"conjugate gradients leave a residual of {np.linalg.norm(rest) / np.linalg.norm(right):.2g},"
            f" expected {TOLERANCE:g}, after {ITERATIONS} iterations: the configuration is close to an"
            " instability; take one at a smaller strain"
        )

    def _preconditioned(self, forces: FloatArray) -> FloatArray:
        each = forces.reshape(len(self._inverse), -1)
        return np.asarray(np.einsum("npq,nq->np", self._inverse, each).ravel())
