"""Unknown numbers inside terms, such as ``K`` in ``u/(K + u)``: their declaration and their tangents.

A term with an unknown number is written with a name in its place, and the name is declared with the
range in which the number is searched. The derivative of such a term with respect to its number is a
sum of terms again, ``-u/(K + u)^2`` for the one above, so that the weak form and all error bars of
coefficients serve for the number, too (:mod:`.profiled`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.functions import COSINE, DECAY, OVER, SINE, Function
from mechanist.discover.terms import Factor, Term, parse_term, product

#: Largest number of unknown numbers in a library.
MOST: Final = 2
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
#: Digits of a number in the name of a term.
DIGITS: Final = 12


@dataclass(frozen=True)
class Range:
    """Range in which an unknown number is searched.

    Parameters
    ----------
    low, high : float
        Positive, in the units of the data.
    """

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Geometric mean of the ends."""
        return rounded(float(np.sqrt(self.low * self.high)))

    def grid(self, count: int) -> FloatArray:
        """Return numbers in logarithmic steps over the range."""
        return np.geomspace(self.low, self.high, count)


def declared(parameters: Mapping[str, Sequence[float]], terms: Sequence[str]) -> dict[str, Range]:
    """Return the declared unknown numbers of a library.

    Raises
    ------
    ValueError
        If there are too many, a name is not one, a range does not have two positive increasing ends,
        or no term holds the name.
    """
    if len(parameters) > MOST:
        raise ValueError(
            f"parameters {sorted(parameters)}: expected at most {MOST} unknown numbers in terms. Give"
            " values for the others in the terms themselves"
        )
    ranges = {}
    for name, ends in parameters.items():
        if not _NAME.fullmatch(name) or name in (SINE, COSINE, DECAY):
            raise ValueError(
                f"parameter {name!r}: expected a name of letters and digits, such as K, that is not"
                " that of a function. Choose another name"
            )
        if len(ends) != 2 or not 0.0 < ends[0] < ends[1] < np.inf:
            raise ValueError(
                f"parameter {name!r} has the range {list(ends)}, expected two positive numbers, the"
                " smaller one first, such as [0.1, 10]"
            )
        if not any(_word(name).search(term) for term in terms):
            raise ValueError(
                f"parameter {name!r} is in none of the terms {list(terms)}; write it in place of a"
                f" number, such as 'u/({name} + u)', or leave it out"
            )
        ranges[name] = Range(float(ends[0]), float(ends[1]))
    return ranges


def rounded(value: float) -> float:
    """Return a number with as many digits as the name of a term shows."""
    return float(f"{value:.{DIGITS}g}")


def filled(terms: Sequence[str], values: Mapping[str, float]) -> list[str]:
    """Return terms with numbers in place of the names of parameters."""
    made = list(terms)
    for name, value in values.items():
        made = [_word(name).sub(f"{value:.{DIGITS}g}", term) for term in made]
    return made


def holding(terms: Sequence[str], values: Mapping[str, float], name: str) -> set[Term]:
    """Return the terms that hold a parameter, with numbers in its and all others' place."""
    chosen = [term for term in terms if _word(name).search(term)]
    return {parse_term(made) for made in filled(chosen, values)}


def tangent(term: Term, value: float) -> dict[Term, float]:
    """Return the derivative of a term with respect to a number inside it, as a sum of terms.

    Parameters
    ----------
    term : Term
        A term with the number in a sine, cosine, exponential or denominator.
    value : float
        The number, as it stands in the term.
    """
    total: dict[Term, float] = {}
    for k, factor in enumerate(term.factors):
        if factor.function is None or factor.function.number != rounded(value):
            continue
        others = term.factors[:k] + term.factors[k + 1 :]
        made, sign = _differentiated(factor, factor.function)
        one = product((*others, *made), outer=term.outer)
        total[one] = total.get(one, 0.0) + sign * factor.power
    return total


def _differentiated(factor: Factor, function: Function) -> tuple[tuple[Factor, ...], float]:
    """Return the derivative of ``f^n`` by the number in ``f``, over ``n``, as factors and a sign."""
    if function.kind == OVER:
        return (replace(factor, power=factor.power + 1),), -1.0
    if function.kind == DECAY:
        return (factor, Factor(factor.variable)), 1.0 / function.number**2
    kept = (replace(factor, power=factor.power - 1),) if factor.power > 1 else ()
    other = COSINE if function.kind == SINE else SINE
    turned = Factor(factor.variable, (), 1, replace(function, kind=other))
    return (*kept, Factor(factor.variable), turned), 1.0 if function.kind == SINE else -1.0


def _word(name: str) -> "re.Pattern[str]":
    return re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])")
