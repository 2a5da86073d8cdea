"""Train the maps so that latent coordinates reproduce components, their rates, and obey a law."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from mechanist.core.typing import FloatArray
from mechanist.latent.coordinate_maps import Weights, decode, encode
from mechanist.latent.polynomials import Terms, best_coefficients, term_values
from mechanist.learn.network_training import CLIP

#: Gradient steps that one compiled call makes.
STRETCH: Final = 500
#: Several starts are compared after this part of the steps, on this many frames.
_FIRST: Final = 10
_COMPARED: Final = 4000


@dataclass(frozen=True, kw_only=True)
class Descent:
    """Length and rate of a training.

    Parameters
    ----------
    steps : int
        Gradient steps of Adam, a multiple of 500.
    batch : int
        Frames in a step.
    learning_rate : float
        It falls to a hundredth as a cosine.
    """

    steps: int
    batch: int
    learning_rate: float


class Passed(NamedTuple):
    """What becomes of a batch of components and their rates."""

    latents: jax.Array
    latent_rates: jax.Array
    law_rates: jax.Array
    components: jax.Array
    rates: jax.Array
    coefficients: jax.Array


def passed(
    weights: Weights,
    components: jax.Array,
    rates: jax.Array,
    kept: jax.Array,
    terms: Terms,
    coefficients: jax.Array | None = None,
) -> Passed:
    """Encode, apply the law, and decode; without coefficients, with the best ones for these frames."""
    latents, latent_rates = jax.jvp(lambda u: encode(weights, u), (components,), (rates,))
    values = term_values(latents, terms)
    if coefficients is None:
        coefficients = best_coefficients(values, latent_rates, kept)
    law_rates = values @ coefficients
    decoded, decoded_rates = jax.jvp(lambda z: decode(weights, z), (latents,), (law_rates,))
    return Passed(latents, latent_rates, law_rates, decoded, decoded_rates, coefficients)


def trained(
    starts: Sequence[Weights],
    components: FloatArray,
    rates: FloatArray,
    kept: FloatArray,
    terms: Terms,
    descent: Descent,
    rng: np.random.Generator,
) -> Weights:
    """Return weights that lower the sum of three relative errors.

    These are the mean squares of what is lost of the components, of what is lost of their rates,
    and of what the law leaves of the latent rates, each beside that of the quantity itself. Of
    several starts, each makes the first tenth of the steps, and the one with the smallest sum goes on.

    Parameters
    ----------
    starts : sequence of dict
    components, rates : ndarray of shape (n_frames, n_components)
    kept : ndarray of shape (n_terms, n_latents)
    terms : tuple
    descent : Descent
    rng : Generator
        It draws the batches.
    """
    u, du = components.astype(np.float32), rates.astype(np.float32)
    scale = jnp.asarray(1 / du.std(axis=0), jnp.float32)
    mask = jnp.asarray(kept, jnp.float32)
    start, stretch, loss = _stretch(terms, descent)
    stretches = descent.steps // STRETCH
    first = stretches // _FIRST if len(starts) > 1 else 0

    def followed(weights: Weights, state: object, count: int) -> tuple[Weights, object]:
        for _ in range(count):
            frames = rng.integers(len(u), size=(STRETCH, descent.batch))
            weights, state = stretch(weights, state, u[frames], du[frames], scale, mask)
        return weights, state

    if not first:
        return followed(starts[0], start(starts[0]), stretches)[0]
    begun = [followed(one, start(one), first) for one in starts]
    some = rng.choice(len(u), min(_COMPARED, len(u)), replace=False)
    left = [float(loss(weights, u[some], du[some], scale, mask)) for weights, _ in begun]
    # A start that diverged leaves NaN.
    best = int(np.argmin(np.nan_to_num(left, nan=np.inf)))
    return followed(*begun[best], stretches - first)[0]


@lru_cache
def _stretch(
    terms: Terms, descent: Descent
) -> tuple[Callable[..., object], Callable[..., tuple[Weights, object]], Callable[..., jax.Array]]:
    """Return the start of a descent, its compiled steps, and the loss. Data are arguments: as constants, they would be compiled in."""
    schedule = optax.cosine_decay_schedule(descent.learning_rate, descent.steps, 1e-2)
    optimiser = optax.chain(optax.clip_by_global_norm(CLIP), optax.adam(schedule))

    def loss(
        weights: Weights, u: jax.Array, du: jax.Array, scale: jax.Array, mask: jax.Array
    ) -> jax.Array:
        found = passed(weights, u, du, mask, terms)
        left = ((found.latent_rates - found.law_rates) ** 2).mean(axis=0)
        return (
            ((u - found.components) ** 2).mean()
            + (((du - found.rates) * scale) ** 2).mean()
            + (left / ((found.latent_rates**2).mean(axis=0) + 1e-8)).mean()
        )

    @jax.jit
    def stretch(
        weights: Weights,
        state: object,
        us: jax.Array,
        dus: jax.Array,
        scale: jax.Array,
        mask: jax.Array,
    ) -> tuple[Weights, object]:
        def step(
            carried: tuple[Weights, object], frames: tuple[jax.Array, jax.Array]
        ) -> tuple[tuple[Weights, object], None]:
            now, known = carried
            slope = jax.grad(loss)(now, *frames, scale, mask)
            change, known = optimiser.update(slope, known, now)
            return (optax.apply_updates(now, change), known), None

        return jax.lax.scan(step, (weights, state), (us, dus))[0]

    return optimiser.init, stretch, jax.jit(loss)
