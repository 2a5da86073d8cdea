"""Candidate terms of an equation and their canonical names.

A term is ``D^outer`` of a product of powers of variables or of their derivatives. Each term has one
canonical name: ``"1"``, ``"u^2 v"``, ``"u_xx"``, ``"(u^2)_x"`` (divergence form), ``"u u_x"``
(product form), ``"(u v_x)_y"`` (mixed). Functions of single variables stand beside powers:
``"v sin(2 u)"``, ``"u exp(-u/0.5)"``, ``"u^2/(0.5 + u)"`` (:mod:`.functions`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from mechanist.core.typing import FloatArray
from mechanist.discover.functions import OVER, Function, parse_function
from mechanist.formats.field_files import TIME

#: Derivative orders along axes, sorted, time last, without zeros.
Orders = tuple[tuple[str, int], ...]
_FACTOR: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:_([a-z]+))?(?:\^([0-9]+))?")
#: Sines, cosines and exponentials, denominators, and whatever else stands between spaces and slashes.
_WORD: Final = re.compile(
    r"(?:sin|cos|exp)\([^()]*\)(?:\^[0-9]+)?|/ ?\([^()]*\)(?:\^[0-9]+)?|[^ /]+|/"
)
_OUTER: Final = re.compile(r"\((.*)\)_([a-z]+)")
_GREEK: Final = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Phi",
        "Psi",
        "Omega",
    ]
)


@dataclass(frozen=True)
class Factor:
    """A power of a variable, of its derivative, or of a function of it.

    Parameters
    ----------
    variable : str
        Field or input.
    orders : Orders
        Derivative orders; see :func:`derivative`.
    power : int
        Positive exponent.
    function : Function, optional
        Function of the variable, which then has no derivative.
    """

    variable: str
    orders: Orders = ()
    power: int = 1
    function: Function | None = None

    @property
    def order(self) -> int:
        """Total order of the derivative."""
        return sum(n for _, n in self.orders)

    @property
    def name(self) -> str:
        """Canonical name, such as ``u``, ``u^2``, ``u_xx``, ``u_x^2`` or ``sin(u)``."""
        if self.function:
            return self.function.name(self.variable, self.power)
        mark = f"_{_letters(self.orders)}" if self.orders else ""
        return f"{self.variable}{mark}" + (f"^{self.power}" if self.power > 1 else "")

    @property
    def latex(self) -> str:
        """The factor in LaTeX; of a quotient, what stands below the line."""
        if self.function:
            return self.function.latex(_symbol(self.variable), self.power)
        base = _differentiated(_symbol(self.variable), self.orders)
        if self.power == 1:
            return base
        return f"{base if ' ' not in base else f'({base})'}^{{{self.power}}}"

    @property
    def below(self) -> bool:
        """Whether the factor is a denominator."""
        return self.function is not None and self.function.kind == OVER

    def value(self, base: FloatArray | float) -> FloatArray | float:
        """Return the factor where the variable, or its derivative, has the given value."""
        return (self.function(base) if self.function else base) ** self.power


@dataclass(frozen=True)
class Term:
    """A candidate term; made by :func:`product` or :func:`parse_term`, which sort its factors.

    Parameters
    ----------
    factors : tuple of Factor
        Powers of distinct variables or derivatives, sorted; empty for the constant.
    outer : Orders
        Derivative orders of the whole product.
    """

    factors: tuple[Factor, ...] = ()
    outer: Orders = ()

    @cached_property
    def name(self) -> str:
        """Canonical name."""
        inner = " ".join(factor.name for factor in self.factors if not factor.below) or "1"
        inner += "".join(factor.name for factor in self.factors if factor.below)
        if not self.outer:
            return inner
        return f"{inner if self.bare else f'({inner})'}_{_letters(self.outer)}"

    @property
    def latex(self) -> str:
        """The term in LaTeX."""
        inner = " ".join(factor.latex for factor in self.factors if not factor.below) or "1"
        under = [factor for factor in self.factors if factor.below]
        if under:
            below = " ".join(factor.latex for factor in under)
            if len(under) == 1 and under[0].power == 1:
                below = below[1:-1]
            inner = rf"\frac{{{inner}}}{{{below}}}"
        return _differentiated(inner if self.bare or not self.outer else f"({inner})", self.outer)

    @property
    def form(self) -> str:
        """``"divergence"`` (no derivative inside), ``"product"`` (none outside) or ``"mixed"``."""
        if all(not factor.orders for factor in self.factors):
            return "divergence"
        return "mixed" if self.outer else "product"

    @property
    def inner_order(self) -> int:
        """Highest order of a derivative inside the product."""
        return max((factor.order for factor in self.factors), default=0)

    @property
    def degree(self) -> int:
        """Polynomial degree: the sum of the powers, functions included."""
        return sum(factor.power for factor in self.factors)

    @property
    def order(self) -> int:
        """Total number of derivatives, inside (powers counted) and outside."""
        inside = sum(factor.order * factor.power for factor in self.factors)
        return inside + sum(n for _, n in self.outer)

    @property
    def variables(self) -> frozenset[str]:
        """Fields and inputs in the term."""
        return frozenset(factor.variable for factor in self.factors)

    @property
    def axes(self) -> frozenset[str]:
        """Axes along which the term is differentiated."""
        inside = {axis for factor in self.factors for axis, _ in factor.orders}
        return frozenset(inside | {axis for axis, _ in self.outer})

    def differentiated(self, orders: Orders) -> "Term":
        """Return ``D^orders`` of the term."""
        return product(self.factors, outer=add_orders(self.outer, orders))

    @property
    def bare(self) -> bool:
        """Whether the term is a single variable, or its derivative, to the first power."""
        return len(self.factors) == 1 and self.factors[0] == Factor(self.factors[0].variable)

    @property
    def functional(self) -> bool:
        """Whether a function of a variable is in the term."""
        return any(factor.function for factor in self.factors)


def derivative(orders: Mapping[str, int]) -> Orders:
    """Return orders sorted by axis, time last, zeros dropped."""
    kept = [(axis, n) for axis, n in orders.items() if n]
    return tuple(sorted(kept, key=lambda item: (item[0] == TIME, item[0])))


def add_orders(first: Orders, second: Orders) -> Orders:
    """Return the orders of a derivative of a derivative."""
    total = dict(first)
    for axis, n in second:
        total[axis] = total.get(axis, 0) + n
    return derivative(total)


def product(factors: tuple[Factor, ...], *, outer: Orders = ()) -> Term:
    """Return the term ``D^outer`` of a product, with equal factors merged and sorted.

    The derivative of a single variable always counts as outer, so that ``u_x`` is one term.

    Raises
    ------
    ValueError
        If a function stands beside a derivative inside the product.
    """
    powers: dict[tuple[int, Orders, str, str], int] = {}
    functions: dict[str, Function | None] = {}
    for factor in factors:
        text = replace(factor, power=1).name if factor.function else ""
        functions[text] = factor.function
        key = (factor.order, factor.orders, factor.variable, text)
        powers[key] = powers.get(key, 0) + factor.power
    merged = tuple(
        Factor(name, orders, power, functions[text])
        for (_, orders, name, text), power in sorted(powers.items())
    )
    if any(factor.function for factor in merged) and any(factor.orders for factor in merged):
        raise ValueError(
            f"term {Term(merged, outer).name!r}: a function of a variable stands beside a derivative."
            " Write the product as a derivative, such as '(cos(u))_x' for -sin(u) u_x, or leave it out"
        )
    if len(merged) == 1 and merged[0].power == 1 and merged[0].orders:
        outer = add_orders(outer, merged[0].orders)
        merged = (Factor(merged[0].variable),)
    return Term(merged, outer)


def monomial(powers: Mapping[str, int], *, outer: Mapping[str, int] | None = None) -> Term:
    """Return ``D^outer`` of a product of powers of variables, such as ``(u^2 v)_x``."""
    factors = tuple(Factor(name, (), power) for name, power in powers.items() if power)
    return product(factors, outer=derivative(outer or {}))


def parse_term(name: str) -> Term:
    """Return the term of a name; the inverse of :attr:`Term.name`, in any order of factors.

    Raises
    ------
    ValueError
        If the name does not denote a term.
    """
    text = " ".join(name.split())
    match = _OUTER.fullmatch(text)
    inner, outer = (match[1], _orders(match[2])) if match else (text, ())
    if inner == "1" and not outer:
        return Term()
    words = _WORD.findall(inner) or [""]
    if words[0] == "1" and len(words) > 1 and words[1].startswith("/"):
        words = words[1:]
    factors = []
    for word in words:
        function = parse_function(word)
        if function is not None:
            factors.append(Factor(function[0], (), function[2], function[1]))
            continue
        found = _FACTOR.fullmatch(word)
        if found is None or found[3] == "0":
            raise ValueError(
                f"term {name!r}: {word!r} is not a factor such as u, u^2, u_x, u_x^2, sin(u), "
                "cos(2 u), exp(-u/0.5), or /(0.5 + u) with a positive number, or the name of one that the library "
                "declares under `parameters`. Write terms like 'u^2 v', 'u u_x', "
                "'(u^2)_x', 'v sin(u)', 'u/(0.5 + u)', '(sin(u))_x', without numerical coefficients"
            )
        factors.append(Factor(found[1], _orders(found[2] or ""), int(found[3] or 1)))
    return product(tuple(factors), outer=outer)


def parse_terms(names: "tuple[str, ...] | list[str]") -> tuple[Term, ...]:
    """Return the terms of names; see :func:`parse_term`.

    Raises
    ------
    ValueError
        If a name does not denote a term, or two names denote the same term.
    """
    terms = tuple(parse_term(name) for name in names)
    repeated = sorted({term.name for term in terms if terms.count(term) > 1})
    if repeated:
        raise ValueError(f"terms {repeated} are listed more than once; list each term once")
    return terms


def _orders(letters: str) -> Orders:
    return derivative({axis: letters.count(axis) for axis in letters})


def _letters(orders: Orders) -> str:
    return "".join(axis * n for axis, n in orders)


def _differentiated(base: str, orders: Orders) -> str:
    """Return the LaTeX of a derivative; an indexed base gets a partial sign in front of it."""
    if not orders:
        return base
    marks = f"_{{{_letters(orders)}}}"
    indexed = "_" in base and not base.startswith("(")
    return rf"\partial{marks} {base}" if indexed else base + marks


def _symbol(variable: str) -> str:
    """Return a variable in LaTeX, perhaps with a prime: Greek names as letters, long ones upright."""
    match = re.fullmatch(r"([A-Za-z]+)([0-9]*)('?)", variable)
    if match is None:
        return rf"\mathrm{{{variable}}}"
    letters, digits, prime = match.groups()
    if letters in _GREEK:
        letters = f"\\{letters}"
    elif len(letters) > 1:
        letters = rf"\mathrm{{{letters}}}"
    return f"{letters}{prime}_{{{digits}}}" if digits else letters + prime
