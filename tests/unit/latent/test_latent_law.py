"""Coordinates and law of a rotation that many channels show, by every method."""

import numpy as np
import pytest

from mechanist.assess.latent_scores import latent_errors, not_affine, unexplained
from mechanist.latent.latent_law import LatentLaw, LatentSettings, find_latent_law, independent
from mechanist.latent.latent_rivals import GradientSettings, gradient_law, linear_law
from mechanist.latent.map_training import Descent

OMEGA = 1.3


def rotation(frames: int, *, curved: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return 20 channels and their rates: two coordinates on circles of all sizes, mixed."""
    rng = np.random.default_rng(0)
    radius, angle = rng.uniform(0.3, 1, frames), rng.uniform(0, 2 * np.pi, frames)
    z = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    speed = OMEGA * np.stack([-z[:, 1], z[:, 0]], axis=1)
    first, second = rng.standard_normal((2, 2, 20))
    if not curved:
        return z @ first, speed @ first
    return z @ first + 0.3 * z**3 @ second, speed @ first + 0.9 * (z**2 * speed) @ second


def settings(width: int, steps: int) -> LatentSettings:
    one = Descent(steps=steps, batch=128, learning_rate=1e-2)
    return LatentSettings(latents=2, width=width, free=one, kept=one, starts=6)


def assert_rotation(law: LatentLaw, tolerance: float) -> None:
    assert law.n_terms == 2
    (j, k), (other_j, other_k) = np.argwhere(law.kept > 0)
    # dz1/dt = a z2 and dz2/dt = b z1 with a b = -omega^2, in any scale of the coordinates.
    assert {(j, k), (other_j, other_k)} == {(2, 0), (1, 1)}
    product = law.coefficients[2, 0] * law.coefficients[1, 1]
    assert abs(product + OMEGA**2) < tolerance * OMEGA**2


def test_principal_components_find_a_linear_rotation() -> None:
    values, rates = rotation(1500, curved=False)
    law = linear_law(values, rates, settings(0, 500), np.random.default_rng(1))
    assert_rotation(law, 1e-3)
    held, held_rates = values[:200], rates[:200]
    errors = latent_errors(law, held, held_rates)
    assert max(errors.values()) < 1e-6
    assert len(law.equations()) == 2
    assert law.equations()[0].startswith("dz1/dt = ")
    # the coordinates of snapshots a little later and earlier differ by what their rates say
    later, earlier = law.latents(held + 0.1 * held_rates), law.latents(held - 0.1 * held_rates)
    speeds = law.passed(held, held_rates)[1]
    np.testing.assert_allclose((later - earlier) / 0.2, speeds, atol=1e-4 * np.abs(speeds).max())
    assert np.ptp(law.latents(held), axis=0).min() > 1e-3


@pytest.mark.slow
def test_the_autoencoder_finds_a_rotation_behind_curved_channels() -> None:
    values, rates = rotation(3000, curved=True)
    law = find_latent_law(values, rates, settings(16, 4000), np.random.default_rng(1))
    assert_rotation(law, 0.02)
    found = latent_errors(law, values, rates)
    assert found["values"] < 1e-3
    assert found["latent_rates"] < 5e-3
    # Principal components cannot unbend the channels.
    linear = linear_law(values, rates, settings(0, 500), np.random.default_rng(1))
    assert latent_errors(linear, values, rates)["values"] > 10 * found["values"]


@pytest.mark.slow
def test_rates_of_other_frames_have_no_law() -> None:
    values, rates = rotation(1500, curved=False)
    shuffled = np.random.default_rng(3).permutation(rates)
    law = find_latent_law(values, shuffled, settings(4, 500), np.random.default_rng(1))
    assert latent_errors(law, values, shuffled)["latent_rates"] > 0.9


def test_gradient_descent_keeps_what_is_above_its_threshold() -> None:
    values, rates = rotation(1500, curved=False)
    learnt = GradientSettings(latents=2, width=4, steps=1500, batch=128, learning_rate=1e-3)
    law = gradient_law(values, rates, learnt, np.random.default_rng(1))
    kept = law.kept > 0
    assert (law.coefficients[~kept] == 0).all()
    assert law.n_terms == kept.sum() < law.kept.size
    assert np.isfinite(list(latent_errors(law, values, rates).values())).all()


def test_too_few_directions_are_refused() -> None:
    values, rates = rotation(300, curved=False)
    one = settings(0, 500)
    three = LatentSettings(latents=3, width=0, free=one.free, kept=one.kept, starts=1)
    with pytest.raises(ValueError, match="2 principal components stand before the widest gap"):
        find_latent_law(values, rates, three, np.random.default_rng(0))


def test_terms_that_earlier_ones_replace_are_dependent() -> None:
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, 2 * np.pi, 100)
    c, s = np.cos(angle), np.sin(angle)
    columns = np.column_stack([np.ones(100), c, s, c * c, c * s, s * s])
    columns /= (columns**2).mean(axis=0) ** 0.5
    assert independent(columns, np.arange(6)) == [0, 1, 2, 3, 4]
    assert independent(columns, np.array([1, 5])) == [1, 5]


def test_errors_are_relative_to_the_mean_square() -> None:
    assert unexplained(np.array([1.0, 3.0]), np.array([1.0, 2.0])) == 1 / 5
    hidden = np.array([[0.0], [1.0], [2.0], [3.0]])
    assert not_affine(hidden, 5 - 2 * hidden) < 1e-12
    # The best line through squares of -1, 0, 1 is flat.
    assert not_affine(np.array([[1.0], [0.0], [1.0]]), np.array([[-1.0], [0.0], [1.0]])) > 1 - 1e-9
    assert np.isnan(not_affine(np.empty((3, 0)), np.ones((3, 1))))


@pytest.mark.parametrize(("share", "kept"), [(0.031, True), (0.029, False)])
def test_three_hundredths_of_a_term_beside_others_make_it_another_one(
    share: float, kept: bool
) -> None:
    one = np.ones(200)
    other = np.tile([1.0, -1.0], 100)
    near = np.sqrt(1 - share**2) * one + share * other
    assert independent(np.column_stack([one, near]), np.arange(2)) == ([0, 1] if kept else [0])


def test_settings_come_from_an_entry() -> None:
    one = {"steps": 3, "batch": 4, "learning_rate": 0.1}
    entry = {"latents": 2, "width": 0, "free": one, "kept": one | {"steps": 5}, "starts": 1}
    found = LatentSettings.from_entry(entry)
    assert (found.free.steps, found.kept.steps, found.components) == (3, 5, None)
