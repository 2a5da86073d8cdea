"""Correction of coefficients for noise in the columns."""

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.attenuation import corrected_fit
from mechanist.discover.noise_response import noise_products, noisy_evaluator
from mechanist.discover.regression_data import as_terms
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.weak import weak_system
from mechanist.discover.weak_rows import make_projectors
from mechanist.formats.field_files import FieldData

WIDTHS = {"x": TestFunction(5, 6), "t": TestFunction(6, 6)}


def wave(nx: int = 40, nt: int = 50) -> FieldData:
    x, t = np.arange(nx) * 2 * np.pi / nx, np.linspace(0, 3, nt)
    fields = {
        "u": np.sin(x[:, None] - t) + 0.5 * np.cos(2 * x[:, None] + t),
        "v": np.cos(x[:, None] + 0 * t),
    }
    return FieldData("wave", {"x": x, "t": t}, fields, periodic=frozenset("x"))


def noisy(data: FieldData, level: float, seed: int) -> FieldData:
    rng = np.random.default_rng(seed)
    fields = {k: u + level * rng.normal(size=u.shape) for k, u in data.fields.items()}
    return FieldData(data.name, data.axes, fields, periodic=data.periodic)


def moments(data: FieldData, names: list[str]) -> FloatArray:
    factor = weak_system([data], names, ["u_t"], widths=WIDTHS, blocks=1).combined()
    product: FloatArray = factor.T @ factor
    return product


def test_products_of_noise_are_those_that_many_draws_show() -> None:
    names, level, draws = ["u_xx", "u v", "(u^2)_x", "v"], 0.1, 200
    clean = wave()
    exact = moments(clean, names)
    # Each draw is paired with its negative, so that products of signal and noise cancel.
    both = [moments(noisy(clean, s * level, k), names) for k in range(draws) for s in (1, -1)]
    shown = np.mean(both, axis=0) - exact
    projectors = make_projectors(clean, WIDTHS, {})
    found = noise_products(
        noisy_evaluator(noisy(clean, level, 0)), as_terms([*names, "u_t"]), projectors
    )
    scale = np.sqrt(np.outer(np.diag(found), np.diag(found)))
    assert np.abs((found - shown) / scale).max() < 0.1
    np.testing.assert_array_equal(found, found.T)
    assert np.linalg.eigvalsh(found / scale).min() > -1e-12


def oscillator(level: float, seed: int) -> FieldData:
    """Return a damped, noisy oscillator: ``x_t = y``, ``y_t = -x - 0.1 y``."""
    t = np.linspace(0, 30, 600)
    rate = np.sqrt(1 - 0.05**2)
    x = np.exp(-0.05 * t) * np.cos(rate * t)
    y = np.exp(-0.05 * t) * (-0.05 * np.cos(rate * t) - rate * np.sin(rate * t))
    rng = np.random.default_rng(seed)
    fields = {k: u + level * rng.normal(size=len(t)) for k, u in (("x", x), ("y", y))}
    return FieldData("oscillator", {"t": t}, fields)


def test_attenuation_is_removed_and_the_errors_are_the_scatter_over_draws() -> None:
    narrow = {"t": TestFunction(10, 6)}
    plain, corrected, errors, shares = [], [], [], []
    for seed in range(60):
        data = oscillator(0.2, seed)
        matrix, right = weak_system([data], ["x", "y"], ["y_t"], widths=narrow).problem()
        plain.append(np.linalg.lstsq(matrix, right, rcond=None)[0])
        fit = corrected_fit([data], [["x"], ["y"]], "y_t", widths=narrow)
        assert fit is not None
        corrected.append(fit.weights)
        errors.append(fit.errors)
        shares.append(fit.loss / fit.noise_share)
    bias = np.abs(np.mean(plain, axis=0) - [-1, -0.1])
    left = np.abs(np.mean(corrected, axis=0) - [-1, -0.1])
    assert bias.max() > 0.02
    assert left.max() < bias.max() / 3
    # products of the noise with itself count twice: much noise makes the bars a little too long
    ratio = np.mean(errors, axis=0) / np.std(corrected, axis=0)
    assert ((ratio > 0.8) & (ratio < 1.6)).all()
    # what the right equation leaves is what the noise explains
    assert 0.9 < np.mean(shares) < 1.1


def test_noise_that_terms_and_the_target_share_is_removed() -> None:
    """x_tt and x come from the same values, so that their noise is correlated."""
    narrow = {"t": TestFunction(10, 6)}
    plain, corrected = [], []
    for seed in range(30):
        data = oscillator(0.1, seed)
        matrix, right = weak_system([data], ["x"], ["x_tt"], widths=narrow).problem()
        plain.append(np.linalg.lstsq(matrix, right, rcond=None)[0])
        fit = corrected_fit([data], [["x"]], "x_tt", widths=narrow)
        assert fit is not None
        corrected.append(fit.weights)
    truth = corrected_fit([oscillator(0.0, 0)], [["x"]], "x_tt", widths=narrow)
    assert truth is not None
    bias = abs(np.mean(plain) - truth.weights[0])
    assert bias > 0.02
    assert abs(np.mean(corrected) - truth.weights[0]) < bias / 3


