"""Networks that read a whole configuration of dislocations, of any number, pair by pair.

:class:`ResponseLayer` passes messages by elasticity: learned forces act on all dislocations at
once; displacements follow from the stiffness of the configuration plus a learned spring on every
dislocation; the displacements shift the couplings to second order. With no spring and unit forces
this is the linear response to the load.
:class:`AttentionLayer` is the standard alternative: attention with weights from pair couplings.
"""

from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.learn.estimators.networks import Perceptron
from mechanist.learn.pair_geometry import NODE_FEATURES, PAIR_FEATURES, PairArrays, PairInputs

#: Range of powers of ten of the initial learned springs, in D per squared mean spacing.
SPRINGS: Final = (-3.0, 1.0)
SMALL: Final = 1e-9
#: Number of training standard deviations beyond which the readout is linear.
BEYOND: Final = 3.0


def _mean(values: jax.Array, mask: jax.Array) -> jax.Array:
    """Average over dislocations."""
    return (values * mask[:, None]).sum(axis=0) / mask.sum()


def _compressed(values: jax.Array) -> jax.Array:
    """Return signed logarithms, since responses span decades and have either sign."""
    return jnp.sign(values) * jnp.log1p(jnp.abs(values))


class ResponseLayer(eqx.Module):
    """Compute forces from node states, displacements from forces, and new node states."""

    force: eqx.nn.Linear
    update: eqx.nn.MLP
    log_spring: jax.Array

    def __init__(self, width: int, channels: int, *, key: jax.Array) -> None:
        first, second = jax.random.split(key)
        force = eqx.nn.Linear(width, channels, key=first)
        # Small weights, so that training starts from the response to the load itself.
        self.force = eqx.tree_at(
            lambda f: (f.weight, f.bias),
            force,
            (0.1 * jnp.asarray(force.weight), jnp.zeros(channels)),
        )
        self.update = eqx.nn.MLP(width + 3 * channels, width, width, 1, jax.nn.gelu, key=second)
        self.log_spring = jnp.linspace(*SPRINGS, channels) * np.log(10.0)

    def __call__(
        self, states: jax.Array, sample: PairInputs[jax.Array]
    ) -> tuple[jax.Array, jax.Array]:
        """Return new states (n, width) and pooled displacements (4 * channels,)."""
        mask, modes, asymmetry = sample.mask, sample.modes, sample.asymmetry
        compliance = 1 / (sample.stiffness[:, None] + jnp.exp(self.log_spring))
        force = (1 + jax.vmap(self.force)(states)) * mask[:, None]
        moved = modes @ (compliance * (modes.T @ force))
        # Pair forces of second order in the displacements.
        pushed = 0.5 * (
            moved**2 * asymmetry.sum(axis=1)[:, None] + asymmetry @ moved**2
        ) + moved * (asymmetry.T @ moved)
        further = modes @ (compliance * (modes.T @ pushed))
        known = [states, *(_compressed(v) for v in (moved, pushed, further))]
        states = states + jax.vmap(self.update)(jnp.concatenate(known, axis=1))
        pooled = [
            # Linear response: stress = 1 / (density * mean displacement), a sum in logarithms.
            jnp.log(jnp.abs(_mean(moved, mask)) + SMALL),
            0.5 * jnp.log(_mean(moved**2, mask) + SMALL),
            _compressed(_mean(further, mask)),
            0.5 * jnp.log(_mean(further**2, mask) + SMALL),
        ]
        return states, jnp.concatenate(pooled)


