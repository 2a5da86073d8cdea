"""Laws of an ensemble's densities: which equations are asked for, and how each is selected."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mechanist.continuum.continuum_density_fields import Ensemble
from mechanist.continuum.density_forward import (
    Closure,
    LocalClosure,
    ReactionClosure,
    VelocityClosure,
    follow_law,
)
from mechanist.continuum.flux_regression import (
    FluxLaw,
    FluxRows,
    Normal,
    Rows,
    fixed_law,
    normal_equations,
    reaction_rows,
    select_law,
)
from mechanist.continuum.flux_terms import (
    EXTERNAL,
    PRESSURE,
    REACTIONS,
    TEXTBOOK,
    FluxTerm,
    similar_terms,
)
from mechanist.core.typing import FloatArray

#: Terms of the velocity: those that similitude and parity allow.
VELOCITY: Final = tuple(similar_terms(1, odd=False))
#: Terms of the flux of rho: the same times kappa, and the divergence that the third law adds.
Q_TERMS: Final = (
    EXTERNAL,
    PRESSURE,
    *[t for t in similar_terms(3, odd=True) if t not in (EXTERNAL, PRESSURE)],
)
#: The flux of rho that the third law leaves.
THIRD: Final = (EXTERNAL, PRESSURE)
#: A path of free dislocations after which laws that are followed from the start are fitted.
EARLY: Final = 0.5
#: Equations that are asked for: their rows, and the names of their terms.
EQUATIONS: Final[dict[str, tuple[Rows, tuple[str, ...]]]] = {
    "j": (FluxRows("j", VELOCITY), tuple(t.name for t in VELOCITY)),
    "q": (FluxRows("q", Q_TERMS, of_velocity=False), tuple(t.name for t in Q_TERMS)),
    "both": (FluxRows("both", VELOCITY), tuple(t.name for t in VELOCITY)),
    "locking": (reaction_rows, REACTIONS),
}
#: The textbook's velocity, whose mobility is known, for its coefficients alpha and D.
FREE: Final = TEXTBOOK[0]
FRICTION: Final = FluxRows("j", TEXTBOOK[1:], known=FREE)
#: What internal stresses add to each flux, as a friction without a gradient.
FRICTIONS: Final = {flux: FluxRows(flux, TEXTBOOK[1:2], known=FREE) for flux in ("j", "q")}


@dataclass(frozen=True)
class Search:
    """How laws are selected.

    Parameters
    ----------
    least_gain, significance : float
        As :func:`mechanist.continuum.flux_regression.select_law` takes them.
    resamples : int
    """

    least_gain: float
    significance: float
    resamples: int
    rng: np.random.Generator = field(default_factory=np.random.default_rng)

    def normal(self, rows: Rows, ensembles: Sequence[Ensemble]) -> Normal:
        """Return the normal equations of some rows."""
        return normal_equations(ensembles, rows, resamples=self.resamples, rng=self.rng)

    def select(self, normal: Normal) -> FluxLaw:
        """Return the law that is selected blindly."""
        return select_law(normal, least_gain=self.least_gain, significance=self.significance)

    def locking(self, ensembles: Sequence[Ensemble]) -> FluxLaw:
        """Return the rate of locking: the largest law whose solutions stay finite where it is fitted."""
        q = third_law(self, ensembles)

        def stable(law: FluxLaw) -> bool:
            closure = ReactionClosure(law.terms, law.coefficients, THIRD, q)
            return all(follow_law(closure, one) is not None for one in ensembles)

        return select_law(
            self.normal(reaction_rows, ensembles),
            least_gain=self.least_gain,
            significance=self.significance,
            admitted=stable,
        )

    def blind(self, equation: str, ensembles: Sequence[Ensemble]) -> FluxLaw:
        """Return the law of one of :data:`EQUATIONS` that is selected blindly."""
        return self.select(self.normal(EQUATIONS[equation][0], ensembles))

    def given(self, rows: Rows, count: int, ensembles: Sequence[Ensemble]) -> FluxLaw:
        """Return the law that has the first ``count`` terms of some rows."""
        return fixed_law(self.normal(rows, ensembles), range(count))


def names_of(law: FluxLaw, names: Sequence[str]) -> list[str]:
    """Return the names of the terms of a law."""
    return [names[k] for k in law.terms]


def third_law(search: Search, ensembles: Sequence[Ensemble]) -> FloatArray:
    """Return the coefficients of :data:`THIRD`, fitted from the start of the flow on.

    Internal forces cancel, so that the external part has the mobility of free dislocations, one.
    """
    rows = FluxRows("q", THIRD[1:], of_velocity=False, known=EXTERNAL, settled=EARLY)
    return np.append(1.0, search.given(rows, len(THIRD) - 1, ensembles).coefficients)


def closures(
    search: Search, ensembles: Sequence[Ensemble], blind: dict[str, FluxLaw]
) -> dict[str, Closure]:
    """Return every law that can be followed, fitted from the start of the flow on.

    Parameters
    ----------
    search : Search
    ensembles : sequence of Ensemble
        Training data.
    blind : dict
        Laws that were selected for ``"j"``, ``"both"`` and ``"locking"``. A law without terms is left out.

    Returns
    -------
    dict
        ``textbook``; ``found``, the velocity of j for both equations; ``local``, that velocity
        for j and the flux of the third law for q; ``reaction``, free mobile dislocations and the
        rate of locking.
    """

    def fitted(terms: tuple[FluxTerm, ...]) -> FloatArray:
        rows = FluxRows("j", terms, settled=EARLY)
        return search.given(rows, len(terms), ensembles).coefficients

    q = third_law(search, ensembles)
    velocity = tuple(VELOCITY[k] for k in blind["j"].terms)
    found: dict[str, Closure] = {"textbook": VelocityClosure(TEXTBOOK, fitted(TEXTBOOK))}
    if velocity:
        found["found"] = VelocityClosure(velocity, fitted(velocity))
        found["local"] = LocalClosure(velocity, fitted(velocity), THIRD, q)
    law = blind["locking"]
    if law.terms:
        found["reaction"] = ReactionClosure(law.terms, law.coefficients, THIRD, q)
    return found
