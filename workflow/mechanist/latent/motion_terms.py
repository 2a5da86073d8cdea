"""Terms of laws of second order in one coordinate: those of Champion et al. 2019.

These are all products of the coordinate z and its rate z' up to degree three, and the sines of both
(doi:10.1073/pnas.1906995116).
"""

from collections.abc import Callable
from typing import Final, TypeVar

import jax
import numpy as np

from mechanist.core.typing import FloatArray

#: An array of NumPy or of JAX.
A = TypeVar("A", FloatArray, jax.Array)
#: Powers of the coordinate and of its rate in each product.
POWERS: Final = tuple((total - k, k) for total in range(4) for k in range(total + 1))
#: Terms as text.
NAMES: Final = (
    *(" ".join(["z1"] * p + ["z1'"] * q) or "1" for p, q in POWERS),
    "sin z1",
    "sin z1'",
)


def motion_columns(z: A, rate: A, sine: Callable[[A], A]) -> list[A]:
    """Return the values of all terms in the order of :data:`NAMES`, each of the shape of ``z``."""
    columns: list[A] = [z**p * rate**q for p, q in POWERS]
    columns.extend((sine(z), sine(rate)))
    return columns


def motion_values(z: FloatArray, rate: FloatArray) -> FloatArray:
    """Return the values of all terms, shape (n_frames, n_terms)."""
    return np.stack(motion_columns(z, rate, np.sin), axis=-1)