class AttentionLayer(eqx.Module):
    """Attention over pairs, with weights from couplings and states, and messages from states."""

    weigh: eqx.nn.Linear
    query: eqx.nn.Linear
    key: eqx.nn.Linear
    value: eqx.nn.Linear
    update: eqx.nn.MLP
    heads: int = eqx.field(static=True)

    def __init__(self, width: int, heads: int, *, key: jax.Array) -> None:
        keys = jax.random.split(key, 5)
        self.weigh = eqx.nn.Linear(len(PAIR_FEATURES), heads, key=keys[0])
        self.query = eqx.nn.Linear(width, width, key=keys[1])
        self.key = eqx.nn.Linear(width, width, key=keys[2])
        self.value = eqx.nn.Linear(width, width, key=keys[3])
        self.update = eqx.nn.MLP(
            2 * width + heads * len(PAIR_FEATURES), width, width, 1, jax.nn.gelu, key=keys[4]
        )
        self.heads = heads

    def __call__(
        self, states: jax.Array, sample: PairInputs[jax.Array]
    ) -> tuple[jax.Array, jax.Array]:
        """Return new states (n, width) and their mean (width,)."""
        n, width = states.shape
        split = (n, self.heads, width // self.heads)
        query, key, value = (
            jax.vmap(part)(states).reshape(split) for part in (self.query, self.key, self.value)
        )
        logits = jnp.einsum("ihd,jhd->ijh", query, key) / np.sqrt(split[2])
        logits = logits + sample.pairs @ self.weigh.weight.T + self.weigh.bias
        away = (1 - sample.mask)[None, :, None] + jnp.eye(n)[:, :, None]
        weights = jax.nn.softmax(jnp.where(away > 0, -jnp.inf, logits), axis=1)
        heard = jnp.einsum("ijh,jhd->ihd", weights, value).reshape(n, width)
        seen = jnp.einsum("ijh,ijf->ihf", weights, sample.pairs).reshape(n, -1)
        known = jnp.concatenate([states, heard, seen], axis=1)
        states = states + jax.vmap(self.update)(known)
        return states, _mean(states, sample.mask)


class PairNetwork(eqx.Module):
    """Layers over pairs, followed by means over dislocations and a perceptron.

    Parameters
    ----------
    kind : {"response", "attention"}
    outputs : int
        Number of targets.
    width : int
        Size of the state of a dislocation.
    channels : int
        Displacement fields of a response layer, or attention heads, which must divide ``width``.
    depth : int
        Number of layers.
    key
        JAX random key.
    """

    embed: eqx.nn.Linear
    layers: list[ResponseLayer | AttentionLayer]
    head: Perceptron
    centre: FloatArray | jax.Array
    spread: FloatArray | jax.Array

    def __init__(
        self, kind: str, outputs: int, *, width: int, channels: int, depth: int, key: jax.Array
    ) -> None:
        keys = jax.random.split(key, depth + 2)
        layer = LAYERS[kind]
        self.embed = eqx.nn.Linear(len(NODE_FEATURES), width, key=keys[0])
        self.layers = [layer(width, channels, key=k) for k in keys[1:-1]]
        pooled = depth * (4 * channels if kind == "response" else width) + width + 1
        self.head = Perceptron(pooled, outputs, width=2 * width, depth=1, key=keys[-1])
        self.centre, self.spread = np.zeros(pooled), np.ones(pooled)

    def pooled(self, sample: PairInputs[jax.Array]) -> jax.Array:
        """Return the inputs of the readout: means over any number of dislocations."""
        states = jax.vmap(self.embed)(jnp.asarray(sample.nodes)) * sample.mask[:, None]
        found = [sample.density]
        for layer in self.layers:
            states, pooled = layer(states, sample)
            found.append(pooled)
        return jnp.concatenate([*found, _mean(states, sample.mask)])

    def __call__(self, sample: PairInputs[jax.Array]) -> jax.Array:
        """Map one sample to its targets."""
        seen = (self.pooled(sample) - self.centre) / self.spread
        # Smaller systems vary more: the nonlinear part saturates beyond the training range.
        bounded = BEYOND * jnp.tanh(seen / BEYOND)
        return self.head.deep(bounded) + self.head.linear(seen)


LAYERS: Final[dict[str, type[ResponseLayer | AttentionLayer]]] = {
    "response": ResponseLayer,
    "attention": AttentionLayer,
}


def calibrated(network: PairNetwork, inputs: PairArrays) -> PairNetwork:
    """Return the network with its readout standardised over training samples."""
    pooled = np.asarray(_pooled(network, inputs))
    scale = (pooled.mean(axis=0), np.maximum(pooled.std(axis=0), 1e-3))
    return eqx.tree_at(lambda n: (n.centre, n.spread), network, scale)


@eqx.filter_jit
def _pooled(network: PairNetwork, inputs: PairArrays) -> jax.Array:
    found: jax.Array = eqx.filter_vmap(network.pooled)(inputs)
    return found
