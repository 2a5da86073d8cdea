"""Types used in signatures throughout the library."""

from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
ComplexArray = NDArray[np.complex128]

#: Kind of the numbers of an array that a function returns as it takes it.
Scalar = TypeVar("Scalar", bound=np.generic)

#: Crystal lattices, by the Laue group of their point group.
Lattice = Literal["cubic", "hexagonal"]
