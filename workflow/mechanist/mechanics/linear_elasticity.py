"""Linear elastic response of a relaxed configuration: Hessian, non-affine field, moduli, modes.

When a cell is strained affinely by ``gamma E``, the particles of a disordered solid are left with
a force ``gamma Xi:E`` that the affine map does not balance. They relax it by the non-affine field
``gamma u``, ``u = H^+ (Xi:E)``, with the pseudo-inverse of the Hessian: Lemaitre & Maloney,
https://doi.org/10.1007/s10955-005-9015-5. One sparse factorisation yields all of these quantities.

Degrees of freedom are particle-major: component ``p`` of particle ``i`` is number ``i d + p``.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import LinearOperator, eigsh

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import PairStiffness, interacting_pairs
from mechanist.mechanics.nested_dissection import NestedFactors
from mechanist.mechanics.stiffness_solvers import ConjugateGradients, Solver, stiffness_solver

#: Ratio of pivots below which the Hessian counts as singular.
SINGULAR: Final = 1e-12

#: Dense diagonalisation is faster if more than one in this many modes is requested.
ITERATIVE_SHARE: Final = 4


def hessian(pairs: PairStiffness, *, blocks: FloatArray | None = None) -> sparse.csc_array:
    """Return the Hessian of the energy, sparse and symmetric.

    Parameters
    ----------
    pairs : PairStiffness
    blocks : ndarray of shape (n_pairs, d, d), optional
        Stiffness matrices of the pairs, or their rates; by default those of ``pairs``.

    Returns
    -------
    sparse array of shape (n d, n d)
    """
    n, d = len(pairs.configuration), pairs.dimension
    between = pairs.blocks if blocks is None else blocks
    own = pairs.sum_over_pairs(between)
    first = np.concatenate([pairs.pairs.first, np.arange(n)])
    second = np.concatenate([pairs.pairs.second, np.arange(n)])
    blocks = np.concatenate([-between, own])
    component = np.arange(d)
    rows = np.broadcast_to(first[:, None, None] * d + component[:, None], blocks.shape)
    columns = np.broadcast_to(second[:, None, None] * d + component, blocks.shape)
    return sparse.coo_array(
        (blocks.ravel(), (rows.ravel(), columns.ravel())), shape=(n * d, n * d)
    ).tocsc()


def nonaffine_force(pairs: PairStiffness, load: FloatArray) -> FloatArray:
    """Return ``Xi:E``, the unbalanced force per unit of affine strain along ``load``.

    Parameters
    ----------
    pairs : PairStiffness
    load : ndarray of shape (3, 3)
        Symmetric strain direction ``E``.

    Returns
    -------
    ndarray of shape (n, d)
        In units of energy per length.
    """
    d = pairs.dimension
    stretched = pairs.vectors @ load[:d, :d]
    force = pairs.sum_over_pairs(np.einsum("kpq,kq->kp", pairs.blocks, stretched))
    return np.asarray(force - force.mean(axis=0))


def born_modulus(pairs: PairStiffness, load: FloatArray) -> float:
    """Return the second derivative of the energy density in the affine strain ``gamma E``.

    The unit is energy per volume (area in two dimensions).
    """
    d = pairs.dimension
    stretched = pairs.vectors @ load[:d, :d]
    terms = np.einsum("kp,kpq,kq->k", stretched, pairs.blocks, stretched)
    return float(0.5 * terms.sum() / pairs.configuration.measure)


class LinearResponse:
    """Factorised Hessian of a relaxed configuration; several loads share the factorisation.

    Translations are removed by holding the first particle and subtracting the mean, which gives
    exactly the pseudo-inverse.

    Parameters
    ----------
    pairs : PairStiffness
        Pairs of a configuration in mechanical equilibrium.

    Raises
    ------
    ValueError
        If the configuration is not in stable equilibrium, a part of it floats freely, or there are
        fewer than two particles.
    """

    def __init__(self, pairs: PairStiffness) -> None:
        if len(pairs.configuration) < 2:
            raise ValueError(
                f"{len(pairs.configuration)} particles have no elastic response; expected two or"
                " more that touch"
            )
        pairs.check_equilibrium()
        self.pairs = pairs
        self.hessian = hessian(pairs)
        d = pairs.dimension
        solver, lowest = stiffness_solver(self.hessian[d:, d:], self._places())
        if lowest < -SINGULAR:
            raise ValueError(
                "the Hessian has negative eigenvalues: the configuration is a saddle point of the"
                " energy; minimise it to a smaller force tolerance"
            )
        if solver is None or not lowest > SINGULAR:
            raise ValueError(
                "the Hessian has zero modes besides the translations; remove particles that"
                " touch nothing, or parts that turn freely"
            )
        self._solver: Solver = solver

    def _places(self) -> FloatArray:
        """Return the place of every particle but the first in units of length, shape (n - 1, d)."""
        c = self.pairs.configuration
        fractions = np.linalg.solve(c.cell.T, c.positions.T).T % 1.0
        return (fractions * np.linalg.norm(c.cell, axis=1))[1:, : self.pairs.dimension]

    def solve(self, forces: FloatArray) -> FloatArray:
        """Return displacements ``H^+ f`` of zero mean for forces of shape (n, d) or (n, d, m)."""
        n, d = forces.shape[:2]
        balanced = forces - forces.mean(axis=0)
        found = np.zeros_like(balanced)
        found[1:] = self._solver.solve(balanced.reshape(n * d, -1)[d:]).reshape(found[1:].shape)
        return np.asarray(found - found.mean(axis=0))

    def displacement(self, load: FloatArray) -> FloatArray:
        """Return the non-affine displacement per unit strain, shape (n, d), in length units."""
        return self.solve(nonaffine_force(self.pairs, load))

    def modulus(self, load: FloatArray) -> float:
        """Return the athermal elastic modulus: Born minus non-affine, for ``I + gamma E``."""
        force = nonaffine_force(self.pairs, load)
        softening = float((force * self.solve(force)).sum()) / self.pairs.configuration.measure
        return born_modulus(self.pairs, load) - softening

    def soft_modes(self, count: int) -> tuple[FloatArray, FloatArray]:
        """Return the lowest eigenpairs of the Hessian, without translations.

        Parameters
        ----------
        count : int
            Number of modes, at most ``d (n - 1)``.

        Returns
        -------
        eigenvalues : ndarray of shape (count,)
            Ascending, in units of energy per squared length.
        modes : ndarray of shape (count, n, d)
            Orthonormal; the sign of each is arbitrary.

        Raises
        ------
        ValueError
            If ``count`` is not between 1 and ``d (n - 1)``.
        """
        n, d = len(self.pairs.configuration), self.pairs.dimension
        if not 0 < count <= d * (n - 1):
            raise ValueError(f"count = {count}; expected between 1 and {d * (n - 1)}")
        if count > n * d // ITERATIVE_SHARE:
            values, vectors = np.linalg.eigh(self.hessian.toarray())
            wanted = slice(d, d + count)
            return values[wanted], np.ascontiguousarray(vectors[:, wanted].T.reshape(-1, n, d))
        if isinstance(self._solver, ConjugateGradients):  # hundreds of solutions are needed
            self._solver = NestedFactors(self.hessian[d:, d:], self._places())
        inverse = LinearOperator(
            (n * d, n * d), matvec=lambda f: self.solve(f.reshape(n, d)).ravel(), dtype=float
        )
        start = np.random.default_rng(0).normal(size=n * d)  # ARPACK's own start is not repeatable
        compliance, modes = eigsh(inverse, k=count, which="LA", v0=start)
        order = np.argsort(-compliance, kind="stable")
        return 1 / compliance[order], np.ascontiguousarray(modes[:, order].T.reshape(-1, n, d))


@lru_cache(maxsize=1)
def linear_response(configuration: Configuration) -> LinearResponse:
    """Return the response under the potential of the material, cached for the next load."""
    return LinearResponse(interacting_pairs(configuration))
