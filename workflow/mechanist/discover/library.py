"""Libraries of candidate terms, generated in a stable order.

The size is computed first; a library that is too large is not generated.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from math import comb
from typing import Final

from mechanist.discover.terms import Factor, Term, derivative, monomial, product

#: Largest number of terms; a system of this size takes half a GiB per block.
LARGEST: Final = 8000


def polynomial_library(
    variables: Sequence[str], *, degree: int, constant: bool = True
) -> tuple[Term, ...]:
    """Return all monomials up to a degree: the library of ordinary equations and maps.

    Parameters
    ----------
    variables : sequence of str
        Fields and inputs.
    degree : int
        Highest degree.
    constant : bool
        Whether to include the constant term, which comes first.

    Returns
    -------
    tuple of Term
        By degree, then in the order of the variables.

    Raises
    ------
    ValueError
        If the library is too large; raised before it is generated.
    """
    _check(comb(len(variables) + degree, degree), f"degree {degree} in {len(variables)} variables")
    return tuple(_monomials(variables, 0 if constant else 1, degree))


def divergence_library(
    variables: Sequence[str],
    axes: Sequence[str],
    *,
    degree: int,
    order: int,
    constant: bool = True,
) -> tuple[Term, ...]:
    """Return all derivatives of all monomials, such as ``(u^2)_x``: exact in the weak form.

    Parameters
    ----------
    variables : sequence of str
        Fields and inputs.
    axes : sequence of str
        Space axes.
    degree, order : int
        Highest degree, and highest total order of a derivative.
    constant : bool
        Whether to include the constant term, which comes first.

    Returns
    -------
    tuple of Term
        By order of the derivative, then by degree.

    Raises
    ------
    ValueError
        If the library is too large; raised before it is generated.
    """
    inner = comb(len(variables) + degree, degree) - 1
    size = inner * comb(len(axes) + order, order) + 1
    _check(size, f"degree {degree} in {len(variables)} variables, order {order}, {len(axes)} axes")
    terms = [Term()] if constant else []
    for letters in _derivatives(axes, order):
        orders = derivative({axis: letters.count(axis) for axis in letters})
        terms += [term.differentiated(orders) for term in _monomials(variables, 1, degree)]
    return tuple(terms)


def product_library(
    variables: Sequence[str],
    axes: Sequence[str],
    *,
    degree: int,
    order: int,
    differentiated: Sequence[str] | None = None,
    constant: bool = True,
) -> tuple[Term, ...]:
    """Return monomials, derivatives of single variables, and their products: ``u^p D^a u``.

    This is the library of https://doi.org/10.1126/sciadv.1602614.

    Parameters
    ----------
    variables : sequence of str
        Fields and inputs.
    axes : sequence of str
        Space axes.
    degree, order : int
        Highest degree of the monomial, and highest total order of the derivative.
    differentiated : sequence of str, optional
        Variables to differentiate, by default all.
    constant : bool
        Whether to include the constant term, which comes first.

    Returns
    -------
    tuple of Term
        By order of the derivative, then by degree of the monomial.

    Raises
    ------
    ValueError
        If the library is too large; raised before it is generated.
    """
    below = list(variables if differentiated is None else differentiated)
    inner = comb(len(variables) + degree, degree)
    size = inner * (1 + len(below) * (comb(len(axes) + order, order) - 1))
    _check(size, f"degree {degree} in {len(variables)} variables, order {order}, {len(axes)} axes")
    terms = list(_monomials(variables, 0 if constant else 1, degree))
    for letters in _derivatives(axes, order)[1:]:
        orders = derivative({axis: letters.count(axis) for axis in letters})
        for term in _monomials(variables, 0, degree):
            terms += [product((*term.factors, Factor(name, orders))) for name in below]
    return tuple(terms)


def _check(size: int, what: str) -> None:
    if size > LARGEST:
        raise ValueError(
            f"a library of {what} has {size} terms, above the limit of {LARGEST}; its factors would "
            f"take {8 * size**2 / 2**30:.3g} GiB per block. Lower the degree or the order"
        )


def _monomials(variables: Sequence[str], lowest: int, degree: int) -> Iterator[Term]:
    for total in range(lowest, degree + 1):
        for names in combinations_with_replacement(variables, total):
            yield monomial({name: names.count(name) for name in names})


def _derivatives(axes: Sequence[str], order: int) -> list[tuple[str, ...]]:
    """Return derivatives as tuples of axes, by total order; the first is of order zero."""
    return [
        letters
        for total in range(order + 1)
        for letters in combinations_with_replacement(axes, total)
    ]
