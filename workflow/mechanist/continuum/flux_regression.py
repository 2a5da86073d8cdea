"""Blind regression of laws on ensembles, with errors over realisations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from mechanist.continuum.continuum_density_fields import Ensemble, fields_of, projection_waves
from mechanist.continuum.flux_terms import REACTIONS, FluxTerm, reaction_terms
from mechanist.core.typing import ComplexArray, FloatArray

#: Intervals that the rate of the locked density is summed over, and between starts of two sums.
WINDOW: Final = 4
STEP: Final = 2
#: Path of free dislocations in spacings before which fluxes have not settled.
SETTLED: Final = 3.0
#: Standard errors of a difference within which two laws of a size are a tie.
TIED: Final = 2.0

Rows = Callable[[ComplexArray, Ensemble], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True)
class Normal:
    """Normal equations of the mean fields (first) and of resampled ones.

    Parameters
    ----------
    gram : ndarray of shape (1 + resamples, terms, terms)
    right : ndarray of shape (1 + resamples, terms)
    square : ndarray of shape (1 + resamples,)
    """

    gram: FloatArray
    right: FloatArray
    square: FloatArray

    def fit(self, chosen: Sequence[int]) -> tuple[FloatArray, FloatArray]:
        """Return coefficients, shape (1 + resamples, chosen), and the share that they explain."""
        at = list(chosen)
        gram = self.gram[:, at][:, :, at]
        scale = np.sqrt(np.einsum("rii->ri", gram))
        scale = np.where(scale > 0, scale, 1.0)
        scaled = gram / scale[:, :, None] / scale[:, None, :]
        right = self.right[:, at] / scale
        solved = (np.linalg.pinv(scaled, hermitian=True) @ right[:, :, None])[:, :, 0]
        return solved / scale, np.sum(solved * right, axis=1) / self.square


@dataclass(frozen=True)
class FluxLaw:
    """A law that was selected.

    Parameters
    ----------
    terms : tuple of int
        Places of the terms in the library.
    coefficients, errors : ndarray of shape (terms,)
        Errors are standard deviations over resampled realisations.
    explained : float
        Share of the sum of squares that the law explains.
    ties : tuple of tuple of int
        Laws of the same size that explain as much within :data:`TIED` standard errors.
    draws : ndarray of shape (resamples, terms)
        Coefficients of resampled realisations.
    """

    terms: tuple[int, ...]
    coefficients: FloatArray
    errors: FloatArray
    explained: float
    ties: tuple[tuple[int, ...], ...]
    draws: FloatArray


def normal_equations(
    ensembles: Sequence[Ensemble], rows: Rows, *, resamples: int, rng: np.random.Generator
) -> Normal:
    """Return the normal equations of all ensembles together.

    Parameters
    ----------
    ensembles : sequence of Ensemble
    rows : callable
        Returns the terms and the left side that the mean modes of an ensemble give.
    resamples : int
        Draws of realisations with replacement, in every ensemble by itself.
    rng : Generator

    Raises
    ------
    ValueError
        If there is no ensemble.
    """
    if not ensembles:
        raise ValueError("no ensemble; expected at least one at the loads and profiles asked for")
    grams, rights, squares = [], [], []
    for draw in range(resamples + 1):
        parts = [rows(one.drawn(rng if draw else None), one) for one in ensembles]
        terms, left = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        grams.append(terms.T @ terms)
        rights.append(terms.T @ left)
        squares.append(left @ left)
    return Normal(np.array(grams), np.array(rights), np.array(squares))


def fixed_law(normal: Normal, chosen: Sequence[int]) -> FluxLaw:
    """Return the law that has exactly the chosen terms."""
    found, explained = normal.fit(chosen)
    return FluxLaw(
        tuple(chosen), found[0], found[1:].std(axis=0, ddof=1), float(explained[0]), (), found[1:]
    )


def select_law(
    normal: Normal,
    *,
    least_gain: float,
    significance: float,
    largest: int = 5,
    admitted: Callable[[FluxLaw], bool] | None = None,
) -> FluxLaw:
    """Return the best law of the largest size whose last term gains enough and is significant.

    Parameters
    ----------
    normal : Normal
    least_gain : float
        Share of what the best smaller law leaves unexplained that one more term must explain. With
        many realisations every term is significant, because no law of few terms is exact.
    significance : float
        Standard errors by which every coefficient must differ from zero.
    largest : int
        Terms of the largest law that is looked at; all subsets are.
    admitted : callable, optional
        Says whether a law is usable; if not, the best smaller one is asked for.

    Returns
    -------
    FluxLaw
        Without terms if none explains ``least_gain``.
    """
    count = normal.gram.shape[1]
    single = Normal(normal.gram[:1], normal.right[:1], normal.square[:1])
    before = 0.0
    passed = [FluxLaw((), np.zeros(0), np.zeros(0), 0.0, (), np.zeros((0, 0)))]
    for size in range(1, min(largest, count) + 1):
        ranked = sorted(
            ((float(single.fit(one)[1][0]), one) for one in combinations(range(count), size)),
            reverse=True,
        )
        law = fixed_law(normal, ranked[0][1])
        if law.explained - before < least_gain * (1 - before):
            break
        before = law.explained
        if np.any(np.abs(law.coefficients) < significance * law.errors):
            continue
        shares = normal.fit(law.terms)[1]
        ties = []
        for explained, other in ranked[1:6]:
            spread = (shares - normal.fit(other)[1])[1:].std(ddof=1)
            if law.explained - explained < TIED * spread:
                ties.append(other)
        passed.append(replace(law, ties=tuple(ties)))
    while len(passed) > 1 and admitted is not None and not admitted(passed[-1]):
        passed.pop()
    return passed[-1]


@dataclass(frozen=True)
class FluxRows:
    """Rows of the law of one or both fluxes.

    Parameters
    ----------
    flux : {"j", "q", "both"}
        Flux of kappa, of rho, or of both with one velocity.
    terms : tuple of FluxTerm
        Of the velocity, which the density multiplies (``of_velocity``), or of the flux.
    of_velocity : bool
    known : FluxTerm or None
        A term of the same kind whose coefficient is one.
    settled : float
        Path of free dislocations before which rows are left out.
    """

    flux: str
    terms: tuple[FluxTerm, ...]
    of_velocity: bool = True
    known: FluxTerm | None = None
    settled: float = SETTLED

    def __call__(self, modes: ComplexArray, ensemble: Ensemble) -> tuple[FloatArray, FloatArray]:
        """Return terms and left side, both over the load."""
        late = ensemble.times > self.settled / ensemble.load
        fields, j, q = fields_of(modes[:, late], ensemble)
        waves = projection_waves().T / ensemble.load
        columns, left = [], []
        for name, flux, density in (("j", j, fields.rho), ("q", q, fields.kappa)):
            if self.flux not in (name, "both"):
                continue
            weight = density if self.of_velocity else 1.0
            known = 0.0 if self.known is None else weight * self.known.values(fields)
            values = [((weight * t.values(fields)) @ waves).ravel() for t in self.terms]
            columns.append(np.stack(values, axis=1))
            left.append(((flux - known) @ waves).ravel())
        return np.concatenate(columns), np.concatenate(left)


def locked_density(load: float, rho: FloatArray, j: FloatArray) -> FloatArray:
    """Return the density that does not move if all others move freely."""
    return rho - j / load


def reaction_rows(modes: ComplexArray, ensemble: Ensemble) -> tuple[FloatArray, FloatArray]:
    """Return terms of the rate of the locked density, and its change, over windows of time."""
    fields, j, _ = fields_of(modes, ensemble)
    locked = locked_density(ensemble.load, fields.rho, j)
    terms = reaction_terms(fields, locked)
    waves = projection_waves().T
    weights = np.full(WINDOW + 1, ensemble.times[1] - ensemble.times[0])
    weights[[0, -1]] /= 2
    starts = range(0, len(ensemble.times) - WINDOW, STEP)
    stacked = np.stack([terms[name] for name in REACTIONS]) @ waves
    sums = [np.einsum("w,twp->pt", weights, stacked[:, s : s + WINDOW + 1]) for s in starts]
    changes = [(locked[s + WINDOW] - locked[s]) @ waves for s in starts]
    return np.concatenate(sums), np.concatenate(changes)
