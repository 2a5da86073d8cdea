"""Integrated gradients of networks: which inputs make a prediction differ from that of a baseline.

Attributions are gradients times the difference from a baseline, averaged along the straight line
between the two (Sundararajan, Taly & Yan, 2017, https://arxiv.org/abs/1703.01365). They add up to
the difference of the two predictions, which is checked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray
from mechanist.learn.estimators.pair_network import FittedPairModel
from mechanist.learn.pair_geometry import NODE_FEATURES, PairArrays, PairInputs
from mechanist.learn.pair_layers import PairNetwork

#: Number of Gauss-Legendre nodes on the line.
NODES: Final = 64
#: Largest error of the sum of attributions, in spreads of the differences.
COMPLETE: Final = 1e-2
#: Keeps the logarithm of zero finite.
TINY: Final = 1e-30
#: Quantiles at which the spectrum of an average sample is stored.
QUANTILES: Final = np.linspace(0.0, 1.0, 41)
#: Arrays by name, or any other tree of arrays.
Tree = TypeVar("Tree")
#: Parts of one state, by name.
Parts: TypeAlias = Mapping[str, jax.Array]


def integrated_gradients(
    function: Callable[[Tree], jax.Array], inputs: Tree, baseline: Tree, *, nodes: int = NODES
) -> tuple[Tree, jax.Array]:
    """Return attributions in the shape of the inputs of one sample, and the error of their sum.

    Parameters
    ----------
    function : callable
        Differentiable function that maps a tree of arrays to a number.
    inputs, baseline : tree of ndarray
        Two points of equal structure.
    nodes : int
        Number of quadrature nodes.

    Returns
    -------
    attributions : tree of ndarray
    gap : array of shape (2,)
        The difference of the two values, and that difference minus the sum of the attributions.
    """
    places, weights = np.polynomial.legendre.leggauss(nodes)
    share = 0.5 * (places + 1)
    away = jax.tree.map(jnp.subtract, inputs, baseline)

    def slope(t: jax.Array) -> Tree:
        point = jax.tree.map(lambda base, step: base + t * step, baseline, away)
        gradient: Tree = jax.grad(function)(point)
        return gradient

    slopes = jax.lax.map(slope, jnp.asarray(share))
    found = jax.tree.map(
        lambda step, grad: step * jnp.tensordot(jnp.asarray(0.5 * weights), grad, axes=1),
        away,
        slopes,
    )
    difference = function(inputs) - function(baseline)
    total = sum(jnp.sum(part) for part in jax.tree.leaves(found))
    return found, jnp.stack([difference, difference - total])


@dataclass(frozen=True, eq=False)
class Average:
    """An average sample: the baseline for predictions of the response network.

    Every sample keeps its own modes and the pattern of its asymmetry; only their sizes are replaced
    by averages.

    Parameters
    ----------
    density : float
    nodes : ndarray of shape (n_node_features,)
    log_stiffness : ndarray of shape (len(QUANTILES),)
        Mean logarithm of the stiffness of modes from the softest to the stiffest.
    log_asymmetry : float
        Mean logarithm of the root mean square asymmetry.
    """

    density: float
    nodes: FloatArray
    log_stiffness: FloatArray
    log_asymmetry: float

    @classmethod
    def of(cls, inputs: PairArrays) -> "Average":
        """Average over samples."""
        mask = np.asarray(inputs.mask) > 0
        spectra = [np.quantile(np.log(k[np.isfinite(k)]), QUANTILES) for k in inputs.stiffness]
        return cls(
            density=float(np.mean(inputs.density)),
            nodes=np.asarray(inputs.nodes)[mask].mean(axis=0),
            log_stiffness=np.mean(spectra, axis=0),
            log_asymmetry=float(np.mean([_log_size(a) for a in inputs.asymmetry])),
        )

    def like(self, sample: PairArrays) -> dict[str, FloatArray]:
        """Return the baseline of one sample, in the variables of the gradients."""
        log_stiffness = np.log(sample.stiffness)
        free = np.isfinite(log_stiffness)
        rank = np.argsort(np.argsort(log_stiffness[free], kind="stable"), kind="stable")
        base = np.zeros_like(log_stiffness)
        base[free] = np.interp((rank + 0.5) / free.sum(), QUANTILES, self.log_stiffness)
        return {
            "density": np.array([self.density]),
            "nodes": self.nodes * sample.mask[:, None],
            "log_stiffness": base,
            "log_asymmetry": np.array(self.log_asymmetry - _log_size(sample.asymmetry)),
        }


def _log_size(values: NDArray[np.floating]) -> float:
    return 0.5 * float(np.log(np.mean(np.asarray(values, float) ** 2) + TINY))


def _own(sample: PairArrays) -> dict[str, FloatArray]:
    """Return a sample in the same variables; modes of infinite stiffness are not varied."""
    stiffness = np.asarray(sample.stiffness, float)
    return {
        "density": np.asarray(sample.density, float),
        "nodes": np.asarray(sample.nodes, float),
        "log_stiffness": np.where(np.isfinite(stiffness), np.log(stiffness), 0.0),
        "log_asymmetry": np.array(0.0),
    }


def response_attributions(
    fitted: FittedPairModel,
    inputs: PairArrays,
    average: Average,
    *,
    output: int,
    ranks: Mapping[str, tuple[int, int]],
) -> dict[str, FloatArray]:
    """Return the contributions of parts of a state to the logarithm of its predicted stress.

    Parameters
    ----------
    fitted : FittedPairModel
        A response network.
    inputs : PairArrays
        Inputs of n states that it was not trained on.
    average : Average
        Average of states that it was trained on.
    output : int
        Number of the target.
    ranks : mapping of str to (int, int)
        Ranges of modes by name, counted from the softest: first mode, and first mode after the
        range.

    Returns
    -------
    dict of str to ndarray of shape (n,)
        ``density``, each node feature, ``asymmetry``, and each range of modes.

    Raises
    ------
    ValueError
        If attributions do not add up to the difference from the baseline.
    """
    with jax.enable_x64(True):
        double = jax.tree.map(lambda v: np.asarray(v, np.float64), inputs)
        network = jax.tree.map(
            lambda v: np.asarray(v, np.float64) if hasattr(v, "dtype") else v, fitted.network
        )
        scale = float(fitted.shrinkage[output] * fitted.spread[output])
        explain = jax.jit(_explainer(network, output, scale))
        rows, gaps = [], []
        for k in range(len(double.mask)):
            sample = jax.tree.map(lambda v, k=k: v[k], double)
            found, gap = explain(_own(sample), average.like(sample), sample)
            rows.append(_summed(found, sample.stiffness, ranks))
            gaps.append(np.asarray(gap))
    difference, missing = np.stack(gaps).T
    spread = max(float(difference.std()), float(np.finfo(np.float32).eps))
    if np.abs(missing).max() > COMPLETE * spread:
        raise ValueError(
            f"attributions miss the difference from the baseline by up to"
            f" {np.abs(missing).max() / spread:.3g} of its spread; expected at most {COMPLETE:g}."
            " Use more nodes"
        )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _explainer(
    network: PairNetwork, output: int, scale: float
) -> Callable[[Parts, Parts, PairInputs[jax.Array]], tuple[Parts, jax.Array]]:
    """Return integrated gradients of one output as a function of parts of one state."""

    def explain(
        given: Parts, base: Parts, sample: PairInputs[jax.Array]
    ) -> tuple[Parts, jax.Array]:
        def predicted(parts: Parts) -> jax.Array:
            changed = replace(
                sample,
                density=parts["density"],
                nodes=parts["nodes"],
                stiffness=jnp.where(
                    jnp.isfinite(sample.stiffness), jnp.exp(parts["log_stiffness"]), jnp.inf
                ),
                asymmetry=sample.asymmetry * jnp.exp(parts["log_asymmetry"]),
            )
            return scale * network(changed)[output]

        return integrated_gradients(predicted, given, base)

    return explain


def _summed(
    found: Parts, stiffness: FloatArray, ranks: Mapping[str, tuple[int, int]]
) -> dict[str, float]:
    """Add up attributions by part: node features over dislocations, modes by rank."""
    free = np.flatnonzero(np.isfinite(stiffness))
    ordered = free[np.argsort(stiffness[free], kind="stable")]
    modes, nodes = np.asarray(found["log_stiffness"]), np.asarray(found["nodes"]).sum(axis=0)
    row = {name: float(modes[ordered[a:b]].sum()) for name, (a, b) in ranks.items()}
    row |= {f"node: {name}": float(v) for name, v in zip(NODE_FEATURES, nodes, strict=True)}
    return row | {"asymmetry": float(found["log_asymmetry"]), "density": float(found["density"][0])}
