"""Polynomial terms of latent coordinates, and the coefficients that fit their rates best."""

from itertools import combinations_with_replacement
from typing import Final

import jax
import jax.numpy as jnp

from mechanist.core.typing import FloatArray

#: Factors of each term by the number of the coordinate: () is the constant, (0, 2) is z1 z3.
Terms = tuple[tuple[int, ...], ...]
#: Ridge of the normal equations of scaled terms, so that dependent terms do not blow up.
_RIDGE: Final = 1e-6


def polynomial_terms(coordinates: int, degree: int) -> Terms:
    """Return the terms up to a degree, the constant first."""
    return tuple(
        term
        for power in range(degree + 1)
        for term in combinations_with_replacement(range(coordinates), power)
    )


def term_name(term: tuple[int, ...]) -> str:
    """Return a term as text, such as ``z1 z3``."""
    return " ".join(f"z{factor + 1}" for factor in term) or "1"


def term_values(latents: jax.Array, terms: Terms) -> jax.Array:
    """Return the values of the terms, shape (n_frames, n_terms)."""
    columns = []
    for term in terms:
        column = jnp.ones_like(latents[..., 0])
        for factor in term:
            column = column * latents[..., factor]
        columns.append(column)
    return jnp.stack(columns, axis=-1)


def best_coefficients(values: jax.Array, rates: jax.Array, kept: jax.Array) -> jax.Array:
    """Return the coefficients of least squares, a column for each coordinate.

    It can be differentiated, so that a network learns while its coefficients are always the best
    ones (variable projection).

    Parameters
    ----------
    values : jax.Array of shape (n_frames, n_terms)
    rates : jax.Array of shape (n_frames, n_latents)
    kept : jax.Array of shape (n_terms, n_latents)
        1 for terms that may occur, 0 for others, whose coefficients are zero.
    """
    scale = jnp.sqrt((values**2).mean(axis=0) + 1e-12)
    scaled = values / scale
    products = scaled.T @ scaled / len(values)
    right = scaled.T @ rates / len(values)
    one = jnp.eye(len(scale), dtype=values.dtype)

    def column(mask: jax.Array, target: jax.Array) -> jax.Array:
        matrix = products * mask[:, None] * mask[None] + one * (1 - mask) + _RIDGE * one
        return jnp.linalg.solve(matrix, target * mask)

    return jax.vmap(column, (1, 1), 1)(kept, right) / scale[:, None]


def rms_shares(coefficients: FloatArray, values: FloatArray) -> FloatArray:
    """Return how large each term is beside the rate that it contributes to (root mean squares)."""
    return coefficients * _rms(values)[:, None] / _rms(values @ coefficients)


def _rms(values: FloatArray) -> FloatArray:
    return (values**2).mean(axis=0) ** 0.5
