"""Coordinate and law of second order of motions along a curve: pendulum, spring, friction, and no law."""

from collections.abc import Callable

import numpy as np
import pytest

from mechanist.assess.latent_scores import motion_errors
from mechanist.formats.channels import Channels
from mechanist.latent.motion_law import (
    MotionLaw,
    MotionSettings,
    find_motion_law,
    straight_motion_law,
)
from mechanist.latent.motion_search import MotionRows, shortest_motion
from mechanist.latent.motion_terms import NAMES, motion_values

STEP = 0.05
FRAMES = 200
SETTINGS = MotionSettings(
    landmarks=150, pieces=20, half_width=20, power=6, window=4, most_terms=2, components=2
)
Force = Callable[[np.ndarray, np.ndarray], np.ndarray]
#: From the plane of a circle to four channels.
MIXED = np.linalg.qr(np.random.default_rng(3).standard_normal((4, 2)))[0].T


def pendulum(z: np.ndarray, _: np.ndarray) -> np.ndarray:
    return -np.sin(z)


def moved(force: Force, runs: int = 8, frames: int = FRAMES) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinate and rate of some runs, each of shape (runs, frames)."""
    rng = np.random.default_rng(0)
    z, v = rng.uniform(-2, 2, runs), rng.uniform(-0.8, 0.8, runs)
    zs, vs = [z], [v]
    fine = 10
    for _ in range(frames - 1):
        for _ in range(fine):
            # Velocity Verlet with the force of the middle is of second order; steps are small.
            middle, half = z + STEP / fine / 2 * v, v + STEP / fine / 2 * force(z, v)
            z, v = z + STEP / fine * half, v + STEP / fine * force(middle, half)
        zs.append(z)
        vs.append(v)
    return np.array(zs).T, np.array(vs).T


def seen(force: Force, *, noise: float = 0.0, runs: int = 8) -> Channels:
    """Return the end of a pendulum in four channels, with the rates that the law gives."""
    z, v = (one.ravel() for one in moved(force, runs))
    a = force(z, v)
    place = np.stack([np.sin(z), -np.cos(z)], axis=1)
    along = np.stack([np.cos(z), np.sin(z)], axis=1)
    return Channels(
        snapshots=place @ MIXED + noise * np.random.default_rng(1).standard_normal((len(z), 4)),
        rates=(along * v[:, None]) @ MIXED,
        hidden=z[:, None],
        series=np.repeat(np.arange(runs), FRAMES),
        accelerations=(along * a[:, None] - place * (v**2)[:, None]) @ MIXED,
        step=STEP,
    )


def kept(law: MotionLaw) -> dict[str, float]:
    return {NAMES[j]: float(law.coefficients[j, 0]) for j in np.flatnonzero(law.kept[:, 0])}


@pytest.fixture(scope="module")
def found() -> MotionLaw:
    return find_motion_law(seen(pendulum), SETTINGS, np.random.default_rng(2))


def test_the_law_of_a_pendulum_is_found_without_rates(found: MotionLaw) -> None:
    law = kept(found)
    assert list(law) == ["sin z1"]
    assert abs(law["sin z1"] + 1) < 0.01
    assert found.equations()[0].startswith("d2z1/dt2 = -")
    assert found.ties[0] == ("sin z1",)
    errors = motion_errors(found, seen(pendulum))
    assert errors["values"] < 1e-4
    assert errors["latent_rates"] < 1e-3
    # Channels along a straight line are another motion.
    line = straight_motion_law(seen(pendulum), SETTINGS, np.random.default_rng(2))
    assert motion_errors(line, seen(pendulum))["values"] > 0.01


def test_the_coordinate_is_the_angle_in_its_own_unit(found: MotionLaw) -> None:
    data = seen(pendulum)
    z = found.latents(data.snapshots)[:, 0]
    # Its sign is free, and so is a whole turn.
    assert abs(abs(np.polyfit(data.hidden[:, 0], z, 1)[0]) - 1) < 0.01


def test_stated_rates_are_not_used(found: MotionLaw) -> None:
    data = seen(pendulum)
    nothing = np.zeros_like(data.rates)
    blind = Channels(data.snapshots, nothing, data.hidden, data.series, step=STEP)
    again = find_motion_law(blind, SETTINGS, np.random.default_rng(2))
    np.testing.assert_array_equal(again.coefficients, found.coefficients)


def test_noise_of_the_channels_is_borne() -> None:
    law = kept(find_motion_law(seen(pendulum, noise=0.02), SETTINGS, np.random.default_rng(2)))
    assert list(law) == ["sin z1"]
    assert abs(law["sin z1"] + 1) < 0.05


def searched(force: Force, most_terms: int = 2) -> dict[str, float]:
    z, _ = moved(force)
    series = np.repeat(np.arange(len(z)), FRAMES)
    data = Channels(z.reshape(-1, 1), z.reshape(-1, 1), z.reshape(-1, 1), series, step=STEP)
    rows = MotionRows.of(data, half_width=20, power=6, window=4)
    law = shortest_motion(rows, z.ravel(), most_terms)
    assert law.scale > 0
    return {NAMES[j]: float(law.coefficients[j]) for j in np.flatnonzero(law.kept)}


def test_friction_is_a_second_term() -> None:
    def rubbed(z: np.ndarray, v: np.ndarray) -> np.ndarray:
        return -np.sin(z) - 0.1 * v

    law = searched(rubbed)
    assert set(law) == {"sin z1", "z1'"}
    assert abs(law["sin z1"] + 1) < 0.01
    assert abs(law["z1'"] + 0.1) < 0.002


def test_a_spring_is_no_pendulum() -> None:
    def spring(z: np.ndarray, _: np.ndarray) -> np.ndarray:
        return -1.44 * z

    law = searched(spring)
    assert len(law) == 1
    z = np.linspace(-1, 1, 5)
    values = motion_values(z, 0 * z)[:, NAMES.index(next(iter(law)))]
    # Either z itself, or the sine of a unit so small that it is z.
    np.testing.assert_allclose(next(iter(law.values())) * values[-1], -1.44, rtol=0.02)


def test_a_series_without_a_law_is_left_unexplained() -> None:
    z, _ = moved(pendulum, runs=4)
    turned = np.random.default_rng(4).permutation(z.ravel())
    series = np.repeat(np.arange(len(z)), FRAMES)
    data = Channels(z.reshape(-1, 1), z.reshape(-1, 1), z.reshape(-1, 1), series, step=STEP)
    rows = MotionRows.of(data, half_width=20, power=6, window=4)
    assert min(shortest_motion(rows, turned, 1).unexplained) > 0.5
    assert min(shortest_motion(rows, z.ravel(), 1).unexplained) < 1e-4


def test_terms_are_products_and_sines() -> None:
    z, v = np.array([2.0]), np.array([3.0])
    values = dict(zip(NAMES, motion_values(z, v)[0], strict=True))
    assert values["1"] == 1
    assert values["z1 z1 z1'"] == 12
    assert values["z1' z1' z1'"] == 27
    assert values["sin z1'"] == pytest.approx(np.sin(3))
    assert len(NAMES) == 12


def test_unknown_times_and_short_runs_are_refused(found: MotionLaw) -> None:
    data = seen(pendulum)
    timeless = Channels(data.snapshots, data.rates, data.hidden, data.series)
    with pytest.raises(ValueError, match="the time between snapshots is not known"):
        find_motion_law(timeless, SETTINGS, np.random.default_rng(0))
    short = data.part(np.flatnonzero(np.arange(len(data.series)) % FRAMES < 30))
    with pytest.raises(
        ValueError, match="run 0 has 30 snapshots, but test functions of half-width 20 span 41"
    ):
        find_motion_law(short, SETTINGS, np.random.default_rng(0))
    with pytest.raises(ValueError, match="is scored on accelerations, but none are given"):
        motion_errors(found, timeless)