def test_errors_in_space_and_time_are_the_scatter_over_draws() -> None:
    clean = wave()
    fits = [
        corrected_fit([noisy(clean, 0.1, seed)], [["u_x"], ["u_xx"]], "u_t", widths=WIDTHS)
        for seed in range(60)
    ]
    weights = np.array([fit.weights for fit in fits if fit is not None])
    errors = np.array([fit.errors for fit in fits if fit is not None])
    assert len(weights) == 60
    np.testing.assert_allclose(errors.mean(axis=0), weights.std(axis=0), rtol=0.3)


def test_a_column_that_sums_terms_has_the_coefficient_of_its_parts() -> None:
    data = noisy(wave(), 0.05, 1)
    one = corrected_fit([data], [["u_x"], ["v"]], "u_t", widths=WIDTHS)
    twice = corrected_fit([data], [["u_x", "u_x"], ["v"]], "u_t", widths=WIDTHS)
    assert one is not None
    assert twice is not None
    np.testing.assert_allclose(twice.weights * [2, 1], one.weights)
    np.testing.assert_allclose(twice.errors * [2, 1], one.errors)


def test_nothing_changes_without_noise() -> None:
    data = oscillator(0.0, 0)
    widths = {"t": TestFunction(10, 6)}
    matrix, right = weak_system([data], ["x", "y"], ["y_t"], widths=widths, blocks=1).problem()
    plain = np.linalg.lstsq(matrix, right, rcond=None)[0]
    found = corrected_fit([data], [["x"], ["y"]], "y_t", widths=widths)
    assert found is not None
    np.testing.assert_allclose(found.weights, plain, rtol=1e-8)
    np.testing.assert_array_equal(found.errors, 0.0)
    assert found.noise_share == 0.0


@pytest.mark.parametrize(
    ("data", "groups"),
    [
        (oscillator(30.0, 0), [["x"], ["y"]]),
        (noisy(wave(), 0.05, 0), [["v u_x"], ["u"]]),
        (wave(), [["v"], ["v_xx"]]),
    ],
    ids=["noise alone", "differentiated data", "dependent terms"],
)
def test_what_cannot_be_corrected_is_told(data: FieldData, groups: list[list[str]]) -> None:
    widths = {axis: TestFunction(10 if axis == "t" else 5, 6) for axis in data.axes}
    target = "y_t" if "y" in data.fields else "u_t"
    assert corrected_fit([data], groups, target, widths=widths) is None


@pytest.mark.parametrize("length", [1e-9, 1.0, 1e6])
@pytest.mark.parametrize("level", [0.0, 0.01])
def test_coefficients_do_not_depend_on_the_unit_of_length(length: float, level: float) -> None:
    # u_t = -2 u_x - 0.05 u_xxx; with nanometres in metres the columns differ by 1e18
    x, t = np.arange(64) * 2 * np.pi / 64, np.linspace(0, 3, 61)
    u = sum(np.cos(k * x[:, None] - (2 * k - 0.05 * k**3) * t + k) / k for k in (1, 2, 3, 5))
    u = u + level * np.random.default_rng(0).normal(size=u.shape)
    data = FieldData("waves", {"x": length * x, "t": t}, {"u": u}, periodic=frozenset("x"))
    found = corrected_fit([data], [["u_x"], ["u_xxx"]], "u_t", widths=WIDTHS)
    assert found is not None
    np.testing.assert_allclose(found.weights / [length, length**3], [-2.0, -0.05], rtol=0.02)
    assert found.loss < 0.02


def test_mixing_loses_no_digits_where_columns_differ_in_size() -> None:
    """Shares of both mixed columns are of order one only in norms, which differ by 1e18."""
    x, t = 1e-9 * np.arange(64) * 2 * np.pi / 64, np.linspace(0, 3, 61)
    u = sum(np.cos(k * 1e9 * x[:, None] - (2 * k - 0.05 * k**3) * t + k) / k for k in (1, 2, 3, 5))
    data = FieldData("wave", {"x": x, "t": t}, {"u": u}, periodic=frozenset("x"))
    groups = [["u_xxx"], ["u_x"]]
    widths = {"x": TestFunction(10, 8), "t": TestFunction(10, 8)}
    plain = corrected_fit([data], groups, "u_t", widths=widths)
    mixing = np.array([[1e-18, 2e-18], [1.0, 1.0]])
    mixed = corrected_fit([data], groups, "u_t", widths=widths, mixing=mixing)
    assert plain is not None
    assert mixed is not None
    np.testing.assert_allclose(plain.weights, [-0.05e-27, -2e-9], rtol=1e-3)
    np.testing.assert_allclose(mixing @ mixed.weights, plain.weights, rtol=1e-6)


