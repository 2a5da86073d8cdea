"""Densities that follow a law from their start, set beside realisations that the law has not seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.continuum.continuum_density_fields import CUTOFF, Ensemble, Fields, fields_of
from mechanist.continuum.flux_regression import locked_density
from mechanist.continuum.flux_terms import REACTIONS, FluxTerm, combined, reaction_terms
from mechanist.core.typing import ComplexArray, FloatArray

#: Points of the grid, and modes that derivatives keep.
POINTS: Final = 64
KEPT: Final = 16
#: Longest step as the path of free dislocations, in spacings.
LONGEST: Final = 0.04
#: Density below which a law is given this one, and value above which a solution has blown up.
LEAST: Final = 0.05
BLOWN: Final = 50.0
#: Modes that are compared.
COMPARED: Final = slice(1, 3)

#: Returns the fluxes j and q, and the rate of the locked density (zero if the law has none).
Closure = Callable[[Fields, FloatArray], tuple[FloatArray, FloatArray, FloatArray]]


@dataclass(frozen=True)
class VelocityClosure:
    """One velocity for both equations, which friction stops but does not reverse."""

    terms: tuple[FluxTerm, ...]
    coefficients: FloatArray

    def __call__(self, fields: Fields, _: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the fluxes."""
        velocity = np.maximum(combined(self.terms, self.coefficients, fields), 0.0)
        return fields.rho * velocity, fields.kappa * velocity, 0.0 * velocity


@dataclass(frozen=True)
class LocalClosure:
    """A velocity for the flux of kappa, and the flux of rho by a law of its own."""

    terms: tuple[FluxTerm, ...]
    coefficients: FloatArray
    q_terms: tuple[FluxTerm, ...]
    q_coefficients: FloatArray

    def __call__(self, fields: Fields, _: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the fluxes."""
        velocity = combined(self.terms, self.coefficients, fields)
        return (
            fields.rho * velocity,
            combined(self.q_terms, self.q_coefficients, fields),
            0.0 * velocity,
        )


@dataclass(frozen=True)
class ReactionClosure:
    """Mobile dislocations move freely; the locked density obeys a rate equation."""

    reactions: tuple[int, ...]
    coefficients: FloatArray
    q_terms: tuple[FluxTerm, ...]
    q_coefficients: FloatArray

    def __call__(
        self, fields: Fields, locked: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the fluxes and the rate of the locked density."""
        terms = reaction_terms(fields, locked)
        rate = np.sum(
            [
                c * terms[REACTIONS[k]]
                for k, c in zip(self.reactions, self.coefficients, strict=True)
            ],
            axis=0,
        )
        j = (fields.rho - locked) * fields.load
        return j, combined(self.q_terms, self.q_coefficients, fields), rate


@dataclass(frozen=True)
class Followed:
    """A solution: modes of both signs and of their fluxes at the times of an ensemble.

    Parameters
    ----------
    modes : ndarray of shape (4, times, CUTOFF + 1)
        As those of an ensemble.
    """

    modes: ComplexArray


@dataclass(frozen=True)
class ForwardError:
    """How far a solution is from an ensemble.

    Parameters
    ----------
    modes : float
        Root of the squared difference of modes 1 and 2 of both densities, over their square.
    velocity : float
        The same for the mean velocity.
    noise : float
        What sampling alone gives for ``modes``.
    """

    modes: float
    velocity: float
    noise: float


def follow_law(closure: Closure, ensemble: Ensemble) -> Followed | None:
    """Integrate a law from the first mean fields of an ensemble; None if the solution blows up."""
    start, j, _ = fields_of(ensemble.drawn(None)[:, :1], ensemble, POINTS)
    state = np.stack([start.rho[0], start.kappa[0], locked_density(ensemble.load, start.rho, j)[0]])
    waves = 1j * ensemble.wave_number * np.arange(POINTS // 2 + 1)
    waves[KEPT:] = 0.0

    def slope(field: FloatArray) -> FloatArray:
        return np.fft.irfft(waves * np.fft.rfft(field), POINTS)

    def fluxes(y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        fields = Fields(ensemble.load, np.maximum(y[0], LEAST), y[1], *slope(y[:2]))
        return closure(fields, y[2])

    def rate(y: FloatArray) -> FloatArray:
        j, q, reaction = fluxes(y)
        d_q, d_j = slope(np.stack([q, j]))
        return np.stack([-d_q, -d_j, reaction])

    states = [np.concatenate([state[:2], np.stack(fluxes(state)[:2])])]
    for begin, end in zip(ensemble.times, ensemble.times[1:], strict=False):
        steps = max(4, int(np.ceil((end - begin) * ensemble.load / LONGEST)))
        h = (end - begin) / steps
        for _ in range(steps):
            k1 = rate(state)
            k2 = rate(state + h / 2 * k1)
            k3 = rate(state + h / 2 * k2)
            k4 = rate(state + h * k3)
            state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            state[0] = np.maximum(state[0], 0.4 * LEAST)
        if not np.isfinite(state).all() or np.abs(state).max() > BLOWN:
            return None
        states.append(np.concatenate([state[:2], np.stack(fluxes(state)[:2])]))
    modes = np.fft.rfft(np.array(states), axis=-1)[..., : CUTOFF + 1] / POINTS
    rho, kappa, j, q = np.moveaxis(modes, 1, 0)
    return Followed(np.stack([rho + kappa, rho - kappa, j + q, j - q]))


def forward_error(followed: Followed, ensemble: Ensemble) -> ForwardError:
    """Compare a solution with the mean of an ensemble."""
    mean = ensemble.drawn(None)
    spread = ensemble.modes[:, :2, :, COMPARED].std(axis=0, ddof=1) / np.sqrt(len(ensemble.modes))
    truth = mean[:2, :, COMPARED]
    size = np.sum(np.abs(truth) ** 2)
    off = np.sum(np.abs(followed.modes[:2, :, COMPARED] - truth) ** 2)
    velocity, theirs = (m[2:, :, 0].real.mean(axis=0) for m in (followed.modes, mean))
    return ForwardError(
        float(np.sqrt(off / size)),
        float(np.sqrt(np.sum((velocity - theirs) ** 2) / np.sum(theirs**2))),
        float(np.sqrt(np.sum(spread**2) / size)),
    )
