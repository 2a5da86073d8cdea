"""Found equations: terms with coefficient, error and inclusion frequency, in JSON.

Layout (``mechanist.equations/2``): see ``workflow/schemas/equations.schema.yaml``. Unknown
numbers (an error from a single block, an inclusion frequency that was not requested) are null.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mechanist.core.atomic import write_text
from mechanist.core.errors import FormatError
from mechanist.core.narrowing import mapping, number, numbers, optional_number, sequence, text

SCHEMA: Final = "mechanist.equations/2"
#: Detection limits that a line of text lists.
LISTED: Final = 12
#: Relative distance to an end of its range within which a fitted number counts as being there.
AT_END: Final = 1e-3
#: A square matrix, row by row.
Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class FoundTerm:
    """A term of a found equation.

    Parameters
    ----------
    name, latex : str
        Canonical name of the term, and its LaTeX form.
    coefficient, error : float
        Coefficient and its standard error (NaN if unknown), in the units of the data.
    inclusion : float
        Fraction of resampled data sets that select the term; NaN if it was not requested.
    """

    name: str
    latex: str
    coefficient: float
    error: float = math.nan
    inclusion: float = math.nan


@dataclass(frozen=True)
class PathModel:
    """A candidate model of the selection rule.

    Parameters
    ----------
    terms : tuple of str
        Names of its terms.
    loss : float
        Squared residual relative to the squared target.
    """

    terms: tuple[str, ...]
    loss: float


@dataclass(frozen=True)
class Near:
    """An equation written in the deviations of variables from offsets.

    Parameters
    ----------
    offsets : dict of str to float
        What is subtracted from each variable; the deviation of ``u`` is called ``u'``.
    terms : tuple of FoundTerm
        Right-hand side.
    text : str
        The equation as one line of text.
    covariance : Matrix, optional
        As in :class:`Equation`.
    """

    offsets: dict[str, float]
    terms: tuple[FoundTerm, ...]
    text: str
    covariance: Matrix | None = None

    def to_text(self) -> str:
        """Return the equation and what its primes mean."""
        meant = ", ".join(f"{n}' = {n} {_minus(value)}" for n, value in self.offsets.items())
        return f"{self.text}, with {meant}"


@dataclass(frozen=True)
class Parameter:
    """A number inside terms that was fitted.

    Parameters
    ----------
    value, error : float
        The number and its standard error (NaN if unknown), in the units of the data.
    low, high : float
        Range in which it was searched.
    """

    value: float
    error: float
    low: float
    high: float

    @property
    def at_end(self) -> bool:
        """Whether the number is an end of its range, beyond which it may lie."""
        return not self.low * (1 + AT_END) < self.value < self.high * (1 - AT_END)

    def to_text(self, name: str) -> str:
        """Return the number with its error, or say that the range ends at it."""
        if self.at_end:
            return (
                f"{name} = {self.value:.6g} (an end of its range from {self.low:g} to {self.high:g}:"
                " the data do not determine it within)"
            )
        return f"{name} = {_number(FoundTerm('', '', self.value, self.error))[1].strip('()')}"


@dataclass(frozen=True)
class Equation:
    """The equation found for one target by one rule.

    Parameters
    ----------
    target, latex : str
        Left-hand side, such as ``u_t``, and the same in LaTeX.
    rule : str
        Rule that selected the equation.
    terms : tuple of FoundTerm
        Right-hand side; empty if no equation was found.
    loss, held_out : float
        Squared residual relative to the squared target, on all data and on held-out stretches.
    smallest_gain : float
        Smallest gain in the logarithm of the loss for which a term was added.
    path : tuple of PathModel
        Candidate models by size.
    truth : dict of str to float, optional
        True coefficients, None where they are unknown.
    noise_share : float
        Squared residual that noise, as estimated from the data, explains, over the squared target;
        NaN if the method of the search does not tell.
    verdict, reason : str
        What is to be thought of the equation, in a word or two, and why; empty if not judged.
    near : Near, optional
        The law as it was found, in deviations from offsets, if means are large beside the spread.
    limits : dict of str to float, optional
        Smallest coefficient that each further candidate would have been kept with; infinite if the
        data cannot show it at any size, None if limits were not requested.
    parameters : dict of str to Parameter
        Numbers inside the terms that were fitted.
    covariance : Matrix, optional
        Covariance of the coefficients and then of the parameters; None if it is unknown. Its diagonal
        holds the squared errors, its correlations are those that the noise in the data causes or, where
        no correction for noise was made, those over blocks or trajectories.
    """

    target: str
    latex: str
    rule: str
    terms: tuple[FoundTerm, ...]
    loss: float
    held_out: float
    smallest_gain: float
    path: tuple[PathModel, ...] = ()
    truth: dict[str, float] | None = None
    noise_share: float = math.nan
    verdict: str = ""
    reason: str = ""
    near: Near | None = None
    limits: dict[str, float] | None = None
    parameters: dict[str, Parameter] = field(default_factory=dict)
    covariance: Matrix | None = None

    @property
    def found(self) -> bool:
        """Whether an equation was found."""
        return bool(self.terms)

    @property
    def coefficients(self) -> dict[str, float]:
        """Coefficient of each term by name."""
        return {term.name: term.coefficient for term in self.terms}

    def to_text(self) -> str:
        """Return the equation as one line of text, or state that none was found."""
        if not self.found:
            return f"{self.target}: no equation found"
        text = f"{self.target} = " + _joined([(_number(t), _plain(t.name)) for t in self.terms])
        fitted = [one.to_text(name) for name, one in self.parameters.items()]
        return f"{text}, with {' and '.join(fitted)}" if fitted else text

    def limits_text(self) -> str:
        """Return from which size on the data would have shown further terms; empty if unknown."""
        if not self.limits:
            return ""
        listed = [
            f"{name} {limit:.2g}" if math.isfinite(limit) else f"{name} at no size"
            for name, limit in self.limits.items()
        ]
        more = f", and {len(listed) - LISTED} in the file" if len(listed) > LISTED else ""
        return f"other terms would have been found from these sizes on: {', '.join(listed[:LISTED])}{more}"

    def to_latex(self) -> str:
        """Return the equation in LaTeX, without dollars."""
        if not self.found:
            return rf"{self.latex}:\ \text{{no equation found}}"
        parts = [(_number(t), "" if t.name == "1" else rf"\,{t.latex}") for t in self.terms]
        return f"{self.latex} = " + _joined(parts, plus_minus=r"\pm")


@dataclass(frozen=True)
class EquationFile:
    """Contents of an equations file.

    Parameters
    ----------
    case, method : str
        Case of the data, and method of the search.
    noise : float
        Noise added to the data, relative to the standard deviation of each field.
    seed : int
        Seed of the noise.
    equations : tuple of Equation
        One per target and rule.
    provenance : dict
        Library, widths and whatever else JSON can hold.
    """

    case: str
    method: str
    noise: float
    seed: int
    equations: tuple[Equation, ...]
    provenance: dict[str, object] = field(default_factory=dict)


def write_equations(path: Path, file: EquationFile) -> None:
    """Write found equations in one step; equal equations give equal bytes."""
    content = {
        "schema": SCHEMA,
        "case": file.case,
        "method": file.method,
        "noise": file.noise,
        "seed": file.seed,
        "equations": [_content(equation) for equation in file.equations],
        "provenance": file.provenance,
    }
    write_text(path, json.dumps(content, indent=1, sort_keys=True, allow_nan=False) + "\n")


def read_equations(path: Path) -> EquationFile:
    """Read found equations.

    Raises
    ------
    FormatError
        If the file is not an equations file of this schema or is damaged.
    """
    remedy = "Delete it and run the workflow again."
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        schema = content["schema"]
        if schema != SCHEMA:
            raise FormatError(path, f"schema is {schema!r}, expected {SCHEMA!r}", remedy=remedy)
        return EquationFile(
            case=content["case"],
            method=content["method"],
            noise=content["noise"],
            seed=content["seed"],
            equations=tuple(_equation(entry) for entry in content["equations"]),
            provenance=content["provenance"],
        )
    except FormatError:
        raise
    except (OSError, KeyError, TypeError, ValueError) as error:
        problem = f"not a readable equations file ({type(error).__name__}: {error})"
        raise FormatError(path, problem, remedy=remedy) from error


def _content(equation: Equation) -> dict[str, object]:
    return {
        "target": equation.target,
        "target_latex": equation.latex,
        "rule": equation.rule,
        "found": equation.found,
        "terms": [_term_content(term) for term in equation.terms],
        "loss": equation.loss,
        "held_out": _or_null(equation.held_out),
        "smallest_gain": equation.smallest_gain,
        "path": [{"terms": list(model.terms), "loss": model.loss} for model in equation.path],
        "truth": equation.truth,
        "noise_share": _or_null(equation.noise_share),
        "verdict": equation.verdict,
        "reason": equation.reason,
        "text": equation.to_text(),
        "latex": equation.to_latex(),
        **({} if equation.near is None else {"near": _near_content(equation.near)}),
        **({"parameters": _parameters_content(equation)} if equation.parameters else {}),
        **({} if equation.limits is None else {"limits": _limits_content(equation.limits)}),
        **_covariance_content(equation.covariance),
    }


def _term_content(term: FoundTerm) -> dict[str, object]:
    return {
        "name": term.name,
        "latex": term.latex,
        "coefficient": term.coefficient,
        "error": _or_null(term.error),
        "inclusion": _or_null(term.inclusion),
    }


def _parameters_content(equation: Equation) -> dict[str, object]:
    return {
        name: {"value": p.value, "error": _or_null(p.error), "low": p.low, "high": p.high}
        for name, p in equation.parameters.items()
    }


def _parameters(entries: Mapping[str, object]) -> dict[str, Parameter]:
    return {name: _parameter(mapping(entry)) for name, entry in entries.items()}


def _parameter(entry: Mapping[str, object]) -> Parameter:
    value, low, high = (number(entry[key]) for key in ("value", "low", "high"))
    return Parameter(value, _or_nan(optional_number(entry["error"])), low, high)


def _limits_content(limits: Mapping[str, float]) -> list[dict[str, object]]:
    return [{"name": name, "limit": _or_null(limit)} for name, limit in limits.items()]


def _limits(entries: Sequence[Mapping[str, object]] | None) -> dict[str, float] | None:
    if entries is None:
        return None
    found = {text(entry["name"]): optional_number(entry["limit"]) for entry in entries}
    return {name: math.inf if limit is None else limit for name, limit in found.items()}


def _near_content(near: Near) -> dict[str, object]:
    terms = [_term_content(term) for term in near.terms]
    about = {"offsets": near.offsets, "terms": terms, "text": near.text}
    return about | _covariance_content(near.covariance)


def _covariance_content(covariance: Matrix | None) -> dict[str, object]:
    return {} if covariance is None else {"covariance": [list(row) for row in covariance]}


def _matrix(rows: object) -> Matrix | None:
    return None if rows is None else tuple(numbers(row) for row in sequence(rows))


def _term(entry: object) -> FoundTerm:
    found = mapping(entry)
    return FoundTerm(
        name=text(found["name"]),
        latex=text(found["latex"]),
        coefficient=number(found["coefficient"]),
        error=_or_nan(optional_number(found["error"])),
        inclusion=_or_nan(optional_number(found["inclusion"])),
    )


def _near(entry: Mapping[str, object] | None) -> Near | None:
    if entry is None:
        return None
    offsets = {name: number(value) for name, value in mapping(entry["offsets"]).items()}
    terms = tuple(_term(term) for term in sequence(entry["terms"]))
    return Near(offsets, terms, text(entry["text"]), _matrix(entry.get("covariance")))


def _equation(entry: Mapping[str, Any]) -> Equation:
    return Equation(
        target=entry["target"],
        latex=entry["target_latex"],
        rule=entry["rule"],
        terms=tuple(_term(term) for term in entry["terms"]),
        loss=entry["loss"],
        held_out=_or_nan(entry["held_out"]),
        smallest_gain=entry["smallest_gain"],
        path=tuple(PathModel(tuple(one["terms"]), one["loss"]) for one in entry["path"]),
        truth=entry["truth"],
        noise_share=_or_nan(entry["noise_share"]),
        verdict=entry["verdict"],
        reason=entry["reason"],
        near=_near(entry.get("near")),
        limits=_limits(entry.get("limits")),
        parameters=_parameters(entry.get("parameters", {})),
        covariance=_matrix(entry.get("covariance")),
    )


def _or_null(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _minus(value: float) -> str:
    return f"- {value:.12g}" if value >= 0 else f"+ {-value:.12g}"


def _plain(name: str) -> str:
    return "" if name == "1" else f" {name}"


def _number(term: FoundTerm) -> tuple[float, str]:
    """Return the sign of a coefficient, and its size with as many digits as its error allows."""
    size = abs(term.coefficient)
    sign = math.copysign(1.0, term.coefficient)
    if not (math.isfinite(term.error) and 0.0 < term.error < size) or term.error < 1e-6 * size:
        return sign, f"{size:.6g}"
    # Fixed decimals to two digits of the error, else significant digits for both numbers.
    digits = 1 - math.floor(math.log10(term.error))
    if digits < 0 or size < 1e-4:
        # as many digits as reach the first one of the error
        reach = math.floor(math.log10(size)) - math.floor(math.log10(term.error)) + 1
        return sign, f"({size:.{max(3, reach)}g} ± {term.error:.1g})"
    return sign, f"({size:.{digits}f} ± {term.error:.{digits}f})"


def _joined(parts: list[tuple[tuple[float, str], str]], *, plus_minus: str = "±") -> str:
    text = ""
    for (sign, size), name in parts:
        between = (" - " if sign < 0 else " + ") if text else ("-" if sign < 0 else "")
        shown = "" if size == "1" and name else size.replace("±", plus_minus)
        text += between + (shown + name).strip()
    return text
