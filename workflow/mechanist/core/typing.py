"""Types used in signatures throughout the library."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: Crystal lattices, by the Laue group of their point group.
Lattice = Literal["cubic", "hexagonal"]
