"""Rivals of the autoencoder: principal components alone, and coefficients learnt by gradient descent."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
import optax

from mechanist.core.typing import FloatArray
from mechanist.latent.channel_reduction import Reduction, reduce_channels
from mechanist.latent.coordinate_maps import (
    Weights,
    in_other_coordinates,
    starting_weights,
)
from mechanist.latent.latent_law import FRAMES, LatentLaw, LatentSettings, law_of, sparsest
from mechanist.latent.map_training import STRETCH, passed
from mechanist.latent.polynomials import Terms, polynomial_terms, rms_shares, term_values

#: Weights of the rates and of the size of the coefficients, and the threshold, of the authors' code.
RATES: Final = 1e-4
SPARSITY: Final = 1e-5
THRESHOLD: Final = 0.1
#: Thresholdings, and the share of the steps that follow the last one without a penalty.
PRUNINGS: Final = 10
REFINED: Final = 1 / 6


@dataclass(frozen=True, kw_only=True)
class GradientSettings:
    """How coefficients are learnt together with the maps.

    Parameters
    ----------
    latents : int
    width : int
        Units of the nonlinear part of each map.
    steps : int
        Gradient steps in all, a multiple of 500.
    batch : int
    learning_rate : float
    """

    latents: int
    width: int
    steps: int
    batch: int
    learning_rate: float


def linear_law(
    values: FloatArray, rates: FloatArray, settings: LatentSettings, rng: np.random.Generator
) -> LatentLaw:
    """Find the law of principal components: the rival that needs no network.

    The latent coordinates are the first principal components; the rest is as in
    :func:`find_latent_law`, but nothing is trained.
    """
    begun = time.process_time()
    n = settings.latents
    reduction = reduce_channels(values, n)
    u, du = reduction.reduced(values), reduction.reduced_rates(rates)
    terms = polynomial_terms(n, 2)
    weights = starting_weights(n, n, 0, rng)
    weights |= {name: jnp.eye(n, dtype=jnp.float32) for name in ("E0", "D0")}
    some = rng.choice(len(u), min(FRAMES, len(u)), replace=False)
    every = np.ones((len(terms), n))
    latents, coefficients = law_of(weights, u[some], du[some], every, terms)
    form, kept, ties = sparsest(latents, coefficients, settings, rng)
    weights = in_other_coordinates(weights, form.matrix, form.shift)
    _, coefficients = law_of(weights, u[some], du[some], kept, terms)
    return LatentLaw(
        reduction=reduction,
        weights=weights,
        terms=terms,
        kept=kept,
        coefficients=coefficients,
        shares=form.shares,
        ties=ties,
        seconds=time.process_time() - begun,
    )


def gradient_law(
    values: FloatArray, rates: FloatArray, settings: GradientSettings, rng: np.random.Generator
) -> LatentLaw:
    """Learn maps and coefficients together by Adam, and drop small coefficients ten times.

    This is the procedure of the public code of Champion et al. 2019 (doi:10.1073/pnas.1906995116)
    with its weights and its threshold, on the channels themselves, but with the maps and the terms
    of :func:`mechanist.latent.latent_law.find_latent_law`, so that the procedures alone differ.
    """
    begun = time.process_time()
    n, channels = settings.latents, values.shape[1]
    terms = polynomial_terms(n, 2)
    weights = starting_weights(channels, n, settings.width, rng)
    learnt = (weights, jnp.ones((len(terms), n), jnp.float32))
    u, du = (jnp.asarray(one, jnp.float32) for one in (values, rates))
    kept = np.ones((len(terms), n))
    stretches = settings.steps // STRETCH
    refined = max(1, round(REFINED * stretches))
    penalised = max(stretches - refined, 1)
    start, stretch = _descent(terms, settings.learning_rate)
    state = start(learnt)
    for k in range(stretches):
        frames = rng.integers(len(u), size=(STRETCH, settings.batch))
        sparsity = SPARSITY if k < penalised else 0.0
        learnt, state = stretch(learnt, state, u, du, frames, kept.astype(np.float32), sparsity)
        if k < penalised and (k + 1) % max(penalised // PRUNINGS, 1) == 0:
            kept = kept * (np.abs(np.asarray(learnt[1])) > THRESHOLD)
    weights, coefficients = learnt[0], np.asarray(learnt[1], np.float64) * kept
    same = Reduction(np.zeros(channels), np.eye(channels), np.ones(channels))
    some = rng.choice(len(u), min(FRAMES, len(u)), replace=False)
    latents, _ = law_of(weights, values[some], rates[some], kept, terms)
    values_of_terms = np.asarray(term_values(jnp.asarray(latents), terms), np.float64)
    return LatentLaw(
        reduction=same,
        weights=weights,
        terms=terms,
        kept=kept,
        coefficients=coefficients,
        shares=rms_shares(coefficients, values_of_terms),
        ties=(),
        seconds=time.process_time() - begun,
    )


Learnt = tuple[Weights, jax.Array]


@lru_cache
def _descent(
    terms: Terms, learning_rate: float
) -> tuple[Callable[..., object], Callable[..., tuple[Learnt, object]]]:
    """Return the compiled steps."""
    optimiser = optax.adam(learning_rate)

    def loss(
        learnt: Learnt, u: jax.Array, du: jax.Array, kept: jax.Array, sparsity: jax.Array
    ) -> jax.Array:
        weights, coefficients = learnt
        found = passed(weights, u, du, kept, terms, coefficients * kept)
        return (
            ((u - found.components) ** 2).mean()
            + RATES * ((du - found.rates) ** 2).mean()
            + sparsity * jnp.abs(coefficients).mean()
        )

    @jax.jit
    def stretch(
        learnt: Learnt,
        state: object,
        u: jax.Array,
        du: jax.Array,
        frames: jax.Array,
        kept: jax.Array,
        sparsity: jax.Array,
    ) -> tuple[Learnt, object]:
        # Frames are picked in each step: all batches together would take gigabytes.
        def step(
            carried: tuple[Learnt, object], batch: jax.Array
        ) -> tuple[tuple[Learnt, object], None]:
            now, known = carried
            slope = jax.grad(loss)(now, u[batch], du[batch], kept, sparsity)
            change, known = optimiser.update(slope, known, now)
            return (optax.apply_updates(now, change), known), None

        return jax.lax.scan(step, (learnt, state), frames)[0]

    return optimiser.init, stretch
