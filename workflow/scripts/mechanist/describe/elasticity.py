"""Linear elastic response of a relaxed configuration: Hessian, non-affine field, moduli, modes.

When a cell is strained affinely by ``gamma E``, the particles of a disordered solid are left with
a force ``gamma Xi:E`` that the affine map does not balance. They relax it by the non-affine field
``gamma u``, ``u = H^+ (Xi:E)``, with the pseudo-inverse of the Hessian: Lemaitre & Maloney,
https://doi.org/10.1007/s10955-005-9015-5. All of it follows from one sparse factorisation.

Degrees of freedom are particle-major: component ``p`` of particle ``i`` is number ``i d + p``.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import LinearOperator, SuperLU, eigsh, splu

from mechanist.describe.neighbours import Neighbours, find_neighbours
from mechanist.formats.configuration import Configuration
from mechanist.mechanics import kob_andersen
from mechanist.typing import FloatArray, IntArray

#: Largest net force on a particle that still counts as mechanical equilibrium, relative to what
#: moving it by its neighbours' distance would take: a minimiser leaves less than 1e-6, thermal motion
#: of a solid more than 1e-3.
EQUILIBRIUM: Final = 1e-4

#: Ratio of pivots below which the Hessian counts as singular.
SINGULAR: Final = 1e-12


class PairPotential(Protocol):
    """Returns pair energies and their first two derivatives by the distance."""

    def __call__(
        self, species_i: IntArray, species_j: IntArray, r: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Evaluate pairs at once; all arrays have shape (n_pairs,)."""
        ...


@dataclass(frozen=True, eq=False)
class PairStiffness:
    """Interacting pairs of a configuration with the derivatives of their energy.

    Parameters
    ----------
    configuration : Configuration
    pairs : Neighbours
        All ordered pairs within the cutoff of the potential.
    tension : ndarray of shape (n_pairs,)
        ``phi' / r``.
    stiffness : ndarray of shape (n_pairs,)
        ``phi''``.
    """

    configuration: Configuration
    pairs: Neighbours
    tension: FloatArray
    stiffness: FloatArray

    @classmethod
    def of(
        cls,
        configuration: Configuration,
        *,
        potential: PairPotential = kob_andersen.pair_derivatives,
        cutoff: float = kob_andersen.MAX_CUTOFF,
    ) -> "PairStiffness":
        """Evaluate the potential on all pairs of ``configuration`` closer than ``cutoff``."""
        pairs = find_neighbours(configuration, cutoff)
        species = configuration.species
        _, d, dd = potential(species[pairs.first], species[pairs.second], pairs.distances)
        return cls(configuration, pairs, d / pairs.distances, dd)

    @property
    def dimension(self) -> int:
        """2 or 3."""
        return self.configuration.dimension

    @cached_property
    def vectors(self) -> FloatArray:
        """Pair vectors without the idle third component of a plane, shape (n_pairs, d)."""
        return np.ascontiguousarray(self.pairs.vectors[:, : self.dimension])

    @cached_property
    def blocks(self) -> FloatArray:
        """Second derivative of each pair's energy by its vector, shape (n_pairs, d, d)."""
        unit = self.vectors / self.pairs.distances[:, None]
        radial = (self.stiffness - self.tension)[:, None, None] * unit[:, :, None] * unit[:, None]
        return np.asarray(radial + self.tension[:, None, None] * np.eye(self.dimension))

    def forces(self) -> FloatArray:
        """Return the net force on every particle, shape (n, d)."""
        return self.sum_over_pairs(self.tension[:, None] * self.vectors)

    def sum_over_pairs(self, values: FloatArray) -> FloatArray:
        """Sum values of ordered pairs, shape (n_pairs, ...), over each first particle's pairs."""
        flat = values.reshape(len(values), -1)
        n = len(self.configuration)
        sums = [np.bincount(self.pairs.first, column, minlength=n) for column in flat.T]
        return np.asarray(np.stack(sums, axis=-1).reshape(n, *values.shape[1:]), dtype=float)

    def check_equilibrium(self) -> None:
        """Refuse a configuration whose particles are not at rest.

        Raises
        ------
        ValueError
            If a net force exceeds ``EQUILIBRIUM`` times stiffness times distance of neighbours.
        """
        net = np.linalg.norm(self.forces(), axis=1)
        scale = float(np.abs(self.stiffness * self.pairs.distances).sum()) / len(net)
        if not net.max() <= EQUILIBRIUM * scale:
            worst = int(net.argmax())
            raise ValueError(
                f"particle {worst} feels a net force of {net[worst]:.3g}; expected less than"
                f" {EQUILIBRIUM * scale:.3g}: linear response needs an energy minimum of the same"
                " potential, so minimise the configuration first"
            )


