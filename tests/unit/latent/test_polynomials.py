"""Polynomial terms and their coefficients."""

import jax.numpy as jnp
import numpy as np

from mechanist.latent.polynomials import (
    best_coefficients,
    polynomial_terms,
    rms_shares,
    term_name,
    term_values,
)

TERMS = ((), (0,), (1,), (0, 0), (0, 1), (1, 1))


def test_terms_of_two_coordinates() -> None:
    assert polynomial_terms(2, 2) == TERMS
    assert [term_name(term) for term in TERMS] == ["1", "z1", "z2", "z1 z1", "z1 z2", "z2 z2"]
    assert len(polynomial_terms(3, 2)) == 10
    values = term_values(jnp.array([[2.0, 3.0]]), TERMS)
    assert values.tolist() == [[1, 2, 3, 4, 6, 9]]


def test_known_coefficients_are_found_and_terms_left_out_are_zero() -> None:
    z = np.random.default_rng(0).standard_normal((200, 2))
    rates = np.stack([1 + 2 * z[:, 1], 3 * z[:, 0] * z[:, 1] - z[:, 0]], axis=1)
    values = term_values(jnp.asarray(z, jnp.float32), TERMS)
    every = jnp.ones((6, 2))
    found = np.asarray(best_coefficients(values, jnp.asarray(rates, jnp.float32), every))
    expected = np.array([[1, 0], [0, -1], [2, 0], [0, 0], [0, 3], [0, 0]])
    np.testing.assert_allclose(found, expected, atol=2e-4)
    kept = every.at[4, 1].set(0.0)
    found = np.asarray(best_coefficients(values, jnp.asarray(rates, jnp.float32), kept))
    assert found[4, 1] == 0
    np.testing.assert_allclose(found[:, 0], expected[:, 0], atol=2e-4)


def test_shares_are_relative_to_the_rate() -> None:
    values = np.array([[1.0, 1.0], [1.0, -1.0]])
    # The rate is 3 and -5, whose root mean square is sqrt(17).
    np.testing.assert_allclose(
        rms_shares(np.array([[-1.0], [4.0]]), values), [[-1 / 17**0.5], [4 / 17**0.5]]
    )
