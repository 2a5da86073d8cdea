"""Arrays of features for all particles, refused before anything is computed if they do not fit."""

import numpy as np

from mechanist.core.memory import check_room
from mechanist.core.typing import FloatArray


def check_features(n: int, columns: int, *, at_once: int = 0) -> None:
    """Refuse features that do not fit into memory.

    Parameters
    ----------
    n : int
        Number of particles.
    columns : int
        Number of features of each.
    at_once : int
        Number of further columns that are needed on the way.

    Raises
    ------
    ValueError
        If they do not fit.
    """
    check_room(
        8 * n * (columns + at_once),
        f"{columns} features of {n} particles",
        "Ask for fewer features (fewer species, functions, shells or averaging radii), or describe a"
        " part of the sample at a time",
    )


def feature_rows(n: int, columns: int) -> FloatArray:
    """Return an array for the features of all particles, shape (n, columns), to be filled in.

    Raises
    ------
    ValueError
        If it does not fit into memory.
    """
    check_features(n, columns)
    return np.empty((n, columns))
