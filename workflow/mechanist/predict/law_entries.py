"""Check the entries of ``law.json`` one by one: names, numbers, terms and covariances."""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from mechanist.core.narrowing import mapping, number, sequence, text, texts, whole
from mechanist.core.typing import FloatArray
from mechanist.discover.inner_parameters import rounded
from mechanist.discover.terms import Term, parse_term
from mechanist.formats.field_files import TIME
from mechanist.predict.found_law import NEXT, Domain, Kind, LawEquation, LawTerm, Span
from mechanist.predict.law_pieces import pieces_of

#: Smallest eigenvalue of a correlation matrix that counts as zero.
_ROUNDING: Final = -1e-8
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_AXIS: Final = re.compile(r"[a-z]")


def kind_of(value: str) -> Kind:
    """Return what left-hand sides are; raises ValueError if they are neither rates nor next values."""
    if value == "rate":
        return "rate"
    if value == "map":
        return "map"
    raise ValueError(f"kind is {value!r}, expected 'rate' or 'map'")


def domain_from(entry: Mapping[str, object]) -> Domain:
    """Return what the data cover.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a name is missing or is none, or a number is not finite.
    """
    axes = {}
    for axis, value in mapping(entry["axes"]).items():
        span = mapping(value)
        if not _AXIS.fullmatch(axis):
            raise ValueError(f"axis {axis!r}; expected one lower-case letter")
        axes[axis] = Span(finite(span["start"]), finite(span["stop"]), whole(span["points"]))
    if list(axes)[-1:] != [TIME]:
        raise ValueError(f"axes {list(axes)}; expected {TIME!r} as the last one")
    ranges = {}
    for name, ends in mapping(entry["ranges"]).items():
        if not _NAME.fullmatch(name) or name in axes:
            raise ValueError(f"variable {name!r}; expected letters and digits, and not an axis")
        low, high = (finite(value) for value in sequence(ends))
        ranges[name] = (low, high)
    periodic = texts(entry["periodic"])
    if not set(periodic) <= set(axes) - {TIME}:
        raise ValueError(f"periodic axes {list(periodic)}; expected some of {list(axes)[:-1]}")
    return Domain(axes, ranges, periodic, whole(entry["trajectories"]))


def equation_from(entry: object, kind: Kind, domain: Domain) -> LawEquation:
    """Return an equation.

    Raises
    ------
    KeyError, TypeError, ValueError
        If an entry is missing, a term or left-hand side is none or names what the data do not have, or
        the covariance is none.
    """
    found = mapping(entry)
    target = text(found["target"])
    numbers = {
        name: finite(mapping(one)["value"]) for name, one in mapping(found["parameters"]).items()
    }
    terms = tuple(_term(target, one, numbers, domain) for one in sequence(found["terms"]))
    if not terms:
        raise ValueError(f"{target}: no terms; expected at least one")
    equation = LawEquation(
        target=target,
        terms=terms,
        parameters=numbers,
        covariance=_covariance(target, found["covariance"], len(terms) + len(numbers)),
        text=text(found["text"]),
        verdict=text(found["verdict"]),
        reason=text(found["reason"]),
    )
    left = equation.left
    bare = left.bare and all(axis == TIME for axis, _ in left.outer)
    if (
        not bare
        or (equation.order == 0) != (kind == "map")
        or target.endswith(NEXT) != (kind == "map")
    ):
        raise ValueError(
            f"left-hand side {target!r}; expected that of a {kind}, such as u_t or u_next"
        )
    known_variable(equation.variable, domain)
    for one in terms:
        pieces_of(equation, one)
    return equation


def _term(target: str, entry: object, numbers: Mapping[str, float], domain: Domain) -> LawTerm:
    found = mapping(entry)
    term = parse_term(text(found["term"]))
    for name in sorted(term.variables):
        known_variable(name, domain)
    unknown = sorted(term.axes - set(domain.axes))
    if unknown:
        raise ValueError(f"{target}: term {term.name!r} differentiates along {unknown}; the axes are"
                         f" {list(domain.axes)}")  # fmt: skip
    held = texts(found["parameters"])
    for name in held:
        if name not in numbers or not _holds(term, numbers[name]):
            raise ValueError(f"{target}: term {term.name!r} does not hold the parameter {name!r}")
    unit = found["unit"]
    return LawTerm(term, finite(found["coefficient"]), held, None if unit is None else text(unit))


def _holds(term: Term, value: float) -> bool:
    numbers = [one.function.number for one in term.factors if one.function is not None]
    return rounded(value) in numbers


def _covariance(target: str, entry: object, size: int) -> FloatArray | None:
    """Return a covariance once its shape, symmetry and eigenvalues are those of one."""
    if entry is None:
        return None
    rows = [[finite(value) for value in sequence(row)] for row in sequence(entry)]
    if [len(row) for row in rows] != [size] * size:
        raise ValueError(
            f"{target}: covariance has rows of {[len(row) for row in rows]} numbers, expected {size}"
            f" rows of {size}: the coefficients, then the parameters"
        )
    matrix = np.array(rows)
    variances = np.diag(matrix)
    sizes = np.sqrt(np.where(variances > 0.0, variances, 1.0))
    relative = matrix / np.outer(sizes, sizes)
    if not np.allclose(relative, relative.T, rtol=0.0, atol=1e-9):
        raise ValueError(f"{target}: the covariance is not symmetric")
    smallest = float(np.linalg.eigvalsh(relative)[0])
    if (variances < 0.0).any() or smallest < _ROUNDING:
        raise ValueError(
            f"{target}: the covariance is not positive semi-definite; the smallest eigenvalue of its"
            f" correlations is {smallest:.3g}, expected none below 0"
        )
    return matrix


def known_variable(name: str, domain: Domain) -> str:
    """Return a name that the data have; raises ValueError for another."""
    if name not in domain.ranges:
        raise ValueError(f"variable {name!r}; the data have {sorted(domain.ranges)}")
    return name


def finite(entry: object) -> float:
    """Return a finite number; raises TypeError or ValueError for anything else."""
    value = float(number(entry))
    if not np.isfinite(value):
        raise ValueError(f"{value}; expected a finite number")
    return value
