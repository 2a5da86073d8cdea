"""Convert a selection into an equation with error bars."""

from collections.abc import Mapping, Sequence
from typing import Final

from mechanist.discover.selection import Selection
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Term, parse_term
from mechanist.discover.verdict import verdict_of
from mechanist.formats.equation_files import Equation, FoundTerm, PathModel

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
    terms = []
    for column in selection.fit.support:
        representative = system.terms[column]
        members = (groups or {}).get(representative.name, (representative,))
        for term in dict.fromkeys(members):
            count = sum(1 for other in members if other == term)
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
    )


def target_latex(target: str) -> str:
    """Return a left-hand side in LaTeX; the target of a map is the field at the next step."""
    if target.endswith(_NEXT):
        return rf"{parse_term(target.removesuffix(_NEXT)).latex}_{{t+1}}"
    return parse_term(target).latex
