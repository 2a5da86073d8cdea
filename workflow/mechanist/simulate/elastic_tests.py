"""Stresses of crystals of known symmetry under random strains, with measurement noise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.mechanics.strain_invariants import (
    NAMES,
    cubic,
    hexagonal,
    isotropic,
    stress_library,
)

#: Energy coefficients in GPa. Elastic constants are close to those of the metals that they are named
#: after; titanium is nearly isotropic, zinc far from it.
CRYSTALS: Final[Mapping[str, Mapping[str, float]]] = {
    "steel": isotropic(lame=110.0, shear=80.0),
    "copper": cubic(c11=168.4, c12=121.4, c44=75.4),
    "titanium": hexagonal(c11=162.4, c12=92.0, c13=69.0, c33=180.7, c44=46.7),
    "zinc": hexagonal(c11=161.0, c12=34.2, c13=50.1, c33=61.0, c44=38.3),
}


@dataclass(frozen=True, eq=False)
class ElasticTest:
    """Strains and the stresses measured under them.

    Parameters
    ----------
    strains : ndarray of shape (n, 3, 3)
        Symmetric, dimensionless.
    stresses : ndarray of shape (n, 3, 3)
        Symmetric, in GPa.
    truth : dict of str to float
        Energy coefficients by invariant, in GPa.
    """

    strains: FloatArray
    stresses: FloatArray
    truth: dict[str, float]


def elastic_test(
    coefficients: Mapping[str, float],
    *,
    n: int,
    noise: float,
    rng: np.random.Generator,
    strain: float = 1e-3,
    axes: FloatArray | None = None,
) -> ElasticTest:
    """Load a crystal with random strains.

    Parameters
    ----------
    coefficients : mapping of str to float
        Energy coefficients by invariant, in GPa.
    n : int
        Number of load cases.
    noise : float
        Standard deviation of the noise on each stress component, relative to that of all components.
    rng : numpy.random.Generator
        Source of strains and noise.
    strain : float
        Standard deviation of strain components before they are made symmetric.
    axes : ndarray of shape (3, 3), optional
        Rotation from crystal to laboratory; strains and stresses are in the laboratory. By default
        both frames agree.

    Raises
    ------
    ValueError
        If there is no load case, the noise is negative, or an invariant is unknown.
    """
    unknown = sorted(set(coefficients) - set(NAMES))
    if n < 1 or noise < 0 or unknown:
        raise ValueError(
            f"n = {n}, noise = {noise}, unknown invariants {unknown}; expected n >= 1, noise >= 0"
            " and names from strain_invariants.NAMES"
        )
    turn = np.eye(3) if axes is None else axes
    raw = strain * rng.standard_normal((n, 3, 3))
    strains = 0.5 * (raw + raw.transpose(0, 2, 1))
    in_crystal = np.einsum("ia,sij,jb->sab", turn, strains, turn)
    weights = np.array([coefficients.get(name, 0.0) for name in NAMES])
    stresses = np.einsum("ai,sij,bj->sab", turn, stress_library(in_crystal) @ weights, turn)
    upper = np.triu_indices(3)
    measured = stresses[:, *upper]
    measured = measured + noise * measured.std() * rng.standard_normal(measured.shape)
    full = np.empty_like(stresses)
    full[:, upper[0], upper[1]] = measured
    full[:, upper[1], upper[0]] = measured
    return ElasticTest(strains, full, dict(coefficients))
