"""Candidate terms: canonical names, integration by parts, libraries."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.discover.library import divergence_library, polynomial_library, product_library
from mechanist.discover.reduction import reduced
from mechanist.discover.terms import (
    Factor,
    Term,
    derivative,
    monomial,
    parse_term,
    parse_terms,
    product,
)

FEW = settings(max_examples=25, deadline=None, derandomize=True)
orders = st.dictionaries(st.sampled_from("xyt"), st.integers(0, 2), max_size=2).map(derivative)
factors = st.builds(Factor, st.sampled_from(["u", "v", "rho1"]), orders, st.integers(1, 3))
terms = st.builds(
    lambda f, outer: product(tuple(f), outer=outer),
    st.lists(factors, min_size=1, max_size=3),
    orders,
)


@FEW
@given(terms)
def test_names_and_terms_are_one_to_one(term: Term) -> None:
    assert parse_term(term.name) == term


@pytest.mark.parametrize(
    ("given_name", "name", "form", "latex"),
    [
        ("1", "1", "divergence", "1"),
        ("v  u^2", "u^2 v", "divergence", "u^{2} v"),
        ("u u", "u^2", "divergence", "u^{2}"),
        ("u_x u", "u u_x", "product", "u u_{x}"),
        ("u_txx", "u_xxt", "divergence", "u_{xxt}"),
        ("(v u)_yx", "(u v)_xy", "divergence", "(u v)_{xy}"),
        ("(u u_x)_x", "(u u_x)_x", "mixed", "(u u_{x})_{x}"),
        ("u_x^2", "u_x^2", "product", "u_{x}^{2}"),
        ("rho_x", "rho_x", "divergence", r"\rho_{x}"),
        ("u1_x", "u1_x", "divergence", r"\partial_{x} u_{1}"),
        ("tau", "tau", "divergence", r"\tau"),
        ("load", "load", "divergence", r"\mathrm{load}"),
        ("vx_t", "vx_t", "divergence", r"\mathrm{vx}_{t}"),
    ],
)
def test_canonical_names(given_name: str, name: str, form: str, latex: str) -> None:
    term = parse_term(given_name)
    assert (term.name, term.form, term.latex) == (name, form, latex)


@pytest.mark.parametrize("name", ["", "2 u", "u^0", "u^-1", "u*v", "(u", "u_X", "-u", "(u^2)_x v"])
def test_what_is_not_a_term_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a factor such as"):
        parse_term(name)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("u u_x", {"(u^2)_x": 1 / 2}),
        ("u^2 u_x", {"(u^3)_x": 1 / 3}),
        ("u u_t", {"(u^2)_t": 1 / 2}),
        ("u_x u_xx", {"(u_x^2)_x": 1 / 2}),
        ("u u_xx", {"(u^2)_xx": 1 / 2, "u_x^2": -1.0}),
        ("v u_xx", {"(v u_x)_x": 1.0, "u_x v_x": -1.0}),
        ("u u_xxx", {"(u^2)_xxx": 1 / 2, "(u_x^2)_x": -3 / 2}),
        ("v u_x", {"v u_x": 1.0}),
        ("(u^2)_x", {"(u^2)_x": 1.0}),
    ],
)
def test_integration_by_parts_by_hand(name: str, parts: dict[str, float]) -> None:
    found = {part.name: value for part, value in reduced(parse_term(name)).items()}
    assert found == pytest.approx({parse_term(part).name: value for part, value in parts.items()})


def differentiated(factors: list[Factor], axis: str) -> list[tuple[int, list[Factor]]]:
    """Return the derivative of a product by the rules for products and powers."""
    parts = []
    for k, one in enumerate(factors):
        orders = {**dict(one.orders), axis: dict(one.orders).get(axis, 0) + 1}
        lower = [Factor(one.variable, one.orders, one.power - 1)] if one.power > 1 else []
        inner = Factor(one.variable, derivative(orders))
        parts.append((one.power, [*factors[:k], *lower, inner, *factors[k + 1 :]]))
    return parts


def expanded(term: Term) -> dict[Term, float]:
    """Return a sum equal to a term, with no derivative outside of a product."""
    pieces = [(1, [*term.factors])]
    for axis in [axis for axis, n in term.outer for _ in range(n)]:
        pieces = [(m * n, f) for m, piece in pieces for n, f in differentiated(piece, axis)]
    total: dict[Term, float] = {}
    for value, factors in pieces:
        whole = product(tuple(factors))
        total[whole] = total.get(whole, 0.0) + value
    return total


@FEW
@given(terms)
def test_reduced_and_expanded_are_equal_sums(term: Term) -> None:
    total: dict[str, float] = {}
    for part, first in reduced(term).items():
        for piece, second in expanded(part).items():
            total[piece.name] = total.get(piece.name, 0.0) + first * second
    kept = {name: value for name, value in total.items() if abs(value) > 1e-9}
    assert kept == pytest.approx({piece.name: value for piece, value in expanded(term).items()})


@FEW
@given(terms)
def test_reduction_never_raises_the_order_inside(term: Term) -> None:
    assert max(part.inner_order for part in reduced(term)) <= term.inner_order


def test_which_products_need_no_derivative_of_the_data() -> None:
    exact = ["u", "u^2 v", "u_xxxx", "(u^2)_x", "u u_x", "u^2 u_x", "u u_t"]
    inexact = ["v u_x", "u u_xx", "u_x^2", "u u_xxx"]
    inner = {n: max(t.inner_order for t in reduced(parse_term(n))) for n in exact + inexact}
    assert [name for name, order in inner.items() if order == 0] == exact


def test_libraries_by_hand() -> None:
    names = [term.name for term in polynomial_library(["u", "v"], degree=2)]
    assert names == ["1", "u", "v", "u^2", "u v", "v^2"]
    names = [term.name for term in divergence_library(["u"], ["x"], degree=2, order=2)]
    assert names == ["1", "u", "u^2", "u_x", "(u^2)_x", "u_xx", "(u^2)_xx"]
    names = [term.name for term in product_library(["u"], ["x"], degree=1, order=2)]
    assert names == ["1", "u", "u_x", "u u_x", "u_xx", "u u_xx"]
    names = [
        term.name
        for term in product_library(
            ["w", "u", "v"], ["x", "y"], degree=1, order=1, differentiated=["w"], constant=False
        )
    ]
    below = [f"{factor}{mark}" for mark in ("w_x", "w_y") for factor in ("", "w ", "u ", "v ")]
    assert names == ["w", "u", "v", *below]


def test_libraries_hold_no_term_twice() -> None:
    for library in (
        polynomial_library(["u", "v", "w"], degree=4),
        divergence_library(["u", "v"], ["x", "y"], degree=3, order=3),
        product_library(["u", "v"], ["x", "y"], degree=2, order=3),
    ):
        assert len(set(library)) == len(library)


def test_a_huge_library_is_refused_before_it_is_made() -> None:
    fields = [f"u{k}" for k in range(200)]
    with pytest.raises(ValueError, match=r"has 70058751 terms, above the limit .* GiB"):
        polynomial_library(fields, degree=4)
    with pytest.raises(ValueError, match="above the limit"):
        divergence_library(fields, ["x", "y", "z"], degree=4, order=4)
    with pytest.raises(ValueError, match="above the limit"):
        product_library(fields, ["x", "y", "z"], degree=4, order=4)


def test_monomials_drop_zero_powers() -> None:
    assert monomial({"u": 0, "v": 2}).name == "v^2"
    assert monomial({}).name == "1"
    assert parse_term("u^2 v").degree == 3


def test_derivatives_move_from_fields_onto_known_inputs() -> None:
    parts = reduced(parse_term("f w_x"), known=frozenset("f"))
    assert {part.name: value for part, value in parts.items()} == {"(f w)_x": 1.0, "w f_x": -1.0}
    parts = reduced(parse_term("f w_xx"), known=frozenset("f"))
    names = {part.name: value for part, value in parts.items()}
    assert names == {"(f w)_xx": 1.0, "(w f_x)_x": -2.0, "w f_xx": 1.0}


def test_a_term_that_stands_twice_is_refused() -> None:
    assert [term.name for term in parse_terms(["u v", "u"])] == ["u v", "u"]
    with pytest.raises(ValueError, match=r"terms \['u v'\] are listed more than once"):
        parse_terms(["v u", "u", "u v"])
