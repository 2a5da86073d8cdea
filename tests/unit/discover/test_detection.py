"""How small further terms may be: limits are held against searches with a term put in."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.candidate_library import Library
from mechanist.discover.detection import detection_limits
from mechanist.discover.found_equations import discover
from mechanist.discover.regression import Fit
from mechanist.discover.search import Search
from mechanist.discover.selection import Selection
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import parse_terms
from mechanist.formats.equation_files import Equation, EquationFile, read_equations, write_equations
from mechanist.formats.field_files import FieldData

SEARCH = Search(
    library=Library(kind="polynomial", degree=3, terms=["x_t", "(x^2)_t"]), targets=["x_tt"]
)
STARTS = ((1.0, 0.0), (0.0, 1.5), (-0.7, 0.7))


def swings(damping: float, noise: float, seed: int, points: int = 60) -> list[FieldData]:
    """Return three short runs of x_tt = -x - damping x_t, from its solution in closed form."""
    t = np.linspace(0.0, 0.2 * (points - 1), points)
    omega = np.sqrt(1.0 - damping**2 / 4.0)
    made = []
    for run, (place, speed) in enumerate(STARTS):
        rise = (speed + damping / 2 * place) / omega
        x = np.exp(-damping / 2 * t) * (place * np.cos(omega * t) + rise * np.sin(omega * t))
        rng = np.random.default_rng([seed, run])
        made.append(FieldData(f"run{run}", {"t": t}, {"x": x + noise * rng.normal(size=points)}))
    return made


def found(data: list[FieldData], search: Search = SEARCH) -> Equation:
    (equation,) = discover(search, data, limits=True)
    return equation


def dense(columns: FloatArray, target: FloatArray, names: list[str]) -> LinearSystem:
    """Return the system of a matrix, each row of which is a block."""
    rows = np.column_stack([columns, target])
    factors = np.zeros((len(rows), rows.shape[1], rows.shape[1]))
    factors[:, 0] = rows
    n = len(rows)
    return LinearSystem(
        parse_terms(names), ("u_t",), factors, np.ones(n, dtype=int), np.zeros(n, dtype=int)
    )


def selection(system: LinearSystem, weights: list[float], **about: float) -> Selection:
    matrix, values = system.problem()
    left = values - matrix @ np.array(weights)
    support = tuple(np.flatnonzero(weights).tolist())
    fit = Fit(np.array(weights), support, float(left @ left / (values @ values)))
    unknown = np.full(len(weights), np.nan)
    return Selection("u_t", "auto", fit, unknown, unknown, 0.0, (fit,), 0.5, **about)


def test_limits_of_orthogonal_terms_follow_from_gain_and_scatter_by_hand() -> None:
    """Residuals of +1 and -1 in turn: a column of size s has the error 1/(s sqrt(n)) and so on."""
    n = 40
    signs = np.tile([1.0, -1.0], n // 2)
    term = np.ones(n)
    other = 2.0 * np.repeat([1.0, -1.0], n // 2)
    system = dense(np.column_stack([term, other, term + 0]), 5.0 * term + signs, ["u", "v", "u^2"])
    limits = detection_limits(selection(system, [5.0, 0.0, 0.0], floor=0.0), system)
    assert np.isnan(limits[0])
    assert np.isinf(limits[2])  # the same column again
    # gain: (e^0.5 - 1) * 40 = c^2 * 160; scatter: 3 * 1/(2 sqrt(40)), up to the jackknife's n/(n-1)
    gained, scatter = np.sqrt((np.exp(0.5) - 1.0) / 4.0), 3.0 / (2.0 * np.sqrt(40.0))
    assert gained == pytest.approx(0.4027, abs=1e-4)
    assert scatter == pytest.approx(0.2372, abs=1e-4)
    assert limits[1] == pytest.approx(0.4027, abs=1e-4)
    # a floor of the size of the residual doubles what the square must gain
    limits = detection_limits(selection(system, [5.0, 0.0, 0.0], floor=40.0 / 1040.0), system)
    assert limits[1] == pytest.approx(0.4027 * np.sqrt(2.0), abs=1e-4)


def test_a_term_that_the_grid_does_not_resolve_has_no_limit() -> None:
    n = 40
    signs, term = np.tile([1.0, -1.0], n // 2), np.ones(n)
    other = np.repeat([1.0, -1.0], n // 2)
    system = dense(np.column_stack([term, other]), 5.0 * term + signs, ["u", "v"])
    for error, finite in ((0.1, True), (0.9, False)):
        errors = np.array([0.0, error, 0.0]) * np.sqrt(n)
        coarse = LinearSystem(
            system.terms, system.targets, system.factors, system.rows, system.groups,
            scheme_errors=errors,
        )  # fmt: skip
        limits = detection_limits(selection(coarse, [5.0, 0.0], floor=0.0), coarse)
        assert np.isfinite(limits[1]) == finite


@pytest.mark.parametrize("noise", [0.005, 0.03])
def test_a_damping_is_found_above_its_limit_and_not_below(noise: float) -> None:
    equation = found(swings(0.0, noise, seed=0))
    assert set(equation.coefficients) == {"x"}
    assert equation.limits is not None
    limit = equation.limits["x_t"]
    assert 1e-3 < limit < 5e-2
    for factor, expected in ((0.3, 0), (3.0, 10)):
        kept = [
            "x_t" in discover(SEARCH, swings(factor * limit, noise, seed))[0].coefficients
            for seed in range(1, 11)
        ]
        assert sum(kept) == expected


def test_on_clean_data_the_grid_sets_the_limit() -> None:
    """A damping of 0.001 is exact in these data, but below what differences would leave."""
    equation = found(swings(0.001, 0.0, seed=0))
    assert set(equation.coefficients) == {"x"}
    assert equation.limits is not None
    assert 0.001 < equation.limits["x_t"] < 0.01
    assert set(found(swings(0.01, 0.0, seed=0)).coefficients) == {"x", "x_t"}


def advected(diffusion: float, noise: float, seed: int) -> list[FieldData]:
    """Return u_t = -u_x + diffusion u_xx on a ring, wave by wave in closed form."""
    x, t = np.arange(64) * 2 * np.pi / 64, np.linspace(0.0, 3.95, 80)
    u = sum(
        a * np.exp(-diffusion * k**2 * t) * np.sin(k * (x[:, None] - t) + k)
        for k, a in ((1, 1.0), (2, 0.7), (3, 0.4))
    )
    u = u + noise * np.random.default_rng(seed).normal(size=(64, 80))
    return [FieldData("ring", {"x": x, "t": t}, {"u": u}, periodic=frozenset(["x"]))]


def test_a_diffusion_in_a_field_is_found_above_its_limit_and_not_below() -> None:
    search = Search(library=Library(degree=2, order=2))
    equation = found(advected(0.0, 0.05, seed=0), search)
    assert set(equation.coefficients) == {"u_x"}
    assert equation.limits is not None
    assert list(equation.limits) == ["1", "u", "u^2", "(u^2)_x", "u_xx", "(u^2)_xx"]
    limit = equation.limits["u_xx"]
    for factor, expected in ((0.3, 0), (3.0, 10)):
        kept = [
            "u_xx" in discover(search, advected(factor * limit, 0.05, s))[0].coefficients
            for s in range(1, 11)
        ]
        assert sum(kept) == expected


def test_limits_are_written_read_and_listed(tmp_path: Path) -> None:
    limits = {"1": 0.01234, "u^2": float("inf")}
    equation = Equation("u_t", "u_{t}", "auto", (), 1.0, 1.0, 0.5, limits=limits)
    assert equation.limits_text() == (
        "other terms would have been found from these sizes on: 1 0.012, u^2 at no size"
    )
    write_equations(tmp_path / "a.json", EquationFile("a", "weak", 0.0, 0, (equation,)))
    assert '"limit": null' in (tmp_path / "a.json").read_text()
    assert read_equations(tmp_path / "a.json").equations[0].limits == limits
    many = {f"u^{k}": 1.0 for k in range(2, 16)}
    text = Equation("u_t", "", "auto", (), 1.0, 1.0, 0.5, limits=many).limits_text()
    assert text.endswith("u^13 1, and 2 in the file")


def test_limits_are_those_of_the_rule_auto_alone_and_only_on_request() -> None:
    data = swings(0.0, 0.01, seed=0)
    one, other = discover(SEARCH, data, rules=["auto", "penalised"], limits=True)
    assert one.limits is not None
    assert other.limits is None
    assert discover(SEARCH, data)[0].limits is None


@pytest.mark.parametrize(("square", "finite"), [(0.95e-18, False), (1.05e-18, True)])
def test_a_term_is_another_one_from_an_angle_of_a_billionth_on(square: float, finite: bool) -> None:
    n = 40
    signs, term = np.tile([1.0, -1.0], n // 2), np.ones(n)
    other = np.repeat([1.0, -1.0], n // 2)
    columns = np.column_stack([term, term + np.sqrt(square) * other])
    system = dense(columns, 5.0 * term + signs, ["u", "v"])
    limits = detection_limits(selection(system, [5.0, 0.0], floor=0.0), system)
    assert np.isfinite(limits[1]) == finite


@pytest.mark.parametrize(
    ("about", "limit"),
    [
        # (2 ln 2 + 12) * (40 / 1040) / (100 * 160 / 1040), where the noise explains the residual
        ({"noise_share": 0.04, "allowed": 0.05}, np.sqrt((2 * np.log(2) + 12) * 0.25 / 100)),
        ({"noise_share": 0.04, "allowed": 40 / 1040}, np.sqrt((2 * np.log(2) + 12) * 0.25 / 100)),
        # where it does not, or there is none, the gain decides
        ({"noise_share": 0.04, "allowed": 0.03}, 0.4027),
        ({"noise_share": 0.0, "allowed": 0.05}, 0.4027),
    ],
)
def test_known_noise_lowers_a_limit_by_hand(about: dict[str, float], limit: float) -> None:
    n = 40
    signs, term = np.tile([1.0, -1.0], n // 2), np.ones(n)
    other = 2.0 * np.repeat([1.0, -1.0], n // 2)
    system = dense(np.column_stack([term, other]), 5.0 * term + signs, ["u", "v"])
    known = dataclasses.replace(system, independent=100.0)
    chosen = dataclasses.replace(selection(known, [5.0, 0.0], floor=0.0, **about))
    fit = dataclasses.replace(chosen.fit, loss=40 / 1040)
    limits = detection_limits(dataclasses.replace(chosen, fit=fit), known)
    assert limits[1] == pytest.approx(limit, abs=1e-4)
    # a term that is always zero is found at no size
    empty = dense(np.column_stack([term, 0 * term]), 5.0 * term + signs, ["u", "v"])
    assert np.isinf(detection_limits(selection(empty, [5.0, 0.0], floor=0.0), empty)[1])


@pytest.mark.parametrize(("blocks", "larger"), [(1, False), (2, True)])
def test_the_scatter_of_a_term_needs_two_blocks(blocks: int, larger: bool) -> None:
    """The coefficient of v would be +3 on one half of the data and -3 on the other: its error is 3."""
    n = 40
    term, other = np.ones(n), np.tile([1.0, -1.0], n // 2)
    left = np.tile([1.0, 1.0, -1.0, -1.0], n // 4)
    target = 5.0 * term + left + 3.0 * other * np.repeat([1.0, -1.0], n // 2)
    rows = np.column_stack([term, other, target]).reshape(blocks, -1, 3)
    factors = np.stack([np.linalg.qr(part, mode="r") for part in rows])
    system = LinearSystem(
        parse_terms(["u", "v"]), ("u_t",), factors, np.full(blocks, n // blocks),
        np.zeros(blocks, dtype=int),
    )  # fmt: skip
    limits = detection_limits(selection(system, [5.0, 0.0], floor=0.0), system)
    gained = np.sqrt((np.exp(0.5) - 1) * 10.0)  # the residual is 1 + 9 a row
    assert limits[1] == pytest.approx(9.0 if larger else gained, rel=1e-6)


def test_the_limit_of_a_second_target_is_relative_to_its_own_size() -> None:
    """As by hand above, for the second of two targets; the first one is a hundred times larger."""
    n = 40
    signs, term = np.tile([1.0, -1.0], n // 2), np.ones(n)
    other = 2.0 * np.repeat([1.0, -1.0], n // 2)
    target = 5.0 * term + signs
    rows = np.column_stack([term, other, 500.0 * other, target])
    factors = np.zeros((n, 4, 4))
    factors[:, 0] = rows
    system = LinearSystem(
        parse_terms(["u", "v"]), ("u_t", "v_t"), factors, np.ones(n, dtype=int),
        np.zeros(n, dtype=int),
    )  # fmt: skip
    fit = Fit(np.array([5.0, 0.0]), (0,), 40 / 1040)
    nan = np.full(2, np.nan)
    chosen = Selection("v_t", "auto", fit, nan, nan, 0.0, (fit,), 0.5, floor=0.0)
    assert detection_limits(chosen, system)[1] == pytest.approx(0.4027, abs=1e-4)