@pytest.mark.parametrize(("level", "corrected"), [(0.95, True), (1.05, False)])
def test_noise_may_make_half_of_a_column(level: float, corrected: bool) -> None:
    """At a level of 1, the noise and the cosine have the same sum of squares under test functions."""
    t = 0.02 * np.arange(30000)
    cosine, noise = np.cos(t), np.random.default_rng(0).normal(size=len(t))
    widths = {"t": TestFunction(10, 6)}

    def data(x: FloatArray) -> list[FieldData]:
        return [FieldData("cosine", {"t": t}, {"x": x})]

    sizes = [
        np.linalg.norm(weak_system(data(x), ["x"], ["x_t"], widths=widths).problem()[0])
        for x in (cosine, noise)
    ]
    noisy_cosine = cosine + level * sizes[0] / sizes[1] * noise
    found = corrected_fit(data(noisy_cosine), [["x"]], "x_t", widths=widths)
    assert (found is not None) == corrected


@pytest.mark.parametrize(("apart", "corrected"), [(1.34e-7, False), (1.49e-7, True)])
def test_columns_that_differ_by_a_ten_millionth_are_independent(
    apart: float, corrected: bool
) -> None:
    """Unit columns at an angle d have a least singular value of d over the root of two."""
    t = np.linspace(0, 60 * np.pi, 600)
    fields = {"x": np.cos(t), "y": np.cos(t) + apart * np.sin(t)}
    widths = {"t": TestFunction(10, 6)}
    data = [FieldData("cosines", {"t": t}, fields)]
    found = corrected_fit(data, [["x"], ["y"]], "x_t", widths=widths)
    assert (found is not None) == corrected


def test_half_of_the_noise_of_a_column_by_its_moments() -> None:
    """Of x = cos + noise, in y_t = -x, the moments of cosine and noise are known apart."""
    t = 0.02 * np.arange(30000)
    clean, noise = np.cos(t), np.random.default_rng(0).normal(size=len(t))
    widths = {"t": TestFunction(10, 6)}

    def system(x: FloatArray) -> tuple[FloatArray, FloatArray]:
        data = FieldData("cosine", {"t": t}, {"x": x, "y": -np.sin(t)})
        return weak_system([data], ["x"], ["y_t"], widths=widths).problem()

    (signal, _), (alone, _) = system(clean), system(noise)
    level = np.sqrt(0.4 / 0.6) * np.linalg.norm(signal) / np.linalg.norm(alone)
    data = FieldData("cosine", {"t": t}, {"x": clean + level * noise, "y": -np.sin(t)})
    matrix, right = system(data.fields["x"])
    plain = np.linalg.lstsq(matrix, right, rcond=None)[0][0]
    assert plain == pytest.approx(-0.6, abs=0.03)
    found = corrected_fit([data], [["x"]], "y_t", widths=widths)
    assert found is not None
    assert found.weights[0] == pytest.approx(-1.0, abs=0.04)
    assert found.noise_share == pytest.approx(0.4 / 0.6, rel=0.05)
    assert found.loss == pytest.approx(found.noise_share, rel=0.05)
    # the target has the norm of the cosine's column, which is what is left without the noise
    assert found.spread[0] == pytest.approx(1.0, abs=0.04)
    assert found.covariance[0, 0] == pytest.approx(found.errors[0] ** 2)
    assert abs(found.weights[0] + 1.0) < 4 * found.errors[0]


@pytest.mark.parametrize("mixing", [[[0.0, 1.0], [1.0, 0.0]], [[1.0, 2.0], [0.0, 1.0]]])
def test_mixed_columns_have_the_moments_of_the_same_law(mixing: list[list[float]]) -> None:
    data, groups = noisy(wave(), 0.05, 1), [["u_x"], ["u_xx"]]
    plain = corrected_fit([data], groups, "u_t", widths=WIDTHS)
    mixed = corrected_fit([data], groups, "u_t", widths=WIDTHS, mixing=np.array(mixing))
    assert plain is not None
    assert mixed is not None
    back = np.array(mixing)
    np.testing.assert_allclose(back @ mixed.weights, plain.weights, rtol=1e-6)
    covariance = back @ mixed.covariance @ back.T
    np.testing.assert_allclose(covariance, plain.covariance, rtol=1e-5)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), plain.errors, rtol=1e-5)
    if back[0, 0] == 0.0:  # the same columns in another order
        np.testing.assert_allclose(mixed.spread[::-1], plain.spread, rtol=1e-6)
        np.testing.assert_allclose(mixed.scheme[::-1], plain.scheme, rtol=1e-4)
    assert (mixed.loss, mixed.noise_share) == pytest.approx((plain.loss, plain.noise_share))
