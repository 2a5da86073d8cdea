"""Series of many channels have the rates of their values, and obey the law of their hidden coordinates."""

import numpy as np

from mechanist.simulate.channel_cases import lorenz_channels, rotating_spiral


def slope(frames: np.ndarray) -> np.ndarray:
    """Return central differences of fourth order of frames 0.02 apart."""
    return (8 * (frames[3:-1] - frames[1:-3]) - (frames[4:] - frames[:-4])) / 0.24


def test_lorenz_channels_obey_the_lorenz_equations() -> None:
    found = lorenz_channels(3, np.random.default_rng(0), noise=0.0)
    assert found.snapshots.shape == found.rates.shape == (750, 128)
    assert found.series.tolist() == [0] * 250 + [1] * 250 + [2] * 250
    x, y, z = 40 * found.hidden.T
    speed = np.stack([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z], axis=1) / 40
    # The start is far outside, and the first frames change too fast for differences.
    middle = slice(52, 248)
    measured, channel = (slope(one[50:250]) for one in (found.hidden, found.snapshots))
    assert np.abs(measured - speed[middle]).max() < 0.02 * np.abs(speed[middle]).max()
    assert np.abs(channel - found.rates[middle]).max() < 0.02 * np.abs(found.rates[middle]).max()


def test_the_first_channel_is_the_sum_of_the_modes_at_minus_one() -> None:
    found = lorenz_channels(1, np.random.default_rng(0), noise=0.0)
    # Legendre polynomials at -1 are 1, -1, 1, -1, 1, -1.
    x, y, z = found.hidden.T
    expected = x - y + z - x**3 + y**3 - z**3
    np.testing.assert_allclose(found.snapshots[:, 0], expected, atol=1e-12)


def test_noise_has_the_stated_size() -> None:
    exact, heard = (lorenz_channels(4, np.random.default_rng(1), noise=n) for n in (0.0, 0.1))
    assert 0.099 < (heard.snapshots - exact.snapshots).std() < 0.101
    assert 0.099 < (heard.rates - exact.rates).std() < 0.101
    np.testing.assert_array_equal(heard.hidden, exact.hidden)


def test_the_spiral_turns_and_its_rates_are_those_of_its_pictures() -> None:
    found = rotating_spiral(80, points=40)
    assert found.snapshots.shape == (80, 1600)
    assert found.hidden.shape == (80, 0)
    measured = (found.snapshots[2:] - found.snapshots[:-2]) / 0.2
    assert np.abs(measured - found.rates[1:-1]).max() < 0.02 * np.abs(found.rates).max()
    # A turn takes about seven units of time, 70 pictures; then the first picture returns.
    lag = [np.abs(found.snapshots[k] - found.snapshots[0]).mean() for k in range(50, 80)]
    assert 60 < 50 + int(np.argmin(lag)) < 78
    assert min(lag) < 0.05 * max(lag)
