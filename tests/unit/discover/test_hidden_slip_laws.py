"""Laws of slip systems whose resistance is not seen, from fields whose law is known."""

from dataclasses import replace

import numpy as np
import pytest

from mechanist.discover.hidden_slip_laws import hidden_law
from mechanist.discover.slip_law_fits import with_slip_noise
from mechanist.formats.slip_fields import SlipFields
from mechanist.mechanics.slip_orbits import pair_orbits
from mechanist.mechanics.slip_systems import slip_systems

ORBITS = pair_orbits(slip_systems("fcc12"))
SLOPES = np.linspace(150.0, 270.0, 7, dtype=np.float64)
TRUTH = np.array([20.0, 16.0, 100.0, *SLOPES])
RATE, THRESHOLD = 1e-3, 1e-5


def fields(seed: int, *, voxels: int = 40, steps: int = 20) -> SlipFields:
    """Return fields of the law; each step takes the explicit midpoint rule of the engine."""
    rng = np.random.default_rng(seed)
    usual = rng.normal(-8.0, 1.5, size=(voxels, 12))
    rate = np.exp(usual + 0.3 * rng.standard_normal((steps, voxels, 12)))
    rate *= rng.choice([-1, 1], size=(voxels, 12))
    slopes, after = ORBITS.expand(SLOPES), [np.full((voxels, 12), 16.0)]
    for one in 2 * np.abs(rate):
        middle = after[-1] + (one * (1 - after[-1] / 100)) @ slopes.T / 2
        after.append(after[-1] + (one * (1 - middle / 100)) @ slopes.T)
    resistance = np.stack(after[1:])
    stress = np.sign(rate) * resistance * (np.abs(rate) / RATE) ** (1 / 20)
    unseen = np.ones_like(resistance)  # the fit must not read the resistance
    return SlipFields(rate, unseen, unseen, stress, np.full(steps, 2.0))


CELLS = [fields(seed) for seed in range(4)]


def test_both_laws_are_found_without_the_resistance() -> None:
    fit = hidden_law(CELLS, ORBITS, threshold=THRESHOLD, rate=RATE)
    np.testing.assert_allclose(fit.values, TRUTH, rtol=1e-4)
    assert fit.residual < 1e-6


def test_another_reference_rate_is_another_unit_of_resistance() -> None:
    """Stresses tell resistances at a rate, so that none is preferred."""
    fit = hidden_law(CELLS, ORBITS, threshold=THRESHOLD, rate=2 * RATE)
    assert fit.residual < 1e-6
    np.testing.assert_allclose(fit.values[0], 20.0, rtol=1e-4)
    np.testing.assert_allclose(fit.values[1:], TRUTH[1:] * 2 ** (1 / 20), rtol=1e-4)


def test_noise_biases_the_naive_fit_only() -> None:
    rng = np.random.default_rng(0)
    noisy = [with_slip_noise(one, 0.05, rng) for one in CELLS]
    fit = hidden_law(noisy, ORBITS, threshold=THRESHOLD, rate=RATE, noise=0.05)
    np.testing.assert_allclose(fit.values[:2], TRUTH[:2], rtol=0.03)
    assert fit.residual == pytest.approx(0.05, rel=0.05)
    naive = hidden_law(noisy, ORBITS, threshold=THRESHOLD, rate=RATE, noise=0.05, naive=True)
    assert naive.values[0] < 15
    low, high = fit.interval(level=0.95, resamples=100, rng=rng)
    assert low[0] < fit.values[0] < high[0]
    assert 0.01 < high[0] - low[0] < 3


def test_histories_of_other_voxels_tell_another_law() -> None:
    rng = np.random.default_rng(0)
    fit = hidden_law(CELLS, ORBITS, threshold=THRESHOLD, rate=RATE, dealt=rng)
    assert fit.residual > 0.05
    assert np.abs(fit.values / TRUTH - 1).max() > 0.3


def test_fields_that_cannot_be_integrated_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[10, 20\] steps; expected one number"):
        hidden_law([CELLS[0], fields(0, steps=10)], ORBITS, threshold=THRESHOLD, rate=RATE)
    divided = replace(CELLS[0], duration=np.array([1.0] + 19 * [2.0]))
    with pytest.raises(ValueError, match="steps last 1 to 2 s; expected equal steps"):
        hidden_law([divided], ORBITS, threshold=THRESHOLD, rate=RATE)
    with pytest.raises(ValueError, match="0 of 9600 slip systems flow faster"):
        hidden_law(CELLS[:1], ORBITS, threshold=1e3, rate=RATE)
