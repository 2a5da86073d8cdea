"""Audit subjects for descriptors of particles.

Structural descriptors are defined for any configuration. Descriptors that need an energy minimum,
because they use a Hessian or the state after an elastic step, are audited only at minima: their
paths consist of minima, and checks that move coordinates freely do not apply.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

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
from mechanist.describe.descriptor import Descriptor, Features, SubjectName, load_descriptor
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import random_load, strain_of

WING: Final = "glass"
NEIGHBOURS: Final = {2: 7, 3: 10}
NOT_FREE: Final = "features exist at energy minima only, where coordinates are not free"
#: Accuracy of features, in spreads, when the state is minimised at every point of a path.
MINIMISED: Final = 1e-6
TINY: Final = 6


@dataclass(frozen=True)
class Scale:
    """Sizes of the states in an audit.

    Parameters
    ----------
    small : int
        Number of particles in random, thermal and path states.
    glass : int
        Number of particles in relaxed probes.
    samples : int
        Number of relaxed probes.
    sizes : tuple of int
        Numbers of particles at which cost is measured, for descriptors defined anywhere.
    relaxed_sizes : tuple of int
        The same for descriptors that need an energy minimum.
    """

    small: int = 49
    glass: int = 196
    samples: int = 4
    sizes: tuple[int, ...] = (250, 500, 1000, 2000, 4000, 8000)
    relaxed_sizes: tuple[int, ...] = (200, 350, 600, 1000, 1700)


DEFAULT: Final = Scale()


def glass_subject(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    dimension: int = 2,
    scale: Scale = DEFAULT,
) -> Subject[Configuration]:
    """Return the audit subject for a descriptor of particles.

    Parameters
    ----------
    kind : str
    parameters : mapping, optional
        Descriptor parameters to set.
    dimension : int
        Spatial dimension of the states.
    scale : Scale

    Raises
    ------
    ValueError
        If there is no such descriptor.
    """
    descriptor: Descriptor = load_descriptor(kind, parameters, subject=SubjectName.PARTICLE)
    return subject_of(
        descriptor, kind=kind, parameters=parameters, dimension=dimension, scale=scale
    )


def subject_of(
    descriptor: Descriptor,
    *,
    kind: str,
    parameters: Mapping[str, object] | None = None,
    dimension: int = 2,
    scale: Scale = DEFAULT,
) -> Subject[Configuration]:
    """Return the audit subject for any particle descriptor; see :func:`glass_subject`."""
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
    """Return whether a descriptor accepts states that are not energy minima.

    Any other exception than a refusal is a fault of the descriptor, which those tell who use it.
    """
    if descriptor.card.needs_probe:
        return False
    rng = np.random.default_rng(0)
    try:
        descriptor(states.loose(16, dimension, rng), load=_load(dimension, rng))
    except ValueError:
        return False
    except Exception:  # noqa: BLE001  (code of a user)
        return True
    return True


def _features(descriptor: Descriptor, c: Configuration, load: Load) -> Features:
    """Describe all particles, with the state after an elastic step if the descriptor needs it."""
    if not descriptor.card.needs_probe:
        return descriptor(c, load=load)
    assert load is not None
    return descriptor(c, load=load, probe=states.strained(c, load, states.ELASTIC_STEP))


def _load(dimension: int, rng: Rng) -> FloatArray:
    return strain_of(random_load(dimension, rng))


def _probes(settle: bool, dimension: int, scale: Scale, rng: Rng) -> dict[str, list[Configuration]]:
    """Return states of every kind that the descriptor accepts."""
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
    """Return edge cases by name."""
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


def _replicated(c: Configuration) -> Replica[Configuration]:
    """Return the configuration doubled along the first cell vector."""
    double = Configuration(
        np.vstack([c.positions, c.positions + c.cell[0]]),
        c.cell * np.array([[2.0], [1.0], [1.0]]),
        np.tile(c.species, 2),
        c.species_names,
        c.dimension,
    )
    return Replica(double, np.tile(np.arange(len(c)), 2))


def _environment(load_aware: bool, dimension: int, rng: Rng) -> Environment[Configuration]:
    """Return a fixed particle surrounded by neighbours that may move."""
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


def _twins(load_aware: bool, dimension: int) -> Twins[Configuration] | Missing:
    """Return two rings with equal distances and angles, for features that ignore direction."""
    if load_aware:
        return Missing("features distinguish orientations and therefore these pairs")
    ring = states.twins(dimension, np.random.default_rng(0), noise=0.0)
    return Twins("homometric rings", ring, states.TWIN_CENTRES)


def _distance(dimension: int, load_aware: bool, a: FloatArray, b: FloatArray) -> float:
    """Return the distance between neighbourhoods, minimised over rotations and reflections.

    Particles keep their labels (Kabsch, https://doi.org/10.1107/S0567739476001873). Load-aware
    features distinguish orientations, so for them the distance is not minimised.
    """
    first, second = a.reshape(-1, dimension), b.reshape(-1, dimension)
    if load_aware:
        return float(np.sqrt(((first - second) ** 2).sum(axis=1).mean()))
    u, _, vt = np.linalg.svd(first.T @ second)
    return float(np.sqrt(((first @ (u @ vt) - second) ** 2).sum(axis=1).mean()))
