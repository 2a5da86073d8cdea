"""Principal components end at the widest gap of their variances."""

import numpy as np
import pytest

from mechanist.latent.channel_reduction import reduce_channels


def made(frames: int, channels: int, noise: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    directions = np.linalg.qr(rng.standard_normal((channels, 3)))[0]
    sizes = np.array([3.0, 1.0, 0.5])
    values = (rng.standard_normal((frames, 3)) * sizes) @ directions.T + 2.0
    heard: np.ndarray = values + noise * rng.standard_normal(values.shape)
    return heard


@pytest.mark.parametrize(("frames", "channels"), [(400, 30), (40, 200)])
def test_the_gap_stands_before_the_noise(frames: int, channels: int) -> None:
    found = reduce_channels(made(frames, channels, 1e-4))
    assert found.axes.shape == (channels, 3)
    assert reduce_channels(made(frames, channels, 1e-4), 5).axes.shape == (channels, 5)


def test_components_have_unit_variance_and_lead_back() -> None:
    values = made(400, 30, 0.0)
    found = reduce_channels(values)
    components = found.reduced(values)
    np.testing.assert_allclose(components.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(components.T @ components / 400, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(found.expanded(components), values, atol=1e-12)
    rates = values[1:] - values[:-1]
    np.testing.assert_allclose(found.expanded_rates(found.reduced_rates(rates)), rates, atol=1e-12)


def test_snapshots_that_do_not_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="all snapshots are equal"):
        reduce_channels(np.ones((5, 4)))
    with pytest.raises(ValueError, match="4 components of snapshots"):
        reduce_channels(made(50, 10, 0.0), 4)
