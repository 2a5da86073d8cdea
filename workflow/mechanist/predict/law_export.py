"""Turn what a search found into a law, and write the law's files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.atomic import write_text
from mechanist.core.narrowing import Json, texts
from mechanist.discover.inner_parameters import holding
from mechanist.discover.terms import parse_term
from mechanist.formats.equation_files import Equation, FoundTerm, Matrix
from mechanist.formats.field_files import TIME, FieldData
from mechanist.predict.found_law import NEXT, Domain, Law, LawEquation, LawTerm, Span
from mechanist.predict.law_code import code_of
from mechanist.predict.law_files import FILE, write_law
from mechanist.predict.law_texts import expressions_of, latex_of
from mechanist.predict.law_units import coefficient_unit

#: The rule whose equations are a law; others are compared with it.
RULE: Final = "auto"


def law_of(
    equations: Sequence[Equation],
    data: Sequence[FieldData],
    *,
    name: str,
    method: str,
    noise: float,
    library: Mapping[str, object],
    facts: Mapping[str, Json],
) -> Law:
    """Return the law that a search found.

    Parameters
    ----------
    equations : sequence of Equation
        What the search found; those of other rules than :data:`RULE` are left out.
    data : sequence of FieldData
        The trajectories that were searched.
    name, method, noise
        As in :class:`.found_law.Law`.
    library : mapping
        Entry of the library, for the names of fitted numbers inside terms.
    facts : mapping
        Whatever else is to be kept.
    """
    chosen = [one for one in equations if one.rule == RULE]
    left_out = [one.target for one in chosen if not one.found or not _evolves(one)]
    kept = [one for one in chosen if one.target not in left_out]
    # Each equation has offsets or none, since they belong to the data of all.
    offsets = {n: v for one in kept if one.near for n, v in one.near.offsets.items()}
    units = {n: u for one in data for n, u in one.units.items()}
    listed = texts(library.get("terms") or ())
    return Law(
        name=name,
        method=method,
        kind="map" if chosen and chosen[0].target.endswith(NEXT) else "rate",
        equations=tuple(_equation(one, listed, units) for one in kept),
        domain=domain_of(data),
        offsets=offsets,
        units=units,
        noise=noise,
        not_found=tuple(left_out),
        facts=facts,
    )


def domain_of(data: Sequence[FieldData]) -> Domain:
    """Return what trajectories cover together."""
    axes = {}
    for axis in data[0].axes:
        grids = [one.axes[axis] for one in data]
        longest = max(grids, key=len)
        start, stop = min(float(g[0]) for g in grids), max(float(g[-1]) for g in grids)
        axes[axis] = Span(start, stop, len(longest))
    ranges = {
        name: (
            min(float(one.variables[name].min()) for one in data),
            max(float(one.variables[name].max()) for one in data),
        )
        for name in data[0].variables
    }
    periodic = tuple(a for a in data[0].axes if all(a in one.periodic for one in data))
    return Domain(axes, ranges, periodic, len(data))


def write_files(folder: Path, law: Law) -> None:
    """Write all files of a law to a folder."""
    write_law(folder / FILE, law)
    write_text(folder / "law.py", code_of(law))
    write_text(folder / "law.tex", latex_of(law))
    write_text(folder / "law.txt", expressions_of(law))


def _evolves(equation: Equation) -> bool:
    """Return whether a left-hand side is a change in time of a single variable."""
    left = parse_term(equation.target.removesuffix(NEXT))
    change = equation.target.endswith(NEXT) or bool(left.outer)
    return left.bare and change and all(axis == TIME for axis, _ in left.outer)


def _equation(equation: Equation, listed: Sequence[str], units: Mapping[str, str]) -> LawEquation:
    near = equation.near
    found: Sequence[FoundTerm] = near.terms if near else equation.terms
    matrix: Matrix | None = near.covariance if near else equation.covariance
    values = {name: one.value for name, one in equation.parameters.items()}
    held = {name: holding(listed, values, name) for name in values}
    terms = []
    for one in found:
        term = parse_term(one.name.replace("'", ""))
        names = tuple(name for name in values if term in held[name])
        unit = coefficient_unit(equation.target, term, units)
        terms.append(LawTerm(term, one.coefficient, names, unit))
    return LawEquation(
        target=equation.target,
        terms=tuple(terms),
        parameters=values,
        covariance=None if matrix is None else np.array(matrix),
        text=equation.to_text() if near is None else near.to_text(),
        verdict=equation.verdict,
        reason=equation.reason,
    )
