"""Units as exponents of base units, to find the terms that a dimension allows."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_FACTOR: Final = re.compile(r"([A-Za-z%]+)(?:\^?(-?[0-9]+(?:/[0-9]+)?))?")
_BASE: Final = ("m", "kg", "s", "A", "K", "mol", "cd")
#: Units in base units; prefixes and numbers do not change a dimension.
_DERIVED: Final = {
    "N": "kg m s^-2",
    "Pa": "kg m^-1 s^-2",
    "J": "kg m^2 s^-2",
    "W": "kg m^2 s^-3",
    "C": "A s",
    "V": "kg m^2 s^-3 A^-1",
    "Hz": "s^-1",
    "g": "kg",
    "eV": "J",
    "rad": "1",
    "%": "1",
}
_PREFIXES: Final = ("k", "M", "G", "T", "m", "u", "n", "p", "f", "c")


@dataclass(frozen=True)
class Dimension:
    """Exponents of base units.

    Parameters
    ----------
    exponents : tuple of (str, Fraction)
        Sorted by unit, without zeros.
    """

    exponents: tuple[tuple[str, Fraction], ...] = ()

    def __mul__(self, other: "Dimension") -> "Dimension":
        total = dict(self.exponents)
        for unit, power in other.exponents:
            total[unit] = total.get(unit, Fraction(0)) + power
        return _dimension(total)

    def __pow__(self, power: int | Fraction) -> "Dimension":
        return _dimension({unit: value * power for unit, value in self.exponents})

    def __truediv__(self, other: "Dimension") -> "Dimension":
        return self * other**-1

    def __str__(self) -> str:
        return " ".join(f"{u}^{p}" if p != 1 else u for u, p in self.exponents) or "1"


def parse_unit(text: str, *, of: str) -> Dimension:
    """Return the dimension of a unit such as ``"m/s^2"``, ``"kg m^-3"``, ``"MPa"`` or ``"1"``.

    Parameters
    ----------
    text : str
        Factors separated by spaces or ``*``; factors after a ``/`` are in the denominator.
    of : str
        Name of the quantity with this unit, for the message.

    Raises
    ------
    ValueError
        If the text is not a unit; the message names ``of`` and the word.
    """
    total = Dimension()
    for k, part in enumerate(text.split("/") if not _fractional(text) else [text]):
        words = part.replace("*", " ").split()
        if not words:
            raise ValueError(_message(of, text, part))
        for word in words:
            factor = _word(word, of, text)
            total = total / factor if k else total * factor
    return total


def _fractional(text: str) -> bool:
    """Return whether any slash stands in an exponent, such as ``m^1/2``."""
    return bool(re.search(r"\^-?[0-9]+/[0-9]", text))


def _word(word: str, of: str, text: str) -> Dimension:
    if word == "1":
        return Dimension()
    match = _FACTOR.fullmatch(word)
    if match is None:
        raise ValueError(_message(of, text, word))
    return _named(match[1], of, text) ** Fraction(match[2] or 1)


def _named(name: str, of: str, text: str) -> Dimension:
    if name in _BASE:
        return _dimension({name: Fraction(1)})
    if name in _DERIVED:
        return parse_unit(_DERIVED[name], of=of)
    bare = name[1:]
    if name[0] in _PREFIXES and (bare in _DERIVED or bare in _BASE):
        return _named(bare, of, text)
    raise ValueError(_message(of, text, name))


def _message(of: str, text: str, word: str) -> str:
    return (
        f"unit {text!r} of {of!r}: {word!r} is not a unit. Write factors such as m, s^-1, kg or MPa "
        f"with spaces or a slash between; units are {[*_BASE, *_DERIVED]} with SI prefixes, and 1"
    )


def _dimension(exponents: dict[str, Fraction]) -> Dimension:
    return Dimension(tuple(sorted((u, Fraction(p)) for u, p in exponents.items() if p)))
