"""Files of a law: read back, executed alone, or read by a computer algebra system, they are one law."""

import json
import math
import runpy
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from laws import equation, law
from mechanist.predict.found_law import Law
from mechanist.predict.law_code import code_of
from mechanist.predict.law_draws import drawn
from mechanist.predict.law_export import write_files
from mechanist.predict.law_files import load_law
from mechanist.predict.law_forward import forward
from mechanist.predict.law_rates import Rates

SWING = law(
    equation("x_tt", {"x": -1.0, "x^3": -0.5, "(x^2)_t": -0.1, "(sin(2 x))_t": 0.03, "v x_t": 0.2})
)


def run(source: str | Path, tmp_path: Path) -> dict[str, object]:
    """Execute a law's module as a user would: alone, and with nothing of this library."""
    path = tmp_path / "alone.py"
    path.write_text(source.read_text() if isinstance(source, Path) else source)
    return runpy.run_path(str(path))


def test_module_of_an_equation_of_motion_by_hand(tmp_path: Path) -> None:
    """At x = 0.3, x_t = -0.7, with the known field v = 2; every term written out."""
    x, rate, v = 0.3, -0.7, 2.0
    module = run(code_of(SWING), tmp_path)
    assert module["STATE"] == ("x", "x_t")
    assert module["INPUTS"] == ("v",)
    found = module["right_hand_side"](0.0, np.array([x, rate]), {"v": v})
    expected = (
        -x - 0.5 * x**3 - 0.1 * 2 * x * rate + 0.03 * 2 * math.cos(2 * x) * rate + 0.2 * v * rate
    )
    assert found == pytest.approx([rate, expected], rel=1e-14)


def test_quotients_are_differentiated_in_time(tmp_path: Path) -> None:
    """The rate of 1/(0.5 + x^2)^2 is -4 x x_t/(0.5 + x^2)^3."""
    quotient = law(equation("x_tt", {"(1/(0.5 + x^2)^2)_t": 1.0}))
    found = run(code_of(quotient), tmp_path)["right_hand_side"](0.0, np.array([0.3, -0.7]))
    assert found[1] == pytest.approx(-4 * 0.3 * -0.7 / 0.59**3, rel=1e-14)


def test_numbers_inside_terms_can_be_replaced(tmp_path: Path) -> None:
    only = law(equation("u_t", {"1": 0.4, "u/(0.5 + u^2)": -1.2}, parameters={"K": 0.5},
                        held=["u/(0.5 + u^2)"]))  # fmt: skip
    module = run(code_of(only), tmp_path)
    assert module["NUMBERS"] == {"u_t: K": 0.5}
    rate = module["right_hand_side"](0.0, np.array([2.0]))
    assert rate == pytest.approx([0.4 - 1.2 * 2 / 4.5])
    changed = module["right_hand_side"](0.0, np.array([2.0]), numbers={"u_t: K": 1.0})
    assert changed == pytest.approx([0.4 - 1.2 * 2 / 5.0])


def test_module_of_a_field_on_a_periodic_and_on_a_walled_grid(tmp_path: Path) -> None:
    """The right-hand side of sin(x) is known: with u = sin(x), (u^2)_x = sin(2 x)."""
    heat = law(equation("u_t", {"(u^2)_x": -0.5, "u_xx": 0.1, "u_xxx": 0.2}), space="x")
    module = run(code_of(heat), tmp_path)
    x = np.arange(64) * 2 * np.pi / 64
    expected = -0.5 * np.sin(2 * x) - 0.1 * np.sin(x) - 0.2 * np.cos(x)
    found = module["right_hand_side"](0.0, np.sin(x)[None], {"x": x[1]})
    assert np.abs(found[0] - expected).max() < 1e-12
    walled = module["right_hand_side"](0.0, np.sin(x)[None], {"x": x[1]}, periodic=())
    error = np.abs(walled[0] - expected)
    assert 1e-8 < error.max() < 2e-3
    half = np.arange(0, 63.5, 0.5) * x[1]
    finer = module["right_hand_side"](0.0, np.sin(half)[None], {"x": x[1] / 2}, periodic=())
    exact = -0.5 * np.sin(2 * half) - 0.1 * np.sin(half) - 0.2 * np.cos(half)
    # of third order at the ends: an eighth
    assert np.abs(finer[0] - exact).max() < error.max() / 6


