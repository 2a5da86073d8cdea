"""The floor below which no term is believed: it comes from the grid, and false terms stay under it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mechanist.core.typing import FloatArray
from mechanist.discover.candidate_library import Library
from mechanist.discover.found_equations import discover
from mechanist.discover.regression import Problem
from mechanist.discover.search import Search
from mechanist.discover.selection_rules import demand_on
from mechanist.discover.terms import parse_term
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.tied import summed
from mechanist.discover.weak import weak_system
from mechanist.formats.field_files import FieldData

STENCILS = {
    2: ([-0.5, 0.0, 0.5], [1.0, -2.0, 1.0]),
    4: (np.array([1, -8, 0, 8, -1]) / 12, np.array([-1, 16, -30, 16, -1]) / 12),
}
SEARCH = Search(library=Library(degree=3, order=3))
TRUE = {"(u^2)_x", "u_xx"}


def difference(values: FloatArray, stencil: FloatArray, spacing: float, order: int) -> FloatArray:
    reach = len(stencil) // 2
    moved = sum(c * np.roll(values, reach - k) for k, c in enumerate(stencil))
    return np.asarray(moved) / spacing**order


def burgers(accuracy: int, points: int = 128) -> FieldData:
    """Return Burgers' equation, solved in time to rounding and in space by central differences."""
    x = np.arange(points) * 16.0 / points - 8.0
    first, second = (np.asarray(s, dtype=float) for s in STENCILS[accuracy])

    def rate(_: float, u: FloatArray) -> FloatArray:
        flow = difference(0.5 * u * u, first, x[1] - x[0], 1)
        return 0.1 * difference(u, second, x[1] - x[0], 2) - flow

    t = np.linspace(0.0, 10.0, 101)
    solved = solve_ivp(rate, (0, 10), np.exp(-((x + 2) ** 2)), t_eval=t, rtol=1e-9, atol=1e-12)
    return FieldData("burgers", {"x": x, "t": t}, {"u": solved.y}, periodic=frozenset("x"))


def terms_of(data: FieldData) -> set[str]:
    (equation,) = discover(SEARCH, [data])
    return set(equation.coefficients)


@pytest.fixture(scope="module", params=[2, 4])
def solved(request: pytest.FixtureRequest) -> FieldData:
    return burgers(request.param)


def rounded(values: FloatArray, digits: int) -> FloatArray:
    """Return values to so many significant digits, as a text file holds them."""
    return np.array([float(f"{v:.{digits - 1}e}") for v in values.ravel()]).reshape(values.shape)


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1.0, 1e3, 1e6])
def test_a_solver_leaves_no_false_term_whatever_the_unit(solved: FieldData, scale: float) -> None:
    assert terms_of(replace(solved, fields={"u": scale * solved.fields["u"]})) == TRUE


@pytest.mark.parametrize("kind", ["float32", "six digits", "every other point"])
def test_how_data_are_stored_leaves_no_false_term(solved: FieldData, kind: str) -> None:
    u = solved.fields["u"]
    if kind == "float32":
        data = replace(solved, fields={"u": u.astype(np.float32)})
    elif kind == "six digits":
        data = replace(solved, fields={"u": rounded(u, 6)})
    else:
        axes = {"x": solved.axes["x"][::2], "t": solved.axes["t"]}
        data = replace(solved, axes=axes, fields={"u": u[::2]})
    assert terms_of(data) == TRUE


def test_error_bars_hold_the_truth_although_the_solver_is_wrong(solved: FieldData) -> None:
    (equation,) = discover(SEARCH, [solved])
    for term in equation.terms:
        truth = {"(u^2)_x": -0.5, "u_xx": 0.1}[term.name]
        assert abs(term.coefficient - truth) < 3 * term.error < 0.2 * abs(truth)


def wave(points: int) -> FieldData:
    x = np.arange(points) * 2 * np.pi / points
    t = np.linspace(0.0, 3.0, 61)
    return FieldData(
        "wave", {"x": x, "t": t}, {"u": np.sin(3 * x[:, None] - t)}, periodic=frozenset("x")
    )


@pytest.mark.parametrize(("name", "wanted"), [("u_x", 3 / 6 * 9), ("u_xx", 9 / 12 * 9)])
def test_the_error_of_differences_is_that_of_their_series(name: str, wanted: float) -> None:
    data = wave(96)
    h = data.spacings["x"]
    widths = {"x": TestFunction(12, 8), "t": TestFunction(10, 8)}
    system = weak_system([data], [name], ["u_t"], widths=widths)
    assert system.scheme_errors is not None
    order = 3 if name == "u_x" else 9
    share = system.scheme_errors[0] / system.column_norms()[0]
    # k^2 h^2 / 6 for the first derivative, / 12 for the second, of a wave with k = 3
    assert share == pytest.approx(h**2 * wanted / order, rel=0.02)


def test_the_floor_falls_with_the_fourth_power_of_the_spacing() -> None:
    floors = []
    for points, m in ((64, 8), (128, 16)):
        widths = {"x": TestFunction(m, 8), "t": TestFunction(20, 8)}
        system = weak_system([wave(points)], ["u_xx"], ["u_x"], widths=widths)
        floors.append(system.scheme_floor(np.array([1.0])))
    assert floors[0] / floors[1] == pytest.approx(16, rel=0.1)


def test_the_floor_follows_the_columns() -> None:
    widths = {"x": TestFunction(12, 8), "t": TestFunction(10, 8)}
    system = weak_system([wave(96)], ["u", "u_x", "u_xx"], ["u_t"], widths=widths)
    weights = np.array([1.0, -2.0, 0.5])
    whole = system.scheme_floor(weights)
    assert whole > 0.0
    mixed = system.subset(["u_xx", "u", "u_x"])
    assert mixed.scheme_floor(weights[[2, 0, 1]]) == pytest.approx(whole)
    scaled, norms = system.normalised()
    assert scaled.scheme_floor(weights * norms[:3] / norms[3]) == pytest.approx(whole)
    groups = [(parse_term("u"),), (parse_term("u_x"), parse_term("u_x")), (parse_term("u_xx"),)]
    tied = summed(system, groups)
    assert tied.scheme_floor(weights / [1, 2, 1]) == pytest.approx(whole)


def test_data_without_a_grid_have_the_floor_of_rounding() -> None:
    widths = {"x": TestFunction(12, 8), "t": TestFunction(10, 8)}
    system = replace(weak_system([wave(96)], ["u_x"], ["u_t"], widths=widths), scheme_errors=None)
    assert demand_on(system).floor(Problem.of(system).fit([0])) == 1e-15
