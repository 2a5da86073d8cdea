"""Interface of descriptors of dislocation motion under constant stress, and what they read.

A trajectory descriptor reads the dislocations alone. Pins are removed before it is called: a
classifier that is to detect their effect must not count them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import Branch, signs


@dataclass(frozen=True, eq=False)
class State:
    """Dislocations at one time, without pins.

    Parameters
    ----------
    places : ndarray of shape (n, 2)
        Positions in b, wrapped or not.
    sign : ndarray of shape (n,)
        +1 or -1.
    length : float
        Side of the square cell in b.
    strain : float
        Plastic strain since the stress was applied.
    """

    places: FloatArray
    sign: FloatArray
    length: float
    strain: float = 0.0

    @property
    def spacing(self) -> float:
        """Mean distance ``1 / sqrt(density)``, in b."""
        return float(self.length / np.sqrt(len(self.sign)))

    def separations(self) -> tuple[FloatArray, FloatArray]:
        """Return x and y, shape (n, n), of the nearest-image vectors between all dislocations."""
        apart = self.places[None, :, :] - self.places[:, None, :]
        apart -= self.length * np.round(apart / self.length)
        return apart[..., 0], apart[..., 1]


@runtime_checkable
class TrajectoryDescriptor(Protocol):
    """Map from the states of one sample, at times equal for all samples, to a row of features."""

    card: ClassVar[Card]

    def __call__(self, states: Sequence[State]) -> Features:
        """Describe the sample; the first state is at rest, before the stress is applied."""
        ...


def states_of(branch: Branch) -> list[State]:
    """Return the start and all frames of a branch, with pins removed.

    Raises
    ------
    ValueError
        If a state holds no dislocation of one of the signs, or its cell is not square.
    """
    frames = [(0.0, branch.start), *((f.strain, f.configuration) for f in branch.frames)]
    return [_state(configuration, strain) for strain, configuration in frames]


def _state(configuration: Configuration, strain: float) -> State:
    length = float(configuration.cell[0, 0])
    if not np.allclose(configuration.cell[:2, :2], length * np.eye(2), rtol=1e-9, atol=0):
        raise ValueError(f"cell is {configuration.cell[:2, :2].tolist()}; expected a square")
    sign = signs(configuration)
    if not {1.0, -1.0} <= set(sign):
        raise ValueError("one of the signs has no dislocations left; expected both")
    moving = sign != 0
    return State(configuration.positions[moving, :2], sign[moving], length, strain)
