"""Sines, cosines and denominators in terms: names, noise, priors, and laws recovered with them."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mechanist.core.typing import FloatArray
from mechanist.discover.derivatives import Derivative
from mechanist.discover.evaluation import Evaluator
from mechanist.discover.forward import forecast
from mechanist.discover.found_equations import discover
from mechanist.discover.functions import product_jet
from mechanist.discover.priors import Priors
from mechanist.discover.search import Search
from mechanist.discover.terms import parse_term
from mechanist.draw.typst_math import typst_math
from mechanist.formats.equation_files import Equation, FoundTerm
from mechanist.formats.field_files import FieldData

Rate = Callable[[float, FloatArray], list[float]]


@pytest.mark.parametrize(
    ("given_name", "name", "latex", "typst"),
    [
        ("sin(u)", "sin(u)", r"\sin(u)", "sin ( u )"),
        ("cos( 2*u )^2 v", "cos(2 u)^2 v", r"\cos^{2}(2\,u) v", "cos^(2) ( 2 thin u ) v"),
        ("sin(theta) theta", "theta sin(theta)", r"\theta \sin(\theta)", "theta sin ( theta )"),
        ("sin(u) sin(u)", "sin(u)^2", r"\sin^{2}(u)", "sin^(2) ( u )"),
        ("1/(0.5+u)", "1/(0.5 + u)", r"\frac{1}{0.5 + u}", "frac(1, 0.5 + u)"),
        ("1 / (u + 0.50)", "1/(0.5 + u)", r"\frac{1}{0.5 + u}", "frac(1, 0.5 + u)"),
        ("v u^2/(4 + u^2)", "u^2 v/(4 + u^2)", r"\frac{u^{2} v}{4 + u^{2}}",
         "frac(u^(2) v, 4 + u^(2))"),
        ("u/(1e-3 + u)^2/(2 + v)", "u/(0.001 + u)^2/(2 + v)",
         r"\frac{u}{(0.001 + u)^{2} (2 + v)}", "frac(u, ( 0.001 + u )^(2) ( 2 + v ))"),
        ("exp(-u)", "exp(-u)", "e^{-u}", "e^(- u)"),
        ("v exp( - u / 0.50 )", "exp(-u/0.5) v", "e^{-u/0.5} v", "e^(- u slash 0.5) v"),
        ("exp(-theta/2) exp(-theta/2)", "exp(-theta/2)^2", r"e^{-2 \theta/2}",
         "e^(- 2 theta slash 2)"),
        ("(exp(-u/2))_x", "(exp(-u/2))_x", "(e^{-u/2})_{x}", "( e^(- u slash 2) )_(x)"),
        ("(sin(u))_xx", "(sin(u))_xx", r"(\sin(u))_{xx}", "( sin ( u ) )_(x x)"),
        ("(u/(2 + u))_x", "(u/(2 + u))_x", r"(\frac{u}{2 + u})_{x}", "( frac(u, 2 + u) )_(x)"),
    ],
)  # fmt: skip
def test_names(given_name: str, name: str, latex: str, typst: str) -> None:
    term = parse_term(given_name)
    assert (term.name, term.latex) == (name, latex)
    assert parse_term(name) == term
    assert typst_math(latex) == typst


def test_different_functions_of_one_variable_are_different_factors() -> None:
    names = ["sin(u)", "cos(u)", "sin(2 u)", "1/(1 + u)", "1/(2 + u)", "1/(1 + u^2)", "u"]
    assert len({parse_term(name) for name in names}) == 7
    assert parse_term("cos(u) sin(u) u") == parse_term("u sin(u) cos(u)")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("tan(u)", r"'tan\(u\)' is not a factor such as"),
        ("exp(u)", r"'exp\(u\)' is not a factor .*exp\(-u/0\.5\)"),
        ("exp(-u/0)", "is not a factor"),
        ("exp(-u/-2)", "is not a factor"),
        ("exp(-2 u)", "is not a factor"),
        ("exp(-u) u_x", "a function of a variable stands beside a derivative"),
        ("sin(u v)", r"'sin\(u v\)' is not a factor"),
        ("sin(0 u)", "is not a factor"),
        ("sin(u_x)", "is not a factor"),
        ("sin(u)_x", "'_x' is not a factor .* '\\(sin\\(u\\)\\)_x'"),
        ("u/v", "'/' is not a factor"),
        ("1/(0 + u)", "with a positive number"),
        ("1/(-1 + u)", "is not a factor"),
        ("u/(1 + u^0)", "is not a factor"),
        ("1/u", "is not a factor"),
        ("sin(u) u_x", r"term 'sin\(u\) u_x': a function of a variable stands beside a derivative"),
        ("u_x/(1 + v)", r"'\(cos\(u\)\)_x' for -sin\(u\) u_x"),
    ],
)
def test_what_is_not_a_function_is_refused(name: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_term(name)


@pytest.mark.parametrize(
    "name",
    ["sin(2 u)", "u cos(u)", "u exp(-u/0.5)^2", "u^2/(0.5 + u^2)", "u^3 sin(u)^2/(2 + u)^2"],
)
def test_slope_and_curvature_are_those_of_central_differences(name: str) -> None:
    factors = [(factor.function, factor.power) for factor in parse_term(name).factors]
    u, h = np.linspace(0.3, 2.0, 9), 1e-4
    low, middle, high = (product_jet(u + shift, factors)[0] for shift in (-h, 0.0, h))
    value, slope, bend = product_jet(u, factors)
    by_hand = {
        "sin(2 u)": np.sin(2 * u),
        "u cos(u)": u * np.cos(u),
        "u exp(-u/0.5)^2": u * np.exp(-4 * u),
        "u^2/(0.5 + u^2)": u**2 / (0.5 + u**2),
        "u^3 sin(u)^2/(2 + u)^2": u**3 * np.sin(u) ** 2 / (2 + u) ** 2,
    }
    np.testing.assert_allclose(value, by_hand[name], rtol=1e-13)
    np.testing.assert_allclose(slope, (high - low) / (2 * h), rtol=1e-6)
    np.testing.assert_allclose(bend, (high - 2 * middle + low) / h**2, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["sin(u)", "u cos(2 u)", "exp(-u/0.8)", "u/(0.5 + u)"])
def test_the_bias_from_noise_is_removed_to_first_order(name: str) -> None:
    """The mean over many draws of noise, with and without the correction."""
    draws, spread, truth = np.random.default_rng(0).normal(size=200_000), 0.1, 1.1
    noisy = truth + spread * np.concatenate([draws, -draws])
    data = FieldData("n", {"t": np.arange(float(len(noisy)))}, {"u": noisy})
    exact = {
        "sin(u)": np.sin(1.1),
        "u cos(2 u)": 1.1 * np.cos(2.2),
        "exp(-u/0.8)": np.exp(-1.1 / 0.8),
        "u/(0.5 + u)": 1.1 / 1.6,
    }[name]
    factors = parse_term(name).factors
    missed = [
        abs(Evaluator(data, Derivative(), 0, len(noisy), noise).product(factors).mean() - exact)
        for noise in ({"u": spread**2}, {})
    ]
    assert missed[0] < 0.25 * missed[1]


def test_the_response_to_noise_is_the_slope() -> None:
    u, v = np.array([0.3, 1.2, 2.0]), np.array([2.0, -1.0, 0.5])
    data = FieldData("n", {"t": np.arange(3.0)}, {"u": u, "v": v})
    evaluator = Evaluator(data, Derivative(), 0, 3)
    factors = parse_term("v^2 u sin(2 u)/(1 + v^2)").factors
    by_u = 3.0 * v**2 / (1 + v**2) * (np.sin(2 * u) + 2 * u * np.cos(2 * u))
    by_v = 3.0 * u * np.sin(2 * u) * 2 * v / (1 + v**2) ** 2
    np.testing.assert_allclose(evaluator.gradient(factors, "u", 3.0), by_u, rtol=1e-13)
    np.testing.assert_allclose(evaluator.gradient(factors, "v", 3.0), by_v, rtol=1e-13)


def test_a_derivative_of_a_function_point_by_point() -> None:
    x = np.arange(64) * 2 * np.pi / 64
    u = np.tile(np.sin(x)[:, None], (1, 5))
    data = FieldData("n", {"x": x, "t": np.arange(5.0)}, {"u": u}, periodic=frozenset("x"))
    evaluator = Evaluator(data, Derivative("spectral"), 0, 5)
    slope = np.cos(u) * np.cos(x)[:, None]
    np.testing.assert_allclose(evaluator.term(parse_term("(sin(u))_x")), slope, atol=1e-12)


def test_units_of_functions() -> None:
    target = parse_term("x_t")
    terms = tuple(map(parse_term, ["x", "x/(0.5 + x)", "1/(0.5 + x)", "sin(3 x)"]))
    units = {"x": "mol/m^3", "t": "s"}
    kept = Priors(units=units, constants={"V": "mol m^-3 s^-1"}).admissible(terms, target)
    assert [term.name for term in kept] == ["x/(0.5 + x)", "sin(3 x)"]
    kept = Priors(units=units, constants={"k": "s^-1"}).admissible(terms, target)
    assert [term.name for term in kept] == ["x"]
    with pytest.raises(
        ValueError, match=r"term 'sin\(x\)': 'x' has the unit m\^-3 mol, expected a"
    ):
        Priors(units=units).admissible((parse_term("sin(x)"),), target)
    rates = Priors(units=units, constants={"V": "mol m^-3 s^-1"})
    terms = tuple(map(parse_term, ["x", "exp(-x/0.5)", "x exp(-x/0.5)"]))
    assert [term.name for term in rates.admissible(terms, target)] == ["exp(-x/0.5)"]
    with pytest.raises(ValueError, match=r"term 'exp\(-x\)': .* such as 'exp\(-x/2\)'"):
        rates.admissible((parse_term("exp(-x)"),), target)
    angle = Priors(units={"x": "rad", "t": "s"}, constants={"w": "s^-1"}, constant_power=2)
    kept = angle.admissible((parse_term("sin(x)"), parse_term("x_t")), parse_term("x_tt"))
    assert [term.name for term in kept] == ["sin(x)", "x_t"]


def test_parity_of_functions() -> None:
    names = ["sin(u)", "cos(u)", "u cos(u)", "1/(1 + u)", "u/(1 + u^2)", "u^2/(1 + u^2)"]
    odd = Priors(parity={"x": {"u": -1}})
    kept = odd.admissible([parse_term(name) for name in names], parse_term("u_t"))
    assert [term.name for term in kept] == ["sin(u)", "u cos(u)", "u/(1 + u^2)"]


def test_functions_of_scalars_are_rotation_invariant() -> None:
    names = ["u", "u_xx", "u_yy", "u_x", "sin(u)", "(sin(u))_xx", "(sin(u))_yy", "(sin(u))_x"]
    groups = Priors(scalars=("u",)).groups([parse_term(n) for n in names], parse_term("u_t"), "xy")
    found = [[term.name for term in group] for group in groups]
    assert found == [["u"], ["u_xx", "u_yy"], ["sin(u)"], ["(sin(u))_xx", "(sin(u))_yy"]]


def runs(rate: Rate, starts: Sequence[Sequence[float]], end: float, names: str, noise: float = 0.0) -> list[FieldData]:  # fmt: skip
    """Return trajectories of an ordinary differential equation; some of its variables are seen."""
    rng, t = np.random.default_rng(1), np.linspace(0.0, end, 401)
    data = []
    for k, start in enumerate(starts):
        states = solve_ivp(rate, (0, end), start, t_eval=t, rtol=1e-10, atol=1e-12).y
        fields = {
            name: states[i] + noise * states[i].std() * rng.normal(size=len(t))
            for i, name in enumerate(names)
        }
        data.append(FieldData(f"run {k}", {"t": t}, fields))
    return data


def pendulum(t: float, y: FloatArray) -> list[float]:
    return [y[1], -1.3 * np.sin(y[0]) - 0.1 * y[1]]


def law(data: list[FieldData], library: dict[str, object], **settings: object) -> list[Equation]:
    return discover(Search.from_settings("weak", library, settings), data)


SWINGS = [(2.5, 0.0), (-1.0, 1.5), (0.5, -2.2)]


@pytest.mark.parametrize(("noise", "within"), [(0.0, 1e-6), (0.01, 0.01)])
def test_a_damped_pendulum_is_recovered_from_its_angle(noise: float, within: float) -> None:
    library = {"kind": "polynomial", "degree": 3, "terms": ["x_t", "(x^2)_t", "sin(x)", "cos(x)"]}
    (found,) = law(runs(pendulum, SWINGS, 20.0, "x", noise), library, targets=["x_tt"])
    assert set(found.coefficients) == {"x_t", "sin(x)"}
    assert found.coefficients["sin(x)"] == pytest.approx(-1.3, rel=within)
    assert found.coefficients["x_t"] == pytest.approx(-0.1, rel=max(within, 0.03 if noise else 0))
    assert found.verdict == "complete"


def test_without_the_sine_the_pendulum_is_not_complete() -> None:
    library = {"kind": "polynomial", "degree": 3, "terms": ["x_t", "(x^2)_t"]}
    (found,) = law(runs(pendulum, SWINGS, 20.0, "x"), library, targets=["x_tt"])
    assert found.verdict in {"incomplete", "close"}
    assert found.loss > 1e-4


def test_found_sines_are_integrated_forward() -> None:
    library = {"kind": "polynomial", "degree": 2, "terms": ["sin(x)", "cos(x)", "1/(9 + v)"]}
    data = runs(pendulum, SWINGS, 20.0, "xv")
    found = law(data, library)
    assert found[1].to_text() == "v_t = -0.1 v - 1.3 sin(x)"
    assert found[1].to_latex() == r"v_{t} = -0.1\,v - 1.3\,\sin(x)"
    (unseen,) = runs(pendulum, [(-2.0, 0.3)], 20.0, "xv")
    ahead = forecast(found, unseen)
    assert ahead.diverged_at is None
    np.testing.assert_allclose(ahead.fields["x"], unseen.fields["x"], atol=1e-4)
    straight = [found[0], written("v_t", {"v": -0.1, "x": -1.3})]
    assert np.abs(forecast(straight, unseen).fields["x"] - unseen.fields["x"]).max() > 0.5


def written(target: str, terms: dict[str, float]) -> Equation:
    found = tuple(FoundTerm(name, "", value) for name, value in terms.items())
    return Equation(target, target, "by hand", found, 0.0, 0.0, 0.0)


def test_a_sine_in_a_field_equation_is_integrated_forward() -> None:
    """``u_t = 0.3 u_xx - sin(u)`` from a uniform state: ``tan(u/2)`` decays as ``exp(-t)``."""
    t, x = np.linspace(0.0, 2.0, 21), np.arange(16) / 16
    exact = 2 * np.arctan(np.tan(0.5) * np.exp(-t))
    data = FieldData("u", {"x": x, "t": t}, {"u": np.tile(exact, (16, 1))}, periodic=frozenset("x"))
    ahead = forecast([written("u_t", {"u_xx": 0.3, "sin(u)": -1.0})], data)
    np.testing.assert_allclose(ahead.fields["u"], data.fields["u"], atol=1e-6)


def test_sines_in_a_field_equation_are_found() -> None:
    """``u_t = 0.1 u_xx - sin(u)`` by an explicit scheme on fine steps."""
    n, steps, every = 64, 4000, 40
    x = np.arange(n) * 10.0 / n
    u = 2.0 * np.sin(2 * np.pi * x / 10) + 0.8 * np.cos(4 * np.pi * x / 10)
    k2 = (2 * np.pi * np.fft.rfftfreq(n, 10.0 / n)) ** 2

    def rate(u: FloatArray) -> FloatArray:
        return np.fft.irfft(-0.1 * k2 * np.fft.rfft(u), n) - np.sin(u)

    frames, h = [u], 0.001
    for step in range(1, steps + 1):
        u = u + h * rate(u + h / 2 * rate(u))
        if step % every == 0:
            frames.append(u)
    data = FieldData("u", {"x": x, "t": h * every * np.arange(len(frames))},
                     {"u": np.array(frames).T}, periodic=frozenset("x"))  # fmt: skip
    library = {"degree": 3, "order": 2, "terms": ["sin(u)", "cos(u)", "(sin(u))_xx"]}
    (found,) = law([data], library)
    assert found.coefficients == pytest.approx({"u_xx": 0.1, "sin(u)": -1.0}, rel=1e-3)


def saturating(t: float, y: FloatArray) -> list[float]:
    return [0.3 - y[0] / (0.5 + y[0])]


DOSES = [(4.0,), (2.0,), (0.05,), (1.0,)]


@pytest.mark.parametrize(("noise", "within"), [(0.0, 1e-4), (0.01, 0.02)])
def test_a_saturating_rate_is_recovered_among_other_constants(noise: float, within: float) -> None:
    several = [f"x/({number} + x)" for number in (0.25, 0.5, 0.7, 1)]
    library = {"kind": "polynomial", "degree": 1, "terms": several}
    (found,) = law(runs(saturating, DOSES, 10.0, "x", noise), library)
    assert found.coefficients == pytest.approx({"1": 0.3, "x/(0.5 + x)": -1.0}, rel=within)


def test_an_unknown_constant_is_found_in_the_implicit_form() -> None:
    """``(K + x) x_t = a K + (a - V) x``, divided by K: the coefficient of ``(x^2)_t`` is -1/(2K)."""
    library = {"kind": "polynomial", "degree": 3, "terms": ["(x^2)_t"]}
    (found,) = law(runs(saturating, DOSES, 10.0, "x"), library)
    assert found.coefficients == pytest.approx({"1": 0.3, "x": -1.4, "(x^2)_t": -1.0}, rel=1e-4)


def test_a_denominator_that_passes_through_zero_is_refused() -> None:
    data = runs(pendulum, SWINGS, 20.0, "x")
    library = {"kind": "polynomial", "degree": 1, "terms": ["1/(0.5 + x)", "x_t"]}
    with pytest.raises(
        ValueError, match=r"term '1/\(0.5 \+ x\)': its denominator runs from -\d.* 'run"
    ):
        law(data, library, targets=["x_tt"])
    library["terms"] = ["1/(0.5 + x^2)", "x_t"]
    assert law(data, library, targets=["x_tt"])


def test_a_quotient_and_its_parts_are_dependent() -> None:
    library = {"kind": "polynomial", "degree": 1, "terms": ["x/(0.5 + x)", "1/(0.5 + x)"]}
    with pytest.raises(ValueError, match=r"terms \['1/\(0.5 \+ x\)'\] are linear combinations"):
        law(runs(saturating, DOSES, 10.0, "x"), library)
