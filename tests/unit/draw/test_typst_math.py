"""Found equations as Typst mathematics: correct conversion, and rejected unknown input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.draw.typst_math import ERROR, typst_math
from mechanist.formats.equation_files import Equation, FoundTerm


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("u_{t}", "u_(t)"),
        ("u_{xxx}", "u_(x x x)"),
        ("(u^{2})_{x}", "( u^(2) )_(x)"),
        (r"\mu x^{2}", "mu x^(2)"),
        (r"x_{t+1} = \mu x", "x_(t + 1) = mu x"),
        (r"-(3.00 \pm 0.01)\,u", f"- ( 3.00 {ERROR} 0.01 ) thin u"),
        ("2.1e-05", "2.1 dot.c 10^(-5)"),
        (r"\partial_{x} u_{1}", "partial_(x) u_(1)"),
        (r"\mathrm{Re}", '"Re"'),
        (r"u_{t}:\ \text{no equation found}", 'u_(t) : space "no equation found"'),
        ("x^2", "x^(2)"),
        (r"\frac{u}{v^{2}} w", "frac(u, v^(2)) w"),
        (r"\sin^{2}(2\,u)", "sin^(2) ( 2 thin u )"),
    ],
)
def test_what_equations_hold(latex: str, expected: str) -> None:
    assert typst_math(latex) == expected


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\sqrt{u}", "sqrt"),
        (r"\frac{u}", "argument is missing"),
        ("u_{t", "a brace is not closed"),
        ("u}", "a closing brace without"),
        ("_x", "nothing before it"),
        ("u_", "argument is missing"),
        ("u # v", "'#' is not supported"),
        ('u " v', "is not supported"),
    ],
)
def test_anything_else_is_refused_and_named(latex: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        typst_math(latex)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    coefficient=st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-9),
    error=st.floats(1e-12, 1e3),
    name=st.sampled_from([r"(u^{2})_{x}", r"\mu x", "u_{xx} v^{3}", r"\rho^{0.5}"]),
)
def test_every_coefficient_can_be_typeset(coefficient: float, error: float, name: str) -> None:
    typst = pytest.importorskip("typst", reason="the typesetter is not installed")
    term = FoundTerm("term", name, coefficient, error)
    equation = Equation("u_t", "u_{t}", "auto", (term,), 0.0, 0.0, 0.0)
    source = f"$ {typst_math(equation.to_latex())} $".encode()
    assert typst.compile(source, format="svg", ignore_system_fonts=True)
