"""The file of a found law, ``law.json``: numbers and names alone, checked when it is read.

Layout (``mechanist.law/1``): see ``docs/formats.md``. Nothing in the file is executed, and its terms
are parsed by the same parser that reads the terms of a configuration.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.atomic import write_text
from mechanist.core.errors import FormatError
from mechanist.core.narrowing import Json, mapping, sequence, text, texts
from mechanist.predict.found_law import Law, LawEquation
from mechanist.predict.law_entries import (
    domain_from,
    equation_from,
    finite,
    kind_of,
    known_variable,
)

SCHEMA: Final = "mechanist.law/1"
FILE: Final = "law.json"
#: Largest file that is read: thousands of terms.
_LARGEST: Final = 10_000_000
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
        domain = domain_from(mapping(content["domain"]))
        kind = kind_of(text(content["kind"]))
        equations = tuple(
            equation_from(one, kind, domain) for one in sequence(content["equations"])
        )
        offsets = {
            known_variable(n, domain): finite(v) for n, v in mapping(content["offsets"]).items()
        }
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
            noise=finite(content["noise"]),
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
