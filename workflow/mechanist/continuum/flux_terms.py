"""Terms that laws of dislocation densities may hold, listed from declared priors.

Similitude leaves one power of the density to every product of the load, the density of geometrically
necessary dislocations (GND) and a derivative. Rotation of the crystal by half a turn changes the
signs of kappa and of derivatives, but not that of the load; velocities keep their sign. Newton's third law lets internal
stresses enter the flux of rho only as a divergence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from mechanist.continuum.continuum_density_fields import Fields
from mechanist.core.typing import FloatArray

#: Powers of the load, and the largest power of kappa with a derivative counted along.
LOAD_POWERS: Final = (0, 1, -1)
MOST_FACTORS: Final = 2
#: Dimension of each factor in roots of the density.
_DIMENSION: Final[Mapping[str, int]] = {"": 0, "d_rho": 3, "d_kappa": 3}


@dataclass(frozen=True)
class FluxTerm:
    """A product load^a rho^b kappa^c, times a derivative of one density if it has one.

    Parameters
    ----------
    load : int
    rho : Fraction
    kappa : int
    slope : str
        ``"d_rho"``, ``"d_kappa"`` or empty.
    """

    load: int
    rho: Fraction
    kappa: int
    slope: str = ""

    @property
    def name(self) -> str:
        """Name, such as ``"rho^1/2"`` or ``"rho^-1 d_kappa"``."""
        powers = {"load": self.load, "rho": self.rho, "kappa": self.kappa}
        parts = [k if p == 1 else f"{k}^{p}" for k, p in powers.items() if p]
        return " ".join([*parts, *([self.slope] if self.slope else [])]) or "1"

    @property
    def odd(self) -> bool:
        """Whether half a turn changes its sign."""
        return (self.kappa + (self.slope == "d_rho")) % 2 == 1

    def values(self, fields: Fields) -> FloatArray:
        """Return the term on the grid of the fields."""
        out = fields.load**self.load * fields.rho ** float(self.rho)
        if self.kappa:
            out = out * fields.kappa**self.kappa
        return out * getattr(fields, self.slope) if self.slope else out


def similar_terms(dimension: int, *, odd: bool | None) -> list[FluxTerm]:
    """Return the terms of one dimension that similitude allows.

    Parameters
    ----------
    dimension : int
        In roots of the density: 1 for a velocity, 3 for a flux.
    odd : bool or None
        Parity that is asked for; None for both.
    """
    found = []
    for slope in _DIMENSION:
        for kappa in range(MOST_FACTORS + 1 - bool(slope)):
            for load in LOAD_POWERS:
                rest = dimension - load - 2 * kappa - _DIMENSION[slope]
                term = FluxTerm(load, Fraction(rest, 2), kappa, slope)
                if odd is None or term.odd == odd:
                    found.append(term)
    return found


#: Terms of the velocity that both equations of the textbook share.
TEXTBOOK: Final = (
    FluxTerm(1, Fraction(0), 0),
    FluxTerm(0, Fraction(1, 2), 0),
    FluxTerm(0, Fraction(-1), 0, "d_kappa"),
)
#: The external part of the flux of rho, and the divergences that the third law allows beside it.
EXTERNAL: Final = FluxTerm(1, Fraction(0), 1)
PRESSURE: Final = FluxTerm(0, Fraction(0), 0, "d_rho")


def combined(terms: Sequence[FluxTerm], coefficients: FloatArray, fields: Fields) -> FloatArray:
    """Return the sum of terms with their coefficients."""
    return np.sum([c * t.values(fields) for t, c in zip(terms, coefficients, strict=True)], axis=0)


def reaction_terms(fields: Fields, locked: FloatArray) -> dict[str, FloatArray]:
    """Return the terms that the rate of the locked density may hold, by name.

    Parameters
    ----------
    fields : Fields
    locked : ndarray
        Density of dislocations that do not move, on the same grid.
    """
    root = np.sqrt(fields.rho)
    mobile = np.clip(fields.rho - locked, 0.02, None)
    pairs = (mobile**2 - fields.kappa**2) / 4
    ratio = fields.load / root
    products = {
        "mobile+ mobile-": pairs,
        "locked mobile": locked * mobile,
        "locked locked": locked**2,
    }
    scales = {"": 1.0 + 0.0 * root, " load / rho^1/2": ratio, " rho^1/2 / load": 1 / ratio}
    found = {a + b: p * s for a, p in products.items() for b, s in scales.items()}
    return found | {
        "load d_kappa": fields.load * fields.d_kappa,
        "rho^1/2 d_kappa": root * fields.d_kappa,
        "kappa d_rho rho^-1/2": fields.kappa * fields.d_rho / root,
    }


#: Names of the same terms, and those of the law that was found first and is refitted forward.
REACTIONS: Final = tuple(
    reaction_terms(Fields(1.0, *(np.ones(1) for _ in range(4))), np.full(1, 0.5))
)
