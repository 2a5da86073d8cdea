"""Laws of slip from fields whose law is known."""

from collections.abc import Callable

import numpy as np
import pytest

from mechanist.core.typing import FloatArray
from mechanist.discover.slip_law_fits import (
    bootstrap_interval,
    flow_law,
    flow_logarithms,
    flow_moments,
    hardening_law,
    hardening_sums,
    increment_sums,
    naive_flow_law,
    with_shuffled_stress,
    with_slip_noise,
)
from mechanist.formats.slip_fields import SlipFields
from mechanist.mechanics.slip_orbits import Orbits, pair_orbits
from mechanist.mechanics.slip_systems import slip_systems

ORBITS = pair_orbits(slip_systems("fcc12"))
#: One slope in MPa for each orbit: all differ, so that a wrong order would show.
SLOPES = 150.0 + 20.0 * np.arange(7)
THRESHOLD = 1e-5


def fields(seed: int, *, voxels: int = 40, steps: int = 20) -> SlipFields:
    """Return fields of n = 20, reference rate 1e-3 1/s, initial 16 MPa, saturation 100 MPa."""
    rng = np.random.default_rng(seed)
    usual = rng.normal(-9.0, 1.5, size=(voxels, 12))
    rate = np.exp(usual + 0.3 * rng.standard_normal((steps, voxels, 12)))
    rate *= rng.choice([-1, 1], size=(voxels, 12))
    slopes, after = ORBITS.expand(SLOPES), [np.full((voxels, 12), 16.0)]
    for one in rate:
        amount, before = np.abs(one), after[-1]
        middle = before
        for _ in range(30):  # the midpoint rule of the engine
            middle = (before + before + (amount * (1 - middle / 100)) @ slopes.T) / 2
        after.append(2 * middle - before)
    resistance = np.stack(after[1:])
    stress = np.sign(rate) * resistance * (np.abs(rate) / 1e-3) ** (1 / 20)
    return SlipFields(rate, np.stack(after[:-1]), resistance, stress, np.ones(steps))


