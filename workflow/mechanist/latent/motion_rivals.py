"""Rival of laws of motion along a curve: maps and coefficients learnt together by gradient descent."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from mechanist.core.typing import FloatArray
from mechanist.formats.channels import Channels
from mechanist.latent.coefficient_errors import blocks_of, jackknife_errors
from mechanist.latent.coordinate_curve import Moving
from mechanist.latent.coordinate_maps import Weights, decode, encode, starting_weights
from mechanist.latent.latent_law import FRAMES
from mechanist.latent.latent_rivals import PRUNINGS, REFINED, THRESHOLD, GradientSettings
from mechanist.latent.map_training import STRETCH
from mechanist.latent.motion_law import MotionLaw
from mechanist.latent.motion_terms import NAMES, motion_columns, motion_values

#: Weights of the accelerations of channels and of the coordinate, and of the size of the
#: coefficients, of the authors' code for the pendulum.
ACCELERATIONS: Final = 5e-4
LATENT_ACCELERATIONS: Final = 5e-5
SPARSITY: Final = 1e-5


@dataclass(frozen=True)
class LearntMaps:
    """Maps between channels and one coordinate that were learnt.

    Parameters
    ----------
    weights : dict
    """

    weights: Weights

    def coordinate(self, snapshots: FloatArray) -> FloatArray:
        """Return the coordinate of snapshots, shape (n_frames,)."""
        return np.asarray(encode(self.weights, jnp.asarray(snapshots, jnp.float32))[:, 0], np.float64)  # fmt: skip

    def moving(self, snapshots: FloatArray, rates: FloatArray, accelerations: FloatArray) -> Moving:
        """Return the coordinate with its rates."""
        moved = (jnp.asarray(one, jnp.float32) for one in (snapshots, rates, accelerations))
        found = _second(lambda u: encode(self.weights, u), *moved)
        return Moving(*(np.asarray(one[:, 0], np.float64) for one in found))

    def snapshots(self, coordinate: FloatArray) -> FloatArray:
        """Return the snapshots of some places, shape (n_frames, n_channels)."""
        return np.asarray(decode(self.weights, jnp.asarray(coordinate[:, None], jnp.float32)), np.float64)  # fmt: skip

    def accelerations(
        self, coordinate: FloatArray, rates: FloatArray, accelerations: FloatArray
    ) -> FloatArray:
        """Return the second rates of the channels for those of the coordinate."""
        moved = (jnp.asarray(one[:, None], jnp.float32) for one in (coordinate, rates, accelerations))  # fmt: skip
        return np.asarray(_second(lambda z: decode(self.weights, z), *moved)[2], np.float64)


class _Motion(NamedTuple):
    """A function of time with its first and second rates."""

    values: jax.Array
    rates: jax.Array
    accelerations: jax.Array


def _second(
    function: Callable[[jax.Array], jax.Array],
    values: jax.Array,
    rates: jax.Array,
    accelerations: jax.Array,
) -> _Motion:
    """Return what a function makes of values that move."""

    def first(u: jax.Array, du: jax.Array) -> tuple[jax.Array, jax.Array]:
        return jax.jvp(function, (u,), (du,))

    (found, speed), (_, second) = jax.jvp(first, (values, rates), (rates, accelerations))
    return _Motion(found, speed, second)


def gradient_motion_law(
    data: Channels, settings: GradientSettings, rng: np.random.Generator
) -> MotionLaw:
    """Learn maps and coefficients together by Adam, and drop small coefficients ten times.

    This is the procedure of the public code of Champion et al. 2019 (doi:10.1073/pnas.1906995116)
    with its terms, weights and threshold for the pendulum, but with the maps of
    :func:`mechanist.latent.latent_rivals.gradient_law`. Rates and accelerations must be given.

    Raises
    ------
    ValueError
        If no accelerations are given.
    """
    if data.accelerations is None:
        raise ValueError(
            "the published procedure needs accelerations of the channels, but none are given;"
            " leave the method out, or give snapshots at even times"
        )
    begun = time.process_time()
    channels = data.snapshots.shape[1]
    weights = starting_weights(channels, 1, settings.width, rng)
    learnt = (weights, jnp.ones(len(NAMES), jnp.float32))
    kept = np.ones(len(NAMES))
    stretches = settings.steps // STRETCH
    penalised = max(stretches - max(1, round(REFINED * stretches)), 1)
    start, stretch = _descent(settings.learning_rate)
    state = start(learnt)
    moved = [jnp.asarray(u, jnp.float32) for u in (data.snapshots, data.rates, data.accelerations)]
    for k in range(stretches):
        frames = rng.integers(len(data.series), size=(STRETCH, settings.batch))
        sparsity = SPARSITY if k < penalised else 0.0
        learnt, state = stretch(learnt, state, *moved, frames, kept.astype(np.float32), sparsity)
        if k < penalised and (k + 1) % max(penalised // PRUNINGS, 1) == 0:
            kept = kept * (np.abs(np.asarray(learnt[1])) > THRESHOLD)
    maps = LearntMaps(learnt[0])
    some = np.sort(rng.choice(len(data.series), min(FRAMES, len(data.series)), replace=False))
    found = maps.moving(data.snapshots[some], data.rates[some], data.accelerations[some])
    values = motion_values(found.values, found.rates)
    coefficients = np.asarray(learnt[1], np.float64) * kept
    law = values @ coefficients
    size = max(float((law**2).mean() ** 0.5), np.finfo(float).tiny)
    chosen = np.flatnonzero(kept)
    errors = np.zeros(len(NAMES))
    if len(chosen):
        errors[chosen] = jackknife_errors(
            values[:, chosen], found.accelerations, blocks_of(data.series[some])
        )
    return MotionLaw(
        maps=maps,
        kept=kept[:, None],
        coefficients=coefficients[:, None],
        errors=errors[:, None],
        shares=(coefficients * (values**2).mean(axis=0) ** 0.5 / size)[:, None],
        ties=(tuple(NAMES[j] for j in chosen),),
        seconds=time.process_time() - begun,
    )


@lru_cache
def _descent(
    learning_rate: float,
) -> tuple[Callable[..., object], Callable[..., tuple[tuple[Weights, jax.Array], object]]]:
    """Return the compiled steps."""
    optimiser = optax.adam(learning_rate)

    def loss(
        learnt: tuple[Weights, jax.Array],
        u: jax.Array,
        du: jax.Array,
        ddu: jax.Array,
        kept: jax.Array,
        sparsity: jax.Array,
    ) -> jax.Array:
        weights, coefficients = learnt
        z, dz, ddz = _second(lambda one: encode(weights, one), u, du, ddu)
        terms = jnp.stack(motion_columns(z[:, 0], dz[:, 0], jnp.sin), axis=-1)
        law = (terms @ (coefficients * kept))[:, None]
        found = _second(lambda one: decode(weights, one), z, dz, law)
        return (
            ((u - found.values) ** 2).mean()
            + ACCELERATIONS * ((ddu - found.accelerations) ** 2).mean()
            + LATENT_ACCELERATIONS * ((ddz - law) ** 2).mean()
            + sparsity * jnp.abs(coefficients).mean()
        )

    @jax.jit
    def stretch(
        learnt: tuple[Weights, jax.Array],
        state: object,
        u: jax.Array,
        du: jax.Array,
        ddu: jax.Array,
        frames: jax.Array,
        kept: jax.Array,
        sparsity: jax.Array,
    ) -> tuple[tuple[Weights, jax.Array], object]:
        def step(
            carried: tuple[tuple[Weights, jax.Array], object], batch: jax.Array
        ) -> tuple[tuple[tuple[Weights, jax.Array], object], None]:
            now, known = carried
            slope = jax.grad(loss)(now, u[batch], du[batch], ddu[batch], kept, sparsity)
            change, known = optimiser.update(slope, known, now)
            return (optax.apply_updates(now, change), known), None

        return jax.lax.scan(step, (learnt, state), frames)[0]

    return optimiser.init, stretch
