"""The file of a found law, ``law.json``: numbers and names alone, checked when it is read.

Layout (``mechanist.law/1``): see ``docs/formats.md``. Nothing in the file is executed, and its terms
are parsed by the same parser that reads the terms of a configuration.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.atomic import write_text
from mechanist.core.errors import FormatError
from mechanist.core.narrowing import Json, mapping, number, sequence, text, texts, whole
from mechanist.core.typing import FloatArray
from mechanist.discover.inner_parameters import rounded
from mechanist.discover.terms import Term, parse_term
from mechanist.formats.field_files import TIME
from mechanist.predict.found_law import NEXT, Domain, Kind, Law, LawEquation, LawTerm, Span
from mechanist.predict.law_pieces import pieces_of

SCHEMA: Final = "mechanist.law/1"
FILE: Final = "law.json"
#: Largest file that is read: thousands of terms.
_LARGEST: Final = 10_000_000
#: Smallest eigenvalue of a correlation matrix that counts as zero.
_ROUNDING: Final = -1e-8
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_AXIS: Final = re.compile(r"[a-z]")
_REMEDY: Final = "Fetch the law again from where it comes, or make it anew with the workflow."


def write_law(path: Path, law: Law) -> None:
    """Write a law; equal laws give equal bytes."""
    content = {
        "schema": SCHEMA,
        "name": law.name,
        "method": law.method,
        "kind": law.kind,
        "noise": law.noise,
        "equations": [_equation_content(one) for one in law.equations],
        "not_found": list(law.not_found),
        "offsets": dict(law.offsets),
        "units": dict(law.units),
        "domain": {
            "axes": {
                axis: {"start": one.start, "stop": one.stop, "points": one.points}
                for axis, one in law.domain.axes.items()
            },
            "ranges": {name: list(ends) for name, ends in law.domain.ranges.items()},
            "periodic": list(law.domain.periodic),
            "trajectories": law.domain.trajectories,
        },
        "facts": dict(law.facts),
    }
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _equation_content(equation: LawEquation) -> dict[str, object]:
    covariance = equation.covariance
    known = covariance is not None
    errors = [] if covariance is None else np.sqrt(np.diag(covariance)).tolist()
    count = len(equation.terms)
    return {
        "target": equation.target,
        "text": equation.text,
        "verdict": equation.verdict,
        "reason": equation.reason,
        "terms": [
            {
                "term": one.term.name,
                "coefficient": one.coefficient,
                "error": errors[k] if known else None,
                "unit": one.unit,
                "parameters": list(one.parameters),
            }
            for k, one in enumerate(equation.terms)
        ],
        "parameters": {
            name: {"value": value, "error": errors[count + k] if known else None}
            for k, (name, value) in enumerate(equation.parameters.items())
        },
        "covariance": None if covariance is None else covariance.tolist(),
    }


def load_law(path: str | Path) -> Law:
    """Read a law, which holds numbers and names alone: nothing in its files is executed.

    Parameters
    ----------
    path : str or Path
        A file ``law.json``, or the folder that holds it, such as ``results/equations/lorenz/laws/weak``.

    Raises
    ------
    FormatError
        As :func:`read_law`.
    """
    place = Path(path)
    return read_law(place / FILE if place.is_dir() else place)


def read_law(path: Path) -> Law:
    """Read a law.

    Raises
    ------
    FormatError
        If the file is missing or damaged, or holds a term that is none, a number that is not finite, or
        a covariance that is none.
    """
    try:
        content = _content(path)
        domain = _domain(mapping(content["domain"]))
        kind = _kind(text(content["kind"]))
        equations = tuple(_equation(one, kind, domain) for one in sequence(content["equations"]))
        offsets = {_known(n, domain): _finite(v) for n, v in mapping(content["offsets"]).items()}
        facts: dict[str, Json] = dict(mapping(content["facts"]))  # type: ignore[arg-type]
        variables = [one.variable for one in equations]
        if len(set(variables)) < len(variables):
            raise ValueError(f"equations for {variables}; expected one for each variable")
        return Law(
            name=text(content["name"]),
            method=text(content["method"]),
            kind=kind,
            equations=equations,
            domain=domain,
            offsets=offsets,
            units={name: text(unit) for name, unit in mapping(content["units"]).items()},
            noise=_finite(content["noise"]),
            not_found=texts(content["not_found"]),
            facts=facts,
        )
    except FormatError:
        raise
    except KeyError as error:
        raise FormatError(path, f"the entry {error} is missing", remedy=_REMEDY) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise FormatError(path, str(error), remedy=_REMEDY) from error


def _content(path: Path) -> Mapping[str, object]:
    try:
        size = path.stat().st_size
        raw = path.read_text(encoding="utf-8") if size <= _LARGEST else ""
    except OSError as error:
        raise FormatError(path, f"it cannot be read: {error.strerror}", remedy=_REMEDY) from error
    except UnicodeDecodeError as error:
        raise FormatError(path, "it is not UTF-8 text", remedy=_REMEDY) from error
    if not raw:
        raise FormatError(path, f"{size} bytes, expected 1 to {_LARGEST}", remedy=_REMEDY)
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise FormatError(path, f"it is not JSON: {error}", remedy=_REMEDY) from error
    found = content.get("schema") if isinstance(content, dict) else None
    if found != SCHEMA:
        raise FormatError(path, f"schema {found!r}, expected {SCHEMA!r}", remedy=_REMEDY)
    checked: Mapping[str, object] = content
    return checked


def _kind(value: str) -> Kind:
    if value == "rate":
        return "rate"
    if value == "map":
        return "map"
    raise ValueError(f"kind is {value!r}, expected 'rate' or 'map'")


def _domain(entry: Mapping[str, object]) -> Domain:
    axes = {}
    for axis, value in mapping(entry["axes"]).items():
        span = mapping(value)
        if not _AXIS.fullmatch(axis):
            raise ValueError(f"axis {axis!r}; expected one lower-case letter")
        axes[axis] = Span(_finite(span["start"]), _finite(span["stop"]), whole(span["points"]))
    if list(axes)[-1:] != [TIME]:
        raise ValueError(f"axes {list(axes)}; expected {TIME!r} as the last one")
    ranges = {}
    for name, ends in mapping(entry["ranges"]).items():
        if not _NAME.fullmatch(name) or name in axes:
            raise ValueError(f"variable {name!r}; expected letters and digits, and not an axis")
        low, high = (_finite(value) for value in sequence(ends))
        ranges[name] = (low, high)
    periodic = texts(entry["periodic"])
    if not set(periodic) <= set(axes) - {TIME}:
        raise ValueError(f"periodic axes {list(periodic)}; expected some of {list(axes)[:-1]}")
    return Domain(axes, ranges, periodic, whole(entry["trajectories"]))


def _equation(entry: object, kind: Kind, domain: Domain) -> LawEquation:
    found = mapping(entry)
    target = text(found["target"])
    numbers = {
        name: _finite(mapping(one)["value"]) for name, one in mapping(found["parameters"]).items()
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
    _known(equation.variable, domain)
    for one in terms:
        pieces_of(equation, one)
    return equation


def _term(target: str, entry: object, numbers: Mapping[str, float], domain: Domain) -> LawTerm:
    found = mapping(entry)
    term = parse_term(text(found["term"]))
    for name in sorted(term.variables):
        _known(name, domain)
    unknown = sorted(term.axes - set(domain.axes))
    if unknown:
        raise ValueError(f"{target}: term {term.name!r} differentiates along {unknown}; the axes are"
                         f" {list(domain.axes)}")  # fmt: skip
    held = texts(found["parameters"])
    for name in held:
        if name not in numbers or not _holds(term, numbers[name]):
            raise ValueError(f"{target}: term {term.name!r} does not hold the parameter {name!r}")
    unit = found["unit"]
    return LawTerm(term, _finite(found["coefficient"]), held, None if unit is None else text(unit))


def _holds(term: Term, value: float) -> bool:
    numbers = [one.function.number for one in term.factors if one.function is not None]
    return rounded(value) in numbers


def _covariance(target: str, entry: object, size: int) -> FloatArray | None:
    """Return a covariance once its shape, symmetry and eigenvalues are those of one."""
    if entry is None:
        return None
    rows = [[_finite(value) for value in sequence(row)] for row in sequence(entry)]
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


def _known(name: str, domain: Domain) -> str:
    if name not in domain.ranges:
        raise ValueError(f"variable {name!r}; the data have {sorted(domain.ranges)}")
    return name


def _finite(entry: object) -> float:
    value = float(number(entry))
    if not np.isfinite(value):
        raise ValueError(f"{value}; expected a finite number")
    return value
