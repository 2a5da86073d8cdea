"""Small dislocation configurations for tests, and the symmetries of the loaded system."""

from collections.abc import Callable
from typing import Final

import numpy as np

from edge_dislocations import dislocations
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar, signs
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.simulate.dislocation_dynamics import Glide, Integration
from mechanist.simulate.dislocation_loading import relax

LOAD: Final = strain_of(simple_shear("xy"))
#: Mean speed of relaxed dislocations.
REST: Final = 1e-8


def relaxed(seed: int, n: int = 30) -> Configuration:
    """Return the relaxed state of ``n`` random dislocations, of which about half annihilate."""
    glide = Glide(dislocations(seed, n=n), Integration())
    relax(glide, REST)
    return glide.system.configuration()


def moved(c: Configuration, positions: FloatArray, sign: FloatArray | None = None) -> Configuration:
    """Return the dislocations at other positions, with other signs if given."""
    return planar(
        positions[:, 0], positions[:, 1], signs(c) if sign is None else sign, c.cell[0, 0]
    )


#: Symmetry operations of the system under load.
SYMMETRIES: Final[dict[str, Callable[[Configuration, np.random.Generator], Configuration]]] = {
    "translation": lambda c, rng: moved(c, c.positions + np.append(30 * rng.normal(size=2), 0)),
    "mirror of y": lambda c, rng: moved(c, c.positions * [1, -1, 1]),
    "mirror of x with signs": lambda c, rng: moved(c, c.positions * [-1, 1, 1], -signs(c)),
    "permutation": lambda c, rng: _permuted(c, rng.permutation(len(c))),
    "images": lambda c, rng: moved(
        c,
        c.positions
        + c.cell[0, 0] * np.column_stack([rng.integers(-2, 3, (len(c), 2)), np.zeros(len(c))]),
    ),
}


def _permuted(c: Configuration, order: np.ndarray) -> Configuration:
    return moved(c, c.positions[order], signs(c)[order])
