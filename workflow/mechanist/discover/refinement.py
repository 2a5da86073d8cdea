"""Second look at a selected equation, with the noise that the data themselves show.

Selection compares residuals with each other. Where the noise is white, its variance is known from
the data, and with it the residual that a right equation must leave and the error of each of its
coefficients. This is used three times: the coefficients are corrected for noise in the terms; error
bars are at least those that the noise causes; and an equation gains the further terms that exceed
their errors by more than the best of as many false terms would, or, if it leaves more than the noise
explains, gives way to a larger one that does not. Such terms may lower the residual too little to
be seen there. It loses terms that do not exceed their error bars.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.attenuation import Corrected
from mechanist.discover.regression import Fit, Support
from mechanist.discover.selection import SIGNIFICANCE, Selection
from mechanist.discover.stability import held_out_loss, jackknife
from mechanist.discover.system import LinearSystem

#: A residual counts as explained up to this many standard deviations above its expected value.
DEVIATIONS: Final = 3.0
#: Added to ``2 log p``, the square that the best of ``p`` false terms reaches, in units of its error:
#: a false term then passes in about one of 2000 equations.
RARE: Final = 12.0
#: Candidates with a term that does not stand out, after which larger ones are not tried.
MISSES: Final = 2
Correction = Callable[[Support], Corrected | None]


def refined(
    selection: Selection, system: LinearSystem, correction: Correction, *, extend: bool
) -> Selection:
    """Return a selection with corrected coefficients, error bars and what its residual is made of.

    Parameters
    ----------
    selection : Selection
        What a rule selected.
    system : LinearSystem
        The system that it was selected from.
    correction : callable
        Returns the corrected fit of some columns, or None if there is none.
    extend : bool
        Whether a model of the path with more or fewer terms may replace the selected one.
    """
    chosen = looked_at(selection, system, selection.fit, correction)
    if not extend:
        return chosen
    chosen = _shrunk(chosen, system, correction)
    if chosen.noise_share == 0.0:
        return chosen
    best, misses = chosen, 0
    for fit in selection.path:
        explained = bool(best.fit.support) and best.fit.loss <= best.allowed
        # an equation that needs no other may gain terms, but does not lose its own
        kept = not explained or set(best.fit.support) < set(fit.support)
        if len(fit.support) <= len(best.fit.support) or not kept:
            continue
        if explained and not _promising(best.fit, fit, system):
            break
        larger = looked_at(selection, system, fit, correction)
        if not larger.noise_share > 0.0:
            break
        if not _stands_out(larger, system, correction):
            misses += 1
            if explained or misses == MISSES:
                break
        elif larger.fit.loss <= larger.allowed:
            best = larger
    return best


def _shrunk(chosen: Selection, system: LinearSystem, correction: Correction) -> Selection:
    """Return the largest model of the path, up to the chosen one, whose terms exceed their errors."""
    for fit in reversed(chosen.path):
        if len(fit.support) >= len(chosen.fit.support):
            continue
        support = list(chosen.fit.support)
        errors = SIGNIFICANCE * chosen.errors[support]
        if not (np.abs(chosen.fit.weights[support]) < errors).any():
            break
        chosen = looked_at(chosen, system, fit, correction)
    return chosen


def looked_at(
    selection: Selection,
    system: LinearSystem,
    fit: Fit,
    correction: Correction,
    *,
    floor: float | None = None,
) -> Selection:
    """Return the selection of one fit, corrected if that is possible.

    Parameters
    ----------
    selection : Selection
        What a rule selected.
    system : LinearSystem
        The system of the fit.
    fit : Fit
        A fit of the selection's target.
    correction : callable
        Returns the corrected fit of some columns, or None if there is none.
    floor : float, optional
        Squared residual, over the squared target, that the making of the data may leave; by default
        that of the system.
    """
    support = list(fit.support)
    if floor is None:
        floor = system.scheme_floor(fit.weights, selection.target)
    if fit is not selection.fit:
        errors = np.zeros(len(system.terms))
        errors[support] = jackknife(system, selection.target, fit.support)[1]
        held_out = held_out_loss(system, selection.target, fit.support)
        selection = replace(selection, fit=fit, errors=errors, held_out=held_out)
    unknown = float("nan")
    selection = replace(
        selection, floor=floor, noise_share=unknown, allowed=unknown, covariance=None
    )
    corrected = correction(fit.support) if support else None
    if corrected is None:
        return selection
    weights, errors = np.zeros(len(system.terms)), np.zeros(len(system.terms))
    weights[support] = corrected.weights
    errors[support] = _errors(selection.errors[support], corrected, floor, system.independent)
    return replace(
        selection,
        fit=Fit(weights, fit.support, corrected.loss),
        errors=errors,
        covariance=scaled(corrected.covariance, errors[support]),
        noise_share=corrected.noise_share,
        allowed=allowed(corrected.noise_share, floor, system.independent),
    )


def scaled(covariance: FloatArray, errors: FloatArray) -> FloatArray:
    """Return a covariance with the same correlations and with given standard errors.

    The errors of coefficients count more than the noise, whose correlations are the only ones known.

    Parameters
    ----------
    covariance : ndarray of shape (p, p)
        Positive semi-definite; a coefficient without scatter has no correlations.
    errors : ndarray of shape (p,)
        Standard errors.
    """
    sizes = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    stretch = errors / np.where(sizes > 0.0, sizes, 1.0)
    result = covariance * np.outer(stretch, stretch)
    result[np.diag_indices_from(result)] = errors**2
    return result


def allowed(noise_share: float, floor: float, independent: float) -> float:
    """Return the largest squared residual, over the squared target, that needs no explanation.

    Parameters
    ----------
    noise_share : float
        Expected squared residual from the noise; its scatter is that of a chi-squared variable.
    floor : float
        Squared residual that the making of the data may leave.
    independent : float
        Number of independent values of the noise.
    """
    scatter = np.sqrt(2.0 / independent) if independent > 0 else 0.0
    return noise_share * (1.0 + DEVIATIONS * float(scatter)) + floor


def _errors(
    over_blocks: FloatArray, corrected: Corrected, floor: float, independent: float
) -> FloatArray:
    """Return the errors over blocks or from noise, and from the making of the data.

    A residual that noise does not explain is not random, and its scatter over blocks says nothing
    about the error that it causes; it may have any direction, but is no larger than the floor. What
    differences of second order would do is known in direction, too, and adds to the scatter.
    """
    unexplained = max(corrected.loss - allowed(corrected.noise_share, 0.0, independent), 0.0)
    made = np.sqrt(min(unexplained, floor)) * corrected.spread
    scatter = np.fmax(over_blocks, corrected.errors)
    result: FloatArray = np.fmax(np.hypot(scatter, corrected.scheme), made)
    return result


def _stands_out(selection: Selection, system: LinearSystem, correction: Correction) -> bool:
    """Return whether all terms exceed the errors that noise and the making of the data cause.

    The best of ``p`` false terms reaches about ``z^2 = 2 log(p)``.
    """
    support = list(selection.fit.support)
    corrected = correction(selection.fit.support)
    assert corrected is not None
    nothing = np.zeros(len(support))
    errors = _errors(nothing, corrected, selection.floor, system.independent)
    needed = np.sqrt(needed_square(system)) * errors
    return not (np.abs(selection.fit.weights[support]) < needed).any()


def _promising(smaller: Fit, larger: Fit, system: LinearSystem) -> bool:
    """Return whether the gain of further terms is near that of significant ones, or above it.

    In white noise, the square of a coefficient over its error is about the gain in the logarithm of
    the loss times the number of independent values, which costs nothing to compute.
    """
    if not larger.loss > 0.0:
        return False
    gain = system.independent * float(np.log(smaller.loss / larger.loss))
    return gain > 0.5 * needed_square(system)


def needed_square(system: LinearSystem) -> float:
    """Return the square of the smallest ratio of a coefficient to its error."""
    return 2.0 * float(np.log(max(len(system.terms), 2))) + RARE
