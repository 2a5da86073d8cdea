"""Neural networks that the configuration can name; JAX is imported only when one is made."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mechanist.learn.estimators.networks import JointlyFitted


def network_perceptron(
    *,
    width: int = 64,
    depth: int = 2,
    epochs: int = 60,
    batch: int = 32,
    learning_rate: float = 1e-3,
    weight_decay: float = 1e-2,
) -> "JointlyFitted":
    """Return a network on all columns, regardless of any order along a line."""
    from mechanist.learn.estimators.networks import perceptron
    from mechanist.learn.network_training import Schedule

    schedule = Schedule(
        epochs=epochs, batch=batch, learning_rate=learning_rate, weight_decay=weight_decay
    )
    return perceptron(width=width, depth=depth, schedule=schedule)


def network_line(
    *,
    filters: Sequence[int] = (16, 24, 32),
    reach: int = 3,
    pool: int = 4,
    width: int = 32,
    shift: bool = True,
    epochs: int = 50,
    batch: int = 32,
    learning_rate: float = 1e-2,
    weight_decay: float = 1e-3,
) -> "JointlyFitted":
    """Return a convolutional network on a periodic line, one channel per descriptor."""
    from mechanist.learn.estimators.networks import line_network
    from mechanist.learn.network_training import Schedule

    schedule = Schedule(
        epochs=epochs, batch=batch, learning_rate=learning_rate, weight_decay=weight_decay
    )
    return line_network(
        filters=tuple(filters), reach=reach, pool=pool, width=width, shift=shift, schedule=schedule
    )