def hessian(pairs: PairStiffness) -> sparse.csc_array:
    """Return the Hessian of the energy, sparse and symmetric, of shape (n d, n d)."""
    n, d = len(pairs.configuration), pairs.dimension
    own = pairs.sum_over_pairs(pairs.blocks)
    first = np.concatenate([pairs.pairs.first, np.arange(n)])
    second = np.concatenate([pairs.pairs.second, np.arange(n)])
    blocks = np.concatenate([-pairs.blocks, own])
    component = np.arange(d)
    rows = np.broadcast_to(first[:, None, None] * d + component[:, None], blocks.shape)
    columns = np.broadcast_to(second[:, None, None] * d + component, blocks.shape)
    return sparse.coo_array(
        (blocks.ravel(), (rows.ravel(), columns.ravel())), shape=(n * d, n * d)
    ).tocsc()


def nonaffine_force(pairs: PairStiffness, load: FloatArray) -> FloatArray:
    """Return ``Xi:E``, the force per unit strain that affine straining by ``load`` leaves.

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
    """Return the second derivative of the energy density by affine strain ``I + gamma E``.

    In units of energy per volume (area in two dimensions).
    """
    d = pairs.dimension
    stretched = pairs.vectors @ load[:d, :d]
    terms = np.einsum("kp,kpq,kq->k", stretched, pairs.blocks, stretched)
    return float(0.5 * terms.sum() / pairs.configuration.measure)


class LinearResponse:
    """Factorised Hessian of a relaxed configuration; several loads share the factorisation.

    Translations are removed by holding the first particle and subtracting the mean, which is the
    pseudo-inverse exactly.

    Parameters
    ----------
    pairs : PairStiffness
        Of a configuration in mechanical equilibrium.

    Raises
    ------
    ValueError
        If the configuration is not in equilibrium, or a part of it floats freely.
    """

    def __init__(self, pairs: PairStiffness) -> None:
        pairs.check_equilibrium()
        self.pairs = pairs
        self.hessian = hessian(pairs)
        d = pairs.dimension
        try:
            # The matrix is symmetric: an ordering of A + A^T without pivoting halves the fill.
            self._factors: SuperLU = splu(
                self.hessian[d:, d:],
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=0.0,
                options={"SymmetricMode": True},
            )
            pivots = np.abs(self._factors.U.diagonal())
        except RuntimeError:  # what SuperLU raises on a pivot that is exactly zero
            pivots = np.zeros(1)
        if not pivots.min() > SINGULAR * pivots.max():
            raise ValueError(
                "the Hessian has zero modes besides the translations; remove particles that"
                " touch nothing, or parts that turn freely"
            )

    def solve(self, forces: FloatArray) -> FloatArray:
        """Return displacements ``H^+ f`` of zero mean for forces of shape (n, d) or (n, d, m)."""
        n, d = forces.shape[:2]
        balanced = forces - forces.mean(axis=0)
        found = np.zeros_like(balanced)
        found[1:] = self._factors.solve(balanced.reshape(n * d, -1)[d:]).reshape(found[1:].shape)
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
        """Return the lowest eigenpairs of the Hessian, translations left out.

        Parameters
        ----------
        count : int
            Number of modes, at most ``d (n - 1) - 1``.

        Returns
        -------
        eigenvalues : ndarray of shape (count,)
            Ascending, in units of energy per squared length.
        modes : ndarray of shape (count, n, d)
            Orthonormal; the sign of each is arbitrary.

        Raises
        ------
        ValueError
            If more modes are asked for than there are.
        """
        n, d = len(self.pairs.configuration), self.pairs.dimension
        if not 0 < count < d * (n - 1):
            raise ValueError(f"count = {count}; expected between 1 and {d * (n - 1) - 1}")
        inverse = LinearOperator(
            (n * d, n * d), matvec=lambda f: self.solve(f.reshape(n, d)).ravel(), dtype=float
        )
        start = np.random.default_rng(0).normal(size=n * d)  # ARPACK's own start is not repeatable
        compliance, modes = eigsh(inverse, k=count, which="LA", v0=start)
        order = np.argsort(-compliance, kind="stable")
        return 1 / compliance[order], np.ascontiguousarray(modes[:, order].T.reshape(-1, n, d))
