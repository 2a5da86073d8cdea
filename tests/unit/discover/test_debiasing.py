"""Noise estimated from data, and powers corrected for the bias due to noise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import hermite_e

from mechanist.core.typing import FloatArray
from mechanist.discover.debiasing import noise_variance, noise_variances, some_lines, unbiased_power
from mechanist.discover.weak import weak_system
from mechanist.formats.field_files import FieldData

FEW = settings(max_examples=15, deadline=None, derandomize=True)


def smooth(nx: int = 100, nt: int = 120) -> FloatArray:
    x, t = np.arange(nx)[:, None] * 2 * np.pi / nx, np.linspace(0, 2, nt)
    values: FloatArray = 5 + 3 * np.sin(2 * x - t) + np.cos(3 * x) * np.exp(-t)
    return values


@FEW
@given(level=st.floats(1e-3, 2.0), seed=st.integers(0, 100), scale=st.floats(1e-3, 1e3))
def test_the_level_of_white_noise_is_found(level: float, seed: int, scale: float) -> None:
    noise = np.random.default_rng(seed).normal(size=smooth().shape)
    found = noise_variance(scale * (smooth() + level * noise))
    assert found == pytest.approx((scale * level) ** 2, rel=0.1)


def test_no_noise_is_seen_where_there_is_none() -> None:
    rough = np.random.default_rng(0).normal(size=smooth().shape)
    coarse = np.sin(np.arange(200) * 2 * np.pi / 5)
    assert noise_variance(smooth()) < 1e-20
    assert noise_variance(coarse) == 0.0
    assert noise_variance(np.zeros((8, 9))) == 0.0
    assert noise_variance(rough) > 0.9


def test_large_fields_are_thinned_and_small_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(6 * 8 * 10.0).reshape(6, 8, 10)
    assert some_lines(values, 1).shape == (60, 8)
    assert set(some_lines(values, 1).ravel()) == set(values.ravel())
    monkeypatch.setattr("mechanist.discover.debiasing.VALUES", 50)
    for axis, n in enumerate(values.shape):
        lines = some_lines(values, axis)
        assert lines.shape[1] == n
        assert lines.size <= 2 * 50


def test_every_axis_but_that_of_the_lines_is_thinned_in_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.arange(6 * 8 * 10.0).reshape(6, 8, 10)
    monkeypatch.setattr("mechanist.discover.debiasing.VALUES", 50)
    # 480 values are 9.6 times as many, so that of 6 one stays; of the 80 left, every second of 8
    np.testing.assert_array_equal(some_lines(values, 2), values[0, ::2])
    np.testing.assert_array_equal(some_lines(values, 0), values[:, 0, ::2].T)


@pytest.mark.parametrize("power", [1, 2, 3, 4, 5])
def test_powers_are_hermite_polynomials(power: int) -> None:
    values = np.linspace(-3, 3, 13)
    basis = np.eye(power + 1)[power]
    np.testing.assert_allclose(
        unbiased_power(values, power, 0.25), 0.5**power * hermite_e.hermeval(values / 0.5, basis)
    )
    np.testing.assert_allclose(unbiased_power(values, power, 0.0), values**power)


@pytest.mark.parametrize("power", [2, 3, 4])
def test_the_mean_over_noise_is_the_power_of_the_truth(power: int) -> None:
    noise = 0.5 * np.random.default_rng(0).normal(size=400_000)
    truth = 1.5
    corrected = unbiased_power(truth + noise, power, 0.25)
    error = 4 * corrected.std() / np.sqrt(len(noise))
    assert abs(corrected.mean() - truth**power) < error
    assert abs(((truth + noise) ** power).mean() - truth**power) > 5 * error


def test_a_cubic_rate_is_found_without_bias() -> None:
    """``u_t = f - u^3`` at 30 % noise: the plain power is far off, the corrected one is not."""
    errors: dict[bool, list[float]] = {True: [], False: []}
    t = np.linspace(0, 20, 4001)
    u, rate = np.sin(t), np.cos(t)
    for seed in range(5):
        noise = 0.3 * u.std() * np.random.default_rng(seed).normal(size=len(t))
        data = FieldData("cubic", {"t": t}, {"u": u + noise}, {"f": rate + u**3})
        for debias, found in errors.items():
            system = weak_system([data], ["u^3", "f"], ["u_t"], debias=debias)
            matrix, target = system.problem()
            found.append(np.linalg.lstsq(matrix, target, rcond=None)[0][0] + 1)
    assert abs(np.mean(errors[True])) < 0.03
    assert abs(np.mean(errors[False])) > 0.1


@pytest.mark.parametrize(("ratio", "white"), [(1.23, True), (1.27, False)])
def test_two_orders_of_differences_agree_within_a_quarter_for_white_noise(
    ratio: float, white: bool
) -> None:
    """Differences of order d multiply a wave of wave number k by g^d, where g = 2 sin(k / 2).

    The two estimates are g^16 / 12870 and g^24 / 2704156, by the binomials of 16 over 8 and 24 over 12.
    """
    g = (2704156 / 12870 / ratio) ** 0.125
    wave = np.cos(2 * np.arcsin(g / 2) * np.arange(4000))
    assert noise_variance(wave) == pytest.approx(g**16 / 12870 / 2 if white else 0.0, rel=0.01)


@pytest.mark.parametrize(("n", "used"), [(24, False), (25, True)])
def test_an_axis_must_have_more_than_twice_as_many_points_as_the_order(n: int, used: bool) -> None:
    values = np.cos(np.pi * np.arange(n))  # the same at every order, up to the binomials
    noise = np.random.default_rng(3).normal(size=(2000, n)) + values
    short = noise_variance(noise[:24] if not used else noise.T[:, :24])
    assert (short > 0.5) == used


def test_more_values_than_two_to_the_seventeenth_are_thinned() -> None:
    assert some_lines(np.zeros((512, 256)), 1).shape == (512, 256)
    assert some_lines(np.zeros((512, 512)), 1).shape == (256, 512)
    assert some_lines(np.zeros((513, 256)), 1).shape == (257, 256)


def test_noise_on_uneven_times_is_found_beside_a_polynomial_and_a_wave() -> None:
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.uniform(0.5, 1.5, 400)) / 100
    smooth_values = 3 + times**3 - 2 * times**5 + np.sin(2 * times)
    assert noise_variance(smooth_values, times=times) < 1e-18
    noisy = smooth_values + 0.2 * rng.normal(size=(50, 400))
    assert noise_variance(noisy, times=times) == pytest.approx(0.04, rel=0.05)
    # times belong to the last axis alone
    assert noise_variance(noisy.T, times=np.arange(50.0) ** 1.5) == pytest.approx(0.04, rel=0.1)


def test_fields_with_uneven_times_are_read_with_them() -> None:
    rng = np.random.default_rng(1)
    times = np.cumsum(rng.choice([0.2, 1.0], 300)) / 20
    wave = np.sin(times)
    uneven = FieldData(
        "a",
        {"t": times},
        {"u": wave, "v": wave + 0.1 * rng.normal(size=300)},
        uneven=frozenset("t"),
    )
    found = noise_variances(uneven)
    assert found["u"] < 1e-10
    assert found["v"] == pytest.approx(0.01, rel=0.4)
    even = FieldData("b", {"t": np.arange(300.0)}, {"v": 0.1 * rng.normal(size=300)})
    assert noise_variances(even)["v"] == pytest.approx(0.01, rel=0.4)
