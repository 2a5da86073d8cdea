"""Rivals of laws along a curve: what was learnt by gradient descent, and coordinates at rest."""

import numpy as np
import pytest

from mechanist.assess.latent_scores import latent_errors, motion_errors
from mechanist.formats.channels import Channels
from mechanist.latent.latent_rivals import GradientSettings
from mechanist.latent.motion_rivals import LearntMaps, gradient_motion_law
from mechanist.latent.resting import resting_law, resting_motion_law
from mechanist.simulate.pendulum_video import STEP, pendulum_video

SETTINGS = GradientSettings(latents=1, width=4, steps=1000, batch=16, learning_rate=1e-3)


@pytest.fixture(scope="module")
def video() -> Channels:
    return pendulum_video(2, np.random.default_rng(0), frames=60, points=9)


def test_small_coefficients_are_dropped_and_maps_move_as_their_rates_say(video: Channels) -> None:
    law = gradient_motion_law(video, SETTINGS, np.random.default_rng(1))
    assert (law.coefficients[law.kept == 0] == 0).all()
    # Of the terms that are kept after the last dropping, learning goes on.
    assert law.n_terms <= 12
    assert np.isfinite(list(motion_errors(law, video).values())).all()
    assert isinstance(law.maps, LearntMaps)
    assert video.accelerations is not None
    moving = law.maps.moving(video.snapshots, video.rates, video.accelerations)
    z = moving.values[:60]
    size = np.abs(moving.rates).max()
    np.testing.assert_allclose((z[2:] - z[:-2]) / (2 * STEP), moving.rates[1:59], atol=0.05 * size)
    v = moving.rates[:60]
    size = np.abs(moving.accelerations).max()
    np.testing.assert_allclose(
        (v[2:] - v[:-2]) / (2 * STEP), moving.accelerations[1:59], atol=0.05 * size
    )


def test_accelerations_are_needed(video: Channels) -> None:
    without = Channels(video.snapshots, video.rates, video.hidden, video.series, step=STEP)
    with pytest.raises(ValueError, match="needs accelerations of the channels"):
        gradient_motion_law(without, SETTINGS, np.random.default_rng(1))


def test_what_rests_is_wrong_by_all_of_the_motion(video: Channels) -> None:
    law = resting_motion_law(video)
    assert law.n_terms == 0
    assert law.equations() == ["d2z1/dt2 = 0"]
    errors = motion_errors(law, video)
    mean = video.snapshots.mean(axis=0)
    expected = ((video.snapshots - mean) ** 2).mean() / (video.snapshots**2).mean()
    assert errors["values"] == pytest.approx(expected, rel=0.05)
    assert errors["rates"] == errors["latent_rates"] == 1


def test_first_order_laws_at_rest_are_wrong_by_all_of_the_rates(video: Channels) -> None:
    law = resting_law(video.snapshots, 2, np.random.default_rng(0))
    assert law.n_terms == 0
    errors = latent_errors(law, video.snapshots, video.rates)
    assert errors["rates"] == errors["latent_rates"] == 1
    decoded = law.passed(video.snapshots, video.rates)[3]
    np.testing.assert_allclose(decoded - video.snapshots.mean(axis=0), 0, atol=1e-6)
