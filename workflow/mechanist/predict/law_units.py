"""Units of the coefficients of a law, written in the units that the data have."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from mechanist.discover.functions import OVER
from mechanist.discover.terms import Factor, Orders, Term, parse_term
from mechanist.discover.units import parse_unit
from mechanist.predict.found_law import NEXT

_WORD: Final = re.compile(r"([A-Za-z%]+)(?:\^?(-?[0-9]+(?:/[0-9]+)?))?")
Powers = dict[str, Fraction]


def coefficient_unit(target: str, term: Term, units: Mapping[str, str]) -> str | None:
    """Return the unit of the coefficient of a term, such as ``"mm^2 s^-1"``; None if it is unknown.

    Parameters
    ----------
    target : str
        Left-hand side; that of a map has the unit of its variable.
    term : Term
    units : mapping of str to str
        Unit of each variable and axis, as far as they are known.
    """
    try:
        total = _of_term(parse_term(target.removesuffix(NEXT)), units)
        for word, power in _of_term(term, units).items():
            total[word] = total.get(word, Fraction(0)) - power
    except KeyError:
        return None
    kept = {word: power for word, power in total.items() if power}
    return " ".join(f"{w}^{p}" if p != 1 else w for w, p in sorted(kept.items())) or "1"


def same_unit(one: str, other: str) -> bool:
    """Return whether two texts are the same unit: the same words to the same powers."""
    left, right = (_kept(_powers(text)) for text in (one, other))
    return left == right


def _of_term(term: Term, units: Mapping[str, str]) -> Powers:
    total: Powers = {}
    for factor in term.factors:
        _add(total, _of_factor(factor, units), 1)
    _derive(total, term.outer, units, 1)
    return total


def _of_factor(factor: Factor, units: Mapping[str, str]) -> Powers:
    total: Powers = {}
    function = factor.function
    if function is not None and function.kind != OVER:
        return total
    power = -factor.power * function.exponent if function is not None else factor.power
    _add(total, _powers(units[factor.variable]), power)
    _derive(total, factor.orders, units, factor.power)
    return total


def _derive(total: Powers, orders: Orders, units: Mapping[str, str], power: int) -> None:
    for axis, order in orders:
        _add(total, _powers(units[axis]), -order * power)


def _add(total: Powers, more: Powers, times: int) -> None:
    for word, power in more.items():
        total[word] = total.get(word, Fraction(0)) + power * times


def _kept(powers: Powers) -> Powers:
    return {word: power for word, power in powers.items() if power}


def _powers(text: str) -> Powers:
    """Return the power of each unit in a text, with its prefix."""
    parse_unit(text, of=text)
    total: Powers = {}
    whole = re.search(r"\^-?[0-9]+/[0-9]", text)
    for k, part in enumerate([text] if whole else text.split("/")):
        for word in part.replace("*", " ").split():
            found = _WORD.fullmatch(word)
            if found is not None:
                _add(total, {found[1]: Fraction(found[2] or 1)}, -1 if k else 1)
    return total
