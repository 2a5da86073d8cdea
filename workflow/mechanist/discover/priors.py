"""Declared prior knowledge that restricts the terms of an equation.

Units, reflection, rotation and conservation exclude terms that cannot stand in the equation.
Terms that must have one coefficient, as those of a Laplacian, are summed by :func:`.tied.summed`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any, Final

from mechanist.discover.functions import DECAY, OVER, Function
from mechanist.discover.terms import Factor, Orders, Term, add_orders, product
from mechanist.discover.units import Dimension, parse_unit
from mechanist.formats.field_files import TIME

EVEN: Final = 1
ODD: Final = -1


@dataclass(frozen=True)
class Priors:
    """Declared prior knowledge; empty entries are not used.

    Parameters
    ----------
    units : mapping of str to str
        Unit of every field, input and axis.
    constants : mapping of str to str
        Units of the constants that coefficients may contain, such as ``{"D": "m^2/s"}``. Without
        constants, coefficients are pure numbers.
    constant_power : int
        Largest total power of constants in one coefficient.
    parity : mapping of str to mapping of str to int
        Axis to variable to ``1`` or ``-1``: sign of the variable under reflection of the axis.
        Variables left out are even.
    scalars : tuple of str
        Scalar fields of equations that are invariant under rotation of the space axes.
    conservation : bool
        Whether every term must be a divergence, since the integral of the field is conserved.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    constant_power: int = 1
    parity: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    scalars: tuple[str, ...] = ()
    conservation: bool = False

    @classmethod
    def from_mapping(cls, declared: Mapping[str, Any]) -> "Priors":
        """Return priors from a configuration entry.

        Raises
        ------
        ValueError
            If a key is unknown.
        """
        known = set(cls.__dataclass_fields__)
        unknown = sorted(set(declared) - known)
        if unknown:
            raise ValueError(f"priors {unknown} are unknown; there are {sorted(known)}")
        values = dict(declared)
        scalars = values.pop("scalars", ())
        names = (scalars,) if isinstance(scalars, str) else tuple(scalars)
        return cls(scalars=names, **values)

    def admissible(self, terms: Sequence[Term], target: Term) -> tuple[Term, ...]:
        """Return the terms that may stand in the equation of a target, in the order given.

        Raises
        ------
        ValueError
            If a unit is missing or does not parse, a parity is not 1 or -1, or no term is left.
        """
        kept = tuple(terms)
        if self.units:
            kept = dimensional(kept, target, self.units, self.constants, self.constant_power)
        for axis, parities in self.parity.items():
            kept = of_parity(kept, target, axis, parities)
        if self.conservation:
            kept = conserved(kept)
        if not kept:
            raise ValueError(
                f"the priors exclude all {len(terms)} terms for {target.name!r}. Check units, "
                "constants and parities, or enlarge the library"
            )
        return kept

    def groups(
        self, terms: Sequence[Term], target: Term, axes: Sequence[str]
    ) -> tuple[tuple[Term, ...], ...]:
        """Return admissible terms in groups of equal coefficient; see :func:`tied.summed`.

        Parameters
        ----------
        terms, target
            As in :meth:`admissible`.
        axes : sequence of str
            Space axes.

        Raises
        ------
        ValueError
            As in :meth:`admissible`, or if no rotation-invariant group lies within the library.
        """
        kept = self.admissible(terms, target)
        if not self.scalars:
            return tuple((term,) for term in kept)
        degree = max(term.degree for term in kept)
        order = max(term.order for term in kept)
        invariant = rotation_invariants(self.scalars, axes, degree=degree, order=order)
        invariant += _functions_of(self.scalars, kept, axes, order)
        inside = tuple(group for group in invariant if set(group) <= set(kept))
        if not inside:
            raise ValueError(
                f"no rotation-invariant sum of {list(self.scalars)} lies within the {len(kept)} "
                "admissible terms. Use a library that treats all axes alike"
            )
        return inside


def dimensional(
    terms: Iterable[Term],
    target: Term,
    units: Mapping[str, str],
    constants: Mapping[str, str],
    constant_power: int = 1,
) -> tuple[Term, ...]:
    """Return the terms that a product of declared constants converts to the unit of the target.

    Parameters
    ----------
    terms, target
        Terms, and the left-hand side.
    units, constants, constant_power
        As in :class:`Priors`.

    Raises
    ------
    ValueError
        If a variable or axis has no unit, or its unit does not parse; the message names it.
    """
    dimensions = {name: parse_unit(text, of=name) for name, text in units.items()}
    known = {name: parse_unit(text, of=name) for name, text in constants.items()}
    coefficients = _coefficients(list(known.values()), constant_power)
    wanted = dimension_of(target, dimensions)
    return tuple(t for t in terms if wanted / dimension_of(t, dimensions) in coefficients)


def _coefficients(constants: list[Dimension], power: int) -> set[Dimension]:
    """Return all products of constants and their inverses up to a total power, and pure numbers."""
    signed = [constant**sign for constant in constants for sign in (1, -1)]
    found = {Dimension()}
    for n in range(1, power + 1):
        for chosen in combinations_with_replacement(signed, n):
            whole = Dimension()
            for constant in chosen:
                whole = whole * constant
            found.add(whole)
    return found


