"""Unknown numbers inside terms: declaration, derivatives, and fits with error bars."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml
from scipy.integrate import solve_ivp

from mechanist.discover.candidate_library import Library
from mechanist.discover.found_equations import discover
from mechanist.discover.inner_parameters import declared, filled, holding, tangent
from mechanist.discover.search import Search
from mechanist.discover.terms import Term, parse_term
from mechanist.formats.equation_files import (
    Equation,
    EquationFile,
    Parameter,
    read_equations,
    write_equations,
)
from mechanist.formats.field_files import FieldData

SCHEMA = Path(__file__).parents[3] / "workflow/schemas/equations.schema.yaml"
SATURATING = Library(
    kind="polynomial", degree=2, terms=["x/(K + x)"], parameters={"K": [0.05, 5.0]}
)


def uptake(noise: float, seed: int = 0, *, saturating: bool = True) -> list[FieldData]:
    """Return runs of x_t = 0.4 - 1.2 x/(0.5 + x), or of the linear rate 0.4 - 0.3 x."""
    t, made = np.linspace(0.0, 6.0, 121), []
    for run, start in enumerate((0.05, 2.5, 1.0, 4.0)):
        if saturating:
            solution = solve_ivp(
                lambda _, x: 0.4 - 1.2 * x / (0.5 + x), (0, 6.01), [start], t_eval=t,
                rtol=1e-11, atol=1e-13,
            )  # fmt: skip
            x = solution.y[0]
        else:
            x = 4 / 3 + (start - 4 / 3) * np.exp(-0.3 * t)
        x = x + noise * np.random.default_rng([seed, run]).normal(size=len(t))
        made.append(FieldData(f"run{run}", {"t": t}, {"x": x}))
    return made


def value(term: Term, x: float) -> float:
    """Return a term without derivatives at a place."""
    return float(np.prod([float(factor.value(x)) for factor in term.factors]))


@pytest.mark.parametrize(
    "text",
    [
        "x/(K + x)",
        "x^2/(K + x^2)^3",
        "sin(K x)",
        "cos(K x)^2",
        "x sin(K x)^2/(K + x)",
        "exp(-x/K)",
        "x exp(-x/K)^3/(K + x)",
    ],
)
def test_the_derivative_by_a_number_is_a_sum_of_terms(text: str) -> None:
    x, k, h = 0.7, 1.3, 1e-6
    low, high = (value(parse_term(filled([text], {"K": k + d})[0]), x) for d in (-h, h))
    term = parse_term(filled([text], {"K": k})[0])
    slope = sum(share * value(part, x) for part, share in tangent(term, k).items())
    assert slope == pytest.approx((high - low) / (2 * h), rel=1e-7)


def test_derivatives_of_known_terms() -> None:
    made = tangent(parse_term("(x/(0.5 + x))_xx"), 0.5)
    assert {term.name: share for term, share in made.items()} == {"(x/(0.5 + x)^2)_xx": -1.0}
    assert tangent(parse_term("x/(0.5 + x)"), 0.6) == {}


def test_names_are_replaced_as_whole_words() -> None:
    terms = ["u/(K + u)", "K1 u_K", "sin(K u)", "u^2"]
    assert filled(terms, {"K": 0.25}) == ["u/(0.25 + u)", "K1 u_K", "sin(0.25 u)", "u^2"]
    assert holding(["u/(K + u)", "u/(0.5 + u)"], {"K": 2.0}, "K") == {parse_term("u/(2 + u)")}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"K": [5, 0.1]},
            r"range \[5, 0.1\], expected two positive numbers, the smaller one first",
        ),
        ({"K": [0, 1]}, "expected two positive numbers"),
        ({"K": [1]}, "expected two positive numbers"),
        ({"L": [1, 2]}, "'L' is in none of the terms"),
        ({"sin": [1, 2]}, "not that of a function"),
        ({"K": [1, 2], "L": [1, 2], "M": [1, 2]}, "at most 2 unknown numbers"),
    ],
)
def test_declarations_that_cannot_be_used(parameters: dict[str, list[float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        declared(parameters, ["x/(K + x)"])


def test_searches_that_cannot_fit_numbers() -> None:
    (one, *_) = uptake(0.0)
    with pytest.raises(ValueError, match="expected 'weak', which alone fits them"):
        Search(library=SATURATING, method="derivative:spectral")
    named = Library(kind="polynomial", degree=1, terms=["x/(x + x)"], parameters={"x": [1, 2]})
    with pytest.raises(ValueError, match=r"\['x'\] have the names of fields"):
        Search(library=named).check(one)
    Search(library=SATURATING).check(one)
    with pytest.raises(ValueError, match="fitted only where no true equation is given"):
        discover(Search(library=SATURATING), [one], truth={"x_t": {"1": 0.4}})
    far = FieldData("far", {"t": one.axes["t"]}, {"x": one.fields["x"], "y": one.fields["x"] + 90})
    with pytest.raises(ValueError, match=r"more than ten times its spread: \{'y': 90"):
        discover(Search(library=SATURATING), [far])
    # without the declaration, the name is no number
    with pytest.raises(ValueError, match="declares under `parameters`"):
        Library(kind="polynomial", terms=["x/(K + x)"]).build(one)


@pytest.mark.parametrize("noise", [0.0, 0.005])
def test_a_saturation_constant_is_found_with_its_error(noise: float) -> None:
    (equation,) = discover(Search(library=SATURATING), uptake(noise), limits=True)
    constant, rate = equation.terms
    found = equation.parameters["K"]
    assert (found.low, found.high) == (0.05, 5.0)
    assert constant.name == "1"
    assert rate.name == f"x/({found.value:.12g} + x)"
    assert equation.verdict == "complete"
    if noise:
        assert 0.002 < found.error < 0.03
        for seen, true in (
            (found.value, 0.5),
            (constant.coefficient, 0.4),
            (rate.coefficient, -1.2),
        ):
            error = {0.5: found.error, 0.4: constant.error, -1.2: rate.error}[true]
            assert abs(seen - true) < 3 * error
        assert equation.to_text().endswith(f", with K = {found.value:.4f} ± {found.error:.4f}")
    else:
        assert found.value == pytest.approx(0.5, rel=1e-6)
        assert rate.coefficient == pytest.approx(-1.2, rel=1e-5)
    assert equation.limits is not None
    assert set(equation.limits) == {"x", "x^2"}


def test_errors_of_coefficients_grow_if_the_number_is_fitted() -> None:
    """K, the constant and the largest rate trade off, so that a known K makes the others certain."""
    data = uptake(0.005)
    known = Library(kind="polynomial", degree=2, terms=["x/(0.5 + x)"])
    (given,) = discover(Search(library=known), data)
    (fitted,) = discover(Search(library=SATURATING), data)
    assert [t.name for t in given.terms] == ["1", "x/(0.5 + x)"]
    assert all(
        2 * a.error < b.error for a, b in zip(given.terms[:1], fitted.terms[:1], strict=True)
    )
    assert given.parameters == {}


def test_no_number_is_reported_where_no_term_holds_it() -> None:
    (equation,) = discover(Search(library=SATURATING), uptake(0.005, saturating=False))
    assert set(equation.coefficients) == {"1", "x"}
    assert equation.parameters == {}
    assert "with K" not in equation.to_text()


def test_a_number_outside_of_its_range_is_told() -> None:
    library = Library(kind="custom", terms=["1", "x/(K + x)"], parameters={"K": [0.8, 5.0]})
    (equation,) = discover(Search(library=library), uptake(0.001))
    assert equation.parameters["K"].at_end
    assert "K = 0.8 (an end of its range from 0.8 to 5" in equation.to_text()


def test_a_number_in_a_sine() -> None:
    t, made = np.linspace(0.0, 10.0, 201), []
    for run, start in enumerate([(2.5, 0.0), (-1.0, 1.5), (0.5, -2.2)]):
        solution = solve_ivp(
            lambda _, y: [y[1], -1.3 * np.sin(1.4 * y[0]) - 0.1 * y[1]], (0, 10.01), start, t_eval=t,
            rtol=1e-11, atol=1e-13,
        )  # fmt: skip
        x = solution.y[0] + 0.005 * np.random.default_rng(run).normal(size=len(t))
        made.append(FieldData(f"run{run}", {"t": t}, {"x": x}))
    library = Library(
        kind="polynomial", degree=2, terms=["x_t", "sin(k x)"], parameters={"k": [0.3, 4.0]}
    )
    (equation,) = discover(Search(library=library, targets=["x_tt"]), made)
    found = equation.parameters["k"]
    assert len(equation.terms) == 2
    assert abs(found.value - 1.4) < 3 * found.error
    assert found.error < 0.005


def test_numbers_are_written_and_read(tmp_path: Path) -> None:
    numbers = {"K": Parameter(0.5, 0.01, 0.1, 10.0), "L": Parameter(2.0, float("nan"), 1.0, 3.0)}
    equation = Equation(
        "u_t", "u_{t}", "auto", (), 1.0, 1.0, 0.5, limits={"1": float("inf")}, parameters=numbers
    )
    write_equations(tmp_path / "a.json", EquationFile("a", "weak", 0.0, 0, (equation,)))
    content = json.loads((tmp_path / "a.json").read_text())
    jsonschema.validate(content, yaml.safe_load(SCHEMA.read_text()))
    (read,) = read_equations(tmp_path / "a.json").equations
    assert read.parameters["K"] == numbers["K"]
    assert np.isnan(read.parameters["L"].error)
    assert numbers["K"].to_text("K") == "K = 0.500 ± 0.010"


def stuck(
    noise: float, seed: int, *, start: tuple[float, ...] = (0.05, 2.5, 1.0, 4.0)
) -> list[FieldData]:
    """Return runs of x_t = 1.1 exp(-x/0.7) - 0.3."""
    t, made = np.linspace(0.0, 6.0, 121), []
    for run, one in enumerate(start):
        # exactly: y = exp(x/0.7) obeys the linear equation y' = (1.1 - 0.3 y)/0.7
        y = 1.1 / 0.3 + (np.exp(one / 0.7) - 1.1 / 0.3) * np.exp(-0.3 * t / 0.7)
        x = 0.7 * np.log(y) + noise * np.random.default_rng([seed, run]).normal(size=len(t))
        made.append(FieldData(f"run{run}", {"t": t}, {"x": x}))
    return made


def test_an_exponential_with_an_unknown_number_is_found_beside_rational_terms() -> None:
    terms = ["exp(-x/K)", "x/(0.5 + x)"]
    library = {"kind": "polynomial", "degree": 2, "terms": terms, "parameters": {"K": [0.1, 5.0]}}
    search = Search.from_settings("weak", library, {})
    for noise, names in ((0.0, {"1", "exp(-x/0.7)"}), (0.005, None)):
        (found,) = discover(search, stuck(noise, 1), rng=np.random.default_rng(0))
        number = found.parameters["K"]
        by_name = {term.name.partition("(")[0]: term for term in found.terms}
        assert set(by_name) == {"1", "exp"}
        if names:
            assert {term.name for term in found.terms} == names
        for term, truth in ((by_name["1"], -0.3), (by_name["exp"], 1.1)):
            assert abs(term.coefficient - truth) < max(3 * term.error, 1e-6)
        assert abs(number.value - 0.7) < max(3 * number.error, 1e-6)
    assert 0.001 < number.error < 0.05


@pytest.mark.parametrize(
    ("term", "shift", "said"),
    [
        ("exp(-x/0.05)", -3.0, r"grows beyond all other terms: its exponential reaches e\^[0-9.]+"),
        ("exp(-x/0.05)", 3.0, r"vanishes: its exponential reaches e\^-[0-9.]+ at most"),
        ("exp(-x)^40", 3.0, "vanishes"),
    ],
)
def test_exponentials_that_overflow_or_vanish_are_refused(
    term: str, shift: float, said: str
) -> None:
    data = [FieldData(one.name, one.axes, {"x": one.fields["x"] + shift}) for one in stuck(0.0, 0)]
    library = {"kind": "polynomial", "degree": 1, "terms": [term]}
    with pytest.raises(ValueError, match=f"{said}.*Choose a larger number"):
        discover(Search.from_settings("weak", library, {}), data, rng=np.random.default_rng(0))