def moments(noise: float, seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    cells = [with_slip_noise(fields(k), noise, rng) for k in range(3)]
    return np.sum([flow_moments(one, THRESHOLD) for one in cells], axis=0)


def test_the_flow_law_is_found() -> None:
    for fit in (flow_law(moments(0.0)), naive_flow_law(moments(0.0))):
        assert fit.exponent == pytest.approx(20.0, rel=1e-6)
        assert fit.rate == pytest.approx(1e-3, rel=1e-6)
        assert fit.r2 == pytest.approx(1.0)


def test_noise_biases_the_naive_fit_only() -> None:
    ours = [flow_law(moments(0.05, seed), 0.05) for seed in range(5)]
    assert np.mean([one.exponent for one in ours]) == pytest.approx(20.0, rel=0.01)
    assert np.mean([one.rate for one in ours]) == pytest.approx(1e-3, rel=0.03)
    assert naive_flow_law(moments(0.05)).exponent < 15


def test_the_mean_of_a_noisy_logarithm_is_taken_off_the_reference_rate() -> None:
    """Rates without an error of their own, whose logarithms are lowered as noise of 0.2 does."""
    noise, slope = 0.2, 20.0
    y = np.linspace(-9.0, -5.0, 201)
    x = (y - np.log(1e-3)) / slope
    told = y - noise**2 / 2
    spread = noise**2  # variance of the error, which is independent of the rate
    sums = np.array([len(x), x.sum(), told.sum(), x @ x, x @ told, told @ told + len(x) * spread])
    fit = flow_law(sums, noise)
    assert fit.exponent == pytest.approx(slope, rel=1e-9)
    assert fit.rate == pytest.approx(1e-3, rel=1e-9)


def test_shuffled_stress_tells_nothing() -> None:
    dealt = with_shuffled_stress(fields(0), np.random.default_rng(0))
    fit = naive_flow_law(flow_moments(dealt, THRESHOLD))
    assert fit.r2 < 0.01
    assert abs(fit.exponent) < 2


@pytest.mark.parametrize("sums_of", [hardening_sums, increment_sums])
def test_every_slope_of_hardening_is_found(
    sums_of: Callable[[SlipFields, Orbits], FloatArray],
) -> None:
    cells = [fields(k) for k in range(3)]
    largest = max(float(one.resistance.max()) for one in cells)
    fit = hardening_law(np.sum([sums_of(one, ORBITS) for one in cells], axis=0), largest)
    assert fit.slopes == pytest.approx(SLOPES, rel=1e-4)
    assert fit.saturation == pytest.approx(100.0, rel=1e-4)
    if sums_of is hardening_sums:
        assert fit.initial == pytest.approx(16.0, rel=1e-4)
    else:
        assert np.isnan(fit.initial)


def test_intervals_are_of_microstructures() -> None:
    rng = np.random.default_rng(0)
    sums = [flow_moments(with_slip_noise(fields(k), 0.05, rng), THRESHOLD) for k in range(8)]

    def estimate(total: FloatArray) -> FloatArray:
        return np.array([flow_law(total, 0.05).exponent])

    low, high = bootstrap_interval(sums, estimate, level=0.95, resamples=200, rng=rng)
    value = estimate(np.sum(sums, axis=0))
    assert low < value < high
    assert 0.01 < high - low < 2
    with pytest.raises(ValueError, match="over 1 microstructure; expected at least 2"):
        bootstrap_interval(sums[:1], estimate, level=0.95, resamples=20, rng=rng)


def test_fields_that_tell_nothing_are_refused() -> None:
    whole = fields(0)
    with pytest.raises(ValueError, match=r"0 of 9600 slip systems flow faster than 100\.0"):
        flow_moments(whole, 100.0)
    with pytest.raises(ValueError, match="expected a positive rate"):
        flow_moments(whole, 0.0)
    still = np.ones_like(whole.rate)
    constant = SlipFields(still, still, still, still, whole.duration)
    with pytest.raises(ValueError, match="stress over resistance is the same in all 9600 rows"):
        flow_law(flow_moments(constant, THRESHOLD))
    varied = SlipFields(still, still, whole.resistance, whole.resolved, whole.duration)
    with pytest.raises(ValueError, match="slip rate is the same"):
        flow_law(flow_moments(varied, THRESHOLD))
    with pytest.raises(ValueError, match="rates that differ by more than noise"):
        flow_law(moments(0.0), noise=50.0)
    with pytest.raises(ValueError, match=r"a share from 0 to 0\.2"):
        with_slip_noise(whole, 0.5, np.random.default_rng(0))


def test_hardening_that_cannot_be_told_apart_is_refused() -> None:
    whole = fields(0)
    sums = hardening_sums(SlipFields(np.ones_like(whole.rate), whole.resistance_before,
                                     whole.resistance, whole.resolved, whole.duration), ORBITS)  # fmt: skip
    with pytest.raises(ValueError, match="Load more orientations"):
        hardening_law(sums, 100.0)
    with pytest.raises(ValueError, match="12 slip systems, orbits are of shape"):
        hardening_sums(whole, Orbits(np.zeros((3, 3), dtype=np.int64)))


@pytest.mark.parametrize(("flowing", "enough"), [(19, False), (20, True)])
def test_a_flow_law_needs_twenty_systems_that_flow(flowing: int, enough: bool) -> None:
    whole = fields(0)
    rate = np.zeros_like(whole.rate)
    rate.flat[:flowing] = 2 * THRESHOLD
    few = SlipFields(
        rate, whole.resistance_before, whole.resistance, np.ones_like(rate), whole.duration
    )
    if enough:
        assert len(flow_logarithms(few, THRESHOLD)[1]) == 20
    else:
        with pytest.raises(ValueError, match=r"19 of 9600 .*; expected at least 20\. Load"):
            flow_logarithms(few, THRESHOLD)
