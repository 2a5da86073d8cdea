"""Undo flips: the equivalent cell of each frame that continues the path of loading.

Programs replace a strongly tilted cell by an equivalent one, in which one cell vector was added to
another. The particles stay, the lattice stays, but the cell seems to be strained the other way. Cells
alone cannot tell a flip from a strain, and cannot count the box lengths by which a sample was sheared
between two frames; particles can. In the right cell they keep their fractional coordinates, less what
is plastic; in a wrong one they lose them altogether.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.trajectory import TrajectoryFrame

#: Largest number of vectors added, by the pair of vectors: along x, and in three dimensions also others.
_REACH: Final = {2: (6, 0, 0), 3: (4, 2, 2)}
#: A cell is right only if particles move less than this part of what they move in any other.
_CLEAR: Final = 0.6
_ENOUGH: Final = 2000  # particles to decide by


def unflipped(
    reference: TrajectoryFrame, frames: Sequence[TrajectoryFrame], dimension: int
) -> tuple[list[TrajectoryFrame], list[bool]]:
    """Return frames in cells that continue each other, with a note on each that was flipped.

    Parameters
    ----------
    reference : TrajectoryFrame
        State before loading.
    frames : sequence of TrajectoryFrame
        States under load in the order of time, of the same particles in the same order.
    dimension : int
        2 or 3.

    Returns
    -------
    frames : list of TrajectoryFrame
        A frame is unchanged if its cell continues the path, or if particles do not decide.
    decided : list of bool
        Whether particles decide which cell of each frame is right.
    """
    matrices = _flips(dimension)
    few = slice(None, None, max(1, len(reference) // _ENOUGH))
    before = _fractions(reference, dimension)[few]
    made, decided = [], []
    for frame in frames:
        fractions = _fractions(frame, dimension)[few]
        moved = np.array([_motion(fractions @ np.linalg.inv(m), before) for m in matrices])
        best = int(moved.argmin())
        decided.append(bool(moved[best] < _CLEAR * np.delete(moved, best).min()))
        flips = matrices[best if decided[-1] else 0]
        made.append(_in_cell(frame, flips) if best and decided[-1] else frame)
        before = fractions @ np.linalg.inv(flips)
    return made, decided


def continuing_cell(previous: FloatArray, cell: FloatArray, dimension: int) -> FloatArray:
    """Return the equivalent cell that is nearest to the cell of the frame before, by cells alone."""
    matrices, d = _flips(dimension), dimension
    cells = np.array([matrix @ cell[:d, :d] for matrix in matrices])
    best = int(np.linalg.norm(cells - previous[:d, :d], axis=(1, 2)).argmin())
    found = cell.copy()
    found[:d, :d] = cells[best]
    return found


def _flips(dimension: int) -> IntArray:
    """Return lower triangular matrices of integers, the identity first."""
    reach = [range(-n, n + 1) for n in _REACH[dimension]]
    made = []
    for xy, xz, yz in sorted(product(*reach), key=lambda flip: sum(map(abs, flip))):
        full = np.array([[1, 0, 0], [xy, 1, 0], [xz, yz, 1]], dtype=np.int64)
        made.append(full[:dimension, :dimension])
    return np.array(made)


def _fractions(frame: TrajectoryFrame, dimension: int) -> FloatArray:
    d = dimension
    return np.asarray(frame.positions[:, :d] @ np.linalg.inv(frame.cell[:d, :d]))


def _motion(fractions: FloatArray, before: FloatArray) -> float:
    """Return the root mean square change of fractional coordinates, up to a common shift."""
    change = np.exp(2j * np.pi * (fractions - before))
    angles = np.angle(change / change.mean(axis=0)) / (2 * np.pi)
    return float(np.sqrt(np.mean(angles**2)))


def _in_cell(frame: TrajectoryFrame, matrix: IntArray) -> TrajectoryFrame:
    d = len(matrix)
    cell = frame.cell.copy()
    cell[:d] = matrix @ frame.cell[:d]
    said = ", ".join(
        f"{name} {frame.cell[i, j]:.6g} is read as {cell[i, j]:.6g}"
        for name, i, j in (("xy", 1, 0), ("xz", 2, 0), ("yz", 2, 1))
        if i < d and matrix[i, j]
    )
    note = (
        f"{frame.place}: the cell was flipped; its tilt {said}, since in this equivalent cell the"
        " particles continue their paths"
    )
    return replace(frame, cell=cell, notes=(*frame.notes, note))
