"""The sparsest form of a law over all affine changes of its coordinates.

A law that holds in coordinates z holds in every A z + b, with other coefficients; only some of these
coordinates show few terms. Laws are of degree two at most: with cubic terms, changes that are not
affine would be admitted too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import minimize

from mechanist.core.typing import FloatArray
from mechanist.latent.polynomials import polynomial_terms, term_values

#: Shares below which terms cost nothing; the search goes from the first to the last.
SHARPNESS: Final = (0.5, 0.2, 0.08, 0.03, 0.01, 0.004)
#: Share at which forms are compared.
_COMPARED: Final = 0.01
#: Weight of the correlation of the coordinates, which keeps them from becoming equal.
_APART: Final = 0.02
#: Frames that the shares of terms are measured on.
_FRAMES: Final = 300
_ITERATIONS: Final = 150


@dataclass(frozen=True)
class AffineForm:
    """A law in other coordinates.

    Parameters
    ----------
    matrix : ndarray of shape (n, n)
    shift : ndarray of shape (n,)
        The coordinates are ``matrix @ z + shift``, of variance one.
    coefficients : ndarray of shape (n_terms, n)
    shares : ndarray of shape (n_terms, n)
        Root mean square of each term beside that of the rate it contributes to.
    cost : float
        Sum of log(1 + (share / 0.01)^2): small if few terms are large.
    """

    matrix: FloatArray
    shift: FloatArray
    coefficients: FloatArray
    shares: FloatArray
    cost: float


def affine_forms(
    coefficients: FloatArray, latents: FloatArray, *, starts: int, rng: np.random.Generator
) -> list[AffineForm]:
    """Return the forms found from random changes of coordinates, the sparsest first.

    Parameters
    ----------
    coefficients : ndarray of shape (n_terms, n)
        Of all terms up to degree two, in the order of :func:`polynomial_terms`.
    latents : ndarray of shape (n_frames, n)
    starts : int
        Number of random rotations of whitened coordinates from which a search starts.
    rng : Generator
    """
    with jax.enable_x64(True):
        forms = list(_searched(coefficients, latents, starts, rng))
    return sorted(forms, key=lambda form: form.cost)


def _searched(
    coefficients: FloatArray, latents: FloatArray, starts: int, rng: np.random.Generator
) -> Iterator[AffineForm]:
    n = latents.shape[1]
    shown = latents[rng.choice(len(latents), min(_FRAMES, len(latents)), replace=False)]
    mean = shown.mean(axis=0)
    white = np.linalg.inv(np.linalg.cholesky(np.cov(shown.T).reshape(n, n)))
    objective, form = _functions(n)
    known = (jnp.asarray(coefficients), jnp.asarray(shown))

    def value(place: FloatArray, sharpness: float) -> tuple[float, FloatArray]:
        found, slope = objective(jnp.asarray(place), sharpness, *known)
        return float(found), np.asarray(slope, np.float64)

    for start in range(starts):
        matrix = np.linalg.qr(rng.standard_normal((n, n)))[0] @ white
        # Every second start lies off the mean, since a law may be sparse about a fixed point.
        shift = rng.standard_normal(n) * (start % 2) - matrix @ mean
        place = np.concatenate([matrix.ravel(), shift])
        for sharpness in SHARPNESS:
            place = minimize(
                value,
                place,
                args=(sharpness,),
                jac=True,
                method="L-BFGS-B",
                options={"maxiter": _ITERATIONS},
            ).x
        place = _of_unit_variance(place, shown)
        new, shares = (np.asarray(one, np.float64) for one in form(jnp.asarray(place), *known))
        cost = float(np.log1p((shares / _COMPARED) ** 2).sum())
        yield AffineForm(place[: n * n].reshape(n, n), place[n * n :], new, shares, cost)


def _of_unit_variance(place: FloatArray, latents: FloatArray) -> FloatArray:
    """Return a change to coordinates of variance one, which keeps all shares.

    Maps to coordinates of very different sizes train slowly.
    """
    n = latents.shape[1]
    matrix = place[: n * n].reshape(n, n)
    scale = 1 / (latents @ matrix.T).std(axis=0)
    return np.concatenate([(scale[:, None] * matrix).ravel(), scale * place[n * n :]])


@lru_cache
def _functions(n: int) -> tuple[jax.stages.Wrapped, jax.stages.Wrapped]:
    """Return compiled functions: the cost with its slope, and coefficients with shares."""
    terms = polynomial_terms(n, 2)
    pairs = list(combinations_with_replacement(range(n), 2))

    def form(
        place: jax.Array, coefficients: jax.Array, latents: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        matrix, shift = place[: n * n].reshape(n, n), place[n * n :]
        back = jnp.linalg.inv(matrix)
        origin = -back @ shift
        constant, linear = coefficients[0], coefficients[1 : 1 + n].T
        square = jnp.zeros((n, n, n))
        for k, (a, b) in enumerate(pairs):
            half = coefficients[1 + n + k] / 2
            square = square.at[:, a, b].add(half).at[:, b, a].add(half)
        # z' = c + L z + z Q z with z = origin + back w, and w' = matrix z'.
        at_origin = constant + linear @ origin + jnp.einsum("iab,a,b->i", square, origin, origin)
        slope = (linear + 2 * jnp.einsum("iab,b->ia", square, origin)) @ back
        curved = jnp.einsum("ij,jab,ak,bl->ikl", matrix, square, back, back)
        rows = [
            matrix @ at_origin,
            *(matrix @ slope).T,
            *(curved[:, a, b] * (1 if a == b else 2) for a, b in pairs),
        ]
        new = jnp.stack(rows)
        values = term_values(latents @ matrix.T + shift, terms)
        rates = values @ new
        rms = jnp.sqrt((values**2).mean(axis=0))[:, None]
        return new, new * rms / jnp.sqrt((rates**2).mean(axis=0))

    def cost(
        place: jax.Array, sharpness: float, coefficients: jax.Array, latents: jax.Array
    ) -> jax.Array:
        _, shares = form(place, coefficients, latents)
        turned = latents @ place[: n * n].reshape(n, n).T
        turned = turned / jnp.sqrt((turned**2).mean(axis=0))
        apart = jnp.linalg.slogdet(turned.T @ turned / len(latents))[1]
        return jnp.log1p((shares / sharpness) ** 2).sum() - _APART * apart

    return jax.jit(jax.value_and_grad(cost)), jax.jit(form)


def before_the_gap(shares: FloatArray, fewest: int) -> FloatArray:
    """Return 1 for the terms above the widest gap of the shares' logarithms, 0 for others.

    Parameters
    ----------
    shares : ndarray of shape (n_terms, n)
    fewest : int
        Terms that are kept at least; at most about half of all terms are.
    """
    sizes = np.sort(np.abs(shares).ravel())[::-1]
    steps = np.log(sizes[fewest - 1 : -1]) - np.log(np.maximum(sizes[fewest:], 1e-300))
    last = fewest + int(np.argmax(steps[: max(len(steps) // 2, 1)]))
    cut = np.sqrt(sizes[last - 1] * sizes[last])
    return (np.abs(shares) > cut).astype(np.float64)
