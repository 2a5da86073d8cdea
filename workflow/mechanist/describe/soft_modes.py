"""Soft vibrational modes of the initial state, and their change under the load.

Plastic events begin where a mode loses its stiffness. To first order in the strain the Hessian
within its softest ``modes`` eigenvectors is the small matrix ``L + gamma H'``, with eigenvalues
``L`` and the stiffening ``H'`` under this load (see :mod:`mechanist.describe.shared.elastic_expansion`). Diagonal
terms of ``H'`` soften or stiffen each mode; the others mix modes into localised ones, which the
spectrum of extended vibrations hides. At a few strains the modes of that matrix are weighted by
their compliance. This extrapolates the initial state without any step of deformation.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.affine_fits import LocalFit, local_fit
from mechanist.describe.shared.columns import load_direction
from mechanist.describe.shared.elastic_expansion import expand
from mechanist.describe.shared.indicators import in_deviations, indicator_features, logarithm
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.linear_elasticity import LinearResponse, linear_response

#: What the columns mean.
COLUMNS: Final = {
    "softness": in_deviations(
        "Logarithm of the sum over soft modes of D2min divided by the stiffness, without a load."
    ),
    "softness_*_*": in_deviations(
        "The same for modes at a strain along the load; the name tells this strain and then the"
        " floor of stiffnesses."
    ),
}


@dataclass(frozen=True)
class SoftModes:
    """Compliance-weighted D2min of soft modes, strained along the load, and neighbour averages.

    Columns, standardised logarithms: ``softness``, the sum over modes of D2min over the eigenvalue
    (load-blind); ``softness_<strain>_<floor>``, the sum over the ``softest`` modes of the strained
    matrix of D2min over ``(eigenvalue^2 + floor^2)^(1/2)``. The floor keeps one unstable mode from
    hiding all others.

    Parameters
    ----------
    cutoff : float
        Radius of the neighbourhood for D2min, in the unit of the positions.
    modes : int
        Number of modes of the unstrained state; smaller systems use all modes.
    softest : int
        Number of softest modes of the strained matrix that are kept.
    strains : tuple of float
        Amplitudes of the load.
    floors : tuple of float
        Stiffnesses, in units of energy per squared length.
    averaging : tuple of float or None
        Averaging radii; None takes :data:`indicators.INDICATOR_RADII`.
    """

    card: ClassVar[Card] = Card(
        name="Soft modes strained along the load",
        reference="the docstring of describe/soft_modes.py",
        units="standard deviations of the logarithm within the sample",
        symmetry="translations, permutations of like particles, and rotations and reflections of"
        " structure and load together",
        load_aware=True,
        subject=SubjectName.PARTICLE,
        needs_potential=True,
        columns=COLUMNS,
    )
    cutoff: float = 2.0
    modes: int = 150
    softest: int = 60
    strains: tuple[float, ...] = (0.01, 0.02, 0.03)
    floors: tuple[float, ...] = (0.3, 1.0)
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
        tensor = load_direction(load, configuration.dimension, descriptor="soft_modes")
        response = linear_response(configuration)
        fit = local_fit(configuration, self.cutoff)
        eigenvalues, modes = _soft_modes(response, self.modes)
        columns = {"softness": _softness(fit, eigenvalues, modes)}
        flat = modes.reshape(len(modes), -1)
        stiffening = flat @ (expand(response, tensor).stiffening @ flat.T)
        for strain in self.strains:
            matrix = np.diag(eigenvalues) + strain * (stiffening + stiffening.T) / 2
            found, mixing = np.linalg.eigh(matrix)
            kept = slice(0, self.softest)
            strained = (mixing[:, kept].T @ flat).reshape(-1, *modes.shape[1:])
            size = fit.d2min(strained)
            for floor in self.floors:
                compliance = 1 / np.hypot(found[kept], floor)
                columns[f"softness_{strain:g}_{floor:g}"] = logarithm(compliance @ size)
        # Extrapolations have no parity: a reversed load softens other modes.
        parity = dict.fromkeys(columns, 0) | {"softness": 1}
        return indicator_features(configuration, columns, parity=parity, radii=self.averaging)


@lru_cache(maxsize=1)
def _soft_modes(response: LinearResponse, count: int) -> tuple[FloatArray, FloatArray]:
    """Return the lowest modes, at most all of them, cached for the next load."""
    n, d = len(response.pairs.configuration), response.pairs.dimension
    return response.soft_modes(min(count, d * (n - 1)))


def _softness(fit: LocalFit, eigenvalues: FloatArray, modes: FloatArray) -> FloatArray:
    """Return the logarithm of the compliance-weighted D2min of unstrained modes."""
    return logarithm(fit.d2min(modes).T @ (1 / eigenvalues))


DESCRIPTOR = SoftModes
