"""Correction of coefficients for noise in the columns."""

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.attenuation import corrected_weights, noise_products
from mechanist.discover.regression_data import as_terms
from mechanist.discover.test_functions import TestFunction
from mechanist.discover.weak import make_projectors, weak_system
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
    found = noise_products(noisy(clean, level, 0), as_terms([*names, "u_t"]), projectors)
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


def test_attenuation_is_removed() -> None:
    narrow = {"t": TestFunction(10, 6)}
    plain, corrected = [], []
    for seed in range(30):
        data = oscillator(0.2, seed)
        matrix, right = weak_system([data], ["x", "y"], ["y_t"], widths=narrow).problem()
        plain.append(np.linalg.lstsq(matrix, right, rcond=None)[0])
        corrected.append(corrected_weights([data], ["x", "y"], "y_t", widths=narrow))
    bias = np.abs(np.mean(plain, axis=0) - [-1, -0.1])
    left = np.abs(np.mean(corrected, axis=0) - [-1, -0.1])
    assert bias.max() > 0.02
    assert left.max() < bias.max() / 3


def test_nothing_changes_without_noise_or_without_hope() -> None:
    for data, terms in (
        (oscillator(0.0, 0), ["x", "y"]),
        (oscillator(30.0, 0), ["x", "y"]),
    ):
        widths = {"t": TestFunction(10, 6)}
        system = weak_system([data], terms, ["y_t"], widths=widths, blocks=1)
        matrix, right = system.problem()
        plain = np.linalg.lstsq(matrix, right, rcond=None)[0]
        found = corrected_weights([data], terms, "y_t", widths=widths)
        np.testing.assert_allclose(found, plain, rtol=1e-10)


def test_terms_that_need_the_data_differentiated_are_left_alone() -> None:
    data = noisy(wave(), 0.05, 0)
    matrix, right = weak_system([data], ["v u_x", "u"], ["u_t"], widths=WIDTHS, blocks=1).problem()
    plain = np.linalg.lstsq(matrix, right, rcond=None)[0]
    found = corrected_weights([data], ["v u_x", "u"], "u_t", widths=WIDTHS)
    np.testing.assert_allclose(found, plain)


def test_dependent_terms_are_refused() -> None:
    with pytest.raises(ValueError, match="are linear combinations of others"):
        corrected_weights([wave()], ["v", "v_xx"], "u_t", widths=WIDTHS)
