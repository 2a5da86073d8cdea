"""A video of a pendulum shows its angle, and its rates are those of its pictures."""

import numpy as np

from mechanist.simulate.pendulum_video import pendulum_video

STEP = 0.02


def test_rates_and_accelerations_are_those_of_the_pictures() -> None:
    found = pendulum_video(2, np.random.default_rng(0), frames=60, points=21)
    assert found.snapshots.shape == (120, 441)
    assert found.series.tolist() == [0] * 60 + [1] * 60
    assert found.step == STEP
    assert found.accelerations is not None
    for run in range(2):
        values, rates, second = (
            one[found.series == run] for one in (found.snapshots, found.rates, found.accelerations)
        )
        speed = (values[2:] - values[:-2]) / (2 * STEP)
        bent = (rates[2:] - rates[:-2]) / (2 * STEP)
        assert np.abs(speed - rates[1:-1]).max() < 0.02 * np.abs(rates).max()
        assert np.abs(bent - second[1:-1]).max() < 0.02 * np.abs(second).max()


def test_the_blob_hangs_at_the_angle_which_obeys_the_law() -> None:
    found = pendulum_video(3, np.random.default_rng(1), frames=200, points=31)
    side = np.linspace(-1.5, 1.5, 31)
    across, up = (one.ravel() for one in np.meshgrid(side, -side))
    brightness = found.snapshots.sum(axis=1)
    # The centre of the blob is the end of a pendulum of length 1 that hangs down at angle 0.
    centre = found.snapshots @ np.stack([across, up], axis=1) / brightness[:, None]
    angle = found.hidden[:, 0]
    expected = np.stack([np.sin(angle), -np.cos(angle)], axis=1)
    np.testing.assert_allclose(centre, expected, atol=2e-3)
    for run in range(3):
        one = angle[found.series == run]
        speed = (one[2:] - one[:-2]) / (2 * STEP)
        second = (one[2:] - 2 * one[1:-1] + one[:-2]) / STEP**2
        np.testing.assert_allclose(second, -np.sin(one[1:-1]), atol=1e-3)
        energy = speed**2 / 2 - np.cos(one[1:-1])
        assert np.ptp(energy) < 1e-3
        # A pendulum of more energy would go over the top.
        assert energy.max() < 1


def test_noise_is_that_of_pictures_alone() -> None:
    exact, heard = (
        pendulum_video(1, np.random.default_rng(2), frames=50, points=21, noise=n)
        for n in (0.0, 0.1)
    )
    assert 0.098 < (heard.snapshots - exact.snapshots).std() < 0.102
    np.testing.assert_array_equal(heard.rates, exact.rates)
    np.testing.assert_array_equal(heard.hidden, exact.hidden)
