"""Audit subjects for descriptors of whole dislocation samples under a resolved shear.

The predicted stress-strain curve is invariant under translations, permutations, another choice of
periodic images, ``y -> -y``, ``(x, sign) -> (-x, -sign)``, and reversal of both load and signs. It
changes when only the signs, only the load, or only ``x`` is reversed. Other cell vectors are not
tested, because the format of these samples supports only upright square cells.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from mechanist.audit import glide_states
from mechanist.audit.glide_states import LOAD, at_rest, dipole_state, random_state
from mechanist.audit.subject import (
    Environment,
    Load,
    Missing,
    Operation,
    Replica,
    Rng,
    Subject,
    Transformed,
)
from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import (
    Card,
    Descriptor,
    Features,
    SubjectName,
    load_descriptor,
)
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar, signs

WING: Final = "dislocation"
#: Number of dislocations in a probe, and in an environment before relaxation.
PROBE_SIZE: Final = 24
SMALL: Final = 14
#: Number of dislocations in an environment; samples per probe.
LEFT: Final = 8
SAMPLES: Final = 8
#: Sizes at which cost is measured.
SIZES: Final = (32, 48, 64, 96, 128, 192, 256)
#: Paths of relaxed states end at instabilities: the longest of this many draws is used.
DRAWS: Final = 6
PATH_STEPS: Final = 400
WHOLE: Final = np.zeros(1, dtype=np.int64)


#: Name, factors of x and y, of signs, and of the load.
Map = tuple[str, tuple[float, float], float, float]
_INSIDE: Final[tuple[Map, ...]] = (
    ("y reversed", (1.0, -1.0), 1.0, 1.0),
    ("x and signs reversed", (-1.0, 1.0), -1.0, 1.0),
    ("half turn, signs reversed", (-1.0, -1.0), -1.0, 1.0),
    ("load and signs reversed", (1.0, 1.0), -1.0, -1.0),
    ("load and x reversed", (-1.0, 1.0), 1.0, -1.0),
)
_OUTSIDE: Final[tuple[Map, ...]] = (
    ("signs reversed alone", (1.0, 1.0), -1.0, 1.0),
    ("load reversed alone", (1.0, 1.0), 1.0, -1.0),
    ("x reversed alone", (-1.0, 1.0), 1.0, 1.0),
)


def moved(
    c: Configuration, scale: tuple[float, float] = (1.0, 1.0), sense: float = 1.0,
    shift: FloatArray | float = 0.0,
) -> Configuration:  # fmt: skip
    """Return a configuration with scaled axes and signs, then shifted.

    Parameters
    ----------
    c : Configuration
    scale : tuple of float
        Factors of x and y.
    sense : float
        Factor of the signs.
    shift : float or ndarray of shape (2,) or (n, 2)
        Added to the positions, in b.
    """
    x, y = (c.positions[:, :2] * np.array(scale) + shift).T
    return planar(x, y, sense * signs(c), float(c.cell[0, 0]))


def _translated(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    return Transformed(moved(c, shift=c.cell[0, 0] * rng.uniform(-2, 2, 2)), load)


def _other_images(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    cells = rng.integers(-2, 3, (len(c), 2))
    return Transformed(moved(c, shift=c.cell[0, 0] * cells), load)


def _permuted(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    order = rng.permutation(len(c))
    x, y = c.positions[order, :2].T
    return Transformed(planar(x, y, signs(c)[order], float(c.cell[0, 0])), load)


def _mapped(how: Map) -> Callable[[Configuration, Load, Rng], Transformed[Configuration]]:
    _, scale, sense, push = how

    def apply(c: Configuration, load: Load, _rng: Rng) -> Transformed[Configuration]:
        return Transformed(moved(c, scale, sense), None if load is None else push * load)

    return apply


OPERATIONS: Final = (
    Operation("translation", "inside", _translated),
    Operation("periodic images", "inside", _other_images),
    Operation("permutation", "inside", _permuted),
    *(Operation(how[0], "inside", _mapped(how)) for how in _INSIDE),
    *(Operation(how[0], "outside", _mapped(how)) for how in _OUTSIDE),
)


def dislocation_subject(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    descriptor: Descriptor | None = None,
) -> Subject[Configuration]:
    """Return the audit subject for a descriptor of whole dislocation samples.

    Parameters
    ----------
    kind : str
        Name of the descriptor.
    parameters : mapping, optional
        Descriptor parameters that differ from the defaults.
    descriptor : Descriptor, optional
        Audited instead of the one of that name.
    """
    describe: Descriptor = descriptor or load_descriptor(
        kind, parameters, subject=SubjectName.DISLOCATION_SAMPLE
    )

    def features(state: Configuration, load: Load) -> Features:
        return describe(state, load=load)

    make = resting if describe.card.needs_potential else structural
    subject = make(describe.card, kind=kind, wing=WING, features=features)
    return replace(subject, parameters=dict(parameters or {}))


def structural(
    card: Card, *, kind: str, wing: str, features: Callable[[Configuration, Load], Features]
) -> Subject[Configuration]:
    """Return the audit subject for features defined at any positions of dislocations."""
    return Subject(
        name=card.name,
        kind=kind,
        wing=wing,
        card=card,
        features=features,
        probes=_any_probes,
        load=_load,
        operations=OPERATIONS,
        path=_straight_path,
        coordinates=_places,
        displaced=_with_places,
        sized=random_state,
        sizes=SIZES,
        replicated=lambda state: Replica(glide_states.replicated(state), WHOLE),
        edges=EDGES,
        environment=_environment,
        reference=Missing("whole samples give one row each, too few to reconstruct features from"),
        path_steps=PATH_STEPS,
    )


def resting(
    card: Card, *, kind: str, wing: str, features: Callable[[Configuration, Load], Features]
) -> Subject[Configuration]:
    """Return the audit subject for features defined only at rest, where planes fix positions."""
    return replace(
        structural(card, kind=kind, wing=wing, features=features),
        probes=_resting_probes,
        path=_resting_path,
        coordinates=_planes,
        displaced=_with_planes,
        sized=at_rest,
        environment=_resting_environment,
    )


def _load(rng: Rng) -> FloatArray:
    """Return a shear of random sense and magnitude."""
    return np.asarray(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 2.0) * LOAD)


def _resting_probes(rng: Rng) -> Mapping[str, list[Configuration]]:
    return {
        "relaxed": [at_rest(_size(rng), rng) for _ in range(SAMPLES)],
        "relaxed dipoles": [at_rest(_size(rng), rng, dipole_state) for _ in range(SAMPLES)],
    }


def _any_probes(rng: Rng) -> Mapping[str, list[Configuration]]:
    return {
        **_resting_probes(rng),
        "random": [random_state(_size(rng), rng) for _ in range(SAMPLES)],
        "narrow dipoles": [dipole_state(_size(rng), rng) for _ in range(SAMPLES)],
    }


def _size(rng: Rng) -> int:
    """Return a random even number of dislocations near ``PROBE_SIZE``."""
    return PROBE_SIZE + 2 * int(rng.integers(-3, 4))


def _straight_path(rng: Rng) -> Callable[[float], Configuration]:
    return glide_states.straight_path(random_state(PROBE_SIZE, rng), rng)


def _resting_path(rng: Rng) -> Callable[[float], Configuration]:
    paths = [glide_states.resting_path(at_rest(PROBE_SIZE, rng), rng) for _ in range(DRAWS)]
    return max(paths, key=lambda path: path[1])[0]


def _places(state: Configuration) -> FloatArray:
    return np.asarray(state.positions[:, :2].ravel())


def _with_places(state: Configuration, flat: FloatArray) -> Configuration:
    x, y = _near(state.positions[:, :2], flat.reshape(-1, 2), state).T
    return planar(x, y, signs(state), float(state.cell[0, 0]))


def _planes(state: Configuration) -> FloatArray:
    return np.array(state.positions[:, 1])


def _with_planes(state: Configuration, flat: FloatArray) -> Configuration:
    return glide_states.balanced(state, _near(_planes(state), flat, state))


def _near(before: FloatArray, after: FloatArray, state: Configuration) -> FloatArray:
    """Limit displacements to half a cell: a search that strays further has failed anyway.

    Arrays have shape (n,) or (n, 2). Common translations are not limited.
    """
    half = 0.5 * float(state.cell[0, 0])
    shift = (after - before).mean(axis=0)
    return before + shift + np.clip(after - before - shift, -half, half)


def _few(n: int, rng: Rng) -> Configuration:
    """Return no dislocation, or a dipole near equilibrium, in a box of the usual density."""
    length = float(np.sqrt(max(n, 1) / glide_states.DENSITY))
    x, y = np.array([[0.1, 0.3], [0.2, 0.41]])[:, :n] + rng.random()
    return planar(x * length, y * length, np.array([1.0, -1.0])[:n], length)


def _environment(rng: Rng) -> Environment[Configuration]:
    state = random_state(LEFT, rng)
    free = np.arange(2 * len(state))
    return _whole(state, free, len(free) - 2, glide_states.plane_distance)


def _resting_environment(rng: Rng) -> Environment[Configuration]:
    """Return a relaxed sample, which its planes determine up to a translation."""
    state = at_rest(SMALL, rng)
    while len(state) != LEFT:
        state = at_rest(SMALL, rng)
    return _whole(state, np.arange(len(state)), len(state) - 1, glide_states.distance)


def _whole(
    state: Configuration, free: IntArray, needed: int,
    distance: Callable[[FloatArray, FloatArray], float],
) -> Environment[Configuration]:  # fmt: skip
    length = float(state.cell[0, 0]) / np.sqrt(len(state))
    return Environment(state, WHOLE, free, needed, distance, length)


#: Edge cases: states in which nearly all dislocations have annihilated.
EDGES: Final = {
    "no dislocation": lambda rng: _few(0, rng),
    "one dipole": lambda rng: _few(2, rng),
}
