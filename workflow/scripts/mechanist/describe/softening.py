"""How fast the load softens the surroundings of every particle: the first look beyond linear response.

A particle's vibrality ``psi_i = tr (H^+)_ii`` is its mean-square fluctuation per temperature, the
compliance of the cage around it. Under a load the Hessian changes at the rate ``dH/dgamma`` along
the affine strain plus the non-affine field ``u``, and so does the vibrality::

    d psi_i / d gamma = -tr (H^+ dH/dgamma H^+)_ii

Particles whose surroundings soften are on the way to an instability of this load; under the
reversed load they stiffen. The curvature of the particle's path, ``d u / d gamma = -H^+ (dH/dgamma
u + ...)``, whose leading term is taken here, grows where the response accelerates. Both need the
reference state, the potential and the load, nothing of the deformed states.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final

import numpy as np
import scipy.sparse as sparse
from scipy.linalg.lapack import dpotrf, dpotri

from mechanist.describe.columns import load_direction
from mechanist.describe.elasticity import LinearResponse, hessian
from mechanist.describe.fields import LocalFit
from mechanist.describe.indicators import indicator_features, logarithm
from mechanist.describe.pairs import PairStiffness
from mechanist.describe.registry import Card, Features
from mechanist.formats.configuration import Configuration
from mechanist.mechanics import kob_andersen
from mechanist.typing import FloatArray

#: Distance by which the stiffness of a pair is differenced; relative error about 1e-10.
STENCIL: Final = 1e-5


def hessian_rate(
    pairs: PairStiffness, load: FloatArray, displacement: FloatArray
) -> sparse.csc_array:
    """Return ``dH/dgamma`` along affine strain ``load`` plus a non-affine ``displacement``.

    Parameters
    ----------
    pairs : PairStiffness
        Of the reference state under the Kob-Andersen potential.
    load : ndarray of shape (3, 3)
        Symmetric strain direction.
    displacement : ndarray of shape (n, d)
        Non-affine displacement per unit strain.

    Returns
    -------
    sparse array of shape (n d, n d)
    """
    d = pairs.dimension
    first, second = pairs.pairs.first, pairs.pairs.second
    rate = pairs.vectors @ load[:d, :d] + displacement[second] - displacement[first]
    distance = pairs.pairs.distances
    unit = pairs.vectors / distance[:, None]
    radial = np.einsum("kp,kp->k", unit, rate)
    turning = (rate - radial[:, None] * unit) / distance[:, None]
    tension_rate = (pairs.stiffness - pairs.tension) / distance * radial
    stiffness_rate = _third_derivative(pairs) * radial
    outer = unit[:, :, None] * unit[:, None]
    turned = turning[:, :, None] * unit[:, None]
    blocks = (
        (stiffness_rate - tension_rate)[:, None, None] * outer
        + (pairs.stiffness - pairs.tension)[:, None, None] * (turned + turned.transpose(0, 2, 1))
        + tension_rate[:, None, None] * np.eye(d)
    )
    return hessian(pairs, blocks=blocks)


def _third_derivative(pairs: PairStiffness) -> FloatArray:
    """Difference the stiffness of every pair by its distance."""
    species, distance = pairs.configuration.species, pairs.pairs.distances
    ends = species[pairs.pairs.first], species[pairs.pairs.second]
    ahead = kob_andersen.pair_derivatives(*ends, distance + STENCIL)[2]
    behind = kob_andersen.pair_derivatives(*ends, distance - STENCIL)[2]
    return np.asarray((ahead - behind) / (2 * STENCIL))


def compliance(response: LinearResponse) -> FloatArray:
    """Return the dense pseudo-inverse of the Hessian, shape (n d, n d), translations removed.

    Half the cost of a general inverse, by a Cholesky factorisation of the Hessian plus a stiffness
    of the mean against translations, which is subtracted again.
    """
    n, d = len(response.pairs.configuration), response.pairs.dimension
    matrix = response.hessian.toarray()
    stiffness = float(np.trace(matrix)) / (n * d)
    translations = np.tile(np.eye(d), (n, n)) / n
    factor, failed = dpotrf(matrix + stiffness * translations, lower=1, clean=0)
    if not failed:
        factor, failed = dpotri(factor, lower=1)
    if failed:
        raise ValueError(
            "the Hessian is not positive definite: the configuration is at a saddle; minimise it"
            " to a smaller force tolerance first"
        )
    lower = np.tril(factor)
    return np.asarray(lower + np.tril(lower, -1).T - translations / stiffness)


@lru_cache(maxsize=1)
def _prepared(
    configuration: Configuration, cutoff: float
) -> tuple[LinearResponse, FloatArray, LocalFit]:
    """Share what does not depend on the load between the loads of one configuration."""
    response = LinearResponse(PairStiffness.of(configuration))
    return response, compliance(response), LocalFit(configuration, cutoff)


@dataclass(frozen=True)
class Softening:
    """Rate at which the load changes vibrality, and acceleration of the non-affine response.

    Columns, each averaged over neighbours too: ``softening`` (relative rate of the vibrality,
    compressed by an arcsinh), ``acceleration`` (logarithm of D2min of the rate of the non-affine
    field), ``accelerating`` (its bilinear D2min form with the field itself: positive where the
    response grows).

    Parameters
    ----------
    cutoff : float
        Radius of the neighbourhood for D2min.
    averaging : tuple of float or None
        Averaging radii; None takes :data:`indicators.INDICATOR_RADII`.
    """

    card: ClassVar[Card] = Card(
        name="Softening under load",
        reference="this project: the rate of local mean-square fluctuation along the load",
        units="standard deviations within the sample",
        symmetry="translations, permutations of like particles, and rotations and reflections of"
        " structure and load together",
        load_aware=True,
        needs_potential=True,
    )
    cutoff: float = 2.0
    averaging: tuple[float, ...] | None = None

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,  # noqa: ARG002
    ) -> Features:
        """Describe every particle; see :class:`mechanist.describe.registry.Descriptor`.

        Raises
        ------
        ValueError
            If the load is missing or the configuration is not at an energy minimum.
        """
        direction = load_direction(load, configuration.dimension, descriptor="softening")
        response, inverse, fit = _prepared(configuration, self.cutoff)
        n, d = len(configuration), configuration.dimension
        field = response.displacement(direction)
        rate = hessian_rate(response.pairs, direction, field)
        own = np.einsum("ab,ab->a", inverse, (rate @ inverse).T).reshape(n, d).sum(axis=1)
        vibrality = np.diagonal(inverse).reshape(n, d).sum(axis=1)
        change = response.solve(-(rate @ field.ravel()).reshape(n, d))
        columns = {
            "softening": _compressed(-own / vibrality),
            "acceleration": logarithm(fit.d2min(change[None])[0]),
            "accelerating": _compressed(fit.d2min_product(field, change)),
        }
        return indicator_features(
            configuration,
            columns,
            parity={"softening": -1, "acceleration": 1, "accelerating": -1},
            radii=self.averaging,
        )


def _compressed(values: FloatArray) -> FloatArray:
    """Keep sign and order of heavy-tailed values but not their tails."""
    scale = float(np.median(np.abs(values)))
    return np.arcsinh(values / scale) if scale > 0 else np.zeros_like(values)


DESCRIPTOR = Softening
