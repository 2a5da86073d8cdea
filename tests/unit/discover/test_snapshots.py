"""Few snapshots of several samples: quadrature in time, Fisher's equation, what is refused."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mechanist.core.typing import FloatArray
from mechanist.discover.found_equations import discover
from mechanist.discover.search import Search
from mechanist.discover.snapshots import between_snapshots
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.weak import weak_system
from mechanist.formats.equation_files import Equation
from mechanist.formats.field_files import FieldData

DIFFUSION, GROWTH = 0.05, 1.0
EVERY = 2


def test_weights_of_three_even_snapshots_are_those_of_a_parabola() -> None:
    rows = between_snapshots("t", np.array([0.0, 2.0, 4.0])).rows(0)
    np.testing.assert_allclose(rows, np.array([[5, 8, -1], [-1, 8, 5]]) / 12, atol=1e-14)
    rows = between_snapshots("t", np.array([0.0, 2.0, 4.0])).rows(1)
    np.testing.assert_allclose(rows, [[-0.5, 0.5, 0.0], [0.0, -0.5, 0.5]], atol=1e-14)


@pytest.mark.parametrize("n", [3, 4, 5, 9])
def test_polynomials_are_integrated_exactly_on_uneven_times(n: int) -> None:
    times = np.cumsum(np.random.default_rng(n).uniform(0.3, 1.5, n))
    mean = (times[-1] - times[0]) / (n - 1)
    one = between_snapshots("t", times)
    for degree in range(min(n, 5)):
        exact = np.diff(times ** (degree + 1)) / (degree + 1) / mean
        np.testing.assert_allclose(one.rows(0) @ times**degree, exact, rtol=1e-9)
    beyond = min(n, 5)
    exact = np.diff(times ** (beyond + 1)) / (beyond + 1) / mean
    assert np.abs(one.rows(0) @ times**beyond - exact).max() > 1e-6


def test_the_error_told_is_above_that_of_the_quadrature() -> None:
    times = np.linspace(0.0, 4.0, 5)
    one = between_snapshots("t", times)
    told = type(one)("t", one.function, 1.0, False, 1, 4, scheme_error=True, times=times)
    for f, integral in ((np.exp(-times), -np.exp(-times)), (np.sin(times), -np.cos(times))):
        made = one.rows(0) @ f - np.diff(integral)
        assert np.linalg.norm(made) < np.linalg.norm(told.rows(0) @ f) < 0.1
    assert not told.rows(1).any()


def test_integrals_adjoint_and_coverage_agree() -> None:
    rng, one = np.random.default_rng(0), between_snapshots("t", np.array([0.0, 1.0, 2.5, 3.0]))
    values, weights = rng.normal(size=(3, 4)), rng.normal(size=(3, 3))
    for order in (0, 1):
        np.testing.assert_allclose(one(values, order), values @ one.rows(order).T)
        through = (one(values, order) * weights).sum()
        assert through == pytest.approx((values * one.adjoint(weights, order, n=4)).sum())
    by_hand = sum(one.rows(0)[k] * one.rows(1)[k] for k in range(3))
    np.testing.assert_allclose(one.coverage(0, 1, n=4), by_hand)


def wells(count: int, times: FloatArray, *, noise: float = 0.0, seed: int = 0) -> list[FieldData]:
    """Return Fisher's equation ``u_t = D u_xx + r u (1 - u)`` between reflecting walls.

    Every second well starts with an edge, the others with two clusters.
    """
    rng, points = np.random.default_rng(seed), 128
    x = np.linspace(0.0, 8.0, points)

    def rate(_: float, u: FloatArray) -> FloatArray:
        beyond = np.concatenate([u[1:2], u, u[-2:-1]])
        bent = (beyond[2:] - 2 * u + beyond[:-2]) / (x[1] - x[0]) ** 2
        slope: FloatArray = DIFFUSION * bent + GROWTH * u * (1 - u)
        return slope

    data = []
    for k in range(count):
        a, b = np.sort(rng.uniform(1.2, 6.8, 2))
        width, low, high = rng.uniform(0.4, 0.9), rng.uniform(0.02, 0.1), rng.uniform(0.3, 0.8)
        edge = 0.5 * (1 + np.tanh((x - a) / width))
        clusters = np.exp(-(((x - a) / width) ** 2)) + 0.6 * np.exp(-(((x - b) / width) ** 2) / 2)
        start = low + (high - low) * (edge if k % 2 else clusters)
        u = solve_ivp(
            rate,
            (0.0, times[-1]),
            start,
            method="LSODA",
            lband=1,
            uband=1,
            t_eval=times,
            rtol=1e-7,
            atol=1e-9,
        ).y
        u = u[::EVERY] + noise * rng.normal(size=u[::EVERY].shape)
        steps = np.diff(times)
        uneven = frozenset("t") if np.ptp(steps) > 1e-6 else frozenset()
        data.append(FieldData(f"well {k}", {"x": x[::EVERY], "t": times}, {"u": u}, uneven=uneven))
    return data


def law(data: list[FieldData], **settings: object) -> Equation:
    library = {"degree": 3, "order": 2}
    (found,) = discover(Search.from_settings("weak", library, settings), data)
    return found


FISHER = {"u": GROWTH, "u^2": -GROWTH, "u_xx": DIFFUSION}


@pytest.mark.parametrize(
    ("count", "noise", "diffusion", "growth"),
    [(6, 0.0, 0.02, 0.003), (6, 0.01, 0.08, 0.01), (3, 0.01, 0.1, 0.015), (6, 0.03, 0.25, 0.02)],
)
def test_five_snapshots_of_several_wells(
    count: int, noise: float, diffusion: float, growth: float
) -> None:
    found = law(wells(count, np.linspace(0.0, 4.0, 5), noise=noise), snapshots=True)
    assert set(found.coefficients) == set(FISHER)
    assert found.coefficients["u_xx"] == pytest.approx(DIFFUSION, rel=diffusion)
    assert found.coefficients["u"] == pytest.approx(GROWTH, rel=growth)
    assert found.coefficients["u^2"] == pytest.approx(-GROWTH, rel=growth)
    assert found.verdict == "complete"
    for term in found.terms:
        assert abs(term.coefficient - FISHER[term.name]) < 3 * term.error
        assert term.error < 0.15 * abs(term.coefficient)


def test_uneven_snapshots() -> None:
    times = np.array([0.0, 0.4, 1.0, 1.8, 3.0])
    found = law(wells(6, times, noise=0.01), snapshots=True)
    assert found.coefficients == pytest.approx(FISHER, rel=0.1)


def test_snapshots_too_far_apart_are_not_taken_for_a_complete_law() -> None:
    """Growth by e^2 between snapshots: the error of the quadrature shows in verdict and errors."""
    found = law(wells(6, np.linspace(0.0, 8.0, 5)), snapshots=True)
    coefficients = {term.name: term for term in found.terms}
    assert coefficients["u"].error > 0.03
    assert abs(coefficients["u"].coefficient - 1.0) < 3 * coefficients["u"].error


def test_test_functions_in_time_need_more_and_name_the_remedy() -> None:
    data = wells(2, np.linspace(0.0, 4.0, 5))
    said = r"'well 0', axis 't': 5 points, but .* need 7, .* `snapshots: true` to integrate between few"
    with pytest.raises(ValueError, match=said):
        law(data)


def test_few_places_have_no_such_remedy() -> None:
    t = np.arange(40.0)
    data = FieldData("n", {"x": np.arange(5.0), "t": t}, {"u": np.outer(np.arange(5.0), np.sin(t))})
    with pytest.raises(ValueError, match=r"axis 'x': 5 points, .* a library of lower order$"):
        law([data])


def test_what_snapshots_cannot_do_is_refused() -> None:
    data = wells(2, np.linspace(0.0, 4.0, 5))
    with pytest.raises(ValueError, match="derivatives of order 2 in time do not follow"):
        law(data, snapshots=True, targets=["u_tt"])
    with pytest.raises(ValueError, match="2 snapshots along 't'; at least 3 are needed"):
        law(wells(2, np.linspace(0.0, 1.0, 2)), snapshots=True)
    with pytest.raises(ValueError, match="snapshots: true with the method 'map'; expected 'weak'"):
        Search.from_settings("map", {}, {"snapshots": True})


def test_few_times_of_many_runs_without_space() -> None:
    """Logistic growth, ``x_t = 0.8 x - 0.4 x^2``, seen at five times from eight starts."""
    times = np.linspace(0.0, 3.0, 5)
    data = [
        FieldData(f"run {k}", {"t": times}, {"x": 2 / (1 + (2 / start - 1) * np.exp(-0.8 * times))})
        for k, start in enumerate(np.linspace(0.1, 3.5, 8))
    ]
    (found,) = discover(
        Search.from_settings("weak", {"kind": "polynomial", "degree": 3}, {"snapshots": True}), data
    )
    assert found.coefficients == pytest.approx({"x": 0.8, "x^2": -0.4}, rel=0.02)


@pytest.mark.parametrize("n", [5, 11])
def test_rows_are_integrals_over_bumps_in_space_and_intervals_in_time(n: int) -> None:
    data = wells(1, np.linspace(0.0, 4.0, n))[0]
    bump = TestFunction(6, 6)
    system = weak_system([data], ["u", "u_xx"], ["u_t"], widths={"x": bump}, strides={"x": 9},
                         snapshots=True, debias=False)  # fmt: skip
    u, h = data.fields["u"], data.spacings["x"]
    quadrature, rows = between_snapshots("t", data.axes["t"]).rows(0), []
    starts = range((64 - 13) % 9 // 2, 64 - 12, 9)
    for k in range(n - 1):
        for start in starts:
            window = u[start : start + 13]
            over = [bump.weights(order, h) @ window for order in (0, 2)]
            left = (over[0][k + 1] - over[0][k]) * (n - 1) / 4.0
            rows.append([quadrature[k] @ over[0], quadrature[k] @ over[1], left])
    by_hand = np.array(rows)
    factor = system.combined()
    assert system.n_rows == len(by_hand) == 6 * (n - 1)
    np.testing.assert_allclose(factor.T @ factor, by_hand.T @ by_hand, rtol=1e-10)