def dimension_of(term: Term, dimensions: Mapping[str, Dimension]) -> Dimension:
    """Return the dimension of a term.

    Raises
    ------
    ValueError
        If a variable or axis has no unit.
    """
    missing = sorted((term.variables | term.axes) - set(dimensions))
    if missing:
        raise ValueError(
            f"term {term.name!r}: no unit of {missing}; declare one for every field, input and "
            "axis, '1' for pure numbers"
        )
    total = Dimension()
    for factor in term.factors:
        one = dimensions[factor.variable] / _axes(factor.orders, dimensions)
        if factor.function:
            one = _of_function(factor.function, factor.variable, one)
        total = total * one ** Fraction(factor.power)
    return total / _axes(term.outer, dimensions)


def _of_function(function: Function, variable: str, argument: Dimension) -> Dimension:
    """Return the dimension of a function, whose number has the unit that its argument requires."""
    if function.kind == OVER:
        return argument**-function.exponent
    example = f"exp(-{variable}/2)" if function.kind == DECAY else f"{function.kind}(2 {variable})"
    if argument != Dimension() and function.number == 1.0:
        raise ValueError(
            f"term {function.name(variable, 1)!r}: {variable!r} has the unit {argument}, expected a "
            "pure number. Declare '1' or 'rad', or write the factor that makes it one, such as "
            f"'{example}'"
        )
    return Dimension()


def _axes(orders: Orders, dimensions: Mapping[str, Dimension]) -> Dimension:
    total = Dimension()
    for axis, n in orders:
        total = total * dimensions[axis] ** n
    return total


def of_parity(
    terms: Iterable[Term], target: Term, axis: str, parities: Mapping[str, int]
) -> tuple[Term, ...]:
    """Return terms that change sign under reflection of an axis exactly when the target does.

    Raises
    ------
    ValueError
        If a parity is not 1 or -1.
    """
    wrong = {name: p for name, p in parities.items() if p not in (EVEN, ODD)}
    if wrong:
        raise ValueError(f"parities {wrong} under {axis!r} -> -{axis!r}; expected 1 or -1 each")
    wanted = _parity(target, axis, parities)
    return tuple(term for term in terms if _parity(term, axis, parities) == wanted)


def _parity(term: Term, axis: str, parities: Mapping[str, int]) -> int:
    sign = ODD ** dict(term.outer).get(axis, 0)
    for factor in term.factors:
        one = parities.get(factor.variable, EVEN) * ODD ** dict(factor.orders).get(axis, 0)
        if factor.function:
            one = factor.function.parity(one)
        sign *= one**factor.power
    return int(sign)


def conserved(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return the terms that are divergences, with a space derivative of the whole product."""
    return tuple(t for t in terms if any(axis != TIME for axis, _ in t.outer))


def rotation_invariants(
    scalars: Sequence[str], axes: Sequence[str], *, degree: int, order: int
) -> tuple[tuple[Term, ...], ...]:
    """Return sums of terms of scalar fields that are invariant under rotation of the axes.

    Monomials, their Laplacians up to the order, and products of gradients ``grad a . grad b``.

    Parameters
    ----------
    scalars : sequence of str
        Scalar fields.
    axes : sequence of str
        Space axes.
    degree : int
        Highest degree of a monomial under a Laplacian.
    order : int
        Highest order of derivatives; a Laplacian counts 2.

    Returns
    -------
    tuple of tuple of Term
        Each is a sum with equal coefficients; a repeated term counts as often as it is listed.
    """
    groups: list[tuple[Term, ...]] = []
    for total in range(degree + 1):
        for names in combinations_with_replacement(scalars, total):
            whole = product(tuple(Factor(name) for name in names))
            groups.append((whole,))
            if total:
                groups += [_laplacian(whole, axes, k) for k in range(1, order // 2 + 1)]
    if order >= 2:
        groups += [
            tuple(product((Factor(a, ((x, 1),)), Factor(b, ((x, 1),)))) for x in axes)
            for a, b in combinations_with_replacement(scalars, 2)
        ]
    return tuple(groups)


def _functions_of(
    scalars: Sequence[str], terms: Sequence[Term], axes: Sequence[str], order: int
) -> tuple[tuple[Term, ...], ...]:
    """Return invariant sums for the terms that hold functions: themselves and their Laplacians."""
    bases = dict.fromkeys(
        Term(t.factors) for t in terms if t.functional and t.variables <= set(scalars)
    )
    return tuple(
        group
        for base in bases
        for group in ((base,), *(_laplacian(base, axes, k) for k in range(1, order // 2 + 1)))
    )


def _laplacian(term: Term, axes: Sequence[str], times: int) -> tuple[Term, ...]:
    orders: list[Orders] = [()]
    for _ in range(times):
        orders = [add_orders(one, ((axis, 2),)) for one in orders for axis in axes]
    return tuple(term.differentiated(one) for one in orders)
