"""Descriptors of particles as subjects of the audit.

Structural descriptors are defined anywhere. Those that need an energy minimum, because they read a
Hessian or the state after an elastic step, are shown minima only: their paths lead through minima,
and nothing can be said of coordinates that are not free to move.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np

from mechanist.audit import glass_states as states
from mechanist.audit.glass_symmetry import OPERATIONS
from mechanist.audit.power_spectrum import richer
from mechanist.audit.subject import (
    Environment,
    Load,
    Missing,
    Replica,
    Rng,
    Subject,
    Twins,
)
from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import Descriptor, Features, load_descriptor
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import random_load, strain_of

WING: Final = "glass"
NEIGHBOURS: Final = {2: 7, 3: 10}
NOT_FREE: Final = "features exist at energy minima only, where coordinates are not free"
#: Accuracy in spreads of features of states that are minimised at every point of a path.
MINIMISED: Final = 1e-6
TINY: Final = 6


@dataclass(frozen=True)
class Scale:
    """How large states of an audit are.

    Parameters
    ----------
    small : int
        Particles of random, thermal and path states.
    glass : int
        Particles of relaxed probes.
    samples : int
        Relaxed probes.
    sizes : tuple of int
        Particles of states whose cost is measured, of descriptors defined anywhere.
    relaxed_sizes : tuple of int
        The same for those that need an energy minimum.
    """

    small: int = 49
    glass: int = 196
    samples: int = 4
    sizes: tuple[int, ...] = (250, 500, 1000, 2000, 4000, 8000)
    relaxed_sizes: tuple[int, ...] = (200, 350, 600, 1000, 1700)


DEFAULT: Final = Scale()


def glass_subject(
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    dimension: int = 2,
    scale: Scale = DEFAULT,
) -> Subject:
    """Return the descriptor of ``describe/<kind>.py`` as a subject.

    Parameters
    ----------
    kind : str
    parameters : mapping, optional
        Fields of the descriptor to set.
    dimension : int
        Of the particles that it is shown.
    scale : Scale

    Raises
    ------
    ValueError
        If there is no such descriptor.
    """
    descriptor = load_descriptor(kind, parameters)
    return subject_of(
        descriptor, kind=kind, parameters=parameters, dimension=dimension, scale=scale
    )


def subject_of(
    descriptor: Descriptor,
    *,
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    dimension: int = 2,
    scale: Scale = DEFAULT,
) -> Subject:
    """Return any descriptor of particles as a subject; parameters as :func:`glass_subject`."""
    settle = not _defined_anywhere(descriptor, dimension)
    anywhere = Subject(
        name=descriptor.card.name,
        kind=kind,
        wing=WING,
        card=descriptor.card,
        parameters={"dimension": dimension, **(parameters or {})},
        features=partial(_features, descriptor),
        probes=partial(_probes, settle, dimension, scale),
        load=partial(_load, dimension),
        operations=OPERATIONS,
        path=lambda rng: states.drifting(scale.small, dimension, rng),
        coordinates=_coordinates,
        displaced=_displaced,
        sized=lambda n, rng: states.on_lattice(n, dimension, rng, jitter=states.JITTER),
        sizes=scale.sizes,
        replicated=_replicated,
        edges=_edges(dimension, scale.small, settle=settle),
        environment=partial(_environment, descriptor.card.load_aware, dimension),
        twins=_twins(descriptor.card.load_aware, dimension),
        reference=partial(richer, load_aware=descriptor.card.load_aware),
    )
    if not settle:
        return anywhere
    return replace(
        anywhere,
        path=lambda rng: states.elastic_branch(scale.small, dimension, _load(dimension, rng), rng),
        sized=lambda n, rng: states.glass(n, dimension, rng),
        sizes=scale.relaxed_sizes,
        environment=Missing(NOT_FREE),
        twins=Missing(NOT_FREE),
        path_steps=200,
        noise=MINIMISED,
    )


def _defined_anywhere(descriptor: Descriptor, dimension: int) -> bool:
    """Return whether a descriptor takes states that are no energy minima."""
    if descriptor.card.needs_probe:
        return False
    rng = np.random.default_rng(0)
    try:
        descriptor(states.loose(16, dimension, rng), load=_load(dimension, rng))
    except ValueError:
        return False
    return True


def _features(descriptor: Descriptor, c: Configuration, load: Load) -> Features:
    """Describe all particles, after an elastic step of the load where one is asked for."""
    if not descriptor.card.needs_probe:
        return descriptor(c, load=load)
    assert load is not None
    return descriptor(c, load=load, probe=states.strained(c, load, states.ELASTIC_STEP))


def _load(dimension: int, rng: Rng) -> FloatArray:
    return strain_of(random_load(dimension, rng))


def _probes(settle: bool, dimension: int, scale: Scale, rng: Rng) -> dict[str, list[Configuration]]:
    """Return states of every kind that a descriptor can take."""
    glasses = [states.glass(scale.glass, dimension, rng) for _ in range(scale.samples)]
    if settle:
        load = _load(dimension, rng)
        return {
            "glass": glasses,
            "sheared glass": [states.sheared(scale.small, dimension, load, rng) for _ in range(2)],
        }
    return {
        "random": [states.loose(scale.small, dimension, rng) for _ in range(2)],
        "thermal crystal": [states.thermal_crystal(scale.small, dimension, rng) for _ in range(2)],
        "glass": glasses,
        "near-degenerate": [states.twins(dimension, rng) for _ in range(2)],
    }


def _edges(dimension: int, n: int, *, settle: bool) -> dict[str, Callable[[Rng], Configuration]]:
    """Return awkward states by name."""
    dense = states.glass if settle else states.loose
    return {
        "nothing nearby": partial(states.alone, dimension),
        "a species that is absent": lambda rng: states.one_species(
            n, dimension, rng, settle=settle
        ),
        "a tiny box": lambda rng: dense(TINY, dimension, rng),
    }


def _coordinates(c: Configuration) -> FloatArray:
    return c.positions[:, : c.dimension].ravel()


def _displaced(c: Configuration, flat: FloatArray) -> Configuration:
    positions = c.positions.copy()
    positions[:, : c.dimension] = flat.reshape(len(c), c.dimension)
    return c.moved(positions, c.cell)


def _replicated(c: Configuration) -> Replica:
    """Return a cell and its neighbour along the first cell vector as one cell."""
    double = Configuration(
        np.vstack([c.positions, c.positions + c.cell[0]]),
        c.cell * np.array([[2.0], [1.0], [1.0]]),
        np.tile(c.species, 2),
        c.species_names,
        c.dimension,
    )
    return Replica(double, np.tile(np.arange(len(c)), 2))


def _environment(load_aware: bool, dimension: int, rng: Rng) -> Environment:
    """Return a particle with neighbours all around, which may move while it stays."""
    n = NEIGHBOURS[dimension]
    free: IntArray = np.arange(dimension, dimension * (n + 1))
    turns = 0 if load_aware else dimension * (dimension - 1) // 2
    return Environment(
        state=states.cluster(n, dimension, rng),
        rows=np.array([0]),
        free=free,
        needed=len(free) - turns,
        distance=partial(_distance, dimension, load_aware),
    )


def _twins(load_aware: bool, dimension: int) -> Twins | Missing:
    """Return two rings with equal distances and angles, for features that know no direction."""
    if load_aware:
        return Missing("features tell orientations, and so these pairs, apart")
    ring = states.twins(dimension, np.random.default_rng(0), noise=0.0)
    return Twins("homometric rings", ring, states.TWIN_CENTRES)


def _distance(dimension: int, load_aware: bool, a: FloatArray, b: FloatArray) -> float:
    """Return the distance of two neighbourhoods less rotation and reflection about the centre.

    Labels are kept (Kabsch, https://doi.org/10.1107/S0567739476001873). Load-aware features tell
    orientations apart.
    """
    first, second = a.reshape(-1, dimension), b.reshape(-1, dimension)
    if load_aware:
        return float(np.sqrt(((first - second) ** 2).sum(axis=1).mean()))
    u, _, vt = np.linalg.svd(first.T @ second)
    return float(np.sqrt(((first @ (u @ vt) - second) ** 2).sum(axis=1).mean()))