def test_offsets_are_subtracted_in_the_module(tmp_path: Path) -> None:
    far = law(equation("u_t", {"u^2": -2.0}), offsets={"u": 1000.5}, ranges={"u": (999.0, 1002.0)})
    found = run(code_of(far), tmp_path)["right_hand_side"](0.0, np.array([1001.0]))
    assert found == pytest.approx([-0.5])


def test_module_of_a_map(tmp_path: Path) -> None:
    logistic = law(equation("n_next", {"n": 3.7, "n^2": -3.7}), kind="map")
    found = run(code_of(logistic), tmp_path)["next_state"](np.array([0.25]))
    assert found == pytest.approx([3.7 * 0.25 * 0.75])


def sympy_value(text: str, **values: float) -> tuple[float, float]:
    """Return both sides of an equation of ordinary variables, by the names that SymPy gives them."""

    class Symbol:
        def __init__(self, name: str) -> None:
            self.name = name

        def __add__(self, step: int) -> "Symbol":
            return Symbol(f"{self.name}+{step}")

    def derivative(of: tuple[str, float], by: tuple[Symbol, int]) -> float:
        name = f"{of[0]}_" + by[0].name * by[1]
        return Named((name, values[name]))

    class Named(float):
        def __new__(cls, both: tuple[str, float]) -> "Named":
            made = super().__new__(cls, both[1])
            made.both = both
            return made

        def __getitem__(self, k: int) -> object:
            return self.both[k]

    names = {
        "Eq": lambda left, right: (float(left), float(right)),
        "Function": lambda name: lambda *at: Named((name, values[name])),
        "Symbol": Symbol,
        "Derivative": derivative,
        "sin": math.sin,
        "cos": math.cos,
    }
    return eval(text, {"__builtins__": {}}, names)


def test_text_for_sympy_is_the_same_law(tmp_path: Path) -> None:
    one = law(equation("x_tt", {"x": -1.0, "x^3": -0.5, "x_t": 0.2, "x sin(2 x)": 0.1,
                                "x^2/(0.5 + x^3)^2": 3.0}))  # fmt: skip
    write_files(tmp_path, one)
    lines = (tmp_path / "law.txt").read_text().splitlines()
    (text,) = [line for line in lines if not line.startswith("#")]
    x, rate = 0.3, -0.7
    left, right = sympy_value(text, x=x, x_t=rate, x_tt=5.0)
    assert left == 5.0
    module = run(tmp_path / "law.py", tmp_path)
    found = module["right_hand_side"](0.0, np.array([x, rate]))
    assert found[1] == pytest.approx(right, rel=1e-14)
    by_hand = -x - 0.5 * x**3 + 0.2 * rate + 0.1 * x * math.sin(2 * x)
    assert right == pytest.approx(by_hand + 3 * x**2 / (0.5 + x**3) ** 2, rel=1e-14)


def test_text_and_latex_of_a_field_literally(tmp_path: Path) -> None:
    far = law(
        equation("rho_t", {"(rho^2)_x": 0.4, "rho_xx": 0.05}, errors=[0.005, 0.0004]),
        space="x", offsets={"rho": 20.0}, ranges={"rho": (19.0, 21.0)},
    )  # fmt: skip
    write_files(tmp_path, far)
    rho = "Function('rho')(Symbol('x'), Symbol('t'))"
    assert (tmp_path / "law.txt").read_text().splitlines()[-1] == (
        f"Eq(Derivative({rho}, (Symbol('t'), 1)),"
        f" (0.4*Derivative(({rho} - 20.0)**2, (Symbol('x'), 1)))"
        f" + (0.05*Derivative(({rho} - 20.0), (Symbol('x'), 2))))"
    )
    assert (tmp_path / "law.tex").read_text() == (
        "\\begin{align*}\n"
        "\\rho'_{t} &= (0.4000 \\pm 0.0050)\\,(\\rho'^{2})_{x}"
        " + (0.05000 \\pm 0.00040)\\,\\rho'_{xx} \\\\\n"
        "\\rho' &= \\rho - 20.0\n"
        "\\end{align*}\n"
    )


