"""The terms of a law as sums of products that can be computed from the state.

A term such as ``(x^2)_t`` is differentiated by the rules for products, ``2 x x_t``, because the state
holds rates as variables of their own. Derivatives in space stay as they are. A number inside a term
that the search has fitted is kept by its name, so that other values can be put in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.functions import COSINE, OVER, SINE
from mechanist.discover.inner_parameters import rounded
from mechanist.discover.terms import Factor, Orders, add_orders
from mechanist.formats.field_files import TIME
from mechanist.predict.found_law import LawEquation, LawTerm

#: A number, or the name of one.
Number = float | str
Numbers = Mapping[str, FloatArray | float]
#: Returns a variable or its derivative in space, of some order in time.
Reader = Callable[[str, Orders, int], FloatArray]
_SLOPES: Final = {SINE: (COSINE, 1.0), COSINE: (SINE, -1.0)}


@dataclass(frozen=True)
class Part:
    """A power of a variable, of its derivative, or of a function of it.

    Parameters
    ----------
    variable : str
        Field or input.
    orders : Orders
        Derivative in space.
    rate : int
        Order of the derivative in time.
    power : int
        Positive exponent.
    kind : str
        Empty, or ``"sin"``, ``"cos"`` or ``"over"`` as in :class:`.functions.Function`.
    number : float or str
        Number of the function, or its name.
    exponent : int
        Exponent of the variable in a denominator.
    """

    variable: str
    orders: Orders = ()
    rate: int = 0
    power: int = 1
    kind: str = ""
    number: Number = 1.0
    exponent: int = 1

    def value(self, base: FloatArray, numbers: Numbers) -> FloatArray:
        """Return the part where the variable or its derivative has the given values."""
        number = numbers[self.number] if isinstance(self.number, str) else self.number
        if self.kind == OVER:
            base = 1.0 / (number + base**self.exponent)
        elif self.kind:
            base = np.sin(number * base) if self.kind == SINE else np.cos(number * base)
        return np.asarray(base**self.power) if self.power > 1 else base


@dataclass(frozen=True)
class Piece:
    """A product of parts, differentiated in space, times numbers.

    Parameters
    ----------
    count : float
        A whole number that the rules for derivatives bring.
    numbers : tuple of float or str
        Further factors, or their names.
    parts : tuple of Part
        Factors of the product.
    outer : Orders
        Derivative in space of the product.
    """

    count: float
    numbers: tuple[Number, ...]
    parts: tuple[Part, ...]
    outer: Orders

    @property
    def linear(self) -> Part | None:
        """The only part of a piece that is linear in the state; None if it is not."""
        alone = len(self.parts) == 1 and self.parts[0].power == 1 and not self.parts[0].kind
        return self.parts[0] if alone else None

    def factor(self, numbers: Numbers) -> FloatArray | float:
        """Return the product of count and numbers."""
        total: FloatArray | float = self.count
        for one in self.numbers:
            total = total * (numbers[one] if isinstance(one, str) else one)
        return total

    def product(self, read: Reader, numbers: Numbers) -> FloatArray | float:
        """Return the product of the parts and of the numbers, before it is differentiated."""
        total: FloatArray | float = self.factor(numbers)
        for part in self.parts:
            total = total * part.value(read(part.variable, part.orders, part.rate), numbers)
        return total


def pieces_of(equation: LawEquation, term: LawTerm) -> tuple[Piece, ...]:
    """Return a term of an equation as a sum of pieces.

    Raises
    ------
    ValueError
        If the term holds a derivative in time as high as that of the left-hand side.
    """
    names = {rounded(equation.parameters[name]): name for name in term.parameters}
    parts = tuple(_part(factor, names) for factor in term.term.factors)
    outer = dict(term.term.outer)
    made = [Piece(1.0, (), parts, _space(term.term.outer))]
    for _ in range(outer.get(TIME, 0)):
        made = [after for one in made for after in _rate_of(one)]
    highest = max((part.rate for one in made for part in one.parts), default=0)
    if highest >= max(equation.order, 1):
        raise ValueError(
            f"{equation.target} has the term {term.term.name!r}, whose derivative in time is as high as"
            " that on the left; the law gives no rate that can be followed. Leave such terms out of the"
            " library"
        )
    return tuple(made)


def _part(factor: Factor, names: Mapping[float, str]) -> Part:
    rate = dict(factor.orders).get(TIME, 0)
    made = Part(factor.variable, _space(factor.orders), rate, factor.power)
    if factor.function is None:
        return made
    number = names.get(factor.function.number, factor.function.number)
    kind, exponent = factor.function.kind, factor.function.exponent
    return replace(made, kind=kind, number=number, exponent=exponent)


def _space(orders: Orders) -> Orders:
    return tuple(item for item in orders if item[0] != TIME)


def _rate_of(piece: Piece) -> list[Piece]:
    """Return the derivative of a piece in time."""
    made = []
    for k, part in enumerate(piece.parts):
        others = piece.parts[:k] + piece.parts[k + 1 :]
        inner = Part(part.variable, part.orders, part.rate + 1)
        lower = (replace(part, power=part.power - 1),) if part.power > 1 else ()
        count, numbers = piece.count * part.power, piece.numbers
        if part.kind == OVER:
            count *= -part.exponent
            above = replace(Part(part.variable), power=part.exponent - 1)
            slope: tuple[Part, ...] = (replace(part, power=part.power + 1),)
            slope += (above,) if part.exponent > 1 else ()
        elif part.kind:
            turned, sign = _SLOPES[part.kind]
            count, numbers = count * sign, (*numbers, part.number)
            slope = (*lower, replace(part, kind=turned, power=1))
        else:
            slope = lower
        made.append(Piece(count, numbers, (*others, *slope, inner), piece.outer))
    return made


def total_orders(piece: Piece, part: Part) -> Orders:
    """Return the derivative in space that acts on a part, inside and outside together."""
    return add_orders(piece.outer, part.orders)
