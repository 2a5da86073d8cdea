"""Notice cells whose vectors are columns where rows are expected, as some programs keep them.

A transposed cell of a sheared box is still a cell, and every frame by itself looks right. From one
frame to the next, however, particles keep their fractional coordinates but for what is not affine,
and only in the right cell.
"""

from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray

#: How much smaller fractional displacements must be in the transposed cells than as they are given.
CLEAR: Final = 1.0 / 3.0
#: Displacements below which nothing is judged, as a fraction of the box.
ROUNDING: Final = 1e-6


def refuse_transposed_cells(path: Path, positions: FloatArray, cells: FloatArray) -> None:
    """Refuse cells that particles follow only if they are transposed.

    Parameters
    ----------
    path : Path
        The file, named in errors.
    positions : ndarray of shape (frames, particles, 3)
        Of the same particles in the same order.
    cells : ndarray of shape (frames, 3, 3)
        Cell vectors as rows.

    Raises
    ------
    FormatError
        If they are columns in two frames that follow each other.
    """
    turned = np.swapaxes(cells, -1, -2)
    if np.allclose(cells, turned, rtol=0.0, atol=1e-12 * np.abs(cells).max()):
        return
    for one, other in pairwise(range(len(cells))):
        given, transposed = (
            _change(positions[[one, other]], kind[[one, other]]) for kind in (cells, turned)
        )
        if given > ROUNDING and transposed < CLEAR * given:
            raise FormatError(
                path,
                f"from frame {one} to frame {other} particles move by {given:.2g} of the box relative to"
                f" the cells as they are given, but by {transposed:.2g} if these are transposed (medians):"
                " their vectors are columns, expected rows",
                remedy="Transpose the cells: the first row is the first cell vector.",
                column="cell",
            )


def _change(positions: FloatArray, cells: FloatArray) -> float:
    """Return the median change of the fractional coordinates of a particle between two frames."""
    first, second = positions @ np.linalg.inv(cells)
    moved = second - first
    return float(np.median(np.linalg.norm(moved - np.round(moved), axis=1)))
