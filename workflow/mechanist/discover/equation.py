"""Convert a selection into an equation with error bars."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from mechanist.discover.refinement import scaled
from mechanist.discover.selection import Selection
from mechanist.discover.stability import jackknife_covariance
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Term, parse_term
from mechanist.discover.verdict import INCOMPLETE, NOTHING, verdict_of
from mechanist.formats.equation_files import Equation, FoundTerm, Matrix, Near, PathModel

_NEXT: Final = "_next"


def equation_of(
    system: LinearSystem,
    selection: Selection,
    *,
    groups: Mapping[str, Sequence[Term]] | None = None,
    truth: Mapping[str, float] | None = None,
) -> Equation:
    """Return the equation of a selection.

    Parameters
    ----------
    system : LinearSystem
        The system that was searched.
    selection : Selection
        The model of one target.
    groups : mapping of str to sequence of Term, optional
        Terms that a column of the system sums with equal coefficients, by the column's name; see
        :func:`mechanist.discover.tied.summed`.
    truth : mapping of str to float, optional
        True coefficients, if known.
    """
    terms, shares = [], []
    for k, column in enumerate(selection.fit.support):
        representative = system.terms[column]
        members = (groups or {}).get(representative.name, (representative,))
        for term in dict.fromkeys(members):
            count = sum(1 for other in members if other == term)
            shares.append((k, count))
            terms.append(
                FoundTerm(
                    name=term.name,
                    latex=term.latex,
                    coefficient=count * float(selection.fit.weights[column]),
                    error=count * float(selection.errors[column]),
                    inclusion=float(selection.inclusion[column]),
                )
            )
    verdict = verdict_of(selection)
    path = tuple(
        PathModel(tuple(system.names[column] for column in fit.support), fit.loss)
        for fit in selection.path
    )
    return Equation(
        target=selection.target,
        latex=target_latex(selection.target),
        rule=selection.rule,
        terms=tuple(terms),
        loss=selection.fit.loss,
        held_out=selection.held_out,
        smallest_gain=selection.gain,
        path=path,
        truth=None if truth is None else dict(truth),
        noise_share=selection.noise_share,
        verdict=verdict.kind,
        reason=verdict.text,
        covariance=_covariance(system, selection, shares),
    )


def _covariance(
    system: LinearSystem, selection: Selection, shares: Sequence[tuple[int, int]]
) -> Matrix | None:
    """Return the covariance of the coefficients of terms, each a multiple of a column's weight."""
    support = list(selection.fit.support)
    if not support:
        return None
    found = selection.covariance
    if found is None:
        over_units = jackknife_covariance(system, selection.target, support)
        found = scaled(over_units, selection.errors[support])
    if not np.isfinite(found).all():
        return None
    numbers = len(found) - len(support)
    expansion = np.zeros((len(shares) + numbers, len(found)))
    for row, (column, count) in enumerate(shares):
        expansion[row, column] = count
    for k in range(numbers):
        expansion[len(shares) + k, len(support) + k] = 1.0
    whole = expansion @ found @ expansion.T
    return tuple(tuple(row) for row in whole.tolist())


def about_offsets(equation: Equation, found: Equation, offsets: Mapping[str, float]) -> Equation:
    """Return an equation beside which the same law stands in deviations, with a prime at their names.

    Parameters
    ----------
    equation : Equation
        In the variables of the data.
    found : Equation
        In deviations, under the names of the variables themselves; the detection limits are its.
    offsets : mapping of str to float
        What was subtracted from each variable.
    """
    limits = None
    if found.limits is not None:
        limits = {_primed(name, offsets): limit for name, limit in found.limits.items()}
    if not found.found:
        return replace(equation, limits=limits)
    terms = [replace(term, name=_primed(term.name, offsets)) for term in found.terms]
    primed = replace(found, target=_primed(found.target, offsets), terms=tuple(terms))
    near = Near(dict(offsets), primed.terms, primed.to_text(), found.covariance)
    return replace(equation, near=near, limits=limits)


def with_hint(equation: Equation, hint: str) -> Equation:
    """Return an equation whose verdict names a known cause, if it leaves something to explain."""
    if not hint or equation.verdict not in (INCOMPLETE, NOTHING):
        return equation
    return replace(equation, reason=f"{equation.reason}; {hint}")


def _primed(name: str, offsets: Mapping[str, float]) -> str:
    term = parse_term(name)
    factors = (
        replace(f, variable=f.variable + "'" if f.variable in offsets else f.variable)
        for f in term.factors
    )
    return Term(tuple(factors), term.outer).name


def target_latex(target: str) -> str:
    """Return a left-hand side in LaTeX; the target of a map is the field at the next step."""
    if target.endswith(_NEXT):
        return rf"{parse_term(target.removesuffix(_NEXT)).latex}_{{t+1}}"
    return parse_term(target).latex
