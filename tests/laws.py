"""Laws for tests: written by hand, with the covariance that the test states."""

from collections.abc import Mapping, Sequence

import numpy as np

from mechanist.discover.terms import parse_term
from mechanist.predict.found_law import Domain, Kind, Law, LawEquation, LawTerm, Span


def equation(
    target: str,
    terms: Mapping[str, float],
    *,
    errors: Sequence[float] | None = None,
    parameters: Mapping[str, float] | None = None,
    held: Sequence[str] = (),
) -> LawEquation:
    """Return an equation; parameters are held by the terms listed, errors are independent."""
    numbers = dict(parameters or {})
    count = len(terms) + len(numbers)
    sizes = np.zeros(count) if errors is None else np.asarray(errors, dtype=float)
    made = tuple(
        LawTerm(parse_term(name), value, tuple(numbers) if name in held else ())
        for name, value in terms.items()
    )
    return LawEquation(target, made, numbers, np.diag(sizes**2), f"{target} = ...", "complete", "x")


def law(
    *equations: LawEquation,
    space: Sequence[str] = (),
    periodic: Sequence[str] | None = None,
    kind: Kind = "rate",
    ranges: Mapping[str, tuple[float, float]] | None = None,
    offsets: Mapping[str, float] | None = None,
    units: Mapping[str, str] | None = None,
) -> Law:
    """Return a law on periodic axes, whose data ran from -10 to 10."""
    names = {name for one in equations for t in one.terms for name in t.term.variables}
    names |= {one.variable for one in equations}
    axes = {axis: Span(0.0, 1.0, 64) for axis in (*space, "t")}
    seen = dict.fromkeys(sorted(names), (-10.0, 10.0)) | dict(ranges or {})
    domain = Domain(axes, seen, tuple(space if periodic is None else periodic))
    return Law("toy", "weak", kind, equations, domain, offsets=offsets or {}, units=units or {})
