"""The elastic response beyond first order, expanded about the relaxed state.

Along a load ``E`` with amplitude ``gamma`` the particles follow ``(1 + gamma E) x + gamma u1 +
gamma^2 u2 + ...`` and the Hessian changes as ``H + gamma H' + ...``. Both corrections are third
derivatives of the energy contracted with the first-order motion. They cost one more solve with the
factorisation of the linear response and no minimisation.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sparse

from mechanist.core.typing import FloatArray
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import LinearResponse, hessian, nonaffine_force

#: Finite-difference step for pair stiffnesses; the relative error is of order 1e-10.
STENCIL: Final = 1e-5


@dataclass(frozen=True, eq=False)
class Expansion:
    """Response to one load up to second order.

    Parameters
    ----------
    force : ndarray of shape (n, d)
        Non-affine force ``Xi:E`` per unit strain.
    first, second : ndarray of shape (n, d)
        Non-affine displacements ``u1`` and ``u2``. Under reversal of the load the first changes
        sign and the second does not.
    stretch : ndarray of shape (n_pairs, d)
        Change of each pair's vector per unit strain, to first order.
    stiffening : sparse array of shape (n d, n d)
        ``H'``, odd in the load.
    """

    force: FloatArray
    first: FloatArray
    second: FloatArray
    stretch: FloatArray
    stiffening: sparse.csc_array


def expand(response: LinearResponse, load: FloatArray) -> Expansion:
    """Return the expansion of the response to ``load``, a (3, 3) strain direction."""
    pairs = response.pairs
    d = pairs.dimension
    force = nonaffine_force(pairs, load)
    first = response.solve(force)
    stretch = pairs.vectors @ load[:d, :d] + first[pairs.pairs.second] - first[pairs.pairs.first]
    rate = stiffness_rate(pairs, stretch)
    residual = pairs.sum_over_pairs(np.einsum("kpq,kq->kp", rate, stretch)) / 2
    return Expansion(
        force=force,
        first=first,
        second=response.solve(residual),
        stretch=stretch,
        stiffening=hessian(pairs, blocks=rate),
    )


def stiffness_rate(pairs: PairStiffness, stretch: FloatArray) -> FloatArray:
    """Return the rate of change of each pair's stiffness matrix as its vector changes.

    Parameters
    ----------
    pairs : PairStiffness
    stretch : ndarray of shape (n_pairs, d)
        Rate of change of the pair vectors.

    Returns
    -------
    ndarray of shape (n_pairs, d, d)
        Rate of :attr:`PairStiffness.blocks`.
    """
    first, second = (
        pairs.configuration.species[i] for i in (pairs.pairs.first, pairs.pairs.second)
    )
    ahead, behind = (
        pairs.potential(first, second, pairs.distances + s * STENCIL)[2] for s in (1, -1)
    )
    unit = pairs.vectors / pairs.distances[:, None]
    radial = np.einsum("kp,kp->k", unit, stretch)
    turning = (stretch - radial[:, None] * unit) / pairs.distances[:, None]
    difference = pairs.stiffness - pairs.tension
    tension_rate = difference / pairs.distances * radial
    difference_rate = (ahead - behind) / (2 * STENCIL) * radial - tension_rate
    turned = difference[:, None, None] * (turning[:, :, None] * unit[:, None])
    return np.asarray(
        difference_rate[:, None, None] * (unit[:, :, None] * unit[:, None])
        + turned
        + turned.transpose(0, 2, 1)
        + tension_rate[:, None, None] * np.eye(pairs.dimension)
    )