@pytest.mark.parametrize(
    "one",
    [
        law(equation("u_t", {"u u_x": -1.0, "u_xx": 0.1, "v_xx": 0.2}, errors=[0.1, 0.01, 0.02]),
            equation("v_t", {"u^2 v": 1.0, "(u v_x)_x": 0.3}), space="x"),
        law(equation("u_t", {"u_xx": 0.1, "u_yy": 0.1, "(u^2)_xy": 0.3}), space="xy"),
        law(equation("h_tt", {"h_xx": 1.0, "h_t": -0.1, "h^3": -0.2}), space="x"),
    ],
    ids=["two fields", "plane", "second order"],
)  # fmt: skip
def test_round_trip_gives_the_same_file_and_the_same_rates(one: Law, tmp_path: Path) -> None:
    write_files(tmp_path / "a", one)
    read = load_law(tmp_path / "a")
    write_files(tmp_path / "b", read)
    for name in ("law.json", "law.py", "law.tex", "law.txt"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    shape = {("x",): (64,), ("x", "y"): (32, 16)}[one.domain.space]
    state = np.random.default_rng(0).normal(size=(len(one.state), *shape))
    spacings = dict.fromkeys(one.domain.space, 0.3)
    first = run(tmp_path / "a/law.py", tmp_path)["right_hand_side"](0.0, state, spacings)
    second = run(tmp_path / "b/law.py", tmp_path)["right_hand_side"](0.0, state, spacings)
    assert np.array_equal(first, second)
    stored = json.loads((tmp_path / "a/law.json").read_text())["equations"][0]["terms"]
    coefficients = {f"{one.equations[0].target}: {t['term']}": t["coefficient"] for t in stored}
    changed = dict(run(tmp_path / "a/law.py", tmp_path)["COEFFICIENTS"]) | coefficients
    third = run(tmp_path / "b/law.py", tmp_path)["right_hand_side"](
        0.0, state, spacings, coefficients=changed
    )
    assert np.array_equal(first, third)


def test_module_and_library_follow_the_same_curve(tmp_path: Path) -> None:
    """A user's own solver with the module alone, and the library's scheme, on a shock layer in 128 points."""
    one = law(equation("u_t", {"(u^2)_x": -0.5, "u_xx": 0.1, "u v": 0.2}),
              equation("v_t", {"v_xx": 0.05, "u_x": -0.3}), space="x")  # fmt: skip
    x = np.arange(128) * 2 * np.pi / 128
    start, times = np.stack([np.sin(x), np.cos(2 * x)]), np.array([0.0, 0.5, 1.0])
    rate = run(code_of(one), tmp_path)["right_hand_side"]
    found = solve_ivp(
        lambda t, flat: rate(t, flat.reshape(2, 128), {"x": x[1]}).ravel(), (0.0, 1.0), start.ravel(),
        t_eval=times, rtol=1e-9, atol=1e-11,
    ).y.reshape(2, 128, 3)  # fmt: skip
    followed = forward(one, {"u": start[0], "v": start[1]}, times, axes={"x": x}, draws=0)
    assert np.abs(found[0] - followed.central["u"]).max() < 2e-5
    assert np.abs(found[1] - followed.central["v"]).max() < 2e-5


def test_module_and_library_have_the_same_rates_to_rounding(tmp_path: Path) -> None:
    state = np.array([0.7, -0.4])
    rates = Rates(SWING, drawn(SWING, 0, seed=0))
    module = run(code_of(SWING), tmp_path)["right_hand_side"](0.0, state, {"v": 1.3})
    assert np.abs(rates.ordinary(state[None], {"v": 1.3})[0] - module).max() < 1e-14
