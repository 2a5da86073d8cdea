"""A curve through snapshots, the coordinate along it, and its rates."""

import numpy as np
import pytest

from mechanist.latent.coordinate_curve import (
    CoordinateCurve,
    fit_curve,
    ordered_path,
    straight_curve,
)

#: From the plane of the circle to five channels.
MIXED = np.linalg.qr(np.random.default_rng(3).standard_normal((5, 2)))[0].T
#: Most of a circle: its ends are closer to each other than to most other places.
RANGE = 2.8


def circle(angle: np.ndarray) -> np.ndarray:
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) @ MIXED


def fitted(noise: float = 0.0, frames: int = 600) -> tuple[CoordinateCurve, np.ndarray]:
    rng = np.random.default_rng(0)
    angle = rng.uniform(-RANGE, RANGE, frames)
    seen = circle(angle) + noise * rng.standard_normal((frames, 5))
    curve = fit_curve(seen, components=2, landmarks=200, pieces=20, rng=np.random.default_rng(1))
    return curve, angle


def not_straight(found: np.ndarray, true: np.ndarray) -> float:
    return float(1 - np.corrcoef(found, true)[0, 1] ** 2)


def test_the_coordinate_is_affine_to_the_length_along_the_curve() -> None:
    curve, angle = fitted()
    z = curve.coordinate(circle(angle))
    assert not_straight(z, angle) < 1e-6
    assert abs(z.mean()) < 1e-3
    assert abs(z.std() - 1) < 1e-3
    np.testing.assert_allclose(curve.snapshots(z), circle(angle), atol=1e-3)
    # The first principal component of a circle is not the length along it.
    line = straight_curve(circle(angle))
    assert not_straight(line.coordinate(circle(angle)), angle) > 0.05


def test_noise_is_evened_out() -> None:
    curve, angle = fitted(noise=0.05)
    assert not_straight(curve.coordinate(circle(angle)), angle) < 1e-3


def test_rates_are_those_of_snapshots_a_little_later() -> None:
    curve, _ = fitted()
    angle = np.linspace(-2, 2, 30)
    speed, second = 0.7 * np.cos(angle), 0.3 + angle**2
    # Of x(t) = circle(angle(t)), by the chain rule.
    across = np.stack([-np.sin(angle), np.cos(angle)], axis=1) @ MIXED
    rates = across * speed[:, None]
    accelerations = across * second[:, None] - circle(angle) * (speed**2)[:, None]
    moving = curve.moving(circle(angle), rates, accelerations)
    slope, _ = np.polyfit(angle, moving.values, 1)
    np.testing.assert_allclose(moving.rates, slope * speed, atol=2e-3)
    np.testing.assert_allclose(moving.accelerations, slope * second, atol=2e-2)
    back = curve.accelerations(moving.values, moving.rates, moving.accelerations)
    np.testing.assert_allclose(back, accelerations, atol=2e-2)


def test_another_unit_and_origin_of_the_coordinate_show_the_same_snapshots() -> None:
    curve, angle = fitted()
    other = curve.in_other_coordinate(3.0, -1.0)
    z = curve.coordinate(circle(angle))
    np.testing.assert_allclose(other.coordinate(circle(angle)), 3 * z - 1, atol=1e-9)
    np.testing.assert_allclose(other.snapshots(3 * z - 1), curve.snapshots(z), atol=1e-9)


def test_a_straight_curve_is_the_first_principal_component() -> None:
    rng = np.random.default_rng(4)
    along, beside = rng.standard_normal(300), 0.1 * rng.standard_normal(300)
    seen = np.stack([along, beside], axis=1)
    line = straight_curve(seen)
    z = line.coordinate(seen)
    assert not_straight(z, along) < 1e-3
    decoded = line.snapshots(z)
    assert np.abs(decoded[:, 1]).max() < 0.1
    np.testing.assert_allclose(np.ptp(decoded[:, 0]), np.ptp(along), rtol=0.01)


def test_a_path_goes_from_end_to_end() -> None:
    angle = np.random.default_rng(5).uniform(-RANGE, RANGE, 150)
    path = ordered_path(np.stack([np.cos(angle), np.sin(angle)], axis=1), 12)
    turned = np.unwrap(np.arctan2(path[:, 1], path[:, 0]))
    steps = np.diff(turned)
    assert (np.sign(steps) == np.sign(steps[0])).all()
    assert abs(turned[-1] - turned[0]) > 4.5


def test_too_few_or_unmoved_snapshots_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(
        ValueError, match="10 snapshots for a curve of 20 pieces; expected at least 25"
    ):
        fit_curve(circle(rng.uniform(-1, 1, 10)), components=2, landmarks=10, pieces=20, rng=rng)
