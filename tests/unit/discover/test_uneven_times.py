"""Uneven times: weights of windows, noise, laws recovered, and what cannot use such times."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mechanist.core.typing import FloatArray
from mechanist.discover.debiasing import noise_variance
from mechanist.discover.forward import forecast
from mechanist.discover.found_equations import discover
from mechanist.discover.pointwise import discrete_system, pointwise_system
from mechanist.discover.projection import Projector
from mechanist.discover.pysindy_rival import Rival, RivalLibrary
from mechanist.discover.search import Search
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.uneven_times import UnevenTimes
from mechanist.discover.weak import weak_system
from mechanist.formats.equation_files import Equation, FoundTerm
from mechanist.formats.field_files import FieldData, read_fields, write_fields

UNEVEN = frozenset("t")
BUMP = TestFunction(7, 6)
Rate = Callable[[float, FloatArray], list[float]]


def random_times(n: int, *, seed: int = 0, share: float = 0.4) -> FloatArray:
    times: FloatArray = np.arange(float(n))
    times[1:-1] += share * np.random.default_rng(seed).uniform(-1, 1, n - 2)
    return 0.1 * times


def projector(times: FloatArray, *, stride: int = 3, count: int = 8, offset: int = 2) -> Projector:
    spacing = (times[-1] - times[0]) / (len(times) - 1)
    even = Projector("t", BUMP, spacing, False, stride, count, offset)
    return Projector("t", BUMP, spacing, False, stride, count, offset,
                     uneven=UnevenTimes(times, even.function))  # fmt: skip


@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize("scheme_error", [False, True])
def test_on_even_times_the_weights_are_those_of_even_grids(order: int, scheme_error: bool) -> None:
    if order == 0 and scheme_error:
        return
    uneven = UnevenTimes(0.25 * np.arange(40.0), BUMP)
    rows = uneven.weights(order, np.array([0, 11]), scheme_error=scheme_error)
    make = BUMP.scheme_error if scheme_error else BUMP.weights
    expected = make(order, 0.25)
    inner = slice(order, len(expected) - order) if scheme_error else slice(None)
    for row in rows:
        np.testing.assert_allclose(row[inner], expected[inner], atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("order", [1, 2, 3])
def test_integration_by_parts_is_exact_for_polynomials_on_uneven_times(order: int) -> None:
    times, starts = random_times(60), np.array([0, 20, 45])
    uneven = UnevenTimes(times, BUMP)
    plain = uneven.weights(0, starts, scheme_error=False)
    moved = uneven.weights(order, starts, scheme_error=False)
    for k, start in enumerate(starts):
        window = times[start : start + BUMP.support]
        domain = [window[0], window[-1]]
        for degree in range(BUMP.exact_degree(order) + 1):
            f = np.polynomial.chebyshev.Chebyshev.basis(degree, domain=domain)
            left, right = moved[k] @ f(window), plain[k] @ f.deriv(order)(window)
            assert abs(left - right) <= 1e-10 * np.abs(moved[k]).sum()
        naive = BUMP.weights(order, 0.1) @ window**order
        assert abs(naive - plain[k].sum() * np.prod(range(1, order + 1))) > 1e-4


def test_the_plain_weights_are_a_trapezoidal_integral_in_mean_spacings() -> None:
    times = np.array([0.0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18])
    row = UnevenTimes(times, BUMP).weights(0, np.array([1]), scheme_error=False)[0]
    window = times[1:16]
    s = (window - 9.0) / 8.0
    bump = (1 - s**2) ** 6
    even = (1 - (np.arange(-7, 8) / 7.0) ** 2) ** 6
    expected = bump * np.gradient(np.arange(15.0), window) ** 0
    expected[1:-1] *= 0.5 * (window[2:] - window[:-2]) / (18 / 16)
    expected[[0, -1]] = 0.0
    np.testing.assert_allclose(row, expected / even.sum(), rtol=1e-12, atol=1e-15)


def test_integrals_adjoint_and_coverage_agree() -> None:
    times, rng = random_times(50), np.random.default_rng(3)
    one = projector(times)
    values, weights = rng.normal(size=(2, 50)), rng.normal(size=(2, 8))
    for order in (0, 1, 2):
        rows = UnevenTimes(times, BUMP).weights(order, 2 + 3 * np.arange(8), scheme_error=False)
        by_hand = np.array(
            [[v[2 + 3 * k : 17 + 3 * k] @ rows[k] for k in range(8)] for v in values]
        )
        np.testing.assert_allclose(one(values, order), by_hand, rtol=1e-12)
        through = (one(values, order) * weights).sum()
        assert through == pytest.approx((values * one.adjoint(weights, order, n=50)).sum())
        shifted = one.from_first()
        np.testing.assert_allclose(shifted(values[:, 2:], order), by_hand, rtol=1e-12)
    covered = np.zeros(50)
    for k in range(8):
        covered[2 + 3 * k : 17 + 3 * k] += one.rows(1)[k] * one.rows(0)[k]
    np.testing.assert_allclose(one.coverage(1, 0, n=50), covered, rtol=1e-12)


def test_windows_of_clustered_points_are_left_out() -> None:
    times = np.arange(40.0)
    times[20:27] = 20.0 + 1e-3 * np.arange(7)
    starts = np.array([0, 14, 18])
    for order in (0, 1, 2):
        rows = UnevenTimes(times, BUMP).weights(order, starts, scheme_error=False)
        assert rows[0].any()
        assert not rows[1:].any()


def test_clusters_everywhere_are_refused() -> None:
    times = np.repeat(np.arange(12.0), 5) + np.tile(1e-4 * np.arange(5), 12)
    data = FieldData("c", {"t": times}, {"x": np.sin(times)}, uneven=UNEVEN)
    with pytest.raises(ValueError, match=r"'c', axis 't': spacings run from .* amplify noise"):
        weak_system([data], ["x", "1"], ["x_t"], widths={"t": BUMP})


@pytest.mark.parametrize("share", [0.0, 0.4])
@pytest.mark.parametrize("level", [0.01, 0.0])
def test_noise_is_estimated_on_uneven_times(share: float, level: float) -> None:
    times = random_times(2000, share=share)
    noise = level * np.random.default_rng(1).normal(size=2000)
    found = noise_variance(np.sin(times) + noise, times=times)
    assert found == pytest.approx(level**2, rel=0.1, abs=1e-16)
    if share == 0.0:
        assert found == pytest.approx(noise_variance(np.sin(times) + noise), rel=1e-6, abs=1e-16)


def test_jitter_that_is_not_known_passes_for_noise() -> None:
    times = random_times(2000)
    assert noise_variance(np.sin(times)) > 1e-5
    assert noise_variance(np.sin(times), times=times) < 1e-16


def lorenz(t: float, y: FloatArray) -> list[float]:
    return [10 * (y[1] - y[0]), y[0] * (28 - y[2]) - y[1], y[0] * y[1] - 8 / 3 * y[2]]


LORENZ = {
    "x_t": {"x": -10.0, "y": 10.0},
    "y_t": {"x": 28.0, "y": -1.0, "x z": -1.0},
    "z_t": {"x y": 1.0, "z": -8 / 3},
}


def oscillator(t: float, y: FloatArray) -> list[float]:
    return [-0.1 * y[0] + 2 * y[1], -2 * y[0] - 0.1 * y[1]]


OSCILLATOR = {"x_t": {"x": -0.1, "y": 2.0}, "y_t": {"x": -2.0, "y": -0.1}}


def sampled(rate: Rate, start: list[float], times: FloatArray, level: float, *, shown: FloatArray | None = None) -> FieldData:  # fmt: skip
    """Return a trajectory on uneven times, or as if its times were the even ones shown."""
    rng = np.random.default_rng(0)
    states = solve_ivp(rate, (times[0], times[-1]), start, t_eval=times, method="DOP853",
                       rtol=1e-11, atol=1e-12).y  # fmt: skip
    fields = {
        name: one + level * one.std() * rng.normal(size=len(times))
        for name, one in zip("xyz", states, strict=False)
    }
    axes = {"t": times if shown is None else shown}
    return FieldData("s", axes, fields, uneven=UNEVEN if shown is None else frozenset())


def found(data: FieldData) -> list[Equation]:
    library = {"kind": "polynomial", "degree": 2}
    return discover(Search.from_settings("weak", library, {}), [data])


def errors(equations: list[Equation], truth: dict[str, dict[str, float]]) -> list[float]:
    """Return the largest relative error of each equation; infinite if its terms are wrong."""
    return [
        max(abs(one.coefficients[name] / value - 1) for name, value in truth[one.target].items())
        if set(one.coefficients) == set(truth[one.target])
        else np.inf
        for one in equations
    ]


def test_lorenz_on_jittered_times() -> None:
    even = np.linspace(0.0, 20.0, 2001)
    times = random_times(2001) / 10.0
    start = [-8.0, 7.0, 27.0]
    for level, bound in ((0.0, [1e-5, 1e-3, 1e-5]), (0.01, [3e-3, 1e-2, 2e-3])):
        jittered = found(sampled(lorenz, start, times, level))
        assert (np.array(errors(jittered, LORENZ)) < bound).all()
        assert [one.verdict for one in jittered] == ["complete"] * 3
        regular = found(sampled(lorenz, start, even, level, shown=even))
        naive = found(sampled(lorenz, start, times, level, shown=even))
        for one, best, wrong in zip(jittered, regular, naive, strict=True):
            assert wrong.loss > (1.5 if level else 1e4) * one.loss
            if level:  # as well as on even times, within a tenth of the residual
                assert one.loss == pytest.approx(best.loss, rel=0.1)
                assert one.noise_share == pytest.approx(best.noise_share, rel=0.1)


@pytest.mark.parametrize(("level", "bound"), [(0.0, 1e-6), (0.01, 0.03)])
def test_an_oscillator_on_logarithmic_times(level: float, bound: float) -> None:
    times = np.geomspace(0.05, 20.0, 400)
    equations = found(sampled(oscillator, [2.0, 0.0], times, level))
    assert max(errors(equations, OSCILLATOR)) < bound
    assert {one.verdict for one in equations} == {"complete"}
    even = np.linspace(0.05, 20.0, 400)
    naive = found(sampled(oscillator, [2.0, 0.0], times, level, shown=even))
    assert errors(naive, OSCILLATOR) == [np.inf, np.inf]


def travelling(times: FloatArray, uneven: bool) -> FieldData:
    """Return ``u_t = -u_x + 0.05 u_xx`` of three waves on a periodic line."""
    x = np.arange(64) * 2 * np.pi / 64
    u = sum(
        a * np.exp(-0.05 * k**2 * times) * np.sin(k * (x[:, None] - times) + k)
        for k, a in ((1, 1.0), (2, 0.6), (3, 0.5))
    )
    axes = {"x": x, "t": times if uneven else np.linspace(times[0], times[-1], len(times))}
    return FieldData("w", axes, {"u": u}, periodic=frozenset("x"), uneven=UNEVEN if uneven else frozenset())  # fmt: skip


def test_a_field_with_a_gap_in_time() -> None:
    times = np.delete(np.arange(120) * 0.05, [40, 41, 42])
    search = Search.from_settings("weak", {"degree": 2, "order": 3}, {})
    (one,) = discover(search, [travelling(times, uneven=True)])
    assert one.coefficients == pytest.approx({"u_x": -1.0, "u_xx": 0.05}, rel=1e-4)
    (naive,) = discover(search, [travelling(times, uneven=False)])
    assert naive.coefficients.get("u_x", 0.0) != pytest.approx(-1.0, rel=0.01)


def test_equations_are_integrated_to_uneven_times() -> None:
    terms = (FoundTerm("u_x", "", -1.0), FoundTerm("u_xx", "", 0.05))
    equation = Equation("u_t", "", "by hand", terms, 0.0, 0.0, 0.0)
    data = travelling(np.geomspace(0.1, 4.0, 30), uneven=True)
    np.testing.assert_allclose(forecast([equation], data).fields["u"], data.fields["u"], atol=1e-8)


def test_what_differentiates_point_by_point_refuses_uneven_times() -> None:
    data = sampled(oscillator, [2.0, 0.0], np.geomspace(0.1, 4.0, 60), 0.0)
    refused = r"'s': times are uneven, which only the method 'weak' can use"
    with pytest.raises(ValueError, match=refused):
        pointwise_system([data], ["x", "y"], ["x_t"])
    with pytest.raises(ValueError, match=refused):
        discrete_system([data], ["x", "y"])
    with pytest.raises(ValueError, match=refused):
        Rival("pysindy_fd", RivalLibrary(degree=2)).system([data])
    with pytest.raises(ValueError, match="time derivatives inside products are not taken"):
        weak_system([data], ["x", "y x_t"], ["x_t"], widths={"t": BUMP})


def test_uneven_times_come_back_from_files(tmp_path: Path) -> None:
    data = sampled(oscillator, [2.0, 0.0], np.geomspace(0.1, 4.0, 60), 0.0)
    write_fields(tmp_path / "data.h5", [data])
    (back,) = read_fields(tmp_path / "data.h5")
    assert back.uneven == UNEVEN
    np.testing.assert_array_equal(back.axes["t"], data.axes["t"])
    with pytest.raises(ValueError, match="the grid must be uniform"):
        FieldData("s", dict(data.axes), dict(data.fields))
    x = {"x": np.geomspace(1, 2, 9), "t": np.arange(5.0)}
    with pytest.raises(ValueError, match=r"axes \['x'\] are uneven; only 't' may be"):
        FieldData("s", x, {"u": np.zeros((9, 5))}, uneven=frozenset("x"))


@pytest.mark.parametrize(("closeness", "kept"), [(0.345, True), (0.335, False)])
def test_a_window_may_amplify_noise_three_times(closeness: float, kept: bool) -> None:
    """Five points in the middle are closer together; noise grows as the norm of the weights does."""
    times = np.arange(15.0)
    times[5:10] = 7.0 + closeness * np.arange(-2.0, 3.0)
    (row,) = UnevenTimes(times, BUMP).weights(1, np.array([0]), scheme_error=False)
    assert row.any() == kept
    if kept:
        assert 2.9 < np.linalg.norm(row) / np.linalg.norm(BUMP.weights(1, 1.0)) < 3.0
