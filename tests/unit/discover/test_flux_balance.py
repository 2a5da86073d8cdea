"""The continuity equation of fields that obey it, of fields that do not, and of noise."""

import numpy as np
import pytest

from mechanist.discover.flux_balance import (
    flux_fit,
    flux_search,
    is_continuity,
    jackknife_errors,
)
from mechanist.formats.field_files import FieldData


def fields(factor: float = 1.0, source: float = 0.0, noise: float = 0.0) -> FieldData:
    """Return c = -factor * div(flux) + source * r, exact, with noise on c."""
    rng = np.random.default_rng(4)
    x, y, t = np.linspace(0, 12, 40), np.linspace(0, 9, 30), np.arange(8) + 0.5
    total, r, p, q = (np.zeros((40, 30, 8)) for _ in range(4))
    for _ in range(12):
        kx, ky, w, a, b, c = (*rng.uniform(-1.2, 1.2, 3), *rng.uniform(-1, 1, 3))
        phase = kx * x[:, None, None] + ky * y[:, None] + w * t + rng.uniform(0, 6.28)
        p += a * np.sin(phase)
        q += b * np.sin(phase)
        r += c * np.sin(phase)
        total += (a * kx + b * ky) * np.cos(phase)
    change = -factor * total + source * r + noise * rng.standard_normal(r.shape)
    return FieldData("0", {"x": x, "y": y, "t": t}, {"c": change}, {"r": r, "p": p, "q": q})


def test_conserved_particles_have_the_coefficient_minus_one() -> None:
    data = fields(noise=0.2)
    assert is_continuity(flux_search(data))
    fit = flux_fit(data)
    low, high = fit.interval(0.95)
    assert (low < -1).all()
    assert (high > -1).all()
    np.testing.assert_allclose(fit.coefficients, -1, atol=0.03)
    assert fit.blocks >= 2
    assert fit.unexplained < 0.1


def test_errors_are_those_of_leaving_out_one_block_at_a_time() -> None:
    """With equal blocks of one term, the jackknife is the standard error of the mean of blocks."""
    values = np.array([1.0, 2.0, 4.0, 9.0])
    grams = [np.array([[1.0, 0.0, v], [0.0, 1.0, -v], [v, -v, 1.0]]) for v in values]
    expected = values.std(ddof=1) / np.sqrt(len(values))
    np.testing.assert_allclose(jackknife_errors(grams), expected)
    assert np.isnan(jackknife_errors(grams[:1])).all()


def test_half_of_the_flux_and_a_source_are_told() -> None:
    fit = flux_fit(fields(factor=0.5))
    np.testing.assert_allclose(fit.coefficients, -0.5, atol=0.01)
    with_source = flux_search(fields(source=0.5))
    assert {term.name for term in with_source.terms} == {"p_x", "q_y", "r"}
    assert not is_continuity(with_source)


def test_noise_has_no_equation() -> None:
    data = fields(factor=0.0, noise=1.0)
    assert not flux_search(data).terms
    low, high = flux_fit(data).interval(0.95)
    assert (low < 0).all()
    assert (high > 0).all()
    assert flux_fit(data).unexplained == pytest.approx(1, abs=0.1)
