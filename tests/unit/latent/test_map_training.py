"""Of several starts, the one that has learnt most goes on."""

import jax.numpy as jnp
import numpy as np
import pytest

from mechanist.latent.coordinate_maps import Weights, starting_weights
from mechanist.latent.map_training import Descent, passed, trained
from mechanist.latent.polynomials import polynomial_terms

TERMS = polynomial_terms(2, 2)
EVERY = np.ones((len(TERMS), 2))


def rotation() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    z = rng.standard_normal((300, 2))
    mixed = rng.standard_normal((2, 2))
    return z @ mixed, np.stack([-z[:, 1], z[:, 0]], axis=1) @ mixed


def lost(weights: Weights) -> float:
    u, du = (jnp.asarray(one, jnp.float32) for one in rotation())
    found = passed(weights, u, du, jnp.asarray(EVERY), TERMS, None)
    return float(((found.components - u) ** 2).mean() / (u**2).mean())


@pytest.mark.parametrize("place", [0, 1])
def test_a_start_that_diverged_does_not_go_on(place: int) -> None:
    descent = Descent(steps=5000, batch=32, learning_rate=1e-2)
    good = starting_weights(2, 2, 0, np.random.default_rng(1))
    broken = {name: value * np.nan for name, value in good.items()}
    starts = [good, broken] if place == 0 else [broken, good]
    u, du = rotation()
    found = trained(starts, u, du, EVERY, TERMS, descent, np.random.default_rng(2))
    assert lost(found) < 1e-3
    alone = trained([broken], u, du, EVERY, TERMS, descent, np.random.default_rng(2))
    assert np.isnan(lost(alone))
