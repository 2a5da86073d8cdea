"""Maps between components and latent coordinates: a linear map and a narrow layer of tanh units."""

import jax
import jax.numpy as jnp
import numpy as np

from mechanist.core.typing import FloatArray

#: Weights by name: ``E`` encode, ``D`` decode; 0 is the linear map, 1 and 2 are the layer's two sides.
Weights = dict[str, jax.Array]


def starting_weights(
    components: int, latents: int, width: int, rng: np.random.Generator
) -> Weights:
    """Return random weights: an orthogonal projection and its inverse, and small nonlinear parts."""
    draw = rng.standard_normal
    linear = np.linalg.qr(draw((components, latents)))[0]
    weights = {
        "E0": linear,
        "e0": np.zeros(latents),
        "E1": draw((components, width)) / np.sqrt(components),
        "e1": draw(width) * 0.5,
        "E2": draw((width, latents)) * 0.1 / np.sqrt(max(width, 1)),
        "D0": linear.T,
        "d0": np.zeros(components),
        "D1": draw((latents, width)) / np.sqrt(latents),
        "d1": draw(width) * 0.5,
        "D2": draw((width, components)) * 0.1 / np.sqrt(max(width, 1)),
    }
    return {name: jnp.asarray(value, jnp.float32) for name, value in weights.items()}


def encode(weights: Weights, components: jax.Array) -> jax.Array:
    """Return latent coordinates, shape (n_frames, n_latents)."""
    bent = jnp.tanh(components @ weights["E1"] + weights["e1"])
    return components @ weights["E0"] + weights["e0"] + bent @ weights["E2"]


def decode(weights: Weights, latents: jax.Array) -> jax.Array:
    """Return components, shape (n_frames, n_components)."""
    bent = jnp.tanh(latents @ weights["D1"] + weights["d1"])
    return latents @ weights["D0"] + weights["d0"] + bent @ weights["D2"]


def in_other_coordinates(weights: Weights, matrix: FloatArray, shift: FloatArray) -> Weights:
    """Return maps to and from the coordinates ``matrix @ z + shift`` in place of ``z``.

    What is decoded from the encoded stays the same.
    """
    back = np.linalg.inv(matrix)
    old = {name: np.asarray(value, np.float64) for name, value in weights.items()}
    new = old | {
        "E0": old["E0"] @ matrix.T,
        "e0": old["e0"] @ matrix.T + shift,
        "E2": old["E2"] @ matrix.T,
        "D0": back.T @ old["D0"],
        "d0": old["d0"] - shift @ back.T @ old["D0"],
        "D1": back.T @ old["D1"],
        "d1": old["d1"] - shift @ back.T @ old["D1"],
    }
    return {name: jnp.asarray(value, jnp.float32) for name, value in new.items()}
