"""Elastic response of the initial state to the load, from the Hessian without simulating a step.

The linear response causes the motion that :mod:`mechanist.describe.elastic_step` measures; the
second order distinguishes sites that soften under this load from sites that soften under its
reverse.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.affine_fits import LocalFit, local_fit
from mechanist.describe.shared.columns import load_direction
from mechanist.describe.shared.elastic_expansion import Expansion, expand
from mechanist.describe.shared.indicators import in_deviations, indicator_features, logarithm
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import linear_response

PARITY: Final = {
    "d2min": 1,
    "second_d2min": 1,
    "growth": -1,
    "coupling": -1,
    "force": 1,
    "displacement": 1,
    "modulus": 1,
    "strain": 1,
    "strain_along": 1,
    "strain_across": 1,
    "dilation": -1,
    "rotation": 1,
}


#: What the columns mean.
COLUMNS: Final = {
    "d2min": in_deviations("Logarithm of D2min of the elastic response to the load, first order."),
    "second_d2min": in_deviations("Logarithm of D2min of the second order of the response."),
    "growth": in_deviations(
        "Change of D2min with the strain over D2min: positive where this load softens the site."
    ),
    "coupling": in_deviations(
        "Product of both orders of the response over the geometric mean of their D2min."
    ),
    "anticipated_*": in_deviations(
        "Logarithm of D2min of both orders together at the strain in the name."
    ),
    "force": in_deviations("Logarithm of the squared force that an affine strain exerts on it."),
    "displacement": in_deviations("Logarithm of the squared non-affine displacement."),
    "modulus": in_deviations("Part of the particle in the shear modulus along the load."),
    "strain": in_deviations("Norm of the local strain."),
    "strain_along": in_deviations("Part of the local strain along the load."),
    "strain_across": in_deviations("Square of the shear part of the local strain across the load."),
    "dilation": in_deviations("Trace of the local strain, positive for expansion."),
    "rotation": in_deviations("Square of the local rotation."),
}


@dataclass(frozen=True)
class LinearResponseIndicators:
    """Non-affine fields per unit strain, measured around every particle, and neighbour averages.

    Columns, standardised within the sample, "(log)" after taking the logarithm:

    ``d2min``, ``second_d2min``
        D2min of the first- and second-order displacement (log).
    ``growth``, ``coupling``
        Bilinear D2min of both orders, divided by the D2min of the first order or by the geometric
        mean of both: positive where the response grows under this load.
    ``anticipated_<strain>``
        D2min of both orders together at that strain (log).
    ``force``, ``displacement``
        Squared non-affine force and displacement (log).
    ``modulus``
        Contribution of the particle to the modulus along the load, which may be negative.
    ``strain``, ``strain_along``, ``strain_across``, ``dilation``, ``rotation``
        Local strain of the first-order displacement: its norm, its part along the load, the square
        of the rest of its deviator, its trace, and the square of the local rotation.

    Parameters
    ----------
    cutoff : float
        Radius of the neighbourhood of local fits, in the unit of the positions.
    anticipated : tuple of float
        Strains to which the expansion is extrapolated.
    averaging : tuple of float or None
        Averaging radii; None takes :data:`indicators.INDICATOR_RADII`.
    """

    card: ClassVar[Card] = Card(
        name="Elastic response to first and second order",
        reference="https://doi.org/10.1007/s10955-005-9015-5",
        units="standard deviations within the sample",
        symmetry="translations, permutations of like particles, and rotations and reflections of"
        " structure and load together",
        load_aware=True,
        subject=SubjectName.PARTICLE,
        needs_potential=True,
        columns=COLUMNS,
    )
    cutoff: float = 2.0
    anticipated: tuple[float, ...] = (0.01, 0.03)
    averaging: tuple[float, ...] | None = None

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe every particle; see :class:`mechanist.describe.descriptor.Descriptor`.

        Raises
        ------
        ValueError
            If the load is missing or illegal, or the configuration is not an energy minimum of
            the potential of its material.
        """
        tensor = load_direction(load, configuration.dimension, descriptor="linear_response")
        response = linear_response(configuration)
        expansion = expand(response, tensor)
        fit = local_fit(configuration, self.cutoff)
        columns = (
            self._plasticity(expansion, fit)
            | {
                "force": logarithm((expansion.force**2).sum(axis=1)),
                "displacement": logarithm((expansion.first**2).sum(axis=1)),
                "modulus": local_modulus(response.pairs, expansion, tensor),
            }
            | local_strain(fit.gradient(expansion.first), tensor)
        )
        parity = dict.fromkeys(columns, 0) | PARITY  # extrapolations have no parity
        return indicator_features(configuration, columns, parity=parity, radii=self.averaging)

    def _plasticity(self, expansion: Expansion, fit: LocalFit) -> dict[str, FloatArray]:
        """Return D2min of both orders and of their sum."""
        one, two = fit.d2min(np.stack([expansion.first, expansion.second]))
        both = fit.d2min_product(expansion.first, expansion.second)
        tiny = np.finfo(float).tiny
        columns = {
            "d2min": logarithm(one),
            "second_d2min": logarithm(two),
            "growth": both / np.maximum(one, tiny),
            "coupling": both / np.sqrt(np.maximum(one * two, tiny)),
        }
        for strain in self.anticipated:
            total = one + 2 * strain * both + strain**2 * two
            columns[f"anticipated_{strain:g}"] = logarithm(total)
        return columns


def local_modulus(pairs: PairStiffness, expansion: Expansion, load: FloatArray) -> FloatArray:
    """Return the contribution of each particle to the modulus along ``load``, shape (n,).

    The sum over particles, divided by the volume, is the athermal modulus of
    :meth:`mechanist.mechanics.linear_elasticity.LinearResponse.modulus`.
    """
    d = pairs.dimension
    affine = pairs.vectors @ load[:d, :d]
    work = np.einsum("kp,kpq,kq->k", affine, pairs.blocks, expansion.stretch)
    return 0.5 * pairs.sum_over_pairs(work)


def local_strain(gradient: FloatArray, load: FloatArray) -> dict[str, FloatArray]:
    """Return joint invariants of the load and local displacement gradients of shape (n, d, d)."""
    d = gradient.shape[1]
    direction = load[:d, :d] / np.linalg.norm(load)
    strain = (gradient + gradient.transpose(0, 2, 1)) / 2
    dilation = np.trace(strain, axis1=1, axis2=2)
    squared = (strain**2).sum(axis=(1, 2))
    along = np.einsum("npq,pq->n", strain, direction)
    return {
        "strain": np.sqrt(squared),
        "strain_along": along,
        "strain_across": squared - along**2 - dilation**2 / d,
        "dilation": dilation,
        "rotation": ((gradient - gradient.transpose(0, 2, 1)) ** 2).sum(axis=(1, 2)),
    }


DESCRIPTOR = LinearResponseIndicators
