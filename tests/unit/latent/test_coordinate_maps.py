"""Maps between components and latents, and the same maps in other coordinates."""

import jax.numpy as jnp
import numpy as np

from mechanist.latent.coordinate_maps import decode, encode, in_other_coordinates, starting_weights


def test_other_coordinates_change_latents_alone() -> None:
    rng = np.random.default_rng(0)
    weights = starting_weights(5, 2, 4, rng)
    matrix, shift = np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([0.3, -2.0])
    other = in_other_coordinates(weights, matrix, shift)
    u = jnp.asarray(rng.standard_normal((7, 5)), jnp.float32)
    old, new = np.asarray(encode(weights, u)), np.asarray(encode(other, u))
    np.testing.assert_allclose(new, old @ matrix.T + shift, atol=1e-5)
    before, after = decode(weights, jnp.asarray(old)), decode(other, jnp.asarray(new))
    np.testing.assert_allclose(np.asarray(after), np.asarray(before), atol=1e-5)


def test_the_linear_part_starts_as_a_projection() -> None:
    weights = starting_weights(6, 3, 0, np.random.default_rng(0))
    np.testing.assert_allclose(np.asarray(weights["D0"] @ weights["E0"]), np.eye(3), atol=1e-6)
